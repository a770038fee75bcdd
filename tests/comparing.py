"""What a view answers and what the oracle knows, in one form to be compared."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import orjson

from domain.instants import from_rfc3339
from projections import answers
from projections.answer_json import Item
from projections.answers.newest import WHOLE, ListLimits
from projections.index.reader import IndexView
from projections.log_query import LogQuery
from projections.view import View
from tests.facts import ADDRESS, Event
from tests.reference import FEW, NO_NEWS, plain


def reference_clocks(question: dict[str, Any], recorded: list[Event], now: int) -> dict[str, Any]:
    """Return what the oracle is asked for a question, by the table of presets in docs/time.md."""
    preset, turn = question.get("basis", "as-known"), question.get("as_of", now)
    known = question.get("known_at", now if preset == "hindsight" else turn)
    record = turn if preset == "as-recorded" else now
    upto = sum(from_rfc3339(each["recorded_at"]) <= record for each in recorded)
    others = ("audience", "exclude_source", "only_source", "min_sources")
    return {name: question[name] for name in others if name in question} | {
        "known_at": min(known, now),
        "valid_at": question.get("valid_at", turn),
        "seq": min(question.get("seq", upto), len(recorded)),
    }


def _cell(value: dict[str, Any]) -> str:
    names = ("party", "issue", "plan", "point")
    return "/".join(value[name] for name in names if value.get(name))


MEETING = ("status", "ongoing", "occurred", "concluded", "expected", "title", "place", "outcome")
DEADLINE = ("status", "due", "closed", "late", "title", "reason")
POSITION = ("stance", "answer", "mixed", "since", "last_stated")
LISTED = ("possible", "scheduled", "withdrawn")
BOUNDED_EVENTS = ("attributed", "statements", "disputed", "votes", "incidents", *LISTED)
UNTOLD = ("unrealised", "erased", "anomalies")
"""Bounded lists that the oracle does not put in order."""
LEFT_OFF = {
    "listed": LISTED,
    "claims": ["attributed"],
    "meetings": ["concluded_meetings", "cancelled_meetings"],
    "deadlines": ["met_deadlines", "withdrawn_deadlines"],
    "coverage": ["gaps"],
}
"""The bounded lists that each part of the oracle's answer needs whole, where not its own alone."""
OF_THE_LOG = {
    "event",
    "rivals",
    "disputed",
    "standing",
    "negotiation",
    "recorded_by",
    "leaf_hash",
    "events",
    "known_at",
    "sources",
    "single_source",
}
"""What a line of the log has beyond the fields that the event was recorded with."""
REGISTERED = (
    "negotiation-opened",
    "party-registered",
    "person-registered",
    "issue-defined",
    "watch-recorded",
)


def read_each_once(view: View) -> None:
    """Have a view of the index run no statement twice: in its snapshot the rows are the same."""
    indexed, kept = getattr(view, "view", view), dict[object, Any]()
    if not isinstance(indexed, IndexView):
        return
    fetch_rows = indexed._fetch_rows

    def fetch_once(statement: str, **params: object) -> Any:
        question = (statement, *sorted(params.items()))
        if question not in kept:
            kept[question] = fetch_rows(statement, **params)
        return kept[question]

    indexed._fetch_rows = fetch_once  # type: ignore[method-assign]  # of this view alone


def reduce_view(view: View) -> dict[str, Any]:
    """Return of a view what the oracle knows too, in its form."""
    read_each_once(view)
    state = answers.to_plain(answers.build_state(view, ADDRESS, WHOLE))
    items = view.read_log(LogQuery(1000))
    news = [i for i in items if i.type not in NO_NEWS]
    kept = [item for kind in REGISTERED for item in view.visible_records(kind)]
    return {
        "standing": {item.event: item.standing_at(view.basis.valid_at) for item in news},
        "known_at": {item.event: item.known_at for item in news},
        "disputed": sorted(item.event for item in news if item.own_fields.get("rivals")),
        "lives": {item.event: _life(item) for item in news},
        "bookkeeping": [item.event for item in sorted(kept, key=lambda item: item.seq)],
        **reduce_state(state),
        "statements": [
            [each["event"], each["withdrawn"]]
            for each in answers.to_plain(list(answers.select_statements(view)))
        ],
        "briefs": {
            each["brief"]: each["event"] for each in answers.to_plain(answers.select_briefs(view))
        },
        "newest": _newest(view),
    }


def reduce_state(state: dict[str, Any]) -> dict[str, Any]:
    """Return of a state what the oracle knows too, but for lists of which it leaves some off."""
    reduced = {
        "listed": {name: [each["event"] for each in state[name]] for name in LISTED},
        "positions": {_cell(each): _position(each) for each in state["positions"]},
        "claims": _claims(state["attributed"]),
        "meetings": {each["meeting"]: _meeting(each) for each in state["meetings"]},
        **_plans(state["plans"]),
        "roles": {_role(each): each["since"] for each in state["roles"]},
        "anomalies": sorted({(each["kind"], each["events"][0]) for each in state["anomalies"]}),
        "coverage": _unwatched_days(state["coverage"]),
        "deadlines": {each["deadline"]: _deadline(each) for each in state["deadlines"]},
        "votes": [each["event"] for each in state["votes"]],
        "incidents": [each["event"] for each in state["incidents"]],
    }
    more = {*state["more"], *(name for plan in state["plans"] for name in plan["more"])}
    return {
        name: each for name, each in reduced.items() if more.isdisjoint(LEFT_OFF.get(name, [name]))
    }


def reduce_events(lines: list[dict[str, Any]]) -> dict[str, Any]:
    """Return of the log over HTTP, whole, what the oracle knows of the news in it."""
    news = [line for line in lines if line["type"] not in NO_NEWS]
    return {
        "standing": {line["id"]: line["standing"] for line in news},
        "known_at": {line["id"]: from_rfc3339(line["known_at"]) for line in news},
        "disputed": sorted(line["id"] for line in news if line.get("rivals")),
        "lives": {line["id"]: _life_of_line(line) for line in news},
    }


def _newest(view: View) -> dict[str, Any]:
    """Return what a state keeps of its bounded lists, and how many items they have in all."""
    state = answers.to_plain(answers.build_state(view, ADDRESS, ListLimits(FEW, FEW)))
    kept = {name: [each["event"] for each in state[name]] for name in BOUNDED_EVENTS}
    kept["gaps"] = [gap["from"] for gap in state["coverage"]["gaps"]]
    for meeting in state["meetings"]:
        if meeting["status"] in ("concluded", "cancelled"):
            kept.setdefault(f"{meeting['status']}_meetings", []).append(meeting["meeting"])
    for deadline in state["deadlines"]:
        if deadline["status"] in ("met", "withdrawn"):
            kept.setdefault(f"{deadline['status']}_deadlines", []).append(deadline["deadline"])
    counts = {name: more["count"] for name, more in state["more"].items() if name not in UNTOLD}
    for plan in state["plans"]:
        for name in ("pending", "endorsements"):
            kept[f"{name} of {plan['plan']}"] = [each["event"] for each in plan[name]]
        counts |= {f"{name} of {plan['plan']}": m["count"] for name, m in plan["more"].items()}
    return {
        "kept": {name: sorted(items) for name, items in kept.items() if items},
        "counts": counts,
    }


def _unwatched_days(coverage: dict[str, Any]) -> list[str] | None:
    if not coverage["recorded"]:
        return None
    runs = [(date.fromisoformat(gap["from"]), gap["days"]) for gap in coverage["gaps"]]
    return [str(first + timedelta(days=n)) for first, days in runs for n in range(days)]


def _role(each: dict[str, Any]) -> str:
    return "/".join(each[name] for name in ("person", "party", "title"))


def _life(item: Item) -> dict[str, Any]:
    line = {
        **item.own_fields,
        "events": orjson.loads(item.provenance)["events"],
        "reports": orjson.loads(item.reports),
    }
    return _life_of_line(line) | {"bounds": [item.lo, item.last]}


def _life_of_line(line: dict[str, Any]) -> dict[str, Any]:
    claims: dict[str, list[list[Any]]] = {}
    for rival in line.get("rivals", ()):
        claims.setdefault(rival["field"], []).append([rival["value"], rival["event"]])
    told = {name: each for name, each in line.items() if name not in OF_THE_LOG}
    return {
        "value": plain(told),
        "rivals": claims,
        "events": line["events"],
        "reports": [
            [each["published"], each.get("publisher"), each.get("origin")]
            for each in line["reports"]
        ],
    }


def _position(each: dict[str, Any]) -> dict[str, Any]:
    candidates = sorted(candidate["event"] for candidate in each["candidates"])
    return {name: each[name] for name in POSITION} | {
        "candidates": candidates,
        "summary": each["summary"],
    }


def _meeting(each: dict[str, Any]) -> dict[str, Any]:
    zones = {name: each[name] for name in ("tz", "concluded_tz", "expected_tz") if name in each}
    return {name: each[name] for name in MEETING} | zones


def _deadline(each: dict[str, Any]) -> dict[str, Any]:
    return {name: each[name] for name in DEADLINE}


def _plans(plans: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "points": {
            f"{plan['plan']}/{point['point']}": {
                name: point[name] for name in ("text", "number", "heading")
            }
            for plan in plans
            for point in plan["points"]
        },
        "rivals": {
            f"{plan['plan']}/{point['point']}": sorted(
                each["events"][0] for each in point["candidates"]
            )
            for plan in plans
            for point in plan["points"]
        },
        "order": {
            plan["plan"]: [point["point"] for point in plan["points"]]
            for plan in plans
            if plan["points"]
        },
        "agreed": sorted(f"{plan['plan']}/{name}" for plan in plans for name in plan["agreed"]),
        "pending": sorted(each["event"] for plan in plans for each in plan["pending"]),
    }


def _claims(found: list[dict[str, Any]]) -> dict[str, list[list[Any]]]:
    cells: dict[str, list[list[Any]]] = {}
    for each in found:
        claim = [each["event"], each["claimant"], each["earlier_claims"]]
        cells.setdefault(_cell(each), []).append(claim)
    return cells


ALIKE = (
    "votes",
    "incidents",
    "briefs",
    "standing",
    "known_at",
    "disputed",
    "lives",
    "listed",
    "bookkeeping",
    "claims",
    "points",
    "rivals",
    "order",
    "agreed",
    "pending",
    "statements",
    "coverage",
    "newest",
)


def reduce_reference(known: dict[str, Any]) -> dict[str, Any]:
    """Return the oracle's answer in the form of ``reduce_view``."""
    values = {event: life["value"] for event, life in known["lives"].items()}

    def occurred(event: str | None) -> Any:
        return values[event].get("occurred") if event else None

    def position(each: dict[str, Any]) -> dict[str, Any]:
        times = {name: occurred(each[name]) for name in ("since", "last_stated")}
        said = values[each["event"]].get("summary") if each["event"] else None
        candidates = each["candidates"] if each["mixed"] else []
        return {
            "stance": each["stance"],
            "answer": each["answer"],
            "mixed": each["mixed"],
            **times,
            "candidates": candidates,
            "summary": said,
        }

    return {name: known[name] for name in ALIKE} | {
        "positions": {cell: position(each) for cell, each in known["positions"].items()},
        "meetings": {slug: _meeting(each) for slug, each in known["meetings"].items()},
        "deadlines": {slug: _deadline(each) for slug, each in known["deadlines"].items()},
        "roles": {role: occurred(event) for role, event in known["roles"].items()},
        "anomalies": sorted({(kind, event) for kind, event in known["anomalies"]}),
    }


def assert_equal(found: dict[str, Any], wanted: dict[str, Any], why: Any) -> None:
    for name in wanted:
        assert found[name] == wanted[name], (name, why)
