"""The folding of texts keeps every token where it was."""

import sys

from services.enrich.core.enrich import enrich
from services.enrich.core.folding import folded
from tests.articles import article


def test_no_character_folds_to_a_space_that_it_was_not() -> None:
    letters = "".join(map(chr, range(sys.maxunicode + 1)))
    changed = [old for old, new in zip(letters, folded(letters), strict=True) if new.isspace() and new != old]
    assert changed == []


def test_a_name_behind_an_accent_that_stands_alone_is_found() -> None:
    assert [actor.id for actor in enrich(article("x", text="´EU")).actors] == ["EU"]
