"""Where a subscriber wants to be told. Describes; sends nothing."""

from typing import Annotated

from pydantic import Field

from services.alert.core.channels.base import ChannelSettings
from services.alert.core.channels.chats import AppriseChannel
from services.alert.core.channels.consoles import ConsoleChannel
from services.alert.core.channels.mailboxes import EmailChannel
from services.alert.core.channels.webhooks import SECRET_PREFIX, Retiring, WebhookChannel

__all__ = [
    "INDEX",
    "JOURNAL",
    "OWN_CHANNELS",
    "SECRET_PREFIX",
    "TOPIC",
    "AppriseChannel",
    "Channel",
    "ChannelSettings",
    "ConsoleChannel",
    "EmailChannel",
    "Retiring",
    "WebhookChannel",
]

Channel = Annotated[WebhookChannel | ConsoleChannel | EmailChannel | AppriseChannel, Field(discriminator="type")]
"""A channel that a subscriber chooses."""

INDEX = "index"
"""Key and lane of the alerts index: a channel of every alert, chosen by the settings."""
TOPIC = "topic"
"""Key and lane of the topic `alerts`: a channel of every alert, chosen by the settings."""
JOURNAL = "journal"
"""Key and lane of the journal that streams and feeds are read from: a channel of every alert."""
OWN_CHANNELS = frozenset({INDEX, TOPIC, JOURNAL})
"""Channels that no subscriber chooses: they know no pause, no removal and no last try."""
