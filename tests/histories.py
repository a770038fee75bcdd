"""Hypothesis strategies for small histories that the service accepts, and for bases to ask by."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from hypothesis import strategies as st

from domain.instants import DAY, from_rfc3339, to_rfc3339
from tests.facts import Batch, Event, event_id

Drawn = st.SearchStrategy[Event]

FIRST = from_rfc3339("2025-12-10T00:00:00Z")
STEP = DAY // 4
STEPS = 4 * 10
PARTIES = ("north", "south")
ISSUES = ("border", "fund")
OFTEN_NORTH = ("north", "north", "north", "south")
OFTEN_BORDER = ("border", "border", "border", "fund")
PERSONS = ("envoy", "minister")
SAME_AS = {"south": "north", "minister": "envoy"}
"""What may be registered as the same as another."""
MEETINGS = ("m1", "m2")
POINTS = ("p1", "p2", "p3")
STANCES = ("accepts", "accepts", "rejects", "supports", "reserves")
ANSWERS = [{"answer": answer, "label": answer} for answer in ("most", "least")]
REGISTRATIONS = ("party-registered", "person-registered", "issue-defined")
PUBLISHERS = ("herald", "Herald ", "courier", "gazette", None)
ORIGINS = (*[None] * 5, "herald", "COURIER", "wire")
OWN = ("record-corrected", "record-voided")


def one(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


def often(*strategies: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Draw by one of the strategies; one named twice comes twice as often.

    ``st.one_of`` would take repeats out, and the branches of branches apart.
    """
    return st.integers(0, len(strategies) - 1).flatmap(lambda n: strategies[n])


def record(**fields: Any) -> Drawn:
    """Draw a map; plain values stay as they are."""
    drawn = {k: v if isinstance(v, st.SearchStrategy) else st.just(v) for k, v in fields.items()}
    return st.fixed_dictionaries(drawn)


# Spans, all of them inside ten days of December 2025; what happens is told mostly afterwards.


def _days(first: int, last: int) -> st.SearchStrategy[str]:
    return st.integers(first, last).map(lambda day: f"2025-12-{day}")


def _instants(first: int, last: int) -> st.SearchStrategy[str]:
    return st.integers(first, last - 1).map(lambda n: to_rfc3339(FIRST + n * STEP))


def _sets(first: int, last: int) -> st.SearchStrategy[str]:
    shapes = one("[2025-12-{}..2025-12-{}]", "[2025-12-{},2025-12-{}]")
    return st.tuples(shapes, _two_days(first, last)).map(lambda drawn: drawn[0].format(*drawn[1]))


def _two_days(first: int, last: int) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(first, last), min_size=2, max_size=2).map(sorted)


_LASTING = _two_days(10, 17).map(lambda days: "2025-12-{}/2025-12-{}".format(*days))
_SINCE = _days(10, 15).map(lambda day: f"{day}/..")
_EXACTLY_LASTING = st.tuples(st.integers(0, STEPS - 12), st.integers(1, 4)).map(
    lambda drawn: "/".join(to_rfc3339(FIRST + n * STEP) for n in (drawn[0], sum(drawn)))
)
_MASKED = one("2025-12-1X", "2025-12-13~", "2025-12-12?", "2025-12", "2025", "202X", "2024/2025-12")
moments = often(
    _days(10, 15), _days(10, 15), _days(10, 19), _instants(0, STEPS), _sets(10, 16), _MASKED
)
"""Spans that are one moment, however vague."""
spans = often(moments, moments, _LASTING, _EXACTLY_LASTING, _SINCE)
occurrences = often(spans, spans, spans, st.none())

# Reports and facts.

ZONES = ("Asia/Tokyo", "America/New_York")
"""One on each side of UTC."""

reports = record(
    published=often(_days(12, 17), _days(10, 21), _instants(8, STEPS + 8), _sets(12, 21)),
    audience=one(*["public"] * 6, "press", "staff"),
    publisher=one(*PUBLISHERS),
    origin=one(*ORIGINS),
    tz=one(*[None] * 8, *ZONES),
)
some_reports = st.lists(reports, min_size=1, max_size=2)
_own_reports = often(some_reports, some_reports, some_reports, st.just([]))


def fact(type_: str, **fields: Any) -> Drawn:
    modality = one(*["actual"] * 12, "announced", "denied")
    common = {
        "occurred": occurrences,
        "reports": _own_reports,
        "modality": modality,
        "tz": one(*[None] * 8, *ZONES),
    }
    return record(type=type_, **(common | fields))


_subjects = often(
    record(party=one(*OFTEN_NORTH), issue=one(*OFTEN_BORDER)),
    record(party=one(*OFTEN_NORTH), issue=one(*OFTEN_BORDER)),
    record(party=one(*PARTIES), plan="plan", point=one(*POINTS)),
)
_stated = fact(
    "position-stated",
    stance=one(*STANCES),
    summary=one("yes", "no"),
    attribution=one(*["self"] * 5, "delegate", "joint", "third-party", "anonymous", "anonymous"),
    attributed_by=one(*[None] * 3, "person:envoy", "party:south"),
    conditions=one(*[[]] * 5, ["money"]),
)
_bare_point = st.fixed_dictionaries(
    {"point": one(*POINTS)},
    optional={
        "number": st.integers(1, 3),
        "heading": one("A", "B"),
        "text_status": one("unseen", "reported"),
    },
)
_worded_point = record(point=one(*POINTS), text=one("old", "new"))
_point = often(_worded_point, _worded_point, _bare_point)


def _with(base: Drawn, more: Drawn) -> Drawn:
    return st.tuples(base, more).map(lambda drawn: {**drawn[0], **drawn[1]})


def _points_but(point: str) -> list[str]:
    return [other for other in POINTS if other != point]


def _operation(drawn: tuple[str, Event, Event]) -> Event:
    op, point, other = drawn
    operation = {"op": op, **point}
    if op in ("insertion", "renumbering") and other["point"] != point["point"]:
        operation["after"] = other["point"]
    if op == "split":
        operation["into"] = [{**other, "point": p} for p in _points_but(point["point"])]
    if op == "join":
        operation["from"] = _points_but(point["point"])
    return operation


_ops = one("insertion", "substitution", "substitution", "repeal", "renumbering", "split", "join")
operations = st.lists(st.tuples(_ops, _point, _point).map(_operation), min_size=1, max_size=2)
_points = st.lists(_point, min_size=1, max_size=3, unique_by=lambda point: point["point"])
_place = {"meeting": one("m1", *MEETINGS), "place": one(None, "here", "there")}
_amendment = {"plan": "plan", "amendment": one("a1", "a1", "a2")}
_post = {"person": one(*PERSONS), "party": one(*PARTIES), "title": "Envoy"}
_verdict = {
    "plan": "plan",
    "party": one(*PARTIES),
    "conditions": one([], [], [], ["money"]),
    "points": st.lists(one(*POINTS), max_size=2, unique=True),
}

_answer = one(None, "most", "most", "least")
positions = often(
    _with(_stated, _subjects),
    _with(_stated, record(party=one(*OFTEN_NORTH), issue=one(*OFTEN_BORDER), answer=_answer)),
    _with(_stated, _subjects),
    _with(fact("position-withdrawn"), _subjects),
)
_on_the_grid = st.integers(2, 8).map(lambda n: to_rfc3339(FIRST + 2 * n * STEP))
one_position = _with(
    _stated,
    record(
        party="north",
        issue="border",
        occurred=often(occurrences, _sets(10, 17), _on_the_grid),
        answer=_answer,
    ),
)
claims = _with(
    one_position,
    record(
        attribution=one("third-party", "anonymous"),
        attributed_by=one(None, "person:envoy", "person:envoy"),
        occurred=often(_days(10, 15), _on_the_grid, _sets(10, 16)),
    ),
)
promises = often(
    fact("meeting-announced", expected=spans, title=one(None, "Round"), **_place),
    fact("meeting-rescheduled", expected=often(spans, spans, spans, st.none()), **_place),
    fact("meeting-cancelled", meeting=_place["meeting"]),
)
meetings = often(
    promises,
    promises,
    fact("meeting-held", title=one(None, "Talks"), **_place),
    fact("meeting-held", occurred=often(_LASTING, _SINCE), **_place),
    fact("meeting-concluded", meeting=_place["meeting"], outcome=one("partial", "unknown")),
)
_introduced = fact(
    "plan-introduced",
    plan="plan",
    title="Plan",
    points=_points,
    sponsors=st.lists(one(*PARTIES), max_size=1),
)
_one_amendment = {"plan": "plan", "amendment": "a1"}
adoptions = often(
    fact("amendment-proposed", operations=operations, **_one_amendment),
    fact("amendment-adopted", **_one_amendment),
)
amendments = often(
    adoptions,
    fact("amendment-proposed", operations=operations, **_amendment),
    fact("amendment-adopted", **_amendment),
    fact("amendment-adopted", **_amendment),
    fact("amendment-proposed", operations=operations, **_amendment),
    one("rejected", "withdrawn").flatmap(lambda end: fact(f"amendment-{end}", **_amendment)),
)
_on_points = _with(_stated, record(party=one(*PARTIES), plan="plan", point=one(*POINTS)))
_amended = fact("plan-amended", plan="plan", operations=operations)
texts = often(_introduced, _amended, _amended)
_accepted = fact(
    "position-stated",
    party="north",
    plan="plan",
    point=one("p1", "p2"),
    stance=one("accepts", "supports", "supports", "rejects"),
    summary="yes",
)
_signed = fact("plan-signed", plan="plan", party="north", points=one([], [], ["p1"]))
_reworded = fact(
    "plan-amended",
    plan="plan",
    operations=record(op="substitution", point=one("p1", "p2"), text="new").map(lambda op: [op]),
)
agreements = often(_reworded, _accepted, _accepted, _signed)
plans = often(
    texts,
    texts,
    amendments,
    _on_points,
    one("endorsed", "rejected", "signed").flatmap(lambda how: fact(f"plan-{how}", **_verdict)),
)
others = often(
    fact("role-assumed", **_post),
    fact("role-ended", **_post),
    fact("statement-made", statement=one("s1", "s2"), speaker="person:envoy", summary="well"),
    fact("statement-withdrawn", statement=one("s1", "s2")),
)
_STATEMENTS = ("s1", "s2", "s3")


def _others_of(slug: str, slugs: tuple[str, ...]) -> st.SearchStrategy[Any]:
    return one(None, *(other for other in slugs if other != slug))


def _linked_statement(slug: str) -> Drawn:
    others = _others_of(slug, _STATEMENTS)
    said = {"statement": slug, "speaker": "person:envoy", "summary": "well"}
    return fact("statement-made", reply_to=others, copy_of=often(st.none(), others), **said)


def _part(slug: str) -> Drawn:
    part = {"meeting": slug, "part_of": _others_of(slug, ("m1", "m2", "m3"))}
    return often(fact("meeting-held", **part), fact("meeting-announced", expected=spans, **part))


_linked_statements = one(*_STATEMENTS).flatmap(_linked_statement)
links = often(_linked_statements, _linked_statements, one(*MEETINGS).flatmap(_part))
_due = {"deadline": one("d1", "d1", "d2"), "tz": one(*[None] * 8, *ZONES)}
_deadline_ends = often(
    fact("deadline-met", summary=one(None, "done"), **_due), fact("deadline-withdrawn", **_due)
)
_deadline_set = fact(
    "deadline-set",
    title=one("Reply", "Sign"),
    due=often(spans, spans, moments),
    on=st.lists(one(*PARTIES), max_size=1),
    by=one(None, "party:south"),
    **_due,
)
deadlines = often(
    _deadline_set,
    _deadline_set,
    fact("deadline-extended", due=spans, reason=one(None, "late"), **_due),
    _deadline_ends,
    _deadline_ends,
)
beside = often(
    fact(
        "vote-held",
        vote=one("v1", "v2"),
        motion="Sign",
        result=one("carried", "lost"),
        votes=one([], [{"party": "north", "vote": "for"}]),
    ),
    fact(
        "incident-reported", incident=one("i1", "i2"), title="A strike", parties=one([], ["south"])
    ),
    fact("brief-written", brief=one("b1", "b1", "b2"), text=one("Calm.", "Storm.")),
)
_watched = fact(
    "watch-recorded",
    occurred=None,
    modality="actual",
    to=_days(12, 20),
    result=one("no-change", "changed", "changed", "failed"),
    **{"from": _days(10, 12)},
)
anything = often(positions, positions, meetings, plans, others, deadlines, beside)
_out_soon = record(published=_days(12, 14), audience="public", publisher=one(*PUBLISHERS))
_first_plan = fact(
    "plan-introduced",
    plan="plan",
    title="Plan",
    points=st.just([{"point": point, "text": "old"} for point in POINTS]),
    sponsors=one([], ["north"], ["north"]),
    occurred=_days(10, 12),
    modality="actual",
    reports=st.lists(_out_soon, min_size=1, max_size=2),
)
THEMES = {
    "anything": (anything, anything),
    "a-position": (one_position, one_position),
    "positions": (positions, positions),
    "claims": (claims, claims),
    "promises": (promises, promises),
    "meetings": (meetings, meetings),
    "plans": (_first_plan, plans),
    "texts": (_first_plan, texts),
    "agreements": (_first_plan, agreements),
    "amendments": (_first_plan, amendments),
    "adoptions": (adoptions, adoptions),
    "others": (others, others),
    "deadlines": (_deadline_set, deadlines),
    "beside": (beside, often(beside, beside, others)),
    "links": (links, links),
    "watches": (_watched, often(_watched, others)),
}
"""What a history begins with and is mostly about, so that its facts meet in few cells."""

# Acts on what was recorded before.

Shape = tuple[tuple[str, Any], ...]
"""What of an event decides which acts it can have; those of one shape share their strategies."""

_CORRECTIONS = ("correction-published", "record-corrected")
_VALUES_THAT_TELL = ("type", "statement", "meeting")
_NAMES_THAT_TELL = (
    *("stance", "answer", "summary", "issue", "party", "amendment", "attribution", "expected"),
    *("due", "result", "text", "place", "reply_to", "part_of"),
)


def _shape_of(target: Event, facts_by_id: dict[str, Event]) -> Shape:
    if target["type"] in REGISTRATIONS:
        names = ("type", "party", "person", "name")
        return tuple((name, target[name]) for name in names if name in target)
    if "event" not in target:
        return _shape_of_fact(target)
    corrected = facts_by_id.get(target["event"]) if target["type"] in _CORRECTIONS else None
    has_further = corrected and "reports" not in target["changes"]
    further = _shape_of_fact(corrected) if corrected and has_further else None
    return (("type", target["type"]), ("event", True), ("further", further))


def _shape_of_fact(target: Event) -> Shape:
    values = ((name, target[name]) for name in _VALUES_THAT_TELL if target.get(name))
    return (*values, *((name, True) for name in _NAMES_THAT_TELL if target.get(name)))


def _act(type_: str, **fields: Any) -> Drawn:
    said = {} if type_ in OWN else {"reports": some_reports}
    return record(type=type_, **(said | fields))


def _values(target: Event) -> dict[str, st.SearchStrategy[Any]]:
    """Name what may be said otherwise of a fact, with the values to choose from."""
    values: dict[str, st.SearchStrategy[Any]] = {
        "stance": one(*STANCES),
        "answer": one("most", "least"),
        "summary": one("yes", "no", "perhaps"),
        "issue": one(*ISSUES),
        "party": one(*PARTIES),
        "meeting": one(*MEETINGS),
        "amendment": one("a1", "a2"),
        "attribution": one("self", "joint", "third-party"),
        "expected": spans,
        "due": spans,
        "result": one("carried", "tied"),
        "text": one("Calm.", "Storm."),
        "place": one("here", "there"),
        "reply_to": _others_of(target.get("statement", ""), _STATEMENTS),
        "part_of": _others_of(target.get("meeting", ""), ("m1", "m2", "m3")),
    }
    if target.get("part_of"):
        del values["meeting"]  # it would be part of itself
    if target["type"] != "vote-held":
        del values["result"]  # a watch has other ones
    return {name: values[name] for name in values if target.get(name)} | {
        "modality": one("actual", "actual", "announced")
    }


def _changes(target: Event) -> Drawn:
    """Draw changes of one or two fields that the target's type has."""
    values = _values(target)
    choices = [record(occurred=occurrences), record(occurred=occurrences)]
    choices += [record(**{name: value}) for name, value in values.items()]
    choices += [record(place=None)] if "place" in values else []
    choices += [record(occurred=moments, summary="no")] if "summary" in values else []
    return often(*choices)


def _rivals(target: Event) -> Drawn:
    choices = [record(occurred=moments)] * 2
    choices += [record(**{name: value}) for name, value in _values(target).items()]
    choices += [record(occurred=moments, stance=one(*STANCES))] if "stance" in target else []
    choices += [record(attribution=one("self", "third-party"))] * 3 if "stance" in target else []
    return often(*choices)


def _texts() -> Drawn:
    wording = record(point=one(*POINTS), text="seen")
    return _act("text-published", points=st.lists(wording, min_size=1, max_size=2))


def _on_a_fact(target: Event) -> Iterator[Drawn]:
    changes = st.deferred(lambda: _changes(target))  # built where it is drawn from
    rivals = st.deferred(lambda: _rivals(target))
    yield _act("report-added")
    yield from [_act("correction-published", changes=changes)] * 3
    yield from [_act("record-corrected", changes=changes)] * 2
    yield _act("record-corrected", changes=record(reports=_own_reports))
    yield from [_act("event-retracted")] * 2
    yield _act("retraction-reversed")
    yield _act("record-voided")
    yield from [_act("event-disputed", rival=rivals)] * 3
    resolved = often(st.just({}), changes)
    yield from [_act("dispute-resolved", changes=resolved)] * 2
    if target["type"] in ("plan-introduced", "plan-amended", "amendment-proposed"):
        yield from [_texts()] * 2


def _on_an_act(target: Event) -> Iterator[Drawn]:
    yield _act("record-voided")
    if target["further"]:
        changes = _changes(dict(target["further"]))
        yield _act("record-corrected", changes=record(changes=changes))
    if target["type"] not in OWN:
        yield _act("event-retracted")
        yield _act("record-corrected", changes=record(reports=some_reports))
    if target["type"] not in (*OWN, "report-added"):
        yield _act("report-added")


def _on_bookkeeping(target: Event) -> Iterator[Drawn]:
    yield _act("record-corrected", changes=record(reports=_own_reports))
    if "name" in target:
        yield _act("record-corrected", changes=record(name="renamed"))
    if other := SAME_AS.get(target.get("party", target.get("person"))):
        yield _act("record-corrected", changes=record(same_as=one(other, other, None)))
        yield _act("correction-published", changes=record(same_as=one(other, None)))
        yield _act("event-disputed", rival=record(same_as=one(other)))


@cache
def _acts(shape: Shape) -> Drawn:
    """Draw an act on an event of this shape, which does not name the event yet."""
    target = dict(shape)
    if target["type"] in REGISTRATIONS:
        return often(*_on_bookkeeping(target))
    return often(*(_on_an_act(target) if "event" in target else _on_a_fact(target)))


# Histories.

ACT_OR_FACT = {0: (False, False, False, True), 1: (False, True), 3: (False, True, True, True)}
"""How often an act is drawn, by how busy a history is with its first event."""


def opening(timezone: str | None = None, *, merged: bool = False) -> list[Event]:
    """What every history begins with; merged, all parties and persons are the first of them."""
    events: list[Event] = [{"type": "negotiation-opened", "title": "Talks"}]
    events[0] |= {"timezone": timezone} if timezone else {}
    events += [{"type": "party-registered", "party": slug, "name": slug} for slug in PARTIES]
    events += [{"type": "person-registered", "person": slug, "name": slug} for slug in PERSONS]
    for event in events[1:] if merged else ():
        event |= {"same_as": SAME_AS[event["name"]]} if event["name"] in SAME_AS else {}
    events += [
        {"type": "issue-defined", "issue": slug, "title": slug, "answers": ANSWERS}
        for slug in ISSUES
    ]
    return [{"id": event_id(1000 + n), **event} for n, event in enumerate(events)]


_registered = one(*[each for each in opening() if each["type"] in REGISTRATIONS])


@st.composite
def _news(draw: st.DrawFn, most: int, about: str | None) -> list[Event]:
    """Draw facts that are mostly about one thing, and acts that mostly meet on few of them."""
    events: list[Event] = []
    facts_by_id: dict[str, Event] = {}
    first, theme = THEMES[about or draw(one(*THEMES))]
    busy = draw(one(0, 1, 3))
    count = draw(one(*sorted({min(most, n) for n in (3, 6, 9, 12, 15, 18, 20, 22, 24)})))
    for number in range(1, count + 1):
        if events and draw(one(*ACT_OR_FACT[busy])):
            target = draw(_targets(events, busy))
            drawn = {**draw(_acts(_shape_of(target, facts_by_id))), "event": target["id"]}
        else:
            drawn = draw(often(theme, theme, theme, anything) if events else first)
        event = {"id": event_id(number), **drawn}
        events.append(event)
        if "event" not in event:
            facts_by_id[event["id"]] = event
    return events


def _targets(events: list[Event], busy: int) -> st.SearchStrategy[Event]:
    """Draw what to act on: often one of the first events, seldom bookkeeping.

    The busier a history, the more acts meet on its first event.
    """
    facts = [each for each in events if "event" not in each]
    first, any_fact = one(*facts[:3]), one(*facts)
    return often(
        *[one(events[0])] * (4 * busy),
        *[first] * 3,
        *[any_fact] * 3,
        *[one(*events)] * 2,
        _registered,
    )


@st.composite
def histories(
    draw: st.DrawFn, most_events: int = 14, most_batches: int = 8, about: str | None = None
) -> list[Batch]:
    """Draw batches (recorded_at, events); the first opens the negotiation."""
    events = draw(_news(most_events, about))
    inner = st.integers(1, len(events) - 1) if len(events) > 1 else st.nothing()
    most_cuts = min(most_batches - 1, len(events) - 1)
    cuts = sorted(draw(st.sets(inner, max_size=most_cuts))) if most_cuts else []
    edges = [0, *cuts, len(events)]
    count = len(edges) - 1
    steps = sorted(draw(st.sets(st.integers(1, STEPS - 1), min_size=count, max_size=count)))
    batches = [
        (
            to_rfc3339(FIRST),
            opening(draw(one(None, None, *ZONES)), merged=draw(one(False, False, False, True))),
        )
    ]
    for step, start, end in zip(steps, edges, edges[1:], strict=False):
        batches.append((to_rfc3339(FIRST + step * STEP), events[start:end]))
    return batches


def entries(batches: list[Batch]) -> list[Event]:
    """Number the events of batches as the ledger does, ready for reference.fold."""
    flat = [(at, event) for at, events in batches for event in events]
    return [{**event, "seq": n, "recorded_at": at} for n, (at, event) in enumerate(flat, start=1)]


# Bases.


def _instants_from(first: int) -> st.SearchStrategy[int]:
    """Draw instants on the grid of the histories, and one microsecond beside it."""
    grid = st.tuples(st.integers(first, STEPS + 8), one(0, 0, -1, 1))
    return grid.map(lambda drawn: FIRST + drawn[0] * STEP + drawn[1])


instants = often(_instants_from(-2), _instants_from(20))
audiences = one("public", "public", "press", "staff")


def bases(last_seq: int) -> Drawn:
    """Draw the four things that a basis fixes; seq from 1 to the last."""
    seqs = often(st.just(last_seq), st.integers(1, last_seq))
    return record(known_at=instants, valid_at=instants, seq=seqs, audience=audiences)


_names = st.sets(one("HERALD", "courier"), max_size=2).map(sorted)
source_filters = record(
    exclude_source=_names,
    only_source=often(st.just([]), st.just([]), st.just(["herald", "Wire"]), _names),
    min_sources=one(1, 2),
)
