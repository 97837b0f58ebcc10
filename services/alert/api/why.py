"""`/v1/why`: why somebody was, or was not, told of an article. Only reads what the flows wrote down."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from services.alert.api.alerts import DeliveryView
from services.alert.api.doors import Doors
from services.alert.api.rules import ClauseView
from services.alert.core.answers import Answer, answer
from services.alert.core.outbox import Cause
from services.alert.core.rules import rule_tree
from services.alert.core.subscriptions import ID_PATTERN
from services.contracts.message import Moment
from services.query import explain_tree, prepare
from services.runtime.access import MayRead
from services.runtime.problems import Problem, problem_responses


class Observed(BaseModel):
    """What came of one revision of the article for one version of the rule."""

    version: int
    revision: int
    verdict: str
    because: str
    alert_id: str | None
    observed_at: Moment


class Why(BaseModel):
    """The answer, and what it rests on."""

    answer: Answer
    cause: Cause = Field(description="why it is held, gathered, suppressed, failed or cancelled; else empty")
    until: Moment | None = Field(description="when it is sent, or its digest is made, where that is known")
    because: str
    matches: bool
    clauses: ClauseView
    observations: list[Observed]
    deliveries: list[DeliveryView]


def build_router(doors: Doors) -> APIRouter:
    """The route."""
    router = APIRouter(tags=["alerts"])

    @router.get("/why", summary="Why was I (not) told?", response_model=Why, responses=problem_responses(404, 422, 503))
    async def why(
        who: MayRead,
        subscription: Annotated[str, Query(pattern=ID_PATTERN)],
        article: Annotated[str, Query(pattern="^[0-9a-f]{64}$")],
    ) -> dict[str, Any]:
        """For one article and one subscription as both are now, and as they were when they met."""
        rule = await doors.subscriptions.get(subscription, team=who.team)
        document = await doors.index.get(article)
        if rule is None or document is None:
            raise Problem(404, "there is no such " + ("subscription" if rule is None else "article"))
        prepared = prepare(document.values)
        clauses = explain_tree(rule_tree(rule), prepared, now=document.fetched_at)
        observations = await doors.alerts.observed(subscription, article)
        told = next((seen.alert_id for seen in observations if seen.alert_id), None)
        deliveries = [d for d in await doors.alerts.deliveries(told) if d["channel"]] if told else []
        found = answer(rule, document, clauses.holds, observations, deliveries)
        not_raised = found.answer is Answer.NOT_RAISED
        return {
            "answer": found.answer,
            "cause": found.cause,
            "until": found.until,
            "because": observations[0].verdict.sentence if not_raised else found.sentence,
            "matches": clauses.holds,
            "clauses": asdict(clauses),
            "observations": [
                {
                    "version": seen.version,
                    "revision": seen.revision,
                    "verdict": seen.verdict,
                    "because": seen.verdict.sentence,
                    "alert_id": seen.alert_id,
                    "observed_at": seen.observed_at,
                }
                for seen in observations
            ],
            "deliveries": deliveries,
        }

    return router
