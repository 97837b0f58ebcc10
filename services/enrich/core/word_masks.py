"""Which lexicons a word concerns, as bits of one number: a text is looked up once, not once for each lexicon."""

from collections.abc import Callable, Iterable, Mapping

_MOST_LEARNT = 50_000
"""Words of texts that are remembered; later ones are decided each time."""


class WordMasks(dict[str, int]):
    """Word -> bits. Unknown words are decided by `other` and remembered, which changes no answer."""

    def __init__(self, classes: Mapping[int, Iterable[str]], other: Callable[[str], int]) -> None:
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
        """The bits of each word, and none behind the last."""
        return [*map(self.__getitem__, words), 0]


def phrase_starts(masks: list[int], marked: list[int], bit: int) -> list[int]:
    """Of the tokens `marked` those at which a phrase may begin whose words have the classes of `bit`.

    Small words open many phrases that do not follow: "in" is none where no "in fear of" goes on.
    """
    opens, goes_on = 2 * bit, 4 * bit
    return [i for i in marked if (mask := masks[i]) & bit or (mask & opens and masks[i + 1] & goes_on)]
