"""The links of mails: confirm an address, stop its mails. Their signed token stands in for a key; shows no secret.

A GET only asks, for programs open the links of mails to look for malware; the button's POST does it, as does the one
click of RFC 8058.
"""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse

from services.alert.api.doors import Doors
from services.alert.api.subscribing import without_channel
from services.alert.core.channels import EmailChannel
from services.alert.core.letters.standard import page_of
from services.alert.core.tokens import MAX_TOKEN, BadToken, Mailbox
from services.runtime.audit import Action, AuditEntry

Token = Annotated[str, Path(max_length=MAX_TOKEN)]
_HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


def build_router(doors: Doors) -> APIRouter:
    """The routes: pages for people, so they are not in the OpenAPI document."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @router.get("/confirm/{token}")
    async def ask_to_confirm(token: Token) -> HTMLResponse:
        try:
            mailbox = doors.reach.tokens.confirmed(token, doors.now())
        except BadToken:
            return _no_such_link()
        return _page("Mail from Tocsin", f"Shall alerts be sent to {mailbox.address}?", action="Yes, send them")

    @router.post("/confirm/{token}")
    async def confirm(token: Token) -> HTMLResponse:
        try:
            mailbox = doors.reach.tokens.confirmed(token, doors.now())
        except BadToken:
            return _no_such_link()
        team = await doors.reach.consents.team_of(mailbox)
        if team is None:
            return _no_such_link()
        await doors.reach.consents.confirm(mailbox, team, doors.now())
        return _page("Confirmed", f"Alerts are sent to {mailbox.address} from now on. Every mail has a link to stop.")

    @router.get("/unsubscribe/{token}")
    async def ask_to_stop(token: Token) -> HTMLResponse:
        try:
            mailbox = doors.reach.tokens.unsubscribed(token)
        except BadToken:
            return _no_such_link()
        return _page("Stop these mails", f"Shall this rule send no more mails to {mailbox.address}?", action="Stop")

    @router.post("/unsubscribe/{token}")
    async def stop(token: Token, request: Request) -> HTMLResponse:
        try:
            mailbox = doors.reach.tokens.unsubscribed(token)
        except BadToken:
            return _no_such_link()
        await _leave(doors, mailbox, request.client.host if request.client else "")
        return _page("Stopped", f"This rule sends no more mails to {mailbox.address}.")

    return router


async def _leave(doors: Doors, mailbox: Mailbox, address: str) -> None:
    """First what stops the mails at once and for good, then the tidying of the subscription."""
    team = await doors.reach.consents.team_of(mailbox)
    if team is None:
        return
    await doors.reach.consents.leave(mailbox, doors.now())
    key = EmailChannel(type="email", address=mailbox.address).key
    detail = {"channel": key}
    entry = AuditEntry(doors.now(), team, "", address, Action.ADDRESS_LEFT, mailbox.subscription_id, detail)
    await without_channel(doors, mailbox.subscription_id, key, entry)


def _no_such_link() -> HTMLResponse:
    return _page("Not a link of ours", "This link is incomplete or past its time.", status=404)


def _page(title: str, text: str, *, action: str = "", status: int = 200) -> HTMLResponse:
    return HTMLResponse(page_of(title, text, action), status_code=status, headers=_HEADERS)
