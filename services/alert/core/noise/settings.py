"""What a subscription says of noise: the fields that a draft takes from here. Decides nothing."""

from pydantic import BaseModel, ConfigDict, Field

from services.alert.core.durations import Duration
from services.alert.core.noise.schedules import DigestSchedule, QuietHours
from services.alert.core.noise.wall_clock import TimeZone

MAX_BUDGET = 1_000


class NoiseSettings(BaseModel):
    """All are optional: a subscription without them is told of every alert at once."""

    time_zone: TimeZone = Field("UTC", description="IANA name: whose days and hours the settings below mean")
    cooldown: Duration | None = Field(
        None, description="after an alert on a group, no other of that group for so long, unless it is graver"
    )
    quiet_hours: QuietHours | None = None
    digest: DigestSchedule | None = None
    daily_budget: int | None = Field(
        None, ge=1, le=MAX_BUDGET, description="alerts sent a day; those beyond it come in a digest when the day ends"
    )


class Listener(NoiseSettings):
    """A stored subscription as noise control sees it; its other fields are not read."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    name: str
    tags: tuple[str, ...] = ()
    paused: bool = False

    @property
    def has_memory(self) -> bool:
        """Whether its decisions depend on alerts before."""
        return self.cooldown is not None or self.daily_budget is not None
