"""Webhooks as Standard Webhooks define them: signed POST, one try. Decides no retry."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
from standardwebhooks import Webhook

from services.alert.core.channels import WebhookChannel
from services.alert.core.outbox import Leased, Receipt, Result
from services.alert.core.payload import webhook_body
from services.runtime.adapters.guarded_transport import BlockedAddress, GuardedTransport

CONNECT_S = 5.0
TOTAL_S = 20.0
"""The whole try, name resolution included."""

_GONE = 410
_TRY_AGAIN = frozenset({408, 429})


class WebhookNotifier:
    """Implements `Notifier`. 2xx is sent; 408, 429, 5xx, silence are worth a retry; 410 is gone; others are final."""

    bulk = 1

    def __init__(
        self, *, allow_private: bool, user_agent: str, now: Callable[[], datetime], total_s: float = TOTAL_S
    ) -> None:
        self._client = httpx.AsyncClient(
            transport=GuardedTransport(allow_private=allow_private),
            timeout=httpx.Timeout(total_s, connect=min(CONNECT_S, total_s), pool=None),
            follow_redirects=False,
            trust_env=False,
            headers={"user-agent": user_agent, "content-type": "application/json", "accept": "*/*"},
        )
        self._now = now
        self._total_s = total_s

    async def send(self, deliveries: Sequence[Leased]) -> Sequence[Receipt]:
        """One POST each; `webhook-id` is the delivery id, so a receiver knows a repeat."""
        return [await self._post(delivery) for delivery in deliveries]

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _post(self, delivery: Leased) -> Receipt:
        channel = delivery.channel
        body, at = webhook_body(delivery.message), self._now()
        secrets = channel.secrets_at(at) if isinstance(channel, WebhookChannel) else ()
        if not isinstance(channel, WebhookChannel) or not secrets:
            return Receipt(Result.INVALID, "the channel has no URL or no secret")
        signatures = (Webhook(secret).sign(delivery.delivery_id, at.astimezone(UTC), body) for secret in secrets)
        headers = {
            "webhook-id": delivery.delivery_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": " ".join(signatures),
        }
        try:
            async with (
                asyncio.timeout(self._total_s),
                self._client.stream("POST", channel.url, content=body.encode(), headers=headers) as reply,
            ):
                return self._judge(reply)  # the body of the reply is never read
        except BlockedAddress as error:
            return Receipt(Result.BLOCKED_ADDRESS, str(error))
        except TimeoutError:
            return Receipt(Result.RETRY, f"no answer within {self._total_s:g} s")
        except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
            return Receipt(Result.INVALID, str(error))
        except httpx.TransportError as error:
            return Receipt(Result.RETRY, f"{type(error).__name__}: {error}")

    def _judge(self, reply: httpx.Response) -> Receipt:
        status = reply.status_code
        said = f"HTTP {status}"
        if reply.is_success:
            return Receipt(Result.SENT, said, status)
        if status == _GONE:
            return Receipt(Result.GONE, said, status)
        if status in _TRY_AGAIN or reply.is_server_error:
            return Receipt(Result.RETRY, said, status, retry_after_s(reply.headers.get("retry-after"), self._now()))
        if reply.has_redirect_location:
            said += ", redirects are not followed"
        return Receipt(Result.REFUSED, said, status)


def retry_after_s(value: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for, given as seconds or as a date; None when it says nothing usable."""
    if not value:
        return None
    if value.strip().isdecimal():
        return float(value[:12])
    try:
        when = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, ((when if when.tzinfo else when.replace(tzinfo=UTC)) - now).total_seconds())
