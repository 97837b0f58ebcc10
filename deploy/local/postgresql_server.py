"""One PostgreSQL server listening on 127.0.0.1 only, everybody trusted: for development and tests.

Its programs come with the PyPI package `pgserver` (Python 3.11 and 3.12) or from the system.
"""

import importlib.util
import shutil
import signal
import subprocess
from importlib.metadata import version
from pathlib import Path

from deploy.local.errors import StackError
from deploy.local.fetch import filled
from deploy.local.places import (
    cache_directory,
    data_directory,
    free_port,
    give_to_server,
    readable_by_server,
    unprivileged,
)
from deploy.local.server import Launch, Server

USER = "postgres"
SYSTEMS_PLACES = ("/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt")


def postgresql(data: Path | None = None) -> Server:
    """A server, not started. In `data` (kept) or in a folder of its own. Raises `StackError`."""
    programs = _programs()
    place = data_directory("postgresql", data)
    give_to_server(place)
    if not (place / "cluster" / "PG_VERSION").exists():
        _create_cluster(programs, place)
    port = free_port()
    command = [str(programs / "postgres"), "-D", str(place / "cluster"), "-h", "127.0.0.1", "-p", str(port)]
    # Data of tests need not survive a power cut; they do survive a crash of the server.
    command += ["-k", "", "-c", "max_connections=200"] + ([] if data is not None else ["-c", "fsync=off"])
    return Server(
        Launch(
            name="PostgreSQL",
            command=command,
            data=place,
            host="127.0.0.1",
            port=port,
            url=f"postgresql+psycopg://{USER}@127.0.0.1:{port}/postgres",
            ready=_is_ready,
            # "Fast": SIGTERM would wait until the last client has left.
            stop_signal=signal.SIGINT,
            ready_within_s=60.0,
        ),
        keep_data=data is not None,
    )


def _programs() -> Path:
    """The folder that holds `postgres` and `initdb`. Raises `StackError`."""
    package = importlib.util.find_spec("pgserver")
    if package is not None and package.submodule_search_locations:
        installed = Path(package.submodule_search_locations[0]) / "pginstall"
        if readable_by_server(installed):
            return installed / "bin"
        copy = cache_directory() / f"postgresql-of-pgserver-{version('pgserver')}"
        return filled(copy, lambda place: _copy(installed, place)) / "bin"
    on_path = shutil.which("postgres")
    if on_path is not None:
        return Path(on_path).resolve().parent
    for place in SYSTEMS_PLACES:
        for program in sorted(Path(place).glob("*/bin/initdb"), reverse=True):
            return program.parent
    raise StackError(
        "PostgreSQL is needed: `pip install pgserver` (Python 3.11 or 3.12), or install your system's package, "
        "or name a server of your own in TOCSIN_TEST_POSTGRESQL_URL."
    )


def _copy(installed: Path, place: Path) -> None:
    shutil.copytree(installed, place, symlinks=True, dirs_exist_ok=True)


def _create_cluster(programs: Path, place: Path) -> None:
    command = [str(programs / "initdb"), "-D", str(place / "cluster"), "-U", USER, "--auth=trust", "--encoding=UTF8"]
    command += ["--locale=C", "--no-sync"]
    answer = subprocess.run(  # noqa: S603 - the server's own tool
        command, capture_output=True, text=True, timeout=180, check=False, cwd=place, **unprivileged()
    )
    if answer.returncode != 0:
        raise StackError(f"PostgreSQL could not create its files:\n{answer.stdout}{answer.stderr}")


def _is_ready(server: Server) -> bool:
    return "database system is ready to accept connections" in server.log_since_start()
