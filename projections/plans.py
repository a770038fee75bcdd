"""Plans: the text point by point, pending amendments, endorsements, what is agreed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import orjson

from domain import plans as rules
from domain.cells import Placed
from domain.items import joined, merged
from domain.plans import Point
from domain.positions import Position
from domain.refusals import NotFoundError
from domain.versions import Json
from projections.standings import grounds, position, shown
from projections.view import LATER, View

OF_A_POINT = ("point", "wording")
"""Kinds of cells that hold a point's modifications."""
ENDORSING = ("plan-endorsed", "plan-rejected", "plan-signed")
Answer = dict[str, Any]


def plans(view: View, *slug: str) -> list[Answer]:
    """Return every plan, or one where it is known."""
    return Plans(view, *slug).all()


def plan(view: View, slug: str) -> Answer:
    """Return one plan. Raises NotFoundError if it is not known under this basis."""
    for found in plans(view, slug):
        return found
    raise NotFoundError(f"no plan {slug!r} is known under this basis", hint=LATER)


def point(view: View, slug: str, name: str) -> Answer:
    """Return one point with its history and lineage. Raises NotFoundError."""
    key = (slug, name)
    rows = rules.chronological(*(view.cells(kind, *key).get(key, ()) for kind in OF_A_POINT))
    if not rows:
        raise NotFoundError(f"no point {name!r} of {slug!r} is known under this basis", hint=LATER)
    found = points_of(view, *key)[key]
    stances = view.stances("stance", *key).items()
    return {
        "plan": slug,
        "point": name,
        "stands": found.stands,
        "current": _point(name, found) if found.stands else None,
        "lineage": found.lineage,
        "history": [_step(row) for row in reversed(rows)],
        "positions": [position((party, *key), each) for (*_, party), each in stances],
    }


def points_of(view: View, *prefix: str) -> dict[tuple[str, ...], Point]:
    """Return every point ever touched, resolved; of one that nothing established all that was."""
    structures = view.resolved("point", *prefix, by=rules.structure)
    wordings = view.resolved("wording", *prefix, by=rules.wording)
    found = {}
    for key in sorted({*structures, *wordings}):
        found[key] = rules.resolve(structures.get(key, ()), wordings.get(key, ()))
        if not found[key].established:
            rows = (view.cells(kind, *key).get(key, ()) for kind in OF_A_POINT)
            found[key].rows = rules.chronological(*rows)
    return found


def _step(row: Placed) -> orjson.Fragment:
    step = {**row.modification, "op": row.mark, "occurred": row.value.get("occurred")}
    return joined(orjson.dumps(step), merged(row.grounds))


def _point(name: str, found: Point) -> orjson.Fragment:
    value = {
        "point": name,
        **dict.fromkeys(rules.NAMING + rules.WORDS),
        **found.fields,
        "lineage": found.lineage,
    }
    return joined(orjson.dumps(value), merged(grounds(found.rows)))


class Plans:
    """All plans of a view, or one, read once."""

    def __init__(self, view: View, *slug: str) -> None:
        self.view, self.slug = view, slug
        self.rows = {key[0]: list(rows)[::-1] for key, rows in view.cells("plan", *slug).items()}
        self.points: dict[str, dict[str, Point]] = {}
        for (of, name), each in points_of(view, *slug).items():
            self.points.setdefault(of, {})[name] = each
        self.amendments = {
            key: {row.mark: row for row in reversed(list(rows))}
            for key, rows in view.cells("amendment", *slug).items()
        }

    @cached_property
    def proposals(self) -> dict[tuple[str, ...], Placed]:
        """The amendments that were neither adopted nor rejected nor withdrawn."""
        only = {"amendment-proposed"}
        return {key: marks["amendment-proposed"] for key, marks in self.amendments.items()
                if set(marks) == only}  # fmt: skip

    @cached_property
    def stances(self) -> dict[tuple[str, str], dict[str, list[Placed]]]:
        """Each party's last word on each point."""
        found: dict[tuple[str, str], dict[str, list[Placed]]] = {}
        for (of, name, party), each in self.view.stances("stance", *self.slug).items():
            found.setdefault((of, name), {})[party] = _word(each)
        return found

    def all(self) -> list[Answer]:
        proposed = {slug for slug, _ in self.proposals}
        return [self._one(slug) for slug in sorted(set(self.rows) | set(self.points) | proposed)]

    def _one(self, slug: str) -> Answer:
        rows = self.rows.get(slug, [])
        introduced = [row.value for row in rows if row.mark == "plan-introduced"]
        value: Json = {name: each for one in introduced for name, each in one.items()}
        rivals = [rival for each in introduced for rival in each.get("rivals", ())]
        standing = {name: each for name, each in self.points.get(slug, {}).items() if each.stands}
        verdicts = [(row, row.value) for row in rows if row.mark in ENDORSING]
        agreed = self._agreed(slug, value.get("sponsors") or (), standing, verdicts)
        pending = [row for (of, _), row in self.proposals.items() if of == slug]
        resting = rows or self._operations(slug) or pending
        return {
            "plan": slug,
            "title": value.get("title"),
            "status": _status(value, rows),
            "sponsors": value.get("sponsors") or [],
            "derived_from": value.get("derived_from") or [],
            "claimed_points": value.get("claimed_points"),
            "points": [_point(*pair) for pair in sorted(standing.items(), key=_number)],
            "pending": [shown(row) for row in pending],
            "endorsements": [shown(row) for row, _ in verdicts],
            "documents": [shown(row) for row in rows if row.mark == "document-published"],
            "agreed": agreed,
            "open": [name for name in standing if name not in agreed],
            **({"disputed": True, "rivals": rivals} if rivals else {}),
            **orjson.loads(merged(grounds(resting))),
        }

    def _operations(self, slug: str) -> list[Placed]:
        return [row for each in self.points.get(slug, {}).values() for row in each.rows]

    def _agreed(
        self, slug: str, sponsors: Iterable[str], standing: Mapping[str, Point],
        verdicts: Sequence[tuple[Placed, Json]],
    ) -> list[str]:  # fmt: skip
        """Return the points that every sponsor, and every party with a stance, agrees to."""
        stakes = set(sponsors) | {value["party"] for _, value in verdicts if value["party"]}
        stakes |= {party for (of, _), each in self.stances.items() if of == slug for party in each}
        found = []
        for name, point in standing.items():
            words = {party: list(self.stances.get((slug, name), {}).get(party, ()))
                     for party in stakes}  # fmt: skip
            for row, value in verdicts:
                if value["party"] and name in (value.get("points") or (name,)):
                    words[value["party"]].append(_conditional(row, value))
            found += [name] if rules.agreed(point, words) else []
        return found

    def anomalies(self) -> Iterator[orjson.Fragment]:
        """Yield operations whose point nothing ever mentioned, and adoptions without proposal."""
        for slug, points in self.points.items():
            for name, found in points.items():
                for row in () if found.established else found.rows:
                    value = {"kind": "operation-without-point", "plan": slug, "point": name,
                             "op": row.mark}  # fmt: skip
                    yield joined(orjson.dumps(value), merged(row.grounds))
        for (slug, name), marks in self.amendments.items():
            for row in () if "amendment-proposed" in marks else marks.values():
                value = {"kind": "amendment-without-proposal", "plan": slug, "amendment": name}
                yield joined(orjson.dumps(value), row.rests)


def _status(value: Json, rows: Iterable[Placed]) -> Any:
    gone = any(row.mark == "plan-superseded" for row in rows)
    return "superseded" if gone else value.get("status")


def _word(found: Position) -> list[Placed]:
    """Return a party's last word on a point; a mixed or conditional one is no acceptance."""
    if found.mixed:
        return [found.winner._replace(mark="mixed")]
    return [_conditional(found.winner, found.winner.value)]


def _conditional(row: Placed, value: Json) -> Placed:
    return row._replace(mark="conditional") if value.get("conditions") else row


def _number(pair: tuple[str, Point]) -> tuple[int, int, str, str]:
    number = pair[1].fields.get("number")
    if isinstance(number, int):
        return (0, number, "", pair[0])
    return (1 if number is not None else 2, 0, str(number), pair[0])
