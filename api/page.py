"""The page: a negotiation as of a date, readable in any browser, without a script."""

from __future__ import annotations

from html import escape
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api import tables
from api.archive import at_desk
from api.questions import Given, Once, Parameters
from domain.basis import Question, moment
from domain.refusals import MinutebookError
from projections import answers

router = APIRouter(include_in_schema=False, dependencies=[Once])

STYLE = """
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
form { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; margin: 1rem 0; }
label { display: grid; gap: .25rem; font-size: .875rem; }
input, select, button { font: inherit; padding: .3rem .5rem; }
pre { white-space: pre-wrap; font: .875rem/1.5 ui-monospace, monospace; }
"""
POLICY = (
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)


class Shown(Parameters):
    negotiation: Given = None
    as_of: Given = None
    basis: Literal["as-known", "as-recorded", "hindsight"] = "as-known"


@router.get("/style.css")
def style() -> Response:
    return Response(STYLE, media_type="text/css")


@router.get("/")
def page(request: Request, shown: Annotated[Shown, Query()]) -> Response:
    """Show one negotiation as of a date; the first one unless another is named."""
    with request.app.state.ledger.reading() as c:
        c.execute("SELECT slug FROM negotiation ORDER BY slug")
        slugs = [row[0] for row in c.fetchall()]
    if not slugs:
        return _html("Minutebook", "<p>Nothing is recorded yet. POST to /v1/negotiations.</p>")
    slug = shown.negotiation or slugs[0]
    try:
        told = _told(request, slug, shown)
    except MinutebookError as error:
        told = f"{error.detail}\n{error.hint or ''}"
    query = urlencode({"basis": shown.basis, "as_of": shown.as_of or ""})
    address = f"/v1/negotiations/{slug}/state?{query}"
    return _html(slug, _form(slugs, slug, shown) + f"<pre>{escape(told)}</pre>"
                 f'<p><a href="{escape(address)}">The same as JSON</a></p>')  # fmt: skip


def _told(request: Request, slug: str, shown: Shown) -> str:
    with at_desk(request.app.state.ledger, slug) as desk:
        at = moment("as_of", shown.as_of, "UTC") if shown.as_of else None
        basis = desk.basis(Question(shown.basis, at))
        return tables.state(basis.echo(), answers.spelled_out(answers.state(desk.view(basis))))


def _form(slugs: list[str], slug: str, shown: Shown) -> str:
    return (
        f'<form action="/">{_select("negotiation", slugs, slug)}'
        f'<label>As of <input type="date" name="as_of" value="{escape(shown.as_of or "")}"></label>'
        f"{_select('basis', ['as-known', 'as-recorded', 'hindsight'], shown.basis)}"
        "<button>Show</button></form>"
    )


def _select(name: str, values: list[str], chosen: str) -> str:
    options = "".join(
        f"<option{' selected' if value == chosen else ''}>{escape(value)}</option>"
        for value in values
    )
    return f'<label>{name.capitalize()} <select name="{name}">{options}</select></label>'


def _html(title: str, body: str) -> Response:
    page = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width"><link rel="stylesheet"'
        f' href="/style.css"></head><body><h1>Minutebook</h1><main>{body}</main></body></html>'
    )
    return Response(page, headers={"Content-Security-Policy": POLICY}, media_type="text/html")
