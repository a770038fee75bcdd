"""What a form sends: tried first, with what it would change, and only then written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import orjson
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.access.route_scope import caller_of
from api.answers import read_as
from api.http.bodies import build_events
from api.http.likely_duplicates import find_likely_duplicates
from api.http.responses import JSON
from api.models.changes import AnyChange
from api.pages.record.draft import MAX_EVENTS, Draft, prefixes_in
from api.pages.record.fields import FORM_TYPES
from api.pages.record.page import PAGE, RecordContext, show_draft
from api.pages.record.preview import compare_correction
from api.pages.record.things import REGISTRATION_TYPES
from api.pages.record.values import row_numbers
from api.pages.shared.brief import BriefWriter
from api.pages.shared.forms import form_of
from api.pages.shared.page_context import PageContext, open_page
from api.pages.shared.render import render_page
from api.preview import Rehearsed, rehearse
from api.proposals import put_aside
from api.services import server_services
from domain import acceptance
from domain.catalogue import RECORDER_ACT_TYPES
from domain.edtf import parse_span
from domain.errors import BusyError, InvalidQuestionError, MinutebookError, Reason
from domain.event_type_hints import hint_for_type
from domain.events import Event
from domain.instants import is_finite
from domain.model import Json
from ledger.content_ids import number_contents
from ledger.database import ReadableLedger
from ledger.submission import Submission
from projections.answers import diff

STEP, PREVIEWED, NEW_TYPE = "step", "previewed", "new-type"


def submit_form(request: Request) -> Response:
    """Try the events that a form sent, or record them; of who may only propose they are put
    aside."""
    sent = form_of(request).copy()
    for _, kind in prefixes_in(sent):
        if kind not in FORM_TYPES:
            detail = f"there is no event type {kind[:63]!r}"
            raise InvalidQuestionError(detail, hint=hint_for_type(kind[:63]))
    step, previewed = sent.pop(STEP, "preview"), sent.pop(PREVIEWED, "")
    with open_page(request, PAGE) as frame:
        context = RecordContext(frame)
        if step not in ("preview", "record"):
            draft = context.read(change_form(sent, step))
            return _draw(frame, context, draft, is_new=True)
        draft = context.read(sent)
    return _try_draft(request, draft, is_final=step == "record", previewed=previewed)


def change_form(sent: dict[str, str], step: str) -> dict[str, str]:
    """Return a form with one row or event more, or less."""
    action, _, name = step.partition(":")
    match action:
        case "add":
            numbers = row_numbers(sent, name)
            return sent | {f"{name}.{max(numbers, default=-1) + 1}.row": "1"}
        case "remove":
            return {k: v for k, v in sent.items() if k != name and not k.startswith(f"{name}.")}
        case "add-event":
            return _add_event(sent, sent.get(NEW_TYPE, ""))
        case "report":
            return _report_instead(sent, *name.rpartition(":")[::2])
        case "register":
            kind, _, text = name.partition(":")
            named = "title" if kind == "issue" else "name"
            return _add_event(sent, REGISTRATION_TYPES.get(kind, ""), **{named: text})
    return sent


def _report_instead(sent: dict[str, str], prefix: str, event: str) -> dict[str, str]:
    """Return a form in which the source of all its events is a further report of a recorded one, in
    place of the event of a prefix."""
    own = re.compile(rf"(?:meant:)?+{re.escape(prefix)}(?!reports\.|anchor$|[0-9]+\.)")
    kept = {name: text for name, text in sent.items() if not own.match(name)}
    return kept | {f"{prefix}type": "report-added", f"{prefix}event": event}


def _add_event(sent: dict[str, str], kind: str, **texts: str) -> dict[str, str]:
    """Return a form with an event more, with some of its fields."""
    taken = {prefix for prefix, _ in prefixes_in(sent)}
    free = next((n for n in range(1, MAX_EVENTS) if f"{n}." not in taken), None)
    if free is None or kind not in FORM_TYPES:
        return sent
    return sent | {f"{free}.{name}": text for name, text in {"type": kind, **texts}.items()}


def _try_draft(request: Request, draft: Draft, *, is_final: bool, previewed: str) -> Response:
    """Record what a form stands for if it was seen before; else show what it would do."""
    ledger, caller = server_services(request.app).ledger, caller_of(request)
    slug = request.path_params["negotiation"]
    may_record = caller.may_append(slug)
    moved = is_final and previewed != draft.digest
    is_written = is_final and not moved and may_record
    answer, events, submission = None, list[Event](), None
    if not draft.faults:
        try:
            events = [*build_events(list(draft.values), single=len(draft.values) == 1)]
            submission = Submission(
                slug,
                events,
                recorded_by=caller.recorded_by,
                is_single=len(events) == 1,
                dry_run=not is_written,
                contents=number_contents(events, {}),
                known_negotiations=caller.negotiations,
            )
            answer = ledger.record(submission)
        except MinutebookError as error:
            draft.add_reasons(list(error.reasons) or [Reason("", error.detail, error.hint)])
    if answer and is_written:
        ids = [each["id"] for each in answer["recorded"]] or answer["duplicates"]
        place = f"events/{ids[0]}" if len(draft.values) == 1 else "events"
        audience = "" if _is_for_public(draft) else f"?audience={caller.audience}"
        return RedirectResponse(f"/desk/{slug}/{place}{audience}", 303)
    if answer and is_final and not moved:
        body = orjson.dumps(draft.values[0] if len(draft.values) == 1 else draft.values)
        proposal, _ = put_aside(ledger, caller, slug, body, JSON)
        return RedirectResponse(f"/desk/{slug}/proposals/{proposal.id}", 303)
    with open_page(request, PAGE) as frame:
        context = RecordContext(frame)
        preview = None
        if answer and submission:
            effects = _rehearse(frame, ledger, submission, draft)
            preview = _preview(frame, context, draft, answer, effects)
        twins = find_likely_duplicates(ledger, slug, events) if answer else []
        if preview:
            preview["twins"] = [
                context.show_twin(each) | {"prefix": draft.parts[each["index"]].prefix}
                for each in twins[:8]
            ]
        return _draw(frame, context, draft, is_new=False, preview=preview, moved=moved)


def _is_for_public(draft: Draft) -> bool:
    """Return whether the public may come to see what was recorded."""
    if any(value["type"] in RECORDER_ACT_TYPES for value in draft.values):
        return True
    reports = [report for value in draft.values for report in value.get("reports", ())]
    return any(report.get("audience", "public") == "public" for report in reports)


def _draw(
    frame: PageContext, context: RecordContext, draft: Draft, *, is_new: bool, **extra: object
) -> Response:
    data = show_draft(frame, context, draft, is_new=is_new, **extra)
    data |= {"when_text": None, "when_told": None, "when_wrong": None}
    status = 422 if draft.faults and not is_new else 200
    return render_page(frame, "record/page.html", data | {"is_edited": True}, status)


def _preview(
    frame: PageContext, context: RecordContext, draft: Draft, answer: Json, effects: Json
) -> Json:
    """Return what recording would do."""
    return {
        "digest": draft.digest,
        "values": draft.values,
        "known": len(answer["duplicates"]) == len(draft.values),
        "warnings": answer["warnings"],
        **effects,
        "corrected": compare_correction(frame, context.names, draft),
    }


def _rehearse(
    frame: PageContext, ledger: ReadableLedger, submission: Submission, draft: Draft
) -> Json:
    """Return in sentences what events would change now, and where it is otherwise, on the own date
    of one; null where that cannot be tried."""

    def tell(found: Rehearsed) -> Json:
        then = _own_date(draft, submission.events, found)
        return {
            "changes": _write_changes(frame, submission, found),
            "then": [] if then is None else _write_changes(frame, submission, found, then),
        }

    with suppress(BusyError):
        return rehearse(ledger, submission, tell)
    return {"changes": None, "then": []}


def _write_changes(
    frame: PageContext, submission: Submission, found: Rehearsed, valid_at: int | None = None
) -> list[Json]:
    """Return what is changed, now or on a date by what is known now."""
    before, after = (
        replace(each, preset="hindsight", valid_at=valid_at) if valid_at else each
        for each in (found.before, found.after)
    )
    open_view = found.session.open_view
    changes = read_as(list[AnyChange], diff.diff_bases(open_view, before, after))
    lines = BriefWriter(frame, open_view(after)).write_preview(changes)
    named: list[Json] = found.name_new({"lines": lines}, submission)["lines"]
    return named


def _own_date(draft: Draft, events: Sequence[Event], found: Rehearsed) -> int | None:
    """Return the last moment of what one event is about, where that is past."""
    payload = acceptance.dump_payload(events[0])
    dated = payload if payload.get("occurred") or draft.target is None else draft.target.fields
    if len(events) > 1 or not dated.get("occurred"):
        return None
    last = parse_span(dated["occurred"], dated.get("tz") or found.session.zone).start.last
    return last if is_finite(last) and last < found.after.valid_at else None
