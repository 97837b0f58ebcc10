"""What a subscription says of noise: the fields that a draft takes from here. Decides nothing."""

from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictInt

from services.alert.core.durations import Duration
from services.alert.core.noise.schedules import DigestSchedule, QuietHours
from services.alert.core.noise.wall_clock import TimeZone
from services.contracts.teams import DEFAULT_TEAM

MAX_BUDGET = 1_000


MAX_COOLDOWN = timedelta(days=30)


def _short(cooldown: timedelta) -> timedelta:
    if cooldown > MAX_COOLDOWN:
        raise ValueError("write at most 30d")
    return cooldown


class NoiseSettings(BaseModel):
    """All are optional: a subscription without them is told of every alert at once."""

    time_zone: TimeZone = Field("UTC", description="IANA name: whose days and hours the settings below mean")
    cooldown: Annotated[Duration, AfterValidator(_short)] | None = Field(
        None, description="after an alert on a group, no other of that group for so long, unless it is graver"
    )
    quiet_hours: QuietHours | None = None
    digest: DigestSchedule | None = None
    daily_budget: StrictInt | None = Field(
        None, ge=1, le=MAX_BUDGET, description="alerts sent a day; those beyond it come in a digest when the day ends"
    )


class Listener(NoiseSettings):
    """A stored subscription as noise control sees it; its other fields are not read."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    team: str = DEFAULT_TEAM
    name: str
    tags: tuple[str, ...] = ()
    paused: bool = False

    @property
    def has_memory(self) -> bool:
        """Whether alerts before count, or alerts wait for others: then its memory is locked."""
        return self.cooldown is not None or self.daily_budget is not None or self.digest is not None
