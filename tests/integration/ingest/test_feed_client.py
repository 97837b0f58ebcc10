"""Feeds from a real web server."""

import gzip
from collections.abc import AsyncIterator

import pytest

from services.ingest.adapters.feed_client import MAX_BYTES, HttpFeedClient, retry_after
from services.ingest.ports import FeedFailed, Validators
from tests.articles import NOON
from tests.integration.ingest.web import Answer, Web

RSS = b"""<rss version="2.0"><channel><title>Wire</title>
<item><title>Troops gather</title><link>/1</link><description>110,000 troops</description></item></channel></rss>"""


@pytest.fixture
async def client() -> AsyncIterator[HttpFeedClient]:
    client = HttpFeedClient(allow_private=True)
    yield client
    await client.aclose()


async def test_a_feed_is_read_with_its_validators(web: Web, client: HttpFeedClient) -> None:
    url = web.shows("/feed", 200, RSS, ETag='"one"', Last_Modified="Mon, 07 Feb 2022 12:00:00 GMT")
    fetched = await client.fetch(url, Validators())
    assert fetched.validators == Validators('"one"', "Mon, 07 Feb 2022 12:00:00 GMT")
    assert [(i.raw.url, i.raw.title, i.raw.html) for i in fetched.items or ()] == [
        (f"{web.url}/1", "Troops gather", "110,000 troops")
    ]
    assert not {"if-none-match", "if-modified-since"} & web.asked[0].keys()


async def test_a_feed_that_has_not_changed_is_not_sent_again(web: Web, client: HttpFeedClient) -> None:
    def conditional(asked: dict[str, str]) -> Answer:
        return (304, {}, b"") if asked.get("if-none-match") == '"one"' else (200, {"ETag": '"one"'}, RSS)

    web.answers["/feed"] = conditional
    first = await client.fetch(f"{web.url}/feed", Validators())
    second = await client.fetch(f"{web.url}/feed", first.validators)
    assert (second.items, second.validators) == (None, first.validators)


async def test_both_validators_are_sent(web: Web, client: HttpFeedClient) -> None:
    url = web.shows("/feed", 304)
    await client.fetch(url, Validators('W/"x"', "Mon, 07 Feb 2022 12:00:00 GMT"))
    assert (web.asked[0]["if-none-match"], web.asked[0]["if-modified-since"]) == (
        'W/"x"',
        "Mon, 07 Feb 2022 12:00:00 GMT",
    )


async def test_redirects_and_compression_are_followed(web: Web, client: HttpFeedClient) -> None:
    web.shows("/new", 200, gzip.compress(RSS), Content_Encoding="gzip")
    url = web.shows("/old", 301, Location="/new")
    assert len((await client.fetch(url, Validators())).items or ()) == 1


@pytest.mark.parametrize(
    ("status", "headers", "body", "detail"),
    [
        (404, {}, b"", "HTTP 404"),
        (500, {}, RSS, "HTTP 500"),
        (200, {}, b"<html>moved</html>", "neither RSS nor Atom"),
        (200, {}, b"", "neither RSS nor Atom"),
        (302, {"Location": "/same"}, b"", "TooManyRedirects"),
        (302, {"Location": "file:///etc/passwd"}, b"", "UnsupportedProtocol"),
        (200, {}, b"<rss>" + b" " * MAX_BYTES, "more than"),
        (200, {"Content_Encoding": "gzip"}, gzip.compress(b"<rss>" + b" " * MAX_BYTES), "more than"),
        (200, {"Content_Encoding": "gzip"}, b"no gzip", "DecodingError"),
        (200, {"Content_Length": "9999"}, RSS, "RemoteProtocolError"),
    ],
)  # fmt: skip
async def test_a_feed_that_cannot_be_read_says_why(
    web: Web, client: HttpFeedClient, status: int, headers: dict[str, str], body: bytes, detail: str
) -> None:
    url = web.shows("/same", status, body, **headers)
    with pytest.raises(FeedFailed, match=detail):
        await client.fetch(url, Validators())


async def test_a_server_that_is_not_there_is_a_failure(web: Web, client: HttpFeedClient) -> None:
    with pytest.raises(FeedFailed, match="ConnectError"):
        await client.fetch("http://127.0.0.1:9/feed", Validators())


@pytest.mark.parametrize(
    ("status", "headers", "wait", "gone"),
    [
        (429, {"Retry_After": "120"}, 120.0, False),
        (503, {}, None, False),
        (410, {}, None, True),
    ],
)
async def test_what_a_server_asks_for_is_passed_on(
    web: Web, client: HttpFeedClient, status: int, headers: dict[str, str], wait: float | None, gone: bool
) -> None:
    url = web.shows("/feed", status, b"", **headers)
    with pytest.raises(FeedFailed) as failure:
        await client.fetch(url, Validators())
    assert (failure.value.retry_after_s, failure.value.gone) == (wait, gone)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("0", 0.0),
        (" 90 ", 90.0),
        ("Mon, 07 Feb 2022 12:01:00 GMT", 60.0),
        ("Mon, 07 Feb 2022 11:00:00 GMT", 0.0),
        ("soon", None),
        ("", None),
        ("-5", None),
    ],
)
def test_retry_after_is_a_number_or_a_date(written: str, seconds: float | None) -> None:
    assert retry_after(written, NOON) == seconds


@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/latest/meta-data/", "http://[fd00:ec2::254]/", "http://0.0.0.0/", "file:///etc"]
)
async def test_a_feed_that_redirects_to_where_no_feed_may_lead_is_not_followed(
    web: Web, client: HttpFeedClient, target: str
) -> None:
    url = web.shows("/moved", 302, Location=target)
    with pytest.raises(FeedFailed):
        await client.fetch(url, Validators())


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]"])
async def test_a_private_address_is_refused_unless_allowed(web: Web, host: str) -> None:
    web.shows("/feed", 200, RSS)
    client = HttpFeedClient()
    port = web.url.rpartition(":")[2]
    with pytest.raises(FeedFailed, match="private or reserved"):
        await client.fetch(f"http://{host}:{port}/feed", Validators())
    await client.aclose()
    assert web.asked == []
