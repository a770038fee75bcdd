"""Which event first told what a sentence says, and which ones said it again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, takewhile

import orjson

from api.models.changes import AnyChange
from api.pages.shared.change_facts import PositionChange, causing_event, is_worded_later
from api.stance_words import Stand, answer_word
from domain.catalogue import ACT_TYPES
from domain.cells import CellKey, CellRow, is_same_place
from projections.answer_json import Item
from projections.answers.listed_kinds import TRACKED_KINDS
from projections.answers.positions import find_runs
from projections.view import View

TOLD_AGAIN = {"meeting", *(kind.kind for kind in TRACKED_KINDS)}
"""The kinds of what one event after the other tells the same of, as that a meeting was held."""
Tellings = dict[str, list[Item]]
"""By subject of a position, the events that tell where it stands, as they became known."""


def find_teller(change: AnyChange, end: View, tellings: Tellings) -> Item | None:
    """Return the event that a sentence leads to, as held at the later end: of a position, a
    meeting and the like the first that told it, with the date that the last one tells, of what
    else is new the last that is no act on another, else what made the change."""
    if change.kind == "position" and (told := tellings.get(change.subject)):
        return told[0]
    last = _find_last_teller(change, end)
    if last is None or change.kind not in TOLD_AGAIN or change.cause == "clock":
        return last
    before = change.before.events if change.before else ()
    items = end.find_items(event for event in change.events if event not in before).values()
    alike = [item for item in items if item.type == last.type and item.has_known_at]
    alike.sort(key=lambda item: (item.known_at, item.seq), reverse=True)
    *_, first = last, *takewhile(lambda item: _date_ahead(item) == _date_ahead(last), alike)
    return first


def _date_ahead(item: Item) -> object:
    """Return the date for which a meeting is announced, or on which something is due."""
    fields = item.own_fields
    return fields.get("due", fields.get("expected"))


def _find_last_teller(change: AnyChange, end: View) -> Item | None:
    if change.before is None and not is_worded_later(change):
        events = (end.find_item(event) for event in reversed(change.events))
        told_anew = (item for item in events if item and item.type not in ACT_TYPES)
        if teller := next(told_anew, None):
            return teller
    cause = causing_event(change)
    return end.find_item(cause) if cause else None


def find_tellings(changes: Iterable[PositionChange], start: View | None, end: View) -> Tellings:
    """Return which events tell where the positions stand at the later end that came there since the
    earlier one, of those that the earlier one did not have."""
    moved = {_key_of(change): change for change in changes if change.after is not None}
    runs = find_runs(end, moved) if moved else {}
    told = {key: _rows_that_tell(moved[key], rows) for key, rows in runs.items()}
    json_by_seq = end.read_json(row.seq for rows in told.values() for row in rows)
    events_by_key = {
        key: [str(orjson.loads(json_by_seq[row.seq][0])["event"]) for row in rows]
        for key, rows in told.items()
    }
    events = set(chain.from_iterable(events_by_key.values()))
    items = end.find_items(events - (start.find_items(events).keys() if start else set()))
    tellings = {
        moved[key].subject: [items[event] for event in told_by if event in items]
        for key, told_by in events_by_key.items()
    }
    return {subject: found for subject, found in tellings.items() if found}


def _key_of(change: PositionChange) -> CellKey:
    return tuple(change.subject.split("/"))


def _rows_that_tell(change: PositionChange, run: Sequence[CellRow]) -> list[CellRow]:
    """Return the rows of a run that give its stance and answer, as they became known; none of a
    position that stands elsewhere at this end, or stood there before."""
    value, before = change.value, change.before
    place = Stand(answer_word(value), value.answer)
    if not run or not is_same_place(run[0], place):
        return []
    if before and is_same_place(Stand(answer_word(before), before.answer), place):
        return []
    rows = [row for row in run if (row.label, row.answer) == (run[0].label, value.answer)]
    return sorted(rows, key=lambda row: (row.known_at, row.seq))
