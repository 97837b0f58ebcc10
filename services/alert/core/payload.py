"""The body of a webhook: the alert as JSON, kept under 20 kB. Leaves out quotes before anything else, and says so."""

from collections.abc import Sequence

from services.contracts.alert import Alert, AlertEvidence

MAX_BODY_BYTES = 20_000
_MAX_QUERY = 2_000
_MAX_TEXT = 500


def webhook_body(alert: Alert) -> str:
    """JSON of `alert` under `MAX_BODY_BYTES` of UTF-8.

    As many quotes as fit are kept: first one for each clause of the query and one denial, then the rest in order.
    """
    body = alert.model_dump_json()
    if len(body.encode()) < MAX_BODY_BYTES:
        return body
    alert = alert.model_copy(update={"evidence": _by_importance(alert.evidence)})
    fits, too_many = 0, len(alert.evidence)
    while fits + 1 < too_many:
        middle = (fits + too_many) // 2
        if len(_trimmed(alert, middle).encode()) < MAX_BODY_BYTES:
            fits = middle
        else:
            too_many = middle
    return _trimmed(alert, fits)


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


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
