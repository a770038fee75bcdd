"""The operations of the interface for programs, drawn by Swagger UI."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from api.pages.shared.i18n import request_words
from api.pages.shared.render import SECURITY_POLICY, render_template

# The stylesheet of Swagger UI has its icons inside it, as data: images; nothing else is allowed.
DOCS_POLICY = SECURITY_POLICY.replace("img-src 'self'", "img-src 'self' data:")


def show_docs(request: Request) -> Response:
    """Show every operation, with a form to try it."""
    response = render_template(request, "docs/page.html", request_words(request))
    response.headers["Content-Security-Policy"] = DOCS_POLICY
    return response
