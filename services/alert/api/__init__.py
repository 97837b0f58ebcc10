"""HTTP edge of alert: subscriptions, alerts, search, and verbs on an unsaved rule. Decides nothing."""

from fastapi import APIRouter

from services.alert.api import (
    alerts,
    articles,
    channels,
    deliveries,
    feeds,
    mail_links,
    rules,
    stream,
    subscriptions,
    why,
)
from services.alert.api.doors import Doors, Reach

__all__ = ["Doors", "Reach", "build_router"]


def build_router(doors: Doors) -> APIRouter:
    """The routes of alert, for its own app or for one that holds all services."""
    router = APIRouter(prefix="/v1")
    for part in (subscriptions, channels, deliveries, feeds, rules, stream, alerts, articles, why, mail_links):
        router.include_router(part.build_router(doors))
    return router
