"""`tocsin rules validate` and `schema`: what is wrong with files of rules, told with file and line. Asks no server."""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from services.alert.core.rule_files import PlacedProblem, RuleFile, are_one, check_rules
from services.alert.core.schema import rules_schema
from services.alert.core.subscriptions import Draft


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file and what it says."""

    path: Path
    found: RuleFile


def validate_files(paths: Sequence[Path], *, as_json: bool) -> int:
    """Print every problem and warning; 1 when there is a problem."""
    checked = check_files(paths)
    problems = sum(len(file.found.problems) for file in checked)
    if as_json:
        print(json.dumps({"valid": not problems, "files": [_as_values(file) for file in checked]}, ensure_ascii=False))
        return 1 if problems else 0
    report(checked)
    if not problems:
        rules = sum(len(file.found.drafts) for file in checked)
        print(f"{_count(rules, 'rule')} in {_count(len(checked), 'file')}: no problem")
    return 1 if problems else 0


def check_files(paths: Sequence[Path]) -> list[CheckedFile]:
    """Each file checked, and the rules of all of them against each other."""
    checked: list[CheckedFile] = []
    for path in paths:
        found = _read(path)
        twice = [
            PlacedProblem("name", f"{other.path} has this rule too", rule=draft.name)
            for draft in found.drafts
            for other in checked
            if any(are_one(draft, earlier) for earlier in other.found.drafts)
        ]
        checked.append(CheckedFile(path, replace(found, problems=(*found.problems, *twice))))
    return checked


def usable_drafts(paths: Sequence[Path]) -> list[Draft] | None:
    """The rules of all files, None when one cannot be used; what is wrong or odd is on standard error."""
    checked = check_files(paths)
    report(checked)
    if any(file.found.problems for file in checked):
        return None
    return [draft for file in checked for draft in file.found.drafts]


def report(checked: Sequence[CheckedFile]) -> None:
    """Problems and warnings as `file:line: ...` on standard error, where editors and CI look for them."""
    sys.stderr.writelines(f"{line}\n" for file in checked for line in _lines(file))


def write_schema(output: Path | None) -> int:
    """The JSON Schema, into a file or on standard output."""
    if output is None:
        sys.stdout.write(schema_text())
        return 0
    try:
        output.write_text(schema_text(), encoding="utf-8")
    except OSError as error:
        sys.stderr.write(f"{output}: {error.strerror}\n")
        return 1
    return 0


def schema_text() -> str:
    """The JSON Schema as it is kept in docs/rules.schema.json."""
    return json.dumps(rules_schema(), indent=2, ensure_ascii=False) + "\n"


def _read(path: Path) -> RuleFile:
    try:
        return check_rules(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        return RuleFile((), (PlacedProblem("file", f"cannot be read: {reason}"),), ())


def _lines(file: CheckedFile) -> Iterator[str]:
    for kind, problems in (("", file.found.problems), ("warning: ", file.found.warnings)):
        for problem in problems:
            yield f"{file.path}:{problem.line}: {kind}{str(problem).partition(': ')[2]}"


def _as_values(file: CheckedFile) -> dict[str, Any]:
    return {
        "file": str(file.path),
        "rules": len(file.found.drafts),
        "problems": [asdict(problem) for problem in file.found.problems],
        "warnings": [asdict(problem) for problem in file.found.warnings],
    }


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
