"""`/v1/keys`: the API keys of a team. Shows a key once, when it is made."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from services.alert.api.doors import Cursor, Doors, Limit, Page, bad_cursor, next_url
from services.alert.core.subscriptions import ID_PATTERN, Name
from services.contracts.message import Moment
from services.runtime.access import MayAdminister, Scope
from services.runtime.api_keys import MAX_OF_TEAM, Added, described, key_hash, new_key
from services.runtime.audit import Action, audited
from services.runtime.problems import FieldProblem, Problem, invalid, problem_responses

KeyId = Annotated[str, Path(pattern=ID_PATTERN)]


class NewKey(BaseModel):
    """What a key shall be good for."""

    model_config = ConfigDict(extra="forbid")

    name: Name = Field(description="what it is for, in words")
    scopes: Annotated[tuple[Scope, ...], AfterValidator(lambda scopes: tuple(sorted(set(scopes))))] = Field(
        min_length=1, max_length=len(Scope)
    )
    expires_at: AwareDatetime | None = Field(None, description="when it ends; without it, never")


class KeyView(BaseModel, from_attributes=True):
    """A key, without the key."""

    id: str
    team: str
    name: str
    prefix: str = Field(description="how the key begins")
    scopes: list[Scope]
    created_at: Moment
    expires_at: Moment | None
    last_used_at: Moment | None = Field(description="to the minute")
    revoked_at: Moment | None


class MadeKey(KeyView):
    """A new key, shown this once."""

    key: str


class KeyPage(Page):
    """Keys in order of creation, those that ended too."""

    items: list[KeyView]


def build_router(doors: Doors) -> APIRouter:
    """The routes."""
    router = APIRouter(prefix="/keys", tags=["access"])

    @router.post(
        "", status_code=201, summary="Make a key", response_model=MadeKey, responses=problem_responses(409, 422)
    )
    async def post_key(who: MayAdminister, body: NewKey, reply: Response) -> dict[str, Any]:
        """For the team of the caller. The reply is the only place that ever shows the key."""
        now = doors.now()
        if body.expires_at is not None and body.expires_at <= now:
            raise invalid([FieldProblem(location="body", pointer="/expires_at", detail="write a moment to come")])
        text = new_key()
        key = described(text, who.team, body.name, body.scopes, now, body.expires_at)
        scopes = [str(scope) for scope in body.scopes]
        entry = audited(who, Action.KEY_CREATED, key.id, now, name=key.name, scopes=scopes)
        if await doors.keys.add(key, key_hash(text), entry) is Added.TOO_MANY:
            raise Problem(409, f"the team has {MAX_OF_TEAM} keys; revoke some that nobody uses")
        reply.headers["cache-control"] = "no-store"
        return asdict(key) | {"key": text}

    @router.get("", summary="List keys", response_model=KeyPage, responses=problem_responses(422))
    async def list_keys(
        who: MayAdminister, request: Request, cursor: Cursor = None, limit: Limit = 20
    ) -> dict[str, Any]:
        """Those of the team, without the keys themselves."""
        try:
            listing = await doors.keys.list(team=who.team, cursor=cursor, limit=limit)
        except ValueError as error:
            raise bad_cursor() from error
        return {"items": listing.items, "cursor": listing.cursor, "next": next_url(request, listing.cursor)}

    @router.delete("/{key_id}", status_code=204, summary="Revoke a key", responses=problem_responses(404))
    async def delete_key(who: MayAdminister, key_id: KeyId) -> None:
        """Every replica refuses it within seconds. To revoke it again is harmless."""
        entry = audited(who, Action.KEY_REVOKED, key_id, doors.now())
        if not await doors.keys.revoke(key_id, team=who.team, audit=entry):
            raise Problem(404, "there is no such key")

    return router
