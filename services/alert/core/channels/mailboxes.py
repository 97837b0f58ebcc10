"""A mailbox as a channel. Describes; sends nothing."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from services.alert.core.channels.base import ChannelSettings
from services.alert.core.channels.templates import Template
from services.alert.core.identity import channel_key

MAX_ADDRESS = 254
"""RFC 5321: a path has at most 256 octets, its two brackets included."""


def _address(text: str) -> str:
    from email_validator import EmailNotValidError, validate_email  # slow to load, and many subscriptions have no mail

    try:
        checked = validate_email(
            text, check_deliverability=False, allow_smtputf8=False, allow_display_name=False, globally_deliverable=False
        )
    except EmailNotValidError as error:
        raise ValueError(f"write one mail address, as in desk@example.org ({error})") from error
    return f"{checked.ascii_local_part}@{checked.ascii_domain.lower()}"


class EmailChannel(ChannelSettings):
    """A mail to `address`, once whoever reads it has confirmed that mail is welcome."""

    type: Literal["email"]
    address: Annotated[str, Field(max_length=MAX_ADDRESS), AfterValidator(_address)]
    template: Template | None = None

    @property
    def key(self) -> str:
        """Names the channel within its subscription."""
        return channel_key(self.type, self.address)

    @property
    def lane(self) -> str:
        """All mail goes through one server."""
        return self.type

    @property
    def shown(self) -> str:
        """What people recognise it by."""
        return self.address
