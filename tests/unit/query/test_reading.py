"""Which fields a query looks at."""

import pytest

from services.query import fields_read, parse


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("", set()),
        ("*", {"title", "text"}),
        ("invasion", {"title", "text"}),
        ("not asserted:invasion", {"asserted"}),
        ("language:en and (denied:war or revision > 1)", {"language", "denied", "revision"}),
        ("quantities:{ unit:troops and not low < 5 }", {"quantities", "quantities.unit", "quantities.low"}),
        ("source:*", {"source.name", "source.domain"}),
        ("story.*:x", {"story.id"}),
        ("nowhere:x or elsewhere:{ a:b }", set()),
    ],
)
def test_a_query_reads_the_fields_of_its_clauses(text: str, fields: set[str]) -> None:
    assert fields_read(parse(text)) == fields
