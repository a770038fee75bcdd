"""A picture within another site's page: the one page that may be framed, and only of what the
public may see."""

from __future__ import annotations

from starlette.responses import Response

from api.pages.shared.page_context import PageContext
from api.pages.shared.render import SECURITY_POLICY, render_template
from domain.errors import InvalidQuestionError, Reason
from domain.model import Json

FRAMED_POLICY = SECURITY_POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")


def embed_response(frame: PageContext, data: Json) -> Response:
    """Answer with the picture alone, which any page may frame.

    Raises InvalidQuestionError for another audience than the public.
    """
    if frame.basis.audience != "public":
        detail, hint = "an embedded picture shows what the public may see", "leave audience out"
        raise InvalidQuestionError(detail, hint=hint, reasons=(Reason("audience", detail, hint),))
    response = render_template(
        frame.request, "pictures/embed.html", frame.words, frame=frame, drawn=data["drawn"]
    )
    response.headers["Content-Security-Policy"] = FRAMED_POLICY
    return response
