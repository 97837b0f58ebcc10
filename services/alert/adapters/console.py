"""Prints alerts, with their quotes, on a stream. Formats nothing itself."""

from collections.abc import Sequence
from typing import TextIO

from services.alert.core.outbox import Leased, Receipt, Result
from services.alert.core.plain_text import render


class ConsoleNotifier:
    """Implements `Notifier`."""

    bulk = 100

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    async def send(self, deliveries: Sequence[Leased]) -> Sequence[Receipt]:
        """One write; a closed pipe is worth a retry, when somebody may be reading again."""
        try:
            self._stream.write("".join(render(delivery.message) + "\n" for delivery in deliveries))
            self._stream.flush()
        except (OSError, ValueError) as error:
            return [Receipt(Result.RETRY, f"the console is closed: {error}")] * len(deliveries)
        return [Receipt(Result.SENT)] * len(deliveries)
