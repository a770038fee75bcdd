"""What does not add up in plans: operations, acts, stances and verdicts on what nobody told of."""

from __future__ import annotations

from collections.abc import Iterator

from domain.cells import WHOLE_PLAN, CellKey, CellRow
from projections.answers.anomalies import FoundAnomaly
from projections.answers.plans import PlanSet
from projections.answers.second_introductions import find_second_introductions


def find_plan_anomalies(plans: PlanSet) -> Iterator[FoundAnomaly]:
    """Yield operations whose point nothing ever mentioned, adoptions without proposal,
    second introductions, and stances on points that no plan has."""
    plan_rows: dict[CellKey, list[CellRow]] = {
        (slug,): rows for slug, rows in plans.rows_by_plan.items()
    }
    view = plans.view
    yield from find_second_introductions(view, "plan-introduced", ("plan",), plan_rows)
    yield from find_second_introductions(
        view, "amendment-proposed", ("plan", "amendment"), plans.amendment_rows
    )
    for slug, points in plans.points.items():
        for name, point in points.items():
            for row in () if point.established else point.rows:
                value = {
                    "kind": "operation-without-point",
                    "plan": slug,
                    "point": name,
                    "op": row.label,
                }
                yield FoundAnomaly(row.tie_order, value, list(row.all_provenance))
    unproposed = {
        key: list(rows_by_label.values())
        for key, rows_by_label in plans.amendments.items()
        if "amendment-proposed" not in rows_by_label
    }
    rows_with_json = view.add_json(list(unproposed.values()))
    for (slug, name), rows in zip(unproposed, rows_with_json, strict=True):
        for row in rows:
            value = {"kind": "amendment-without-proposal", "plan": slug, "amendment": name}
            yield FoundAnomaly(row.tie_order, value, [row.provenance])
    yield from _stances_without_point(plans)
    yield from _verdicts_on_nothing(plans)


def _verdicts_on_nothing(plans: PlanSet) -> Iterator[FoundAnomaly]:
    """Yield endorsements, rejections and signatures of plans, or of points of them, that
    nothing introduced."""
    known = {
        slug: {name for name, each in points.items() if each.established}
        for slug, points in plans.points.items()
    }
    known_plans = {slug for slug, names in known.items() if names}
    known_plans |= {slug for slug in plans.rows_by_plan if plans.introduction(slug)}
    for slug in sorted(plans.newest_endorsements):
        if slug not in known_plans:
            for row in reversed(plans.all_endorsements[slug]):
                fields = {"plan": slug, "party": row.own_fields.get("party")}
                value = {"kind": "verdict-without-plan", **fields}
                yield FoundAnomaly(row.tie_order, value, [row.provenance])
            continue
        unknown = {name for of, name in plans.verdicts if of == slug}
        unknown -= known.get(slug, set()) | {WHOLE_PLAN}
        verdicts = [
            (row, party, name)
            for name in sorted(unknown)
            for (*_, party), rows in plans.view.read_cells("verdict", slug, name).items()
            for row in rows
        ]
        for row, party, name in sorted(verdicts, key=lambda each: each[0].tie_order):
            fields = {"plan": slug, "party": party, "point": name}
            value = {"kind": "verdict-without-point", **fields}
            yield FoundAnomaly(row.tie_order, value, [row.provenance])


def _stances_without_point(plans: PlanSet) -> Iterator[FoundAnomaly]:
    for (slug, name), rows_by_party in plans.party_stances.items():
        point = plans.points.get(slug, {}).get(name)
        for party, rows in () if point and point.established else rows_by_party.items():
            value = {"kind": "stance-without-point", "plan": slug, "point": name}
            for row in rows:
                if row.label is not None:
                    fields = value | {"party": party}
                    yield FoundAnomaly(row.tie_order, fields, [row.provenance])
