"""Which lexicons a word concerns, as bits of one number: a text is looked up once, not once for each lexicon."""

from collections.abc import Callable, Iterable

_MOST_LEARNT = 50_000
"""Words of texts that are remembered; later ones are decided each time."""


class WordMasks(dict[str, int]):
    """Word -> bits. Unknown words are decided by `other` and remembered, which changes no answer."""

    def __init__(self, classes: dict[int, Iterable[str]], other: Callable[[str], int]) -> None:
        """`classes`: bit -> the words that have it. `other`: the bits that a word has by its form."""
        super().__init__()
        self._other = other
        for bit, words in classes.items():
            for word in words:
                self[word] = self.get(word, other(word)) | bit

    def __missing__(self, word: str) -> int:
        """The bits of a word that no class lists."""
        bits = self._other(word)
        if len(self) < _MOST_LEARNT:
            self[word] = bits
        return bits

    def of(self, words: list[str]) -> list[int]:
        """The bits of each word."""
        return list(map(self.__getitem__, words))
