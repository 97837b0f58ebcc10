"""Datelines: the town in front of a report, "KYIV, Feb 7 (Agency) -", "Moscow: ..."."""

from typing import Final

from services.enrich.core.places.toponym import Toponym
from services.enrich.core.text import Text

_LONGEST: Final = 16
_DASHES: Final = frozenset("-–—")
_MONTHS: Final = frozenset(
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec".split()
)
_BETWEEN: Final = frozenset(",.()/&")


def is_dateline(text: Text, toponym: Toponym, toponyms: dict[int, Toponym]) -> bool:
    """Whether a line begins with the toponym and only a date, an agency and a wider place stand before a dash."""
    starts, ends, spelled, content = text.starts, text.ends, text.spelled, text.content
    if toponym.first and "\n" not in content[ends[toponym.first - 1] : starts[toponym.first]]:
        return False
    at, inside = toponym.last, False
    while at < min(len(spelled), toponym.last + _LONGEST):
        word = spelled[at]
        if word in _DASHES:
            return content[starts[at] - 1] in " \n)" or word != "-"
        if word == ":":
            return not inside
        if "\n" in content[ends[at - 1] : starts[at]]:
            return False
        if word == "(":
            inside = True
        elif word == ")":
            inside = False
        elif at in toponyms:
            at = toponyms[at].last
            continue
        elif not (inside or word in _BETWEEN or text.words[at] in _MONTHS or word.isdigit() or word.isupper()):
            return False
        at += 1
    return False
