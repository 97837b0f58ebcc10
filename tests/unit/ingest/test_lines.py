"""NDJSON, line by line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.errors import Reason, Rejected
from services.ingest.core.lines import Line, LineSplitter, read_item, read_line
from services.ingest.core.raw_item import RawItem


def split(chunks: list[bytes], limit: int = 100) -> list[Line]:
    splitter = LineSplitter(limit)
    lines = [line for chunk in chunks for line in splitter.feed(chunk)]
    return lines + list(splitter.close())


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        (b"a\nb\n", [(1, b"a"), (2, b"b")]),
        (b"a\r\n\r\n  \nb", [(1, b"a"), (4, b"b")]),
        (b"\xef\xbb\xbfa\n", [(1, b"\xef\xbb\xbfa")]),
        (b"", []),
        (b"\n\n", []),
        (b"x" * 100 + b"\n" + b"y" * 101 + b"\nz", [(1, b"x" * 100), (2, None), (3, b"z")]),
    ],
)
def test_lines_keep_their_numbers_and_too_long_ones_say_so(body: bytes, lines: list[tuple[int, bytes | None]]) -> None:
    assert split([body]) == lines


@given(
    st.lists(st.sampled_from([b"a", b"\n", b"\r\n", b"longer than that", b" ", b""]), max_size=30), st.integers(1, 9)
)
def test_where_chunks_end_does_not_matter(parts: list[bytes], size: int) -> None:
    body = b"".join(parts)
    assert split([body[i : i + size] for i in range(0, len(body), size)], 12) == split([body], 12)


def test_a_line_is_an_article() -> None:
    line = b'\xef\xbb\xbf{"url": "https://a.example/1", "text": "x", "source": {"name": "n"}, "historic": true}'
    item = RawItem.model_validate(
        {"url": "https://a.example/1", "text": "x", "source": {"name": "n"}, "historic": True}
    )
    assert read_item(line) == item


@pytest.mark.parametrize(
    ("raw", "reason", "detail"),
    [
        (b"{", Reason.INVALID, "Invalid JSON"),
        (b"[]", Reason.INVALID, "Input should be an object"),
        (b'"text"', Reason.INVALID, "Input should be an object"),
        (b'{"text": 7}', Reason.INVALID, "text: Input should be a valid string"),
        (b'{"text": "\xff\xfe"}', Reason.INVALID, "Invalid JSON: invalid unicode"),
        (b'{"txt": "x"}', Reason.INVALID, "unknown field 'txt', did you mean 'text'?"),
        (b'{"source": {"nmae": "n"}}', Reason.INVALID, "source.nmae: unknown field 'nmae', did you mean 'name'?"),
        (b'{"zzz": "x"}', Reason.INVALID, "unknown field 'zzz', known are url, title, text"),
        (None, Reason.TOO_LARGE, "more than"),
    ],
)  # fmt: skip
def test_a_line_that_is_no_article_says_why(raw: bytes | None, reason: Reason, detail: str) -> None:
    refusal = read_line(Line(1, raw))
    assert isinstance(refusal, Rejected)
    assert refusal.reason is reason
    assert detail in refusal.detail
