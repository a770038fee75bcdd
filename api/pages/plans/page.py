"""The page of plans: what is on the table, and where the points of one went in the next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from api.http.query_params import OptionalText
from api.models.plans import Plan, PlanLineage, Point
from api.pages.shared.disputes import title_of
from api.pages.shared.page import PageDefinition, PageParams
from api.pages.shared.page_context import PageContext
from domain.model import Json

COLUMNS = (
    "plan",
    "title",
    "status",
    "sponsors",
    "points",
    "claimed_points",
    "with_text",
    "agreed",
    "open",
    "pending",
    "derived_from",
    "known_at",
)


class PlansParams(PageParams):
    line: Annotated[
        OptionalText, Field(description="The plan that the line of descent ends with.")
    ] = None


def load_plans(frame: PageContext) -> Json:
    """Return every plan in short, and one line of descent point by point."""
    plans = {plan.plan: plan for plan in frame.answers.plans()}
    descent_lines = frame.answers.plan_descents()
    chosen_line = next((line for line in descent_lines if line[-1] == frame.params.line), None)
    if frame.params.line and chosen_line is None:
        frame.refuse_parameter("line", f"no line of descent ends with {frame.params.line[:80]!r}")
    chosen_line = chosen_line or (descent_lines[0] if descent_lines else None)
    titles = {slug: title_of(frame.words, plan) or slug for slug, plan in plans.items()}
    return {
        "plans": [summarize_plan(frame, plans[slug]) for slug in _newest_first(plans)],
        "titles": titles,
        "lines": descent_lines,
        "lineage": chosen_line
        and _draw_lineage(frame, plans, frame.answers.plan_lineage(chosen_line)),
    }


def _newest_first(plans: dict[str, Plan]) -> list[str]:
    """Return the plans, the newest first, those that were superseded last."""
    newest = sorted(plans, key=lambda slug: plans[slug].known_at or "", reverse=True)
    return sorted(newest, key=lambda slug: plans[slug].status == "superseded")


def summarize_plan(frame: PageContext, plan: Plan) -> Json:
    """Return a plan without its text: what it is, whose, and how much of it is known and agreed."""
    return {
        "plan": plan.plan,
        "title": title_of(frame.words, plan) or plan.plan,
        "status": plan.status,
        "sponsors": [
            {"party": party, "name": frame.name_of("party", party)} for party in plan.sponsors
        ],
        "points": len(plan.points),
        "claimed_points": claimed_counts(plan),
        "with_text": sum(bool(point.text) for point in plan.points),
        "agreed": len(plan.agreed),
        "open": len(plan.open),
        "pending": len(plan.pending),
        "derived_from": list(plan.derived_from),
        "known_at": plan.known_at,
        "sources": [source.to_json() for source in plan.sources],
        "single_source": plan.single_source,
    }


def _draw_lineage(frame: PageContext, plans: dict[str, Plan], lineage: PlanLineage) -> Json:
    """Return a line of descent as columns of points, with the place of each strand's ends."""
    columns = [_plan_column(frame, plans[slug]) for slug in lineage.line]
    places = {
        (column["plan"], point["point"]): (x, y)
        for x, column in enumerate(columns)
        for y, point in enumerate(column["points"])
    }
    points = {point.point: point for point in plans[lineage.first].points}
    return {
        **lineage.model_dump(),
        "columns": columns,
        "strands": [
            {"from": strand.from_, "to": strand.to, "at": places[strand.from_] + places[strand.to]}
            for strand in lineage.strands
        ],
        "fates": [
            {**_point_summary(points[fate.point]), "into": fate.into} for fate in lineage.fates
        ],
    }


def _plan_column(frame: PageContext, plan: Plan) -> Json:
    return {
        "plan": plan.plan,
        "title": title_of(frame.words, plan) or plan.plan,
        "claimed": claimed_counts(plan),
        "points": [_point_summary(point) for point in plan.points],
    }


def _point_summary(point: Point) -> Json:
    return {name: getattr(point, name) for name in ("point", "number", "heading", "text")}


def claimed_counts(plan: Plan) -> list[int]:
    """Return how many points a plan is said to have: several where sources differ."""
    rivals = {
        rival.value
        for rival in plan.rivals
        if rival.field == "claimed_points" and isinstance(rival.value, int)
    }
    return sorted(rivals) or ([] if plan.claimed_points is None else [plan.claimed_points])


def table_rows(data: Json) -> Iterator[Json]:
    for plan in data["plans"]:
        yield {
            **plan,
            "sponsors": " ".join(sponsor["party"] for sponsor in plan["sponsors"]),
            "claimed_points": "/".join(map(str, plan["claimed_points"])),
            "derived_from": " ".join(plan["derived_from"]),
        }


PAGE = PageDefinition(
    "plans", load_plans, params_model=PlansParams, columns=COLUMNS, rows=table_rows
)
