"""A negotiation is opened by page: tried first, then recorded as it was shown."""

from __future__ import annotations

import json
from dataclasses import asdict
from hashlib import sha256

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from api.access.route_scope import caller_of
from api.http.bodies import build_events
from api.pages.opening.form import FIELDS, ROWS, NewNegotiation, read_opening
from api.pages.record.values import FieldFault, row_numbers
from api.pages.shared.forms import form_of
from api.pages.shared.i18n import request_words
from api.pages.shared.render import render_template
from api.services import server_services
from domain.errors import MinutebookError, MovedOnError, NotAllowedError, Reason
from domain.model import Json
from ledger.submission import Submission


def show_opening(request: Request) -> Response:
    """Show the empty form."""
    return _draw(request, {}, None, is_tried=False)


def submit_opening(request: Request) -> Response:
    """Try what a form opens, or record it if it was seen before."""
    sent = form_of(request).copy()
    step, previewed = sent.pop("step", "preview"), sent.pop("previewed", "")
    action, _, name = step.partition(":")
    if action == "add":
        number = max(row_numbers(sent, name), default=-1) + 1
        return _draw(request, sent | {f"{name}.{number}.row": "1"}, None, is_tried=False)
    if action == "remove":
        left = {key: text for key, text in sent.items() if not key.startswith(f"{name}.")}
        return _draw(request, left, None, is_tried=False)
    opening = read_opening(sent)
    is_moved = step == "record" and previewed != _digest(opening)
    is_written = step == "record" and not is_moved
    if not opening.faults:
        _record(request, opening, is_written=is_written)
    if is_written and not opening.faults:
        address = f"/desk/{opening.slug}/record?audience={caller_of(request).audience}"
        return RedirectResponse(address, 303)
    return _draw(request, sent, opening, is_tried=True, is_moved=is_moved)


def _digest(opening: NewNegotiation) -> str:
    """Return what tells whether a form still says what was shown."""
    shown = json.dumps([opening.slug, opening.events], sort_keys=True)
    return sha256(shown.encode()).hexdigest()[:32]


def _record(request: Request, opening: NewNegotiation, *, is_written: bool) -> None:
    """Record the events, or only try to; what is refused becomes a fault of its field."""
    caller, ledger = caller_of(request), server_services(request.app).ledger
    if not caller.may_append(opening.slug):
        raise NotAllowedError(
            f"this key may not open {opening.slug!r}", hint="use a key for all negotiations"
        )
    try:
        submission = Submission(
            opening.slug,
            build_events(list(opening.events), single=False),
            recorded_by=caller.recorded_by,
            if_match=0,
            dry_run=not is_written,
            known_negotiations=caller.negotiations,
        )
        ledger.record(submission)
    except MovedOnError:
        opening.faults["negotiation"] = [FieldFault("slug-taken")]
    except MinutebookError as error:
        for reason in error.reasons or (Reason("", error.detail, error.hint),):
            name = _field_of(opening, reason.pointer)
            fault = FieldFault(detail=reason.detail, hint=reason.hint)
            opening.faults.setdefault(name, []).append(fault)


def _field_of(opening: NewNegotiation, pointer: str) -> str:
    index, _, place = pointer[1:].partition("/")
    if not index.isdigit():
        return ""
    row, field = opening.rows[int(index)], place.partition("/")[0]
    if not row:
        return field
    named = ROWS[row.partition(".")[0]]
    return f"{row}.{named[2] if field == named[1] else field}"


def _draw(
    request: Request,
    sent: dict[str, str],
    opening: NewNegotiation | None,
    *,
    is_tried: bool,
    is_moved: bool = False,
) -> Response:
    faults = opening.faults if opening else {}
    shown: Json = {
        "sent": sent,
        "fields": [asdict(each) for each in FIELDS],
        "rows": {name: row_numbers(sent, name) for name in ROWS},
        "faults": {name: [asdict(each) for each in found] for name, found in faults.items()},
        "opening": opening._asdict() if opening and not faults else None,
        "digest": _digest(opening) if opening else "",
        "is_tried": is_tried,
        "is_moved": is_moved,
    }
    words = request_words(request)
    return render_template(request, "opening/page.html", words, 422 if faults else 200, **shown)
