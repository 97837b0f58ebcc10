"""A dictionary of phrases on whole words: built once from data files, looked up token by token."""

import tomllib
from collections.abc import Iterable, Iterator
from importlib import resources
from typing import Any, Generic, TypeVar

from services.enrich.core.inflect import verb_forms
from services.enrich.core.text import Token, read

T = TypeVar("T")


class LexiconError(ValueError):
    """A data file is wrong: the message says file, line and reason."""


def load(name: str) -> dict[str, Any]:
    """The TOML data file `name` of this package. Raises `LexiconError`."""
    file = resources.files("services.enrich.core") / "data" / name
    return parse(name, file.read_text(encoding="utf-8"))


def parse(name: str, text: str) -> dict[str, Any]:
    """TOML. Raises `LexiconError` with file, line and reason."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LexiconError(f"{name}: {error}") from error


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
    return tuple(token.lower for token in read(word).tokens) if word != "*" else ("*",)


class Phrases(Generic[T]):
    """Phrases and what they mean. Several meanings of one phrase are kept in the order they were added."""

    def __init__(self, entries: Iterable[tuple[tuple[str, ...], T]]) -> None:
        """Index `entries` (tokens, meaning) by their first word."""
        index: dict[str, dict[tuple[str, ...], list[T]]] = {}
        for words, meaning in entries:
            meanings = index.setdefault(words[0], {}).setdefault(words[1:], [])
            if meaning not in meanings:
                meanings.append(meaning)
        self._index: dict[str, list[tuple[tuple[str, ...], tuple[T, ...]]]] = {
            first: sorted(((rest, tuple(ms)) for rest, ms in tails.items()), key=lambda tail: -len(tail[0]))
            for first, tails in index.items()
        }

    def starts(self, tokens: list[Token]) -> list[int]:
        """Indices of the tokens at which a phrase may begin: the only ones worth a call of `at`."""
        index = self._index
        return [i for i, token in enumerate(tokens) if token[3] in index]

    def at(self, tokens: list[Token], i: int) -> tuple[int, tuple[T, ...]] | None:
        """Number of tokens and meanings of the longest phrase that begins at token `i`."""
        for rest, meanings in self._index.get(tokens[i][3], ()):
            if not rest or _follows(tokens, i + 1, rest):
                return 1 + len(rest), meanings
        return None

    def every(self, tokens: list[Token], i: int) -> Iterator[tuple[int, tuple[T, ...]]]:
        """Like `at`, and then the shorter phrases that begin there too, the longest first."""
        for rest, meanings in self._index.get(tokens[i][3], ()):
            if not rest or _follows(tokens, i + 1, rest):
                yield 1 + len(rest), meanings


def _follows(tokens: list[Token], i: int, words: tuple[str, ...]) -> bool:
    if i + len(words) > len(tokens):
        return False
    return all(word == "*" or tokens[i + k][3] == word for k, word in enumerate(words))
