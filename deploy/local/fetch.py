"""Fetches server files from Maven Central into the cache, once for all clones. Never leaves half a server behind."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.errors import StackError
from deploy.local.java import java_home, maven
from deploy.local.places import cache_directory

RECIPES = Path(__file__).with_name("maven")
FETCH_SECONDS = 1800


def fetched(name: str, arrange: Callable[[Path], None] = lambda _: None) -> Path:
    """The folder that recipe `maven/<name>.xml` fills; `arrange` finishes it. At once when it is there already.

    The folder's name holds a hash of the recipe, so that a changed version is fetched anew. Raises `StackError`.
    """
    recipe = RECIPES / f"{name}.xml"
    place = cache_directory() / f"{name}-{hashlib.sha256(recipe.read_bytes()).hexdigest()[:12]}"
    return filled(place, lambda unfinished: _run_maven(recipe, unfinished, arrange))


def filled(place: Path, fill: Callable[[Path], None]) -> Path:
    """`place`, filled by `fill` unless it exists. Safe against others doing the same at the same time."""
    if place.is_dir():
        return place
    with _only_one(place.parent / "fetch.lock"):
        if not place.is_dir():
            for leftover in place.parent.glob(f"unfinished-{place.name}-*"):
                shutil.rmtree(leftover, ignore_errors=True)
            unfinished = Path(tempfile.mkdtemp(prefix=f"unfinished-{place.name}-", dir=place.parent))
            try:
                fill(unfinished)
                _let_everybody_read(unfinished)
                unfinished.rename(place)
            finally:
                shutil.rmtree(unfinished, ignore_errors=True)
    return place


@contextmanager
def _only_one(lock: Path) -> Iterator[None]:
    """Hold `lock`; the system frees it when its holder dies."""
    with lock.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.stderr.write("waiting for another fetch to finish ...\n")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _run_maven(recipe: Path, place: Path, arrange: Callable[[Path], None]) -> None:
    executable = maven()
    sys.stderr.write(f"fetching {recipe.stem} from Maven Central (once) ...\n")
    environment = dict(os.environ)
    environment.setdefault("JAVA_HOME", str(java_home(17, full_jdk=False, needed_by="Maven")))
    # Maven writes a `target` folder beside its file: work on a copy, the clone may be read-only.
    shutil.copy(recipe, place / "pom.xml")
    command = [executable, "-B", "-q", "-f", str(place / "pom.xml"), f"-Dout={place}", "generate-resources"]
    try:
        subprocess.run(  # noqa: S603 - our own recipe
            command,
            check=True,
            env=environment,
            timeout=FETCH_SECONDS,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
    except subprocess.CalledProcessError as error:
        last_lines = "\n".join(error.output.decode(errors="replace").splitlines()[-15:])
        raise StackError(f"Maven could not fetch {recipe.stem}:\n{last_lines}") from error
    except subprocess.TimeoutExpired as error:
        raise StackError(f"Maven did not fetch {recipe.stem} within {FETCH_SECONDS} s") from error
    arrange(place)
    shutil.rmtree(place / "target", ignore_errors=True)


def _let_everybody_read(place: Path) -> None:
    """Servers that root starts run as somebody else."""
    for folder, _, files in os.walk(place):
        os.chmod(folder, 0o755)  # noqa: S103 - programs, no secrets
        for name in files:
            path = Path(folder, name)
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
