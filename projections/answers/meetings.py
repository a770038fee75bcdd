"""Meetings, with their status as of the basis, and what is told of those that nobody founded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

import orjson

from domain import meetings as meeting_rules
from domain.cells import CellRow
from domain.errors import NotFoundError
from domain.meetings import ResolvedMeeting
from domain.phantom_links import FOUNDING_TYPES
from projections.answer_json import merge_provenance
from projections.answers.anomalies import FoundAnomaly
from projections.answers.newest import ListedThing, NewestLists
from projections.answers.positions import collect_provenances
from projections.log_query import LogQuery
from projections.view import ALL_ROWS, LATER_HINT, View

CLOSED_STATUSES = ("concluded", "cancelled")
NO_FACTS = dict.fromkeys(("title", "place", "format", "outcome", "summary"))


def select_meetings(view: View, *slug: str, status: str | None = None) -> list[orjson.Fragment]:
    """Return every meeting, or one, or those of one status, as of the basis."""
    meetings = _list_meetings(view, *slug)
    return [each.json_fragment for each in meetings if status in (None, each.status)]


def select_newest_meetings(view: View, lists: NewestLists) -> list[orjson.Fragment]:
    """Return of the meetings concluded, and of those cancelled, the newest, by the tie order of
    the last that happened of each; of all others every one."""
    return lists.keep_closed("meetings", _list_meetings(view), CLOSED_STATUSES)


def _list_meetings(view: View, *slug: str) -> Iterator[ListedThing]:
    at = view.basis.valid_at
    for (name,), rows in view.read_cells("meeting", *slug).items():
        resolved, facts, provenance = _resolve_meeting(name, tuple(rows), view.zone)
        if resolved:
            status = resolved.status_at(at)
            clock_fields = {"status": status, "ongoing": resolved.is_ongoing_at(at)}
            order = max((not row.possible, *row.tie_order) for row in rows)
            parts = (facts, orjson.dumps(clock_fields), provenance)
            yield ListedThing(name, status, order, parts)


@lru_cache(maxsize=2**12)
def _resolve_meeting(
    slug: str, newest_first: Sequence[CellRow], zone: str
) -> tuple[ResolvedMeeting | None, bytes, bytes]:
    """Return a meeting, its JSON as far as the clock does not matter, and what it rests on."""
    resolved = meeting_rules.resolve(newest_first, zone)
    if resolved is None:
        return None, b"", b""
    facts = {
        "meeting": slug,
        "occurred": resolved.occurred,
        "concluded": resolved.concluded,
        "expected": resolved.expected,
        **NO_FACTS,
        **resolved.fields,
        **resolved.zones,
        **({"disputed": True, "rivals": resolved.rivals} if resolved.rivals else {}),
    }
    return (
        resolved,
        orjson.dumps(facts),
        merge_provenance(collect_provenances(reversed(newest_first))),
    )


def find_meeting_anomalies(view: View) -> Iterator[FoundAnomaly]:
    """Yield what was recorded of meetings that nothing announced or held."""
    for (slug,), rows in view.read_cells("meeting").items():
        if is_founded(view, rows, FOUNDING_TYPES, f"meeting:{slug}"):
            continue
        for row in rows:
            value = {"kind": "meeting-without-announcement", "meeting": slug, "type": row.label}
            yield FoundAnomaly(row.tie_order, value, [row.provenance])


def is_founded(
    view: View, rows: Iterable[CellRow], founding_types: Sequence[str], subject: str
) -> bool:
    """Return whether a cell has a row of one of these types, or else anything admitted of these
    types is of its subject, on whatever day or terms."""
    name, _, slug = subject.partition(":")
    return any(row.label in founding_types for row in rows) or any(
        not item.withdrawn and item.own_fields.get(name) == slug
        for kind in founding_types
        for item in view.read_log(LogQuery(ALL_ROWS, type=kind, subjects=(subject,)))
    )


def read_parts(view: View) -> dict[str, tuple[str | None, list[CellRow]]]:
    """Return of each meeting what it is part of, and its rows, newest first."""
    parts = {}
    for (slug,), rows in view.read_cells("meeting").items():
        resolved, *_ = _resolve_meeting(slug, tuple(rows), view.zone)
        parts[slug] = (resolved.fields.get("part_of") if resolved else None, rows)
    return parts


def find_meeting(view: View, slug: str) -> orjson.Fragment:
    """Return one meeting. Raises NotFoundError if it is not known under this basis."""
    for fragment in select_meetings(view, slug):
        return fragment
    raise NotFoundError(f"no meeting {slug!r} is known under this basis", hint=LATER_HINT)
