"""The frame that measures extraction: reads figures, compares them with committed ones, says what is missing."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from bench.eval import __main__ as command
from bench.eval import results, run
from bench.eval.case import Case
from bench.eval.kinds import KINDS, LABELS, Kind, Measure

SCORER = """\
import json, sys
gold = {json.loads(l)["id"]: json.loads(l) for l in open(sys.argv[2])}
right = sum(gold[p["id"]]["n"] == p.get("n") for p in map(json.loads, open(sys.argv[3])))
print(f"{sys.argv[1]} recall {right}/{len(gold)} and F1 0.250")
"""
KINDS_BY_NAME = {kind.name: kind for kind in KINDS}
COUNTS = Kind("counts", "counts.jsonl", "tally", ("counts",), (Measure("recall", "tally recall <>", 0.5, 0.9),))


@pytest.mark.parametrize(
    ("measure", "output", "figure"),
    [
        (Measure("F1", r"value P.*?F1 <>"), "value P 0.5 R 0.5 F1 0.501 (tp 1)", 0.501),
        (Measure("found", "found <>"), "strength counts found 6/8", 0.75),
        (Measure("false", r"of (?P<of>\d+) .*?false (?P<n>\d+)"), "of 40 cases | false 4", 0.1),
        (Measure("recall", "recall <>"), "recall 0/0", 0.0),
        (Measure("gone", "gone <>"), "recall 1/2", None),
    ],
)
def test_a_figure_is_read_from_the_output_of_the_scorer(measure: Measure, output: str, figure: float | None) -> None:
    assert measure.read(output) == figure


@pytest.mark.parametrize(
    ("before", "now", "lower_is_better", "fell"),
    [
        (0.90, 0.88, False, False),
        (0.90, 0.87, False, True),
        (0.90, 0.95, False, False),
        (0.10, 0.13, True, True),
        (0.10, 0.05, True, False),
        (0.90, None, False, True),
        (None, 0.10, False, False),
    ],
)
def test_a_figure_fell_when_it_is_worse_by_more_than_two_points(
    before: float | None, now: float | None, lower_is_better: bool, fell: bool
) -> None:
    assert results.fell(Measure("m", "<>", lower_is_better=lower_is_better), before, now) == fell


def test_every_kind_has_measures_of_different_names() -> None:
    for kind in KINDS:
        names = [m.name for m in kind.measures]
        assert names
        assert len(names) == len(set(names))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one gold file of four cases, of which the predictor gets three right."""
    (tmp_path / "counts.jsonl").write_text("".join(json.dumps({"id": i, "n": i}) + "\n" for i in range(4)))
    (tmp_path / "score.py").write_text(SCORER)

    def predict(cases: list[Case]) -> Iterator[Case]:
        for case in cases:
            yield {"n": min(case["n"], 2)}

    monkeypatch.setattr(run, "predictor", lambda name: predict if name == "counts" else None)
    monkeypatch.setattr(command, "KINDS", (COUNTS, *KINDS[:1]))
    monkeypatch.setattr(results, "RESULTS", tmp_path / "results.json")
    monkeypatch.setattr(command, "os", SimpleNamespace(environ={"EVAL_DIR": tmp_path, "SCORER": tmp_path / "score.py"}))
    return tmp_path


def _run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr("sys.argv", ["bench.eval", *arguments])
    return command.main()


def test_the_table_shows_baseline_target_committed_and_present_figure(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(monkeypatch) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert rows[1] == ["counts", "recall", "0.500", "0.900", "-", "0.750"]
    assert rows[2][:3] == ["numbers", "SKIPPED:", "no"]


def test_a_fall_below_the_committed_figure_fails_the_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _run(monkeypatch, "--update") == 0
    assert _run(monkeypatch) == 0
    committed = json.loads((folder / "results.json").read_text())
    (folder / "results.json").write_text(json.dumps({gold: {"recall": 0.8} for gold in committed}))
    assert _run(monkeypatch) == 1


def test_figures_of_other_texts_are_no_measure_for_these(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "results.json").write_text(json.dumps({"0123456789abcdef": {"recall": 1.0}}))
    assert _run(monkeypatch) == 0


def test_without_labelled_texts_it_says_so_and_passes(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "os", SimpleNamespace(environ={"EVAL_DIR": folder / "nowhere"}))
    assert _run(monkeypatch) == 0
    assert "nowhere is missing" in capsys.readouterr().out


def test_labels_without_a_scorer_are_compared_by_accuracy_and_weighted_f1(tmp_path: Path) -> None:
    labels = Kind("labels", "labels.jsonl", LABELS, ("labels",), tuple(KINDS_BY_NAME["case"].measures))
    gold = [("a", "a"), ("a", "a"), ("a", "b"), ("b", "b")]
    (tmp_path / "labels.jsonl").write_text(
        "".join(json.dumps({"id": i, "acled_subtype": g, "guess": p}) + "\n" for i, (g, p) in enumerate(gold))
    )

    def predict(cases: list[Case]) -> Iterator[Case]:
        for case in cases:
            yield {"acled_subtype": case["guess"]}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "predictor", lambda _: predict)
        found = run.outcome(labels, tmp_path, tmp_path / "none")
    assert found is not None
    assert found.figures["subtype accuracy"] == 0.75
    assert found.figures["subtype weighted F1"] == pytest.approx((3 * 4 / 5 + 1 * 2 / 3) / 4, abs=0.001)
