"""`tocsin try`: alerts on standard output and nothing else; what cannot be read on standard error."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.cli.rule_book import SAMPLE_ARTICLES, SAMPLE_RULES
from services.cli.trying import try_rules
from services.contracts.alert import Alert

NEWS = "Russia has massed 120,000 troops near the border with Ukraine, officials said."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two articles out of order, a copy, an empty file, a text in one line of NDJSON."""
    articles = [
        {"url": "https://a.example/2", "text": NEWS.replace("120,000", "160,000"), "published": "2022-02-09"},
        {"url": "https://a.example/1", "text": NEWS, "published": "2022-02-08"},
        {"url": "https://a.example/1", "text": NEWS, "published": "2022-02-08"},
        {"url": "https://a.example/0", "text": "All was quiet.", "published": "2022-02-01"},
    ]
    (tmp_path / "many.ndjson").write_text("\n".join(json.dumps(a) for a in articles) + "\n{ not json\n")
    (tmp_path / "empty.txt").write_text("  \n")
    return tmp_path


def rules(folder: Path, trigger: str) -> Path:
    path = folder / "rules.yaml"
    query = "quantities:{ unit:troops and near:UKR and status:reported }"
    path.write_text(f"rules:\n  - name: troops\n    query: '{query}'\n    trigger: {trigger}\n")
    return path


def alerts(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_each_story_is_told_once_in_the_order_of_publication(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    try_rules([folder / "many.ndjson"], rules(folder, "each"), as_json=True, date=None)
    told = alerts(capsys)
    assert [alert["article"]["url"] for alert in told] == ["https://a.example/1", "https://a.example/2"]
    assert [alert["evidence"][0]["finding"]["value"] for alert in told] == [120_000, 160_000]
    assert {"rule", "title", "reason", "evidence"} <= told[0].keys()
    assert Alert.model_validate(told[0]).rule == "troops"


def test_what_looks_wrong_in_a_rule_is_told_beside_its_alerts(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "rules.yaml"
    path.write_text("rules:\n  - name: typo\n    query: 'asertd:troops or asserted:troops'\n")
    assert try_rules([folder / "many.ndjson"], path, as_json=True, date=None) == 1  # of the line that is no JSON
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 2
    assert f"{path}:3: warning: [rule typo] query at position 0" in err
    assert "asserted:troops" in err


def test_a_rule_that_cannot_be_used_is_named_with_file_and_line(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / "rules.yaml"
    path.write_text("rules:\n  - name: typo\n    query: 'asserted:('\n")
    assert try_rules([folder / "many.ndjson"], path, as_json=True, date=None) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"{path}:3: [rule typo] query at position 10")


def test_a_ladder_is_climbed_on_event_time(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ladder = "{ crosses: { field: quantities.low, by: [quantities.who], ladder: [100000, 150000], window: 14d } }"
    try_rules([folder / "many.ndjson"], rules(folder, ladder), as_json=True, date=None)
    assert [(alert["level"]["before"], alert["level"]["after"]) for alert in alerts(capsys)] == [
        (None, 120_000),
        (120_000, 160_000),
    ]


@pytest.mark.parametrize(
    ("trigger", "figures"),
    [
        ("{ count: { at_least: 2, window: 3d } }", {"count": {"stories": 2}}),
        ("{ first: { field: actors.id, look_back: 1d } }", {"first": {"field": "actors.id", "last_seen": None}}),
        ("{ silence: { window: 6d } }", {"silence": {"last_match": None, "until": "2022-02-07T00:00:00.000Z"}}),
    ],
)
def test_triggers_with_memory_run_on_event_time_and_ticks_are_made_up(
    folder: Path, capsys: pytest.CaptureFixture[str], trigger: str, figures: dict[str, dict[str, Any]]
) -> None:
    assert try_rules([folder / "many.ndjson"], rules(folder, trigger), as_json=True, date=None) == 1
    told = alerts(capsys)
    ((name, expected),) = figures.items()
    assert told, "the trigger fires"
    assert {told[0][name][key] for key in expected} == set(expected.values())
    assert (told[0]["article"] is None) == (name == "silence")


def test_what_cannot_be_read_is_named_and_the_rest_is_tried(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert try_rules([folder], rules(folder, "each"), as_json=True, date=None) == 1
    captured = capsys.readouterr()
    assert len(captured.out.splitlines()) == 2
    assert "empty.txt" in captured.err
    assert "many.ndjson:5" in captured.err


def test_a_date_is_for_texts_that_say_none(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = folder / "news.txt"
    text.write_text(NEWS)
    assert try_rules([text], rules(folder, "each"), as_json=True, date="2022-02-07") == 0
    (told,) = alerts(capsys)
    assert told["article"]["published"] == "2022-02-07T00:00:00.000Z"
    assert told["article"]["title"] == ""


def test_the_samples_tell_three_stories_and_are_silent_on_locusts_and_anniversaries(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert try_rules([SAMPLE_ARTICLES], SAMPLE_RULES, as_json=True, date=None) == 0
    told = alerts(capsys)
    assert {alert["rule"] for alert in told} == {"keyword-invasion", "troops-near-ukraine", "deployment-to-lithuania"}
    assert not any("locusts" in alert["title"] or "landings" in alert["title"] for alert in told)


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        ("rules: [", "rules.yaml"),
        ("rules:\n  - { name: a, query: 'quantities.low > 5', trigger: each }\n", "rules.yaml:2: "),
        ("rules:\n  - { name: a, query: 'x', tigger: each }\n", "tigger"),
        ("", "rules"),
    ],
)
def test_rules_that_cannot_work_are_refused_with_the_place(
    folder: Path, capsys: pytest.CaptureFixture[str], written: str, complaint: str
) -> None:
    (folder / "rules.yaml").write_text(written)
    assert try_rules([folder], folder / "rules.yaml", as_json=False, date=None) == 1
    captured = capsys.readouterr()
    assert complaint in captured.err
    assert captured.out == ""


def test_missing_rules_are_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert try_rules([folder], folder / "none.yaml", as_json=False, date=None) == 1
    assert "none.yaml" in capsys.readouterr().err
