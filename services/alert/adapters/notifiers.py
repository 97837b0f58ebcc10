"""Opens every channel that the settings ask for. Decides nothing about what is sent."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from typing import TextIO

from services.alert.adapters.absent import AbsentNotifier
from services.alert.adapters.apprise_chat import AppriseNotifier
from services.alert.adapters.console import ConsoleNotifier
from services.alert.adapters.index_channel import IndexChannel
from services.alert.adapters.journal_channel import JournalChannel
from services.alert.adapters.topic_channel import TopicChannel
from services.alert.adapters.webhook import WebhookNotifier
from services.alert.core.channels import INDEX, JOURNAL, TOPIC
from services.alert.core.mail_server import mail_server
from services.alert.core.tokens import Tokens
from services.alert.ports import Consents, Journal, Notifier
from services.alert.settings import AlertSettings
from services.runtime.operations import build_version
from services.runtime.ports import Bus, Index

NO_MAIL = "this service sends no mail: set TOCSIN_SMTP_URL, TOCSIN_MAIL_FROM and TOCSIN_PUBLIC_URL"


@dataclass(frozen=True, slots=True)
class Notifiers:
    """The channels by kind. `missing` says of a kind that cannot be used what it lacks."""

    by_kind: dict[str, Notifier]
    missing: dict[str, str]
    webhooks: WebhookNotifier
    chats: AppriseNotifier

    @property
    def own(self) -> tuple[str, ...]:
        """The channels of every alert."""
        return tuple(kind for kind in (INDEX, TOPIC, JOURNAL) if kind in self.by_kind)

    async def aclose(self) -> None:
        """Close the connections."""
        await self.webhooks.aclose()
        await self.chats.aclose()


def open_notifiers(
    settings: AlertSettings,
    bus: Bus,
    index: Index,
    console: TextIO,
    tokens: Tokens,
    consents: Consents,
    journal: Journal,
    now: Callable[[], datetime],
) -> Notifiers:
    """Connects at the first use."""
    webhooks = WebhookNotifier(
        allow_private=settings.allow_private_webhooks, user_agent=f"Tocsin/{build_version()}", now=now
    )
    chats = AppriseNotifier()
    by_kind: dict[str, Notifier] = {
        "webhook": webhooks,
        "console": ConsoleNotifier(console),
        "apprise": chats,
        "email": AbsentNotifier(NO_MAIL),
        INDEX: IndexChannel(index),
        JOURNAL: JournalChannel(journal, now),
    }
    missing = {"email": NO_MAIL}
    if settings.smtp_url:
        from services.alert.adapters.smtp_mail import MailNotifier

        sender = Address(display_name="Tocsin", addr_spec=settings.mail_from)
        server = mail_server(settings.smtp_url)
        by_kind["email"] = MailNotifier(server, sender, settings.public_url, tokens, consents, now)
        del missing["email"]
    if settings.bus_url.startswith("kafka://"):
        by_kind[TOPIC] = TopicChannel(bus)
    return Notifiers(by_kind, missing, webhooks, chats)
