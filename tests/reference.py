"""The independent oracle of what events add up to, written from TIME.md alone."""

from __future__ import annotations

from typing import Any

from domain.catalogue import BOOKKEEPING_TYPES
from domain.edtf import parse_span
from tests.reference_lives import Asked, Entry, Life, all_held, held, news_of, told

BESIDE = {"third-party", "anonymous"}
ENDORSING = ("plan-endorsed", "plan-rejected", "plan-signed")
AGREEING = ("accepts", "supports", "plan-endorsed", "plan-signed")
WITHDRAWN = "a withdrawal"
"""Stands for the stance of a withdrawal: equal to no stance, and not to a disputed one."""


def fold(entries: list[Entry], **basis: Any) -> dict[str, Any]:
    """Return what the basis (see held) holds of the entries, cell by cell."""
    lives, asked = all_held(entries, **basis)
    shown = news_of(lives, asked.known_at)
    happened = sorted((x for x in shown if x.standing == "happened"), key=lambda x: x.key)
    points, homeless = _points(shown, happened)
    early = [["published-before-occurred", x.id] for x in shown if x.early]
    return {
        "standing": {x.id: x.standing for x in shown},
        "known_at": {x.id: x.known for x in shown},
        "disputed": sorted(x.id for x in shown if x.rivals),
        "lives": {x.id: told(x, asked) for x in shown},
        "listed": _listed(shown),
        "bookkeeping": _bookkeeping(lives, shown, asked),
        "positions": _positions(happened),
        "attributed": _attributed(happened),
        "meetings": _meetings(shown, basis["valid_at"]),
        "points": {place: _wording(point) for place, point in points.items()},
        "agreed": _agreed(happened, points),
        "pending": _pending(happened),
        "roles": _roles(happened),
        "statements": _statements(happened),
        "anomalies": sorted(early + homeless + _unproposed(happened)),
    }


def changes(entries: list[Entry], start: Entry, end: Entry) -> dict[tuple[str, str], str]:
    """Return the cause of each change between two bases: R moves first, then K, then V."""
    by_record = start | {"seq": end["seq"]}
    by_knowledge = by_record | {"known_at": end["known_at"]}
    states = [_facets(entries, basis) for basis in (start, by_record, by_knowledge, end)]
    between = sorted((start["valid_at"], end["valid_at"]))
    los = {life.id: life.start.lo for life in held(entries, **end)}
    found = {}
    for name in set().union(*states):
        values = [state.get(name, (None, ())) for state in states]
        steps = [step for step in (1, 2, 3) if values[step][0] != values[step - 1][0]]
        if values[0][0] != values[3][0]:
            rests = {*values[0][1], *values[3][1]} & set(los)
            is_world = any(between[0] < los[event] <= between[1] for event in rests)
            cause = ("record", "knowledge", "world" if is_world else "clock")
            found[name] = cause[steps[-1] - 1]
    return found


def _facets(entries: list[Entry], basis: Entry) -> dict[tuple[str, str], tuple[Any, list[str]]]:
    """Return what stands in each cell, with the events that it rests on."""
    folded = fold(entries, **basis)
    lives = folded["lives"]

    def of(event: str, **more: Any) -> tuple[Any, list[str]]:
        return (lives[event]["value"], lives[event]["rivals"], more), lives[event]["events"]

    facets = {("withdrawn", event): of(event) for event in folded["listed"]["withdrawn"]}
    for cell, events in folded["attributed"].items():
        facets |= {("attributed", f"{cell}#{event}"): of(event) for event in events}
    for role, event in folded["roles"].items():
        facets["role", role] = "held", lives[event]["events"]
    for slug, meeting in folded["meetings"].items():
        rests = [event for each in meeting["events"] for event in lives[each]["events"]]
        core = {name: each for name, each in meeting.items() if name != "events"}
        facets["meeting", slug] = core, rests
    return facets


def _listed(shown: list[Life]) -> dict[str, list[str]]:
    newest = sorted(shown, key=lambda x: x.key, reverse=True)
    names = ("possible", "scheduled", "withdrawn")
    return {name: [x.id for x in newest if x.standing == name] for name in names}


def _bookkeeping(lives: list[Life], shown: list[Life], asked: Asked) -> list[str]:
    """With reports it follows them; without, it shows once an admitted event names it."""
    names = {name for life in shown for name in _names(life.fields)}
    found = []
    for life in (x for x in lives if x.type in BOOKKEEPING_TYPES):
        is_told = asked.audience == "staff" and life.recorded <= asked.known_at
        if life.has_reports:
            is_told = life.known <= asked.known_at
        elif life.type == "negotiation-opened":
            is_told = is_told or bool(shown)
        else:
            is_told = is_told or not names.isdisjoint(_names(life.fields))
        found += [life.id] if is_told else []
    return found


def _names(fields: Entry) -> set[str]:
    named = {f"{kind}:{fields[kind]}" for kind in ("party", "person", "issue") if fields.get(kind)}
    named |= {fields["speaker"]} if fields.get("speaker") else set()
    return named | {f"party:{party}" for party in fields.get("sponsors") or ()}


# Cells: what the happened events add up to. They come in tie order.


def _cell(life: Life) -> str | None:
    """Return the cell of a position; null where a part of its name is disputed."""
    named = life.fields
    subject = [named["issue"]] if named.get("issue") else [named.get("plan"), named.get("point")]
    parts = [named.get("party"), *subject]
    return None if None in parts else "/".join(str(part) for part in parts)


def _stance(life: Life) -> str | None:
    return WITHDRAWN if life.type == "position-withdrawn" else life.fields.get("stance")


def _by_cell(lives: list[Life]) -> dict[str, list[Life]]:
    cells: dict[str, list[Life]] = {}
    for life in lives:
        cell = _cell(life)
        if cell is not None:
            cells.setdefault(cell, []).append(life)
    return cells


def _positions(happened: list[Life]) -> dict[str, Any]:
    return {cell: _position(events) for cell, events in _by_cell(_moving(happened)).items()}


def _moving(happened: list[Life]) -> list[Life]:
    return [
        life
        for life in happened
        if life.type in ("position-stated", "position-withdrawn") and not _is_beside(life)
    ]


def _is_beside(life: Life) -> bool:
    """Tell whether this is a claim of others, or may be one."""
    return life.fields.get("attribution") in BESIDE or "attribution" in life.disputed


def _position(events: list[Life]) -> dict[str, Any]:
    candidates = [x for x in events if not any(x.start.last < y.start.lo for y in events)]
    winner = candidates[-1]
    mixed = any(_stance(x) != _stance(winner) for x in candidates)
    answer: dict[str, Any] = {
        "stance": None,
        "mixed": mixed,
        "candidates": sorted(x.id for x in candidates),
        "event": None if mixed else winner.id,
        "since": None,
        "last_stated": None,
    }
    if mixed or _stance(winner) in (WITHDRAWN, None):
        return answer
    since = winner
    for earlier in reversed(events):
        if _stance(earlier) != _stance(winner):
            break
        since = earlier
    return answer | {"stance": _stance(winner), "since": since.id, "last_stated": winner.id}


def _attributed(happened: list[Life]) -> dict[str, list[str]]:
    stated = [x for x in happened if x.type == "position-stated"]
    beside = [x for x in reversed(stated) if _is_beside(x)]
    return {cell: [x.id for x in events] for cell, events in _by_cell(beside).items()}


def _meetings(shown: list[Life], valid_at: int) -> dict[str, Any]:
    meetings: dict[str, list[Life]] = {}
    for life in sorted(shown, key=lambda x: x.key):
        shows = life.type.startswith("meeting-") and life.standing in ("happened", "possible")
        if shows and life.fields.get("meeting"):
            meetings.setdefault(life.fields["meeting"], []).append(life)
    found = {slug: _meeting(events, valid_at) for slug, events in meetings.items()}
    return {slug: meeting for slug, meeting in found.items() if meeting["status"]}


def _meeting(events: list[Life], valid_at: int) -> dict[str, Any]:
    status = _status(events, valid_at)
    sure = [x for x in events if x.standing == "happened"]
    used = events if status == "possible" else sure
    held = [x for x in used if x.type in ("meeting-held", "meeting-concluded")]
    end = held[-1].end if held else None
    ongoing = status == "held" and end is not None and end.hi > valid_at
    planned = [x for x in sure if x not in held]
    return {
        "status": status,
        "ongoing": ongoing,
        "events": sorted(x.id for x in events),
        "occurred": _last_given(held, "occurred"),
        "expected": _last_given(planned, "expected"),
        **{name: _last_given(used, name) for name in ("title", "place", "outcome")},
        "rivals": [[x.id, x.disputed] for x in used if x.disputed],
    }


def _last_given(events: list[Life], name: str) -> Any:
    """Return a field's last value by tie order; null where its last writer is contradicted."""
    for life in reversed(events):
        if name in life.disputed:
            return None
        if life.fields.get(name):
            return life.fields[name]
    return None


def _status(events: list[Life], valid_at: int) -> str:
    happened = [x for x in events if x.standing == "happened"]
    types = {x.type for x in happened}
    for status in ("concluded", "held"):
        if f"meeting-{status}" in types:
            return status
    if any(x.type in ("meeting-held", "meeting-concluded") for x in events):
        return "possible"
    if not happened:
        return ""
    last = happened[-1]
    if last.type == "meeting-cancelled":
        return "cancelled"
    expected = parse_span(last.fields.get("expected"), last.zone)
    return "overdue" if expected.start.hi <= valid_at else "announced"


def _roles(happened: list[Life]) -> dict[str, str]:
    last: dict[str, Life] = {}
    for life in happened:
        parts = [life.fields.get(name) for name in ("person", "party", "title")]
        if life.type in ("role-assumed", "role-ended") and None not in parts:
            last["/".join(map(str, parts))] = life
    return {role: x.id for role, x in sorted(last.items()) if x.type == "role-assumed"}


def _statements(happened: list[Life]) -> list[list[Any]]:
    back = {x.fields["statement"] for x in happened if x.type == "statement-withdrawn"}
    made = [x for x in reversed(happened) if x.type == "statement-made"]
    return [[x.id, x.fields["statement"] in back] for x in made]


# Points: every operation in tie order, as (key, event id, plan, operation).

Step = tuple[tuple[int, ...], str, str, Entry]


def _points(shown: list[Life], happened: list[Life]) -> tuple[dict[str, Any], list[list[str]]]:
    steps = sorted(_direct(happened) + _adopted(shown, happened), key=lambda step: step[0])
    ever = {f"{plan}/{new['point']}" for _, _, plan, step in steps for new in _established(step)}
    texts: dict[str, Entry] = {}
    standing: set[str] = set()
    homeless: set[str] = set()
    for key, event, plan, operation in steps:
        place = f"{plan}/{operation['point']}"
        if _established(operation) or place in standing:
            _operate(plan, operation, texts, standing, key)
        touched = [operation["point"], *(operation.get("from") or [])]
        if any(f"{plan}/{point}" not in ever for point in touched):
            homeless.add(event)
    points = {place: texts[place] for place in sorted(standing)}
    return points, [["operation-without-point", event] for event in sorted(homeless)]


def _wording(point: Entry) -> Entry:
    return {name: value for name, value in point.items() if name != "since"}


def _direct(happened: list[Life]) -> list[Step]:
    steps: list[Step] = []
    for life in (x for x in happened if x.fields.get("plan")):
        operations = []
        if life.type == "plan-introduced":
            operations = [{**p, "op": "insertion"} for p in life.fields.get("points") or []]
        elif life.type == "plan-amended":
            operations = life.fields.get("operations") or []
        steps += [
            ((*life.key, life.seq, index), life.id, life.fields["plan"], operation)
            for index, operation in enumerate(operations)
        ]
    return steps


def _adopted(shown: list[Life], happened: list[Life]) -> list[Step]:
    usable = ("happened", "possible", "scheduled")
    proposals = [x for x in shown if x.type == "amendment-proposed" and x.standing in usable]
    return [
        step
        for adoption in happened
        if adoption.type == "amendment-adopted"
        for proposal in proposals
        if all(
            adoption.fields[name] and adoption.fields[name] == proposal.fields[name]
            for name in ("plan", "amendment")
        )
        for step in _pair(adoption, proposal)
    ]


def _pair(adoption: Life, proposal: Life) -> list[Step]:
    known = max(adoption.known, proposal.known)
    key = (adoption.start.last, adoption.start.lo, known, adoption.seq, proposal.seq)
    return [
        ((*key, index), adoption.id, proposal.fields["plan"], operation)
        for index, operation in enumerate(proposal.fields.get("operations") or [])
    ]


def _established(operation: Entry) -> list[Entry]:
    """Return the points that an operation brings into being."""
    if operation["op"] == "split":
        return list(operation.get("into") or [])
    return [operation] if operation["op"] in ("insertion", "join") else []


def _operate(
    plan: str, operation: Entry, texts: dict[str, Entry], standing: set[str], key: tuple[int, ...]
) -> None:
    ended = list(operation.get("from") or [])
    if operation["op"] in ("repeal", "split"):
        ended.append(operation["point"])
    standing.difference_update(f"{plan}/{point}" for point in ended)
    changed = [] if operation["op"] in ("repeal", "split") else [operation]
    established = _established(operation)
    for point in established or changed:
        place = f"{plan}/{point['point']}"
        if established:
            texts.pop(place, None)
        text = texts.setdefault(place, {"text": None, "number": None, "heading": None})
        text.update({name: point[name] for name in text if point.get(name) is not None})
        if established or point.get("text") is not None:
            text["since"] = key[:4]
        standing.add(place)


# Agreement: every sponsor and every party that ever took a stance on the plan accepts the text.


def _agreed(happened: list[Life], points: dict[str, Any]) -> list[str]:
    on_points = [x for x in _moving(happened) if x.fields.get("plan") and x.fields.get("party")]
    verdicts = [x for x in happened if x.type in ENDORSING and x.fields.get("party")]
    found = []
    for place, text in points.items():
        plan, point = place.split("/")
        stakes = {x.fields["party"] for x in on_points + verdicts if x.fields["plan"] == plan}
        stakes |= set(_sponsors(happened, plan))
        words = [_last_word(party, plan, point, on_points, verdicts) for party in stakes]
        if words and all(word is not None and word > text["since"] for word in words):
            found.append(place)
    return found


def _sponsors(happened: list[Life], plan: str) -> list[str]:
    introduced = [
        x for x in happened if x.type == "plan-introduced" and x.fields.get("plan") == plan
    ]
    return _last_given(introduced, "sponsors") or []


def _last_word(
    party: str, plan: str, point: str, on_points: list[Life], verdicts: list[Life]
) -> tuple[int, ...] | None:
    """Return when, in tie order, a party accepted a point; null where its last word does not."""
    stated = [x for x in on_points if _cell(x) == f"{party}/{plan}/{point}"]
    given = [
        x
        for x in verdicts
        if (x.fields["party"], x.fields["plan"]) == (party, plan)
        and (not x.fields.get("points") or point in x.fields["points"])
    ]
    last = max(stated[-1:] + given[-1:], key=lambda x: x.key, default=None)
    if last is None or last.fields.get("conditions"):
        return None
    if last in stated and _position(stated)["mixed"]:
        return None
    word = _stance(last) if last in stated else last.type
    return last.key if word in AGREEING else None


# Amendments.


def _amendments(happened: list[Life]) -> dict[str, dict[str, str]]:
    """Return of each amendment the last event of each type."""
    found: dict[str, dict[str, str]] = {}
    for life in happened:
        plan, amendment = life.fields.get("plan"), life.fields.get("amendment")
        if life.type.startswith("amendment-") and plan and amendment:
            found.setdefault(f"{plan}/{amendment}", {})[life.type] = life.id
    return found


def _pending(happened: list[Life]) -> list[str]:
    only = [each for each in _amendments(happened).values() if set(each) == {"amendment-proposed"}]
    return sorted(each["amendment-proposed"] for each in only)


def _unproposed(happened: list[Life]) -> list[list[str]]:
    return [
        ["amendment-without-proposal", event]
        for each in _amendments(happened).values()
        if "amendment-proposed" not in each
        for event in each.values()
    ]
