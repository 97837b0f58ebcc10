"""What all channels of subscribers have in common. Knows no kind of channel."""

from abc import abstractmethod
from typing import Any

from pydantic import BaseModel, ConfigDict


class ChannelSettings(BaseModel):
    """What a subscriber writes of one way to be told; `type` names the kind."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @property
    @abstractmethod
    def key(self) -> str:
        """Names the channel within its subscription; secrets may change without changing it."""

    @property
    @abstractmethod
    def lane(self) -> str:
        """The bulkhead that its deliveries share: the kind, or `kind:host:endpoint`."""

    @property
    @abstractmethod
    def shown(self) -> str:
        """What people recognise it by; no secret."""

    def public(self) -> dict[str, Any]:
        """JSON values without secrets."""
        return self.model_dump(mode="json")
