"""How a page leaves: drawn from its template, under a strict policy, compressed where wanted."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from api.access.caller import NOBODY, Caller
from api.http.problems import STATUS_BY_ERROR, refusal_headers
from api.pages.pictures.chronology_drawing import draw_timeline
from api.pages.shared import sanitize, static_files
from api.pages.shared.canvas import page_canvas
from api.pages.shared.coverage import describe_unwatched, describe_unwatched_plainly, list_stretches
from api.pages.shared.dates import DateFormatter
from api.pages.shared.display_names import name_in
from api.pages.shared.field_text import listed_word, texts_word
from api.pages.shared.hyphens import hyphenate
from api.pages.shared.i18n import Translations, request_translations
from api.pages.shared.marks import draw_sign, mark_definitions
from api.pages.shared.named_links import link_names
from api.pages.shared.page_context import PageContext
from api.pages.shared.page_state import LINK_PLACEHOLDERS, PageFragments
from api.pages.shared.refusals import translate_refusal
from api.pages.shared.return_address import address_of, comes_from_elsewhere
from api.pages.shared.things import thing_path
from api.services import services_of
from domain.errors import MinutebookError, problem_slug
from domain.model import Json

SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PAGE_HEADERS = {
    "Content-Security-Policy": SECURITY_POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
    "Vary": "Accept-Language, Accept-Encoding, Cookie, HX-Request, Have",
}
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001  # full width
"""How a cell begins that a spreadsheet would compute."""


class PageEnvironment(Environment):
    """Templates that look into a dictionary, as most of what pages show is, before its methods."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


@cache
def template_environment() -> Environment:
    """Return the templates, in which every text is made visible and escaped."""
    jinja_env = PageEnvironment(
        loader=PackageLoader("api.pages", ""),
        autoescape=True,
        finalize=sanitize.escape_invisible,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    jinja_env.globals |= {
        "file": static_files.file_address,
        "name_in": name_in,
        "href": sanitize.safe_href,
        "host": sanitize.url_host,
        "symbol_and_word": render_stance_symbol,
        "listed_word": listed_word,
        "texts_word": texts_word,
        "unwatched": describe_unwatched,
        "unwatched_tip": describe_unwatched_plainly,
        "stretches": list_stretches,
        "canvas": page_canvas,
        "mark_definitions": mark_definitions,
        "mark_sign": draw_sign,
        "thing_path": thing_path,
        "link_names": link_names,
        "refusal": translate_refusal,
        "timeline_drawing": draw_timeline,
        "Pieces": PageFragments,
        "LATER": LINK_PLACEHOLDERS[0],
        "LATER_QUERY": LINK_PLACEHOLDERS[1],
    }
    jinja_env.filters |= {
        "short": sanitize.shorten_text,
        "short_name": sanitize.shorten_name,
        "divided": hyphenate,
    }
    return jinja_env


@lru_cache(maxsize=256)
def render_stance_symbol(words: Translations, word: str | None) -> Markup:
    """Return the symbol and the word of a stance; parts.symbols() draws the shapes once."""
    stance_text = hyphenate(words.get(f"stance.{word or 'none'}", word or ""))
    return Markup(
        '<svg class="symbol" width="14" height="14" aria-hidden="true">'
        '<use href="#s-{}"/></svg><span>{}</span>'
    ).format(word or "none", stance_text)


def render_template(
    request: Request, template: str, words: Translations, status: int = 200, **variables: object
) -> Response:
    """Answer with a page of a template."""
    text = (
        template_environment()
        .get_template(template)
        .render(t=words, words=words, **_describe_reader(request, words), **variables)
    )
    return html_response(text, status)


def _describe_reader(request: Request, words: Translations) -> Json:
    """Return what every page says of who reads it."""
    caller, gate = request.scope.get("caller", NOBODY), services_of(request).gate
    session = gate.find_session(request.scope)
    return {
        "caller": caller,
        "is_keyless": gate.is_keyless,
        "session": session,
        "session_dates": DateFormatter(words, "UTC"),
        "brief_session_dates": DateFormatter(words, "UTC", brief=True),
        "can_sign_in": not gate.is_keyless and (session is not None or caller.name is None),
        "return_address": address_of(request),
    }


def render_refusal(
    request: Request,
    error: MinutebookError | None,
    *,
    status: int | None = None,
    words: Translations | None = None,
) -> Response:
    """Answer with a page outside of any negotiation: what was refused, or a fault of ours."""
    if status is None:
        status = STATUS_BY_ERROR[type(error)] if error else 500
    words = words or request_translations(request)
    response = render_template(
        request,
        "shared/apart.html",
        words,
        status,
        error=error,
        lacks_right=status in (401, 403),
        ask_again=status == 401 and comes_from_elsewhere(request),
    )
    response.headers.update(refusal_headers(status, problem_slug(type(error)) if error else ""))
    return response


def render_page(frame: PageContext, template: str, data: Json, status: int) -> Response:
    """Answer with a page of a negotiation: its template is given the data by name."""
    partial = frame.request.headers.get("hx-request") == "true"
    response = render_template(
        frame.request,
        template,
        frame.words,
        status,
        frame=frame,
        link=frame.page_address,
        here=frame.current_address,
        when=frame.dates.span_element,
        day=frame.dates.format_day,
        moment=frame.dates.format_moment,
        dates=frame.dates,
        brief=frame.brief_dates.span_element,
        partial=partial,
        **data,
    )
    caller: Caller = frame.request.scope.get("caller", NOBODY)
    if frame.basis.audience != "public" or caller.may("propose"):  # who is told what waits
        response.headers["Cache-Control"] = "private, no-cache"
    return response


def html_response(text: str, status: int = 200) -> Response:
    return Response(text, status, PAGE_HEADERS, "text/html; charset=utf-8")


def csv_response(columns: tuple[str, ...], rows: Iterable[Json], name: str) -> Response:
    """Answer with lines of CSV (RFC 4180), none of which a spreadsheet takes for a formula."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(
        {column: _escape_formula(row.get(column)) for column in columns} for row in rows
    )
    headers = {
        "Content-Disposition": f'inline; filename="{name}.csv"',
        "Cache-Control": "no-cache",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(out.getvalue(), headers=headers, media_type="text/csv; charset=utf-8")


def _escape_formula(value: object) -> object:
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return f"'{value}"
    return "" if value is None else value
