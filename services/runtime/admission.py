"""Whether a process asks for keys, and that somebody has one: decided from its settings at the start."""

import logging
from collections.abc import Callable
from datetime import datetime

from services.contracts.teams import DEFAULT_TEAM
from services.runtime.access import OPEN, Access, Principal, Scope, is_loopback
from services.runtime.api_keys import Added, Keys, described, key_hash
from services.runtime.audit import Action, audited
from services.runtime.env import SettingsError, variable_of
from services.runtime.key_verifier import KeyVerifier
from services.runtime.rate_limits import RateLimits
from services.runtime.settings import ApiSettings

log = logging.getLogger(__name__)

BOOTSTRAP = "bootstrap"
"""Name of the first key, and who made it in the audit log."""


def asks_for_keys(settings: ApiSettings) -> bool:
    """No only where one machine talks to itself: a loopback address, and bus, index and store in its own files."""
    embedded = settings.bus_url.startswith("embedded:") and settings.index_url.startswith("embedded:")
    return (
        settings.require_keys
        or not embedded
        or not settings.store_url.startswith("sqlite:")
        or not is_loopback(settings.http_host)
    )


def access_of(settings: ApiSettings, keys: Keys, now: Callable[[], datetime]) -> Access:
    """How the process admits callers."""
    if not asks_for_keys(settings):
        return OPEN
    limits = RateLimits(settings.rate_limit_per_minute, settings.failed_keys_per_minute)
    return Access((KeyVerifier(keys, now),), limits)


async def require_admin(settings: ApiSettings, keys: Keys, now: datetime) -> None:
    """Make the first key where the settings name one. Raises `SettingsError` when nobody could use the API."""
    if not asks_for_keys(settings) or await keys.has_admin(now):
        return
    first = settings.bootstrap_key
    setting = variable_of("bootstrap_key")
    if not first:
        raise SettingsError(
            [
                f"{setting}: this API asks for keys, because it is not on a loopback address with everything embedded,"
                f" and there is no admin key yet. Set {setting} to one (echo tcs_$(openssl rand -hex 24)), or make one:"
                " tocsin keys create --scopes admin"
            ]
        )
    key = described(first, DEFAULT_TEAM, BOOTSTRAP, (Scope.ADMIN,), now)
    maker = Principal(DEFAULT_TEAM, BOOTSTRAP, key.scopes)
    added = await keys.add(key, key_hash(first), audited(maker, Action.KEY_CREATED, key.id, now, name=key.name))
    if added is Added.ADDED:
        log.warning("made the first admin key", extra={"key_id": key.id})
    elif not await keys.has_admin(now):  # else another replica was first
        raise SettingsError([f"{setting}: this key was revoked or has ended; set another"])
