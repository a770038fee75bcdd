"""Cells: the places where an answer is kept, and which of them each event bears on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import orjson

from domain.instants import Instant
from domain.versions import Json, Version

CellKey = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Placement:
    """One version's bearing on one cell; ``part`` orders several from one event.

    ``detail`` is what the cell needs of it: of a position when it occurred, of a point the textual
    modification, of other cells nothing.
    """

    kind: str
    key: CellKey
    mark: str | None
    part: int = 0
    detail: Json | str | None = None


class Placed(NamedTuple):
    """A placement as of a basis, with what orders it (tie order) and its item's JSON.

    ``proposal`` is what an amendment that was adopted rests on besides its adoption.
    """

    last: Instant
    lo: Instant
    known_at: Instant
    seq: int
    part: int
    mark: str | None
    possible: bool
    detail: bytes | None
    body: bytes
    rests: bytes
    proposal: bytes | None = None

    @property
    def order(self) -> tuple[int, ...]:
        """Tie order: later wins."""
        return self[:5]

    @property
    def value(self) -> Json:
        """The event's own fields, null where they are disputed."""
        found: Json = orjson.loads(self.body)
        return found

    @property
    def modification(self) -> Json:
        """What is done to a plan point."""
        found: Json = orjson.loads(self.detail or b"{}")
        return found

    @property
    def grounds(self) -> list[bytes]:
        """What it rests on: a JSON object each."""
        return [self.rests] if self.proposal is None else [self.rests, self.proposal]


NOT_OWN = ("third-party", "anonymous")
ESTABLISHING = ("introduction", "insertion", "split-off", "join")
WORDING = frozenset(("op", "point", "text", "text_status"))
"""Fields of a textual modification that changes nothing of a point but its wording."""


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
    if not all(name in value for name in names):
        return
    party, *on = (value[name] for name in names)
    mark = value.get("stance", "") if kind == "position-stated" else None
    claimed = disputed or value.get("attribution") in NOT_OWN
    if claimed:
        cell, key = "attributed", (party, *on)
    elif "issue" in value:
        cell, key = "position", (party, *on)
    else:
        cell, key = "stance", (*on, party)  # asked for by plan and point
    yield Placement(cell, key, mark, detail=value.get("occurred"))


def _introduced(value: Json) -> Iterator[Placement]:
    for part, point in enumerate(value.get("points", ())):
        if "plan" in value:
            yield from _textual((value["plan"], point["point"]), "introduction", part, point)


def _textual(key: CellKey, mark: str, part: int, detail: Json) -> Iterator[Placement]:
    """Yield what a modification does to the wording of a point, and to all else of it."""
    worded = "text" in detail or "text_status" in detail
    if worded or mark in ESTABLISHING:
        yield Placement("wording", key, mark, part, detail)
    if not worded or mark != "substitution" or not WORDING.issuperset(detail):
        yield Placement("point", key, mark, part, detail)


def operations(value: Json, operations: Sequence[Json], part: int = 0) -> Iterator[Placement]:
    """Yield what each textual modification does to each point that it touches."""
    if not value.get("plan"):
        return
    for operation in operations:
        for point, mark, detail in _touched(operation):
            yield from _textual((value["plan"], point), mark, part, detail)
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


def adopted(proposal: Json, seq: int) -> Iterator[Placement]:
    """Yield what a proposed amendment, recorded at this seq, does to points once adopted."""
    yield from operations(proposal, proposal.get("operations") or (), seq * 100_000)
