"""HTTP edge of alert: subscriptions, alerts, search, verbs on an unsaved rule, and access. Decides nothing."""

from fastapi import APIRouter

from services.alert.api import (
    alerts,
    articles,
    attention,
    audit,
    channels,
    deliveries,
    dyads,
    feeds,
    keys,
    mail_links,
    previews,
    rules,
    silences,
    stream,
    subscriptions,
    templates,
    why,
)
from services.alert.api.doors import Doors, Reach

__all__ = ["Doors", "Reach", "build_router"]


def build_router(doors: Doors) -> APIRouter:
    """The routes of alert, for its own app or for one that holds all services."""
    router = APIRouter(prefix="/v1")
    parts = (
        subscriptions,
        channels,
        deliveries,
        feeds,
        rules,
        previews,
        stream,
        alerts,
        articles,
        dyads,
        why,
        attention,
        silences,
        keys,
        audit,
        mail_links,
    )
    for part in parts:
        router.include_router(part.build_router(doors))
    router.include_router(templates.build_router())
    return router
