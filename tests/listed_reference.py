"""The part of the oracle that knows deadlines, votes, incidents and briefs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain.edtf import Bounds, parse_span

if TYPE_CHECKING:
    from tests.reference import Life

TOLD_ONCE = {"votes": "vote-held", "incidents": "incident-reported"}


def by_deadline(happened: list[Life]) -> dict[str, list[Life]]:
    """Return in tie order what happened to each deadline."""
    deadlines: dict[str, list[Life]] = {}
    for life in happened:
        if life.type.startswith("deadline-") and life.fields.get("deadline"):
            deadlines.setdefault(life.fields["deadline"], []).append(life)
    return deadlines


def deadlines(happened: list[Life], valid_at: int) -> dict[str, Any]:
    return {slug: _deadline(told, valid_at) for slug, told in by_deadline(happened).items()}


def _deadline(told: list[Life], valid_at: int) -> dict[str, Any]:
    closed: Life | None = None
    for life in told:
        if life.type in ("deadline-met", "deadline-withdrawn"):
            closed = life
        elif life.type == "deadline-extended":
            closed = None
    dated = [x for x in told if x.type in ("deadline-set", "deadline-extended")]
    ends = _ends(dated[-1]) if dated else [None]
    status = "open"
    if closed:
        status = closed.type.removeprefix("deadline-")
    elif all(end is not None and end.hi <= valid_at for end in ends):
        status = "passed"
    zones = {"tz": dated[-1] if dated else None, "closed_tz": closed}
    set_by = [x for x in told if x.type == "deadline-set"]
    return {
        "status": status,
        "due": dated[-1].fields["due"] if dated else None,
        "closed": closed.fields.get("occurred") if closed else None,
        **{name: x.fields["tz"] for name, x in zones.items() if x and x.fields.get("tz")},
        "late": _late(closed, ends) if closed and status == "met" else None,
        "title": set_by[-1].fields["title"] if set_by else None,
        "reason": dated[-1].fields.get("reason") if dated else None,
        "events": sorted(x.id for x in told),
    }


def _ends(life: Life) -> list[Bounds | None]:
    """Return, of each account of what is due, when its last moment is; null for never."""
    claims = [value for value, _ in life.disputed.get("due", [])] or [life.fields["due"]]
    spans = [parse_span(claim, life.zone) for claim in claims]
    return [
        span.end if "/" in claim else span.start for claim, span in zip(claims, spans, strict=True)
    ]


def _late(met: Life, ends: list[Bounds | None]) -> bool | None:
    known = [end for end in ends if end is not None]
    if len(known) < len(ends):
        return None
    if all(met.start.lo > end.last for end in known):
        return True
    return False if all(met.start.last <= end.lo for end in known) else None


def deadlines_not_set(shown: list[Life]) -> list[list[str]]:
    """Return what happened to deadlines that nothing set, whenever or however."""
    told = [x for x in shown if x.type.startswith("deadline-") and x.fields.get("deadline")]
    are_set = {
        x.fields["deadline"] for x in told if x.type == "deadline-set" and x.standing != "withdrawn"
    }
    return [
        ["deadline-not-set", x.id]
        for x in told
        if x.standing == "happened" and x.fields["deadline"] not in are_set
    ]


def told_once(happened: list[Life]) -> dict[str, list[str]]:
    newest = list(reversed(happened))
    return {name: [x.id for x in newest if x.type == kind] for name, kind in TOLD_ONCE.items()}


def briefs(lives: list[Life], known_at: int, valid_at: int, *, filtered: bool) -> dict[str, str]:
    """Return the last brief of each slug, none where sources are filtered."""
    written = [
        x for x in lives if x.type == "brief-written" and x.known <= known_at and not x.retracted
    ]
    written = [x for x in written if x.standing == "happened" and x.fields.get("brief")]
    written = [x for x in written if x.start.last <= valid_at and not filtered]
    return {x.fields["brief"]: x.id for x in sorted(written, key=lambda x: x.key)}
