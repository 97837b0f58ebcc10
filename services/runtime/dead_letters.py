"""How a dead letter says why it died: the headers that every bus puts beside the unchanged bytes. Pure."""

from typing import TypeVar

from services.contracts.message import Message
from services.contracts.topics import Topic
from services.runtime.ports import DeadLetter

M = TypeVar("M", bound=Message)

REASON = "tocsin-reason"
DETAIL = "tocsin-detail"
ORIGIN = "tocsin-origin"
MAX_DETAIL = 1_000
"""Longest detail, in code points."""


def dead_letter_headers(topic: Topic[M], letter: DeadLetter) -> tuple[tuple[str, bytes], ...]:
    """The letter's own headers, then reason (`errors.Reason`), detail, and origin `topic/partition/offset`."""
    received, error = letter.received, letter.error
    origin = f"{topic.name}/{received.partition}/{received.offset}"
    return (
        *received.headers,
        (REASON, error.reason.value.encode()),
        (DETAIL, error.detail[:MAX_DETAIL].encode(errors="replace")),
        (ORIGIN, origin.encode()),
    )
