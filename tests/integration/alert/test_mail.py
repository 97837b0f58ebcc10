"""Mail to real SMTP servers: good, slow, refusing, greylisting, silent, dead. Asked for first, stopped by one click."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.alert.adapters.smtp_mail import MailNotifier
from services.alert.adapters.sql_consents import SqlConsents
from services.alert.adapters.sql_subscriptions import SqlSubscriptions
from services.alert.app import Parts, assemble, build_app, utc_now
from services.alert.core.channels import EmailChannel
from services.alert.core.consent import Ask
from services.alert.core.mail_server import mail_server
from services.alert.core.outbox import Leased, Receipt, Result
from services.alert.core.tokens import Mailbox, Tokens
from services.alert.settings import AlertSettings
from services.contracts.alert import Alert, Kind
from services.contracts.teams import DEFAULT_TEAM
from services.runtime.adapters.embedded_bus import EmbeddedBus
from services.runtime.adapters.migrate import migrate
from services.runtime.adapters.sql import Database, open_database
from services.runtime.health import Health
from tests.articles import NOON
from tests.integration.alert.mailroom import Mailroom, open_mailroom, open_silence
from tests.memory_index import MemoryIndex
from tests.subscriptions import news, subscription
from tests.unit.alert.test_delivery import alert, quote

PUBLIC = "http://tocsin.example"


@pytest.fixture
async def mailroom() -> AsyncIterator[Mailroom]:
    async with open_mailroom() as room:
        yield room


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    migrate(url)
    database = open_database(url)
    yield database
    await database.aclose()


class Desk:
    """Alert as in production, its mails sent when the test says so."""

    def __init__(self, parts: Parts, api: httpx.AsyncClient, room: Mailroom) -> None:
        self.parts, self.api, self.room = parts, api, room

    async def subscribe(self, address: str, name: str = "invasion") -> dict[str, Any]:
        body = {"id": name, "name": name, "query": "invasion", "channels": [{"type": "email", "address": address}]}
        reply = await self.api.post("/v1/subscriptions", json=body)
        assert reply.status_code == 201, reply.text
        made: dict[str, Any] = reply.json()
        await self.send()
        return made

    async def send(self) -> None:
        await self.parts.sender.send_due()
        await self.parts.sender.settle_all()

    async def raise_alert(self, name: str, text: str = "Leaders fear an invasion.") -> Alert:
        (raised,) = (await self.parts.alerting.raise_alerts([news(name, text)])).alerts
        await self.send()
        return raised

    async def follow(self, mail: EmailMessage, words: str) -> None:
        """Press the link of a mail, and the button of its page."""
        path = link(mail, words)
        page = await self.api.get(path)
        assert (page.status_code, "<form" in page.text) == (200, True)
        assert (await self.api.post(path)).status_code == 200

    async def causes(self, raised: Alert) -> list[tuple[str, str]]:
        rows = await self.parts.alerts.deliveries(raised.id)
        return [(row["state"], row["cause"]) for row in rows if row["channel"].startswith("email")]


def text(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert isinstance(part, EmailMessage)
    content: str = part.get_content()
    return content


def link(mail: EmailMessage, words: str) -> str:
    """The path of the link that these words introduce."""
    found = re.search(rf"{words}: {PUBLIC}(\S+)", text(mail))
    assert found, text(mail)
    return found[1]


@pytest.fixture
async def desk(database: Database, mailroom: Mailroom) -> AsyncIterator[Desk]:
    bus = EmbeddedBus(":memory:")
    settings = AlertSettings(
        smtp_url=f"smtp://127.0.0.1:{mailroom.port}", mail_from="alerts@tocsin.example", public_url=PUBLIC
    )
    parts = assemble(settings, bus, MemoryIndex(), database, Health())
    transport = httpx.ASGITransport(build_app(parts, Health()))
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC) as api:
        yield Desk(parts, api, mailroom)
    await bus.aclose()


async def test_an_address_gets_one_mail_that_asks_and_nothing_else_before_it_says_yes(desk: Desk) -> None:
    await desk.subscribe("desk@reader.example")
    unwanted = await desk.raise_alert("a")
    (question,) = desk.room.mails
    assert "please confirm" in question["Subject"]
    assert question["List-Unsubscribe"] is None
    assert await desk.causes(unwanted) == [("failed", "unconfirmed")]
    await desk.follow(question, "Confirm")
    wanted = await desk.raise_alert("b")
    assert await desk.causes(wanted) == [("sent", "")]
    assert [mail["Subject"] for mail in desk.room.mails[1:]] == ["[MEDIUM] invasion: Leaders fear an invasion."]


async def test_looking_at_a_link_confirms_nothing(desk: Desk) -> None:
    await desk.subscribe("desk@reader.example")
    assert (await desk.api.get(link(desk.room.mails[0], "Confirm"))).status_code == 200
    assert await desk.causes(await desk.raise_alert("a")) == [("failed", "unconfirmed")]


async def test_a_team_asks_an_address_once_for_all_its_subscriptions(desk: Desk) -> None:
    for name in ("one", "two", "three"):
        await desk.subscribe("desk@reader.example", name)
    assert len(desk.room.mails) == 1


async def test_one_click_stops_the_mails_of_one_subscription_for_good(desk: Desk) -> None:
    await desk.subscribe("desk@reader.example", "one")
    await desk.subscribe("desk@reader.example", "two")
    await desk.follow(desk.room.mails[0], "Confirm")
    await desk.parts.alerting.raise_alerts([news("a")])
    await desk.send()
    (mail,) = [m for m in desk.room.mails if m["Subject"].startswith("[MEDIUM] one")]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = mail["List-Unsubscribe"].strip("<>").removeprefix(PUBLIC)
    reply = await desk.api.post(path, data={"List-Unsubscribe": "One-Click"})
    assert reply.status_code == 200
    assert (await desk.api.get("/v1/subscriptions/one")).json()["channels"] == []
    before = len(desk.room.mails)
    await desk.parts.alerting.raise_alerts([news("b")])
    await desk.send()
    assert [m["Subject"].split(":")[0] for m in desk.room.mails[before:]] == ["[MEDIUM] two"]
    body = {"name": "one", "query": "invasion", "channels": [{"type": "email", "address": "desk@reader.example"}]}
    assert (await desk.api.put("/v1/subscriptions/one", json=body)).status_code == 200
    await desk.send()
    assert "please confirm" in desk.room.mails[-1]["Subject"], "only the reader brings it back"


@pytest.mark.parametrize("path", ["/v1/confirm/x", "/v1/unsubscribe/x", "/v1/unsubscribe/" + "a" * 900])
async def test_a_link_that_is_not_ours_is_no_link(desk: Desk, path: str) -> None:
    for reply in (await desk.api.get(path), await desk.api.post(path)):
        assert (reply.status_code, "past its time" in reply.text) == (404, True)


async def test_a_question_is_good_for_a_week(database: Database) -> None:
    tokens, mailbox = Tokens("key"), Mailbox("s", "a@b.example")
    assert tokens.confirmed(tokens.to_confirm(mailbox, NOON + timedelta(days=7)), NOON) == mailbox
    assert tokens.unsubscribed(tokens.to_unsubscribe(mailbox)) == mailbox


async def test_a_later_edition_answers_the_first_mail(desk: Desk) -> None:
    await desk.subscribe("desk@reader.example")
    await desk.follow(desk.room.mails[0], "Confirm")
    raised = await desk.raise_alert("a")
    stored = await desk.parts.subscriptions.get("invasion", team=DEFAULT_TEAM)
    assert stored is not None
    channel = stored.channels[0]
    update = raised.model_copy(update={"kind": Kind.UPDATE, "edition": 7})
    later = Leased("dlv_later", update, channel.key, channel.lane, channel, 0, NOON, NOON)
    (receipt,) = await desk.parts.doors.reach.notifiers["email"].send([later])
    assert receipt.result is Result.SENT
    first, second = desk.room.mails[1:]
    assert second["In-Reply-To"] == second["References"] == first["Message-ID"]
    assert second["Message-ID"] == "<dlv_later@tocsin.example>"
    assert "(update)" in second["Subject"]


class Scripts(HTMLParser):
    """Counts what a browser would run or fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.active = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        self.active += tag in ("script", "img", "iframe", "object") or any(name.startswith("on") for name in names)
        self.active += any((value or "").strip().lower().startswith("javascript:") for _, value in attrs)


HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)"> invasion {{ 7*7 }}'


async def test_html_of_an_article_is_never_executed_in_a_mail(desk: Desk) -> None:
    await desk.subscribe("desk@reader.example", "invasion")
    await desk.follow(desk.room.mails[0], "Confirm")
    await desk.raise_alert("a", HOSTILE)
    html = text(desk.room.mails[-1], "html")
    scripts = Scripts()
    scripts.feed(html)
    assert scripts.active == 0
    assert "&lt;script&gt;" in html
    assert "{{ 7*7 }}" in html


def leased(address: str, **changes: Any) -> Leased:
    channel = EmailChannel(type="email", address=address)
    message = alert(**({"subscription_id": "invasion"} | changes))
    return Leased(f"dlv_{address.partition('@')[0]}", message, channel.key, channel.lane, channel, 0, NOON, NOON)


async def sent(database: Database, url: str, *deliveries: Leased, mail_s: float = 0.5) -> list[Receipt]:
    """Everybody has said yes."""
    if await SqlConsents(database).team_of(Mailbox("invasion", "")) is None:
        await SqlSubscriptions(database).create(subscription("invasion"))
    for delivery in deliveries:
        assert isinstance(delivery.channel, EmailChannel)
        mailbox = Mailbox("invasion", delivery.channel.address)
        await SqlConsents(database).confirm(mailbox, DEFAULT_TEAM, NOON)
    sender = Address(display_name="Tocsin", addr_spec="alerts@tocsin.example")
    notifier = MailNotifier(
        mail_server(url), sender, PUBLIC, Tokens("key"), SqlConsents(database), utc_now, mail_s=mail_s
    )
    return list(await notifier.send(deliveries))


async def test_each_recipient_has_a_receipt_of_its_own(database: Database, mailroom: Mailroom) -> None:
    names = ["ok", "refused", "grey", "spam", "slow", "fine"]
    url = f"smtp://127.0.0.1:{mailroom.port}"
    receipts = await sent(database, url, *(leased(f"{name}@reader.example") for name in names))
    assert [receipt.result for receipt in receipts] == [
        Result.SENT, Result.REFUSED, Result.RETRY, Result.REFUSED, Result.RETRY, Result.SENT,
    ]  # fmt: skip
    assert [receipt.status for receipt in receipts] == [None, 550, 451, 554, None, None]
    assert "no such mailbox" in receipts[1].detail
    (again,) = await sent(database, url, leased("grey@reader.example"))
    assert again.result is Result.SENT


async def test_a_batch_shares_its_connections(database: Database, mailroom: Mailroom) -> None:
    deliveries = [leased(f"reader{n}@reader.example") for n in range(16)]
    receipts = await sent(database, f"smtp://127.0.0.1:{mailroom.port}", *deliveries, mail_s=10)
    assert {receipt.result for receipt in receipts} == {Result.SENT}
    assert len(mailroom.mails) == 16


async def test_a_server_that_is_dead_or_silent_is_worth_a_retry(database: Database) -> None:
    (dead,) = await sent(database, "smtp://127.0.0.1:9", leased("a@reader.example"))
    assert (dead.result, "SMTPConnect" in dead.detail) == (Result.RETRY, True)
    async with open_silence() as port:
        (silent,) = await sent(database, f"smtp://127.0.0.1:{port}", leased("a@reader.example"))
    assert silent.result is Result.RETRY


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
async def test_a_login_is_given_and_a_wrong_one_is_worth_a_retry_and_never_shown(database: Database) -> None:
    async with open_mailroom(asks_who=True) as room:
        good, bad = (f"smtp://tocsin:{word}@127.0.0.1:{room.port}?starttls=never" for word in ("a%2Fb%3Ac", "s3cret"))
        (accepted,) = await sent(database, good, leased("a@reader.example"), mail_s=5)
        (refused,) = await sent(database, bad, leased("b@reader.example"), mail_s=5)
    assert (accepted.result, refused.result) == (Result.SENT, Result.RETRY)
    assert "s3cret" not in refused.detail
    assert room.logins[0] == ("tocsin", "a/b:c")


@pytest.mark.parametrize("words", ["x\r\nBcc: victim@reader.example", "x\nSubject: other", "\u2028Bcc: a@b.example"])
async def test_no_text_becomes_a_header(database: Database, mailroom: Mailroom, words: str) -> None:
    (receipt,) = await sent(
        database, f"smtp://127.0.0.1:{mailroom.port}", leased("ok@reader.example", title=words, rule=words), mail_s=5
    )
    (mail,) = mailroom.mails
    assert receipt.result is Result.SENT
    assert mail["Bcc"] is None
    assert len(mail.get_all("Subject", [])) == 1


async def test_a_mail_is_bounded(database: Database, mailroom: Mailroom) -> None:
    many = [quote(n, "word " * 60, clause=str(n)) for n in range(500)]
    channel = leased("ok@reader.example")
    big = Leased("dlv_big", alert(*many, subscription_id="invasion"), *(getattr(channel, f) for f in FIELDS))
    (receipt,) = await sent(database, f"smtp://127.0.0.1:{mailroom.port}", big, mail_s=5)
    assert receipt.result is Result.SENT
    assert len(mailroom.mails[0].as_bytes()) < 100_000
    assert "more quotes" in text(mailroom.mails[0])


FIELDS = ("channel_key", "lane", "channel", "attempts", "published_at", "fetched_at")


async def test_without_a_mail_server_a_mail_channel_is_refused_with_what_is_missing(database: Database) -> None:
    bus = EmbeddedBus(":memory:")
    parts = assemble(AlertSettings(), bus, MemoryIndex(), database, Health())
    transport = httpx.ASGITransport(build_app(parts, Health()))
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC) as api:
        body = {"name": "n", "query": "invasion", "channels": [{"type": "email", "address": "a@reader.example"}]}
        reply = await api.post("/v1/subscriptions", json=body)
    await bus.aclose()
    assert (reply.status_code, reply.json()["errors"][0]["pointer"]) == (422, "/channels/0")
    assert "TOCSIN_SMTP_URL" in reply.text


async def test_an_address_is_asked_three_times_at_most_and_an_hour_apart(database: Database) -> None:
    rule = subscription("invasion", channels=[{"type": "email", "address": "a@reader.example"}])
    await SqlSubscriptions(database, lambda: NOON).create(rule)
    channel, consents = rule.channels[0], SqlConsents(database)
    assert isinstance(channel, EmailChannel)
    answers = [await consents.ask(rule, channel, NOON + timedelta(minutes=after)) for after in (10, 61, 130, 999)]
    assert answers == [Ask.TOO_SOON, Ask.ASK, Ask.ASK, Ask.TOO_OFTEN]


async def test_a_test_message_says_what_became_of_it(desk: Desk) -> None:
    await desk.subscribe("desk@reader.example")
    key = (await desk.parts.subscriptions.get("invasion", team=DEFAULT_TEAM)).channels[0].key  # type: ignore[union-attr]
    url = f"/v1/subscriptions/invasion/channels/{key}"
    assert (await desk.api.post(f"{url}/test")).json()["result"] == "unconfirmed"
    assert (await desk.api.post(f"{url}/ask")).json() == {"answer": "too_soon"}
    await desk.follow(desk.room.mails[0], "Confirm")
    assert (await desk.api.post(f"{url}/test")).json()["result"] == "sent"
    assert desk.room.mails[-1]["Subject"] == "[TEST] invasion: this is a test"
    assert (await desk.api.post(f"{url}/ask")).json() == {"answer": "confirmed"}
    assert (await desk.api.post("/v1/subscriptions/invasion/channels/email:0123456789abcdef/test")).status_code == 404
