"""A dictionary of phrases on whole words: built once from data files, looked up token by token."""

from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

from services.enrich.core.inflect import verb_forms
from services.enrich.core.text import read

T = TypeVar("T")


def alternatives(phrases: str) -> Iterator[tuple[str, ...]]:
    """Each phrase of a `;` list as lower-case tokens, once for every form of its `~verb`."""
    for phrase in phrases.split(";"):
        words = phrase.split()
        if words:
            yield from _expand(words)


def _expand(words: list[str]) -> Iterator[tuple[str, ...]]:
    lists = [sorted(verb_forms(w[1:])) if w.startswith("~") else [w] for w in words]
    found: list[tuple[str, ...]] = [()]
    for choices in lists:
        found = [(*head, *_tokens(choice)) for head in found for choice in choices]
    yield from found


def _tokens(word: str) -> tuple[str, ...]:
    return tuple(read(word).words)


class Phrases(Generic[T]):
    """Phrases and what they mean. Several meanings of one phrase are kept in the order they were added."""

    def __init__(self, entries: Iterable[tuple[tuple[str, ...], T]]) -> None:
        """Build a tree of words from `entries` (words, meaning)."""
        self._roots: dict[str, _Node[T]] = {}
        for words, meaning in entries:
            nodes = self._roots
            node: _Node[T] | None = None
            for word in words:
                node = nodes.setdefault(word, _Node())
                nodes = node.following
            if node is not None and meaning not in node.meanings:
                node.meanings = (*node.meanings, meaning)

    @property
    def first_words(self) -> frozenset[str]:
        """The words that begin a phrase."""
        return frozenset(self._roots)

    def classes(self, bit: int) -> dict[int, frozenset[str]]:
        """Classes of words for `WordMasks`: `bit` is a phrase alone, 2 * `bit` opens longer ones only, which words of
        4 * `bit` go on."""
        roots = self._roots.items()
        opening = {word: node for word, node in roots if not node.meanings}
        return {
            bit: frozenset(word for word, node in roots if node.meanings),
            2 * bit: frozenset(opening),
            4 * bit: frozenset(word for node in opening.values() for word in node.following),
        }

    def at(self, words: list[str], i: int) -> tuple[int, tuple[T, ...]] | None:
        """Number of tokens and meanings of the longest phrase that begins at token `i`."""
        found: tuple[int, tuple[T, ...]] | None = None
        node = self._roots.get(words[i])
        if node is not None and not node.following:
            return 1, node.meanings
        last, k = len(words), i + 1
        while node is not None:
            if node.meanings:
                found = k - i, node.meanings
            if not node.following or k == last:
                break
            node = node.following.get(words[k])
            k += 1
        return found

    def every(self, words: list[str], i: int) -> list[tuple[int, tuple[T, ...]]]:
        """Like `at`, with the shorter phrases that begin there too, the longest first."""
        found: list[tuple[int, tuple[T, ...]]] = []
        node = self._roots.get(words[i])
        if node is not None and not node.following:
            return [(1, node.meanings)]
        last, k = len(words), i + 1
        while node is not None:
            if node.meanings:
                found.insert(0, (k - i, node.meanings))
            if not node.following or k == last:
                break
            node = node.following.get(words[k])
            k += 1
        return found


class _Node(Generic[T]):
    """A word of a phrase: what the phrase means when it ends here, and the words that may follow."""

    __slots__ = ("following", "meanings")

    def __init__(self) -> None:
        self.meanings: tuple[T, ...] = ()
        self.following: dict[str, _Node[T]] = {}
