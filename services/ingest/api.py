"""The HTTP door: `POST /v1/articles`. Reads requests, writes replies; what is accepted the flow decides."""

from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, ValidationError

from services.contracts.errors import Rejected, Unavailable
from services.ingest.core.lines import MAX_ITEM_BYTES, Line, LineSplitter, read_line
from services.ingest.core.raw_item import RawItem, describe
from services.ingest.flow import MAX_BATCH, Accepted, Ingest, Receipt
from services.ingest.ports import Verdict
from services.runtime.access import MayIngest
from services.runtime.problems import FieldProblem, Problem, invalid, pointer, problem_responses

DOOR = "http"
JSON = "application/json"
NDJSON = "application/x-ndjson"
MAX_NDJSON_BYTES = 256 * 1024 * 1024
"""Most bytes of one NDJSON request."""
BATCH_BYTES = 8 * 1024 * 1024
"""Lines that are held at a time, in bytes."""

STREAMED = frozenset({"/v1/articles"})
"""Paths whose bodies are bounded here, and not held as a whole."""

_LINES = frozenset({NDJSON, "application/ndjson", "application/jsonl", "application/x-jsonlines"})


class ArticleReceipt(BaseModel):
    """An article that the broker has."""

    id: str = Field(description="SHA-256 of its canonical URL; without one of source, title and text")
    revision: int = Field(description="1, and one more for each change of its title or text")
    status: Literal["accepted", "duplicate"] = Field(description="duplicate: this very revision was here before")


class LineReceipt(ArticleReceipt):
    """What became of one line."""

    line: int


class RefusedLine(BaseModel):
    """A line that is no article, and why."""

    line: int
    reason: str
    detail: str


class LinesReceipt(BaseModel):
    """What became of each line that is not blank."""

    accepted: int
    duplicate: int
    refused: int
    articles: list[LineReceipt]
    errors: list[RefusedLine]


EXAMPLE = {
    "url": "https://news.example/2022/02/07/build-up",
    "title": "Troops gather near border",
    "text": "Officials said 110,000 Russian troops were near the border with Ukraine.",
    "source": {"name": "Example News", "domain": "news.example"},
    "published": "2022-02-07T12:00:00Z",
    "language": "en",
}
_ARTICLE_SCHEMA = RawItem.model_json_schema()
_ARTICLE_SCHEMA["properties"]["source"] = _ARTICLE_SCHEMA.pop("$defs")["RawSource"]
_ARTICLE_SCHEMA["anyOf"] = [
    {"required": [words], "properties": {words: {"minLength": 1}}} for words in ("text", "html")
]
_REQUEST_BODY = {
    "required": True,
    "content": {
        JSON: {"schema": _ARTICLE_SCHEMA, "example": EXAMPLE},
        NDJSON: {
            "schema": {"type": "string", "description": "one article a line, each as in application/json"},
            "example": "".join(f'{{"url": "https://news.example/{n}", "text": "One of two."}}\n' for n in (1, 2)),
        },
    },
}
_DESCRIPTION = f"""
One article as JSON, or many as NDJSON (`Content-Type: {NDJSON}`, one a line; a line that is no article is named in the
reply and does not keep the others out). 202 is sent once the broker has them: from then on nothing loses them. To send
the same again is harmless: it is the same id and revision, and notifies nobody twice. A changed title or text under
the same URL is the next revision of that article.

Limits: {MAX_ITEM_BYTES} bytes an article as sent, 1,000,000 bytes of text after normalising, {MAX_NDJSON_BYTES} bytes
a request. On 503 send all of it again.
"""


def build_router(ingest: Ingest) -> APIRouter:
    """The routes of ingest, for its own app or for one that holds all services."""
    router = APIRouter(prefix="/v1", tags=["articles"])

    @router.post(
        "/articles",
        status_code=202,
        summary="Hand in articles",
        description=_DESCRIPTION,
        response_model=ArticleReceipt | LinesReceipt,
        responses=problem_responses(413, 415, 422, 503),
        openapi_extra={"requestBody": _REQUEST_BODY},
    )
    async def post_articles(who: MayIngest, request: Request, kind: Annotated[str, Depends(content_kind)]) -> Response:
        if kind == JSON:
            return await _one(ingest, request)
        return await _many(ingest, request)

    return router


def content_kind(request: Request) -> str:
    """JSON or NDJSON. Raises 415 for anything else, and for a compressed body."""
    kind = request.headers.get("content-type", JSON).partition(";")[0].strip().lower()
    encoding = request.headers.get("content-encoding", "identity").lower()
    if encoding != "identity":
        raise Problem(415, f"Content-Encoding {encoding} is not taken; send the body as it is")
    if kind == JSON:
        return JSON
    if kind in _LINES:
        return NDJSON
    raise Problem(415, f"Content-Type is {JSON} for one article or {NDJSON} for many, not {kind}")


async def _one(ingest: Ingest, request: Request) -> Response:
    body = bytearray()
    async for chunk in _bounded(request, MAX_ITEM_BYTES):
        body += chunk
    try:
        item = RawItem.model_validate_json(bytes(body))
    except ValidationError as error:
        raise invalid(_field_problems(error)) from error
    (receipt,) = await ingest.accept([item], DOOR)
    if isinstance(receipt, Rejected):
        raise receipt
    return JSONResponse(_article(receipt), 202)


async def _many(ingest: Ingest, request: Request) -> Response:
    reply: dict[str, Any] = {"accepted": 0, "duplicate": 0, "refused": 0, "articles": [], "errors": []}
    stream = _bounded(request, MAX_NDJSON_BYTES)
    try:
        async for lines in _batches(stream):
            receipts = await ingest.accept([read_line(line) for line in lines], DOOR)
            _enter(reply, lines, receipts)
    except Unavailable:
        # Heard to the end: a server that answers in mid-request cuts the connection, and the answer with it.
        async for _ in stream:
            pass
        raise
    if not reply["articles"]:
        errors = [FieldProblem(location="body", pointer=f"/{e['line']}", detail=e["detail"]) for e in reply["errors"]]
        raise invalid(errors[:1000], "no line of this request is an article")
    return JSONResponse(reply, 202)


def _enter(reply: dict[str, Any], lines: Sequence[Line], receipts: Sequence[Receipt]) -> None:
    for line, receipt in zip(lines, receipts, strict=True):
        if isinstance(receipt, Rejected):
            reply["refused"] += 1
            reply["errors"].append({"line": line.number, "reason": receipt.reason, "detail": receipt.detail})
        else:
            article = _article(receipt)
            reply[article["status"]] += 1
            reply["articles"].append({"line": line.number, **article})


def _article(accepted: Accepted) -> dict[str, Any]:
    status = "duplicate" if accepted.verdict is Verdict.DUPLICATE else "accepted"
    return {"id": accepted.id, "revision": accepted.revision, "status": status}


async def _batches(stream: AsyncIterator[bytes]) -> AsyncIterator[list[Line]]:
    """Lines as they arrive, bounded in number and bytes."""
    splitter = LineSplitter()
    lines: list[Line] = []
    size = 0
    async for chunk in stream:
        for line in splitter.feed(chunk):
            lines.append(line)
            size += len(line.raw or b"")
            if len(lines) == MAX_BATCH or size >= BATCH_BYTES:
                yield lines
                lines, size = [], 0
    lines.extend(splitter.close())
    if lines:
        yield lines


async def _bounded(request: Request, limit: int) -> AsyncIterator[bytes]:
    """The body in chunks. Raises 413 over `limit`: at once when its length is declared, else where it gets there."""
    too_large = Problem(413, f"the body has more than {limit} bytes", reason="too_large")
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit:
        raise too_large
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise too_large
        yield chunk


def _field_problems(error: ValidationError) -> list[FieldProblem]:
    found = (describe(e) for e in error.errors(include_url=False, include_context=False, include_input=False))
    return [FieldProblem(location="body", pointer=pointer(place), detail=detail) for place, detail in found]
