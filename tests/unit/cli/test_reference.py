"""The pages made from the code are the code's."""

from pathlib import Path

from services.cli.reference import fields_page, settings_page
from services.contracts.document import FIELDS

ROOT = Path(__file__).parents[3]


def test_the_page_of_fields_is_what_make_docs_would_write() -> None:
    assert (ROOT / "docs/fields.md").read_text(encoding="utf-8") == fields_page()


def test_the_page_of_settings_is_what_make_docs_would_write() -> None:
    assert (ROOT / "docs/settings.md").read_text(encoding="utf-8") == settings_page()


def test_every_field_says_what_it_means() -> None:
    assert [path for path, (_, info) in FIELDS.items() if not info.description] == []
