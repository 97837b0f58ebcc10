"""One server process: started, waited for, stopped, killed, frozen, started again on the same port and data."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from deploy.local.errors import StackError
from deploy.local.places import remove, unprivileged

GUARD = Path(__file__).with_name("guard.py")
LOG_TAIL_LINES = 30
STOP_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Launch:
    """How to start one server. `ready` says whether it answers; it may look at the log."""

    name: str
    command: Sequence[str]
    data: Path
    host: str
    port: int
    url: str
    ready: Callable[["Server"], bool]
    environment: Mapping[str, str] = field(default_factory=dict)
    stop_signal: signal.Signals = signal.SIGTERM
    ready_within_s: float = 180.0


class Server:
    """A running server. Leaving its context stops it and, unless `keep_data`, deletes its data."""

    def __init__(self, launch: Launch, *, keep_data: bool = False) -> None:
        self.launch = launch
        self._keep_data = keep_data
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None
        self._log_from = 0

    @property
    def url(self) -> str:
        """Where it answers; the same after a restart."""
        return self.launch.url

    @property
    def log_file(self) -> Path:
        """What it printed, over all its starts."""
        return self.launch.data / "server.log"

    @property
    def pid(self) -> int:
        """Of the running process. Raises `StackError` when it does not run."""
        if self._process is None:
            raise StackError(f"{self.launch.name} does not run")
        return self._process.pid

    def start(self) -> Self:
        """Start it and return once it answers. Raises `StackError` with the end of its log."""
        if self._process is not None:
            raise StackError(f"{self.launch.name} runs already")
        self._log_from = self.log_file.stat().st_size if self.log_file.exists() else 0
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", "HOME": str(self.launch.data)}
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - the servers of this package
                self.launch.command,
                env=environment | dict(self.launch.environment),
                cwd=self.launch.data,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **unprivileged(),
            )
        command = [sys.executable, "-I", "-S", str(GUARD), str(self._process.pid)]
        command += [] if self._keep_data else [str(self.launch.data)]
        self._guard = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603 - ours
        try:
            self._wait_until_ready()
        except BaseException:
            self.kill()
            raise
        return self

    def stop(self) -> None:
        """Ask it to end, and make it end after `STOP_SECONDS`. Does nothing when it does not run."""
        if self._process is not None:
            self.resume()
            self._end(self.launch.stop_signal)

    def kill(self) -> None:
        """End it and its children at once, as a crash would."""
        if self._process is not None:
            self._end(signal.SIGKILL)

    def restart(self) -> Self:
        """Stop it if it runs, and start it on the same port and data."""
        self.stop()
        return self.start()

    def pause(self) -> None:
        """Freeze it: connections stay open and nothing answers."""
        os.killpg(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Undo `pause`; a server that ended by itself stays as it is."""
        _signal(self.pid, signal.SIGCONT, whole_group=True)

    def close(self) -> None:
        """Stop it and delete its data unless that was to be kept."""
        self.stop()
        if not self._keep_data:
            remove(self.launch.data)

    def check(self) -> None:
        """Raises `StackError` when it ended by itself."""
        if self._process is not None and self._process.poll() is not None:
            raise StackError(f"{self.launch.name} ended by itself:\n{self.log_tail()}")

    def log_tail(self) -> str:
        """The last lines it printed."""
        if not self.log_file.exists():
            return ""
        return "\n".join(self.log_file.read_text(errors="replace").splitlines()[-LOG_TAIL_LINES:])

    def log_since_start(self) -> str:
        """What it printed since its last start."""
        with self.log_file.open("rb") as log:
            log.seek(self._log_from)
            return log.read().decode(errors="replace")

    def __enter__(self) -> Self:
        """The server as it is, started or not."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def _wait_until_ready(self) -> None:
        process = self._process
        deadline = time.monotonic() + self.launch.ready_within_s
        while process is not None and process.poll() is None:
            if self.launch.ready(self):
                return
            if time.monotonic() > deadline:
                raise StackError(
                    f"{self.launch.name} did not answer within {self.launch.ready_within_s:.0f} s:\n{self.log_tail()}"
                )
            time.sleep(0.1)
        raise StackError(f"{self.launch.name} ended while starting:\n{self.log_tail()}")

    def _end(self, by: signal.Signals) -> None:
        """Signal the whole group (Elasticsearch and PostgreSQL have children) and wait until it is gone."""
        process, self._process = self._process, None
        guard, self._guard = self._guard, None
        if process is not None:
            # PostgreSQL's signals are meant for its first process, which tells the rest.
            _signal(process.pid, by, whole_group=by != signal.SIGINT)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                _signal(process.pid, signal.SIGKILL, whole_group=True)
                process.wait()
            _wait_for_group(process.pid)
        if guard is not None and guard.stdin is not None:
            guard.stdin.write(b"d")
            guard.stdin.close()
            guard.wait(STOP_SECONDS)


def _signal(pid: int, what: signal.Signals, *, whole_group: bool) -> None:
    try:
        os.killpg(pid, what) if whole_group else os.kill(pid, what)
    except ProcessLookupError:
        return


def _wait_for_group(group: int) -> None:
    """Children may outlive their parent for a moment, with the port still open; help them after `STOP_SECONDS`."""
    deadline = time.monotonic() + STOP_SECONDS
    while True:
        try:
            os.killpg(group, 0 if time.monotonic() < deadline else signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return
        time.sleep(0.05)
