"""Articles over HTTP: they are brought in and read, and their drafts recorded."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query, Request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from starlette.responses import Response

from api import proposals as batches
from api.access.route_scope import caller_of
from api.article_readers import find_reader
from api.http.interface_router import interface_router
from api.http.openapi import route_docs
from api.http.query_params import NegotiationPath, OptionalText, StrictQuery
from api.http.responses import build_address, json_response
from api.inbox import bringing, recording, rereading
from api.inbox.bodies import MAX_DRAFTS, ArticleFacts, NewArticle, merge_facts, take_content
from api.inbox.reading import run_reader
from api.inbox.telling import tell_article, tell_draft, tell_whole_article
from api.models.inbox import ArticleDetail, ArticleList, RecordedDrafts
from api.services import Services, services_of
from domain.model import Json
from intake.addresses import drop_tracking
from ledger import article_sources, articles
from ledger.articles import StoredArticle

ARTICLES = "/v1/negotiations/{negotiation}/articles"
NEVER_STORED = {"Cache-Control": "no-store"}
UUID_PATTERN = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
ArticlePath = Annotated[str, Path(pattern=UUID_PATTERN, description="Id of the article.")]
router = interface_router(tags=["inbox"])


class ChosenDrafts(BaseModel):
    """Which drafts are recorded."""

    model_config = ConfigDict(extra="forbid")

    drafts: Annotated[
        tuple[str, ...] | None,
        Field(max_length=MAX_DRAFTS, description="Their ids; by default all that are accepted."),
    ] = None
    repeats: Annotated[
        bool,
        Field(
            description="Record also what may repeat an event that was recorded since it was read."
        ),
    ] = False


class ArticlesQuery(StrictQuery):
    url: Annotated[
        OptionalText,
        AfterValidator(lambda url: url and drop_tracking(url)),
        Field(description="Only those of this address."),
    ] = None
    limit: Annotated[int, Field(ge=1, le=1000)] = 100
    cursor: Annotated[str | None, Field(max_length=36, description="Taken from the next link.")] = (
        None
    )


@router.post(
    ARTICLES,
    **route_docs(
        "bring-article",
        "propose",
        "Bring in an article",
        ArticleDetail,
        status=201,
        nothing_made="The article with the same text, which is there already",
    ),
)
async def bring_article(
    request: Request, negotiation: NegotiationPath, article: NewArticle
) -> Response:
    """Read an article, and put the events that it suggests aside as drafts; nothing is recorded.

    An article whose text is there already is answered with 200, and nothing of it changes but that
    another address is kept, as a further source of what is drafted and recorded of it. Of a page
    the text, title, publisher, date and language are taken from it unless they are given.
    """
    services, caller = services_of(request), caller_of(request)
    ledger, reader = services.ledger, find_reader(article.reader, services.model)

    def bring() -> Response:
        require_negotiation(services, negotiation)
        brought = take_content(article, fetches_private=services.fetches_private)
        stored, is_known = bringing.bring_article(ledger, caller, negotiation, brought, reader)
        headers = NEVER_STORED | {"Location": f"{request.url.path}/{stored.id}"}
        response = json_response(_detail(services, negotiation, stored.id), headers)
        response.status_code = 200 if is_known else 201
        return response

    return await run_reader(bring, reader, services)


@router.get(ARTICLES, **route_docs("articles", "propose", "List articles", ArticleList))
def list_articles(
    request: Request, negotiation: NegotiationPath, query: Annotated[ArticlesQuery, Query()]
) -> Response:
    """The articles that were brought in, the newest first, without their texts."""
    services = services_of(request)
    require_negotiation(services, negotiation)
    with services.ledger.open_snapshot() as c:
        found = articles.list_articles(
            c, negotiation, url=query.url, before=query.cursor, limit=query.limit + 1
        )
        counts = articles.count_drafts(c, negotiation, [each.id for each in found])
    shown = [tell_article(each, counts[each.id]) for each in found[: query.limit]]
    next_id = found[query.limit - 1].id if len(found) > query.limit else None
    headers = next_link(request, query, next_id)
    return json_response({"articles": shown}, headers)


@router.get(
    f"{ARTICLES}/{{article}}", **route_docs("article", "propose", "One article", ArticleDetail)
)
def get_article(request: Request, negotiation: NegotiationPath, article: ArticlePath) -> Response:
    """An article with its text, and what the reader made of the whole."""
    return json_response(_detail(services_of(request), negotiation, article), NEVER_STORED)


@router.patch(
    f"{ARTICLES}/{{article}}",
    **route_docs("read-again", "propose", "Read an article again", ArticleDetail),
)
async def read_again(
    request: Request, negotiation: NegotiationPath, article: ArticlePath, facts: ArticleFacts
) -> Response:
    """Say what is otherwise of an article, and read it again by that and by what is registered now.

    Drafts that nobody changed or decided are replaced; the others stay. An empty body reads it
    again as it is.
    """
    services = services_of(request)
    reader = find_reader(facts.reader, services.model)

    def read() -> Response:
        row = open_article(services, negotiation, article)
        rereading.read_again(services.ledger, row, merge_facts(row, facts), facts.anchor, reader)
        return json_response(_detail(services, negotiation, article), NEVER_STORED)

    return await run_reader(read, reader, services)


@router.post(
    f"{ARTICLES}/{{article}}/accept",
    **route_docs("record-drafts", "propose", "Record accepted drafts", RecordedDrafts),
)
def record_drafts(
    request: Request,
    negotiation: NegotiationPath,
    article: ArticlePath,
    chosen: ChosenDrafts | None = None,
) -> Response:
    """Record the accepted drafts of an article, or those that are named, as one batch.

    Of a key that may only propose the batch becomes a proposal for a second person. The events have
    the ids of their drafts, so nothing is recorded twice. A refusal names drafts by their ids.

    A batch is held back where a draft may repeat what was recorded since it was made, where its
    article was read otherwise since it was accepted, and where it names what was discarded.
    """
    services, caller = services_of(request), caller_of(request)
    open_article(services, negotiation, article)
    given = chosen or ChosenDrafts()
    done = recording.record_drafts(
        services.ledger, caller, negotiation, article, given.drafts, repeats=given.repeats
    )
    answer = done.answer or {}
    return json_response(
        {
            "drafts": list(map(tell_draft, done.drafts)),
            "proposal": done.proposal,
            "recorded": answer.get("recorded", []),
            "duplicates": answer.get("duplicates", []),
            "warnings": answer.get("warnings", []),
        },
        NEVER_STORED,
    )


def require_negotiation(services: Services, negotiation: str) -> None:
    """Raise UnknownNegotiationError where there is none; an article is read by what it holds."""
    with services.ledger.open_snapshot() as c:
        batches.require_some(c, negotiation)


def open_article(services: Services, negotiation: str, article: str) -> StoredArticle:
    """Return an article. Raises NotFoundError."""
    with services.ledger.open_snapshot() as c:
        return articles.read_article(c, negotiation, article)


def _detail(services: Services, negotiation: str, article: str) -> Json:
    with services.ledger.open_snapshot() as c:
        row = articles.read_article(c, negotiation, article)
        count = articles.count_drafts(c, negotiation, [row.id])[row.id]
        sources = article_sources.list_sources(c, row.id)
    return tell_whole_article(row, count, sources)


def next_link(request: Request, query: StrictQuery, cursor: str | None) -> dict[str, str]:
    """Return the headers of a page of a list, with the link to the next one where there is one."""
    if not cursor:
        return dict(NEVER_STORED)
    pairs = query.model_dump() | {"cursor": cursor}
    given = [(key, str(value)) for key, value in pairs.items() if value is not None]
    return NEVER_STORED | {"Link": f'<{build_address(request.url.path, given)}>; rel="next"'}
