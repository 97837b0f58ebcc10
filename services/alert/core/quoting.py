"""The stretch of an article that shows a hit: its clause, cut to 300 code points. Reads stances; decides none."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from services.contracts.document import MAX_QUOTE, Clause, Document
from services.contracts.vocabulary import ASSERTED, DENIED


@dataclass(frozen=True)
class Quoter:
    """Quotes from one document; every span is in code points of its `content`."""

    document: Document

    @cached_property
    def content(self) -> str:
        """What all offsets count in."""
        return self.document.content

    @cached_property
    def text_start(self) -> int:
        """Where `text` begins in `content`."""
        return len(self.content) - len(self.document.text)

    def field_start(self, field: str, entry: int) -> int | None:
        """Where value number `entry` of a text field begins; None for a field that is no slice of `content`."""
        match field:
            case "title":
                return 0
            case "text":
                return self.text_start
            case "asserted" | "denied":
                clauses = self._clauses_of[field]
                return clauses[entry].start if entry < len(clauses) else None
        return None

    def clause_at(self, offset: int) -> Clause | None:
        """The clause that holds the code point."""
        i = bisect_right(self.document.clauses, offset, key=lambda clause: clause.start) - 1
        clause = self.document.clauses[i] if i >= 0 else None
        return clause if clause is not None and offset < clause.end else None

    def around(self, start: int, end: int) -> tuple[int, int]:
        """The clause around a hit, or the line without one; where that is too long, what of it stands near the hit."""
        clause = self.clause_at(start)
        low, high = (clause.start, max(clause.end, end)) if clause else self._line(start, end)
        if high - low > MAX_QUOTE:
            low, high = self._near(start, min(end, start + MAX_QUOTE), low, high)
        while low < start and self.content[low].isspace():
            low += 1
        while high > end and self.content[high - 1].isspace():
            high -= 1
        return low, min(high, low + MAX_QUOTE)

    def first_sentence(self) -> tuple[int, int]:
        """Of the text; the title where there is one."""
        first = [clause for clause in self.document.clauses if clause.sentence == 0]
        start = len(self.content) - len(self.content.lstrip())
        end = first[-1].end if first and not self.document.title else self._line(start, start)[1]
        end = min(max(end, start + 1), start + MAX_QUOTE)
        return start, start + len(self.content[start:end].rstrip())

    def clauses(self, field: str) -> Iterator[Clause]:
        """The clauses whose texts are the values of `asserted` or `denied`, in order."""
        return iter(self._clauses_of[field])

    @cached_property
    def _clauses_of(self) -> dict[str, list[Clause]]:
        return {
            field: [clause for clause in self.document.clauses if clause.stance in stances]
            for field, stances in (("asserted", ASSERTED), ("denied", DENIED))
        }

    def _line(self, start: int, end: int) -> tuple[int, int]:
        after = self.content.find("\n", end)
        return self.content.rfind("\n", 0, start) + 1, after if after >= 0 else len(self.content)

    def _near(self, start: int, end: int, low: int, high: int) -> tuple[int, int]:
        """At most `MAX_QUOTE` around the hit, within low..high, from word to word."""
        spare = (MAX_QUOTE - (end - start)) // 2
        first = max(low, min(start - spare, high - MAX_QUOTE))
        last = min(high, first + MAX_QUOTE)
        if first > low:
            blank = self.content.find(" ", first, start)
            first = blank + 1 if blank >= 0 else first
        if last < high:
            blank = self.content.rfind(" ", end, last)
            last = blank if blank >= 0 else last
        return first, last
