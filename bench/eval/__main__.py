"""`python -m bench.eval [--update] [KIND ...]`: one table of figures, baselines and the last committed result.

Exits 1 when a figure fell by more than two points. Where the labelled texts are missing it says so and exits 0.
EVAL_DIR names their folder, SCORER the scorer.
"""

import argparse
import os
import sys
from pathlib import Path

from bench.eval import results
from bench.eval.kinds import KINDS, Kind
from bench.eval.run import Outcome, outcome

DEFAULT_DIR = "../shared/eval/extraction/dev"
DEFAULT_SCORER = "../shared/eval/extraction/score.py"
_ROW = "{:<11} {:<27} {:>8} {:>7} {:>9} {:>7}  {}"


def main() -> int:
    """Run the kinds asked for (all by default) and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.eval", description="extraction quality on labelled texts")
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=", ".join(k.name for k in KINDS))
    parser.add_argument("--update", action="store_true", help="make these figures the committed result")
    asked = parser.parse_args()
    folder = Path(os.environ.get("EVAL_DIR") or DEFAULT_DIR)
    scorer = Path(os.environ.get("SCORER") or DEFAULT_SCORER)
    if unknown := set(asked.kinds) - {k.name for k in KINDS}:
        parser.error(f"unknown kind: {', '.join(sorted(unknown))}")
    if not folder.is_dir() or not scorer.is_file():
        missing = folder if not folder.is_dir() else scorer
        print(f"SKIPPED, nothing measured: {missing} is missing. EVAL_DIR names the labelled texts, SCORER the scorer.")
        return 0
    chosen = [k for k in KINDS if not asked.kinds or k.name in asked.kinds]
    print(_ROW.format("kind", "measure", "baseline", "target", "committed", "now", ""))
    outcomes: list[Outcome] = []
    any_fell = False
    for kind in chosen:
        found = outcome(kind, folder, scorer)
        if found is None:
            print(_ROW.format(kind.name, f"SKIPPED: no {kind.gold}", "", "", "", "", ""))
            continue
        outcomes.append(found)
        any_fell |= _rows(kind, found)
    if asked.update:
        results.write(outcomes)
        return 0
    return 1 if any_fell else 0


def _rows(kind: Kind, found: Outcome) -> bool:
    """Print the rows of one kind; whether a committed figure fell."""
    committed = results.read().get(found.gold, {})
    any_fell = False
    for measure in kind.measures:
        before, now = committed.get(measure.name), found.figures.get(measure.name)
        fell = results.fell(measure, before, now)
        any_fell |= fell
        shown = [_shown(x) for x in (measure.baseline, measure.target, before, now)]
        print(_ROW.format(kind.name, measure.name, *shown, "FELL" if fell else ""), flush=True)
    if found.missing:
        print(_ROW.format(kind.name, f"not predicted: {', '.join(found.missing)}", "", "", "", "", ""))
    return any_fell


def _shown(figure: float | None) -> str:
    return "-" if figure is None else f"{figure:.3f}"


if __name__ == "__main__":
    sys.exit(main())
