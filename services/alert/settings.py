"""Everything that alert can be told."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from services.alert.core.channels import EmailChannel
from services.alert.core.mail_server import mail_server
from services.runtime.settings import ApiSettings


def _smtp_url(url: str) -> str:
    mail_server(url)
    return url


def _mail_from(address: str) -> str:
    return EmailChannel(type="email", address=address).address


class AlertSettings(ApiSettings):
    """Variables `TOCSIN_*`."""

    public_url: str = Field("", description="where readers reach this API, for the links in alerts")
    kibana_url: str = Field("", description="where readers reach Kibana, for the links in alerts")
    kibana_data_view: str = Field("articles", description="id of Kibana's data view on the articles")
    allow_private_webhooks: bool = Field(
        False, description="true lets webhooks lead to loopback and private networks; link-local is refused always"
    )
    send_every_s: float = Field(0.5, gt=0, le=60, description="between two looks into the outbox when nothing wakes it")
    send_lease_s: float = Field(
        60.0, ge=1, le=3600, description="after which what a killed sender held is sent by another; longer than any try"
    )
    preview_s: float = Field(
        20.0, gt=0, le=25, description="of work, after which a preview tells what it has; under the patience of clients"
    )
    preview_articles: int = Field(
        100_000, ge=1, le=10_000_000, description="stored articles that one preview loads at most"
    )
    allowed_lateness_s: float = Field(
        86_400,
        ge=0,
        le=30 * 86_400,
        description="seconds between an article's own time and its arrival over which `count`, `spike`, `first`, "
        "`silence` and `changes` take no notice of it",
    )
    enrich_group: str = Field(
        "enrich", min_length=1, description="consumer group of enrich: silences wait for what it has not read"
    )
    smtp_url: Annotated[str, AfterValidator(_smtp_url)] = Field(
        "",
        repr=False,
        description="smtp://user:password@host:587?starttls=required (or auto, never), or smtps://…; empty: no mail",
    )
    mail_from: Annotated[str, AfterValidator(_mail_from)] = Field("", description="address that mails come from")

    @model_validator(mode="after")
    def _mail_is_complete(self) -> Self:
        if self.smtp_url and not (self.mail_from and self.public_url):
            raise ValueError("TOCSIN_SMTP_URL needs TOCSIN_MAIL_FROM, and TOCSIN_PUBLIC_URL for the links in mails")
        return self
