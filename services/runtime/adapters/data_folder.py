"""One process at a time on one folder of embedded data: a lock that dies with its holder, never by age."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK_FILE = "tocsin.lock"


class FolderInUse(Exception):
    """Another process works on this folder."""


@contextmanager
def claim_folder(folder: Path) -> Iterator[Path]:
    """Hold `folder`, made when missing, until the context ends. Raises `FolderInUse`, `OSError`."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.read(descriptor, 32).decode(errors="replace").strip() or "unknown"
            raise FolderInUse(
                f"{folder} is in use by process {holder}: stop it, or choose another folder for this one"
            ) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        # The file stays: removing it would let two processes lock two files of one name.
        yield folder
    finally:
        os.close(descriptor)
