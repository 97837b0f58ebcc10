"""A webhook as a channel. Describes; sends nothing."""

import base64
import binascii
from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from services.alert.core.channels.base import ChannelSettings
from services.alert.core.identity import channel_key
from services.contracts.message import Moment

SECRET_PREFIX = "whsec_"  # noqa: S105  the prefix that the standard gives to secrets
SECRET_BYTES = (24, 64)
MAX_URL = 2_048


def _secret(text: str) -> str:
    try:
        size = len(base64.b64decode(text.removeprefix(SECRET_PREFIX), validate=True))
    except binascii.Error:
        size = 0
    if not text.startswith(SECRET_PREFIX) or not SECRET_BYTES[0] <= size <= SECRET_BYTES[1]:
        raise ValueError("write whsec_ and the base64 of 24 to 64 bytes, or leave it out and one is made")
    return text


def _url(text: str) -> str:
    try:
        parts = urlsplit(text)
        named = 0 < len(parts.hostname or "") <= 253 and (parts.port is None or parts.port > 0)
    except ValueError:
        parts, named = urlsplit(""), False
    if parts.scheme not in ("http", "https") or not named or any(c.isspace() or not c.isprintable() for c in text):
        raise ValueError("write an absolute http or https URL")
    if parts.username is not None or parts.password is not None:
        raise ValueError("a URL with a user or a password is refused: receivers verify the signature instead")
    return text


class Retiring(BaseModel):
    """The secret before this one: both sign until then, so that a receiver can change over in its own time."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    secret: str | None = Field(None, description="never shown")
    until: Moment


class WebhookChannel(ChannelSettings):
    """POST to `url`, signed with `secret` as Standard Webhooks say."""

    type: Literal["webhook"]
    url: Annotated[str, Field(max_length=MAX_URL), AfterValidator(_url)]
    secret: Annotated[str, AfterValidator(_secret)] | None = Field(
        None, description="whsec_ and base64; made when left out, shown once, kept by a later PUT that leaves it out"
    )
    retiring: Retiring | None = Field(None, description="set by rotate-secret alone; what is sent here is ignored")

    @property
    def key(self) -> str:
        """Names the channel within its subscription."""
        return channel_key(self.type, self.url)

    @property
    def lane(self) -> str:
        """Kind, host and port, endpoint: the endpoint has a bulkhead of its own within its host's."""
        return f"{self.type}:{urlsplit(self.url).netloc.lower()}:{self.key.rpartition(':')[2]}"

    def secrets_at(self, now: datetime) -> tuple[str, ...]:
        """Every secret that signs now, the newest first."""
        old = self.retiring.secret if self.retiring and now < self.retiring.until else None
        return tuple(secret for secret in (self.secret, old) if secret)

    def public(self) -> dict[str, Any]:
        """Without the secrets, which only the reply that sets one shows."""
        return self.model_dump(mode="json", exclude={"secret": True, "retiring": {"secret"}})

    @property
    def shown(self) -> str:
        """What people recognise it by."""
        return urlsplit(self.url).netloc
