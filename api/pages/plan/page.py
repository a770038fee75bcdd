"""The page of one plan: its points and who touched them last, and its redline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain
from typing import Annotated, Literal

import orjson
from pydantic import BeforeValidator, Field

from api.http.query_params import OptionalText
from api.models.events import Endorsement, PendingAmendment
from api.models.plans import Lineage, Plan
from api.pages.plan.redline import build_redline
from api.pages.plans.page import summarize_plan
from api.pages.shared.disputes import show_disputes, title_of
from api.pages.shared.page import BetweenParams, PageDefinition, is_slug
from api.pages.shared.page_context import PageContext
from api.pages.shared.sanitize import url_host
from api.stance_words import position_word
from domain.errors import NotFoundError
from domain.instants import to_rfc3339
from domain.model import Json
from domain.plans import ResolvedPoint
from projections.answers.plans import resolve_points
from projections.answers.positions import resolve_stances

COLUMNS = (
    "plan",
    "point",
    "number",
    "heading",
    "text",
    "text_status",
    "agreed",
    "stances",
    "event",
    "occurred",
    "publisher",
)


def _none_if_empty(value: object) -> object:
    return value or None


class PlanParams(BetweenParams):
    to_plan: Annotated[OptionalText, Field(description="Another plan to compare with.")] = None
    view: Annotated[
        Literal["inline", "side"] | None,
        BeforeValidator(_none_if_empty),
        Field(description="Of both."),
    ] = None
    only: Annotated[
        Literal["changed"] | None,
        BeforeValidator(_none_if_empty),
        Field(description="Points shown."),
    ] = None


def load_plan(frame: PageContext) -> Json:
    """Return a plan point by point, and its redline where two texts are named."""
    slug = str(frame.request.path_params["plan"])
    if not is_slug(slug):
        raise NotFoundError(f"no plan {slug[:80]!r} is known under this basis")
    all_plans = {plan.plan: plan for plan in frame.answers.plans()}
    plan = all_plans.get(slug) or frame.answers.plan(slug)
    return {
        "plan": summarize_plan(frame, plan),
        "known_since": _known_since(frame, plan),
        "titles": {name: title_of(frame.words, other) or name for name, other in all_plans.items()},
        "children": [name for name, other in all_plans.items() if slug in other.derived_from],
        "points": _point_entries(frame, plan, all_plans),
        "pending": [_amendment_entry(frame, amendment) for amendment in plan.pending],
        "endorsements": [_endorsement_entry(frame, verdict) for verdict in plan.endorsements],
        "more": plan.more,
        "documents": [document.to_json() for document in plan.documents],
        "disputes": show_disputes(frame, plan),
        "redline": build_redline(frame, slug),
    }


def _known_since(frame: PageContext, plan: Plan) -> str:
    """Return when a plan was first known; its ``known_at`` is that of the last event on it."""
    items = frame.view.find_items(plan.events)
    return to_rfc3339(min(item.known_at for item in items.values()))


def _point_entries(frame: PageContext, plan: Plan, all_plans: dict[str, Plan]) -> list[Json]:
    slug = plan.plan
    resolved_points = resolve_points(frame.view, slug)
    stances: dict[str, list[Json]] = {}
    for (_, name, party), position in resolve_stances(frame.view, "stance", slug).items():
        if word := position_word(position):
            party_name = frame.name_of("party", party)
            stances.setdefault(name, []).append({"party": party, "name": party_name, "word": word})
    blame = PointBlame(frame, resolved_points.values())
    return [
        {
            **point.to_json(),
            "agreed": point.point in plan.agreed,
            "stances": stances.get(point.point, []),
            "origins": _origin_numbers(point.lineage, all_plans),
            "touched": blame.find_event(point.point, resolved_points[slug, point.point]),
        }
        for point in plan.points
    ]


def _origin_numbers(lineage: Lineage, all_plans: dict[str, Plan]) -> list[object]:
    """Return the numbers of the points that a point came from in another plan, else their names."""
    origin = all_plans.get(lineage.from_plan or "")
    numbers = {point.point: point.number for point in origin.points} if origin else {}
    return [numbers.get(name) or name for name in lineage.from_points]


def _amendment_entry(frame: PageContext, amendment: PendingAmendment) -> Json:
    fields = amendment.to_json()
    proposers = [
        {"slug": party, "name": frame.name_of("party", party)}
        for party in fields.get("proposed_by") or ()
    ]
    name_point = partial(frame.display_names.point_name, str(amendment.plan))
    operations = [
        {**each, "called": name_point(each["point"], proposed=each)}
        for each in fields.get("operations") or ()
    ]
    return {**fields, "by": proposers, "operations": operations}


def _endorsement_entry(frame: PageContext, endorsement: Endorsement) -> Json:
    return {**endorsement.to_json(), "name": frame.name_of("party", str(endorsement.party))}


def table_rows(data: Json) -> Iterator[Json]:
    for point in data["points"]:
        stances = " ".join(f"{stance['party']}:{stance['word']}" for stance in point["stances"])
        yield {
            **point,
            **(point["touched"] or {}),
            "plan": data["plan"]["plan"],
            "stances": stances,
        }


class PointBlame:
    """Finds the event that gave a point what it is, among those of all points, read at once."""

    def __init__(self, frame: PageContext, points: Iterable[ResolvedPoint]) -> None:
        events = (_last_events(point) for point in points if point.rows)
        self.items = frame.view.find_items(chain.from_iterable(events))

    def find_event(self, name: str, point: ResolvedPoint) -> Json | None:
        if not point.rows:
            return None
        own, *later_events = _last_events(point)
        text_events = [act for act in later_events if self._publishes_text(act, name)]
        return self._event_summary(text_events[-1] if text_events else own)

    def _publishes_text(self, event: str, name: str) -> bool:
        item = self.items.get(event)
        points = item.own_fields.get("points") if item and item.type == "text-published" else None
        return any(point["point"] == name for point in points or ())

    def _event_summary(self, event: str) -> Json:
        item = self.items.get(event)
        if item is None:
            return {"event": event, "type": None, "occurred": None, "publisher": None}
        reports = orjson.loads(item.reports)
        published = next(filter(None, (report.get("published") for report in reports)), None)
        return {
            "event": event,
            "type": item.type,
            "occurred": item.own_fields.get("occurred") or published,
            "publisher": next(filter(None, map(_publisher_name, reports)), None),
        }


def _last_events(point: ResolvedPoint) -> list[str]:
    events: list[str] = orjson.loads(point.rows[-1].provenance)["events"]
    return events


def _publisher_name(report: Json) -> str | None:
    return report.get("publisher") or url_host(report.get("url")) or None


PAGE = PageDefinition(
    "plan", load_plan, "plans/{plan}", PlanParams, COLUMNS, table_rows, parent_page="plans"
)
