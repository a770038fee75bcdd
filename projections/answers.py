"""The answers of the contract, each made from a view by pure resolution."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import orjson

from domain.instants import full_text
from domain.items import Item, joined
from domain.refusals import NotFoundError
from domain.spans import parse
from projections.plans import Answer, Plans, plan, plans, point
from projections.standings import attributed, cell, meeting, meetings, positions
from projections.view import LATER, View

__all__ = ["attributed", "cell", "meeting", "meetings", "plan", "plans", "point", "positions"]
NEWEST_STATEMENTS, NEWEST_LISTED = 10, 20


def spelled_out(answer: Any) -> Any:
    """Return an answer as plain lists and dicts, for those who read it and do not send it on."""
    return orjson.loads(orjson.dumps(answer))


def state(view: View) -> Answer:
    """Return everything of a negotiation as of the basis."""
    opened = view.records("negotiation-opened")
    plans = Plans(view)
    return {
        "negotiation": opened[0].shown if opened else None,
        "parties": parties(view),
        "roles": roles(view),
        "issues": issues(view),
        "meetings": meetings(view),
        "positions": positions(view),
        "attributed": attributed(view),
        "plans": plans.all(),
        "statements": list(islice(statements(view), NEWEST_STATEMENTS)),
        "disputed": listed(view, "disputed"),
        "withdrawn": listed(view, "withdrawn"),
        "possible": listed(view, "possible"),
        "scheduled": listed(view, "scheduled"),
        "unrealised": listed(view, "unrealised"),
        "erased": listed(view, "erased"),
        "anomalies": [*_early(view), *plans.anomalies()],
        "coverage": coverage(view),
    }


def listed(view: View, standing: str, limit: int = NEWEST_LISTED) -> list[orjson.Fragment]:
    return [item.shown for item in view.listed(standing, limit)]


def _early(view: View) -> Iterator[orjson.Fragment]:
    for item in view.listed("ahead", NEWEST_LISTED):
        yield joined(b'{"kind":"published-before-occurred"}', item.body, item.rests)


def parties(view: View) -> list[orjson.Fragment]:
    return [item.shown for item in view.records("party-registered")]


def issues(view: View) -> list[orjson.Fragment]:
    return [item.shown for item in view.records("issue-defined")]


def people(view: View) -> list[orjson.Fragment]:
    """Return the persons that show, each with the roles held."""
    held: dict[str, list[Answer]] = {}
    for role in spelled_out(roles(view)):
        held.setdefault(role["person"], []).append(role)
    return [
        joined(item.body, orjson.dumps({"roles": held.get(item.value["person"] or "", [])}),
               item.rests)
        for item in view.records("person-registered")
    ]  # fmt: skip


def roles(view: View, *of: str) -> list[orjson.Fragment]:
    """Return the roles assumed and not ended; starts are compared, not ends."""
    found = []
    for (person, party, title), rows in view.cells("role", *of).items():
        row = next(iter(rows))
        if row.mark == "role-assumed":
            value = row.value
            role = {
                "person": person,
                "party": party,
                "title": title,
                "authority": value.get("authority"),
                "since": value.get("occurred"),
            }
            found.append(joined(orjson.dumps(role), row.rests))
    return found


def statements(
    view: View,
    slug: str | None = None,
    *,
    speaker: str | None = None,
    party: str | None = None,
    about: str | None = None,
    q: str | None = None,
) -> Iterator[orjson.Fragment]:
    """Yield statements newest first, or those of one slug; withdrawn ones say so."""
    taken_back = {taken for (taken,) in view.cells("statement", *([slug] if slug else []))}
    matching = {item.event for item in view.search(q)} if q else None
    speakers = _speakers(view, speaker, party)
    for item in view.newest("statement-made", f"statement:{slug}" if slug else None):
        if matching is not None and item.event not in matching:
            continue
        value = item.value
        if slug and value.get("statement") != slug:
            continue
        ours = speaker is None and party is not None and value.get("on_behalf_of") == party
        if speakers is not None and value.get("speaker") not in speakers and not ours:
            continue
        if about and about not in (value.get("about") or ()):
            continue
        withdrawn = b"true" if value.get("statement") in taken_back else b"false"
        yield joined(item.body, b'{"withdrawn":%b}' % withdrawn, item.rests)


def _speakers(view: View, speaker: str | None, party: str | None) -> set[str] | None:
    if speaker is None and party is None:
        return None
    found = None
    if speaker is not None:
        found = {speaker} if ":" in speaker else {f"person:{speaker}", f"party:{speaker}"}
    if party is not None:
        held = spelled_out(roles(view))
        members = {f"person:{role['person']}" for role in held if role["party"] == party}
        members.add(f"party:{party}")
        found = members if found is None else found & members
    return found


def coverage(view: View) -> Answer:
    """Return the last watch, and the stretches between watches when nobody looked."""
    watches = []
    for item in view.records("watch-recorded"):
        value = item.value
        zone = value.get("tz") or view.zone
        watches.append((parse(value["from"], zone).lo, parse(value["to"], zone).hi, item))
    watches.sort(key=lambda each: each[:2])
    gaps, reached = [], None
    for lo, hi, _ in watches:
        if reached is not None and lo > reached:
            gaps.append({"from": full_text(reached), "to": full_text(lo)})
        reached = hi if reached is None else max(reached, hi)
    return {"last_watch": watches[-1][2].shown if watches else None, "gaps": gaps}


def events(items: Iterable[Item], view: View) -> list[orjson.Fragment]:
    return [event_line(item, view) for item in items]


def event_line(item: Item, view: View, **more: Any) -> orjson.Fragment:
    """Return one event of the log as it stands under the basis."""
    marks = {"id": item.event, "seq": item.seq, "recorded_at": full_text(item.recorded_at),
             "standing": standing_of(item, view), **more}  # fmt: skip
    return joined(item.body, orjson.dumps(marks), b'{"reports":%b}' % item.reports, item.rests)


def standing_of(item: Item, view: View) -> str:
    if item.withdrawn:
        return "withdrawn"
    if item.standing not in ("actual", "act", "record"):
        return item.standing
    if item.last <= view.basis.valid_at or not item.news:
        return "happened"
    return "possible" if item.lo <= view.basis.valid_at else "scheduled"


def event(view: View, identity: str) -> tuple[Item, list[Item]]:
    """Return one event and what acted on it. Raises NotFoundError."""
    item = view.item(identity)
    if item is None:
        raise NotFoundError(f"no event {identity} is known under this basis", hint=LATER)
    acts = orjson.loads(item.rests)["events"][1:]
    return item, [found for act in acts if (found := view.item(act))]
