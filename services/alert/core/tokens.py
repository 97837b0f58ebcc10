"""Signed links for people who hold no API key: to confirm a mail address, and to stop its mails. Knows no HTTP."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from itsdangerous import BadData, URLSafeSerializer

MAX_TOKEN = 1_000


class BadToken(Exception):
    """Not signed by this service, for another purpose, or past its time."""


class _Purpose(StrEnum):
    CONFIRM = "confirm"
    UNSUBSCRIBE = "unsubscribe"


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mail address of one subscription, which is what a link speaks of."""

    subscription_id: str
    address: str


@dataclass(frozen=True, slots=True, repr=False)
class Tokens:
    """Makes and reads tokens with the key that all replicas share (HMAC-SHA1 over URL-safe JSON, by itsdangerous)."""

    key: str

    def to_confirm(self, mailbox: Mailbox, until: datetime) -> str:
        """Good until then."""
        return self._signer(_Purpose.CONFIRM).dumps([*_parts(mailbox), int(until.timestamp())])

    def to_unsubscribe(self, mailbox: Mailbox) -> str:
        """Good for ever: a mail of years ago must still be able to stop the next one."""
        return self._signer(_Purpose.UNSUBSCRIBE).dumps(_parts(mailbox))

    def confirmed(self, token: str, now: datetime) -> Mailbox:
        """Raises `BadToken`."""
        subscription_id, address, until = self._read(_Purpose.CONFIRM, token)
        if now.timestamp() > float(until):
            raise BadToken
        return Mailbox(subscription_id, address)

    def unsubscribed(self, token: str) -> Mailbox:
        """Raises `BadToken`."""
        return Mailbox(*self._read(_Purpose.UNSUBSCRIBE, token))

    def _read(self, purpose: _Purpose, token: str) -> list[str]:
        try:
            parts: list[str] = self._signer(purpose).loads(token)
        except BadData as error:
            raise BadToken from error
        return parts

    def _signer(self, purpose: _Purpose) -> URLSafeSerializer:
        return URLSafeSerializer(self.key, salt=f"tocsin.{purpose}")


def _parts(mailbox: Mailbox) -> list[str | int]:
    return [mailbox.subscription_id, mailbox.address]
