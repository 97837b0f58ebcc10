"""RSS and Atom to items, and when to look again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.core.feed import FeedItem, NotAFeed, parse_feed
from services.ingest.core.schedule import JITTER, MAX_ASKED_WAIT_S, MAX_WAIT_S, next_wait

URL = "https://news.example/feed.xml"
RSS = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>Example &lt;b&gt;Wire&lt;/b&gt;</title><link>https://news.example/</link>
<item><title>Troops &amp; tanks</title><link>https://news.example/2</link><guid isPermaLink="false">two</guid>
<pubDate>Mon, 07 Feb 2022 14:00:00 +0200</pubDate>
<description>A summary.</description>
<content:encoded><![CDATA[<p>Some <b>110,000</b> troops.</p>]]></content:encoded></item>
<item><title>Headline alone</title><link>/1</link></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Atom Wire</title><id>urn:x</id>
<entry><id>urn:x:1</id><title type="html">Tanks &lt;i&gt;move&lt;/i&gt;</title><link href="https://news.example/a"/>
<updated>2022-02-07T12:00:00Z</updated><summary type="text">Plain &lt;words&gt; here</summary></entry></feed>"""


def parse(text: str) -> tuple[FeedItem, ...]:
    return parse_feed(text.encode(), URL, "application/xml; charset=utf-8")


def test_an_rss_entry_becomes_an_item_oldest_first() -> None:
    headline, full = (item.raw for item in parse(RSS))
    assert (full.url, full.title, full.html) == (
        "https://news.example/2",
        "Troops & tanks",
        "<p>Some <b>110,000</b> troops.</p>",
    )
    assert (full.source.name, full.published) == ("Example Wire", "2022-02-07T12:00:00+00:00")
    assert (headline.url, headline.title, headline.text) == ("https://news.example/1", "", "Headline alone")
    assert headline.published is None


def test_an_atom_entry_becomes_an_item() -> None:
    (item,) = parse(ATOM)
    assert (item.raw.title, item.raw.text, item.raw.html) == ("Tanks move", "Plain <words> here", "")
    assert (item.raw.url, item.raw.published) == ("https://news.example/a", "2022-02-07T12:00:00+00:00")


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("A summary.", "A summary.", True),
        ("<lastBuildDate/>", "", True),
        ("110,000", "120,000", False),
        ("Troops &amp; tanks", "Correction", False),
        (" 14:00:00", " 15:00:00", False),
    ],
)
def test_the_key_of_an_entry_changes_with_the_entry(old: str, new: str, same: bool) -> None:
    assert (parse(RSS)[-1].key == parse(RSS.replace(old, new))[-1].key) is same


def test_a_broken_feed_gives_what_can_be_read() -> None:
    assert [item.raw.title for item in parse(RSS[: RSS.index("<item><title>Headline")])] == ["Troops & tanks"]


def test_a_feed_in_another_encoding_is_read() -> None:
    raw = RSS.replace("utf-8", "windows-1251").replace("A summary", "Войска").replace("content:encoded", "other")
    (_, item) = parse_feed(raw.encode("cp1251"), URL, "text/xml")
    assert "Войска" in item.raw.html


@pytest.mark.parametrize("raw", [b"", b"<html><body>Not found</body></html>", b"\x89PNG\r\n\x00", b"{}"])
def test_what_is_no_feed_says_so(raw: bytes) -> None:
    with pytest.raises(NotAFeed):
        parse_feed(raw, URL)


@given(st.text(max_size=80))
def test_no_damage_raises_anything_else(damage: str) -> None:
    for at in (0, 60, 300, 500):
        try:
            parse(RSS[:at] + damage + RSS[at + 20 :])
        except NotAFeed:
            continue


@pytest.mark.parametrize(
    ("failures", "retry_after_s", "gone", "wait"),
    [
        (0, None, False, 300),
        (1, None, False, 600),
        (3, None, False, 2_400),
        (50, None, False, MAX_WAIT_S),
        (1, 3_600.0, False, 3_600),
        (1, 1.0, False, 600),
        (0, 1e12, False, MAX_ASKED_WAIT_S),
        (1, None, True, MAX_ASKED_WAIT_S),
    ],
)
def test_a_failing_feed_is_asked_less_and_less_often(
    failures: int, retry_after_s: float | None, gone: bool, wait: float
) -> None:
    assert next_wait(300, failures, retry_after_s, gone, random=0.5) == wait


@given(st.floats(0, 1, exclude_max=True))
def test_jitter_spreads_looks_around_the_wait(random: float) -> None:
    assert 300 * (1 - JITTER) <= next_wait(300, 0, None, False, random) <= 300 * (1 + JITTER)
