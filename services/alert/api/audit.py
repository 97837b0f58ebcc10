"""`/v1/audit`: who changed what in the team. Only reads."""

from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from services.alert.api.doors import Cursor, Doors, Limit, Page, bad_cursor, next_url
from services.contracts.message import Moment
from services.runtime.access import MayAdminister
from services.runtime.problems import problem_responses


class EntryView(BaseModel, from_attributes=True):
    """One change."""

    id: str
    at: Moment
    action: str
    target: str = Field(description="id of what was changed")
    key_id: str = Field(description="the key it was done with; empty where no key was asked for")
    address: str = Field(description="where the request came from")
    detail: dict[str, Any]


class AuditPage(Page):
    """Changes, newest first."""

    items: list[EntryView]


def build_router(doors: Doors) -> APIRouter:
    """The route."""
    router = APIRouter(tags=["access"])

    @router.get("/audit", summary="Who changed what", response_model=AuditPage, responses=problem_responses(422))
    async def list_audit(
        who: MayAdminister, request: Request, cursor: Cursor = None, limit: Limit = 20
    ) -> dict[str, Any]:
        """Changes of subscriptions, silences, acknowledgements and keys, newest first, as long as they are kept."""
        try:
            listing = await doors.audit.list(team=who.team, cursor=cursor, limit=limit)
        except ValueError as error:
            raise bad_cursor() from error
        return {"items": listing.items, "cursor": listing.cursor, "next": next_url(request, listing.cursor)}

    return router
