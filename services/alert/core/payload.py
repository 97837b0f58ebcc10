"""The body of a webhook: the notification as JSON, kept under 20 kB.

Leaves out quotes, or a digest's last alerts, before anything else, and says so.
"""

from collections.abc import Callable, Sequence

from services.contracts.alert import Alert, AlertEvidence
from services.contracts.notification import Digest, Notice, Notification

MAX_BODY_BYTES = 20_000
_MAX_QUERY = 2_000
_MAX_TEXT = 500
_MAX_NOTICE = 4_000


def webhook_body(message: Notification) -> str:
    """JSON of `message` under `MAX_BODY_BYTES` of UTF-8.

    As many quotes of an alert as fit are kept: first one for each clause of the query and one denial, then the rest in
    order.
    """
    body = message.model_dump_json()
    if _fits(body):
        return body
    match message:
        case Digest():
            return _longest(len(message.items), lambda count: _shortened(message, count))
        case Notice():
            return message.model_copy(update={"text": _cut(message.text, _MAX_NOTICE)}).model_dump_json()
        case Alert():
            alert = message.model_copy(update={"evidence": _by_importance(message.evidence)})
            return _longest(len(alert.evidence), lambda count: _trimmed(alert, count))


def _fits(body: str) -> bool:
    return len(body.encode()) < MAX_BODY_BYTES


def _longest(too_many: int, body_of: Callable[[int], str]) -> str:
    """The body with the most parts that fits."""
    fits = 0
    while fits + 1 < too_many:
        middle = (fits + too_many) // 2
        if _fits(body_of(middle)):
            fits = middle
        else:
            too_many = middle
    return body_of(fits)


def _by_importance(evidence: Sequence[AlertEvidence]) -> tuple[AlertEvidence, ...]:
    """The first quote of each clause of the query and the first denial, then the others, each in order."""
    first: dict[tuple[str, bool], AlertEvidence] = {}
    for quote in evidence:
        first.setdefault((quote.clause, quote.denial), quote)
    leading = list(first.values())
    return (*leading, *(quote for quote in evidence if not any(quote is other for other in leading)))


def _trimmed(alert: Alert, count: int) -> str:
    return alert.model_copy(
        update={
            "evidence": alert.evidence[:count],
            "evidence_omitted": alert.evidence_omitted + len(alert.evidence) - count,
            "query": _cut(alert.query, _MAX_QUERY),
            "title": _cut(alert.title, _MAX_TEXT),
            "reason": _cut(alert.reason, _MAX_TEXT),
        }
    ).model_dump_json()


def _shortened(digest: Digest, count: int) -> str:
    left_out = digest.omitted + len(digest.items) - count
    return digest.model_copy(update={"items": digest.items[:count], "omitted": left_out}).model_dump_json()


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
