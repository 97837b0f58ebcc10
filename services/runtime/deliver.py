"""The delivery policy: the one place that decides what a failure means. Knows no broker and no service."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from services.contracts.errors import Reason, Rejected, Unavailable
from services.contracts.message import Message
from services.contracts.topics import Topic
from services.runtime import metrics
from services.runtime.health import Health
from services.runtime.patience import PATIENT, Patience, Patient
from services.runtime.ports import Batch, Bus, DeadLetter, Received

log = logging.getLogger(__name__)
M = TypeVar("M", bound=Message)

DEAD = "dead"
"""The outcome of a message that was buried; no handler returns it."""
MAX_BUGS_IN_A_ROW = 10


class Outcome(StrEnum):
    """How a message that was handled left its stage: a label of `tocsin_messages_total`."""

    DONE = "done"
    DUPLICATE = "duplicate"
    LATE = "late"


Verdict = Outcome | Rejected
Handler = Callable[[Sequence[M]], Awaitable[Sequence[Verdict]]]
"""Takes a batch in order, answers one verdict a message. Idempotent: a batch may come again, whole or in parts."""


Foresee = Callable[[Sequence[M]], None]
"""Begins the part of handling messages that has no effect: most likely they are the next that are handled."""


class TooManyBugs(Exception):
    """The handler failed on so many messages in a row that the fault is ours, not theirs. Nothing was committed."""


@dataclass(frozen=True, slots=True)
class _Decoded(Generic[M]):
    """The messages of a batch that can be read, and the letters of those that cannot."""

    readable: list[tuple[Received, M]]
    letters: list[DeadLetter]


class Delivery(Generic[M]):
    """Settles the batches of one topic for one stage.

    ==========================================  =====================================================================
    what happens                                what we do
    ==========================================  =====================================================================
    a message does not decode                   bury it alone, with the reason
    the handler rejects a message               bury it alone, with the handler's reason
    `Unavailable`, from handler, bury, commit   wait, try again; after the patience re-raise, nothing committed
    any other exception (our bug)               give each message alone; bury the one that raises as `bug`, log it;
                                                raise `TooManyBugs` after ten in a row, nothing committed
    nothing                                     commit, then count each message once
    ==========================================  =====================================================================

    What is re-raised must end the process: it is restarted, and the same batch comes again.
    """

    def __init__(
        self,
        topic: Topic[M],
        stage: str,
        handle: Handler[M],
        bus: Bus,
        health: Health,
        *,
        patience: Patience = PATIENT,
        stop: asyncio.Event | None = None,
        foresee: Foresee[M] | None = None,
    ) -> None:
        self._topic = topic
        self._stage = stage
        self._handle = handle
        self._bus = bus
        self._patient = Patient(stage, health, patience, stop or asyncio.Event())
        self._bugs_in_a_row = 0
        self._foresee = foresee
        self._foreseen: tuple[Batch, _Decoded[M]] | None = None

    @property
    def looks_ahead(self) -> bool:
        """Whether it pays to have the next batch while one is being settled."""
        return self._foresee is not None

    def look_ahead(self, batch: Batch) -> None:
        """Begin with a batch that will be settled next. Nothing is decided, and nothing has happened to it yet."""
        if self._foresee is not None:
            decoded = self._decode(batch.messages)
            self._foreseen = (batch, decoded)
            self._foresee([message for _, message in decoded.readable])

    async def settle(self, batch: Batch) -> Counter[str]:
        """Handle, bury what was rejected, commit, count. Returns how many left with which outcome."""
        with metrics.HANDLE_SECONDS.labels(self._stage).time():
            decoded = self._decoded(batch)
            outcomes, rejected = await self._verdicts(decoded.readable)
            letters = decoded.letters + rejected
            if letters:
                await self._patient.call(lambda: self._bus.bury(self._topic, letters))
            await self._patient.call(batch.commit)
        return self._count(outcomes, letters)

    def _decoded(self, batch: Batch) -> "_Decoded[M]":
        foreseen, self._foreseen = self._foreseen, None
        if foreseen is not None and foreseen[0] is batch:
            return foreseen[1]
        return self._decode(batch.messages)

    def _decode(self, messages: Sequence[Received]) -> "_Decoded[M]":
        decoded: _Decoded[M] = _Decoded([], [])
        for received in messages:
            try:
                decoded.readable.append((received, self._message(received)))
            except Rejected as error:
                decoded.letters.append(DeadLetter(received, error))
        return decoded

    def _message(self, received: Received) -> M:
        message = received.message
        return message if isinstance(message, self._topic.carries) else self._topic.decode(received.raw)

    async def _verdicts(self, readable: list[tuple[Received, M]]) -> tuple[list[Outcome], list[DeadLetter]]:
        if not readable:
            return [], []
        try:
            verdicts = await self._patient.call(lambda: self._ask([message for _, message in readable]))
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001  whatever it is, one message must not take the others with it
            if len(readable) > 1:
                log.warning(
                    "batch failed, trying each message alone", extra={"stage": self._stage, "error": repr(error)}
                )
            verdicts = [await self._ask_alone(received, message) for received, message in readable]
        else:
            self._bugs_in_a_row = 0
        outcomes = [verdict for verdict in verdicts if isinstance(verdict, Outcome)]
        letters = [
            DeadLetter(received, verdict)
            for (received, _), verdict in zip(readable, verdicts, strict=True)
            if isinstance(verdict, Rejected)
        ]
        return outcomes, letters

    async def _ask(self, messages: list[M]) -> Sequence[Verdict]:
        verdicts = await self._handle(messages)
        if len(verdicts) != len(messages):
            raise RuntimeError(f"{len(messages)} messages, but {len(verdicts)} verdicts")
        return verdicts

    async def _ask_alone(self, received: Received, message: M) -> Verdict:
        try:
            (verdict,) = await self._patient.call(lambda: self._ask([message]))
        except Unavailable:
            raise
        except Rejected as error:
            verdict = error
        except Exception as error:
            self._bugs_in_a_row += 1
            where = {"stage": self._stage, "partition": received.partition, "offset": received.offset}
            log.exception("handler failed on a message", extra=where)
            if self._bugs_in_a_row >= MAX_BUGS_IN_A_ROW:
                raise TooManyBugs(f"{self._stage} failed on {self._bugs_in_a_row} messages in a row") from error
            return Rejected(Reason.BUG, repr(error))
        self._bugs_in_a_row = 0
        return verdict

    def _count(self, outcomes: list[Outcome], letters: list[DeadLetter]) -> Counter[str]:
        tally = Counter[str](outcomes)
        tally[DEAD] += len(letters)
        for outcome, count in tally.items():
            metrics.MESSAGES.labels(self._stage, outcome).inc(count)
        for letter in letters:
            metrics.DEAD_LETTERS.labels(self._topic.name, letter.error.reason).inc()
            where = {"offset": letter.received.offset, "partition": letter.received.partition}
            log.warning(
                "buried",
                extra={
                    "stage": self._stage,
                    "reason": letter.error.reason,
                    "detail": letter.error.detail[:300],
                    **where,
                },
            )
        metrics.BATCH_MESSAGES.labels(self._stage).observe(tally.total())
        return +tally
