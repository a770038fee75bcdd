"""Cells: what answers are made of, what each event contributes to them, and what a position is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, combinations
from typing import NamedTuple, Protocol

import orjson

from domain.catalogue import CLASS_BY_TYPE
from domain.held_json import dump_held
from domain.instants import EARLIEST, Instant
from domain.model import Json, Version
from domain.sources import origin_name, publisher_key

CellKey = tuple[str, ...]


class CellEntry(NamedTuple):
    """What one version contributes to one cell; ``part`` orders several from one event.

    ``label`` is the type of the event, the stance or the operation, of a verdict with conditions
    ``conditional``. ``detail`` is what the cell needs of it, as JSON: of a position when it
    occurred, of a claim its claimant, of a point the textual modification, of a meeting what it is
    said to be part of, of other cells nothing. ``answer`` is what a position answers its issue.
    """

    kind: str
    key: CellKey
    label: str | None
    part: int = 0
    detail: bytes | None = None
    answer: str | None = None


class CellRow(NamedTuple):
    """An entry of a cell as read under a basis, with what orders it and its item's JSON.

    ``proposal_provenance`` is of the proposal, where the entry is of an adopted amendment.
    """

    last: Instant
    lo: Instant
    known_at: Instant
    seq: int
    part: int
    label: str | None
    possible: bool
    detail: bytes | None
    answer: str | None
    body: bytes
    provenance: bytes
    proposal_provenance: bytes | None = None

    @property
    def tie_order(self) -> tuple[int, ...]:
        """Tie order: later wins."""
        return self[:5]

    def with_json(self, body: bytes, provenance: bytes) -> CellRow:
        """Return it with its item's JSON, without which it was read."""
        return CellRow(*self[:9], body, provenance, self.proposal_provenance)

    @property
    def own_fields(self) -> Json:
        """The event's own fields, null where they are disputed."""
        own_fields: Json = orjson.loads(self.body)
        return own_fields

    @property
    def modification(self) -> Json:
        """What is done to a plan point."""
        modification: Json = orjson.loads(self.detail or b"{}")
        return modification

    @property
    def claimant(self) -> str | None:
        """Who makes a claim, as kind and name; null where nobody is named."""
        claimant: str | None = orjson.loads(self.detail or b"null")
        return claimant

    @property
    def part_of(self) -> str | None:
        """What this makes a meeting part of; null where that is nothing, or disputed."""
        whole: str | None = orjson.loads(self.detail or b"null")
        return whole

    @property
    def all_provenance(self) -> list[bytes]:
        """Its provenance and that of the proposal, a JSON object each."""
        return (
            [self.provenance]
            if self.proposal_provenance is None
            else [self.provenance, self.proposal_provenance]
        )


ENDORSEMENT_TYPES = ("plan-endorsed", "plan-rejected", "plan-signed")
REFUSING_STANCES, OPEN_STANCES = ("opposes", "rejects", "red-line"), ("undecided", "reserves")
CLAIMED_ATTRIBUTIONS = ("third-party", "anonymous")
ESTABLISHING_LABELS = ("introduction", "insertion", "split-off", "join")
PARTS_PER_SEQ = 100_000
"""More parts than an event has: adoptions order the parts of proposals by their seqs first."""
CONDITIONAL = "conditional"
WHOLE_PLAN = ""
"""In place of a point in the key of a verdict: that it is on all of a plan."""
WORDING_FIELDS = frozenset(("op", "point", "text", "text_status"))
"""Fields of a textual modification that changes nothing of a point but its wording."""


def cell_entries(version: Version) -> Iterator[CellEntry]:
    """Yield what one version contributes to cells by itself. Raises ValueError on unknown types."""
    if not version.affects_state:
        return
    kind, value = version.entry.type, version.payload
    if kind not in CLASS_BY_TYPE:
        raise ValueError(f"no rule says which cells {kind} contributes to")
    cell = CLASS_BY_TYPE[kind].CELL
    if cell and all(name in value for name in cell.fields):
        cell_kind = "endorsement" if kind in ENDORSEMENT_TYPES else cell.kind
        key = tuple(value[name] for name in cell.fields)
        yield CellEntry(cell_kind, key, kind, detail=_part_of(version))
    match kind:
        case "position-stated" | "position-withdrawn":
            yield from _position_entries(version)
        case "plan-introduced":
            yield from _introduction_entries(value)
        case "plan-amended":
            yield from operation_entries(value, value.get("operations", ()))
        case _ if kind in ENDORSEMENT_TYPES:
            yield from _verdict_entries(kind, value)


def _part_of(version: Version) -> bytes | None:
    """Return what an event makes a meeting part of, null where that is disputed."""
    if "part_of" in version.disputed_fields:
        return dump_held(None)
    return dump_held(version.payload["part_of"]) if "part_of" in version.payload else None


def _verdict_entries(kind: str, value: Json) -> Iterator[CellEntry]:
    """Yield a party's verdict on each point that it names, or else on all of a plan."""
    if "plan" not in value or "party" not in value:
        return
    for part, point in enumerate(dict.fromkeys(value.get("points") or [WHOLE_PLAN])):
        key = (value["plan"], point, value["party"])
        label = CONDITIONAL if value.get("conditions") else kind
        yield CellEntry("verdict", key, label, part)


def _position_entries(version: Version) -> Iterator[CellEntry]:
    kind, value = version.entry.type, version.payload
    names = ("party", "issue") if "issue" in value else ("party", "plan", "point")
    if not all(name in value for name in names):
        return
    party, *subject_key = (value[name] for name in names)
    label = value.get("stance", "") if kind == "position-stated" else None
    detail = dump_held(value["occurred"]) if value.get("occurred") is not None else None
    is_claimed = value.get("attribution") in CLAIMED_ATTRIBUTIONS
    if is_claimed or "attribution" in version.disputed_fields:
        cell_kind, key = "attributed", (party, *subject_key)
        claimant = _name_claimant(version)
        key += (f"#{version.entry.seq}" if claimant is None else publisher_key(claimant),)
        detail = None if claimant is None else dump_held(claimant)
    elif "issue" in value:
        cell_kind, key = "position", (party, *subject_key)
    else:
        cell_kind, key = "stance", (*subject_key, party)  # asked for by plan and point
    yield CellEntry(cell_kind, key, label, detail=detail, answer=value.get("answer"))


def _name_claimant(version: Version) -> str | None:
    """Return who says this of a party: the one that it names; of an anonymous claim its origin."""
    value = version.payload
    if "attributed_by" in value or "attributed_by" in version.disputed_fields:
        return value.get("attributed_by")
    if value.get("attribution") != "anonymous":
        return None
    origin = next(filter(None, map(origin_name, version.reports)), None)
    return origin and f"publisher:{origin}"


def _introduction_entries(value: Json) -> Iterator[CellEntry]:
    for part, point in enumerate(value.get("points", ())):
        if "plan" in value:
            yield from _textual_entries(
                (value["plan"], point["point"]), "introduction", part, point
            )


def _textual_entries(key: CellKey, label: str, part: int, detail: Json) -> Iterator[CellEntry]:
    """Yield what a modification does to the wording of a point, and to all else of it."""
    detail_json = dump_held(detail)
    has_wording = "text" in detail or "text_status" in detail
    if has_wording or label in ESTABLISHING_LABELS:
        yield CellEntry("wording", key, label, part, detail_json)
    if not has_wording or label != "substitution" or not WORDING_FIELDS.issuperset(detail):
        yield CellEntry("point", key, label, part, detail_json)


def operation_entries(
    value: Json, operations: Sequence[Json], part: int = 0
) -> Iterator[CellEntry]:
    """Yield what each textual modification does to each point that it touches."""
    if not value.get("plan"):
        return
    for operation in operations:
        for point, label, detail in _touched_points(operation):
            yield from _textual_entries((value["plan"], point), label, part, detail)
            part += 1


def _touched_points(operation: Json) -> Iterator[tuple[str, str, Json]]:
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


def adoption_entries(proposal: Json, seq: int) -> Iterator[CellEntry]:
    """Yield what a proposed amendment, recorded at this seq, does to points once adopted."""
    yield from operation_entries(proposal, proposal.get("operations") or (), seq * PARTS_PER_SEQ)


class ResolvedPosition(NamedTuple):
    """Where a party stands on an issue or a plan point.

    ``candidates`` are the rows that may be the last, newest first. ``since`` is the row from which
    the stance holds; null when the stance is withdrawn, mixed or disputed.
    """

    candidates: tuple[CellRow, ...]
    since: CellRow | None = None

    @property
    def winner(self) -> CellRow:
        return self.candidates[0]

    @property
    def mixed(self) -> bool:
        """Return whether rows of which each may be the last are in different places."""
        if len(self.candidates) == 1:
            return False
        places = {(row.label, row.answer): row for row in self.candidates}
        return any(not is_same_place(*pair) for pair in combinations(places.values(), 2))

    @property
    def stance(self) -> str | None:
        return None if self.mixed else self.winner.label or None

    @property
    def answer(self) -> str | None:
        """The answer of the place, which a candidate of the same stance may leave out."""
        if len(self.candidates) == 1:
            return self.winner.answer or None
        answers = (row.answer for row in self.candidates if row.answer)
        return None if self.mixed else next(answers, None)

    def with_json(self, json_by_seq: Mapping[int, tuple[bytes, bytes]]) -> ResolvedPosition:
        """Return it with body and provenance of the candidates, by seq, which were read without."""
        rows = [row.with_json(*json_by_seq[row.seq]) for row in self.candidates]
        return ResolvedPosition(tuple(rows), self.since)


def resolve_position(newest_first: Iterable[CellRow]) -> ResolvedPosition | None:
    """Resolve one cell from its happened rows, read only as far back as needed."""
    candidates, older_rows = split_candidates(newest_first)
    if not candidates:
        return None
    position = ResolvedPosition(tuple(candidates))
    if not position.stance:
        return position
    *_, start = _run_of(candidates, older_rows)
    return ResolvedPosition(position.candidates, start)


def is_past_candidates(newest_first: Sequence[CellRow]) -> bool:
    """Return whether all rows that may be the last are among these and not the last of them. Of
    older ones ``resolve_position`` then needs no more than the first and the last of those that
    follow each other with one stance and answer."""
    _, older_rows = split_candidates(newest_first)
    return next(older_rows, None) is not None


def find_run(newest_first: Iterable[CellRow]) -> list[CellRow]:
    """Return the rows that say where a cell stands, newest first, back to where it came there; none
    where it stands nowhere."""
    candidates, older_rows = split_candidates(newest_first)
    is_placed = bool(candidates) and ResolvedPosition(tuple(candidates)).stance
    return list(_run_of(candidates, older_rows)) if is_placed else []


def split_candidates(newest_first: Iterable[CellRow]) -> tuple[list[CellRow], Iterator[CellRow]]:
    """Return the rows that may be the last, and those that are surely before another."""
    rows = iter(newest_first)
    candidates: list[CellRow] = []
    frontier = EARLIEST
    for row in rows:
        if row.last < frontier:
            return candidates, chain([row], rows)
        frontier = max(frontier, row.lo)
        candidates.append(row)
    return candidates, rows


def _run_of(candidates: Sequence[CellRow], older_rows: Iterable[CellRow]) -> Iterator[CellRow]:
    """Yield the rows, newest first, that are in one place: each where the next one is, and no two
    with different answers."""
    yield from candidates
    neighbours = candidates
    answered = next((row for row in candidates if row.answer), None)
    for row in older_rows:
        if not any(is_same_place(row, other) for other in neighbours):
            return
        if row.answer and answered and not is_same_place(row, answered):
            return
        yield row
        neighbours, answered = (row,), answered or (row if row.answer else None)


class Placed(Protocol):
    """What a place follows from: the stance of a position and its answer."""

    @property
    def label(self) -> str | None: ...

    @property
    def answer(self) -> str | None: ...


def is_same_place(row: Placed, other: Placed) -> bool:
    """Return whether two positions are no difference: one answer, both held or both refused, or
    where one of them gives no answer one stance."""
    if row.label == other.label:
        return not (row.answer and other.answer) or row.answer == other.answer
    if not (row.answer and other.answer):
        return False
    return row.answer == other.answer and holding_of(row.label) == holding_of(other.label)


def holding_of(stance: str | None) -> str | None:
    """Return whether a stance holds an answer, refuses it or does neither."""
    if stance in REFUSING_STANCES:
        return "refused"
    if stance in OPEN_STANCES:
        return "open"
    return "held" if stance else stance


def resolve_claims(newest_first: Iterable[CellRow]) -> list[CellRow]:
    """Return the claims of one claimant that are not surely before another of theirs."""
    last_rows, _ = split_candidates(newest_first)
    return last_rows
