"""Lets the compiled extractor take the place of the Python one. Only where it was compiled from exactly these sources.

A stale library that wins over an edited file would be found by nobody; so nothing compiled lies beside a source, and
each folder of compiled modules is named after the digest of what it was made of. Compiling: `deploy/compile_core.py`.
"""

import os
import sys
from collections.abc import Sequence
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from importlib.abc import MetaPathFinder
from importlib.machinery import EXTENSION_SUFFIXES, ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType

SWITCH = "TOCSIN_NATIVE"
OFF = "off"
ROOT = Path(__file__).parents[1]
COMPILED = "services/enrich/core"
"""The package whose modules are compiled, its `__init__` files and data apart."""
_READ_TOO = "services/contracts"
"""What the compiled modules were checked against: another type there, and they would refuse its values."""
_GROUP = "__mypyc"
"""Ends the name of the library that all compiled modules share."""


class Choice(StrEnum):
    """Which extractor runs, and why."""

    COMPILED = "compiled"
    OFF = "python_as_told"
    NOT_COMPILED = "python_not_compiled"


def abi() -> str:
    """The suffix of libraries that this Python loads: its version, the processor and the C library."""
    return EXTENSION_SUFFIXES[0]


def modules(root: Path) -> list[Path]:
    """The source files that are compiled, in order."""
    return sorted(file for file in (root / COMPILED).rglob("*.py") if file.name != "__init__.py")


def digest(root: Path) -> str:
    """Names the sources under `root` that the compiled modules depend on: equal only where every byte is."""
    hashed = sha256()
    for file in sorted((*(root / COMPILED).rglob("*.py"), *(root / _READ_TOO).rglob("*.py"))):
        content = file.read_bytes()
        hashed.update(f"{file.relative_to(root).as_posix()} {len(content)}\n".encode())
        hashed.update(content)
    return hashed.hexdigest()[:24]


def places(root: Path) -> list[Path]:
    """Where compiled modules may lie: in a checkout, and beside the libraries of an installation."""
    return [root / "build" / "native", Path(sys.prefix) / "share" / "tocsin" / "native"]


def folder_in(place: Path, of: str) -> Path:
    """The folder of the modules that were compiled from sources with the digest `of`, for this Python."""
    return place / f"{of}-{abi().strip('.').rpartition('.')[0]}"


class CompiledModules(MetaPathFinder):
    """Finds the compiled modules. Looks for them at the first import of one of theirs, and not again."""

    def __init__(self, root: Path, switch: str) -> None:
        self._root = root
        self._switch = switch

    @cached_property
    def folder(self) -> Path | None:
        """Where the modules compiled from these sources are; None for nowhere."""
        if self._switch == OFF or not any(place.is_dir() for place in places(self._root)):
            return None
        of = digest(self._root)
        return next((folder for place in places(self._root) if (folder := folder_in(place, of)).is_dir()), None)

    @property
    def choice(self) -> Choice:
        """Which extractor is imported."""
        if self._switch == OFF:
            return Choice.OFF
        return Choice.NOT_COMPILED if self.folder is None else Choice.COMPILED

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """See `MetaPathFinder`."""
        if not fullname.startswith(_PREFIX) and not fullname.endswith(_GROUP):
            return None
        if self.folder is None:
            return None
        file = self.folder / (fullname.replace(".", "/") + abi())
        return spec_from_file_location(fullname, file) if file.is_file() else None


_PREFIX = COMPILED.replace("/", ".") + "."
# Read here and nowhere else, before any module of the extractor is imported.
_finder = CompiledModules(ROOT, os.environ.get(SWITCH, ""))


def install() -> None:
    """Ask for compiled modules before Python's own search does."""
    if _finder not in sys.meta_path:
        sys.meta_path.insert(0, _finder)


def choice() -> Choice:
    """Which extractor this process runs."""
    return _finder.choice
