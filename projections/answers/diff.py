"""What changed between two bases and why; what was missed; what changed as the ledger grew."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import orjson

from domain.acceptance import find_references
from domain.basis import Basis
from domain.catalogue import ACT_TYPES
from domain.instants import DAY, SECOND, to_rfc3339, to_rfc3339_short
from domain.model import Json
from projections import answers
from projections.answer_json import Item
from projections.answers import to_plain
from projections.view import View, group_by_week

OpenView = Callable[[Basis], View]
Facets = dict[tuple[str, str], Json]

CELL_FIELDS = ("party", "issue", "plan", "point")
NO_LIMIT = 2**62
_POINT_LISTS = ("points", "agreed", "open")
_PROVENANCE_FIELDS = (
    "events",
    "known_at",
    "sources",
    "single_source",
    "since",
    "last_stated",
    "candidates",
)
_POSITION_FIELDS = ("stance", "summary", "quote", "conditions", "mixed", "rivals")


@dataclass(frozen=True, slots=True)
class Scope:
    """Which cells are looked at: those of a few things, such as a party and an issue, or all."""

    event_ids: frozenset[str] = frozenset()
    subjects: frozenset[tuple[str, str]] | None = None

    def prefixes_of(self, kind: str) -> list[tuple[str, ...]]:
        """Return the prefixes of cell keys that begin with a thing of this kind."""
        if self.subjects is None:
            return [()]
        return [(slug,) for named, slug in sorted(self.subjects) if named == kind]


def collect_facets(view: View, scope: Scope = Scope()) -> Facets:  # frozen
    """Return the cells of a state under their kind and subject."""
    facet_map: Facets = {}
    for party in scope.prefixes_of("party"):
        for each in to_plain(answers.select_positions(view, *party)):
            facet_map["position", _subject_key(each, *CELL_FIELDS)] = each
        for each in to_plain(answers.select_claims(view, *party)):
            facet_map["attributed", f"{_subject_key(each, *CELL_FIELDS)}#{each['event']}"] = each
    for meeting in scope.prefixes_of("meeting"):
        for each in to_plain(answers.select_meetings(view, *meeting)):
            facet_map["meeting", each["meeting"]] = each
    for person in scope.prefixes_of("person"):
        for each in to_plain(answers.select_roles(view, *person)):
            facet_map["role", _subject_key(each, "person", "party", "title")] = each
    for plan in scope.prefixes_of("plan"):
        for each in to_plain(answers.select_plans(view, *plan)):
            facet_map |= _plan_facets(each)
    for statement in scope.prefixes_of("statement"):
        for each in to_plain(list(answers.select_statements(view, *statement))):
            facet_map.setdefault(("statement", str(each["statement"] or each["event"])), each)
    for each in to_plain(_withdrawn_items(view, scope)):
        facet_map["withdrawn", each["event"]] = each
    return facet_map


def _plan_facets(plan: Json) -> Facets:
    points: Facets = {("point", f"{plan['plan']}/{each['point']}"): each for each in plan["points"]}
    plan_fields = {name: value for name, value in plan.items() if name not in _POINT_LISTS}
    return points | {("plan", plan["plan"]): plan_fields}


def _withdrawn_items(view: View, scope: Scope) -> list[orjson.Fragment]:
    if scope.subjects is None:
        return answers.select_by_standing(view, "withdrawn", NO_LIMIT)
    items = [item for event in sorted(scope.event_ids) if (item := view.find_item(event))]
    return [item.json_fragment for item in items if item.standing == "withdrawn"]


def _subject_key(value: Json, *names: str) -> str:
    return "/".join(str(value[name]) for name in names if value.get(name))


def _comparable_part(kind: str, value: Json | None) -> Json | None:
    """Return what must differ for a cell to have changed."""
    if value is None:
        return None
    if kind == "position":
        return {name: value.get(name) for name in _POSITION_FIELDS}
    return {name: each for name, each in value.items() if name not in _PROVENANCE_FIELDS}


def diff_bases(open_view: OpenView, start: Basis, end: Basis) -> list[Json]:
    """Return the changes from one basis to another: the record moves first, then knowledge, then
    the world; the cause of a change is the last step that produced it."""
    by_record = replace(start, seq=end.seq, recorded_at=end.recorded_at)
    by_knowledge = replace(by_record, known_at=end.known_at)
    steps = [(basis, open_view(basis)) for basis in (start, by_record, by_knowledge, end)]
    states = [collect_facets(each) for _, each in steps]
    differences = []
    for kind, subject in sorted(set().union(*states)):
        values = [each.get((kind, subject)) for each in states]
        cores = [_comparable_part(kind, value) for value in values]
        if cores[0] == cores[-1]:
            continue
        changed_steps = [n for n in (1, 2, 3) if cores[n] != cores[n - 1]]
        event_ids = _event_ids(values[-1]) or _event_ids(values[0])
        cause = ("record", "knowledge", "clock")[changed_steps[-1] - 1]
        if cause == "clock" and _began_between(
            steps[-1][1], [*_event_ids(values[0]), *event_ids], start, end
        ):
            cause = "world"
        differences.append(
            {
                "kind": kind,
                "subject": subject,
                "before": values[0],
                "after": values[-1],
                "cause": cause,
                "events": event_ids,
            }
        )
    return differences


def _event_ids(value: Json | None) -> list[str]:
    return list(value["events"]) if value else []


def _began_between(view: View, event_ids: Sequence[str], start: Basis, end: Basis) -> bool:
    low, high = sorted((start.valid_at, end.valid_at))
    items = [item for event in event_ids if (item := view.find_item(event))]
    return any(low < item.lo <= high for item in items)


def find_gap(open_view: OpenView, as_known: Basis, as_recorded: Basis, hindsight: Basis) -> Json:
    """Return what was not yet known then, and what was known but missing from this ledger."""
    return {
        "not_yet_known": diff_bases(open_view, as_known, hindsight),
        "missed": diff_bases(open_view, as_recorded, as_known),
    }


def build_story(
    open_view: OpenView, now: Basis, after: int = 0
) -> Iterator[tuple[Item, list[Json]]]:
    """Yield each admitted event by seq with what it changed, cell by cell.

    As recorded, each change is told as this ledger held it when the event was recorded.
    """
    for item in _admitted_items(open_view, now, after):
        at = _basis_at_recording(now, item) if now.preset == "as-recorded" else now
        before, then = (open_view(replace(at, seq=seq)) for seq in (item.seq - 1, item.seq))
        scope = _event_scope(item, before, then)
        yield (
            item,
            list(_changed_cells(item, collect_facets(before, scope), collect_facets(then, scope))),
        )


def _admitted_items(open_view: OpenView, now: Basis, after: int) -> Iterator[Item]:
    """Yield the admitted events by seq; as recorded also those voided since, each at its seq."""
    no_filter = {"type": None, "subject": None, "standing": None}
    if now.preset == "as-recorded":
        for seq in range(after + 1, now.seq + 1):
            yield from open_view(replace(now, seq=seq)).read_log(
                after=seq - 1, limit=1, **no_filter
            )
        return
    whole = open_view(now)
    while page := whole.read_log(after=after, limit=100, **no_filter):
        yield from page
        after = page[-1].seq


def _basis_at_recording(now: Basis, item: Item) -> Basis:
    at = item.recorded_at
    return replace(now, known_at=min(at, now.known_at), valid_at=at, recorded_at=at)


def _event_scope(item: Item, *views: View) -> Scope:
    """Return what an event can bear on: all that it and the events it acts on name."""
    event_ids, subjects = set[str](), set[tuple[str, str]]()
    waiting: list[str | None] = [item.event]
    while waiting:
        event = waiting.pop()
        if event is None or event in event_ids:
            continue
        event_ids.add(event)
        for related_item in filter(None, (view.find_item(event) for view in views)):
            subjects |= {
                (kind, slug)
                for _, kind, slug in find_references(related_item.type, related_item.own_fields)
            }
            waiting.append(
                str(related_item.own_fields["event"]) if related_item.type in ACT_TYPES else None
            )
    return Scope(frozenset(event_ids), frozenset(subjects))


def _changed_cells(item: Item, before: Facets, after: Facets) -> Iterator[Json]:
    published = item.known_at if item.has_known_at else None
    lag = None if published is None else max(0, item.recorded_at - published) // SECOND
    for kind, subject in sorted(set(before) | set(after)):
        old, new = before.get((kind, subject)), after.get((kind, subject))
        if _comparable_part(kind, old) != _comparable_part(kind, new):
            yield {
                "seq": item.seq,
                "event": item.event,
                "recorded_at": to_rfc3339(item.recorded_at),
                "kind": kind,
                "subject": subject,
                "before": old,
                "after": new,
                "published": None if published is None else to_rfc3339_short(published),
                "lag": lag,
            }


def events_per_week(view: View) -> list[Json]:
    """Return events per week by when they became known; weeks start on Monday, in UTC."""
    weeks = group_by_week(view.known_days(view.basis.known_at, view.basis.seq))
    return [{"week": to_rfc3339(week * DAY)[:10], "events": count} for week, count in weeks.items()]
