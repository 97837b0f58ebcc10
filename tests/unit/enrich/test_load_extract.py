"""A user's own roster and watch list: they extend ours; a fault in one stops the start with file, line and reason."""

import re
from pathlib import Path

import pytest

from services.enrich.adapters.extraction import InProcesses, InThread, load_extract
from services.enrich.app import open_extraction
from services.enrich.ports import Extraction
from services.enrich.settings import EnrichSettings
from services.runtime.env import SettingsError
from tests.articles import article

ROSTER = """
[[person]]
name = "Zora Quillfeather"
country = "CAN"
"""
WATCH_LIST = """
[[term]]
term = "glider"
topic = "gliders"
forms = "glider; gliders"
"""
TEXT = "Zora Quillfeather said the gliders had landed."


def file(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text)
    return str(folder / name)


def test_without_files_the_names_and_terms_are_ours() -> None:
    found = load_extract(EnrichSettings())(article(title="", text=TEXT))
    assert "gliders" not in {hit.topic for hit in found.keywords}


def test_files_add_names_and_terms(tmp_path: Path) -> None:
    settings = EnrichSettings(
        roster=file(tmp_path, "roster.toml", ROSTER), watch_list=file(tmp_path, "terms.toml", WATCH_LIST)
    )
    found = load_extract(settings)(article(title="", text=TEXT))
    assert ("zora-quillfeather", "CAN") in {(actor.id, actor.country) for actor in found.actors}
    assert [(hit.term, hit.topic, hit.quote) for hit in found.keywords] == [("glider", "gliders", "gliders")]


def test_every_fault_is_told_with_file_and_line(tmp_path: Path) -> None:
    settings = EnrichSettings(
        roster=file(tmp_path, "roster.toml", "[[person]]\nnom = 'x'\n"),
        watch_list=file(tmp_path, "terms.toml", "[[term]\n"),
    )
    with pytest.raises(SettingsError) as caught:
        load_extract(settings)
    roster, watch_list = caught.value.problems
    assert roster.startswith("TOCSIN_ROSTER: ")
    assert "roster.toml:1" in roster
    assert watch_list.startswith("TOCSIN_WATCH_LIST: ")
    assert re.search("terms.toml.* line 1", watch_list)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.toml"):
        load_extract(EnrichSettings(roster=str(tmp_path / "none.toml")))


@pytest.mark.parametrize(
    ("told", "otherwise", "kind"), [(None, 0, InThread), (None, 2, InProcesses), (0, 2, InThread), (1, 0, InProcesses)]
)
async def test_the_setting_says_where_the_extractor_runs_and_without_it_whoever_starts_it(
    told: int | None, otherwise: int, kind: type[Extraction]
) -> None:
    extraction = open_extraction(EnrichSettings(extract_processes=told), otherwise)
    await extraction.aclose()
    assert isinstance(extraction, kind)


def test_a_roster_that_cannot_be_read_is_told_before_any_process_starts(tmp_path: Path) -> None:
    settings = EnrichSettings(roster=str(tmp_path / "none.toml"), extract_processes=2)
    with pytest.raises(SettingsError, match=r"none\.toml"):
        open_extraction(settings)
