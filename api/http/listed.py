"""Each kind that a state lists under a name of its own, and briefs, as of the basis."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import Query, Request
from orjson import Fragment
from pydantic import create_model
from starlette.responses import Response

from api.http.interface_router import interface_router
from api.http.openapi import route_docs
from api.http.query_params import BasisParams, BasisQuery, NegotiationPath, PagedQuery
from api.http.responses import answer_from_view, answer_page
from api.listed_words import listed_model
from api.models.answers import State
from api.models.base import Answer, ListAnswer
from api.models.events import Brief
from projections import answers
from projections.answers.listed_kinds import TOLD_ONCE, TRACKED_KINDS
from projections.answers.listing import ListedKind, ToldOnce
from projections.answers.tracked import TrackedKind
from projections.view import View

ListEndpoint = Callable[..., Response]
router = interface_router(prefix="/v1/negotiations/{negotiation}", tags=["questions"])


@router.get("/briefs", **route_docs("briefs", "read", "Briefs, newest first", ListAnswer[Brief]))
def list_briefs(request: Request, negotiation: NegotiationPath, query: BasisParams) -> Response:
    """An editor's own words: of each brief the last that was written, none with source filters."""
    return answer_from_view(request, negotiation, query, answers.select_briefs)


LISTS: dict[str, tuple[ListEndpoint, type[BasisQuery]]] = {}
"""What answers each list that a state has under a name of its own, and what it is asked by."""


def _add_list(
    kind: ListedKind, query: type[BasisQuery], summary: str
) -> Callable[[ListEndpoint], ListEndpoint]:
    """Add an operation, which is asked by a model of its own."""

    def add(operation: ListEndpoint) -> ListEndpoint:
        operation.__doc__ = str(listed_model(kind).__doc__)
        operation.__annotations__["query"] = Annotated[query, Query()]
        LISTS[kind.list_name] = operation, query
        list_type: Any = State.model_fields[kind.list_name].annotation
        docs = route_docs(kind.list_name, "read", summary, Answer[list_type])
        return router.get(f"/{kind.list_name}", **docs)(operation)

    return add


def _list_tracked(kind: TrackedKind) -> None:
    """List those of a kind that many events tell of, which may be asked for by status."""
    model, name = listed_model(kind), kind.list_name.capitalize()
    status: Any = Literal[model.model_fields["status"].annotation, None]
    query = create_model(f"{name}Query", __base__=BasisQuery, status=(status, None))

    @_add_list(kind, query, f"{name} with their status")
    def list_by_slug(request: Request, negotiation: NegotiationPath, query: Any) -> Response:
        def select(view: View) -> list[Fragment]:
            return list(kind.select(view, status=query.status))

        return answer_from_view(request, negotiation, query, select)


def _list_told_once(kind: ToldOnce) -> None:
    """List what is told once, newest first and page by page."""

    @_add_list(kind, PagedQuery, f"{kind.list_name.capitalize()}, newest first")
    def list_newest(request: Request, negotiation: NegotiationPath, query: Any) -> Response:
        return answer_page(request, negotiation, query, kind.select)


for tracked_kind in TRACKED_KINDS:
    _list_tracked(tracked_kind)
for told_once in TOLD_ONCE:
    _list_told_once(told_once)
