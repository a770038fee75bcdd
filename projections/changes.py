"""What changed between two bases and why; what was missed; what changed as the ledger grew."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from domain.accept import references
from domain.basis import Basis
from domain.catalogue import ACTS
from domain.instants import DAY, SECOND, full_text, text
from domain.items import Item
from projections import answers
from projections.answers import spelled_out
from projections.plans import Answer
from projections.view import KnownDay, View

Open = Callable[[Basis], View]
Facets = dict[tuple[str, str], Answer]

CELL = ("party", "issue", "plan", "point")
EVERY = 2**62
_OF_POINTS = ("points", "agreed", "open")
_ABOUT = ("events", "known_at", "sources", "single_source", "since", "last_stated", "candidates")
_OF_A_POSITION = ("stance", "summary", "quote", "conditions", "mixed", "rivals")


@dataclass(frozen=True, slots=True)
class Scope:
    """Which cells are looked at: those of a few things, such as a party and an issue, or all."""

    events: frozenset[str] = frozenset()
    named: frozenset[tuple[str, str]] | None = None

    def of(self, kind: str) -> list[tuple[str, ...]]:
        """Return the prefixes of cell keys that begin with a thing of this kind."""
        if self.named is None:
            return [()]
        return [(slug,) for named, slug in sorted(self.named) if named == kind]


def facets(view: View, scope: Scope = Scope()) -> Facets:  # frozen
    """Return the cells of a state under their kind and subject."""
    found: Facets = {}
    for party in scope.of("party"):
        for each in spelled_out(answers.positions(view, *party)):
            found["position", _subject(each, *CELL)] = each
        for each in spelled_out(answers.attributed(view, *party)):
            found["attributed", f"{_subject(each, *CELL)}#{each['event']}"] = each
    for meeting in scope.of("meeting"):
        for each in spelled_out(answers.meetings(view, *meeting)):
            found["meeting", each["meeting"]] = each
    for person in scope.of("person"):
        for each in spelled_out(answers.roles(view, *person)):
            found["role", _subject(each, "person", "party", "title")] = each
    for plan in scope.of("plan"):
        for each in spelled_out(answers.plans(view, *plan)):
            found |= _of_plan(each)
    for statement in scope.of("statement"):
        for each in spelled_out(list(answers.statements(view, *statement))):
            found.setdefault(("statement", str(each["statement"] or each["event"])), each)
    for each in spelled_out(_withdrawn(view, scope)):
        found["withdrawn", each["event"]] = each
    return found


def _of_plan(plan: Answer) -> Facets:
    points: Facets = {("point", f"{plan['plan']}/{each['point']}"): each for each in plan["points"]}
    own = {name: value for name, value in plan.items() if name not in _OF_POINTS}
    return points | {("plan", plan["plan"]): own}


def _withdrawn(view: View, scope: Scope) -> list[Any]:
    if scope.named is None:
        return answers.listed(view, "withdrawn", EVERY)
    held = [item for event in sorted(scope.events) if (item := view.raw(event))]
    return [item.shown for item in held if item.standing == "withdrawn"]


def _subject(value: Answer, *names: str) -> str:
    return "/".join(str(value[name]) for name in names if value.get(name))


def _core(kind: str, value: Answer | None) -> Any:
    """Return what must differ for a cell to have changed."""
    if value is None:
        return None
    if kind == "position":
        return {name: value.get(name) for name in _OF_A_POSITION}
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
        cores = [_core(kind, value) for value in values]
        if cores[0] == cores[-1]:
            continue
        moved = [n for n in (1, 2, 3) if cores[n] != cores[n - 1]]
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
    """Yield each admitted event by seq with what it changed, cell by cell.

    As recorded, each change is told as this ledger held it when the event was recorded.
    """
    for item in _recorded_ever(view, now, after):
        at = _at_recording(now, item) if now.preset == "as-recorded" else now
        before, then = (view(replace(at, seq=seq)) for seq in (item.seq - 1, item.seq))
        scope = _scope(item, before, then)
        yield item, list(_changed(item, facets(before, scope), facets(then, scope)))


def _recorded_ever(view: Open, now: Basis, after: int) -> Iterator[Item]:
    """Yield the admitted events by seq; as recorded also those voided since, each at its seq."""
    every = {"type": None, "subject": None, "standing": None}
    if now.preset == "as-recorded":
        for seq in range(after + 1, now.seq + 1):
            yield from view(replace(now, seq=seq)).log(after=seq - 1, limit=1, **every)
        return
    whole = view(now)
    while page := whole.log(after=after, limit=100, **every):
        yield from page
        after = page[-1].seq


def _at_recording(now: Basis, item: Item) -> Basis:
    at = item.recorded_at
    return replace(now, known_at=min(at, now.known_at), valid_at=at, recorded_at=at)


def _scope(item: Item, *views: View) -> Scope:
    """Return what an event can bear on: all that it and the events it acts on name."""
    events, named = set[str](), set[tuple[str, str]]()
    waiting: list[str | None] = [item.event]
    while waiting:
        event = waiting.pop()
        if event is None or event in events:
            continue
        events.add(event)
        for held in filter(None, (view.raw(event) for view in views)):
            named |= {(kind, slug) for _, kind, slug in references(held.type, held.value)}
            waiting.append(str(held.value["event"]) if held.type in ACTS else None)
    return Scope(frozenset(events), frozenset(named))


def _changed(item: Item, before: Facets, after: Facets) -> Iterator[Answer]:
    published = item.known_at if item.news else None
    lag = None if published is None else max(0, item.recorded_at - published) // SECOND
    for kind, subject in sorted(set(before) | set(after)):
        old, new = before.get((kind, subject)), after.get((kind, subject))
        if _core(kind, old) != _core(kind, new):
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
    weeks = weekly(view.known_days(view.basis.known_at, view.basis.seq))
    return [{"week": full_text(week * DAY)[:10], "events": count} for week, count in weeks.items()]


def weekly(days: Iterable[KnownDay]) -> dict[int, int]:
    """Return events by the Monday of their week, in days since 1970 and in order."""
    weeks: dict[int, int] = {}
    for each in days:
        monday = (each.day - 4) // 7 * 7 + 4
        weeks[monday] = weeks.get(monday, 0) + each.events
    return weeks
