"""What holds for every message that crosses a boundary."""

from services.contracts.document import Document
from services.contracts.topics import ENRICHED
from tests.articles import document


def test_a_message_is_encoded_once() -> None:
    made = document()
    assert ENRICHED.encode(made) is ENRICHED.encode(made)


def test_a_changed_copy_is_encoded_anew() -> None:
    made = document(title="before")
    assert b"before" in made.encoded
    changed = made.model_copy(update={"title": "after"})
    assert Document.model_validate_json(changed.encoded) == changed
    assert b"after" in changed.encoded


def test_a_message_that_was_encoded_equals_one_that_was_not() -> None:
    made = document()
    assert made.encoded
    assert made == document()
