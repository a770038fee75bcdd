"""The independent oracle of one event's life, written from TIME.md alone: a plain, slow fold."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any

from domain.catalogue import ACT_TYPES, BOOKKEEPING_TYPES, RECORDER_ACT_TYPES
from domain.edtf import OPEN_BOUNDS, Bounds, parse_span
from domain.instants import LATEST, from_rfc3339

Entry = dict[str, Any]
NEVER = 2 * LATEST
RANK = {"public": 0, "press": 1, "staff": 2}
VALUE_ACTS = {"record-corrected", "correction-published", "dispute-resolved", "text-published"}
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
    end: Bounds | None = None
    zone: str = "UTC"
    standing: str = ""
    early: bool = False

    @property
    def key(self) -> tuple[int, ...]:
        return (self.start.last, self.start.lo, self.known, self.seq)


@dataclass(frozen=True)
class Asked:
    known_at: int
    valid_at: int
    audience: str
    exclude_source: tuple[str, ...]
    min_sources: int
    zone: str


def held(
    entries: list[Entry],
    *,
    known_at: int,
    valid_at: int,
    seq: int,
    audience: str,
    exclude_source: Any = (),
    min_sources: int = 1,
) -> list[Life]:
    """Return the admitted events that are neither acts nor bookkeeping, with their values."""
    lives, _ = all_held(
        entries,
        seq,
        known_at=known_at,
        valid_at=valid_at,
        audience=audience,
        exclude_source=exclude_source,
        min_sources=min_sources,
    )
    return news_of(lives, known_at)


def news_of(lives: list[Life], known_at: int) -> list[Life]:
    return [
        life
        for life in lives
        if life.type not in ACT_TYPES | BOOKKEEPING_TYPES and life.known <= known_at
    ]


def all_held(entries: list[Entry], seq: int, **basis: Any) -> tuple[list[Life], Asked]:
    cut = sorted((e for e in entries if e["seq"] <= seq), key=lambda e: e["seq"])
    defaults: Entry = {"exclude_source": (), "min_sources": 1}
    asked = Asked(**defaults | basis, zone=_zone_of_all(cut))
    lives = sorted(_lives(cut, asked), key=lambda x: x.seq)
    return [life for life in lives if not life.voided], asked


def told(life: Life, asked: Asked) -> dict[str, Any]:
    """Return the value of one event, what contradicts it, and what it rests on."""
    out = [
        [report["published"], report.get("publisher")]
        for report, recorded, zone in life.reports
        if _is_open(report, asked) and _out(report, recorded, zone) <= asked.known_at
    ]
    return {
        "value": plain(life.fields),
        "bounds": [life.start.lo, life.start.last],
        "rivals": life.disputed,
        "events": [life.id, *life.acts],
        "reports": out,
    }


def plain(fields: Entry) -> Entry:
    """Leave out of fields what the ledger adds, what says nothing and what goes without saying."""
    return {
        name: value
        for name, value in fields.items()
        if name not in FIXED and value not in (None, []) and DEFAULTS.get(name) != value
    }


def _zone_of_all(cut: list[Entry]) -> str:
    zones = [e.get("timezone") for e in cut if e["type"] == "negotiation-opened"]
    return next((zone for zone in zones if zone), "UTC")


# Lives: what later events did to each event.


def _lives(cut: list[Entry], asked: Asked) -> list[Life]:
    """From the highest seq down, so that every act is settled before its target."""
    done: list[Life] = []
    for entry in reversed(cut):
        acts = [x for x in done if x.type in ACT_TYPES and x.fields.get("event") == entry["id"]]
        done.append(_life(entry, sorted(acts, key=lambda x: x.seq), asked))
    return done


def _life(entry: Entry, acts: list[Life], asked: Asked) -> Life:
    stand = [act for act in acts if not act.voided and not act.retracted]
    force = [act for act in stand if act.type in RECORDER_ACT_TYPES or act.known <= asked.known_at]
    reports = _reports(entry, stand, force, asked)
    known = _known(entry, reports, asked)
    life = Life(entry["id"], entry["seq"], entry["type"], copy.deepcopy(entry), reports, known)
    life.recorded = from_rfc3339(entry["recorded_at"])
    life.has_reports = bool(_own_reports(entry, force))
    life.acts = [act.id for act in force]
    life.voided = any(act.type == "record-voided" for act in force)
    life.retracted = _is_retracted(force)
    told = _apply_values(life, force)
    life.rivals = _rivals(force, known)
    life.disputed = _claims(life)
    _place(life, told, asked)
    life.fields.update(dict.fromkeys(life.disputed))
    return life


def _reports(
    entry: Entry, stand: list[Life], force: list[Life], asked: Asked
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


def _is_open(report: Entry, asked: Asked) -> bool:
    is_open = RANK[report.get("audience") or "public"] <= RANK[asked.audience]
    return is_open and report.get("publisher") not in asked.exclude_source


def _out(report: Entry, recorded: int, zone: str) -> int:
    """When a report was surely out; one recorded inside its bounds was out by then."""
    bounds = parse_span(report["published"], zone).start
    return recorded if bounds.lo <= recorded < bounds.last else bounds.last


def _known(entry: Entry, reports: list[tuple[Entry, int, str]], asked: Asked) -> int:
    needed = 1 if entry["type"] in ACT_TYPES else asked.min_sources
    times: list[tuple[int, str | None]] = []
    for report, recorded, zone in reports:
        if _is_open(report, asked):
            times.append((_out(report, recorded, zone), report.get("publisher")))
    if asked.audience == "staff":
        times.append((from_rfc3339(entry["recorded_at"]), None))
    if needed == 1:
        return min((time for time, _ in times), default=NEVER)
    first: dict[str, int] = {}
    for time, publisher in times:
        if publisher:
            first[publisher] = min(time, first.get(publisher, NEVER))
    return sorted(first.values())[needed - 1] if len(first) >= needed else NEVER


def _is_retracted(force: list[Life]) -> bool:
    said = [act for act in force if act.type in ("event-retracted", "retraction-reversed")]
    last = max(said, key=lambda act: (act.known, act.seq), default=None)
    return last is not None and last.type == "event-retracted"


def _acts_from(act: Life, known: int) -> int:
    """When a value act counts: our own from the target's time, a source's not before it."""
    return known if act.type in RECORDER_ACT_TYPES else max(act.known, known)


def _apply_values(life: Life, force: list[Life]) -> int:
    """Apply the last writer per field; return the time by which `occurred` was told."""
    told = life.known
    writers = [act for act in force if act.type in VALUE_ACTS]
    for act in sorted(writers, key=lambda act: (_acts_from(act, life.known), act.seq)):
        if act.type == "text-published":
            _write_texts(life.fields, act.fields["points"])
            continue
        changes = act.fields.get("changes") or {}
        life.fields.update(copy.deepcopy({k: v for k, v in changes.items() if k not in FIXED}))
        if "occurred" in changes:
            told = _acts_from(act, life.known)
    return told


def _write_texts(fields: Entry, texts: list[Entry]) -> None:
    wordings = {text["point"]: text["text"] for text in texts}
    places = list(fields.get("points") or []) if fields["type"] == "plan-introduced" else []
    for operation in fields.get("operations") or []:
        places += [operation, *(operation.get("into") or [])]
    for place in places:
        if place["point"] in wordings:
            place["text"] = wordings[place["point"]]


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


def _place(life: Life, told: int, asked: Asked) -> None:
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
        life.early = life.start.lo > told and not life.retracted and "modality" not in life.disputed
    else:
        life.start = _hull([span.start for span, _ in spans])
    if "occurred" not in life.disputed:
        span = spans[0][0]
        life.end = Bounds(LATEST, LATEST) if span.kind == "ongoing" else span.end
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
