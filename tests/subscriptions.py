"""Builders of subscriptions and of documents with findings: a test names only what it is about."""

from datetime import datetime
from typing import Any

from services.alert.core.rule_files import check_rules
from services.alert.core.rules import InvalidRule, Rule, compile_rule
from services.alert.core.subscriptions import Draft, Subscription
from services.contracts.document import Document
from tests.articles import NOON, document

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
TROOPS = "quantities:{ unit:troops and near:UKR }"


def subscription(name: str = "invasion", **changes: Any) -> Subscription:
    """Told once a story of every article with the word invasion."""
    values: dict[str, Any] = {"id": name, "name": name, "query": "invasion", "created_at": NOON, "updated_at": NOON}
    return Subscription.model_validate(values | changes)


def read_rules(text: str) -> list[Draft]:
    """The rules of a file, in its order. Raises `InvalidRule` with every problem."""
    found = check_rules(text)
    if found.problems:
        raise InvalidRule(found.problems)
    return list(found.drafts)


def webhook(url: str = "https://receiver.example/hook", secret: str | None = SECRET) -> dict[str, Any]:
    """A webhook channel."""
    return {"type": "webhook", "url": url, "secret": secret}


def ladder(*rungs: float, **changes: Any) -> dict[str, Any]:
    """The trigger of a ladder of troops by who and near."""
    values: dict[str, Any] = {"field": "quantities.low", "by": ["quantities.who", "quantities.near"], "ladder": rungs}
    return {"crosses": values | changes}


def rule(name: str = "invasion", **changes: Any) -> Rule:
    """A compiled subscription."""
    return compile_rule(subscription(name, **changes))


def news(name: str, text: str = "Leaders fear an invasion.", **changes: Any) -> Document:
    """An article without a title."""
    return document(name, title="", text=text, **changes)


def troops(name: str, *numbers: float, who: str | None = "RUS", op: str = "eq", **changes: Any) -> Document:
    """An article that says how many troops are near Ukraine."""
    text = " and ".join(f"{number:.0f} troops" for number in numbers)
    found, start = [], 0
    for number in numbers:
        quote = f"{number:.0f} troops"
        start = text.index(quote, start)
        found.append(
            {
                "quote": quote, "start": start, "end": start + len(quote), "sentence": 0, "value": number,
                "low": number, "high": number, "op": op, "unit": "troops", "who": who, "near": "UKR",
            }
        )  # fmt: skip
    return news(name, text, quantities=found, **changes)


def news_at(moment: datetime, name: str, source: str = "news.example", **changes: Any) -> Document:
    """An article on an invasion of this moment, which arrived then unless `fetched_at` says otherwise."""
    values: dict[str, Any] = {
        "@timestamp": moment,
        "fetched_at": moment,
        "source": {"name": source, "domain": source},
    }
    return news(name, **(values | changes))


def dyad(score: float, source: str = "RUS", target: str = "UKR") -> dict[str, Any]:
    """How tense a pair of states is in an article, quoted from its first words."""
    values = {"quote": "Leaders", "start": 0, "end": 7, "sentence": 0}
    return values | {"source": source, "target": target, "score": score}


def actor(actor_id: str) -> dict[str, Any]:
    """A mention of somebody, quoted from the first words."""
    values = {"quote": "Leaders", "start": 0, "end": 7, "sentence": 0}
    return values | {"id": actor_id, "name": actor_id.title(), "type": "person"}
