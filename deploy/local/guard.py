"""Ends a server whose starter is gone, however that died. Run by `server.py` as a script; imports nothing of ours.

Standard input is a pipe that the starter holds open: `d` on it means that the server is dealt with, its end without
that means that the starter died. Arguments: the server's process group, and a data folder to delete, if any.
"""

import contextlib
import os
import shutil
import signal
import sys
import time

GRACE_SECONDS = 15


def main(group: int, data: str | None) -> None:
    """Wait for the starter, then end what it left."""
    if sys.stdin.buffer.read(1) == b"d":
        return
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGCONT)
        os.killpg(group, signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        while time.monotonic() < deadline:
            os.killpg(group, 0)
            time.sleep(0.2)
        os.killpg(group, signal.SIGKILL)
    if data is not None:
        shutil.rmtree(data, ignore_errors=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None)
