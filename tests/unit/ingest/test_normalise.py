"""From a raw item to an article."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.article import MAX_TEXT_BYTES, Article, Source
from services.contracts.errors import Reason, Rejected
from services.ingest.core.normalise import content_hash, normalise
from services.ingest.core.raw_item import RawItem
from tests.articles import NOON

NOW = NOON + timedelta(hours=1, microseconds=999)


def read(**fields: Any) -> Article:
    return normalise(RawItem.model_validate(fields), NOW)


def test_every_field_of_an_article_comes_from_its_item() -> None:
    article = read(
        url="https://WWW.News.example/a?utm_source=x#top",
        title="  Troops\n gather ",
        text="Officials said 110,000 Russian  troops\tare near the border.",
        published="2022-02-07T12:00:00.5Z",
        historic=True,
    )
    assert article == Article(
        id=sha256(b"https://www.news.example/a").hexdigest(),
        revision=1,
        url="https://www.news.example/a",
        source=Source(name="news.example", domain="news.example"),
        title="Troops gather",
        text="Officials said 110,000 Russian troops are near the border.",
        language="en",
        published=NOON + timedelta(milliseconds=500),
        fetched_at=NOON + timedelta(hours=1),
        historic=True,
    )


def test_a_senders_source_and_language_win() -> None:
    article = read(
        url="https://a.example/1", text="x", source={"name": "Wire", "domain": "Wire.Example"}, language="UK-ua"
    )
    assert (article.source, article.language) == (Source(name="Wire", domain="wire.example"), "uk")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"url": "https://a.example/1", "text": "x"}, {"url": "HTTPS://A.example:443/1#c", "text": "y"}, True),
        ({"url": "https://a.example/1", "text": "x"}, {"url": "https://a.example/2", "text": "x"}, False),
        ({"text": "x  y"}, {"text": " x y\n"}, True),
        ({"text": "x", "published": "2022-02-07"}, {"text": "x"}, True),
        ({"text": "x"}, {"text": "x", "title": "t"}, False),
        ({"text": "x"}, {"text": "x", "source": {"name": "s"}}, False),
        ({"title": "a b", "text": "c"}, {"title": "a", "text": "b c"}, False),
        ({"title": "a", "text": "b"}, {"text": "a b"}, False),
    ],
)
def test_the_id_is_that_of_the_url_else_of_source_title_and_text(
    one: dict[str, Any], other: dict[str, Any], same: bool
) -> None:
    assert (read(**one).id == read(**other).id) is same


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"text": "110,000  troops\u200b"}, True),
        ({"published": "2021-01-01"}, True),
        ({"source": {"name": "other"}}, True),
        ({"text": "120,000 troops"}, False),
        ({"title": "Correction"}, False),
    ],
)
def test_a_revision_is_another_title_or_text(change: dict[str, Any], same: bool) -> None:
    first = {"url": "https://a.example/1", "title": "t", "text": "110,000 troops"}
    assert (content_hash(read(**first)) == content_hash(read(**(first | change)))) is same


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, Reason.EMPTY_TEXT),
        ({"title": "only a title"}, Reason.EMPTY_TEXT),
        ({"text": " \n\u200b\ufeff\t"}, Reason.EMPTY_TEXT),
        ({"html": "<html><script>var x = 1</script></html>"}, Reason.EMPTY_TEXT),
        ({"html": "<p>\u00a0</p>"}, Reason.EMPTY_TEXT),
        ({"text": "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00"}, Reason.INVALID),
        ({"text": "\ufffd\ufffd\ufffd\ufffd \ufffd\ufffd\ufffd"}, Reason.INVALID),
        ({"text": "x", "title": "\x00\x01\x02\x03"}, Reason.INVALID),
        ({"text": "x", "url": "not a url"}, Reason.INVALID),
        ({"text": "x", "url": "file:///etc/passwd"}, Reason.INVALID),
        ({"text": "a" * (MAX_TEXT_BYTES + 1)}, Reason.TOO_LARGE),
        ({"text": "ä" * (MAX_TEXT_BYTES // 2 + 1)}, Reason.TOO_LARGE),
    ],
)
def test_what_is_no_article_is_refused_with_a_reason(fields: dict[str, Any], reason: Reason) -> None:
    with pytest.raises(Rejected) as refusal:
        read(**fields)
    assert refusal.value.reason is reason


@pytest.mark.parametrize(
    "text", ["a" * MAX_TEXT_BYTES, "ä" * (MAX_TEXT_BYTES // 2), "a" * MAX_TEXT_BYTES + " \n\u200b" * 9]
)
def test_the_largest_text_passes_whatever_its_letters_and_margins(text: str) -> None:
    assert len(read(text=text).text.encode()) == MAX_TEXT_BYTES


@pytest.mark.parametrize("published", [None, "soon", "1899-01-01", "2022-02-07T13:00:00.001Z"])
def test_a_date_that_says_nothing_is_the_time_of_arrival_and_flagged(published: str | None) -> None:
    article = read(text="x", published=published)
    assert (article.published, article.fetched_at, article.date_clamped) == (*[NOON + timedelta(hours=1)] * 2, True)


def test_html_gives_text_and_the_title_it_lacks_and_repeats_no_title() -> None:
    page = "<html><title>Troops gather</title><body><article><h1>Troops gather</h1><p>{}</p></article></body></html>"
    article = read(html=page.format("Officials said 110,000 Russian troops were near the border with Ukraine today."))
    assert article.content == (
        "Troops gather\nOfficials said 110,000 Russian troops were near the border with Ukraine today."
    )


@given(st.text(), st.text(), st.text())
def test_any_item_is_an_article_or_is_refused_and_the_same_each_time(title: str, text: str, html: str) -> None:
    item = RawItem(title=title, text=text, html=html)
    try:
        article = normalise(item, NOW)
    except Rejected:
        return
    assert article == normalise(item, NOW)
    assert Article.model_validate_json(article.model_dump_json()) == article
