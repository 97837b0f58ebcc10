"""What `docker-test.sh` asks the running system, from inside its network. Exits 1 and says why."""

import os
import sys
import time
import uuid
from collections.abc import Callable, Sequence
from importlib.resources import files
from typing import Any

import httpx
import orjson
import yaml

AS_ADMIN = {"Authorization": f"Bearer {os.environ.get('TOCSIN_BOOTSTRAP_KEY', '')}"}
INGEST = httpx.Client(base_url="http://ingest:8001", headers=AS_ADMIN, timeout=60)
ALERT = httpx.Client(base_url="http://alert:8002", headers=AS_ADMIN, timeout=60)
PROMETHEUS = httpx.Client(base_url="http://prometheus:9090", timeout=60)
SAMPLES = files("services.cli") / "samples"
MANY = 300
"""So many articles reach each of twelve partitions, except one time in ten billion."""
WITHIN_S = 180


def _articles() -> None:
    """Every sample subscription raises an alert from the sample articles; sent again they raise none."""
    rules = yaml.safe_load((SAMPLES / "rules.yaml").read_text("utf-8"))["rules"]
    subscriptions = [_subscribe(rule) for rule in rules]
    _post_samples()
    _handle_many()
    first = {name: _alerts(subscription) for name, subscription in subscriptions}
    for name, alerts in first.items():
        _demand(len(alerts) > 0, f"no alert of {name}")
        for alert in alerts:
            _say(f"{name}: {alert['reason']}")
    _post_samples()
    _handle_many()
    again = {name: _alerts(subscription) for name, subscription in subscriptions}
    _demand(_ids(again) == _ids(first), "the same articles, sent again, changed the alerts")


def _handle_many() -> None:
    """`MANY` articles make as many documents and as many alerts.

    They reach every partition, and order holds in each: once they are through, all that was sent before is, too.
    """
    word = f"batch{uuid.uuid4().hex[:12]}"
    _send(word)
    _await(word)


def _send(word: str) -> None:
    """Subscribe to `word`, and send `MANY` articles that hold it."""
    _subscribe({"name": word, "query": f"text:{word}", "trigger": "each"})
    articles = (
        {
            "url": f"https://docker-test.example/{word}/{n}",
            "title": f"Report {n}",
            "text": f"Report {n} of {word}: 300 soldiers went home.",
        }
        for n in range(MANY)
    )
    lines = b"\n".join(orjson.dumps(article) for article in articles)
    _checked(INGEST.post("/v1/articles", content=lines, headers={"Content-Type": "application/x-ndjson"}), 202)


def _await(word: str) -> None:
    """Wait until what `_send` sent made `MANY` alerts and documents, and no more."""
    (subscription,) = _pages(ALERT, "/v1/subscriptions", {"name": word})
    _eventually(lambda: len(_alerts(subscription["id"])) >= MANY, f"{MANY} alerts")
    _eventually(lambda: len(_found(word)) >= MANY, f"{MANY} documents")
    for what, ids in (("alerts", [a["id"] for a in _alerts(subscription["id"])]), ("documents", _found(word))):
        _demand(len(ids) == len(set(ids)) == MANY, f"{len(ids)} {what}, {len(set(ids))} different, of {MANY} articles")
    _say(f"{MANY} articles, {MANY} documents, {MANY} alerts")


def _kept() -> None:
    """After a restart subscriptions, alerts and documents are still there, and new articles are handled."""
    subscriptions = _pages(ALERT, "/v1/subscriptions", {})
    _demand(len(subscriptions) > 0, "the subscriptions are gone")
    _demand(len(_pages(ALERT, "/v1/alerts", {})) > 0, "the alerts are gone")
    _demand(len(_found("soldiers")) > 0, "the documents are gone")
    _handle_many()


def _prometheus() -> None:
    """All five processes are scraped with success, and no rule is in error."""
    wanted = {"ingest": 1, "enrich": 3, "alert": 1}

    def seen() -> dict[str, int]:
        active = _checked(PROMETHEUS.get("/api/v1/targets"), 200)["data"]["activeTargets"]
        up = [target["labels"]["job"] for target in active if target["health"] == "up"]
        return {job: up.count(job) for job in wanted}

    _eventually(lambda: seen() == wanted, f"{wanted} in Prometheus")
    groups = _checked(PROMETHEUS.get("/api/v1/rules"), 200)["data"]["groups"]
    in_error = [rule["name"] for group in groups for rule in group["rules"] if rule["health"] == "err"]
    _demand(bool(groups) and not in_error, f"rules in error: {in_error}")
    _say(f"scraped: {seen()}")


def _subscribe(rule: dict[str, Any]) -> tuple[str, str]:
    """Name and id of a subscription, made unless it exists."""
    answer = ALERT.post("/v1/subscriptions", json=rule, headers={"Idempotency-Key": rule["name"]})
    return rule["name"], _checked(answer, 200, 201)["id"]


def _post_samples() -> None:
    for sample in sorted((SAMPLES / "articles").iterdir(), key=lambda path: path.name):
        _checked(INGEST.post("/v1/articles", json=orjson.loads(sample.read_bytes())), 202)


def _alerts(subscription: str) -> list[dict[str, Any]]:
    return _pages(ALERT, "/v1/alerts", {"subscription": subscription})


def _ids(alerts: dict[str, list[dict[str, Any]]]) -> dict[str, Sequence[str]]:
    return {name: sorted(alert["id"] for alert in raised) for name, raised in alerts.items()}


def _found(word: str) -> list[str]:
    """Ids of the documents that hold `word`."""
    return [document["id"] for document in _pages(ALERT, "/v1/articles", {"q": f"text:{word}"})]


def _pages(client: httpx.Client, path: str, parameters: dict[str, str]) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        page = _checked(client.get(path, params={"limit": "100"} | parameters | cursor), 200)
        items += page["items"]
        if page.get("cursor") is None:
            return items
        cursor = {"cursor": page["cursor"]}


def _eventually(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + WITHIN_S
    while not holds():
        _demand(time.monotonic() < deadline, f"{what} did not come within {WITHIN_S} s")
        time.sleep(1)


def _checked(answer: httpx.Response, *expected: int) -> Any:
    asked = f"{answer.request.method} {answer.request.url}"
    _demand(answer.status_code in expected, f"{asked} answered {answer.status_code}: {answer.text[:500]}")
    return answer.json()


def _demand(holds: bool, otherwise: str) -> None:
    if not holds:
        sys.exit(f"FAILED: {otherwise}")


def _say(line: str) -> None:
    sys.stdout.write(f"   {line}\n")


STEPS: dict[str, Callable[..., None]] = {
    "articles": _articles,
    "many": _handle_many,
    "send": _send,
    "await": _await,
    "kept": _kept,
    "prometheus": _prometheus,
}

if __name__ == "__main__":
    STEPS[sys.argv[1]](*sys.argv[2:])
