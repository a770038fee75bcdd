"""Events that are recorded already and may be the same as those of a dry run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress

from api.access.caller import STAFF
from api.session import open_session
from domain import acceptance
from domain.basis import Question
from domain.edtf import Span, parse_span
from domain.errors import BusyError, UnknownNegotiationError
from domain.events import Event
from domain.introductions import INTRODUCTION_FIELDS
from domain.model import Json
from ledger.database import ReadableLedger
from projections.answer_json import Item
from projections.answers.registrations import compare_registrations
from projections.view import View

MAX_COMPARED = 2000
"""The most new events that are compared with what is recorded; of more it would take long."""


def find_likely_duplicates(
    ledger: ReadableLedger, negotiation: str, events: Sequence[Event]
) -> list[Json]:
    """Return recorded events of the same type and subject at an overlapping time; none while the
    index is behind.

    Only the first of many events are compared.
    """
    likely_duplicates = []
    with (
        suppress(UnknownNegotiationError, BusyError),
        open_session(ledger, negotiation, STAFF) as session,
    ):
        view = session.open_view(session.resolve_basis(Question()))
        for index, payload in enumerate(map(acceptance.dump_payload, events[:MAX_COMPARED])):
            event_type, span = payload["type"], _occurred_span(payload, session.zone)
            subjects = _own_subjects(event_type, payload)
            for item in _read_of_subjects(view, event_type, subjects):
                other_span = _occurred_span(item.own_fields, session.zone)
                if span.lo <= other_span.hi and other_span.lo <= span.hi:
                    likely_duplicates.append({"index": index, "event": item.event, "seq": item.seq})
    return likely_duplicates


def preview_changes(
    ledger: ReadableLedger, negotiation: str, events: Sequence[Event], *, max_seq: int = 2**62
) -> Json:
    """Return which cells and registrations events would change, as staff see them now.

    Nothing is told of a negotiation that goes beyond ``max_seq``.
    """
    with suppress(UnknownNegotiationError), open_session(ledger, negotiation, STAFF) as session:
        if session.last_seq > max_seq:
            return {}
        now = session.resolve_basis(Question())
        changes, before, after = session.preview_events(events, now)
        return {"changes": changes, "registrations": compare_registrations(before, after)}
    return {}


def _own_subjects(event_type: str, payload: Json) -> set[tuple[str, str]]:
    """Return kind and slug of what an event is about; what it introduces is new each time."""
    introduced = f"/{INTRODUCTION_FIELDS.get(event_type, ('',))[-1]}"
    return {
        (kind, slug)
        for pointer, kind, slug in acceptance.find_references(event_type, payload)
        if pointer.count("/") == 1 and pointer != introduced
    }


def _read_of_subjects(
    view: View, event_type: str, subjects: set[tuple[str, str]]
) -> Iterator[Item]:
    """Yield the events of a type that are about exactly these things."""
    for kind, slug in sorted(subjects)[:1]:
        named = ("person", "party") if kind == "speaker" else (kind,)
        for each in named:
            for item in view.read_log(
                after=0, limit=1000, type=event_type, subject=f"{each}:{slug}", standing=None
            ):
                own = _own_subjects(event_type, item.own_fields)
                if {slug for _, slug in own} == {slug for _, slug in subjects}:
                    yield item


def _occurred_span(payload: Json, zone: str) -> Span:
    return parse_span(payload.get("occurred"), payload.get("tz") or zone)
