"""Events that are recorded already and may be the same as those of a dry run."""

from __future__ import annotations

from collections.abc import Sequence, Set
from contextlib import suppress
from functools import lru_cache, partial
from typing import NamedTuple

from api.access.caller import STAFF
from api.session import Session, open_session
from domain import acceptance
from domain.basis import Question
from domain.edtf import Span, parse_span
from domain.errors import BusyError, UnknownNegotiationError
from domain.events import Event
from domain.instants import EARLIEST, Instant
from domain.introductions import INTRODUCTION_FIELDS
from domain.model import Json
from ledger import log
from ledger.database import ReadableLedger
from ledger.deadline import check_deadline
from projections.log_query import LogQuery
from projections.view import View

MAX_COMPARED = 2000
"""The most new events that are compared with what is recorded; of more it would take long."""

MAX_FOUND = 10_000
"""The most of what is recorded that is named; after it no more events are compared."""
KEPT_SUBJECTS = 64
"""Things of which what is recorded is read once for all new events about them."""


def find_likely_duplicates(
    ledger: ReadableLedger, negotiation: str, events: Sequence[Event]
) -> list[Json]:
    """Return recorded events of the same type and subject at an overlapping time; none while the
    index is behind.

    Only the first of many events are compared.
    """
    with (
        suppress(UnknownNegotiationError, BusyError),
        open_session(ledger, negotiation, STAFF) as session,
    ):
        return compare_with_recorded(session, events)
    return []


def compare_with_recorded(
    session: Session, events: Sequence[Event], since: Instant = EARLIEST
) -> list[Json]:
    """Return the same of what was recorded since an instant, as a session sees it."""
    likely_duplicates: list[Json] = []
    first_seq = log.seq_at(session.cursor, since - 1) + 1
    view = session.open_view(session.resolve_basis(Question()))
    read_places = lru_cache(KEPT_SUBJECTS)(
        partial(_read_of_subjects, view, session.zone, first_seq)
    )
    for index, payload in enumerate(map(acceptance.dump_payload, events[:MAX_COMPARED])):
        check_deadline()
        if len(likely_duplicates) >= MAX_FOUND:
            break
        event_type, span = payload["type"], _occurred_span(payload, session.zone)
        for recorded in read_places(event_type, _own_subjects(event_type, payload)):
            if span.lo <= recorded.span.hi and recorded.span.lo <= span.hi:
                found = {"index": index, "event": recorded.event, "seq": recorded.seq}
                likely_duplicates.append(found)
    return likely_duplicates


def _own_subjects(event_type: str, payload: Json) -> frozenset[tuple[str, str]]:
    """Return kind and slug of what an event is about; what it introduces is new each time."""
    introduced = f"/{INTRODUCTION_FIELDS.get(event_type, ('',))[-1]}"
    return frozenset(
        (kind, slug)
        for pointer, kind, slug in acceptance.find_references(event_type, payload)
        if pointer.count("/") == 1 and pointer != introduced
    )


class _Recorded(NamedTuple):
    """A recorded event, and when it occurred."""

    event: str
    seq: int
    span: Span


def _read_of_subjects(
    view: View, zone: str, first_seq: int, event_type: str, subjects: Set[tuple[str, str]]
) -> list[_Recorded]:
    """Return the events of a type that are about exactly these things."""
    found = []
    for kind, slug in sorted(subjects)[:1]:
        named = ("person", "party") if kind == "speaker" else (kind,)
        for each in named:
            asked = LogQuery(
                1000, type=event_type, subjects=(f"{each}:{slug}",), first_seq=first_seq
            )
            for item in view.read_log(asked):
                own = _own_subjects(event_type, item.own_fields)
                if {slug for _, slug in own} == {slug for _, slug in subjects}:
                    span = _occurred_span(item.own_fields, zone)
                    found.append(_Recorded(item.event, item.seq, span))
    return found


def _occurred_span(payload: Json, zone: str) -> Span:
    return parse_span(payload.get("occurred"), payload.get("tz") or zone)
