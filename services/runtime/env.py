"""Settings from the environment: typed, complete, and loud about every mistake at once. Reads no environment itself."""

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError

from services.runtime.setting_names import CLIENT_NAMES, KNOWN_NAMES

PREFIX = "TOCSIN_"
FILE = "_FILE"
_KNOWN = KNOWN_NAMES | CLIENT_NAMES


class SettingsError(Exception):
    """The environment cannot be used; `problems` names everything that is wrong, one line each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("settings cannot be used:\n" + "\n".join(f"  {p}" for p in problems))
        self.problems = problems


class Settings(BaseModel):
    """Base of all settings: field `bus_url` is read from `TOCSIN_BUS_URL`, or from the file `TOCSIN_BUS_URL_FILE`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """Read the variables that start with `TOCSIN_`. Raises `SettingsError` with all problems.

        A name that no service knows is a problem (a misspelt one would be a silent default); a name that another
        service knows is not. An empty value counts as not set. A `_FILE` variable names a file with the value.
        """
        problems: list[str] = []
        values: dict[str, str] = {}
        for variable in sorted(env):
            if not variable.startswith(PREFIX) or not env[variable]:
                continue
            name = variable.removeprefix(PREFIX).lower()
            plain = name.removesuffix(FILE.lower())
            if name in cls.model_fields:
                values[name] = env[variable]
            elif name != plain and plain in cls.model_fields:
                _read_file(variable, env, plain, values, problems)
            elif name not in _KNOWN and plain not in _KNOWN:
                problems.append(f"{variable}: unknown{_suggestion(name, {*_KNOWN, *cls.model_fields})}")
        try:
            made = cls.model_validate(values)
        except ValidationError as error:
            raise SettingsError(problems + [_describe(e["loc"], e["msg"]) for e in error.errors()]) from error
        if problems:
            raise SettingsError(problems)
        return made


def variable_of(name: str) -> str:
    """The variable that a setting is read from."""
    return PREFIX + name.upper()


def _read_file(variable: str, env: Mapping[str, str], name: str, values: dict[str, str], problems: list[str]) -> None:
    if env.get(variable_of(name)):
        problems.append(f"{variable}: {variable_of(name)} is set too; set one of them")
        return
    try:
        values[name] = Path(env[variable]).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"{variable}: cannot read {env[variable]!r}: {error}")


def _suggestion(name: str, known: set[str]) -> str:
    near = get_close_matches(name, sorted(known), n=1, cutoff=0.6)
    return f"; did you mean {variable_of(near[0])}?" if near else ""


def _describe(where: tuple[int | str, ...], what: str) -> str:
    return f"{variable_of(str(where[0])) if where else 'settings'}: {what}"
