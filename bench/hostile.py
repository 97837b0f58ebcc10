"""Texts that no newsroom writes, each of any size: what an extractor must not be slower on than on prose by much."""

from collections.abc import Iterator
from itertools import cycle

_WORDS = "the army moved soldiers towards a town while ministers said that talks with rebels would go on".split()
_NAMES = (
    "John Smith|Emmanuel Macron|Vladimir Putin|Maria Garcia|Chen Wei|Ukraine|Bob Woodard|Paris|the Red Cross".split("|")
)
_TURNS = ("SMITH: Did they attack the town?\n", "Q. And then 40 soldiers came?\n", "A. No, they did not shoot.\n")
_ROW = "{name}\t{n}\t{n}.5\t{n}%\t12 May 2019\n"


def hostile_texts(size: int) -> Iterator[tuple[str, str]]:
    """Name and text of `size` code points, for each kind."""
    yield "digits", _repeated("1234567890", size)
    yield "numbers", _repeated("12,345 ", size)
    yield "brackets", _repeated("([{<", size)
    yield "capitals", _repeated("ABCDEFGHIJ", size)
    yield "words in capitals", _repeated("ZORVAN QUILTEK MEBBIN ", size)
    yield "zero-width characters", _repeated("\u200b\u200d", size)
    yield "accents", _repeated("éèêë ñõ ", size)
    yield "full stops", _repeated(". ", size)
    yield "commas and quotes", _repeated(", “’s” - ", size)
    yield "number words", _repeated("two hundred and six thousand ", size)
    yield "verbs of war", _repeated("attacked killed said denied ", size)
    yield "soldiers", _repeated("a soldier and the 40 troops ", size)
    yield "sentences of 10,000 words", _repeated(_joined(_WORDS, " ", 60_000).strip() + ". ", size)
    yield "no punctuation", _joined(_WORDS, " ", size)
    yield "list of names", _joined(_NAMES, ", ", size)
    yield "transcript", _joined(_TURNS, "", size)
    yield "table", _joined([_ROW.format(name=name, n=n) for n, name in enumerate(_NAMES * 9, 1000)], "", size)


def _repeated(text: str, size: int) -> str:
    return (text * (size // len(text) + 1))[:size]


def _joined(parts: list[str] | tuple[str, ...], by: str, size: int) -> str:
    """The parts over and over; neighbours change as the list is walked in steps that share no factor with it."""
    length, chosen = 0, []
    for part in cycle(parts):
        if length >= size:
            break
        chosen.append(part)
        length += len(part) + len(by)
    return by.join(chosen)[:size]
