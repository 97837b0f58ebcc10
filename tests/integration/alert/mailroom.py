"""A real SMTP server that behaves as the recipient's name says."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


@dataclass
class Mailroom:
    """Keeps every mail. `refused@` 550, `grey@` 451 at first, `slow@` never answers, `spam@` 554 on the text."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)

    def to(self, address: str) -> list[EmailMessage]:
        """What arrived for an address."""
        return [mail for mail in self.mails if mail["To"] == address]

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        name = address.partition("@")[0]
        again = name in self.tried
        self.tried.append(name)
        if name == "refused":
            return "550 5.1.1 no such mailbox"
        if name == "grey" and not again:
            return "451 4.7.1 greylisted, come back later"
        if name == "slow":
            await asyncio.sleep(3_600)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if any(address.startswith("spam@") for address in envelope.rcpt_tos):
            return "554 5.7.1 looks like spam"
        mail = BytesParser(policy=default).parsebytes(envelope.content)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 2.0.0 taken"

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        if not isinstance(data, LoginPassword):
            return AuthResult(success=False)
        login = data.login.decode(), data.password.decode()
        self.logins.append(login)
        return AuthResult(success=login == ("tocsin", "a/b:c"))


@asynccontextmanager
async def open_mailroom(*, asks_who: bool = False) -> AsyncIterator[Mailroom]:
    """The server, in the test's own loop."""
    room, sessions = Mailroom(), []
    options: dict[str, Any] = {}
    if asks_who:
        options = {"auth_required": True, "auth_require_tls": False, "authenticator": room.authenticate}

    def session() -> SMTP:
        sessions.append(SMTP(room, hostname="mailroom.example", **options))
        return sessions[-1]

    server = await asyncio.get_running_loop().create_server(session, "127.0.0.1", 0)
    room.port = server.sockets[0].getsockname()[1]
    try:
        yield room
    finally:
        server.close()
        handlers = [one._handler_coroutine for one in sessions if one._handler_coroutine is not None]
        for handler in handlers:
            handler.cancel()
        await asyncio.gather(*handlers, return_exceptions=True)


@asynccontextmanager
async def open_silence() -> AsyncIterator[int]:
    """The port of a server that takes connections and never says a word."""
    writers: list[asyncio.StreamWriter] = []
    server = await asyncio.start_server(lambda _, writer: writers.append(writer), "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for writer in writers:
            writer.close()
