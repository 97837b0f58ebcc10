"""Delivery's pure parts: bodies, retries, bulkheads, addresses, plain text, links."""

import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.alert.adapters.webhook import retry_after_s
from services.alert.core.bulkheads import PER_ENDPOINT, PER_HOST, Bulkheads
from services.alert.core.channels import INDEX, OWN_CHANNELS
from services.alert.core.identity import alert_id, delivery_id
from services.alert.core.links import Links
from services.alert.core.outbox import Cause, Leased, Receipt, Result, Settlement, State
from services.alert.core.payload import MAX_BODY_BYTES, webhook_body
from services.alert.core.plain_text import render
from services.alert.core.retries import SCHEDULE_S, settle
from services.contracts.alert import Alert, AlertEvidence, Trigger
from services.contracts.notification import Digest, DigestCause, DigestItem, Notice
from services.runtime.adapters.cursor import row_before, to_cursor
from services.runtime.addresses import allowed
from tests.articles import NOON


def quote(number: int, words: str = "Leaders fear an invasion.", **changes: Any) -> AlertEvidence:
    values = {
        "quote": words,
        "start": number,
        "end": number + len(words),
        "sentence": 0,
        "field": "text",
        "clause": "a",
    }
    return AlertEvidence.model_validate(values | changes)


def alert(*evidence: AlertEvidence, **changes: Any) -> Alert:
    values: dict[str, Any] = {
        "id": "0" * 64, "subscription_id": "s", "rule": "invasion", "rule_version": 1, "query": "invasion",
        "trigger": "each", "episode": "story", "title": "Talks fail", "reason": "“invasion” predicted.",
        "evidence": evidence or (quote(0),), "story_id": "story", "raised_at": NOON,
        "article": {
            "id": "1" * 64, "revision": 1, "title": "Talks fail", "url": "https://news.example/a",
            "source": {"name": "Example News"}, "language": "en", "published": NOON, "fetched_at": NOON,
        },
    }  # fmt: skip
    return Alert.model_validate(values | changes)


def leased(attempts: int = 0, channel: str = "webhook:1") -> Leased:
    return Leased("dlv_1", alert(), channel, "webhook:a:1", None, attempts, NOON, NOON)


def after(attempts: int, result: Result = Result.RETRY, chance: float = 0.0, **receipt: Any) -> Settlement:
    return settle(leased(attempts), Receipt(result, **receipt), NOON, 5, chance)


def digest(count: int) -> Digest:
    item = DigestItem(
        alert_id="0" * 64, rule="invasion", severity="high", title="Talks fail", reason="“invasion” predicted.",
        url="", published=NOON, raised_at=NOON,
    )  # fmt: skip
    return Digest(
        id="d" * 64, subscription_id="s", rule="invasion", cause=DigestCause.SCHEDULE, since=NOON, until=NOON,
        items=(item,) * count, omitted=2, raised_at=NOON,
    )  # fmt: skip


NOTICE = Notice(
    id="n" * 64, subscription_id="s", rule="invasion", subject="Disabled", text="Line one.\n\nLine two.",
    links={"Enable it": "https://tocsin.example/x"}, raised_at=NOON,
)  # fmt: skip


class TestOtherNotifications:
    def test_a_digest_leaves_out_its_last_alerts_and_counts_them(self) -> None:
        body = webhook_body(digest(200))
        sent = Digest.model_validate_json(body)
        assert MAX_BODY_BYTES * 0.9 < len(body.encode()) < MAX_BODY_BYTES
        assert len(sent.items) + sent.omitted == 202

    def test_a_long_notice_is_cut(self) -> None:
        body = webhook_body(NOTICE.model_copy(update={"text": "why " * 10_000}))
        assert len(body.encode()) < MAX_BODY_BYTES

    def test_a_digest_is_a_list_of_its_alerts(self) -> None:
        assert render(digest(1)).splitlines() == [
            "[DIGEST] invasion: 3 alerts from 2022-02-07T12:00:00.000Z to 2022-02-07T12:00:00.000Z",
            "  [HIGH] Talks fail: “invasion” predicted.",
            "  and 2 more alerts",
        ]

    def test_a_notice_is_its_lines_and_links(self) -> None:
        assert render(NOTICE).splitlines() == [
            "[NOTICE] invasion: Disabled",
            "  Line one.",
            "  Line two.",
            "  Enable it: https://tocsin.example/x",
        ]

    def test_a_later_edition_says_what_it_is(self) -> None:
        assert render(alert(kind="denial")).startswith("[MEDIUM, denial] invasion: Talks fail\n")


class TestBodies:
    def test_a_small_alert_is_sent_whole(self) -> None:
        assert Alert.model_validate_json(webhook_body(alert())) == alert()

    def test_quotes_are_left_out_but_not_the_first_of_a_clause_nor_the_denial(self) -> None:
        many = [quote(n, "word " * 60, clause="a") for n in range(90)]
        other, denial = quote(500, "other", clause="b"), quote(501, "denied", clause="", denial=True)
        body = orjson.loads(webhook_body(alert(*many, other, denial)))
        assert [q["quote"] for q in body["evidence"][:3]] == [many[0].quote, "other", "denied"]
        assert len(body["evidence"]) + body["evidence_omitted"] == 92
        assert len(body["evidence"]) > 20

    @settings(max_examples=40, deadline=None)
    @given(
        quotes=st.lists(st.text(max_size=300), max_size=200),
        query=st.text(max_size=20_000),
        title=st.text(max_size=300),
    )
    def test_no_body_is_20_kB(self, quotes: list[str], query: str, title: str) -> None:
        body = webhook_body(alert(*(quote(n, words) for n, words in enumerate(quotes)), query=query, title=title))
        assert len(body.encode()) < MAX_BODY_BYTES
        assert Alert.model_validate_json(body).id == "0" * 64


class TestRetries:
    def test_the_schedule_takes_more_than_75_hours(self) -> None:
        assert sum(SCHEDULE_S) > 75 * 3600
        waits = [after(n).due_at - NOON for n in range(9)]  # type: ignore[operator]
        assert [wait.total_seconds() for wait in waits] == list(SCHEDULE_S[1:])

    def test_the_last_try_ends_it(self) -> None:
        last = after(9)
        assert (last.state, last.cause, last.due_at) == (State.FAILED, Cause.EXHAUSTED, None)

    def test_chance_adds_a_tenth_at_most(self) -> None:
        assert after(1, chance=0.999).due_at < NOON + timedelta(seconds=330)  # type: ignore[operator]

    @pytest.mark.parametrize(("asked", "waits"), [(None, 5), (1, 5), (120, 120), (10**9, 86_400)])
    def test_a_receiver_may_ask_for_more_time(self, asked: float | None, waits: float) -> None:
        assert after(0, retry_after_s=asked).due_at == NOON + timedelta(seconds=waits)

    @pytest.mark.parametrize(
        ("result", "state", "cause"),
        [
            (Result.SENT, State.SENT, Cause.NONE),
            (Result.REFUSED, State.FAILED, Cause.REFUSED),
            (Result.GONE, State.FAILED, Cause.GONE),
            (Result.BLOCKED_ADDRESS, State.FAILED, Cause.BLOCKED_ADDRESS),
            (Result.INVALID, State.FAILED, Cause.INVALID),
        ],
    )
    def test_every_other_result_is_final(self, result: Result, state: State, cause: Cause) -> None:
        settled = after(0, result)
        assert (settled.state, settled.cause, settled.due_at, settled.attempt) == (state, cause, None, 1)

    @pytest.mark.parametrize("attempts", [0, 9, 5_000])
    def test_our_own_channels_are_tried_without_end_and_soon(self, attempts: int) -> None:
        settled = settle(leased(attempts, INDEX), Receipt(Result.RETRY), NOON, 5, 0.0)
        assert settled.state is State.WAITING
        assert timedelta(seconds=1) <= settled.due_at - NOON <= timedelta(seconds=60)  # type: ignore[operator]

    @pytest.mark.parametrize(
        ("header", "seconds"),
        [
            (None, None),
            ("", None),
            ("120", 120),
            ("Mon, 07 Feb 2022 12:02:00 GMT", 120),
            ("Mon, 07 Feb 2022 11:00:00 GMT", 0),
            ("soon", None),
            ("-5", None),
            ("9" * 400, 999_999_999_999),
        ],
    )
    def test_retry_after_is_seconds_or_a_date(self, header: str | None, seconds: float | None) -> None:
        assert retry_after_s(header, NOON) == seconds


class TestBulkheads:
    def test_an_endpoint_a_host_and_a_bulk_channel_have_their_own_room(self) -> None:
        bulkheads = Bulkheads(1_000, {"webhook": 1, "index": 200})
        room = bulkheads.offer()
        assert (room("webhook:a:1"), room("index"), room("topic")) == (PER_ENDPOINT, 200, 0)

    def test_what_is_in_flight_takes_room_and_gives_it_back(self) -> None:
        bulkheads = Bulkheads(1_000, {"webhook": 1})
        bulkheads.enter("webhook:a:1", 3)
        assert bulkheads.offer()("webhook:a:1") == PER_ENDPOINT - 3
        bulkheads.leave("webhook:a:1", 3, failed=False)
        assert bulkheads.offer()("webhook:a:1") == PER_ENDPOINT
        assert bulkheads.in_flight == 0

    def test_all_endpoints_of_one_host_share_its_room(self) -> None:
        room = Bulkheads(1_000, {"webhook": 1}).offer()
        assert sum(room(f"webhook:a:{n}") for n in range(100)) == PER_HOST

    def test_a_failing_endpoint_gets_one_place_until_it_answers(self) -> None:
        bulkheads = Bulkheads(1_000, {"webhook": 1})
        bulkheads.enter("webhook:a:1")
        bulkheads.leave("webhook:a:1", failed=True)
        assert bulkheads.offer()("webhook:a:1") == 1
        bulkheads.enter("webhook:a:1")
        assert bulkheads.offer()("webhook:a:1") == 0
        bulkheads.leave("webhook:a:1", failed=False)
        assert bulkheads.offer()("webhook:a:1") == PER_ENDPOINT

    def test_all_failing_endpoints_together_leave_most_places_to_the_others(self) -> None:
        bulkheads = Bulkheads(100, {"webhook": 1})
        for n in range(90):
            bulkheads.enter(f"webhook:h{n}:1")
            bulkheads.leave(f"webhook:h{n}:1", failed=True)
        room = bulkheads.offer()
        assert sum(room(f"webhook:h{n}:1") for n in range(90)) == 25
        assert room("webhook:healthy:1") == PER_ENDPOINT

    def test_an_offer_that_turned_somebody_down_is_remembered(self) -> None:
        bulkheads = Bulkheads(100, {"webhook": 1})
        bulkheads.offer()("webhook:a:1")
        assert not bulkheads.crowded
        bulkheads.enter("webhook:a:1", PER_ENDPOINT)
        bulkheads.offer()("webhook:a:1")
        assert bulkheads.crowded


PUBLIC = "8.8.8.8 2606:4700::1 64:ff9b::808:808 ::ffff:8.8.8.8".split()
PRIVATE = (
    "127.0.0.1 ::1 10.0.0.1 172.16.5.4 192.168.1.1 100.64.0.1 fd00::1 fec0::1 ::ffff:10.0.0.1 64:ff9b::a00:1".split()
)
NEVER = (
    "169.254.169.254 fe80::1 fe80::1%eth0 ::ffff:169.254.169.254 2002:a9fe:a9fe::1 fd00:ec2::254 100.100.100.200 "
    "168.63.129.16 192.0.0.192 ::ffff:168.63.129.16 "
    "0.0.0.0 :: 224.0.0.1 ff02::1 240.0.0.1 255.255.255.255"
).split()


@pytest.mark.parametrize(
    ("address", "anyhow", "if_private_is_allowed"),
    [(a, True, True) for a in PUBLIC] + [(a, False, True) for a in PRIVATE] + [(a, False, False) for a in NEVER],
)
def test_where_a_users_url_may_lead(address: str, anyhow: bool, if_private_is_allowed: bool) -> None:
    assert (allowed(address, False), allowed(address, True)) == (anyhow, if_private_is_allowed)


@given(st.text(), st.text(), st.text())
def test_a_terminal_gets_no_control_character(title: str, words: str, url: str) -> None:
    article = alert().article
    assert article is not None
    article = article.model_copy(update={"url": url})
    shown = render(alert(quote(0, words), title=title, article=article))
    assert all(unicodedata.category(c) not in ("Cc", "Cf", "Zl", "Zp") or c == "\n" for c in shown)
    assert shown.count("\n") == 4


def test_links_lead_to_the_article_this_service_and_the_same_query_in_kibana() -> None:
    links = Links("https://tocsin.example/", "https://kibana.example").of("1", 'title:"it\'s!"', "javascript:x", NOON)
    assert links == {
        "tocsin": "https://tocsin.example/v1/alerts/1",
        "kibana": "https://kibana.example/app/discover#/?_g=(time:(from:'2022-02-06T12:00:00.000Z',"
        "to:'2022-02-08T12:00:00.000Z'))&_a=(dataSource:(dataViewId:'articles',type:dataView),"
        "query:(language:kuery,query:'title:%22it!'s!!%22'))",
    }
    assert Links().of("1", "", "https://news.example/a", NOON) == {"article": "https://news.example/a"}


def test_ids_name_what_they_are_made_of() -> None:
    assert alert_id("a", Trigger.EACH, "b", "c") != alert_id("a", Trigger.EACH, "", "bc")
    ids = {delivery_id("a", edition, channel) for edition in (0, 1) for channel in OWN_CHANNELS}
    assert len(ids) == 2 * len(OWN_CHANNELS)
    assert delivery_id("a", 0, INDEX) == delivery_id("a", 0, INDEX)


@given(st.integers(0, 4 * 10**12), st.text().filter(lambda text: "\x00" not in text))
def test_a_cursor_comes_back_as_it_was(milliseconds: int, row_id: str) -> None:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    assert row_before(to_cursor(moment, row_id)) == (moment, row_id)


@pytest.mark.parametrize(
    "cursor", ["", "x", "bm90IGpzb24", "é", to_cursor(NOON, "a\x00"), "Wzk5OTk5OTk5OTk5OTk5OTksImEiXQ"]
)
def test_what_is_no_cursor_of_ours_is_refused(cursor: str) -> None:
    with pytest.raises(ValueError, match="not a cursor"):
        row_before(cursor)
