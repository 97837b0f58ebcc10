"""`python -m deploy.compile_core`: compiles the extractor with mypyc. Without a C compiler it says so and is content.

The modules go where `services/native.py` looks for them, into a folder named after the sources they were made of.
"""

import argparse
import os
import shlex
import shutil
import sys
import tempfile
from pathlib import Path
from sysconfig import get_config_var, get_path
from time import monotonic

from deploy.cannot_compile import CannotCompile
from services.native import ROOT, digest, folder_in, places

CONTENT_WITHOUT = "the extractor runs as plain Python, with the same results in about twice the time"


def compiler() -> str:
    """The command of the C compiler. Raises `CannotCompile` when it, or what it needs of Python, is missing."""
    command = os.environ.get("CC") or str(get_config_var("CC") or "cc")
    program = shlex.split(command)[0]
    if shutil.which(program) is None:
        raise CannotCompile(f"no C compiler ({program}) on the PATH")
    header = Path(get_path("include")) / "Python.h"
    if not header.is_file():
        raise CannotCompile(f"no {header} (Debian and Ubuntu: apt install python3-dev)")
    return command


def compile_core(root: Path, place: Path) -> Path:
    """Compile the sources under `root` unless that was done; the folder of the modules, others of this Python removed.

    Raises `CannotCompile`.
    """
    command, of = compiler(), digest(root)
    target = folder_in(place, of)
    if not target.is_dir():
        try:
            from deploy.mypyc_build import compiled
        except ImportError as error:
            raise CannotCompile(f"{error}; install requirements-compile.lock") from error
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="compiling-", dir=place) as work:
            made = compiled(root, Path(work), command)
            if digest(root) != of:
                raise CannotCompile("the sources changed meanwhile; compile again")
            made.rename(target)
    for old in place.glob(folder_in(place, "*").name):
        if old != target:
            shutil.rmtree(old, ignore_errors=True)
    return target


def main(arguments: list[str] | None = None) -> int:
    """0, unless `--require` or `--check` was asked for and there is no compiled extractor, or no compiler: then 1."""
    parser = argparse.ArgumentParser(prog="python -m deploy.compile_core", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only look for what compiling needs")
    parser.add_argument("--require", action="store_true", help="exit with 1 when it cannot be compiled")
    parser.add_argument("--into", type=Path, default=places(ROOT)[0], help="folder of compiled modules")
    told = parser.parse_args(arguments)
    try:
        if told.check:
            compiler()
            return 0
        started = monotonic()
        target = compile_core(ROOT, told.into.resolve())
        sys.stderr.write(f"compiled the extractor in {monotonic() - started:.0f} s: {target}\n")
    except CannotCompile as error:
        sys.stderr.write(f"not compiled: {error}; {CONTENT_WITHOUT}\n")
        return int(told.check or told.require)
    return 0


if __name__ == "__main__":
    sys.exit(main())
