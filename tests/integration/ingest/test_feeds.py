"""The ingest process following a feed on a real web server."""

import signal
from collections.abc import Callable
from pathlib import Path

from tests.integration.ingest.service import IngestProcess, bus_in, ingest_process, published
from tests.integration.ingest.web import Answer, Web


def rss(*numbers: int) -> bytes:
    items = "".join(
        f"<item><title>{n}</title><link>https://news.example/{n}</link><description>{n},000 troops</description></item>"
        for n in numbers
    )
    return f'<rss version="2.0"><channel><title>Wire</title>{items}</channel></rss>'.encode()


def versioned(tag: str, body: bytes) -> Callable[[dict[str, str]], Answer]:
    """A feed that answers 304 to whoever has it."""
    return lambda asked: (304, {}, b"") if asked.get("if-none-match") == tag else (200, {"ETag": tag}, body)


def count(process: IngestProcess, result: str) -> int:
    """Looks at feeds that ended like this, as the metrics say."""
    name = f'tocsin_feed_fetches_total{{result="{result}"}} '
    lines = process.client.get("/metrics").text.splitlines()
    return sum(int(float(line.removeprefix(name))) for line in lines if line.startswith(name))


def test_what_a_feed_holds_at_first_is_history_and_what_comes_later_is_news_also_after_a_restart(
    web: Web, tmp_path: Path
) -> None:
    web.answers["/feed"] = versioned('"1"', rss(2, 1))
    dead = web.shows("/dead", 500)
    feeds = f"{web.url}/feed,{dead}"
    with ingest_process(
        tmp_path, TOCSIN_FEEDS=feeds, TOCSIN_ALLOW_PRIVATE_FEEDS="true", TOCSIN_POLL_EVERY_S="1"
    ) as process:
        process.start()
        process.wait_for(lambda: count(process, "changed") >= 1 and count(process, "unchanged") >= 1)
        web.answers["/feed"] = versioned('"2"', rss(3, 2, 1))
        process.wait_for(lambda: count(process, "changed") >= 2)
        assert count(process, "failed") >= 1
        assert process.client.get("/health/ready").status_code == 200
        assert process.end(signal.SIGTERM) == 0
        web.answers["/feed"] = versioned('"3"', rss(4, 3, 2, 1))
        process.start()
        process.wait_for(lambda: count(process, "changed") >= 1)
        assert process.end(signal.SIGTERM) == 0
    found = [(article.url[-1], article.historic, article.source.name) for article in published(bus_in(tmp_path))]
    assert found == [("1", True, "Wire"), ("2", True, "Wire"), ("3", False, "Wire"), ("4", False, "Wire")]
