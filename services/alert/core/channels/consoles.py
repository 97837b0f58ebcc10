"""The console as a channel. Describes; prints nothing."""

from typing import Literal

from services.alert.core.channels.base import ChannelSettings
from services.alert.core.identity import channel_key


class ConsoleChannel(ChannelSettings):
    """Print on the standard output of the service."""

    type: Literal["console"]

    @property
    def key(self) -> str:
        """Names the channel within its subscription."""
        return channel_key(self.type, "")

    @property
    def lane(self) -> str:
        """There is one console."""
        return self.type

    @property
    def shown(self) -> str:
        """What people recognise it by."""
        return self.type
