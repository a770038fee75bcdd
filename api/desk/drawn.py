"""How a page leaves: drawn from its template, under a strict policy, compressed where wanted."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from api.desk import files, shown
from api.desk.frame import Frame
from api.desk.pieces import LATER, Pieces
from api.desk.words import Words

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
    "Vary": "Accept-Language, Accept-Encoding, HX-Request, Have",
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would compute."""


@cache
def environment() -> Environment:
    """Return the templates, in which every text is made visible and escaped."""
    made = Environment(
        loader=PackageLoader("api.desk"), autoescape=True, finalize=shown.visible,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.globals |= {
        "file": files.address, "href": shown.href, "host": shown.host,
        "symbol_and_word": symbol_and_word, "Pieces": Pieces, "LATER": LATER,
    }  # fmt: skip
    made.filters |= {"short": shown.short}
    return made


@lru_cache(maxsize=256)
def symbol_and_word(words: Words, word: str | None) -> Markup:
    """Return the symbol and the word of a stance; parts.symbols() draws the shapes once."""
    told = shown.visible(words.get(f"stance.{word or 'none'}", word or ""))
    return Markup(
        '<svg class="symbol" width="14" height="14" aria-hidden="true">'
        '<use href="#s-{}"/></svg><span>{}</span>'
    ).format(word or "none", told)


def drawn(
    request: Request, template: str, words: Words, status: int = 200, **given: Any
) -> Response:
    """Answer with a page of a template."""
    text = environment().get_template(template).render(t=words, words=words, **given)
    return html(request, text, status)


def framed(frame: Frame, template: str, data: dict[str, Any], status: int) -> Response:
    """Answer with a page of a negotiation: its template is given the data by name."""
    partial = frame.request.headers.get("hx-request") == "true"
    return drawn(
        frame.request, template, frame.words, status, frame=frame, link=frame.link,
        here=frame.here, when=frame.dates.when, day=frame.dates.day, moment=frame.dates.moment,
        dates=frame.dates, brief=frame.brief.when, partial=partial, **data,
    )  # fmt: skip


def html(request: Request, text: str, status: int = 200) -> Response:
    body, headers = text.encode(), dict(HEADERS)
    if "gzip" in request.headers.get("accept-encoding", ""):
        body, headers["Content-Encoding"] = gzip.compress(body, 4, mtime=0), "gzip"
    return Response(body, status, headers, "text/html; charset=utf-8")


def table(columns: tuple[str, ...], rows: Iterable[dict[str, Any]], name: str) -> Response:
    """Answer with lines of CSV (RFC 4180), none of which a spreadsheet takes for a formula."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows({column: _cell(row.get(column)) for column in columns} for row in rows)
    headers = {"Content-Disposition": f'inline; filename="{name}.csv"', "Cache-Control": "no-cache",
               "X-Content-Type-Options": "nosniff"}  # fmt: skip
    return Response(out.getvalue(), headers=headers, media_type="text/csv; charset=utf-8")


def _cell(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return "" if value is None else value
