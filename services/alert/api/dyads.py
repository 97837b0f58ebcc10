"""`/v1/dyads/{id}`: how tense a pair was over time, as `changes` sees it. Only reads."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, Field

from services.alert.api.doors import Cursor, Doors, Limit, Page, Time, bad_cursor, next_url
from services.alert.core.triggers.dyads import Point
from services.alert.core.triggers.settings import DYAD_PATTERN, HalfLife
from services.contracts.message import Moment
from services.runtime.access import MayRead
from services.runtime.problems import Problem, problem_responses


class Extent(BaseModel):
    """Where a mean stood within half an hour."""

    low: float
    high: float
    last: float


class PointView(BaseModel):
    """Half an hour, from `at` on."""

    at: Moment
    articles: int
    means: dict[HalfLife, Extent]


class DyadView(Page):
    """A dyad as it stands, and a page of its history, newest first."""

    id: str
    at: Moment = Field(description="event time of its newest article")
    articles: int = Field(description="articles that named it, ever")
    means: dict[HalfLife, float] = Field(description="0 to 100, by half-life; they move only when an article comes")
    points: list[PointView] = Field(description="half hours in which an article came: lowest, highest and last mean")


def build_router(doors: Doors) -> APIRouter:
    """The route."""
    router = APIRouter(tags=["dyads"])

    @router.get(
        "/dyads/{dyad}", summary="Tension over time", response_model=DyadView, responses=problem_responses(404, 422)
    )
    async def get_dyad(
        who: MayRead,
        request: Request,
        dyad: Annotated[str, Path(pattern=DYAD_PATTERN, description="such as RUS-UKR: the order matters")],
        since: Annotated[Time | None, Query(alias="from", description="history at or after")] = None,
        until: Annotated[Time | None, Query(alias="to", description="history before")] = None,
        cursor: Cursor = None,
        limit: Limit = 20,
    ) -> dict[str, Any]:
        """The time-decayed mean of its score over all articles, whichever rules there are."""
        series = await doors.dyads.series(dyad)
        if series is None or series.at is None:
            raise Problem(404, f"no article named the dyad {dyad}")
        try:
            listing = await doors.dyads.points(dyad, since=since, until=until, cursor=cursor, limit=limit)
        except ValueError as error:
            raise bad_cursor() from error
        return {
            "id": dyad,
            "at": series.at,
            "articles": series.articles,
            "means": {half_life: round(series.mean(half_life), 3) for half_life in HalfLife},
            "points": [_view(point) for point in listing.items],
            "cursor": listing.cursor,
            "next": next_url(request, listing.cursor),
        }

    return router


def _view(point: Point) -> PointView:
    extents = {half_life: point.extent(half_life) for half_life in HalfLife}
    means = {half_life: Extent(low=low, high=high, last=last) for half_life, (low, high, last) in extents.items()}
    return PointView(at=point.at, articles=point.articles, means=means)
