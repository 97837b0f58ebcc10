"""The mail server that a setting names. Never shows the password."""

from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

EXAMPLE = "smtp://user:password@host:587?starttls=required, or smtps://user:password@host:465"
_PORTS = {"smtp": 587, "smtps": 465}
_STARTTLS: dict[str, bool | None] = {"required": True, "never": False, "auto": None}


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed over. `starttls` None upgrades the connection where the server offers it."""

    host: str
    port: int
    tls: bool
    starttls: bool | None
    user: str = ""
    password: str = field(default="", repr=False)


def mail_server(url: str) -> MailServer:
    """Read `smtp[s]://user:password@host:port?starttls=required|auto|never`. Raises `ValueError` without quoting it."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
        options = parse_qs(parts.query, strict_parsing=bool(parts.query))
    except ValueError as error:
        raise ValueError(f"write {EXAMPLE}") from error
    mode = options.pop("starttls", ["required" if parts.username else "auto"])[-1]
    usable = parts.hostname and parts.path in ("", "/") and not options and mode in _STARTTLS
    if parts.scheme not in _PORTS or not usable:
        raise ValueError(f"write {EXAMPLE}")
    tls = parts.scheme == "smtps"
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(parts.hostname or "", port, tls, False if tls else _STARTTLS[mode], user, password)
