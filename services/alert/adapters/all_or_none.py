"""Sends a batch to a target that takes all of it or says of none what became of it. Knows no target."""

from collections.abc import Awaitable, Callable, Sequence

from services.alert.core.outbox import Leased, Receipt, Result
from services.contracts.errors import Rejected, Unavailable


async def all_or_none(
    send: Callable[[Sequence[Leased]], Awaitable[None]], deliveries: Sequence[Leased]
) -> Sequence[Receipt]:
    """One receipt each. Unavailable: every one again; rejected: each alone, until the one at fault is found."""
    try:
        await send(deliveries)
    except Unavailable as error:
        return [Receipt(Result.RETRY, error.detail)] * len(deliveries)
    except Rejected as error:
        if len(deliveries) == 1:
            return [Receipt(Result.INVALID, error.detail)]
        return [receipt for delivery in deliveries for receipt in await all_or_none(send, [delivery])]
    return [Receipt(Result.SENT)] * len(deliveries)
