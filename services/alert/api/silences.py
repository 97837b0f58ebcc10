"""`/v1/silences`: what shall be silent from when until when. Decides nothing."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from services.alert.api.doors import Cursor, Doors, Limit, Page, bad_cursor, next_url
from services.alert.core.noise.silences import InvalidSilence, Silence, SilenceDraft, begin_silence
from services.alert.noise_ports import MAX_LIVE_SILENCES, TooMany
from services.runtime.access import MayRead, MaySubscribe
from services.runtime.audit import Action, audited
from services.runtime.problems import FieldProblem, Problem, invalid, problem_responses

SilenceId = Annotated[str, Path(pattern="^[0-9a-zA-Z-]{1,64}$")]


class SilencePage(Page):
    """Silences, newest first."""

    items: list[Silence]


def build_router(doors: Doors) -> APIRouter:
    """The routes."""
    router = APIRouter(tags=["silences"])

    @router.post(
        "/silences", status_code=201, summary="Silence", response_model=Silence, responses=problem_responses(409, 422)
    )
    async def post_silence(who: MaySubscribe, body: SilenceDraft, reply: Response) -> Silence:
        """Alerts of the team that all matchers match are raised and kept, and sent to nobody until `ends_at`."""
        now = doors.now()
        try:
            silence = begin_silence(body, doors.new_id(), now)
        except InvalidSilence as error:
            raise invalid([FieldProblem(location="body", pointer="/ends_at", detail=str(error))]) from error
        entry = audited(who, Action.SILENCE_CREATED, silence.id, now, author=silence.author, comment=silence.comment)
        try:
            await doors.silences.create(silence, team=who.team, audit=entry)
        except TooMany as error:
            raise Problem(409, f"the team has {MAX_LIVE_SILENCES} silences that have not ended: end one") from error
        reply.headers["location"] = f"/v1/silences/{silence.id}"
        return silence

    @router.get("/silences", summary="List silences", response_model=SilencePage, responses=problem_responses(422))
    async def list_silences(
        who: MayRead,
        request: Request,
        live: Annotated[bool, Query(description="only those that have not ended")] = False,
        cursor: Cursor = None,
        limit: Limit = 20,
    ) -> dict[str, Any]:
        """Newest first."""
        live_at = doors.now() if live else None
        try:
            listing = await doors.silences.list(team=who.team, cursor=cursor, limit=limit, live_at=live_at)
        except ValueError as error:
            raise bad_cursor() from error
        return {"items": listing.items, "cursor": listing.cursor, "next": next_url(request, listing.cursor)}

    @router.get("/silences/{silence_id}", summary="Read one", response_model=Silence, responses=problem_responses(404))
    async def get_silence(who: MayRead, silence_id: SilenceId) -> Silence:
        """Ended ones stay until retention takes them."""
        silence = await doors.silences.get(silence_id, team=who.team)
        if silence is None:
            raise _missing()
        return silence

    @router.delete("/silences/{silence_id}", status_code=204, summary="End a silence", responses=problem_responses(404))
    async def end_silence(who: MaySubscribe, silence_id: SilenceId) -> None:
        """What it suppressed stays suppressed; once more is harmless."""
        now = doors.now()
        entry = audited(who, Action.SILENCE_ENDED, silence_id, now)
        if not await doors.silences.end(silence_id, team=who.team, now=now, audit=entry):
            raise _missing()

    return router


def _missing() -> Problem:
    return Problem(404, "there is no such silence")
