"""Where fetched servers and their data live, and as whom the servers run.

Elasticsearch and PostgreSQL refuse to run as root. Started by root they run as `nobody`, who cannot read root's home:
then everything lies under /var/tmp.
"""

import os
import pwd
import random
import shutil
import socket
import tempfile
from pathlib import Path
from typing import Any

from deploy.local.errors import StackError

ROOTS_PLACE = Path("/var/tmp")  # noqa: S108 - read by the user the servers run as; ownership is checked
FIRST_PORT, LAST_PORT = 12_000, 29_999
"""Below the range from which the system takes ports for outgoing connections (32768 and up): a server that is stopped
finds its port free again, also when a client tries to reach it without a pause."""


def cache_directory() -> Path:
    """The folder of fetched servers, shared by all clones of this user. Raises `StackError` when it is not ours."""
    if os.geteuid() == 0:
        place = ROOTS_PLACE / "tocsin-cache"
    else:
        place = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tocsin"
    place.mkdir(mode=0o755, parents=True, exist_ok=True)
    status = place.lstat()
    if place.is_symlink() or status.st_uid != os.geteuid() or status.st_mode & 0o022:
        raise StackError(f"{place} must be a folder that belongs to you and that nobody else may write to")
    return place


def data_directory(name: str, chosen: Path | None) -> Path:
    """Where a server keeps its data: in `chosen`, or in a fresh folder. Raises `StackError` when it cannot enter it."""
    if chosen is not None:
        chosen.mkdir(parents=True, exist_ok=True)
        if not readable_by_server(chosen.parent):
            raise StackError(
                f"{name} does not run as root and cannot enter {chosen.parent}; choose another --data folder"
            )
        place = chosen
    elif os.geteuid() == 0:
        place = Path(tempfile.mkdtemp(prefix=f"tocsin-{name}-", dir=ROOTS_PLACE))
    else:
        place = Path(tempfile.mkdtemp(prefix=f"tocsin-{name}-"))
    give_to_server(place)
    return place


def give_to_server(place: Path) -> None:
    """Make `place` and what it holds the server's own. Does nothing unless root starts the server."""
    if os.geteuid() != 0:
        return
    nobody = pwd.getpwnam("nobody")
    for folder, _, files in os.walk(place):
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        for name in files:
            os.chown(os.path.join(folder, name), nobody.pw_uid, nobody.pw_gid, follow_symlinks=False)


def unprivileged() -> dict[str, Any]:
    """Arguments for `subprocess` that drop root's rights; empty for everybody else."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def readable_by_server(place: Path) -> bool:
    """Whether the user that servers run as may enter every folder above `place`, and `place` itself."""
    return os.geteuid() != 0 or all(folder.stat().st_mode & 0o001 for folder in (place, *place.resolve().parents))


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on."""
    for port in random.sample(range(FIRST_PORT, LAST_PORT), 200):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise StackError(f"no free port between {FIRST_PORT} and {LAST_PORT}")


def remove(place: Path) -> None:
    """Delete a data folder; what is already gone is fine."""
    shutil.rmtree(place, ignore_errors=True)
