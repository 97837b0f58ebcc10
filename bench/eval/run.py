"""Predicts one gold file, hands it to the scorer and reads the figures. Knows no kind by name."""

import hashlib
import importlib.util
import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from bench.eval.case import Case, Prediction, Predictor
from bench.eval.kinds import LABELS, Kind


class Outcome(NamedTuple):
    """What one kind gave: figures by measure, predictors that do not exist, and the gold file's fingerprint."""

    kind: Kind
    figures: dict[str, float]
    missing: tuple[str, ...]
    gold: str


def predictor(name: str) -> Predictor | None:
    """`predict` of `bench.eval.predict_<name>`; None when there is no such module."""
    module = f"bench.eval.predict_{name}"
    if importlib.util.find_spec(module) is None:
        return None
    found: Predictor = importlib.import_module(module).predict
    return found


def outcome(kind: Kind, folder: Path, scorer: Path) -> Outcome | None:
    """The figures of one kind; None when the folder has no such gold file."""
    gold = folder / kind.gold
    if not gold.is_file():
        return None
    raw = gold.read_bytes()
    fingerprint = hashlib.sha256(raw).hexdigest()[:16]
    predictors = {name: predictor(name) for name in kind.predictors}
    missing = tuple(name for name, found in predictors.items() if found is None)
    if len(missing) == len(predictors):
        return Outcome(kind, {}, missing, fingerprint)
    cases: list[Case] = [json.loads(line) for line in raw.decode().splitlines() if line.strip()]
    predictions: list[Prediction] = [{"id": case["id"]} for case in cases]
    for found in filter(None, predictors.values()):
        for prediction, more in zip(predictions, found(cases), strict=True):
            prediction |= more
    output = _compare_labels(cases, predictions) if kind.scorer == LABELS else _score(kind, gold, predictions, scorer)
    figures = {m.name: figure for m in kind.measures if (figure := m.read(output)) is not None}
    return Outcome(kind, figures, missing, fingerprint)


def _score(kind: Kind, gold: Path, predictions: list[Prediction], scorer: Path) -> str:
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        file.writelines(json.dumps(prediction) + "\n" for prediction in predictions)
        file.flush()
        command = [sys.executable, str(scorer), kind.scorer, str(gold), file.name]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _compare_labels(cases: list[Case], predictions: list[Prediction]) -> str:
    """The scorer has no word for subtypes: accuracy, and F1 of each `acled_subtype` weighted by its cases."""
    pairs = [(c["acled_subtype"], p.get("acled_subtype")) for c, p in zip(cases, predictions, strict=True)]
    weighted = 0.0
    for label, support in Counter(gold for gold, _ in pairs).items():
        right = sum(gold == found == label for gold, found in pairs)
        weighted += support * 2 * right / (support + sum(found == label for _, found in pairs))
    right = sum(gold == found for gold, found in pairs)
    return f"weighted F1 {weighted / (len(pairs) or 1):.3f} | accuracy {right}/{len(pairs)}"
