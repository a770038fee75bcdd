"""Cells: the places where an answer is kept, and which of them each event bears on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from domain.instants import EARLIEST, Instant
from domain.lives import Json, Version

Item = dict[str, Any]
CellKey = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Placement:
    """One version's bearing on one cell; ``part`` orders several from one event."""

    kind: str
    key: CellKey
    mark: str | None
    part: int = 0
    detail: Json | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """A placement as of a basis, with what orders it (tie order) and a way to its version."""

    mark: str | None
    last: Instant
    lo: Instant
    known_at: Instant
    seq: int
    part: int
    possible: bool
    load: Callable[[], Item]
    detail: Json | None = None

    @property
    def order(self) -> tuple[int, ...]:
        """Tie order: later wins."""
        return (self.last, self.lo, self.known_at, self.seq, self.part)


NOT_OWN = ("third-party", "anonymous")


def placements(version: Version) -> Iterator[Placement]:
    """Yield the cells that one version bears on by itself."""
    if not version.moves:
        return
    kind, value = version.entry.type, version.payload
    match kind:
        case "position-stated" | "position-withdrawn":
            yield from _position(kind, value, "attribution" in version.disputed)
        case "role-assumed" | "role-ended":
            yield from _keyed("role", kind, value, "person", "party", "title")
        case "plan-introduced":
            yield from _keyed("plan", kind, value, "plan")
            yield from _introduced(value)
        case "plan-amended":
            yield from _keyed("plan", kind, value, "plan")
            yield from operations(value, value.get("operations", ()))
        case _ if kind.startswith("meeting-"):
            yield from _keyed("meeting", kind, value, "meeting")
        case _ if kind.startswith("amendment-"):
            yield from _keyed("amendment", kind, value, "plan", "amendment")
        case _ if kind.startswith("plan-") or kind == "document-published":
            yield from _keyed("plan", kind, value, "plan")
        case "statement-withdrawn":
            yield from _keyed("statement", kind, value, "statement")
        case _:
            return


def _keyed(kind: str, mark: str, value: Json, *names: str) -> Iterator[Placement]:
    if all(name in value for name in names):
        yield Placement(kind, tuple(value[name] for name in names), mark)


def _position(kind: str, value: Json, disputed: bool) -> Iterator[Placement]:
    names = ("party", "issue") if "issue" in value else ("party", "plan", "point")
    claimed = disputed or value.get("attribution") in NOT_OWN
    cell = "attributed" if claimed else "position"
    mark = value.get("stance", "") if kind == "position-stated" else None
    yield from (
        Placement(cell, placement.key, mark) for placement in _keyed(cell, kind, value, *names)
    )


def _introduced(value: Json) -> Iterator[Placement]:
    for part, point in enumerate(value.get("points", ())):
        if "plan" in value:
            yield Placement("point", (value["plan"], point["point"]), "introduction", part, point)


def operations(value: Json, operations: Sequence[Json], part: int = 0) -> Iterator[Placement]:
    """Yield what each textual modification does to each point that it touches."""
    if "plan" not in value:
        return
    for operation in operations:
        for point, mark, detail in _touched(operation):
            yield Placement("point", (value["plan"], point), mark, part, detail)
            part += 1


def _touched(operation: Json) -> Iterator[tuple[str, str, Json]]:
    op, point = operation["op"], operation["point"]
    match op:
        case "split":
            yield point, "split", operation
            for into in operation.get("into", ()):
                yield into["point"], "split-off", {**into, "split_from": point}
        case "join":
            for source in operation.get("from", ()):
                if source != point:
                    yield source, "joined", {"into": point}
            yield point, "join", operation
        case _:
            yield point, op, operation


def adopted(proposal: Version, adoption: Version) -> Iterator[Placement]:
    """Yield what a proposed amendment does to points once adopted; it acts when adopted."""
    if proposal.moves and adoption.moves:
        part = proposal.entry.seq * 100_000
        yield from operations(proposal.payload, proposal.payload.get("operations", ()), part)


def item(version: Version) -> Item:
    """Return the JSON object that stands for one version wherever answers are made."""
    entry = version.entry
    return {
        "event": entry.id,
        "type": entry.type,
        "seq": entry.seq,
        "recorded_at": entry.recorded_at,
        "known_at": version.known_at,
        "lo": version.occurred.lo,
        "last": version.occurred.last,
        "value": version.payload,
        "news": version.known_at > EARLIEST,
        "reports": list(version.reports),
        "withdrawn": version.withdrawn,
        "rivals": list(version.rivals),
        "acts": list(version.acts),
    }
