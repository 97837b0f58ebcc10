"""Which gold files there are, who predicts each, and which figures of the scorer's output are kept."""

import re
from typing import NamedTuple

_FIGURE = r"(?P<n>[\d.]+)(?:/(?P<of>\d+))?"


class Measure(NamedTuple):
    """One figure between 0 and 1: a row of the table. `<>` in `pattern` stands for it in the scorer's output.

    Groups `n` and `of` of the pattern are read as a fraction. `baseline` and `target` are None where nobody named one.
    """

    name: str
    pattern: str
    baseline: float | None = None
    target: float | None = None
    lower_is_better: bool = False

    def read(self, output: str) -> float | None:
        """The figure in the scorer's output; None when it is not there."""
        found = re.search(self.pattern.replace("<>", _FIGURE), output, re.DOTALL)
        if found is None:
            return None
        of = float(found["of"] or 1)
        return float(found["n"]) / of if of else 0.0

    def worse_by(self, before: float, now: float) -> float:
        """How far the figure fell since `before`; negative when it rose."""
        return now - before if self.lower_is_better else before - now


class Kind(NamedTuple):
    """A gold file, the scorer's word for it, the modules `bench.eval.predict_<name>` whose answers are merged."""

    name: str
    gold: str
    scorer: str
    predictors: tuple[str, ...]
    measures: tuple[Measure, ...]


LABELS = "labels"
"""Stands for the scorer where a kind has none: labels are compared here."""

_OF_SENTENCES = r"sentences (?P<of>\d+) .*?"

KINDS: tuple[Kind, ...] = (
    Kind(
        "numbers",
        "numbers.jsonl",
        "numbers",
        ("numbers",),
        (
            Measure("numbers recall", r"numbers recall <>", None, 0.92),
            Measure("ranges recall", r"ranges recall <>", None, 0.90),
        ),
    ),
    Kind(
        "newsquant",
        "newsquant.jsonl",
        "newsquant",
        ("newsquant",),
        (
            Measure("value F1", r"value P.*?F1 <>", 0.920, 0.90),
            Measure("value and op F1", r"value\+op P.*?F1 <>", 0.881, 0.86),
        ),
    ),
    Kind(
        "quantities",
        "quantities.jsonl",
        "quantities",
        ("quantities",),
        (
            Measure("value F1", r"value P.*?F1 <>", 0.77),
            Measure("value and unit F1", r"value\+unit P.*?F1 <>", 0.38, 0.85),
            Measure("op on matched", r"value\+unit .*? op <>", 0.64, 0.92),
            Measure("status on matched", r"value\+unit .*? status <>", None, 0.85),
            Measure("movement on matched", r"value\+unit .*? movement <>", None, 0.80),
            Measure("is_deployment on matched", r"value\+unit .*? is_deployment <>", 0.76),
            Measure("strength counts found", r"strength counts found <>", 17 / 23, 22 / 23),
        ),
    ),
    Kind(
        "negatives",
        "negatives.jsonl",
        "negatives",
        ("quantities", "negatives"),
        (
            Measure("false alerts", _OF_SENTENCES + r"false alerts (?P<n>\d+)", 30 / 41, 2 / 41, lower_is_better=True),
            Measure("missed alerts", _OF_SENTENCES + r"missed alerts (?P<n>\d+)", None, 0.0, lower_is_better=True),
            Measure(
                "spurious numbers", _OF_SENTENCES + r"casualty number (?P<n>\d+)", None, None, lower_is_better=True
            ),
            Measure("stance accuracy", r"stance accuracy <>", None, 0.85),
        ),
    ),
    Kind(
        "actors",
        "actors_events.jsonl",
        "actors",
        ("actors", "actors_event"),
        (
            Measure("country recall", r"country recall <>", 0.93, 0.98),
            Measure("source exact", r"source exact <>", 0.75, 0.88),
            Measure("target exact", r"target exact <>", 0.50, 0.75),
            Measure("event accuracy", r"PLOVER event accuracy <>", None, 0.65),
        ),
    ),
    Kind(
        "muc",
        "muc_docs.jsonl",
        "muc",
        ("muc_counts", "muc_countries", "muc_types"),
        (
            Measure("country recall", r"country recall <>", None, 0.90),
            Measure("incident type recall", r"incident type recall <>", None, 0.70),
            Measure("victim counts recall", r"victim counts recall <>", None, 0.75),
        ),
    ),
    Kind(
        "plv",
        "plv.jsonl",
        "plv",
        ("plv",),
        (
            Measure("event macro F1", r"macro F1 <>", 0.746, 0.70),
            Measure("accuracy", r"\| accuracy <>", 0.763, 0.72),
            Measure("quad class accuracy", r"quad class accuracy <>"),
        ),
    ),
    Kind(
        "case",
        "case_events.jsonl",
        LABELS,
        ("case",),
        (
            Measure("subtype weighted F1", r"weighted F1 <>", 0.84),
            Measure("subtype accuracy", r"accuracy <>"),
        ),
    ),
    Kind("metonymy", "metonymy.jsonl", "metonymy", ("metonymy",), (Measure("accuracy", r"accuracy <>", 0.836, 0.82),)),
    Kind(
        "geo",
        "geo.jsonl",
        "geo",
        ("geo",),
        (
            Measure("countries of an article F1", r"countries of an article P.*?F1 <>", 0.660, 0.82),
            Measure("mentions found", r"mentions found <>"),
            Measure("right country", r"right country <>", 0.441, 0.70),
            Measure("place or actor", r"place or actor <>", None, 0.80),
        ),
    ),
    Kind("dedup", "dedup.jsonl", "dedup", ("stories",), (Measure("pairwise F1", r"F1 <>", 0.79),)),
    Kind("stories", "stories.jsonl", "dedup", ("stories",), (Measure("pairwise F1", r"F1 <>", 0.755),)),
)
