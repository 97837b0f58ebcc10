"""Everything that enrich can be told."""

from pydantic import Field

from services.runtime.settings import CommonSettings


class EnrichSettings(CommonSettings):
    """Variables `TOCSIN_*` that enrich reads."""

    http_port: int = Field(8003, ge=0, le=65535, description="HTTP port of the metrics and the health checks")
    roster: str = Field("", description="TOML file of further states, people and organisations, or changed ones")
    watch_list: str = Field("", description="TOML file of further terms to watch for")
    extract_processes: int | None = Field(
        None,
        ge=0,
        le=64,
        description="processes beside this one that extract, on other cores; 0: this one does. Not set: `tocsin run` "
        "takes one core less than there are, two at most; a worker of its own takes 0",
    )
    enrich_group: str = Field("enrich", min_length=1, description="consumer group that the workers share partitions in")
