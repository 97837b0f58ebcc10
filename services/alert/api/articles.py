"""`/v1/articles`: the archive, searched in the language of the rules. Only reads."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request

from services.alert.api.doors import Cursor, Doors, Finding, Limit, Page, Time, bad_cursor, bad_query, finding, next_url
from services.alert.core.rules import InvalidRule, parse_query, query_errors, query_warnings
from services.alert.core.subscriptions import MAX_QUERY
from services.contracts.document import Document
from services.runtime.access import MayRead
from services.runtime.problems import Problem, problem_responses

ArticleId = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]


class ArticlePage(Page):
    """Articles, newest first, and what is odd about the query."""

    items: list[Document]
    warnings: list[Finding]


def build_router(doors: Doors) -> APIRouter:
    """The routes."""
    router = APIRouter(tags=["articles"])

    @router.get("/articles", summary="Search", response_model=ArticlePage, responses=problem_responses(422, 503))
    async def search_articles(
        who: MayRead,
        request: Request,
        q: Annotated[str, Query(max_length=MAX_QUERY, description="KQL, as in Kibana's search bar")] = "",
        since: Annotated[Time | None, Query(alias="from", description="published at or after")] = None,
        until: Annotated[Time | None, Query(alias="to", description="published before")] = None,
        cursor: Cursor = None,
        limit: Limit = 20,
    ) -> dict[str, Any]:
        """Newest first. What a subscription refuses in a query is a warning here: search finds what Kibana finds."""
        try:
            tree = parse_query(q)
        except InvalidRule as error:
            raise bad_query(error) from error
        try:
            page = await doors.index.search(tree, since=since, until=until, cursor=cursor, limit=limit)
        except ValueError as error:
            raise bad_cursor() from error
        return {
            "items": page.documents,
            "cursor": page.cursor,
            "next": next_url(request, page.cursor),
            "warnings": [finding(problem) for problem in (*query_errors(tree), *query_warnings(tree))],
        }

    @router.get(
        "/articles/{article_id}", summary="Read one", response_model=Document, responses=problem_responses(404, 503)
    )
    async def get_article(who: MayRead, article_id: ArticleId) -> Document:
        """The newest revision, with everything that was found in it."""
        document = await doors.index.get(article_id)
        if document is None:
            raise Problem(404, "there is no such article")
        return document

    return router
