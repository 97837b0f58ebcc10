"""The lock of a folder of embedded data."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from services.runtime.adapters.data_folder import FolderInUse, claim_folder

HOLD = """
import sys, pathlib
from services.runtime.adapters.data_folder import claim_folder
with claim_folder(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_process_is_refused_with_the_pid_of_the_first(tmp_path: Path) -> None:
    with (
        subprocess.Popen(
            [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as holder,
    ):
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(FolderInUse, match=f"in use by process {holder.pid}"), claim_folder(tmp_path):
            pass
        holder.send_signal(signal.SIGKILL)
    with claim_folder(tmp_path) as folder:
        assert (folder / "tocsin.lock").read_text() == f"{os.getpid()}\n"


def test_a_missing_folder_is_made_and_can_be_claimed_again_after_release(tmp_path: Path) -> None:
    for _ in range(2):
        with claim_folder(tmp_path / "a" / "b") as folder:
            assert folder.is_dir()
