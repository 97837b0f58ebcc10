"""Datelines: the town in front of a report, "KYIV, Feb 7 (Agency) -", "Moscow: ..."."""

from services.enrich.core.places.toponym import Toponym
from services.enrich.core.text import Text

_LONGEST = 16
_DASHES = frozenset("-–—")
_MONTHS = frozenset(
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec".split()
)
_BETWEEN = frozenset(",.()/&")


def is_dateline(text: Text, toponym: Toponym, starts: dict[int, Toponym]) -> bool:
    """Whether a line begins with the toponym and only a date, an agency and a wider place stand before a dash."""
    tokens, content = text.tokens, text.content
    if toponym.first and "\n" not in content[tokens[toponym.first - 1].end : tokens[toponym.first].start]:
        return False
    at, inside = toponym.last, False
    while at < min(len(tokens), toponym.last + _LONGEST):
        word = tokens[at]
        if word.text in _DASHES:
            return content[word.start - 1] in " \n)" or word.text != "-"
        if word.text == ":":
            return not inside
        if "\n" in content[tokens[at - 1].end : word.start]:
            return False
        if word.text == "(":
            inside = True
        elif word.text == ")":
            inside = False
        elif at in starts:
            at = starts[at].last
            continue
        elif not (
            inside or word.text in _BETWEEN or word.lower in _MONTHS or word.text.isdigit() or word.text.isupper()
        ):
            return False
        at += 1
    return False
