"""The answers of the contract, each made from a view by pure resolution."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

import orjson

from domain.errors import NotFoundError
from domain.instants import to_rfc3339
from domain.model import Json
from projections.answer_json import Item, join_objects
from projections.answers.anomalies import FoundAnomaly
from projections.answers.anomaly_list import select_newest_anomalies
from projections.answers.coverage import build_coverage, coverage_end
from projections.answers.kept_parts import AnswerParts
from projections.answers.listed_kinds import LISTED_KINDS
from projections.answers.meetings import select_newest_meetings
from projections.answers.newest import BOUNDED, ListLimits, NewestLists
from projections.answers.plan_anomalies import find_plan_anomalies
from projections.answers.plans import PlanSet
from projections.answers.positions import select_newest_attributed, select_positions
from projections.answers.roles import select_roles
from projections.answers.statements import select_statements
from projections.log_query import LogQuery
from projections.search import find_hits
from projections.view import LATER_HINT, View

LISTED_STANDINGS = ("disputed", "withdrawn", "possible", "scheduled", "unrealised", "erased")


def build_state(view: View, address: str, limits: ListLimits = BOUNDED) -> Json:
    """Return everything of a negotiation, which has this address in the API, as of the basis.

    Of lists that grow with the log it gives the newest, and tells in ``more`` what it leaves off:
    of claims, amendments, meetings and events by tie order, of gaps by their days.
    """
    return join_state(AnswerParts(view, NewestLists(view, address, limits)))


def join_state(parts: AnswerParts) -> Json:
    """Return the same from its parts, which may be kept from an earlier one."""
    plans, plan_anomalies = parts.make("plans", _build_plans)
    return {
        **parts.make("records", _build_records),
        "meetings": parts.make_json("meetings", select_newest_meetings),
        "positions": parts.make_json("positions", _select_positions),
        "attributed": parts.make_json("attributed", select_newest_attributed),
        "plans": plans,
        "statements": parts.make_json("statements", _select_newest_statements),
        **{
            kind.list_name: parts.make_json(kind.list_name, kind.select_newest)
            for kind in LISTED_KINDS
        },
        **{
            standing: parts.make_json(standing, partial(_keep_by_standing, standing))
            for standing in LISTED_STANDINGS
        },
        "anomalies": select_newest_anomalies(parts, plan_anomalies),
        "coverage": parts.make_json("coverage", build_coverage, given=coverage_end(parts.view)),
        "more": parts.lists.more,
    }


def _build_records(view: View, _: NewestLists) -> Json:
    openings = view.visible_records("negotiation-opened")
    return {
        "negotiation": openings[0].json_fragment if openings else None,
        **({} if openings or not _is_opening_struck_out(view) else {"opening": "struck-out"}),
        "parties": select_parties(view),
        "roles": select_roles(view),
        "issues": select_issues(view),
    }


def _select_positions(view: View, _: NewestLists) -> list[orjson.Fragment]:
    return select_positions(view)


def _build_plans(view: View, lists: NewestLists) -> tuple[orjson.Fragment, list[FoundAnomaly]]:
    """Return the plans, and what does not add up in them."""
    plan_set = PlanSet(view)
    plans = orjson.Fragment(orjson.dumps(plan_set.build_all(lists)))
    return plans, list(find_plan_anomalies(plan_set))


def _select_newest_statements(view: View, lists: NewestLists) -> list[orjson.Fragment]:
    return lists.keep_of_type(
        "statements", "statement-made", select_statements(view), lists.limits.statements
    )


def _keep_by_standing(standing: str, _: View, lists: NewestLists) -> list[orjson.Fragment]:
    return lists.keep_by_standing(standing)


def _is_opening_struck_out(view: View) -> bool:
    """Return whether the opening was voided or retracted; such logs are of older versions."""
    if view.is_opening_void():
        return True
    opened = view.read_log(LogQuery(1, type="negotiation-opened"))
    return any(item.withdrawn for item in opened)


def select_by_standing(view: View, standing: str, limit: int) -> list[orjson.Fragment]:
    return [item.json_fragment for item in view.list_by_standing(standing, limit)]


def select_parties(view: View) -> list[orjson.Fragment]:
    return [item.json_fragment for item in view.visible_records("party-registered")]


def select_issues(view: View) -> list[orjson.Fragment]:
    return [item.json_fragment for item in view.visible_records("issue-defined")]


def build_event_lines(items: Iterable[Item], view: View) -> list[orjson.Fragment]:
    return [build_event_line(item, view) for item in items]


def build_hits(view: View, query: str) -> Iterator[orjson.Fragment]:
    """Yield the news that holds all that a query wants, newest first, with the passage found."""
    for item, passage in find_hits(view, query):
        yield build_event_line(item, view, passage=passage)


def build_event_line(item: Item, view: View, **more: object) -> orjson.Fragment:
    """Return one event of the log as it stands under the basis."""
    log_fields = {
        "id": item.event,
        "seq": item.seq,
        "recorded_at": to_rfc3339(item.recorded_at),
        "standing": item.standing_at(view.basis.valid_at),
        **more,
    }
    return join_objects(
        item.body, orjson.dumps(log_fields), b'{"reports":%b}' % item.reports, item.provenance
    )


def find_event(view: View, identity: str) -> tuple[Item, list[Item]]:
    """Return one event and what acted on it. Raises NotFoundError."""
    item = view.find_visible_item(identity)
    if item is None:
        raise NotFoundError(f"no event {identity} is known under this basis", hint=LATER_HINT)
    acts = orjson.loads(item.provenance)["events"][1:]
    return item, [found for act in acts if (found := view.find_visible_item(act))]
