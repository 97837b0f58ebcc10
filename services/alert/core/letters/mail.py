"""One notification as a mail: two parts, one thread an alert, one click to stop. Sends nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from services.alert.core.channels.templates import Template
from services.alert.core.identity import delivery_id
from services.alert.core.letters.wording import wording
from services.alert.core.outbox import Leased
from services.contracts.alert import Alert, Kind
from services.contracts.notification import Notice


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who writes to whom, and the link that stops these mails (none in a mail that asks for consent)."""

    sender: Address
    recipient: str
    unsubscribe_url: str = ""
    links: Mapping[str, str] | None = None
    """More links for a notice, made when it is sent."""
    template: Template | None = None


def mail(delivery: Leased, envelope: Envelope, now: datetime) -> tuple[EmailMessage, str]:
    """The mail, and what was wrong with the channel's own template.

    `Message-ID` is the delivery id, so that a repeat is recognised; later editions answer the first one.

    RFC 2369 and RFC 8058 name the headers of the one click, RFC 3834 the one that keeps holiday replies away.
    """
    message = delivery.message
    if isinstance(message, Notice) and envelope.links:
        message = message.model_copy(update={"links": {**message.links, **envelope.links}})
    words = wording(message, envelope.template, envelope.unsubscribe_url)
    made = EmailMessage(policy=SMTP)
    made["Subject"] = words.subject
    made["From"] = envelope.sender
    made["To"] = Address(addr_spec=envelope.recipient)
    made["Date"] = format_datetime(now)
    made["Message-ID"] = _message_id(delivery.delivery_id, envelope)
    made["Auto-Submitted"] = "auto-generated"
    if isinstance(message, Alert) and message.kind is not Kind.ALERT:
        first = _message_id(delivery_id(message.id, 0, delivery.channel_key), envelope)
        made["In-Reply-To"] = made["References"] = first
    if envelope.unsubscribe_url:
        made["List-Unsubscribe"] = f"<{envelope.unsubscribe_url}>"
        made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made.set_content(words.text)
    made.add_alternative(words.html, subtype="html")
    return made, words.fault


def _message_id(delivery: str, envelope: Envelope) -> str:
    return f"<{delivery}@{envelope.sender.domain}>"
