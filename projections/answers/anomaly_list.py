"""The list of all that does not add up in a negotiation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from operator import attrgetter

import orjson

from projections.answer_json import Item
from projections.answers.anomalies import FoundAnomaly
from projections.answers.kept_parts import AnswerParts
from projections.answers.listed_kinds import LISTED_KINDS
from projections.answers.meetings import find_meeting_anomalies
from projections.answers.newest import NewestLists
from projections.answers.phantom_acts import find_phantom_acts
from projections.answers.phantom_links import find_phantom_links
from projections.answers.plan_anomalies import find_plan_anomalies
from projections.answers.plans import PlanSet
from projections.answers.positions import find_position_anomalies
from projections.view import ALL_ROWS, View


def select_anomalies(view: View) -> Iterator[orjson.Fragment]:
    """Yield all that does not add up; first, newest first, what was published too early."""
    found = (
        _find_early(view, ALL_ROWS),
        *(find(view) for find in BEFORE_PLANS.values()),
        find_plan_anomalies(PlanSet(view)),
        *(find(view) for find in AFTER_PLANS.values()),
    )
    for anomaly in chain.from_iterable(found):
        yield anomaly.json_fragment


def select_newest_anomalies(
    parts: AnswerParts, in_plans: list[FoundAnomaly]
) -> list[orjson.Fragment]:
    """Return of the same the newest; those of plans are found already."""
    early, left_out = parts.make("early", _newest_early)
    before, after = (
        [
            parts.make(f"anomalies of {name}", partial(_list_found, find))
            for name, find in each.items()
        ]
        for each in (BEFORE_PLANS, AFTER_PLANS)
    )
    anomalies = [*early, *chain(*before), *in_plans, *chain(*after)]
    lists, order = parts.lists, attrgetter("order")
    newest = lists.keep("anomalies", anomalies, order, "anomalies", left_out=left_out)
    return [anomaly.json_fragment for anomaly in newest]


def _list_found(
    find: Callable[[View], Iterator[FoundAnomaly]], view: View, _: NewestLists
) -> list[FoundAnomaly]:
    return list(find(view))


def _newest_early(view: View, lists: NewestLists) -> tuple[list[FoundAnomaly], int]:
    """Return the newest of what was published too early, and how many others there are."""
    limit = lists.limits.listed
    newest = list(_find_early(view, limit + 1))
    is_whole = len(newest) <= limit
    return newest, 0 if is_whole else view.count_by_standing("ahead", ALL_ROWS) - len(newest)


def _find_early(view: View, limit: int) -> Iterator[FoundAnomaly]:
    for item in view.list_by_standing("ahead", limit):
        order = (item.last, item.lo, item.known_at, item.seq, 0)
        fields = {"kind": "published-before-occurred"}
        yield FoundAnomaly(order, fields, [item.provenance], _body_without_kind(item))


def _body_without_kind(item: Item) -> bytes:
    """Return the body of an event without a kind of its own: an anomaly has one too."""
    own_fields = item.own_fields if item.type == "incident-reported" else {}
    return orjson.dumps(own_fields) if own_fields.pop("kind", None) else item.body


def _find_withdrawals_without_statement(view: View) -> Iterator[FoundAnomaly]:
    for (slug,), rows in view.read_cells("statement").items():
        made = view.read_newest("statement-made", f"statement:{slug}")
        if not any(item.own_fields.get("statement") == slug for item in made):
            for row in rows:
                fields = {"kind": "withdrawal-without-statement", "statement": slug}
                yield FoundAnomaly(row.tie_order, fields, [row.provenance])


BEFORE_PLANS: dict[str, Callable[[View], Iterator[FoundAnomaly]]] = {
    "meetings": find_meeting_anomalies,
    "positions": find_position_anomalies,
    "statements": _find_withdrawals_without_statement,
    **{kind.list_name: kind.find_anomalies for kind in LISTED_KINDS},
}
AFTER_PLANS: dict[str, Callable[[View], Iterator[FoundAnomaly]]] = {
    "acts": find_phantom_acts,
    "links": find_phantom_links,
}
