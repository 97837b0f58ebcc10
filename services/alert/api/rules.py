"""`/v1/rules/*`: verbs on a rule that is not saved. Changes nothing."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field, StringConstraints

from services.alert.api.doors import Doors, Finding, finding, refused
from services.alert.core.rules import InvalidRule, parse_query, query_warnings, read_draft
from services.alert.core.subscriptions import MAX_QUERY, Subscription
from services.query import explain_tree, prepare
from services.runtime.access import MayRead
from services.runtime.problems import Problem, problem_responses


class Verdict(BaseModel):
    """Whether a rule could be saved, and what to know about it."""

    valid: bool
    problems: list[Finding]
    warnings: list[Finding]


class Question(BaseModel):
    """Which query, which stored article, and, to hear of it too, which trigger."""

    query: Annotated[str, StringConstraints(max_length=MAX_QUERY)]
    trigger: str | dict[str, Any] | None = Field(None, description="as a subscription has it")
    article: str = Field(pattern="^[0-9a-f]{64}$", description="id of the article")


class ClauseView(BaseModel):
    """A clause, whether it holds, and the clauses it is made of."""

    kind: str
    clause: str
    holds: bool
    position: int
    parts: "list[ClauseView]"
    objects: list[int] = Field(description="for braces: the numbers of the objects that satisfy them")
    nearest: int | None = Field(description="for braces: the object that `parts` speak of")
    note: str


class TriggerView(BaseModel):
    """What the trigger says of the article when nothing came before it."""

    verdict: str
    because: str
    raises_alert: bool


class Explanation(ClauseView):
    """The whole query. `trigger` is null when none was asked for, or when the query does not hold."""

    trigger: TriggerView | None = None


def build_router(doors: Doors) -> APIRouter:
    """The routes."""
    router = APIRouter(prefix="/rules", tags=["rules"])

    @router.post("/validate", summary="Check a rule", response_model=Verdict, responses=problem_responses(422))
    async def validate(who: MayRead, body: dict[str, Any]) -> dict[str, Any]:
        """Takes what `POST /v1/subscriptions` takes, and names everything that is wrong or odd at once."""
        try:
            draft = read_draft(body)
        except InvalidRule as error:
            return {"valid": False, "problems": [finding(p) for p in error.problems], "warnings": []}
        warnings = [finding(p) for p in query_warnings(parse_query(draft.query))]
        return {"valid": True, "problems": [], "warnings": warnings}

    @router.post(
        "/explain", summary="Why, or why not", response_model=Explanation, responses=problem_responses(404, 422)
    )
    async def explain(who: MayRead, body: Question) -> dict[str, Any]:
        """Each clause of a query, true or false for a stored article; and what a trigger would make of it alone."""
        try:
            tree = parse_query(body.query)
            rule = None if body.trigger is None else _rule(body, doors)
        except InvalidRule as error:
            raise refused(error) from error
        document = await doors.index.get(body.article)
        if document is None:
            raise Problem(404, "there is no such article")
        explained = explain_tree(tree, prepare(document.values), now=document.fetched_at)
        decided = await doors.previewing.alone(rule, document) if rule else []
        views = [
            {
                "verdict": seen.verdict,
                "because": seen.verdict.sentence,
                "raises_alert": seen.verdict.raises_alert,
            }
            for seen in decided
        ]
        return asdict(explained) | {"trigger": next(iter(views), None)}

    return router


def _rule(question: Question, doors: Doors) -> Subscription:
    """Raises `InvalidRule`."""
    draft = read_draft({"name": "explain", "query": question.query, "trigger": question.trigger})
    now = doors.now()
    return Subscription.model_validate(draft.model_dump() | {"id": "explain", "created_at": now, "updated_at": now})
