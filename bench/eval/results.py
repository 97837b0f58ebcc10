"""The committed figures, and whether new ones fell. Figures count only for the very texts they were measured on."""

import json
from collections.abc import Iterable
from pathlib import Path

from bench.eval.kinds import Measure
from bench.eval.run import Outcome

RESULTS = Path(__file__).with_name("results.json")
TOLERANCE = 0.02
"""A figure may fall by this much: two points, the noise of labels by one annotator."""

Results = dict[str, dict[str, float]]
"""Gold file's fingerprint -> measure -> figure."""


def read() -> Results:
    """The committed figures; none before the first `--update`."""
    results: Results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    return results


def write(outcomes: Iterable[Outcome]) -> None:
    """Make these the committed figures, beside those of other texts."""
    results = read() | {o.gold: {k: round(v, 4) for k, v in o.figures.items()} for o in outcomes if o.figures}
    RESULTS.write_text(json.dumps(results, indent=2, sort_keys=True) + "\n")


def fell(measure: Measure, before: float | None, now: float | None) -> bool:
    """Whether a committed figure is gone, or worse by more than the tolerance."""
    return before is not None and (now is None or measure.worse_by(before, now) > TOLERANCE + 1e-9)
