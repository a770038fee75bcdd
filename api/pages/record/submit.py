"""What a form sends: tried first, with what it would change, and only then written."""

from __future__ import annotations

from uuid import uuid4

import orjson
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.access.route_scope import caller_of
from api.answers import read_as
from api.http.bodies import build_events
from api.http.likely_duplicates import find_likely_duplicates
from api.http.responses import JSON
from api.models.changes import AnyChange
from api.pages.record import event_form
from api.pages.record.page import PAGE, build_form
from api.pages.shared.brief import BriefWriter
from api.pages.shared.forms import form_of
from api.pages.shared.page_context import PageContext, open_page
from api.pages.shared.render import render_page
from api.proposals import put_aside
from api.services import server_services
from domain import acceptance
from domain.errors import InvalidQuestionError, MinutebookError, Reason
from domain.event_type_hints import hint_for_type
from domain.model import Json
from ledger.submission import Submission


def submit_event(request: Request) -> Response:
    """Try an event that a form sent, or record it; of who may only propose it is put aside."""
    form_values = form_of(request).copy()
    slug = request.path_params["negotiation"]
    kind = form_values.pop("type", "")
    if kind not in event_form.FORM_TYPES:
        detail = f"there is no event type {kind[:63]!r}"
        raise InvalidQuestionError(detail, hint=hint_for_type(kind[:63]))
    step = form_values.pop("step", "preview")
    identity = form_values.pop("identity", "") or str(uuid4())
    value, reasons = event_form.build_event(kind, form_values)
    value.setdefault("id", identity)
    preview, answer = None, None
    ledger, caller = server_services(request.app).ledger, caller_of(request)
    may_record = caller.may_append(slug)
    if not reasons:
        try:
            events = build_events([value], single=True)
            submission = Submission(
                slug,
                events,
                recorded_by=caller.recorded_by,
                is_single=True,
                dry_run=step != "record" or not may_record,
                known_negotiations=caller.negotiations,
            )
            answer = ledger.record(submission)
            if step != "record":
                preview = {
                    "duplicates": find_likely_duplicates(ledger, slug, events),
                    "event": value,
                    "known": bool(answer["duplicates"]),
                    "warnings": answer["warnings"],
                }
        except MinutebookError as error:
            reasons = list(error.reasons) or [Reason("", error.detail, error.hint)]
    if answer and step == "record" and not may_record:
        proposal, _ = put_aside(ledger, caller, slug, orjson.dumps(value), JSON)
        return RedirectResponse(f"/desk/{slug}/proposals/{proposal.id}", 303)
    if answer and step == "record":
        return RedirectResponse(f"/desk/{slug}/events/{value['id']}", 303)
    return _redraw_form(request, kind, form_values, identity, reasons, preview)


def _redraw_form(
    request: Request,
    kind: str,
    form_values: dict[str, str],
    identity: str,
    reasons: list[Reason],
    preview: Json | None,
) -> Response:
    with open_page(request, PAGE) as frame:
        if preview:
            preview = preview | {"changes": preview_changes(frame, preview["event"])}
        page_data = build_form(
            frame,
            kind,
            form_values,
            identity=identity,
            wrong=event_form.group_reasons(reasons),
            preview=preview,
        )
        return render_page(frame, "record/page.html", page_data, 422 if reasons else 200)


MAX_EVENTS = 20_000
"""Events up to which the effect of one more is told beforehand."""


def preview_changes(frame: PageContext, value: Json) -> list[Json] | None:
    """Return in sentences what an event would change; None where the log is too long to try."""
    if frame.session.last_seq > MAX_EVENTS:
        return None
    events = [acceptance.parse_event(value)]
    found = frame.session.preview_events(events, frame.now.basis)
    all_changes = read_as(list[AnyChange], found.changes)
    return BriefWriter(frame, found.after).write_preview(all_changes)
