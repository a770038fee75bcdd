"""Plans: the text point by point, pending amendments, endorsements, what is agreed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache, partial
from itertools import chain, islice
from operator import attrgetter
from typing import NamedTuple

import orjson

from domain import plans as rules
from domain.cells import CONDITIONAL, WHOLE_PLAN, CellRow, ResolvedPosition
from domain.errors import NotFoundError
from domain.model import Json
from domain.plans import ResolvedPoint
from domain.point_order import StructureStep, order_points
from projections.answer_json import Item, join_objects, merge_provenance
from projections.answers.newest import BOUNDED, ListLimits, NewestLists
from projections.answers.positions import (
    add_json,
    collect_provenances,
    position_fragment,
    resolve_stances,
    row_fragment,
)
from projections.answers.second_introductions import first_introduction
from projections.answers.wordings import WordingSources, related_events
from projections.view import ALL_ROWS, LATER_HINT, View

POINT_CELL_KINDS = ("point", "wording")
"""Kinds of cells that hold a point's modifications."""
OPERATION_BY_LABEL = {"split-off": "split", "joined": "join"}
"""The operation that gave a point a label, where they are not the same."""
ORIGIN_LABELS = ("introduction", "insertion")
"""What first makes a point known; a plan is said to have as many points as it was introduced with.
"""
CLAIMED = "claimed_points"
FEW_POINTS = 4
"""Up to how many points are looked at one by one before all verdicts on a plan are read."""
PLAN_LABELS = ("plan-introduced", "plan-superseded")
"""What a plan itself rests on; its points, endorsements and documents have sources of their own."""


def select_plans(view: View, address: str, limits: ListLimits = BOUNDED) -> list[Json]:
    """Return every plan of a negotiation, which has this address in the API; of pending amendments
    and endorsements the newest."""
    return PlanSet(view).build_all(NewestLists(view, address, limits))


def find_plan(view: View, slug: str, address: str, *, start: int = 0, limit: int = 100) -> Json:
    """Return one plan; of pending amendments and endorsements so many, newest first from a place
    on. Raises NotFoundError if it is not known under this basis."""
    lists = NewestLists(view, address, ListLimits(limit), start)
    for plan in PlanSet(view, slug).build_all(lists):
        return plan
    raise NotFoundError(f"no plan {slug!r} is known under this basis", hint=LATER_HINT)


def find_agreed_points(view: View) -> dict[str, list[str]]:
    """Return by plan the points that everybody concerned agrees to, of the plans with any."""
    plan_set = PlanSet(view)
    agreed = {slug: plan_set.agreed_points(slug) for slug in plan_set.told_plans}
    return {slug: names for slug, names in agreed.items() if names}


def find_point(view: View, slug: str, name: str) -> Json:
    """Return one point with its history and lineage. Raises NotFoundError."""
    key = (slug, name)
    rows = rules.sort_chronologically(
        *(view.read_cells(kind, *key).get(key, ()) for kind in POINT_CELL_KINDS)
    )
    if not rows:
        raise NotFoundError(
            f"no point {name!r} of {slug!r} is known under this basis", hint=LATER_HINT
        )
    resolved_point = resolve_points(view, *key)[key]
    stances = add_json(view, resolve_stances(view, "stance", *key)).items()
    return {
        "plan": slug,
        "point": name,
        "stands": resolved_point.stands,
        "current": _find_point_fragment(view, name, resolved_point)
        if resolved_point.stands
        else None,
        "lineage": resolved_point.lineage,
        **_order_fields(resolved_point),
        "history": [_history_step(row) for row in reversed(rows)],
        "positions": [position_fragment((party, *key), each) for (*_, party), each in stances],
    }


def resolve_points(view: View, *prefix: str) -> dict[tuple[str, ...], ResolvedPoint]:
    """Return every point ever touched, resolved; of one that nothing established all that was."""
    structures = view.read_cells("point", *prefix)
    wordings = view.resolve_cells("wording", *prefix, resolver=rules.latest_wording)
    points = {}
    for key in sorted({*structures, *wordings}):
        point = rules.resolve(tuple(structures.get(key, ())), tuple(wordings.get(key, ())))
        if not point.established:
            rows = (view.read_cells(kind, *key).get(key, ()) for kind in POINT_CELL_KINDS)
            point = replace(point, rows=rules.sort_chronologically(*rows))
        points[key] = point
    return points


def _history_step(row: CellRow) -> orjson.Fragment:
    step = {**row.modification, "op": row.label, "occurred": row.own_fields.get("occurred")}
    return join_objects(orjson.dumps(step), merge_provenance(row.all_provenance))


def _origins_of(slug: str, name: str, lineage: Json) -> set[tuple[str, str]]:
    sources = {(slug, source) for source in lineage.get("from", ())}
    sources |= {(slug, lineage["split_from"])} if "split_from" in lineage else set()
    if other_plan := lineage.get("from_plan"):
        sources |= {(other_plan, source) for source in lineage.get("from_points") or (name,)}
    return sources - {(slug, name)}


def _coded_operation(point: ResolvedPoint) -> Json | None:
    """Return the last operation on a point as it was coded; null where it was only introduced."""
    row = point.rows[-1]
    if row.label == "introduction":
        return None
    return {
        "op": OPERATION_BY_LABEL.get(row.label or "", row.label),
        "codes": row.modification.get("codes") or {},
    }


def _order_fields(point: ResolvedPoint) -> Json:
    """Return whether another wording or ending may have come last, and which."""
    return {
        "order": "uncertain" if point.rivals else None,
        "candidates": [_history_step(row) for row in point.rivals],
    }


def _find_point_fragment(view: View, name: str, point: ResolvedPoint) -> orjson.Fragment:
    return _point_fragment(name, point, tuple(view.find_items(related_events(point)).values()))


@lru_cache(maxsize=2**11)
def _point_fragment(
    name: str, point: ResolvedPoint, related_items: tuple[Item, ...]
) -> orjson.Fragment:
    wordings = WordingSources(related_items)
    value = {
        "point": name,
        **dict.fromkeys(rules.NAMING_FIELDS + rules.TEXT_FIELDS),
        **point.fields,
        "lineage": point.lineage,
        "coded": _coded_operation(point),
        **_order_fields(point),
        **wordings.text_fields(name, point),
    }
    return join_objects(orjson.dumps(value), wordings.point_provenance(name, point))


class PlanText(NamedTuple):
    """The text of a plan as far as it is known.

    ``endings`` are the operations that ended points. ``is_whole`` is false where fewer points are
    known than the plan is said to have, or none.
    """

    slug: str
    title: str | None
    points: list[Json]
    endings: dict[str, Json | None]
    is_whole: bool


class PlanSet:
    """All plans of a view, or one, read once."""

    def __init__(self, view: View, *slug: str, amendments: View | None = None) -> None:
        """Read the plans of a view, and their amendments: all of another view, or else those that
        may be undecided."""
        self.view, self.slug_prefix = view, slug
        self._endorsements: dict[int, dict[str, list[CellRow]]] = {}
        self._verdicts: dict[tuple[str, str], dict[str, CellRow]] = {}
        self._has_all_verdicts = False
        self.rows_by_plan = {
            key[0]: rows[::-1] for key, rows in view.read_cells("plan", *slug).items()
        }
        self.points: dict[str, dict[str, ResolvedPoint]] = {}
        for (of, name), each in resolve_points(view, *slug).items():
            self.points.setdefault(of, {})[name] = each
        self.amendment_rows = (
            amendments.read_cells("amendment", *slug)
            if amendments
            else view.read_undecided("amendment", *slug)
        )
        self.amendments = {
            key: {row.label: row for row in reversed(rows)}
            for key, rows in self.amendment_rows.items()
        }
        for key, rows in self.amendment_rows.items():
            if proposal := first_introduction(rows, "amendment-proposed"):
                self.amendments[key]["amendment-proposed"] = proposal

    @cached_property
    def pending_proposals(self) -> dict[tuple[str, ...], CellRow]:
        """The amendments that were neither adopted nor rejected nor withdrawn."""
        proposed_only = {"amendment-proposed"}
        return {
            key: rows_by_label["amendment-proposed"]
            for key, rows_by_label in self.amendments.items()
            if set(rows_by_label) == proposed_only
        }

    @cached_property
    def party_stances(self) -> dict[tuple[str, str], dict[str, list[CellRow]]]:
        """Each party's last word on each point."""
        last_words: dict[tuple[str, str], dict[str, list[CellRow]]] = {}
        stances = add_json(self.view, resolve_stances(self.view, "stance", *self.slug_prefix))
        for (plan, point, party), position in stances.items():
            last_words.setdefault((plan, point), {})[party] = _last_word(position)
        return last_words

    def build_all(self, lists: NewestLists) -> list[Json]:
        """Return every plan with the newest of its lists."""
        proposed = {slug for slug, _ in self.pending_proposals}
        return [
            self._build_plan(slug, lists.for_part())
            for slug in sorted({*self.told_plans, *proposed})
        ]

    @cached_property
    def told_plans(self) -> list[str]:
        """The plans of which anything is told but amendments that wait."""
        return sorted({*self.rows_by_plan, *self.points, *self.newest_endorsements})

    @cached_property
    def newest_endorsements(self) -> dict[str, list[CellRow]]:
        """The newest endorsements, rejections and signatures of each plan."""
        return self.read_endorsements(BOUNDED.listed + 1)

    def read_endorsements(self, limit: int) -> dict[str, list[CellRow]]:
        """Return as many endorsements, rejections and signatures of each plan, newest first."""
        if limit not in self._endorsements:
            rows_by_key = self.view.resolve_cells(
                "endorsement",
                *self.slug_prefix,
                resolver=lambda rows: list(islice(rows, limit)),
                expected_rows=limit,
            )
            self._endorsements[limit] = {slug: rows for (slug,), rows in rows_by_key.items()}
        return self._endorsements[limit]

    @property
    def verdicts(self) -> dict[tuple[str, str], dict[str, CellRow]]:
        """Each party's last verdict on each point of a plan, and on all of it, without JSON."""
        if not self._has_all_verdicts:
            self._verdicts = self._read_verdicts(*self.slug_prefix)
            self._has_all_verdicts = True
        return self._verdicts

    def _verdicts_on(self, slug: str, name: str) -> dict[str, CellRow]:
        """Return each party's last verdict on one point, or on all of a plan: read alone, unless
        all were read."""
        place = slug, name
        if place not in self._verdicts and not self._has_all_verdicts:
            self._verdicts[place] = self._read_verdicts(*place).get(place, {})
        return self._verdicts.get(place, {})

    def _read_verdicts(self, *prefix: str) -> dict[tuple[str, str], dict[str, CellRow]]:
        verdicts: dict[tuple[str, str], dict[str, CellRow]] = {}
        for (plan, point, party), row in self.view.resolve_cells(
            "verdict", *prefix, resolver=_first_row, expected_rows=1, with_json=False
        ).items():
            verdicts.setdefault((plan, point), {})[party] = row
        return verdicts

    def read_text(self, slug: str) -> PlanText | None:
        """Return the text of a plan; null where the plan is not known."""
        points = self.points.get(slug, {})
        if slug not in self.rows_by_plan and not points:
            return None
        plan = self.build_head(slug)
        rivals = [rival["value"] for rival in plan.get("rivals", ()) if rival["field"] == CLAIMED]
        claims = [each for each in (plan[CLAIMED], *rivals) if isinstance(each, int)]
        labels_by_point = [{row.label for row, _ in point.steps} for point in points.values()]
        known_count = sum("introduction" in labels for labels in labels_by_point)
        is_known = any(not labels.isdisjoint(ORIGIN_LABELS) for labels in labels_by_point)
        plain_points: list[Json] = orjson.loads(orjson.dumps(self._standing_fragments(slug)))
        endings = {
            name: _coded_operation(point)
            for name, point in points.items()
            if point.established and not point.stands
        }
        is_whole = known_count >= max(claims, default=0) and is_known
        return PlanText(slug, plan["title"], plain_points, endings, is_whole)

    def read_origins(self) -> dict[tuple[str, str], set[tuple[str, str]]]:
        """Return of each point of any plan the points that it is recorded to have come from."""
        return {
            (slug, name): _origins_of(slug, name, point.lineage)
            for slug, points in self.points.items()
            for name, point in points.items()
        }

    def _build_plan(self, slug: str, lists: NewestLists) -> Json:
        standing_points, agreed = self.standing_points.get(slug, {}), self.agreed_points(slug)
        path = f"plans/{slug}"
        waiting = [row for (of, _), row in self.pending_proposals.items() if of == slug]
        pending = lists.keep("pending", waiting, attrgetter("tie_order"), path)
        newest = self.read_endorsements(max(lists.end, BOUNDED.listed) + 1)
        count = partial(self._count_endorsements, slug)
        endorsements = lists.keep_first("endorsements", newest.get(slug, []), count, path)
        return {
            **self._facts(slug),
            "points": self._standing_fragments(slug),
            "pending": [row_fragment(row) for row in self._with_json(pending)],
            "endorsements": [row_fragment(row) for row in reversed(endorsements)],
            **self._documents(slug),
            "agreed": agreed,
            "open": [name for name in standing_points if name not in agreed],
            "more": lists.more,
            **self._provenance(slug),
        }

    @cached_property
    def all_endorsements(self) -> dict[str, list[CellRow]]:
        return self.read_endorsements(ALL_ROWS)

    def _count_endorsements(self, slug: str) -> int:
        return self.view.count_cells("endorsement", slug)[slug,]

    def build_head(self, slug: str) -> Json:
        """Return a plan without its points, amendments and endorsements."""
        return {**self._facts(slug), **self._documents(slug), **self._provenance(slug)}

    def _facts(self, slug: str) -> Json:
        value = self.introduction(slug)
        return {
            "plan": slug,
            "title": value.get("title"),
            **({"names": names} if (names := value.get("names")) else {}),
            "status": _plan_status(value, self.rows_by_plan.get(slug, [])),
            "sponsors": value.get("sponsors") or [],
            "derived_from": value.get("derived_from") or [],
            "claimed_points": value.get("claimed_points"),
        }

    def _documents(self, slug: str) -> Json:
        rows = self.rows_by_plan.get(slug, [])
        documents = [row_fragment(row) for row in rows if row.label == "document-published"]
        return {"documents": documents}

    def _provenance(self, slug: str) -> Json:
        """Return what is disputed of a plan, and what it rests on."""
        rows = self.rows_by_plan.get(slug, [])
        rivals = self.introduction(slug).get("rivals", ())
        own_rows = [row for row in rows if row.label in PLAN_LABELS]
        if not own_rows and slug in self.newest_endorsements:
            own_rows = [*rows, *reversed(self.all_endorsements[slug])]
        pending = [row for (of, _), row in self.pending_proposals.items() if of == slug]
        telling_rows = own_rows or rows or self._touching_rows(slug) or pending
        return {
            **({"disputed": True, "rivals": rivals} if rivals else {}),
            **orjson.loads(merge_provenance(collect_provenances(self._with_json(telling_rows)))),
        }

    def _with_json(self, rows: Sequence[CellRow]) -> list[CellRow]:
        (with_json,) = self.view.add_json([rows])
        return with_json

    def point_fragment(self, name: str, point: ResolvedPoint) -> orjson.Fragment:
        """Return a point that stands."""
        return _find_point_fragment(self.view, name, point)

    def _standing_fragments(self, slug: str) -> list[orjson.Fragment]:
        """Return the points of a plan that stand, whose events are read at once."""
        standing = self.standing_points.get(slug, {})
        self.view.find_items(chain.from_iterable(map(related_events, standing.values())))
        return [self.point_fragment(name, point) for name, point in standing.items()]

    def introduction(self, slug: str) -> Json:
        introduction = first_introduction(self.rows_by_plan.get(slug, []), "plan-introduced")
        return introduction.own_fields if introduction else {}

    @cached_property
    def standing_points(self) -> dict[str, dict[str, ResolvedPoint]]:
        """The points of each plan that stand, in the order of its text."""
        return {slug: _order_standing(points) for slug, points in self.points.items()}

    def _touching_rows(self, slug: str) -> list[CellRow]:
        return [row for each in self.points.get(slug, {}).values() for row in each.rows]

    def agreed_points(self, slug: str, names: Collection[str] | None = None) -> list[str]:
        """Return the points, or those of some, that every sponsor, and every party with a stance,
        agrees to."""
        standing = self.standing_points.get(slug, {})
        sponsors = self.introduction(slug).get("sponsors") or ()
        asked = [name for name in standing if names is None or name in names]

        def is_agreed_by(name: str, parties: Collection[str]) -> bool:
            words = (self._words_on(slug, name, party) for party in parties)
            return bool(parties) and rules.is_agreed(standing[name], words)

        if len(asked) <= FEW_POINTS:  # most often one of those who spoke on it does not agree
            speakers = {name: self._speakers_on(slug, name) for name in asked}
            asked = [name for name in asked if is_agreed_by(name, {*sponsors, *speakers[name]})]
        if not asked:
            return []
        stakeholders = set(sponsors)
        for words in (self.party_stances, self.verdicts):
            stakeholders.update(*(each for (of, _), each in words.items() if of == slug))
        return [name for name in asked if is_agreed_by(name, stakeholders)]

    def _speakers_on(self, slug: str, name: str) -> set[str]:
        """Return who has a stance or a verdict on a point, or on all of its plan."""
        stances = (self.party_stances.get((slug, each), {}) for each in (name, WHOLE_PLAN))
        verdicts = (self._verdicts_on(slug, each) for each in (name, WHOLE_PLAN))
        return set(chain(*stances, *verdicts))

    def _words_on(self, slug: str, name: str, party: str) -> list[CellRow]:
        """Return what a party said last of a point: by a stance, a verdict on it and one on the
        whole plan."""
        verdicts = (self._verdicts_on(slug, each).get(party) for each in (name, WHOLE_PLAN))
        stances = self.party_stances.get((slug, name), {}).get(party, ())
        return [*stances, *(each for each in verdicts if each)]

    def read_last_words(self, slug: str, names: Collection[str]) -> dict[str, list[CellRow]]:
        """Return the last word of each party on some points, with its JSON, by point."""
        rows_by_point = {name: self._last_words(slug, name) for name in names}
        rows = self.view.add_json(list(rows_by_point.values()))
        return dict(zip(rows_by_point, rows, strict=True))

    def _last_words(self, slug: str, name: str) -> list[CellRow]:
        words = (
            self._words_on(slug, name, party) for party in sorted(self._speakers_on(slug, name))
        )
        return [max(rows, key=attrgetter("tie_order")) for rows in words if rows]


def _first_row(newest_first: Iterable[CellRow]) -> CellRow:
    return next(iter(newest_first))


def _order_standing(points: Mapping[str, ResolvedPoint]) -> dict[str, ResolvedPoint]:
    steps = (
        StructureStep(row.tie_order, name, row.label or "", detail)
        for name, point in points.items()
        for row, detail in point.steps
    )
    standing = {name: point.fields for name, point in points.items() if point.stands}
    return {name: points[name] for name in order_points(steps, standing)}


def _plan_status(value: Json, rows: Iterable[CellRow]) -> str | None:
    is_superseded = any(row.label == "plan-superseded" for row in rows)
    return "superseded" if is_superseded else value.get("status")


def _last_word(position: ResolvedPosition) -> list[CellRow]:
    """Return a party's last word on a point; a mixed or conditional one is no acceptance."""
    if position.mixed:
        return [position.winner._replace(label="mixed")]
    row = position.winner
    return [row._replace(label=CONDITIONAL) if row.own_fields.get("conditions") else row]
