"""Finds a Java to run the servers on, and Maven to fetch them. Installs nothing."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from deploy.local.errors import StackError

FOLDERS = ("/usr/lib/jvm", "/usr/java", "/opt/java", "/Library/Java/JavaVirtualMachines")


def java_home(at_least: int, *, full_jdk: bool, needed_by: str, at_most: int | None = None) -> Path:
    """The first Java of this machine that is new enough, and not too new. Raises `StackError`: what to install.

    Looks at JAVA_HOME, at `java` on the PATH and where systems keep theirs. `full_jdk`: with its own tools (`jlink`).
    """
    seen = []
    for home in _candidates():
        version = _version(home)
        seen.append(f"{home} ({version or 'does not start'})")
        fits = version is not None and at_least <= version <= (at_most or version)
        if fits and (not full_jdk or (home / "bin" / "jlink").exists()):
            return home
    kind = "JDK" if full_jdk else "Java"
    raise StackError(
        f"{needed_by} needs a {'full ' if full_jdk else ''}{kind} of version {at_least}{_range(at_least, at_most)}. "
        f"Install one (for example Eclipse Temurin from https://adoptium.net, or your system's package) "
        f"and set JAVA_HOME to it. Found here: {', '.join(seen) or 'none'}."
    )


def _range(at_least: int, at_most: int | None) -> str:
    if at_most is None:
        return " or newer"
    return f" to {at_most}" if at_most > at_least else ""


def maven() -> str:
    """The path of `mvn`. Raises `StackError`."""
    found = shutil.which("mvn")
    if found is None:
        raise StackError(
            "Maven (`mvn`) is needed once, to fetch Kafka and Elasticsearch. Install your system's package "
            "(Debian: apt-get install maven; macOS: brew install maven)."
        )
    return found


def _candidates() -> Iterator[Path]:
    """Every Java home of this machine, each once, the user's own choice first."""
    places = []
    if os.environ.get("JAVA_HOME"):
        places.append(Path(os.environ["JAVA_HOME"]))
    on_path = shutil.which("java")
    if on_path is not None:
        places.append(Path(on_path).resolve().parent.parent)
    for folder in FOLDERS:
        for home in sorted(Path(folder).glob("*")):
            places.extend((home, home / "Contents" / "Home"))
    seen = set()
    for place in places:
        home = place.resolve()
        if home not in seen and (home / "bin" / "java").exists():
            seen.add(home)
            yield home


@cache
def _version(home: Path) -> int | None:
    """Its major version, or None when it does not run."""
    command = [str(home / "bin" / "java"), "-XshowSettings:properties", "-version"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)  # noqa: S603 - a Java
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"java\.specification\.version = (\d+)", answer.stderr)
    return int(found.group(1)) if found else None
