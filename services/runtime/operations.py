"""What an operator asks every process: `/metrics`, `/health/live`, `/health/ready`. Answers, and changes nothing."""

from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version

from fastapi import APIRouter, FastAPI, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from services.native import choice
from services.runtime import metrics
from services.runtime.health import Health, State
from services.runtime.problems import problem_responses

_READY = frozenset({State.OK})


def operations_router(health: Health) -> APIRouter:
    """The three routes, for the app of any service."""
    router = APIRouter(tags=["operations"])
    metrics.BUILD.info({"version": build_version(), "extractor": choice()})

    @router.get("/metrics", response_class=Response, summary="Metrics for Prometheus")
    async def get_metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    @router.get(
        "/health/live",
        summary="503 when only a restart can help",
        response_model=None,
        responses=problem_responses(HTTPStatus.SERVICE_UNAVAILABLE),
    )
    async def get_live() -> Response:
        if health.alive:
            return JSONResponse({"status": "live"})
        return _problem("a task of this process died", await _states(health))

    @router.get(
        "/health/ready",
        summary="503 while a dependency does not answer or a task does not run",
        responses=problem_responses(HTTPStatus.SERVICE_UNAVAILABLE),
    )
    async def get_ready() -> Response:
        states = await _states(health)
        bad = [name for name, status in states.items() if status["state"] not in _READY]
        if bad:
            return _problem(f"not ready: {', '.join(bad)}", states)
        return JSONResponse({"status": "ready", "states": states})

    return router


def operations_app(health: Health) -> FastAPI:
    """An app of these routes alone, for a process without an API."""
    app = FastAPI(title="Tocsin operations", version=build_version(), docs_url=None, redoc_url=None)
    app.include_router(operations_router(health))
    return app


def build_version() -> str:
    """Version of the installed distribution, `0` when it runs from a checkout."""
    try:
        return version("tocsin")
    except PackageNotFoundError:
        return "0"


async def _states(health: Health) -> dict[str, dict[str, str]]:
    return {name: {"state": s.state.value, "detail": s.detail} for name, s in (await health.states()).items()}


def _problem(detail: str, states: dict[str, dict[str, str]]) -> JSONResponse:
    """RFC 9457 problem details, extended by `states`."""
    body = {"type": "about:blank", "title": "Service Unavailable", "status": 503, "detail": detail, "states": states}
    return JSONResponse(body, status_code=503, media_type="application/problem+json")
