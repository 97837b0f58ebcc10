"""What this process knows about its own health: its tasks report, its dependencies are asked. Serves nothing."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from services.contracts.errors import Unavailable

PROBE_SECONDS = 3.0

Probe = Callable[[], Awaitable[None]]
"""Returns when the dependency answered, raises `Unavailable` when it did not; for example `bus.ping`."""


class State(StrEnum):
    """How one dependency or task is."""

    OK = "ok"
    STARTING = "starting"
    UNAVAILABLE = "unavailable"
    """A dependency does not answer; it is asked again."""
    DEAD = "dead"
    """A task ended with an error; only a restart of the process brings it back."""
    STOPPED = "stopped"
    """A task ended because the process is draining."""


@dataclass(frozen=True, slots=True)
class Status:
    """A state and, unless it is well, what is known about it."""

    state: State
    detail: str = ""


class Health:
    """Readiness of the process: ready while every task runs and every dependency answers."""

    def __init__(self) -> None:
        self._reported: dict[str, Status] = {}
        self._probes: dict[str, Probe] = {}

    def report(self, name: str, state: State, detail: str = "") -> None:
        """Say how a task is; the last word counts."""
        self._reported[name] = Status(state, detail)

    def watch(self, name: str, probe: Probe) -> None:
        """Ask this dependency whenever somebody wants to know the readiness."""
        self._probes[name] = probe

    def reported(self, name: str) -> Status:
        """A task's last report; starting when it never gave one."""
        return self._reported.get(name, Status(State.STARTING))

    @contextmanager
    def supervise(self, name: str, at_first: State = State.STARTING) -> Iterator[None]:
        """Report the task that runs inside: `at_first`, then what it says itself; dead or stopped at the end."""
        self.report(name, at_first)
        try:
            yield
        except Exception as error:
            self.report(name, State.DEAD, f"{type(error).__name__}: {error}")
            raise
        else:
            self.report(name, State.STOPPED)

    @property
    def alive(self) -> bool:
        """False once a task died: the process cannot do its work and should be restarted."""
        return all(status.state is not State.DEAD for status in self._reported.values())

    async def states(self) -> dict[str, Status]:
        """Every task's last report and every dependency's answer, each asked now for at most `PROBE_SECONDS`."""
        answers = await asyncio.gather(*(_ask(probe) for probe in self._probes.values()))
        return dict(sorted({**self._reported, **dict(zip(self._probes, answers, strict=True))}.items()))


async def _ask(probe: Probe) -> Status:
    try:
        async with asyncio.timeout(PROBE_SECONDS):
            await probe()
    except Unavailable as error:
        return Status(State.UNAVAILABLE, error.detail)
    except TimeoutError:
        return Status(State.UNAVAILABLE, f"no answer within {PROBE_SECONDS:g} s")
    return Status(State.OK)
