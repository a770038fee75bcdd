"""The answers of the contract, each made from a view by pure resolution."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import attrgetter

import orjson

from domain.errors import NotFoundError
from domain.instants import to_rfc3339
from domain.model import Json
from projections.answer_json import Item, join_objects
from projections.answers.anomalies import FoundAnomaly
from projections.answers.coverage import build_coverage
from projections.answers.listed_kinds import LISTED_KINDS
from projections.answers.meetings import find_meeting_anomalies, select_newest_meetings
from projections.answers.newest import BOUNDED, ListLimits, NewestLists
from projections.answers.phantom_acts import find_phantom_acts
from projections.answers.phantom_links import find_phantom_links
from projections.answers.plan_anomalies import find_plan_anomalies
from projections.answers.plans import PlanSet
from projections.answers.positions import (
    find_position_anomalies,
    select_newest_attributed,
    select_positions,
)
from projections.answers.roles import select_roles
from projections.answers.statements import select_statements
from projections.log_query import LogQuery
from projections.search import find_hits
from projections.view import ALL_ROWS, LATER_HINT, View


def build_state(view: View, address: str, limits: ListLimits = BOUNDED) -> Json:
    """Return everything of a negotiation, which has this address in the API, as of the basis.

    Of lists that grow with the log it gives the newest, and tells in ``more`` what it leaves off:
    of claims, amendments, meetings and events by tie order, of gaps by their days.
    """
    lists = NewestLists(view, address, limits)
    openings = view.visible_records("negotiation-opened")
    plan_set = PlanSet(view)
    return {
        "negotiation": openings[0].json_fragment if openings else None,
        **({} if openings or not _is_opening_struck_out(view) else {"opening": "struck-out"}),
        "parties": select_parties(view),
        "roles": select_roles(view),
        "issues": select_issues(view),
        "meetings": select_newest_meetings(view, lists),
        "positions": select_positions(view),
        "attributed": select_newest_attributed(view, lists),
        "plans": plan_set.build_all(lists),
        "statements": lists.keep_of_type(
            "statements", "statement-made", select_statements(view), lists.limits.statements
        ),
        **{kind.list_name: kind.select_newest(view, lists) for kind in LISTED_KINDS},
        "disputed": lists.keep_by_standing("disputed"),
        "withdrawn": lists.keep_by_standing("withdrawn"),
        "possible": lists.keep_by_standing("possible"),
        "scheduled": lists.keep_by_standing("scheduled"),
        "unrealised": lists.keep_by_standing("unrealised"),
        "erased": lists.keep_by_standing("erased"),
        "anomalies": _newest_anomalies(plan_set, lists),
        "coverage": build_coverage(view, lists),
        "more": lists.more,
    }


def _is_opening_struck_out(view: View) -> bool:
    """Return whether the opening was voided or retracted; such logs are of older versions."""
    if view.is_opening_void():
        return True
    opened = view.read_log(LogQuery(1, type="negotiation-opened"))
    return any(item.withdrawn for item in opened)


def select_by_standing(view: View, standing: str, limit: int) -> list[orjson.Fragment]:
    return [item.json_fragment for item in view.list_by_standing(standing, limit)]


def select_anomalies(view: View) -> Iterator[orjson.Fragment]:
    """Yield all that does not add up; first, newest first, what was published too early."""
    for anomaly in _find_anomalies(PlanSet(view), ALL_ROWS):
        yield anomaly.json_fragment


def _newest_anomalies(plan_set: PlanSet, lists: NewestLists) -> list[orjson.Fragment]:
    limit, left_out = lists.limits.listed, 0
    anomalies = list(_find_anomalies(plan_set, limit + 1))
    early_count = sum(bool(each.event_body) for each in anomalies)
    if early_count > limit:
        left_out = plan_set.view.count_by_standing("ahead", ALL_ROWS) - early_count
    newest = lists.keep("anomalies", anomalies, attrgetter("order"), "anomalies", left_out=left_out)
    return [anomaly.json_fragment for anomaly in newest]


def _find_anomalies(plan_set: PlanSet, early_limit: int) -> Iterator[FoundAnomaly]:
    for item in plan_set.view.list_by_standing("ahead", early_limit):
        order = (item.last, item.lo, item.known_at, item.seq, 0)
        fields = {"kind": "published-before-occurred"}
        yield FoundAnomaly(order, fields, [item.provenance], _body_without_kind(item))
    yield from find_meeting_anomalies(plan_set.view)
    yield from find_position_anomalies(plan_set.view)
    yield from _withdrawals_without_statement(plan_set.view)
    for kind in LISTED_KINDS:
        yield from kind.find_anomalies(plan_set.view)
    yield from find_plan_anomalies(plan_set)
    yield from find_phantom_acts(plan_set.view)
    yield from find_phantom_links(plan_set.view)


def _withdrawals_without_statement(view: View) -> Iterator[FoundAnomaly]:
    for (slug,), rows in view.read_cells("statement").items():
        made = view.read_newest("statement-made", f"statement:{slug}")
        if not any(item.own_fields.get("statement") == slug for item in made):
            for row in rows:
                fields = {"kind": "withdrawal-without-statement", "statement": slug}
                yield FoundAnomaly(row.tie_order, fields, [row.provenance])


def _body_without_kind(item: Item) -> bytes:
    """Return the body of an event without a kind of its own: an anomaly has one too."""
    own_fields = item.own_fields if item.type == "incident-reported" else {}
    return orjson.dumps(own_fields) if own_fields.pop("kind", None) else item.body


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
