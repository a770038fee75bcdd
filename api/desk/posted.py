"""What a form sends: tried first, with what it would change, and only then written."""

from __future__ import annotations

import asyncio
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import bodies
from api.desk import formed
from api.desk.asked import read
from api.desk.drawn import drawn, framed
from api.desk.foretold import foretold
from api.desk.frame import Frame
from api.desk.page import Data
from api.desk.record import PAGE, Asked, shown
from api.desk.words import language
from api.problems import STATUS
from api.record import possible_duplicates
from domain.catalogue import BY_TYPE
from domain.refusals import InvalidQuestionError, MinutebookError, Reason, TooLargeError
from ledger.intake import Submission

LIMIT = 1024 * 1024
"""Bytes of a form that are read."""


async def posted(request: Request) -> Response:
    """Try an event that a form sent, or record it; foreign forms are turned away."""
    if not _ours(request):
        error = InvalidQuestionError("this form was sent from another site",
                                     hint="open the page here and send it again")  # fmt: skip
        return drawn(request, "apart.html", language(request), 403, error=error)
    try:
        body = await bodies.read(request)
        if len(body) > LIMIT:
            raise TooLargeError("the form is too long", hint="send it to the interface instead")
        pairs = parse_qsl(body.decode("utf-8", "replace"), max_num_fields=200)
        return await asyncio.to_thread(_taken, request, dict(pairs))
    except (MinutebookError, ValueError) as problem:
        refused = problem if isinstance(problem, MinutebookError) else InvalidQuestionError(
            "the form has too many fields")  # fmt: skip
        status = STATUS[type(refused)]
        return drawn(request, "apart.html", language(request), status, error=refused)


def _ours(request: Request) -> bool:
    """Tell whether a form came from our own page, as the browser says of it."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        return site == "same-origin"
    return origin is not None and urlsplit(origin).netloc == request.headers.get("host")


def _taken(request: Request, sent: dict[str, str]) -> Response:
    slug = request.path_params["negotiation"]
    kind = _known(sent.pop("type", ""))
    step, identity = sent.pop("step", "preview"), sent.pop("identity", "") or str(uuid4())
    value, wrong = formed.made(kind, sent)
    value.setdefault("id", identity)
    preview, answer = None, None
    if not wrong:
        try:
            events = bodies.events([value], single=True)
            ledger = request.app.state.ledger
            trial = Submission(slug, events, single=True, dry_run=step != "record")
            answer = ledger.record(trial)
            if step != "record":
                twins = possible_duplicates(ledger, slug, events)
                preview = {"duplicates": twins, "event": value, "known": bool(answer["duplicates"])}
        except MinutebookError as error:
            wrong = list(error.reasons) or [Reason("", error.detail, error.hint)]
    if answer and step == "record":
        return RedirectResponse(f"/desk/{slug}/events/{value['id']}", 303)
    return _drawn_again(request, kind, sent, identity, wrong, preview)


def _known(kind: str) -> str:
    if kind not in BY_TYPE or kind == formed.OWN:
        raise InvalidQuestionError(f"there is no event type {kind[:80]!r}")
    return kind


def _drawn_again(
    request: Request, kind: str, sent: dict[str, str], identity: str, wrong: list[Reason],
    preview: Data | None,
) -> Response:  # fmt: skip
    with request.app.state.reads.desk(request.path_params["negotiation"]) as desk:
        frame = Frame(request, PAGE, desk, read(Asked, request.query_params.multi_items()))
        if preview:
            preview = preview | {"changes": foretold(frame, preview["event"])}
        found = shown(frame, kind, sent, identity=identity, wrong=formed.beside(wrong),
                      preview=preview, when_text=None, when_told=None, when_wrong=None)  # fmt: skip
        return framed(frame, "record.html", found, 422 if wrong else 200)
