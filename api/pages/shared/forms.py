"""What a form sends: taken from our own pages alone, and of a session only with its token."""

from __future__ import annotations

import hmac
from urllib.parse import parse_qsl

from starlette.requests import Request

from api.access.gate import CHECKED_FORM
from api.access.hosts import is_own_form
from api.access.sessions import read_token
from api.http.bodies import read_body
from api.services import server_services
from domain.errors import ForeignOriginError, InvalidQuestionError, TooLargeError

MAX_FORM_BYTES = 1024 * 1024
MAX_FIELDS = 4000
FORM_TOKEN = "form_token"  # noqa: S105  # the name of a field


async def take_form(request: Request) -> None:
    """Read the form of a request, before it is known whom it is from.

    Raises ForeignOriginError where a page of another site or session sent it, InvalidQuestionError,
    TooLargeError.
    """
    if not is_own_form(request.headers):
        hint = "open the page here and send it again"
        raise ForeignOriginError("this form was sent from another site", hint=hint)
    body = await read_body(request)
    if len(body) > MAX_FORM_BYTES:
        raise TooLargeError("the form is too long", hint="send it to the interface instead")
    try:
        form = dict(parse_qsl(body.decode("utf-8", "replace"), max_num_fields=MAX_FIELDS))
    except ValueError:
        raise InvalidQuestionError("the form has too many fields") from None
    if given := form.pop(FORM_TOKEN, None):
        _check_token(request, given)
    request.state.form = form


def form_of(request: Request) -> dict[str, str]:
    """Return the fields that a form sent, without its token."""
    form: dict[str, str] = request.state.form
    return form


def _check_token(request: Request, given: str) -> None:
    """Let a session count that the form is of; without its token it would not."""
    connection = request.scope
    connection[CHECKED_FORM] = True
    session = server_services(request.app).gate.find_session(connection)
    if session and hmac.compare_digest(given.encode(), session.form_token.encode()):
        return
    del connection[CHECKED_FORM]
    if read_token(connection) is not None:
        raise ForeignOriginError(
            "this form is of another session, which has ended",
            hint="open the page again and send it again",
        )
