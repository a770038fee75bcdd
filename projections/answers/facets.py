"""Facets: each cell of a state, with the events that its value, or its end, rests on."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, takewhile
from typing import NamedTuple

import orjson

from domain.cells import ENDORSEMENT_TYPES, CellRow, resolve_claims
from domain.model import Json
from projections import answers
from projections.answer_json import dump_provenance, join_objects, merge_provenance
from projections.answers import to_plain
from projections.answers.listed_kinds import LISTED_KINDS
from projections.answers.listing import ListedKind
from projections.answers.plans import POINT_CELL_KINDS, PlanSet
from projections.answers.positions import collect_provenances
from projections.scope import Scope
from projections.view import ALL_ROWS, View

FacetKey = tuple[str, str]
"""The kind of a cell and its subject."""
CELL_FIELDS = ("party", "issue", "plan", "point")
PLAN_KINDS = ("plan", "point", "wording", "stance", "verdict", "endorsement", "amendment")
"""The kinds of cells that a plan is made of."""
AGREEING_KINDS = ("plan", "stance", "verdict")
"""Those of them that bear on the agreement about all points."""
_PROVENANCE_FIELDS = (
    "events",
    "known_at",
    "sources",
    "single_source",
    "text_known_at",
    "text_sources",
    "text_single_source",
    "earlier_claims",
    "since",
    "last_stated",
    "candidates",
    "pending",
    "endorsements",
)
_POSITION_FIELDS = ("stance", "summary", "quote", "conditions", "mixed", "rivals")


class Facet(NamedTuple):
    """A cell: its value, null where it has ended, and the events that this rests on."""

    value: Json | None
    events: tuple[str, ...]


Facets = dict[FacetKey, Facet]
NO_FACET = Facet(None, ())


def comparable_part(kind: str, value: Json) -> Json:
    """Return what must differ for a cell to have changed."""
    if kind == "position":
        return {name: value.get(name) for name in _POSITION_FIELDS}
    return {name: each for name, each in value.items() if name not in _PROVENANCE_FIELDS}


def _facet_of(value: Json) -> Facet:
    return Facet(value, tuple(value["events"]))


def _ended_facet(rows: Iterable[CellRow]) -> Facet:
    return Facet(None, _row_events(rows))


def _row_events(rows: Iterable[CellRow]) -> tuple[str, ...]:
    lists = (orjson.loads(provenance)["events"] for provenance in collect_provenances(rows))
    return tuple(dict.fromkeys(event for events in lists for event in events))


def _subject_key(value: Json, *names: str) -> str:
    return "/".join(str(value[name]) for name in names if value.get(name))


# What is collected of a view: all, or what is in a scope.


def _view_within(view: View, scope: Scope | None) -> View:
    return view if scope is None else view.within(scope)


def _claim_facets(view: View, scope: Scope | None) -> Facets:
    """Return what others last claimed."""
    view = _view_within(view, scope)
    return {
        ("attributed", f"{_subject_key(value, *CELL_FIELDS)}#{value['event']}"): _facet_of(value)
        for value in to_plain(answers.select_attributed(view))
    }


def find_ended_claims(view: View, scope: Scope | None, subjects: Iterable[str]) -> dict[str, Facet]:
    """Return of each of some claims how it ended, if others of the same claimant surely followed
    it, by subject."""
    claims = {subject: tuple(subject.split("#")) for subject in subjects}
    items = view.find_items(event for _, event in claims.values())
    places = {
        subject: (cell, items[event].seq)
        for subject, (cell, event) in claims.items()
        if event in items
    }
    if not places:
        return dict.fromkeys(claims, NO_FACET)
    oldest, wanted = min(item.tie_order for item in items.values()), set(places.values())

    def read_since(newest_first: Iterable[CellRow]) -> list[CellRow]:
        return list(takewhile(lambda row: row.tie_order[:4] >= oldest, newest_first))

    followers: dict[tuple[str, int] | None, list[CellRow]] = {}
    rows_by_key = _view_within(view, scope).resolve_cells(
        "attributed", resolver=read_since, with_json=False
    )
    for (*cell, _), rows in rows_by_key.items():
        for at, row in enumerate(rows):
            place = "/".join(cell), row.seq
            if place in wanted:
                later_rows = (later for later in rows[:at] if row.last < later.lo)
                followers[place] = resolve_claims(later_rows)
    ends = {subject: followers.get(places.get(subject), []) for subject in claims}
    with_json = view.add_json(list(ends.values()))
    return dict(zip(ends, map(_ended_facet, with_json), strict=True))


def _position_facets(view: View, scope: Scope | None) -> Facets:
    positions = to_plain(answers.select_positions(_view_within(view, scope)))
    return {
        ("position", _subject_key(value, *CELL_FIELDS)): _facet_of(value) for value in positions
    }


def _meeting_facets(view: View, scope: Scope | None) -> Facets:
    meetings = to_plain(answers.select_meetings(_view_within(view, scope)))
    return {("meeting", value["meeting"]): _facet_of(value) for value in meetings}


def _role_facets(view: View, scope: Scope | None) -> Facets:
    view, names = _view_within(view, scope), ("person", "party", "title")
    facet_map: Facets = {
        ("role", "/".join(key)): _ended_facet([row])
        for key, (row, *_) in view.read_cells("role").items()
        if row.label == "role-ended"
    }
    for value in to_plain(answers.select_roles(view)):
        facet_map["role", _subject_key(value, *names)] = _facet_of(value)
    return facet_map


def _statement_facets(view: View, scope: Scope | None) -> Facets:
    facet_map: Facets = {}
    for value in to_plain(list(answers.select_statements(_view_within(view, scope)))):
        subject = str(value["statement"] or value["event"])
        facet_map.setdefault(("statement", subject), _facet_of(value))
    return facet_map


def _listed_facets(kind: ListedKind, view: View, scope: Scope | None) -> Facets:
    """Return each of a kind under its slug, or under its event where the slug is disputed."""
    facet_map: Facets = {}
    for value in to_plain(list(kind.select(_view_within(view, scope)))):
        subject = str(value[kind.kind] or value["event"])
        facet_map.setdefault((kind.kind, subject), _facet_of(value))
    return facet_map


def _withdrawn_facets(view: View, scope: Scope | None) -> Facets:
    if scope is None:
        items = view.list_by_standing("withdrawn", ALL_ROWS)
    else:
        items = view.items_by_seq(frozenset().union(*scope.seqs.values()))
    withdrawn = [item.json_fragment for item in items if item.standing == "withdrawn"]
    return {("withdrawn", value["event"]): _facet_of(value) for value in to_plain(withdrawn)}


# Plans: each plan, and apart from it its points, amendments, endorsements and agreements.


def _plan_facets(view: View, scope: Scope | None) -> Facets:
    whole, view, facet_map = view, _view_within(view, scope), Facets()
    for slug in [()] if scope is None else [(each,) for each in sorted(_plans_in(scope))]:
        plan_set = PlanSet(whole, *slug, amendments=view)
        facet_map |= _amendment_facets(plan_set)
        for plan in plan_set.told_plans:
            rows = plan_set.rows_by_plan.get(plan, [])
            head = to_plain(plan_set.build_head(plan))
            facet_map["plan", plan] = Facet(head, _row_events(rows) or tuple(head["events"]))
            facet_map |= dict(_point_facets(plan_set, plan, scope))
    return facet_map


def _endorsement_facets(view: View, scope: Scope | None) -> Facets:
    items = chain.from_iterable(map(_view_within(view, scope).read_newest, ENDORSEMENT_TYPES))
    return {
        ("endorsement", f"{_subject_key(value, 'plan', 'party')}#{value['event']}"): _facet_of(
            value
        )
        for value in to_plain([item.json_fragment for item in items])
    }


def _plans_in(scope: Scope) -> set[str]:
    return {key[0] for kind in PLAN_KINDS for key in scope.keys_of(kind)}


def _point_facets(
    plan_set: PlanSet, plan: str, scope: Scope | None
) -> Iterator[tuple[FacetKey, Facet]]:
    """Yield the points of a plan, those that ended too, and which of them are agreed: all, or those
    of a scope, and what that bears on."""
    points, standing = plan_set.points.get(plan, {}), plan_set.standing_points.get(plan, {})
    touched = set(points)
    if scope is not None and not any(scope.keys_of(kind, (plan,)) for kind in AGREEING_KINDS):
        touched = {key[1] for kind in POINT_CELL_KINDS for key in scope.keys_of(kind, (plan,))}
    agreed = plan_set.agreed_points(plan, touched)
    words = plan_set.read_last_words(plan, touched & standing.keys())
    for name in sorted(touched & set(points)):
        if name not in standing:
            yield ("point", f"{plan}/{name}"), _ended_facet(points[name].rows)
            continue
        value = to_plain(plan_set.point_fragment(name, points[name]))
        yield ("point", f"{plan}/{name}"), _facet_of(value)
        yield ("agreement", f"{plan}/{name}"), _agreement_facet(plan, value, words[name], agreed)


def _agreement_facet(
    slug: str, point: Json, rows: Sequence[CellRow], agreed: Container[str]
) -> Facet:
    """Return the agreement on a point, or its lack, with the text and the last words it rests
    on."""
    name = point["point"]
    if name not in agreed:
        return Facet(None, tuple(dict.fromkeys([*point["events"], *_row_events(rows)])))
    value = {
        "plan": slug,
        **{field: point[field] for field in ("point", "number", "heading", "text")},
        "agreed": True,
    }
    return _facet_of(_with_provenance(value, rows, _text_provenance(point)))


def _text_provenance(point: Json) -> bytes:
    """Return what a point and its wording rest on together."""
    known_times = filter(None, (point["known_at"], point["text_known_at"]))
    sources = [*point["sources"], *point["text_sources"]]
    return dump_provenance(point["events"], max(known_times, default=None), sources)


def _amendment_facets(plan_set: PlanSet) -> Facets:
    """Return what became of each amendment; a later withdrawal does not undo an adoption."""
    facet_map: Facets = {}
    for (plan, amendment), rows_by_label in plan_set.amendments.items():
        proposal = rows_by_label.get("amendment-proposed")
        proposed_fields = proposal.own_fields if proposal else {}
        value = {
            "plan": plan,
            "amendment": amendment,
            "status": _amendment_status(rows_by_label),
            "operations": proposed_fields.get("operations") or [],
            "proposed_by": proposed_fields.get("proposed_by") or [],
        }
        facet = _facet_of(_with_provenance(value, rows_by_label.values()))
        facet_map["amendment", f"{plan}/{amendment}"] = facet
    return facet_map


def _amendment_status(rows_by_label: Mapping[str | None, CellRow]) -> str:
    adoption, proposal = "amendment-adopted", "amendment-proposed"
    if adoption in rows_by_label:
        return "adopted"
    decisions = [row for label, row in rows_by_label.items() if label != proposal]
    last = max(decisions, key=lambda row: row.tie_order, default=None)
    return str(last.label).removeprefix("amendment-") if last else "proposed"


def _with_provenance(value: Json, rows: Iterable[CellRow], *others: bytes) -> Json:
    provenance = merge_provenance([*others, *collect_provenances(rows)])
    joined: Json = to_plain(join_objects(orjson.dumps(value), provenance))
    return joined


FacetCollector = Callable[[View, Scope | None], Facets]
COLLECTORS: Mapping[str, FacetCollector] = {
    **dict.fromkeys(("agreement", "amendment", "plan", "point"), _plan_facets),
    **{kind.kind: partial(_listed_facets, kind) for kind in LISTED_KINDS},
    "attributed": _claim_facets,
    "endorsement": _endorsement_facets,
    "meeting": _meeting_facets,
    "position": _position_facets,
    "role": _role_facets,
    "statement": _statement_facets,
    "withdrawn": _withdrawn_facets,
}
"""What collects the cells of a kind, with those that are read together with it."""
