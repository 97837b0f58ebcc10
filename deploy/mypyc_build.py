"""Python to C by mypyc, C to libraries by setuptools, on every core. Only `deploy/compile_core.py` needs it."""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout
from io import StringIO
from itertools import chain
from pathlib import Path

from mypyc.build import mypycify
from setuptools import Distribution, Extension
from setuptools.command.build_ext import build_ext
from setuptools.errors import BaseError, CCompilerError

from deploy.cannot_compile import CannotCompile
from services.native import modules

OPTIMISATION = "1"
"""Higher ones take up to twice as long to compile and read articles no faster (measured with gcc 12)."""
FLAGS = ("-fvisibility=hidden",)
"""Functions of one module call those of another directly, and not through a table that other libraries could change."""
CORES = os.cpu_count() or 1


class BuildInParallel(build_ext):  # type: ignore[misc]  # setuptools has no types
    """setuptools compiles the sources of one library one after the other; they take most of the time."""

    def build_extension(self, ext: Extension) -> None:
        """Compile all sources at once, then link."""
        with ThreadPoolExecutor(CORES) as pool:
            objects = pool.map(lambda source: self._objects(ext, source), ext.sources)
            ext.extra_objects = [*ext.extra_objects, *chain.from_iterable(objects)]
        ext.sources = []
        super().build_extension(ext)

    def _objects(self, ext: Extension, source: str) -> list[str]:
        made: list[str] = self.compiler.compile(
            [source], self.build_temp, include_dirs=ext.include_dirs, extra_postargs=ext.extra_compile_args
        )
        return made


def compiled(root: Path, work: Path, command: str) -> Path:
    """Compile the sources under `root` in the folder `work`; the folder of the modules. Raises `CannotCompile`.

    Stays in `root` afterwards: mypy finds packages from where it stands.
    """
    os.chdir(root)
    os.environ["CC"] = command
    said = StringIO()
    names = [str(file.relative_to(root)) for file in modules(root)]
    try:
        # It prints notes on its own choices, and nothing else unless it refuses.
        with redirect_stdout(said):
            extensions = mypycify(
                [f"--cache-dir={work / 'cache'}", *names],
                opt_level=OPTIMISATION,
                debug_level="0",
                multi_file=True,
                target_dir=str(work / "c"),
            )
        for extension in extensions:
            # What a newer compiler warns of is no reason to go without.
            told = [flag for flag in extension.extra_compile_args if flag != "-Werror"]
            extension.extra_compile_args = [*told, *FLAGS]
        build = BuildInParallel(Distribution({"name": "tocsin-core", "ext_modules": extensions}))
        build.build_lib, build.build_temp = str(work / "modules"), str(work / "objects")
        build.parallel, build.force = CORES, True
        build.ensure_finalized()
        build.run()
    except SystemExit as error:
        errors = "\n".join(line for line in said.getvalue().splitlines() if ": error:" in line)
        raise CannotCompile(f"mypyc refused the sources ({errors})") from error
    except (BaseError, CCompilerError) as error:
        raise CannotCompile(f"the C compiler failed: {error}") from error
    return work / "modules"
