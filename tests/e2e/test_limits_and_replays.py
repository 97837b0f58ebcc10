"""The largest article passes every hop, a larger one none; what comes twice counts once."""

import asyncio

import httpx
import pytest

from services.contracts.article import MAX_TEXT_BYTES, Article
from services.contracts.topics import ARTICLES
from services.runtime.connect import open_bus
from tests.e2e.conftest import RULES
from tests.e2e.system import System, eventually
from tests.keys import AS_ADMIN

SENTENCE = "The Żabka shop near the Łódź station opened at nine and sold 40 loaves of bread. "
END = "Officials said 110,000 Russian troops were near the border with Ukraine."


def largest() -> str:
    """A text of exactly the size that is taken, its news in the last sentence."""
    room = MAX_TEXT_BYTES - len(END.encode())
    filler = SENTENCE * (room // len(SENTENCE.encode()))
    return filler + "x" * (room - len(filler.encode()) - 1) + " " + END


def test_the_largest_article_is_alerted_and_a_byte_more_is_refused(system: System) -> None:
    text = largest()
    assert len(text.encode()) == MAX_TEXT_BYTES
    article_id = system.post({"url": "https://wire.example/large", "text": text, "language": "en"})["id"]
    alerts = eventually(system.alerts, bool, "alerted", within_s=120)
    (alert,) = alerts["troops-near-ukraine"]
    (evidence,) = alert["evidence"]
    assert text[evidence["start"] : evidence["end"]] == evidence["quote"]
    assert evidence["start"] > 900_000
    assert [hit["id"] for hit in eventually(lambda: system.search("text:loaves"), bool, "searchable")] == [article_id]

    reply = httpx.post(
        f"{system.url_of('ingest')}/v1/articles",
        json={"url": "https://wire.example/larger", "text": text + "y"},
        headers=AS_ADMIN,
        timeout=60,
    )
    assert reply.status_code == 413
    assert reply.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("system", ["servers"], indirect=True)
def test_a_message_that_comes_again_makes_no_second_document_and_no_second_alert(system: System) -> None:
    story = {"url": "https://wire.example/twice", "text": END + " An invasion was feared.", "published": "2022-02-07"}
    article_id = system.post(story)["id"]
    alerts = eventually(system.alerts, lambda found: len(found) >= 2, "alerted")
    document = eventually(lambda: system.article(article_id), bool, "found in the index")
    assert document is not None
    again = Article.model_validate(document | {"published": document["@timestamp"]})

    async def publish() -> None:
        bus = open_bus(system.env["TOCSIN_BUS_URL"])
        try:
            await bus.publish(ARTICLES, [again] * 5)
        finally:
            await bus.aclose()

    settled = system.settled("alert")
    asyncio.run(publish())
    eventually(lambda: system.settled("alert"), lambda count: count >= settled + 5, "the replays are settled")
    assert system.alerts() == alerts
    assert set(alerts) < set(RULES)
    assert [hit["id"] for hit in system.search(f"id:{article_id}")] == [article_id]
    duplicates = system.metric("tocsin_messages_total", 'outcome="duplicate"', "alert")
    assert duplicates == 5
