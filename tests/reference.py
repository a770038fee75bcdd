"""The independent oracle, written from docs/time.md alone: a plain, slow fold.

First the life of each event: what is held of it under a basis. Then the answers: what the events
add up to, cell by cell. It shares with the product only the catalogue of types and the parsing of
spans.
"""

from __future__ import annotations

import copy
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from domain.catalogue import ACT_TYPES, BOOKKEEPING_TYPES, RECORDER_ACT_TYPES
from domain.edtf import OPEN_BOUNDS, Bounds, parse_span
from domain.instants import LATEST, from_rfc3339, to_datetime
from tests import link_reference, listed_reference, merger_reference, search_reference

# What each event is under a basis.

Entry = dict[str, Any]
NEVER = 2 * LATEST
RANK = {"public": 0, "press": 1, "staff": 2}
VALUE_ACTS = {"record-corrected", "correction-published", "dispute-resolved", "text-published"}
NO_NEWS = ACT_TYPES | BOOKKEEPING_TYPES | {"brief-written"}
FIXED = {"type", "id", "reports", "seq", "recorded_at"}
DEFAULTS = {"modality": "actual", "attribution": "self"}


@dataclass
class Life:
    """What is held of one event under the basis."""

    id: str
    seq: int
    type: str
    fields: Entry
    reports: list[tuple[Entry, int, str]]
    known: int
    recorded: int = 0
    has_reports: bool = False
    voided: bool = False
    retracted: bool = False
    acts: list[str] = field(default_factory=list)
    rivals: list[Life] = field(default_factory=list)
    disputed: dict[str, list[list[Any]]] = field(default_factory=dict)
    start: Bounds = OPEN_BOUNDS
    zone: str = "UTC"
    standing: str = ""
    early: bool = False

    @property
    def key(self) -> tuple[int, ...]:
        return (self.start.last, self.start.lo, self.known, self.seq)


@dataclass(frozen=True)
class ReferenceBasis:
    known_at: int
    valid_at: int
    audience: str
    exclude_source: tuple[str, ...]
    only_source: tuple[str, ...]
    min_sources: int
    zone: str


def resolve_news(
    entries: list[Entry],
    *,
    known_at: int,
    valid_at: int,
    seq: int,
    audience: str,
    exclude_source: Any = (),
    only_source: Any = (),
    min_sources: int = 1,
) -> list[Life]:
    """Return the admitted events that are neither acts nor bookkeeping, with their values."""
    lives, _ = resolve_lives(
        entries,
        seq,
        known_at=known_at,
        valid_at=valid_at,
        audience=audience,
        exclude_source=exclude_source,
        only_source=only_source,
        min_sources=min_sources,
    )
    return news_of(lives, known_at)


def news_of(lives: list[Life], known_at: int) -> list[Life]:
    return [life for life in lives if life.type not in NO_NEWS and life.known <= known_at]


def resolve_lives(
    entries: list[Entry], seq: int, **basis: Any
) -> tuple[list[Life], ReferenceBasis]:
    cut = sorted((e for e in entries if e["seq"] <= seq), key=lambda e: e["seq"])
    defaults: Entry = {"exclude_source": (), "only_source": (), "min_sources": 1}
    asked = ReferenceBasis(**defaults | basis, zone=_zone_of_all(cut))
    lives = sorted(_lives(cut, asked), key=lambda x: x.seq)
    return [life for life in lives if not life.voided], asked


def visible_ids(entries: list[Entry], **basis: Any) -> set[str]:
    """Return all that an audience sees: what is known to it, what that names, and the recorder's
    acts on what it sees."""
    lives, asked = resolve_lives(entries, **basis)
    shown = news_of(lives, asked.known_at)
    same = _same(lives, shown, asked)
    found = {*_told_bookkeeping(lives, shown, asked)}
    found |= {x.id for x in lives if _own_name(x) in {*same, *same.values()}}
    for life in sorted(lives, key=lambda x: x.seq):
        is_told = life.known <= asked.known_at
        if life.type in RECORDER_ACT_TYPES:
            is_staff = asked.audience == "staff" and life.recorded <= asked.known_at
            is_told = is_staff or life.fields["event"] in found
        if is_told and life.type not in BOOKKEEPING_TYPES:
            found.add(life.id)
    return found


def sees_stub(entries: list[Entry], event: str, seq: int, known_at: int, audience: str) -> bool:
    """Tell whether a stub stands for an event once it is erased: where its audience ever saw it on
    that date, by whatever was recorded, unless it is void."""
    (first,) = (entry["seq"] for entry in entries if entry["id"] == event)
    clocks = {"known_at": known_at, "valid_at": known_at, "audience": audience}
    is_recorded = first <= seq and any(
        x.id == event for x in resolve_lives(entries, seq, **clocks)[0]
    )
    return is_recorded and any(
        event in visible_ids(entries, seq=cut, **clocks) for cut in range(first, len(entries) + 1)
    )


def life_values(life: Life, asked: ReferenceBasis) -> dict[str, Any]:
    """Return the value of one event, what contradicts it, and what it rests on."""
    out = [
        [report["published"], report.get("publisher"), report.get("origin")]
        for report in _visible_reports(life, asked)
    ]
    return {
        "value": plain(life.fields),
        "bounds": [life.start.lo, life.start.last],
        "rivals": life.disputed,
        "events": [life.id, *life.acts],
        "reports": out,
    }


def _visible_reports(life: Life, asked: ReferenceBasis) -> list[Entry]:
    return [
        report
        for report, recorded, zone in life.reports
        if _is_open(report, asked) and _out(report, recorded, zone) <= asked.known_at
    ]


def plain(fields: Entry) -> Entry:
    """Leave out of fields what the ledger adds, what says nothing and what goes without saying."""
    return {
        name: value
        for name, value in fields.items()
        if name not in FIXED and value not in (None, []) and DEFAULTS.get(name) != value
    }


def _zone_of_all(cut: list[Entry]) -> str:
    zones = [e.get("timezone") for e in cut if e["type"] == "negotiation-opened"]
    opened = next((zone for zone in zones if zone), "UTC")
    corrected = [e.get("changes", {}).get("timezone", "") for e in cut[1:2]]
    return next((zone or "UTC" for zone in corrected if zone != ""), opened)


# Lives: what later events did to each event.


def _lives(cut: list[Entry], asked: ReferenceBasis) -> list[Life]:
    """From the highest seq down, so that every act is settled before its target."""
    done: list[Life] = []
    for entry in reversed(cut):
        acts = [x for x in done if x.type in ACT_TYPES and x.fields.get("event") == entry["id"]]
        done.append(_life(entry, sorted(acts, key=lambda x: x.seq), asked))
    return done


def _life(entry: Entry, acts: list[Life], asked: ReferenceBasis) -> Life:
    stand = [act for act in acts if not act.voided and not act.retracted]
    force = [act for act in stand if act.type in RECORDER_ACT_TYPES or act.known <= asked.known_at]
    reports = _reports(entry, stand, force, asked)
    own = _own_reports(entry, force)
    watched = _unreported_watch(entry, force)
    is_worded = entry["type"] not in ACT_TYPES or any(
        map(_words_points, [entry, *(act.fields for act in force)])
    )
    needed = asked.min_sources if is_worded and not watched else 1
    known = _known(entry, own, reports, needed, asked, watched)
    life = Life(entry["id"], entry["seq"], entry["type"], dict(entry), reports, known)
    life.recorded = from_rfc3339(entry["recorded_at"])
    life.has_reports = bool(own)
    life.acts = [act.id for act in force]
    life.voided = any(act.type == "record-voided" for act in force)
    life.retracted = _is_retracted(force)
    told = _apply_values(life, force, entry)
    life.rivals = _rivals(force, known)
    life.disputed = _claims(life)
    _place(life, told, asked)
    life.fields.update(dict.fromkeys(life.disputed))
    return life


def _reports(
    entry: Entry, stand: list[Life], force: list[Life], asked: ReferenceBasis
) -> list[tuple[Entry, int, str]]:
    """Return (report, recorded_at, zone): its own as mended by us, and those added."""
    own = _own_reports(entry, force)
    recorded, zone = from_rfc3339(entry["recorded_at"]), entry.get("tz") or asked.zone
    added = [report for act in stand if act.type == "report-added" for report in act.reports]
    return [(report, recorded, zone) for report in own] + added


def _own_reports(entry: Entry, force: list[Life]) -> list[Entry]:
    own: list[Entry] = entry.get("reports") or []
    for act in force:
        if act.type == "record-corrected" and "reports" in act.fields["changes"]:
            own = act.fields["changes"]["reports"]
    return own


def _is_open(report: Entry, asked: ReferenceBasis) -> bool:
    is_open = RANK[report.get("audience") or "public"] <= RANK[asked.audience]
    return is_open and _passes(report, asked)


def _spelt(name: str | None) -> str:
    """Return a publisher without the differences that do not count."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", name or "").casefold()).strip()


def _passes(report: Entry, asked: ReferenceBasis) -> bool:
    """Exclusion wins over only; what repeats a publisher goes with it."""
    named = {_spelt(report.get(name)) for name in ("publisher", "origin")}
    if any(_spelt(name) in named for name in asked.exclude_source):
        return False
    return not asked.only_source or any(_spelt(name) in named for name in asked.only_source)


def _words_points(fields: Entry) -> bool:
    """Tell whether an act gives points a text: by itself, or by what it changes or claims."""
    if fields.get("type") == "text-published":
        return True
    for name in ("changes", "rival"):
        inner = fields.get(name) or {}
        places = [*(inner.get("points") or []), *(inner.get("operations") or [])]
        places += [part for place in places if isinstance(place, dict) for part in _parts(place)]
        if any(isinstance(place, dict) and place.get("text") for place in places):
            return True
        if inner and _words_points(inner):
            return True
    return False


def _parts(place: Entry) -> list[Entry]:
    return list(place.get("into") or [])


def _out(report: Entry, recorded: int, zone: str) -> int:
    """When a report was surely out; one recorded inside its bounds was out by then."""
    bounds = parse_span(report["published"], report.get("tz") or zone).start
    return recorded if bounds.lo <= recorded < bounds.last else bounds.last


def _unreported_watch(entry: Entry, force: list[Life]) -> str | None:
    """Return until when a watch was kept that no report tells of."""
    if entry["type"] != "watch-recorded" or _own_reports(entry, force):
        return None
    slips = [act.fields["changes"] for act in force if act.type == "record-corrected"]
    return str([x["to"] for x in (entry, *slips) if "to" in x][-1])


def _known(
    entry: Entry,
    own: list[Entry],
    reports: list[tuple[Entry, int, str]],
    needed: int,
    asked: ReferenceBasis,
    watched: str | None,
) -> int:
    times: list[tuple[int, str]] = []
    for report, recorded, zone in reports:
        if _is_open(report, asked):
            origin = _spelt(report.get("origin")) or _spelt(report.get("publisher"))
            times.append((_out(report, recorded, zone), origin))
    stays = any(_passes(report, asked) for report in own) if own else not asked.only_source
    if asked.audience == "staff" and stays:
        recorded = from_rfc3339(entry["recorded_at"])
        ends = {"published": watched}, recorded, entry.get("tz") or asked.zone
        times.append((_out(*ends) if watched else recorded, ""))
    if needed == 1:
        return min((time for time, _ in times), default=NEVER)
    first: dict[str, int] = {}
    for time, origin in times:
        if origin:
            first[origin] = min(time, first.get(origin, NEVER))
    return sorted(first.values())[needed - 1] if len(first) >= needed else NEVER


def _is_retracted(force: list[Life]) -> bool:
    said = [act for act in force if act.type in ("event-retracted", "retraction-reversed")]
    last = max(said, key=lambda act: (act.known, act.seq), default=None)
    return last is not None and last.type == "event-retracted"


def _acts_from(act: Life, known: int) -> int:
    """When a value act counts: our own from the target's time, a source's not before it."""
    return known if act.type in RECORDER_ACT_TYPES else max(act.known, known)


def _apply_values(life: Life, force: list[Life], entry: Entry) -> int:
    """Apply the last writer per field; return the time by which `occurred` was told."""
    told = life.known
    writers = [act for act in force if act.type in VALUE_ACTS]
    for act in sorted(writers, key=lambda act: (_acts_from(act, life.known), act.seq)):
        if act.type == "text-published":
            _write_texts(life.fields, entry, act.fields["points"])
            continue
        changes = act.fields.get("changes") or {}
        life.fields.update({k: v for k, v in changes.items() if k not in FIXED})
        if "occurred" in changes:
            told = _acts_from(act, life.known)
    return told


def _write_texts(fields: Entry, entry: Entry, texts: list[Entry]) -> None:
    fields.update(
        {name: copy.deepcopy(fields[name]) for name in ("points", "operations") if name in fields}
    )
    wordings = {text["point"]: text["text"] for text in texts}
    places = list(fields.get("points") or []) if fields["type"] == "plan-introduced" else []
    for operation in fields.get("operations") or []:
        places += [operation, *(operation.get("into") or [])]
    for place in places:
        if place["point"] in wordings:
            place["text"] = wordings[place["point"]]
            if place.get("text_status") == "unseen":
                del place["text_status"]
    if fields["type"] == "plan-introduced" and not entry.get("points"):
        named = {place["point"] for place in fields.get("points") or []}
        added = [copy.deepcopy(text) for text in texts if text["point"] not in named]
        fields["points"] = [*(fields.get("points") or []), *added]


def _rivals(force: list[Life], known: int) -> list[Life]:
    """Return the disputes that no resolution has ended."""
    ends = [_acts_from(act, known) for act in force if act.type == "dispute-resolved"]
    ended = max(ends, default=-NEVER)
    return [act for act in force if act.type == "event-disputed" and act.known > ended]


def _claims(life: Life) -> dict[str, list[list[Any]]]:
    """Return, for each field disputed, every [value, event]: what was said first comes first."""
    claims: dict[str, list[list[Any]]] = {}
    for act in life.rivals:
        for name, value in act.fields["rival"].items():
            default = DEFAULTS.get(name) if _may_default(life, name) else None
            said = life.fields.get(name) or default
            claims.setdefault(name, [] if said is None else [[said, life.id]])
            claims[name].append([value, act.id])
    return claims


def _may_default(life: Life, name: str) -> bool:
    return name != "attribution" or life.type == "position-stated"


def _lowered(bounds: Bounds, moment: int) -> Bounds:
    """Told means happened: what was told by a moment had happened by it."""
    if bounds.lo <= moment < bounds.last:
        return Bounds(bounds.lo, moment, exact=True)
    return bounds


def _hull(all_bounds: list[Bounds]) -> Bounds:
    late = max(all_bounds, key=lambda bounds: bounds.last)
    return Bounds(min(bounds.lo for bounds in all_bounds), late.hi, exact=late.exact)


def _place(life: Life, told: int, asked: ReferenceBasis) -> None:
    """Give the event its bounds in time and its standing."""
    zone = life.zone = life.fields.get("tz") or asked.zone
    modality = life.fields.get("modality") or "actual"
    versions = [(life.fields.get("occurred"), told)]
    versions += [
        (act.fields["rival"]["occurred"], act.known)
        for act in life.rivals
        if "occurred" in act.fields["rival"]
    ]
    spans = [(parse_span(text, zone), at) for text, at in versions]
    if modality == "actual":
        life.start = _hull([_lowered(span.start, at) for span, at in spans])
        is_foretold = life.start.lo > told and not life.type.startswith("role-")
        life.early = is_foretold and not life.retracted and "modality" not in life.disputed
    else:
        life.start = _hull([span.start for span, _ in spans])
    is_disputed = "modality" in life.disputed
    life.standing = _standing(life, "disputed" if is_disputed else modality, asked.valid_at)


def _standing(life: Life, modality: str, valid_at: int) -> str:
    if life.retracted:
        return "withdrawn"
    if modality != "actual":
        return modality
    if life.start.last <= valid_at:
        return "happened"
    return "possible" if life.start.lo <= valid_at else "scheduled"


# What events add up to.

BESIDE = {"third-party", "anonymous"}
ENDORSING = ("plan-endorsed", "plan-rejected", "plan-signed")
AGREEING = ("accepts", "supports", "plan-endorsed", "plan-signed")
WITHDRAWN = "a withdrawal"
"""Stands for the stance of a withdrawal: equal to no stance, and not to a disputed one."""


def fold(entries: list[Entry], **basis: Any) -> dict[str, Any]:
    """Return what the basis (see held) holds of the entries, cell by cell."""
    lives, asked = resolve_lives(entries, **basis)
    shown = news_of(lives, asked.known_at)
    same = _same(lives, shown, asked)
    meant = [_as_meant(life, same) for life in shown]
    happened = sorted((x for x in meant if x.standing == "happened"), key=lambda x: x.key)
    steps = sorted(_direct(happened) + _adopted(meant, happened), key=lambda step: step[0])
    points, homeless = _points(steps)
    early = [["published-before-occurred", x.id] for x in shown if x.early]
    phantom = _stances_on_nothing(happened, steps)
    return {
        "standing": {x.id: x.standing for x in shown},
        "known_at": {x.id: x.known for x in shown},
        "disputed": sorted(x.id for x in shown if x.rivals),
        "lives": {x.id: life_values(x, asked) for x in shown},
        "meant": {x.id: life_values(x, asked) for x in meant},
        "same": same,
        "registered": _registered(lives, shown, asked, same),
        "listed": _listed(shown),
        "bookkeeping": _registered_once(lives, shown, asked),
        "positions": _positions(happened),
        "overtaken": _overtaken_claims(happened, asked),
        "claims": {
            cell: _last_claims(events, asked) for cell, events in _attributed(happened).items()
        },
        "meetings": _meetings(meant, basis["valid_at"]),
        "points": {place: _wording(point) for place, point in points.items()},
        "rivals": {place: point["rivals"] for place, point in points.items()},
        "order": _reading_order(steps),
        "agreed": _agreed(happened, points),
        "pending": _pending(happened),
        "roles": _roles(happened),
        "last_of_role": _last_of_roles(happened),
        "statements": _statements(happened),
        "anomalies": sorted(
            _phantoms(shown)
            + link_reference.phantom_links(
                shown, happened, _parts_of_meetings(meant, basis["valid_at"])
            )
            + listed_reference.deadlines_not_set(shown)
            + early
            + homeless
            + phantom
            + _verdicts_on_nothing(happened, steps)
            + _withdrawals_of_nothing(happened)
            + _unproposed(happened)
            + _repeated(happened)
            + _acts_on_nothing(lives, asked.known_at)
        ),
        "coverage": _unwatched(lives, asked),
        "deadlines": listed_reference.deadlines(happened, basis["valid_at"]),
        **listed_reference.told_once(happened),
        "briefs": listed_reference.briefs(
            lives, asked.known_at, asked.valid_at, filtered=_is_filtered(asked)
        ),
        "newest": _newest(meant, happened, lives, asked),
    }


def search(entries: list[Entry], query: str, **basis: Any) -> list[str]:
    """Return the news that holds what a query wants, newest first."""
    lives, asked = resolve_lives(entries, **basis)
    shown = news_of(lives, asked.known_at)
    same = _same(lives, shown, asked)
    told = {*_bookkeeping(lives, shown, asked)}
    told |= {life.id for life in lives if _own_name(life) in same.values()}
    registered = [life for life in lives if life.id in told and _own_name(life)]
    names = search_reference.registered_names(registered, same)
    reports = {life.id: _visible_reports(life, asked) for life in shown}
    return search_reference.found_ids(query, shown, names, reports)


def news_in_order(
    entries: list[Entry], order: str, windows: dict[str, tuple[int, int]], **basis: Any
) -> list[str]:
    """Return the news of some windows, from one moment or seq to another, ordered by a clock."""
    lives, asked = resolve_lives(entries, **basis)
    first, last = windows.get("happened", OPEN)
    by_clock: dict[str, Callable[[Life], Any]] = {
        "recorded": lambda life: life.seq,
        "known": lambda life: (life.known, life.seq),
        "happened": lambda life: life.key,
    }
    found = [
        life
        for life in news_of(lives, asked.known_at)
        if _lies_in(life.seq, windows.get("recorded", OPEN))
        and _lies_in(life.known, windows.get("known", OPEN))
        and life.start.lo <= last
        and life.start.last >= first
        and ("happened" not in windows or OPEN[0] < life.start.lo <= life.start.hi < OPEN[1])
    ]
    return [life.id for life in sorted(found, key=by_clock[order])]


OPEN = OPEN_BOUNDS.lo, OPEN_BOUNDS.hi


def _lies_in(place: int, window: tuple[int, int]) -> bool:
    return window[0] <= place <= window[1]


def _is_filtered(asked: ReferenceBasis) -> bool:
    return bool(asked.exclude_source or asked.only_source or asked.min_sources > 1)


def changes(entries: list[Entry], start: Entry, end: Entry) -> dict[tuple[str, str], str]:
    """Return the cause of each change between two bases: R moves first, then K, then V."""
    if end["valid_at"] < start["valid_at"]:
        return changes(entries, end, start)
    by_record = start | {"seq": end["seq"]}
    by_knowledge = by_record | {"known_at": end["known_at"]}
    folds = [fold(entries, **basis) for basis in (start, by_record, by_knowledge, end)]
    states = [_facets(folded) for folded in folds]
    begun = {
        life.id
        for life in resolve_news(entries, **end)
        if start["valid_at"] < life.start.lo <= end["valid_at"]
    }
    held = [_held_ids(entries, basis) for basis in (start, by_record, by_knowledge)]
    mergers = merger_reference.Mergers(folds[0], folds[3])
    found = {}
    for name in merger_reference.names_of(states[0], states[3], folds[0], folds[3]):
        values = [
            merger_reference.value_in(state, name, folded["same"])
            for state, folded in zip(states, folds, strict=True)
        ]
        steps = [step for step in (1, 2, 3) if mergers.differ(values[step - 1], values[step])]
        if mergers.differ(values[0], values[3]):
            rests = set(values[3][1] or values[0][1])
            rests |= mergers.behind(name, {*values[0][1], *rests})
            by_world = "clock"
            by_world = "record" if rests & (held[1] - held[0]) else by_world
            by_world = "knowledge" if rests & (held[2] - held[1]) else by_world
            by_world = "world" if rests & begun else by_world
            found[name] = ("record", "knowledge", by_world)[steps[-1] - 1]
    for name in mergers.told:
        shown = [folded["same"].get(name, name) for folded in folds]
        steps = [step for step in (1, 2) if shown[step] != shown[step - 1]]
        kind, _, slug = name.partition(":")
        found[kind, slug] = ("record", "knowledge")[steps[-1] - 1]
    return found


def _held_ids(entries: list[Entry], basis: Entry) -> set[str]:
    """Return what both cuts admit; a note of the recorder has no clock of knowledge."""
    lives, asked = resolve_lives(entries, **basis)
    return {
        life.id for life in lives if life.known <= asked.known_at or life.type in RECORDER_ACT_TYPES
    }


def _facets(folded: dict[str, Any]) -> dict[tuple[str, str], tuple[Any, list[str]]]:
    """Return what stands in each cell, with the events that it rests on."""
    lives = folded["meant"]

    def of(event: str, **more: Any) -> tuple[Any, list[str]]:
        return (lives[event]["value"], lives[event]["rivals"], more), lives[event]["events"]

    facets = {("withdrawn", event): of(event) for event in folded["listed"]["withdrawn"]}
    for cell, claims in folded["claims"].items():
        for event, claimant, _ in claims:
            facets["attributed", f"{cell}#{event}"] = of(event, claimant=claimant)
    for claim, later in folded["overtaken"].items():
        rests = [event for each in later for event in lives[each]["events"]]
        facets["attributed", claim] = None, rests
    for role, event in folded["last_of_role"].items():
        ended = event not in folded["roles"].values()
        facets["role", role] = None if ended else "held", lives[event]["events"]
    for slug, meeting in folded["meetings"].items():
        rests = [event for each in meeting["events"] for event in lives[each]["events"]]
        core = {name: each for name, each in meeting.items() if name != "events"}
        facets["meeting", slug] = core, rests
    for slug, deadline in folded["deadlines"].items():
        rests = [event for each in deadline["events"] for event in lives[each]["events"]]
        claims = [rival for each in deadline["events"] for rival in lives[each]["rivals"]]
        core = {name: each for name, each in deadline.items() if name != "events"}
        facets["deadline", slug] = (core, claims), rests
    return facets


def _listed(shown: list[Life]) -> dict[str, list[str]]:
    newest = sorted(shown, key=lambda x: x.key, reverse=True)
    names = ("possible", "scheduled", "withdrawn")
    return {name: [x.id for x in newest if x.standing == name] for name in names}


FEW = 2
"""How many items a list of a bounded state has here."""


def _newest(
    shown: list[Life], happened: list[Life], lives: list[Life], asked: ReferenceBasis
) -> dict[str, Any]:
    """Return the last items of each bounded list, and how many there are where some are left off.

    An item is what it is called, after the place that it is sorted by.
    """
    by_id = {x.id: x for x in shown}
    told_once = listed_reference.told_once(happened)
    lists: dict[str, list[tuple[Any, str]]] = {
        "attributed": [
            (by_id[claim].key, claim)
            for events in _attributed(happened).values()
            for claim, *_ in _last_claims(events, asked)
        ],
        "statements": [(by_id[event].key, event) for event, _ in _statements(happened)],
        "disputed": [(x.key, x.id) for x in shown if x.rivals],
        "gaps": _runs_of_days(_unwatched(lives, asked) or []),
        "votes": [(by_id[event].key, event) for event in told_once["votes"]],
        "incidents": [(by_id[event].key, event) for event in told_once["incidents"]],
    }
    for slug, told in listed_reference.by_deadline(happened).items():
        status = listed_reference.deadlines(told, asked.valid_at)[slug]["status"]
        if status in ("met", "withdrawn"):
            lists.setdefault(f"{status}_deadlines", []).append((told[-1].key, slug))
    for standing in ("possible", "scheduled", "withdrawn"):
        lists[standing] = [(x.key, x.id) for x in shown if x.standing == standing]
    for slug, meeting in _meetings(shown, asked.valid_at).items():
        of = [x for x in happened if x.type.startswith("meeting-") and x.fields["meeting"] == slug]
        if meeting["status"] in ("concluded", "cancelled"):
            name = f"{meeting['status']}_meetings"
            lists.setdefault(name, []).append((max(x.key for x in of), slug))
    for event in _pending(happened):
        name = f"pending of {by_id[event].fields['plan']}"
        lists.setdefault(name, []).append((by_id[event].key, event))
    for x in happened:
        if x.type in ENDORSING and x.fields["plan"]:
            lists.setdefault(f"endorsements of {x.fields['plan']}", []).append((x.key, x.id))
    return {
        "kept": {
            name: sorted(item for _, item in sorted(items)[-FEW:])
            for name, items in lists.items()
            if items
        },
        "counts": {name: len(items) for name, items in lists.items() if len(items) > FEW},
    }


def _runs_of_days(days: list[str]) -> list[tuple[str, str]]:
    """Return the first day of each run, which is also its place."""
    known = set(days)
    before = {d: str(date.fromisoformat(d) - timedelta(days=1)) for d in days}
    return [(d, d) for d in days if before[d] not in known]


def _bookkeeping(lives: list[Life], shown: list[Life], asked: ReferenceBasis) -> list[str]:
    return _told_bookkeeping([x for x in lives if not x.retracted], shown, asked)


def _told_bookkeeping(lives: list[Life], shown: list[Life], asked: ReferenceBasis) -> list[str]:
    """With reports it follows them; without, it shows once an admitted event names it."""
    names = {name for life in shown for name in _names(life.fields)}
    found = []
    for life in (x for x in lives if x.type in BOOKKEEPING_TYPES):
        is_staff = asked.audience == "staff" and not asked.only_source
        is_told = is_staff and life.recorded <= asked.known_at
        if life.has_reports or life.type == "watch-recorded":
            is_told = life.known <= asked.known_at
        elif life.type == "negotiation-opened":
            is_told = is_told or bool(shown)
        else:
            is_told = is_told or not names.isdisjoint(_names(life.fields))
        found += [life.id] if is_told else []
    return found


# One thing registered twice: the one that is the same as another is meant to be that one.


def _registered_once(lives: list[Life], shown: list[Life], asked: ReferenceBasis) -> list[str]:
    """What is registered and shows; one that is merged brings the other and stands back."""
    same = _same(lives, shown, asked)
    ids = {_own_name(life): life.id for life in reversed(lives) if _own_name(life)}
    told = {*_bookkeeping(lives, shown, asked), *(ids[name] for name in same.values())}
    told -= {ids[name] for name in same}
    return [life.id for life in lives if life.id in told]


def _registered(
    lives: list[Life], shown: list[Life], asked: ReferenceBasis, same: dict[str, str]
) -> dict[str, Any]:
    """Return the parties and persons that show by themselves or by another one, as registered."""
    told = _bookkeeping(lives, shown, asked)
    names = {*same, *same.values()}
    return {
        _own_name(x): {"fields": x.fields, "events": life_values(x, asked)["events"]}
        for x in reversed(lives)
        if _own_name(x) and (x.id in told or _own_name(x) in names)
    }


def _own_name(life: Life) -> str:
    kind = life.type.removesuffix("-registered")
    return f"{kind}:{life.fields[kind]}" if kind in ("party", "person") else ""


def _same(lives: list[Life], shown: list[Life], asked: ReferenceBasis) -> dict[str, str]:
    """Return what each merged party or person is meant to be; both must be known."""
    known = {
        _own_name(life): life
        for life in reversed(lives)
        if _own_name(life) and not life.retracted
        if not life.has_reports or life.known <= asked.known_at
    }
    told = _bookkeeping(lives, shown, asked)
    same: dict[str, str] = {}
    open_names = [name for name, life in known.items() if life.id in told]
    for name in open_names:  # grows as it is read
        other = f"{name.partition(':')[0]}:{known[name].fields.get('same_as')}"
        if other in known:
            same[name] = other
            open_names += [] if other in open_names else [other]
    while any(end in same for end in same.values()):
        same = {name: same.get(end, end) for name, end in same.items()}
    return same


def _as_meant(life: Life, same: dict[str, str]) -> Life:
    """Return an event as if it had named what is meant."""
    if not same:
        return life
    disputed = {
        name: [[_renamed(name, value, same), event] for value, event in claims]
        for name, claims in life.disputed.items()
    }
    return replace(life, fields=_renamed("", life.fields, same), disputed=disputed)


def _renamed(name: str, value: Any, same: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _renamed(key, each, same) for key, each in value.items()}
    if isinstance(value, list):
        return list({repr(new): new for new in (_renamed(name, x, same) for x in value)}.values())
    if name in ("party", "person"):
        return same.get(f"{name}:{value}", f"{name}:{value}").partition(":")[2] if value else value
    if name in ("sponsors", "by", "proposed_by", "invitees"):
        return same.get(f"party:{value}", f"party:{value}").partition(":")[2]
    return same.get(value, value) if name in ("speaker", "attributed_by") else value


def _names(fields: Entry) -> set[str]:
    named = {f"{kind}:{fields[kind]}" for kind in ("party", "person", "issue") if fields.get(kind)}
    named |= {fields[name] for name in ("speaker", "attributed_by") if fields.get(name)}
    named |= {fields["by"]} if isinstance(fields.get("by"), str) else set()
    named |= set(fields.get("about") or ())
    parties = [party for name in ("sponsors", "on", "parties") for party in fields.get(name) or ()]
    parties += [each["party"] for each in fields.get("votes") or ()]
    return named | {f"party:{party}" for party in parties}


def _unwatched(lives: list[Life], asked: ReferenceBasis) -> list[str] | None:
    """Return the days without a watch, from the first known event on; null without any watch."""
    seen = [x for x in lives if x.type == "watch-recorded" and x.known <= asked.known_at]
    watches = [x for x in seen if not x.retracted]
    silent = [x for x in lives if x.type in BOOKKEEPING_TYPES and not x.has_reports]
    news = [x for x in lives if x.type not in ACT_TYPES | {"brief-written"}]
    told = [x for x in news if x in watches or x not in silent]
    known = [x.known for x in told if x.known <= asked.known_at]
    until = min(asked.known_at, asked.valid_at)
    if not watches:
        return None
    watched: set[str] = set()
    for watch in watches:
        spans = [parse_span(watch.fields[name], watch.zone) for name in ("from", "to")]
        if watch.fields["result"] not in (None, "failed"):
            watched |= set(_days(spans[0].start.lo, spans[1].start.last, asked.zone))
    wanted = _days(min(known), until, asked.zone) if known and min(known) <= until else []
    return [day for day in wanted if day not in watched]


def _days(first: int, last: int, zone: str) -> list[str]:
    """Return the days that a clock on the wall there shows between two moments."""
    hours = range(first, last, 3600 * 1_000_000)
    walls = [to_datetime(at).astimezone(ZoneInfo(zone)) for at in (*hours, last)]
    return list(dict.fromkeys(str(wall.date()) for wall in walls))


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
    mixed = any(not _agree(x, y) for x in candidates for y in candidates)
    given = [x.fields["answer"] for x in candidates if x.fields.get("answer")]
    answer: dict[str, Any] = {
        "stance": None,
        "mixed": mixed,
        "candidates": sorted(x.id for x in candidates),
        "event": None if mixed else winner.id,
        "answer": given[0] if given and not mixed else None,
        "since": None,
        "last_stated": None,
    }
    if mixed or _stance(winner) in (WITHDRAWN, None):
        return answer
    since = candidates[0]
    run = list(candidates)
    for earlier in reversed([x for x in events if x not in candidates]):
        beside = candidates if run == candidates else run[-1:]
        answered = [x for x in run if x.fields.get("answer")]
        differs = earlier.fields.get("answer") and any(not _agree(earlier, x) for x in answered)
        if differs or not any(_agree(earlier, x) for x in beside):
            break
        since = earlier
        run.append(earlier)
    return answer | {"stance": _stance(winner), "since": since.id, "last_stated": winner.id}


def _agree(one: Life, other: Life) -> bool:
    """Tell whether two statements are of one place."""
    answers = [life.fields.get("answer") for life in (one, other)]
    if None in answers:
        return _stance(one) == _stance(other)
    sides = [_side(_stance(life)) for life in (one, other)]
    return answers[0] == answers[1] and sides[0] == sides[1]


def _side(stance: str | None) -> str | None:
    refused = dict.fromkeys(("opposes", "rejects", "red-line"), "no")
    sides = {"undecided": "neither", "reserves": "neither", **refused, "": "", None: None}
    return sides.get(stance, "yes")


def _attributed(happened: list[Life]) -> dict[str, list[Life]]:
    stated = [x for x in happened if x.type == "position-stated"]
    return _by_cell([x for x in reversed(stated) if _is_beside(x)])


def _last_claims(claims: list[Life], asked: ReferenceBasis) -> list[list[Any]]:
    """Return of each claimant what no other claim of theirs surely followed, with the count of
    what was followed."""
    found = []
    for claim in claims:
        claimant = _claimant(claim, asked)
        theirs = [x for x in claims if x is claim or (claimant and _is_of(x, claimant, asked))]
        old = [x for x in theirs if any(x.start.last < y.start.lo for y in theirs)]
        found += [] if claim in old else [[claim.id, claimant, len(old)]]
    return found


def _overtaken_claims(happened: list[Life], asked: ReferenceBasis) -> dict[str, list[str]]:
    """Return the claims that their claimants surely followed by others, with the last of these."""
    found = {}
    for cell, claims in _attributed(happened).items():
        last = {event for event, *_ in _last_claims(claims, asked)}
        for old in (claim for claim in claims if claim.id not in last):
            claimant = _claimant(old, asked) or ""
            theirs = [x for x in claims if x.id in last and _is_of(x, claimant, asked)]
            later = [x.id for x in theirs if old.start.last < x.start.lo]
            found[f"{cell}#{old.id}"] = later
    return found


def _is_of(claim: Life, claimant: str, asked: ReferenceBasis) -> bool:
    return _spelt(_claimant(claim, asked)) == _spelt(claimant)


def _claimant(claim: Life, asked: ReferenceBasis) -> str | None:
    """Return who claims it: the one named, or of an anonymous claim whose reporting it is."""
    named = claim.fields.get("attributed_by")
    if named or claim.fields.get("attribution") != "anonymous":
        return named
    for report, recorded, zone in claim.reports:
        if _is_open(report, asked) and _out(report, recorded, zone) <= asked.known_at:
            origin = report.get("origin") or report.get("publisher")
            if _spelt(origin):
                return f"publisher:{origin}"
    return None


def _phantoms(shown: list[Life]) -> list[list[str]]:
    """Return what is told of meetings that nothing announced or held, whenever or however."""
    of = [x for x in shown if x.type.startswith("meeting-") and x.fields.get("meeting")]
    founded = {
        x.fields["meeting"]
        for x in of
        if x.type in ("meeting-announced", "meeting-held") and x.standing != "withdrawn"
    }
    return [
        ["meeting-without-announcement", x.id]
        for x in of
        if x.standing in ("happened", "possible") and x.fields["meeting"] not in founded
    ]


def _meetings(shown: list[Life], valid_at: int) -> dict[str, Any]:
    meetings = _events_of_meetings(shown)
    found = {slug: _meeting(events, valid_at) for slug, events in meetings.items()}
    return {slug: meeting for slug, meeting in found.items() if meeting["status"]}


def _events_of_meetings(shown: list[Life]) -> dict[str, list[Life]]:
    meetings: dict[str, list[Life]] = {}
    for life in sorted(shown, key=lambda x: x.key):
        shows = life.type.startswith("meeting-") and life.standing in ("happened", "possible")
        if shows and life.fields.get("meeting"):
            meetings.setdefault(life.fields["meeting"], []).append(life)
    return meetings


def _parts_of_meetings(
    shown: list[Life], valid_at: int
) -> dict[str, tuple[str | None, list[Life]]]:
    """Return of each meeting what it is part of, and its events by tie order."""
    return {
        slug: (_last_given(_used(events, valid_at), "part_of"), events)
        for slug, events in _events_of_meetings(shown).items()
    }


def _used(events: list[Life], valid_at: int) -> list[Life]:
    """Return the events of a meeting that tell of it: possible ones where nothing else does."""
    is_possible = _status(events, valid_at) == "possible"
    return events if is_possible else [x for x in events if x.standing == "happened"]


def _meeting(events: list[Life], valid_at: int) -> dict[str, Any]:
    status, used = _status(events, valid_at), _used(events, valid_at)
    sure = [x for x in events if x.standing == "happened"]
    held = [x for x in used if x.type in ("meeting-held", "meeting-concluded")]
    met = [x for x in held if x.type == "meeting-held"]
    ended = [x for x in held if x not in met]
    set_for = [x for x in sure if x.type in ("meeting-announced", "meeting-rescheduled")]
    has_own_time = any(x.fields.get("occurred") or "occurred" in x.disputed for x in met)
    occurred_by = _last_dated(met) if has_own_time else _last_dated(ended)
    zones = {"tz": occurred_by, "concluded_tz": _last_dated(ended)}
    zones["expected_tz"] = set_for[-1] if set_for else None
    return {
        **{name: x.fields["tz"] for name, x in zones.items() if x and x.fields.get("tz")},
        "status": status,
        "ongoing": _is_going_on(met, valid_at) if status == "held" else False,
        "events": sorted(x.id for x in events),
        "occurred": _last_given(met if has_own_time else ended, "occurred"),
        "concluded": _last_given(ended, "occurred"),
        "expected": set_for[-1].fields.get("expected") if set_for else None,
        **{name: _last_given(used, name) for name in ("title", "place", "outcome")},
        "rivals": [[x.id, x.disputed] for x in used if x.disputed],
    }


def _is_going_on(met: list[Life], valid_at: int) -> bool | None:
    """Tell whether talks go on by the last time given; null where claims of it disagree."""
    for life in reversed(met):
        claims = [value for value, _ in life.disputed.get("occurred", [])]
        claims = claims or [life.fields.get("occurred")]
        if claims != [None]:
            said = {_runs(str(claim), life.zone, valid_at) for claim in claims}
            return said.pop() if len(said) == 1 else None
    return False


def _runs(text: str, zone: str, valid_at: int) -> bool | None:
    if "/" not in text:
        return False
    start, _, end = text.partition("/")
    if not end:
        return None
    begun = start in ("", "..") or parse_span(start, zone).start.lo <= valid_at
    return begun and (end == ".." or parse_span(end, zone).start.hi > valid_at)


def _last_dated(events: list[Life]) -> Life | None:
    """Return the last event that says when it occurred, or of which that is contradicted."""
    dated = [x for x in events if x.fields.get("occurred") or "occurred" in x.disputed]
    return dated[-1] if dated else None


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
    types = {life.id: life.type for life in happened}
    last = _last_of_roles(happened)
    return {role: event for role, event in last.items() if types[event] == "role-assumed"}


def _last_of_roles(happened: list[Life]) -> dict[str, str]:
    last: dict[str, Life] = {}
    for life in happened:
        parts = [life.fields.get(name) for name in ("person", "party", "title")]
        if life.type in ("role-assumed", "role-ended") and None not in parts:
            last["/".join(map(str, parts))] = life
    return {role: x.id for role, x in sorted(last.items())}


def _statements(happened: list[Life]) -> list[list[Any]]:
    back = {x.fields["statement"] for x in happened if x.type == "statement-withdrawn"}
    made = [x for x in reversed(happened) if x.type == "statement-made"]
    return [[x.id, x.fields["statement"] in back] for x in made]


# Points: every operation in tie order, as (key, event id, plan, operation).

Step = tuple[tuple[int, ...], str, str, Entry]


def _points(steps: list[Step]) -> tuple[dict[str, Any], list[list[str]]]:
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
    for place, point in points.items():
        point["rivals"] = _rivals_of(place, point["since"], steps)
    return points, [["operation-without-point", event] for event in sorted(homeless)]


def _stances_on_nothing(happened: list[Life], steps: list[Step]) -> list[list[str]]:
    """Return the last stance of each party on each point that nothing ever established."""
    ever = {f"{plan}/{new['point']}" for _, _, plan, step in steps for new in _established(step)}
    found = []
    for cell, events in _by_cell(_moving(happened)).items():
        _, _, place = cell.partition("/")
        stands = _stance(events[-1]) != WITHDRAWN or _position(events)["mixed"]
        if "/" in place and place not in ever and stands:
            found.append(["stance-without-point", events[-1].id])
    return found


def _verdicts_on_nothing(happened: list[Life], steps: list[Step]) -> list[list[str]]:
    """Return the verdicts on plans that nothing introduced, and on points that they never had."""
    ever = {(plan, new["point"]) for _, _, plan, step in steps for new in _established(step)}
    known = {x.fields["plan"] for x in happened if x.type == "plan-introduced"}
    known |= {plan for plan, _ in ever}
    found = set()
    for x in (x for x in happened if x.type in ENDORSING):
        plan = x.fields["plan"]
        if plan not in known:
            found.add(("verdict-without-plan", x.id))
        elif any((plan, point) not in ever for point in x.fields.get("points") or ()):
            found.add(("verdict-without-point", x.id))
    return [list(each) for each in sorted(found)]


def _withdrawals_of_nothing(happened: list[Life]) -> list[list[str]]:
    """Return the withdrawals of statements nobody made, and of stances nobody took."""
    made = {x.fields["statement"] for x in happened if x.type == "statement-made"}
    found = [
        ["withdrawal-without-statement", x.id]
        for x in happened
        if x.type == "statement-withdrawn" and x.fields["statement"] not in made
    ]
    for events in _by_cell(_moving(happened)).values():
        if all(x.type == "position-withdrawn" for x in events):
            found += [["withdrawal-without-position", x.id] for x in events]
    return found


def _acts_on_nothing(lives: list[Life], known_at: int) -> list[list[str]]:
    """Return resolutions that end no dispute, reversals that undo no retraction, and texts of
    points that their event lacks."""
    known = {x.id: x for x in lives if x.known <= known_at and "erased" not in x.fields}
    acts = [x for x in known.values() if not x.retracted and x.fields.get("event") in known]
    found = []
    for act in acts:
        target = known[act.fields["event"]]
        others = [x for x in acts if x.fields["event"] == target.id]
        disputes = [x.known for x in others if x.type == "event-disputed"]
        retractions = [(x.known, x.seq) for x in others if x.type == "event-retracted"]
        match act.type:
            case "dispute-resolved" if _acts_from(act, target.known) < min([*disputes, NEVER]):
                found.append(["resolution-without-dispute", act.id])
            case "retraction-reversed" if (act.known, act.seq) < min([*retractions, (NEVER, 0)]):
                found.append(["reversal-without-retraction", act.id])
            case "text-published" if not {"points", "operations"} & target.disputed.keys():
                given = {text["point"] for text in act.fields.get("points") or ()}
                places = [*(target.fields.get("points") or ())]
                for operation in target.fields.get("operations") or ():
                    places += [operation, *(operation.get("into") or ())]
                if given - {place["point"] for place in places}:
                    found.append(["text-without-point", act.id])
    return found


def _rivals_of(place: str, since: tuple[int, ...], steps: list[Step]) -> list[str]:
    """Return the events whose wording or ending of a point that stands may be the last."""
    outcomes = [
        (key, event, text, establishes)
        for key, event, plan, operation in steps
        for point, text, establishes in _outcomes(operation)
        if f"{plan}/{point}" == place
    ]
    held = [outcome for outcome in outcomes if outcome[0] == since][-1]
    latest = max(outcome[0][1] for outcome in outcomes)
    unsure: list[tuple[Any, ...]] = []
    for outcome in reversed([each for each in outcomes if each[0][0] >= latest]):
        comes_first = outcome[3] and any(not each[3] for each in unsure)
        if not comes_first and outcome[0][3] not in [each[0][3] for each in unsure]:
            unsure.append(outcome)
    others = [each for each in unsure if each[0][3] != held[0][3] and each[2] != held[2]]
    return sorted(each[1] for each in others)


ENDED = "it ended"
"""Stands for the text that an ending leaves: equal to no text."""


def _outcomes(operation: Entry) -> list[tuple[str, str | None, bool]]:
    """Return the points that an operation ends or words, the text, and whether it makes them."""
    op, point = operation["op"], operation["point"]
    found: list[tuple[str, str | None, bool]] = []
    if op == "join":
        found += [(name, ENDED, False) for name in operation.get("from") or [] if name != point]
    elif op in ("split", "repeal"):
        found.append((point, ENDED, False))
    new = _established(operation)
    found += [(each["point"], each.get("text"), True) for each in new]
    if not new and not found and _words_anew(operation):
        found.append((point, operation.get("text"), False))
    return found


def _words_anew(operation: Entry) -> bool:
    return operation.get("text") is not None or operation.get("text_status") == "unseen"


@dataclass
class Place:
    """A point in the order of its text."""

    point: str
    number: Any
    stands: bool = True
    behind: str | None = None


def _reading_order(steps: list[Step]) -> dict[str, list[str]]:
    """Return of each plan the points that stand, in the order of its text."""
    lines: dict[str, list[Place]] = {}
    for _, _, plan, operation in steps:
        _arrange(lines.setdefault(plan, []), operation)
    found = {plan: [each.point for each in line if each.stands] for plan, line in lines.items()}
    return {plan: line for plan, line in found.items() if line}


def _arrange(line: list[Place], operation: Entry) -> None:
    op, point = operation["op"], operation["point"]
    old = next((each for each in line if each.point == point), None)
    if operation.get("introduced"):
        line[:] = [each for each in line if each is not old]
        line.append(Place(point, operation.get("number")))
    elif op == "insertion":
        _put(line, operation, operation.get("after"))
    elif op == "split":
        if old:
            old.stands = False
        for part in operation.get("into") or []:
            _put(line, part, point)
    elif op == "join":
        sources = operation.get("from") or []
        for each in line:
            each.stands = each.stands and each.point not in sources
        _put(line, operation, sources[0] if sources else None)
    elif old and old.stands:
        number = operation.get("number")
        if op == "repeal":
            old.stands = False
        elif operation.get("after") or number not in (None, old.number):
            _put(line, {"number": old.number} | operation, operation.get("after"))


def _put(line: list[Place], named: Entry, behind: str | None) -> None:
    place = Place(named["point"], named.get("number"))
    at = next((i for i, each in enumerate(line) if each.point == place.point), None)
    if at is not None and behind == place.point:
        line[at] = place
        return
    line[:] = [each for each in line if each.point != place.point]
    names = [each.point for each in line]
    if behind in names:
        place.behind = behind
        at = names.index(behind) + 1
        while at < len(line) and _comes_before(line, line[at], place):
            at += 1
    else:
        greater = [each.stands and _exceeds(each.number, place.number) for each in line]
        at = greater.index(True) if True in greater else len(line)
    line.insert(at, place)


def _comes_before(line: list[Place], other: Place, new: Place) -> bool:
    """Tell whether what follows a point stays before a new one that follows it too."""
    if other.behind == new.behind:
        return not _exceeds(other.number, new.number)
    behind = {each.point: each.behind for each in line}
    above, seen = other.behind, set[str]()
    while above is not None and above != new.behind and above not in seen:
        seen.add(above)
        above = behind.get(above)
    return above == new.behind


def _exceeds(number: Any, other: Any) -> bool:
    """Tell whether a number is greater as people read numbers; the oracle is given simple ones."""
    return number is not None and other is not None and int(number) > int(other)


def _wording(point: Entry) -> Entry:
    return {name: value for name, value in point.items() if name not in ("since", "rivals")}


def _direct(happened: list[Life]) -> list[Step]:
    steps: list[Step] = []
    for life in (x for x in happened if x.fields.get("plan")):
        operations = []
        if life.type == "plan-introduced":
            operations = [
                {**p, "op": "insertion", "introduced": True}
                for p in life.fields.get("points") or []
            ]
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
        if established or _words_anew(point):
            text["since"] = key
        if _words_anew(point):
            text["text"] = point.get("text")
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
        if (
            words
            and not text["rivals"]
            and all(word is not None and word > text["since"][:4] for word in words)
        ):
            found.append(place)
    return found


def _sponsors(happened: list[Life], plan: str) -> list[str]:
    introduced = [
        x for x in happened if x.type == "plan-introduced" and x.fields.get("plan") == plan
    ]
    first = min(introduced, key=lambda x: x.seq, default=None)
    return (first.fields.get("sponsors") if first else None) or []


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


def _introductions(happened: list[Life]) -> dict[tuple[str, ...], list[str]]:
    """Return the events that introduce each plan and amendment: the first recorded comes first."""
    found: dict[tuple[str, ...], list[str]] = {}
    for life in sorted(happened, key=lambda x: x.seq):
        names = {"plan-introduced": ("plan",), "amendment-proposed": ("plan", "amendment")}
        key = tuple(life.fields.get(name) or "" for name in names.get(life.type, ()))
        if key and all(key):
            found.setdefault(key, []).append(life.id)
    return found


def _repeated(happened: list[Life]) -> list[list[str]]:
    seconds = [event for events in _introductions(happened).values() for event in events[1:]]
    return [["second-introduction", event] for event in seconds]


def _pending(happened: list[Life]) -> list[str]:
    only = [each for each in _amendments(happened).values() if set(each) == {"amendment-proposed"}]
    last_to_first = {
        event: events[0] for events in _introductions(happened).values() for event in events
    }
    return sorted(last_to_first[each["amendment-proposed"]] for each in only)


def _unproposed(happened: list[Life]) -> list[list[str]]:
    return [
        ["amendment-without-proposal", event]
        for each in _amendments(happened).values()
        if "amendment-proposed" not in each
        for event in each.values()
    ]
