"""The answers of the contract, each made from a view by pure resolution."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from typing import Any

from domain import meetings as meeting_rules
from domain import plans as plan_rules
from domain import positions as position_rules
from domain.cells import CellKey, Item, Placed
from domain.instants import EARLIEST, full_text
from domain.refusals import NotFoundError
from domain.spans import parse
from projections.view import View

Answer = dict[str, Any]
NEWEST_STATEMENTS, NEWEST_LISTED = 10, 20
SOURCE = ("publisher", "url", "published")
_known_text = lru_cache(maxsize=2**15)(full_text)
LATER = "it may be known later, or to another audience"


def rests_on(items: Sequence[Item]) -> Answer:
    """Return what every item of an answer carries: its events, known time and sources."""
    sources: dict[tuple[Any, Any], Answer] = {}
    events: dict[str, None] = {}
    for item in items:
        events[item["event"]] = None
        events.update(dict.fromkeys(item["acts"]))
        for report in item["reports"]:
            origin = report.get("publisher"), report.get("url")
            if origin not in sources:
                sources[origin] = {name: report[name] for name in SOURCE if name in report}
    known = max((item["known_at"] for item in items), default=EARLIEST)
    return {
        "events": list(events),
        "known_at": _known_text(known) if known > EARLIEST else None,
        "sources": list(sources.values()),
        "single_source": len({publisher or url for publisher, url in sources}) <= 1,
    }


def plain(item: Item) -> Answer:
    """Return an item's own fields with what it rests on and what is disputed of it."""
    value = {name: each for name, each in item["value"].items() if name != "type"}
    shown = {"event": item["event"], "type": item["type"], **value, **rests_on([item])}
    if item["rivals"]:
        names = list(dict.fromkeys(rival["field"] for rival in item["rivals"]))
        shown |= dict.fromkeys(names) | {"disputed": True, "rivals": item["rivals"]}
    return shown


def state(view: View) -> Answer:
    """Return everything of a negotiation as of the basis."""
    opened = view.records("negotiation-opened")
    return {
        "negotiation": plain(opened[0]) if opened else None,
        "parties": parties(view),
        "roles": roles(view),
        "issues": issues(view),
        "meetings": meetings(view),
        "positions": positions(view),
        "attributed": attributed(view),
        "plans": plans(view),
        "statements": list(islice(statements(view), NEWEST_STATEMENTS)),
        "disputed": listed(view, "disputed"),
        "withdrawn": listed(view, "withdrawn"),
        "possible": listed(view, "possible"),
        "scheduled": listed(view, "scheduled"),
        "unrealised": listed(view, "unrealised"),
        "anomalies": anomalies(view),
        "coverage": coverage(view),
    }


def listed(view: View, standing: str) -> list[Answer]:
    return [plain(item) for item in view.listed(standing, NEWEST_LISTED)]


def parties(view: View) -> list[Answer]:
    return [plain(item) for item in view.records("party-registered")]


def issues(view: View) -> list[Answer]:
    return [plain(item) for item in view.records("issue-defined")]


def people(view: View) -> list[Answer]:
    """Return the persons that show, each with the roles held."""
    held: dict[str, list[Answer]] = {}
    for role in roles(view):
        held.setdefault(role["person"], []).append(role)
    registered = [plain(item) for item in view.records("person-registered")]
    return [person | {"roles": held.get(person.get("person", ""), [])} for person in registered]


def roles(view: View) -> list[Answer]:
    """Return the roles assumed and not ended; starts are compared, not ends."""
    found = []
    for (person, party, title), rows in view.cells("role").items():
        row = next(iter(rows))
        if row.mark == "role-assumed":
            item = row.load()
            value = item["value"]
            found.append(
                {
                    "person": person,
                    "party": party,
                    "title": title,
                    "authority": value.get("authority"),
                    "since": value.get("occurred"),
                    **rests_on([item]),
                }
            )
    return found


def meetings(view: View, status: str | None = None) -> list[Answer]:
    found = (meeting(view, key, list(rows)) for key, rows in view.cells("meeting").items())
    return [each for each in found if each and status in (None, each["status"])]


def meeting(view: View, key: CellKey, rows: Sequence[Placed]) -> Answer | None:
    resolved = meeting_rules.resolve(rows, view.basis.valid_at, view.zone)
    if resolved is None:
        return None
    items = [row.load() for row in reversed(rows)]
    rivals = [rival for item in items for rival in item["rivals"]]
    return {
        "meeting": key[0],
        "status": resolved.status,
        "ongoing": resolved.ongoing,
        "occurred": resolved.occurred,
        "expected": resolved.expected,
        "title": None,
        "place": None,
        "format": None,
        "outcome": None,
        "summary": None,
        **resolved.fields,
        **({"disputed": True, "rivals": rivals} if rivals else {}),
        **rests_on(items),
    }


def positions(view: View) -> list[Answer]:
    return [
        position(key, resolved)
        for key, rows in view.cells("position").items()
        if (resolved := position_rules.resolve(rows))
    ]


def position(key: CellKey, resolved: position_rules.Position) -> Answer:
    candidates = [row.load() for row in resolved.candidates]
    winner = candidates[0]
    value = {} if resolved.mixed else winner["value"]
    rivals = [rival for item in candidates for rival in item["rivals"]]
    return {
        **_cell(key),
        "stance": resolved.stance,
        "summary": value.get("summary"),
        "quote": value.get("quote"),
        "conditions": value.get("conditions", []),
        "since": _occurred(resolved.since),
        "last_stated": _occurred(resolved.last_stated),
        "mixed": resolved.mixed,
        "candidates": [plain(item) for item in candidates] if resolved.mixed else [],
        **({"disputed": True, "rivals": rivals} if rivals else {}),
        **rests_on(candidates),
    }


def _cell(key: CellKey) -> Answer:
    names = ("party", "issue") if len(key) == 2 else ("party", "plan", "point")
    return dict(zip(names, key, strict=True))


def _occurred(row: Placed | None) -> str | None:
    if row is None:
        return None
    occurred = row.load()["value"].get("occurred")
    return str(occurred) if occurred else None


def attributed(view: View) -> list[Answer]:
    """Return what others say of a party's position, newest first in each cell."""
    return [
        {**_cell(key), **plain(row.load())}
        for key, rows in view.cells("attributed").items()
        for row in rows
    ]


def cell(view: View, *key: str) -> Answer:
    """Return one position with its whole history. Raises NotFoundError if nothing names it."""
    own = view.cells("position", *key).get(key)
    others = view.cells("attributed", *key).get(key, ())
    resolved = position_rules.resolve(own) if own else None
    if resolved is None and not others:
        known = all(view.mentioned(kind, slug) for kind, slug in _cell(key).items())
        if not known:
            raise NotFoundError(f"nothing is known of {'/'.join(key)} under this basis", hint=LATER)
    return {
        "position": position(key, resolved) if resolved else None,
        "history": [plain(row.load()) for row in own or ()],
        "attributed": [plain(row.load()) for row in others],
    }


def statements(
    view: View,
    *,
    speaker: str | None = None,
    party: str | None = None,
    about: str | None = None,
    q: str | None = None,
) -> Iterator[Answer]:
    """Yield statements newest first; withdrawn ones say so."""
    taken_back = view.cells("statement")
    matching = {item["event"] for item in view.search(q)} if q else None
    speakers = _speakers(view, speaker, party)
    for item in view.newest("statement-made"):
        value = item["value"]
        if matching is not None and item["event"] not in matching:
            continue
        ours = speaker is None and party is not None and value.get("on_behalf_of") == party
        if speakers is not None and value.get("speaker") not in speakers and not ours:
            continue
        if about and about not in value.get("about", ()):
            continue
        yield plain(item) | {"withdrawn": (value.get("statement", ""),) in taken_back}


def _speakers(view: View, speaker: str | None, party: str | None) -> set[str] | None:
    if speaker is None and party is None:
        return None
    found = None
    if speaker is not None:
        found = {speaker} if ":" in speaker else {f"person:{speaker}", f"party:{speaker}"}
    if party is not None:
        members = {f"person:{role['person']}" for role in roles(view) if role["party"] == party}
        members.add(f"party:{party}")
        found = members if found is None else found & members
    return found


def plans(view: View) -> list[Answer]:
    return list(_Plans(view).all())


def plan(view: View, slug: str) -> Answer:
    """Return one plan. Raises NotFoundError if it is not known under this basis."""
    for found in _Plans(view, slug).all():
        return found
    raise NotFoundError(f"no plan {slug!r} is known under this basis", hint=LATER)


def point(view: View, slug: str, name: str) -> Answer:
    """Return one point with its history and lineage. Raises NotFoundError."""
    rows = list(view.cells("point", slug, name).get((slug, name), ()))
    if not rows:
        raise NotFoundError(f"no point {name!r} of {slug!r} is known under this basis", hint=LATER)
    resolved = plan_rules.resolve(rows)
    return {
        "plan": slug,
        "point": name,
        "stands": resolved.stands,
        "current": _point(name, resolved) if resolved.stands else None,
        "lineage": resolved.lineage,
        "history": [
            {"op": row.mark, **(row.detail or {}), "occurred": row.load()["value"].get("occurred"),
             **rests_on([row.load()])}
            for row in rows
        ],
        "positions": [each for each in positions(view)
                      if (each.get("plan"), each.get("point")) == (slug, name)],
    }  # fmt: skip


def _point(name: str, resolved: plan_rules.Point) -> Answer:
    fields = dict.fromkeys(plan_rules.FIELDS) | resolved.fields
    return {
        "point": name,
        **fields,
        "lineage": resolved.lineage,
        **rests_on([row.load() for row in resolved.rows]),
    }


class _Plans:
    """Plans as of a view: texts, amendments, endorsements, what is agreed."""

    def __init__(self, view: View, *slug: str) -> None:
        self.view = view
        self.cells = {key[0]: list(rows)[::-1] for key, rows in view.cells("plan", *slug).items()}
        self.points: dict[str, dict[str, plan_rules.Point]] = {}
        for (of, name), rows in view.cells("point", *slug).items():
            self.points.setdefault(of, {})[name] = plan_rules.resolve(rows)
        self.amendments = view.cells("amendment", *slug)
        self.verdicts = {slug: [(row, row.load()["value"]) for row in rows if row.mark in ENDORSING]
                         for slug, rows in self.cells.items()}  # fmt: skip
        self.stances: dict[tuple[str, str], dict[str, list[Placed]]] = {}
        for position_key, stated in view.cells("position").items():
            party, *point = position_key
            if len(point) == 2 and point[0] in (slug or (point[0],)):
                self.stances.setdefault((point[0], point[1]), {})[party] = _word(stated)

    def all(self) -> Iterator[Answer]:
        for slug in sorted(set(self.cells) | set(self.points)):
            yield self._one(slug, self.cells.get(slug, []))

    def _one(self, slug: str, rows: Sequence[Placed]) -> Answer:
        items = [row.load() for row in rows]
        introduced = [item for item in items if item["type"] == "plan-introduced"]
        value: Answer = {}
        for item in introduced:
            value |= item["value"]
        rivals = [rival for item in introduced for rival in item["rivals"]]
        standing = {name: each for name, each in self.points.get(slug, {}).items() if each.stands}
        stakes = self._stakes(slug, value)
        agreed = [name for name, each in standing.items()
                  if plan_rules.agreed(each, self._words(slug, name, stakes))]  # fmt: skip
        return {
            "plan": slug,
            "title": value.get("title"),
            "status": self._status(value, items),
            "sponsors": value.get("sponsors", []),
            "derived_from": value.get("derived_from", []),
            "claimed_points": value.get("claimed_points"),
            "points": [_point(*pair) for pair in sorted(standing.items(), key=_number)],
            "pending": self._pending(slug),
            "endorsements": [plain(item) for item in items if item["type"] in ENDORSING],
            "documents": [plain(item) for item in items if item["type"] == "document-published"],
            "agreed": agreed,
            "open": [name for name in standing if name not in agreed],
            **({"disputed": True, "rivals": rivals} if rivals else {}),
            **rests_on(items),
        }

    def _status(self, value: Answer, items: Sequence[Item]) -> Any:
        gone = any(item["type"] == "plan-superseded" for item in items)
        return "superseded" if gone else value.get("status")

    def _stakes(self, slug: str, value: Answer) -> set[str]:
        """Every sponsor, and every party that ever took a stance on the plan."""
        parties = set(value.get("sponsors", ()))
        parties |= {party for (of, _), each in self.stances.items() if of == slug for party in each}
        return parties | {verdict.get("party", "") for _, verdict in self.verdicts.get(slug, ())}

    def _words(self, slug: str, name: str, stakes: Iterable[str]) -> Mapping[str, list[Placed]]:
        whole: dict[str, list[Placed]] = {}
        for row, value in self.verdicts.get(slug, ()):
            if not value.get("points") or name in value["points"]:
                whole.setdefault(value.get("party", ""), []).append(_conditional(row, value))
        own = self.stances.get((slug, name), {})
        return {party: [*own.get(party, ()), *whole.get(party, ())] for party in stakes}

    def _pending(self, slug: str) -> list[Answer]:
        found = []
        for (of, _), rows in self.amendments.items():
            by_mark = {row.mark: row for row in reversed(list(rows))}
            proposal = by_mark.get("amendment-proposed")
            if of == slug and proposal and not set(by_mark) - {"amendment-proposed"}:
                found.append(plain(proposal.load()))
        return found


ENDORSING = ("plan-endorsed", "plan-rejected", "plan-signed")


def _word(rows: Iterable[Placed]) -> list[Placed]:
    """Return a party's last word on a point; a mixed or conditional one is no acceptance."""
    resolved = position_rules.resolve(rows)
    if resolved is None:
        return []
    if resolved.mixed:
        return [replace(resolved.winner, mark="mixed")]
    return [_conditional(resolved.winner, resolved.winner.load()["value"])]


def _conditional(row: Placed, value: Answer) -> Placed:
    return replace(row, mark="conditional") if value.get("conditions") else row


def _number(pair: tuple[str, plan_rules.Point]) -> tuple[int, int, str, str]:
    number = pair[1].fields.get("number")
    if isinstance(number, int):
        return (0, number, "", pair[0])
    return (1 if number is not None else 2, 0, str(number), pair[0])


def anomalies(view: View) -> list[Answer]:
    """Return what the fold could not place, and what was known before it could have occurred."""
    found = [
        {"kind": "published-before-occurred", **plain(item)}
        for item in view.listed("ahead", NEWEST_LISTED)
    ]
    for (slug, name), rows in view.cells("point").items():
        resolved = plan_rules.resolve(rows)
        if not resolved.established:
            found += [
                {"kind": "operation-without-point", "plan": slug, "point": name, "op": row.mark,
                 **rests_on([row.load()])}
                for row in resolved.rows
            ]  # fmt: skip
    for (slug, name), rows in view.cells("amendment").items():
        marks = {row.mark: row for row in rows}
        if "amendment-proposed" not in marks:
            found += [
                {"kind": "amendment-without-proposal", "plan": slug, "amendment": name,
                 **rests_on([row.load()])}
                for row in marks.values()
            ]  # fmt: skip
    return found


def coverage(view: View) -> Answer:
    """Return the last watch, and the stretches between watches when nobody looked."""
    spans = [
        (parse(item["value"].get("from"), view.zone).lo,
         parse(item["value"].get("to"), view.zone).hi, item)
        for item in view.records("watch-recorded")
    ]  # fmt: skip
    spans.sort(key=lambda each: each[:2])
    gaps, reached = [], None
    for lo, hi, _ in spans:
        if reached is not None and lo > reached:
            gaps.append({"from": full_text(reached), "to": full_text(lo)})
        reached = hi if reached is None else max(reached, hi)
    return {"last_watch": plain(spans[-1][2]) if spans else None, "gaps": gaps}


def events(items: Iterable[Item], view: View) -> list[Answer]:
    return [event_line(item, view) for item in items]


def event_line(item: Item, view: View) -> Answer:
    """Return one event of the log as it stands under the basis."""
    return {
        **plain(item),
        "id": item["event"],
        "seq": item["seq"],
        "recorded_at": full_text(item["recorded_at"]),
        "reports": item["reports"],
        "standing": standing_of(item, view),
    }


def standing_of(item: Item, view: View) -> str:
    modality = item["value"].get("modality", "actual")
    if item["withdrawn"]:
        return "withdrawn"
    if modality != "actual":
        return str(modality)
    if item["last"] <= view.basis.valid_at or not item["news"]:
        return "happened"
    return "possible" if item["lo"] <= view.basis.valid_at else "scheduled"


def event(view: View, identity: str) -> Answer:
    """Return one event with what acted on it. Raises NotFoundError."""
    item = view.item(identity)
    if item is None:
        raise NotFoundError(
            f"no event {identity} is known under this basis",
            hint=LATER,
        )
    acts = [found for act in item["acts"] if (found := view.item(act))]
    return {**event_line(item, view), "acts": [event_line(act, view) for act in acts]}
