"""HTTP edge of alert: subscriptions, alerts, search, verbs on an unsaved rule, and access. Decides nothing."""

from fastapi import APIRouter

from services.alert.api import (
    alerts,
    articles,
    attention,
    audit,
    dyads,
    keys,
    previews,
    rules,
    silences,
    subscriptions,
    templates,
    why,
)
from services.alert.api.doors import Doors

__all__ = ["Doors", "build_router"]


def build_router(doors: Doors) -> APIRouter:
    """The routes of alert, for its own app or for one that holds all services."""
    router = APIRouter(prefix="/v1")
    for part in (subscriptions, rules, previews, alerts, articles, dyads, why, attention, silences, keys, audit):
        router.include_router(part.build_router(doors))
    router.include_router(templates.build_router())
    return router
