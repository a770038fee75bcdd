"""What changed between two bases and why; what was missed; what changed as the ledger grew."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from domain.basis import Basis
from domain.instants import DAY, SECOND, Instant, full_text, text
from domain.items import Item
from projections import answers
from projections.answers import spelled_out
from projections.plans import Answer
from projections.view import View

Open = Callable[[Basis], View]
Facets = dict[tuple[str, str], Answer]

CELL = ("party", "issue", "plan", "point")
EVERY = 2**62
_OF_POINTS = ("points", "agreed", "open")
_ABOUT = ("events", "known_at", "sources", "single_source", "since", "last_stated", "candidates")


def facets(view: View) -> Facets:
    """Return every cell of a state under its kind and subject."""
    found: Facets = {}
    for each in spelled_out(answers.positions(view)):
        found["position", _subject(each, *CELL)] = each
    for each in spelled_out(answers.attributed(view)):
        found["attributed", f"{_subject(each, *CELL)}#{each['event']}"] = each
    for each in spelled_out(answers.meetings(view)):
        found["meeting", each["meeting"]] = each
    for each in spelled_out(answers.roles(view)):
        found["role", _subject(each, "person", "party", "title")] = each
    for each in spelled_out(answers.plans(view)):
        for point in each["points"]:
            found["point", f"{each['plan']}/{point['point']}"] = point
        own = {name: value for name, value in each.items() if name not in _OF_POINTS}
        found["plan", each["plan"]] = own
    for each in spelled_out(list(answers.statements(view))):
        found["statement", str(each["statement"] or each["event"])] = each
    for each in spelled_out(answers.listed(view, "withdrawn", EVERY)):
        found["withdrawn", each["event"]] = each
    return found


def _subject(value: Answer, *names: str) -> str:
    return "/".join(str(value[name]) for name in names if value.get(name))


def _core(value: Answer | None) -> Any:
    if value is None:
        return None
    return {name: each for name, each in value.items() if name not in _ABOUT}


def diff(view: Open, start: Basis, end: Basis) -> list[Answer]:
    """Return the changes from one basis to another: the record moves first, then knowledge, then
    the world; the cause of a change is the last step that produced it."""
    by_record = replace(start, seq=end.seq, recorded_at=end.recorded_at)
    by_knowledge = replace(by_record, known_at=end.known_at)
    steps = [(basis, view(basis)) for basis in (start, by_record, by_knowledge, end)]
    states = [facets(each) for _, each in steps]
    found = []
    for kind, subject in sorted(set().union(*states)):
        values = [each.get((kind, subject)) for each in states]
        if _core(values[0]) == _core(values[-1]):
            continue
        moved = [n for n in (1, 2, 3) if _core(values[n]) != _core(values[n - 1])]
        events = _events(values[-1]) or _events(values[0])
        cause = ("record", "knowledge", "clock")[moved[-1] - 1]
        if cause == "clock" and _world(steps[-1][1], [*_events(values[0]), *events], start, end):
            cause = "world"
        found.append(
            {"kind": kind, "subject": subject, "before": values[0], "after": values[-1],
             "cause": cause, "events": events}
        )  # fmt: skip
    return found


def _events(value: Answer | None) -> list[str]:
    return list(value["events"]) if value else []


def _world(view: View, events: Sequence[str], start: Basis, end: Basis) -> bool:
    low, high = sorted((start.valid_at, end.valid_at))
    items = [item for event in events if (item := view.raw(event))]
    return any(low < item.lo <= high for item in items)


def gap(view: Open, as_known: Basis, as_recorded: Basis, hindsight: Basis) -> Answer:
    """Return what was not yet known then, and what was known but missing from this ledger."""
    return {
        "not_yet_known": diff(view, as_known, hindsight),
        "missed": diff(view, as_recorded, as_known),
    }


def story(view: Open, now: Basis, after: int = 0) -> Iterator[tuple[Item, list[Answer]]]:
    """Yield each admitted event by seq with what it changed, cell by cell."""
    whole, held, reached = view(now), {}, -1
    while page := whole.log(after=after, limit=100, type=None, subject=None, standing=None):
        for item in page:
            after = item.seq
            if reached != after - 1:
                held = facets(view(replace(now, seq=after - 1)))
            new, reached = facets(view(replace(now, seq=after))), after
            yield item, list(_changed(item, held, new))
            held = new


def _changed(item: Item, before: Facets, after: Facets) -> Iterator[Answer]:
    published = item.known_at if item.news else None
    lag = None if published is None else max(0, item.recorded_at - published) // SECOND
    for kind, subject in sorted(set(before) | set(after)):
        old, new = before.get((kind, subject)), after.get((kind, subject))
        if _core(old) != _core(new):
            yield {
                "seq": item.seq,
                "event": item.event,
                "recorded_at": full_text(item.recorded_at),
                "kind": kind,
                "subject": subject,
                "before": old,
                "after": new,
                "published": None if published is None else text(published),
                "lag": lag,
            }


def rail(view: View) -> list[Answer]:
    """Return events per week by when they became known; weeks start on Monday, in UTC."""
    weeks: dict[Instant, int] = {}
    for known in view.known_times():
        monday = (known // DAY - 4) // 7 * 7 + 4
        weeks[monday * DAY] = weeks.get(monday * DAY, 0) + 1
    return [
        {"week": full_text(week)[:10], "events": count} for week, count in sorted(weeks.items())
    ]
