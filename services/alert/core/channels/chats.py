"""Chat and paging services as channels, by their Apprise URLs. Describes; refuses every host that a user may choose."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl

from pydantic import AfterValidator, Field

from services.alert.core.channels.base import ChannelSettings
from services.alert.core.channels.templates import Template
from services.alert.core.identity import channel_key

MAX_CHAT_URL = 2_048

HOSTS: Mapping[str, frozenset[str]] = {
    schema: frozenset(hosts.split())
    for schemas, hosts in (
        ("chanify", "api.chanify.net"),
        ("dingtalk", "oapi.dingtalk.com"),
        ("discord", "discord.com"),
        ("feishu", "open.feishu.cn"),
        ("flock", "api.flock.com"),
        ("gchat", "chat.googleapis.com"),
        ("guilded", "media.guilded.gg"),
        ("ifttt", "maker.ifttt.com"),
        ("ilert", "api.ilert.com"),
        ("incidentio", "api.incident.io"),
        ("lark", "open.larksuite.com"),
        ("line", "api.line.me"),
        ("ntfy ntfys", "ntfy.sh"),
        ("opsgenie", "api.opsgenie.com api.eu.opsgenie.com"),
        ("pagerduty", "events.pagerduty.com events.eu.pagerduty.com"),
        ("pagertree", "api.pagertree.com"),
        ("pbul", "api.pushbullet.com"),
        ("pover", "api.pushover.net"),
        ("prowl", "api.prowlapp.com"),
        ("revolt", "api.revolt.chat"),
        ("seven", "gateway.seven.io"),
        ("signl4", "connect.signl4.com"),
        ("slack", "slack.com hooks.slack.com"),
        ("spike", "api.spike.sh"),
        ("splunk victorops", "alert.victorops.com"),
        ("spush", "api.simplepu.sh"),
        ("squadcast", "api.squadcast.com api.eu.squadcast.com"),
        ("tgram", "api.telegram.org"),
        ("threema", "msgapi.threema.ch"),
        ("twilio", "api.twilio.com"),
        ("wecombot", "qyapi.weixin.qq.com"),
        ("workflow workflows", ".logic.azure.com .api.powerplatform.com"),
        ("webex wxteams", "api.ciscospark.com webexapis.com"),
        ("zoom", "inbots.zoom.us"),
    )
    for schema in schemas.split()
}
"""Which hosts a schema leads to, as Apprise's plug-ins have them; a leading dot stands for any name below."""

OPTIONS = frozenset("to region priority thread topic silent tts image footer sound".split())
"""What may stand behind the `?`; others could lead elsewhere, follow redirects or leave certificates unchecked."""

_MASKED = re.compile(r"([a-z0-9]+)://\*\*\*([0-9a-f]{16})")
_MICROSOFT = frozenset({"workflow", "workflows"})
_WORKFLOW_HOST = re.compile(r"([a-z0-9-]+\.)+(logic\.azure\.com|api\.powerplatform\.com)(:443)?/")
_NTFY = frozenset({"ntfy", "ntfys"})
_TOPIC = re.compile(r"[A-Za-z0-9_-]{1,64}/?")


def _chat_url(text: str) -> str:
    """Says what is wrong without quoting it: the URL is a secret."""
    if _MASKED.fullmatch(text):
        return text
    schema = text.partition("://")[0].lower()
    if schema not in HOSTS or len(text) <= len(schema) + 3:
        raise ValueError(f"no such service here; write an Apprise URL of one of {', '.join(sorted(HOSTS))}")
    place, _, query = text[len(schema) + 3 :].partition("?")
    try:
        options = {name for name, _ in parse_qsl(query, strict_parsing=bool(query))}
    except ValueError as error:
        raise ValueError("write the options as name=value") from error
    if options - OPTIONS:
        raise ValueError(f"the options {', '.join(sorted(OPTIONS))} may stand in the URL, and no others")
    if any(c.isspace() or not c.isprintable() for c in text):
        raise ValueError("write the URL without blanks")
    if schema in _MICROSOFT and not _WORKFLOW_HOST.match(place.lower()):
        raise ValueError("a workflow's host lies below logic.azure.com or api.powerplatform.com")
    if schema in _NTFY and not _TOPIC.fullmatch(place):
        raise ValueError("write ntfy://topic for ntfy.sh; a server of your own is reached by a webhook")
    return schema + text[len(schema) :]


class AppriseChannel(ChannelSettings):
    """A message to a chat or paging service. The whole URL is a secret, and is shown as `schema://***` and its key."""

    type: Literal["apprise"]
    url: Annotated[str, Field(max_length=MAX_CHAT_URL), AfterValidator(_chat_url)]
    template: Template | None = None

    @property
    def schema_name(self) -> str:
        """Which service."""
        return self.url.partition("://")[0]

    @property
    def masked(self) -> bool:
        """Whether this is what was shown, which stands for the URL that is stored."""
        return _MASKED.fullmatch(self.url) is not None

    @property
    def key(self) -> str:
        """Names the channel within its subscription."""
        shown = _MASKED.fullmatch(self.url)
        return f"{self.type}:{shown[2]}" if shown else channel_key(self.type, self.url)

    @property
    def lane(self) -> str:
        """The service stands for the host."""
        return f"{self.type}:{self.schema_name}:{self.key.rpartition(':')[2]}"

    @property
    def shown(self) -> str:
        """What people recognise it by; a PUT that sends it back keeps the URL."""
        return f"{self.schema_name}://***{self.key.rpartition(':')[2]}"

    def public(self) -> dict[str, Any]:
        """Without the URL's secrets."""
        return self.model_dump(mode="json") | {"url": self.shown}
