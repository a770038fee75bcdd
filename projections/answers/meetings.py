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
from projections.answer_json import join_objects, merge_provenance
from projections.answers.anomalies import FoundAnomaly
from projections.answers.newest import ListedThing, NewestLists
from projections.answers.positions import collect_provenances
from projections.log_query import LogQuery
from projections.view import ALL_ROWS, LATER_HINT, View

CLOSED_STATUSES = ("concluded", "cancelled")
NO_FACTS = dict.fromkeys(("title", "place", "format", "outcome", "summary"))


def select_meetings(view: View, *slug: str, status: str | None = None) -> list[orjson.Fragment]:
    """Return every meeting, or one, or those of one status, as of the basis."""
    return list(_show_meetings(view, _list_meetings(view, *slug), status))


def select_newest_meetings(view: View, lists: NewestLists) -> list[orjson.Fragment]:
    """Return of the meetings concluded, and of those cancelled, the newest, by the tie order of
    the last that happened of each; of all others every one."""
    meetings = _list_meetings(view)
    return list(_show_meetings(view, lists.keep_closed("meetings", meetings, CLOSED_STATUSES)))


def _list_meetings(view: View, *slug: str) -> list[ListedThing]:
    """Return every meeting, or one, with its status but for the clock; null where nothing of it
    counts."""
    return [
        ListedThing(name, meeting_rules.find_base_status(rows)[0], _order_of(rows), rows)
        for (name,), rows in view.read_cells("meeting", *slug, with_json=False).items()
    ]


def _order_of(newest_first: Sequence[CellRow]) -> tuple[int, ...]:
    """Return the place of a meeting: that of the last that happened, or else of what may have."""
    last = next((row for row in newest_first if not row.possible), newest_first[0])
    return (not last.possible, *last.tie_order)


def _show_meetings(
    view: View, meetings: Iterable[ListedThing], status: str | None = None
) -> Iterator[orjson.Fragment]:
    """Yield meetings as of the basis, or those of one status."""
    at, counted = view.basis.valid_at, [each for each in meetings if each.status]
    for meeting, rows in zip(counted, view.add_json([each.rows for each in counted]), strict=True):
        resolved, facts, provenance = _resolve_meeting(meeting.slug, tuple(rows), view.zone)
        status_at = resolved.status_at(at)
        if status in (None, status_at):
            clock_fields = {"status": status_at, "ongoing": resolved.is_ongoing_at(at)}
            yield join_objects(facts, orjson.dumps(clock_fields), provenance)


@lru_cache(maxsize=2**12)
def _resolve_meeting(
    slug: str, newest_first: Sequence[CellRow], zone: str
) -> tuple[ResolvedMeeting, bytes, bytes]:
    """Return a meeting of which something counts, its JSON as far as the clock does not matter,
    and what it rests on."""
    resolved = meeting_rules.resolve(newest_first, zone)
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
    for slug, rows in find_unfounded(view, "meeting", FOUNDING_TYPES):
        for row in rows:
            value = {"kind": "meeting-without-announcement", "meeting": slug, "type": row.label}
            yield FoundAnomaly(row.tie_order, value, [row.provenance])


def find_unfounded(
    view: View, kind: str, founding_types: Sequence[str]
) -> list[tuple[str, list[CellRow]]]:
    """Return the things of a kind that nothing of these types founds, by slug, with their rows."""
    unfounded = [
        (slug, rows)
        for (slug,), rows in view.read_cells(kind, with_json=False).items()
        if not is_founded(view, rows, founding_types, f"{kind}:{slug}")
    ]
    rows = view.add_json([rows for _, rows in unfounded])
    return [(slug, each) for (slug, _), each in zip(unfounded, rows, strict=True)]


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


def find_meeting(view: View, slug: str) -> orjson.Fragment:
    """Return one meeting. Raises NotFoundError if it is not known under this basis."""
    for fragment in select_meetings(view, slug):
        return fragment
    raise NotFoundError(f"no meeting {slug!r} is known under this basis", hint=LATER_HINT)
