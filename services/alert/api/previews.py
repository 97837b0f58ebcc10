"""`POST /v1/rules/preview`: what a rule would have told over stored articles. Saves and sends nothing."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from services.alert.api.doors import Doors, Time, refused
from services.alert.core.backtest import Noise, Stopped, Window
from services.alert.core.durations import Duration, parse_duration
from services.alert.core.rules import InvalidRule, read_draft
from services.alert.core.subscriptions import Subscription
from services.alert.core.templates.expansion import expand_entry
from services.alert.previewing import Busy, Limits, Report
from services.contracts.alert import Alert
from services.contracts.message import Moment
from services.runtime.access import MayRead
from services.runtime.problems import INVALID, FieldProblem, Problem, problem_responses

LONGEST = timedelta(days=3660)
MAX_ALERTS = 100


def _ago(value: Any) -> Any:
    """A span of time stays one; anything else is read as a moment."""
    return parse_duration(value) if isinstance(value, str) and value[-1:] in "smhdw" else value


class PreviewRequest(BaseModel):
    """A rule, and the articles to try it on."""

    model_config = ConfigDict(extra="forbid")

    rule: dict[str, Any] = Field(
        description="as POST /v1/subscriptions takes it, or a filled-in template; it needs no name"
    )
    since: Annotated[timedelta | Time, BeforeValidator(_ago)] = Field(
        timedelta(days=30), description="articles that arrived at or after: a time, a date, or so long ago as in 30d"
    )
    until: Time | None = Field(None, description="articles that arrived before; without it, all until now")
    warm_up: Duration | None = Field(
        None, description="so much more before `since` teaches the trigger what is usual; its alerts do not count"
    )
    alerts: int = Field(20, ge=0, le=MAX_ALERTS, description="so many of the first alerts come with their evidence")


class FiredView(BaseModel):
    """An alert; `historic` when its article was imported, so that nobody would have been told."""

    alert: Alert
    historic: bool


class DayView(BaseModel):
    """A day (UTC) with something to tell of."""

    day: date
    matched: int
    raised: int


class Preview(BaseModel):
    """What would have happened."""

    since: Moment
    until: Moment
    covered_until: Moment = Field(description="the end of what was looked at: `until` unless `truncated`")
    truncated: Stopped | None = Field(description="why it ended early: the time or the number of articles ran out")
    articles: int = Field(description="stored articles that arrived in what was covered")
    loaded: int = Field(description="of them and of the warm-up, those that the index proposed")
    matched: int = Field(description="articles that satisfied the query")
    raised: int = Field(description="alerts")
    verdicts: dict[str, int] = Field(description="what the trigger said of the matching articles")
    noise: Noise
    days: list[DayView] = Field(description="days on which something matched or was raised")
    first_alerts: list[FiredView]
    revised: int = Field(description="matching articles whose text was changed since: replayed with the latest")
    revised_articles: int = Field(description="articles in the window whose text was changed since")
    clamped: int = Field(description="matching articles without a usable date, taken as published on arrival")
    historic: int = Field(description="matching articles that were imported, taken as arrived when published")
    seconds: float
    articles_per_second: float


def build_router(doors: Doors) -> APIRouter:
    """The route."""
    router = APIRouter(prefix="/rules", tags=["rules"])

    @router.post(
        "/preview",
        summary="What a rule would have told",
        response_model=Preview,
        responses=problem_responses(422, 503),
    )
    async def preview(who: MayRead, body: PreviewRequest) -> dict[str, Any]:
        """The code that runs live, over stored articles in the order in which they arrived.

        A bounded time and number of articles: `truncated` says when a bound was met, and everything else then speaks
        of what arrived before `covered_until`.
        """
        now = doors.now()
        window = _window(body, now)
        limits = Limits(doors.preview_limits.seconds, doors.preview_limits.articles, body.alerts)
        try:
            draft = read_draft(expand_entry({"name": "preview"} | body.rule))
            made = Subscription.model_validate(
                draft.model_dump() | {"id": draft.id or "preview", "created_at": now, "updated_at": now}
            )
            report = await doors.previewing.preview(made, window, limits)
        except InvalidRule as error:
            raise refused(error, "rule") from error
        except Busy as error:
            wait = {"retry-after": str(int(limits.seconds) or 1)}
            raise Problem(503, "another preview is running; try again", headers=wait) from error
        except ValueError as error:
            raise _unusable("/rule/query", str(error)) from error
        return _shown(report)

    return router


def _window(body: PreviewRequest, now: datetime) -> Window:
    """Raises 422 for one that holds nothing."""
    until = min(body.until or now, now)
    try:
        since = until - body.since if isinstance(body.since, timedelta) else body.since
        window = Window(since, until, body.warm_up or timedelta(0))
        start = window.start
    except OverflowError as error:
        raise _unusable("/since", "there is no such time") from error
    if since >= now:
        raise _unusable("/since", "lies in the future: nothing has arrived then")
    if since >= until:
        raise _unusable("/until", "lies before since: the window is empty")
    if until - start > LONGEST:
        raise _unusable("/since", f"a preview looks back {LONGEST.days} days at most, its warm-up included")
    return window


def _unusable(pointer: str, detail: str) -> Problem:
    error = FieldProblem(location="body", pointer=pointer, detail=detail)
    return Problem(INVALID, f"{pointer.removeprefix('/')} {detail}", errors=[error.model_dump()])


def _shown(report: Report) -> dict[str, Any]:
    tally, window = report.tally, report.window
    return {
        "since": window.since,
        "until": window.until,
        "covered_until": report.covered_until,
        "truncated": report.stopped,
        "articles": report.stored.articles,
        "loaded": report.loaded,
        "matched": tally.matched,
        "raised": tally.raised,
        "verdicts": dict(tally.verdicts),
        "noise": tally.noise(window.since, report.covered_until),
        "days": tally.days,
        "first_alerts": [{"alert": fired.alert, "historic": fired.historic} for fired in tally.fired],
        "revised": tally.revised,
        "revised_articles": report.stored.revised,
        "clamped": tally.clamped,
        "historic": tally.historic,
        "seconds": round(report.seconds, 3),
        "articles_per_second": round(report.stored.articles / report.seconds, 1) if report.seconds else 0.0,
    }
