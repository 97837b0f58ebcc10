"""Mail through one SMTP server: a few connections a batch, one receipt a mail. Decides no retry."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from email.headerregistry import Address

import aiosmtplib
from aiosmtplib import SMTP

from services.alert.core.channels import EmailChannel
from services.alert.core.consent import ANSWER_WITHIN
from services.alert.core.letters.mail import Envelope, mail
from services.alert.core.mail_server import MailServer
from services.alert.core.outbox import Leased, Receipt, Result
from services.alert.core.tokens import Mailbox, Tokens
from services.alert.ports import Consents
from services.contracts.alert import Kind

BULK = 16
CONNECTIONS = 4
CONNECT_S = 10.0
MAIL_S = 15.0
BATCH_S = 45.0
"""Less than a lease: what is not sent by then is tried again."""

_NOT_TRIED = Receipt(Result.RETRY, "the mail server did not take it in time")


class MailNotifier:
    """Implements `Notifier`. 4xx and silence are worth a retry; 5xx for a recipient or a message is final."""

    bulk = BULK

    def __init__(
        self,
        server: MailServer,
        sender: Address,
        public_url: str,
        tokens: Tokens,
        consents: Consents,
        now: Callable[[], datetime],
        *,
        mail_s: float = MAIL_S,
    ) -> None:
        self._server = server
        self._sender = sender
        self._public_url = public_url.rstrip("/")
        self._tokens = tokens
        self._consents = consents
        self._now = now
        self._mail_s = mail_s

    async def send(self, deliveries: Sequence[Leased]) -> Sequence[Receipt]:
        """One mail each, to those whose reader said that mail is welcome."""
        receipts = await self._refused(deliveries)
        waiting = deque(d for d in deliveries if d.delivery_id not in receipts)
        workers = [self._work(waiting, receipts) for _ in range(min(CONNECTIONS, len(waiting)))]
        try:
            async with asyncio.timeout(BATCH_S):
                await asyncio.gather(*workers)
        except TimeoutError:
            pass  # whoever has no receipt was not served
        return [receipts.get(delivery.delivery_id, _NOT_TRIED) for delivery in deliveries]

    async def _refused(self, deliveries: Sequence[Leased]) -> dict[str, Receipt]:
        """Receipts of those that may not be tried, by delivery id."""
        places = {
            d.delivery_id: (d.message.subscription_id, d.channel.address)
            for d in deliveries
            if isinstance(d.channel, EmailChannel)
        }
        welcome = await self._consents.welcome(set(places.values()))
        receipts: dict[str, Receipt] = {}
        for delivery in deliveries:
            place = places.get(delivery.delivery_id)
            if place is None:
                receipts[delivery.delivery_id] = Receipt(Result.INVALID, "the channel has no address")
            elif delivery.message.kind is not Kind.CONFIRMATION and place not in welcome:
                receipts[delivery.delivery_id] = Receipt(Result.UNCONFIRMED, "its reader has not confirmed the address")
        return receipts

    async def _work(self, waiting: deque[Leased], receipts: dict[str, Receipt]) -> None:
        """Send what waits over one connection, as long as that lasts."""
        client = self._client()
        try:
            async with asyncio.timeout(CONNECT_S):
                await client.connect()
            while waiting:
                delivery = waiting.popleft()
                receipts[delivery.delivery_id] = Receipt(Result.RETRY, "the connection was lost")
                receipts[delivery.delivery_id] = await self._send(client, delivery)
                if not client.is_connected:
                    break
            await client.quit()
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            self._blame(waiting, receipts, error)
        finally:
            client.close()

    def _blame(self, waiting: deque[Leased], receipts: dict[str, Receipt], error: Exception) -> None:
        """Tell those that still wait why no connection served them; another worker may overwrite it."""
        said = f"the mail server cannot be used: {type(error).__name__} {_code(error) or ''}".rstrip()
        for delivery in waiting:
            receipts.setdefault(delivery.delivery_id, Receipt(Result.RETRY, said, _code(error)))

    async def _send(self, client: SMTP, delivery: Leased) -> Receipt:
        try:
            message, fault = mail(delivery, self._envelope(delivery), self._now())
            async with asyncio.timeout(self._mail_s):
                _, said = await client.send_message(message)
        except aiosmtplib.SMTPRecipientsRefused as error:
            return _judge(error.recipients[0].code, error.recipients[0].message)
        except (aiosmtplib.SMTPSenderRefused, aiosmtplib.SMTPDataError) as error:
            return _judge(error.code, error.message)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            client.close()
            return Receipt(Result.RETRY, f"{type(error).__name__}: {error}", _code(error))
        return Receipt(Result.SENT, f"{fault}{said}")

    def _envelope(self, delivery: Leased) -> Envelope:
        assert isinstance(delivery.channel, EmailChannel)  # noqa: S101  `_refused` took the others out
        address, message = delivery.channel.address, delivery.message
        mailbox = Mailbox(message.subscription_id, address)
        if message.kind is Kind.CONFIRMATION:
            token = self._tokens.to_confirm(mailbox, message.raised_at + ANSWER_WITHIN)
            return Envelope(self._sender, address, links={"Confirm": f"{self._public_url}/v1/confirm/{token}"})
        token = self._tokens.to_unsubscribe(mailbox)
        url = f"{self._public_url}/v1/unsubscribe/{token}"
        return Envelope(self._sender, address, url, template=delivery.channel.template)

    def _client(self) -> SMTP:
        server = self._server
        return SMTP(
            hostname=server.host,
            port=server.port,
            use_tls=server.tls,
            start_tls=server.starttls,
            username=server.user or None,
            password=server.password or None,
            timeout=self._mail_s,
        )


def _judge(code: int, said: str) -> Receipt:
    """RFC 5321: 4xx may work later, 5xx will not."""
    return Receipt(Result.REFUSED if 500 <= code < 600 else Result.RETRY, f"SMTP {code}: {said}", code)


def _code(error: Exception) -> int | None:
    return error.code if isinstance(error, aiosmtplib.SMTPResponseException) else None
