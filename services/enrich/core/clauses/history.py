"""Whether a clause speaks of the past of textbooks: a year long gone, a war known by its name, an anniversary."""

from services.enrich.core.clauses.cues import Cue, CueHit
from services.enrich.core.text import Token

OLD_AFTER_YEARS = 6
"""A clause about a year at least so long before the publication is history."""
_UNDATED = 1985
"""Last year of history for a text that has no date."""
_KEEPS_PRESENT = frozenset("since from until elected born aged of constitution act law treaty".split())


def is_history(tokens: list[Token], first: int, last: int, cues: list[CueHit], year: int | None) -> bool:
    """Whether the clause first..last is history for a reader of `year` (None: unknown)."""
    if any(hit.cue is Cue.PRESENT_AGAIN for hit in cues):
        return False
    if any(hit.cue is Cue.HISTORY for hit in cues):
        return not any(hit.cue in (Cue.PLAN, Cue.DENIAL, Cue.DEMAND) for hit in cues)
    return _names_old_year(tokens, first, last, _UNDATED if year is None else year - OLD_AFTER_YEARS)


def _names_old_year(tokens: list[Token], first: int, last: int, newest: int) -> bool:
    for i in range(first, last):
        word = tokens[i][2]
        if len(word) == 4 and word.isdecimal() and word.isascii() and 1000 <= int(word) <= newest:
            before = tokens[i - 1][3] if i > first else ""
            if before in {"in", "the", "during", "of", "by", "year"} or before.rstrip(".") in _MONTHS:
                return before not in _KEEPS_PRESENT or before == "of"
    return False


_MONTHS = frozenset(
    "january february march april may june july august september october november december jan feb mar apr jun jul aug "
    "sep sept oct nov dec".split()
)
