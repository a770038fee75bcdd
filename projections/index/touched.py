"""What may look different under two bases: all of which a moment lies between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

import orjson

from domain.basis import Basis
from domain.cells import CellKey
from domain.instants import EARLIEST, LATEST, Instant
from domain.introductions import INTRODUCTION_FIELDS
from ledger.database import Cursor, database_dialect
from projections.answer_json import UNREALISED_STANDINGS
from projections.index.reach import REACH_WIDTHS, dump_windows
from projections.index.statements import touched_by_seq_statement, touched_statement
from projections.index.subjects import KEY_SEPARATOR
from projections.scope import LISTED_TYPES, Scope, Touched
from projections.view import T

FEW_SEQS = 5_000
"""Up to how many seqs between two bases are read one by one."""
STATEMENT = "statement"
"""The kind of cell that holds the withdrawals of a statement."""
CLOCK_STANDINGS = frozenset({"possible", "scheduled"})
"""Standings that something gets or loses as the clock passes its first or last moment."""

TouchedRows = tuple[Iterable[Sequence[Any]], Iterable[Sequence[Any]]]
"""Kind and key of cells; type, seq and own fields as JSON of events."""


class ClockMoves:
    """The clocks that move from one basis to another, and between which moments."""

    def __init__(self, before: Basis, after: Basis) -> None:
        self.clocks = {
            "known": (before.known_at, after.known_at),
            "seq": (before.seq, after.seq),
            "valid": (before.valid_at, after.valid_at),
        }
        self.moved = [clock for clock, (one, other) in self.clocks.items() if one != other]
        self.recorded_after = min(before.recorded_at, after.recorded_at)
        moments = self.clocks | {"seq": (before.recorded_at, after.recorded_at)}
        self.lower = min((min(moments[clock]) for clock in self.moved), default=LATEST)
        """Nothing changes whose moments are all earlier."""
        self.upper = min(map(max, moments.values()))
        """Nothing changes whose moments are all later, but for what is withdrawn."""
        self.last = max(map(max, moments.values()))


def find_touched(
    c: Cursor, basis_params: Mapping[str, object], before: Basis, after: Basis
) -> TouchedRows:
    """Return the cells and listed events that may look different, as they are recorded.

    ``basis_params`` are the parameters of the later basis.
    """
    moves = ClockMoves(before, after)
    few_seqs = abs(after.seq - before.seq) <= FEW_SEQS
    return _ask(c, "events", basis_params, moves, few_seqs=few_seqs)


def find_all_touched(
    c: Cursor, basis_params: Mapping[str, object], before: Basis, after: Basis
) -> Touched | None:
    """Return all that may look different now than as of an earlier now; null where many seqs lie
    between, or one of the two is no now: then what was recorded is not all known."""
    are_now = all(basis.known_at >= basis.recorded_at for basis in (before, after))
    if not are_now or not 0 <= after.seq - before.seq <= FEW_SEQS:
        return None
    moves, is_back = ClockMoves(before, after), after.known_at < before.known_at
    cells, versions = _ask(c, "versions", basis_params, moves, few_seqs=True, all_known=True)
    rows = [_TouchedVersion._make(row) for row in versions]
    standings = set(chain.from_iterable(row.standings for row in rows))
    if before.valid_at != after.valid_at:
        standings |= CLOCK_STANDINGS
    return Touched(
        build_scope((cells, ())),
        frozenset(row.event for row in rows),
        frozenset(row.seq for row in rows),
        frozenset(row.type for row in rows),
        frozenset(standings),
        min((row.known_at for row in rows if row.known_at > EARLIEST), default=LATEST),
        is_back or any(r.recorded_to <= after.seq or r.known_to <= after.known_at for r in rows),
    )


class _TouchedVersion(NamedTuple):
    type: str
    event: str
    seq: int
    standing: str
    withdrawn: bool
    disputed: bool
    ahead: bool
    known_at: Instant
    known_to: Instant
    recorded_to: int

    @property
    def standings(self) -> Iterator[str]:
        """Yield those of which it may be, or have been, in a list."""
        if self.standing == "actual":
            yield from CLOCK_STANDINGS
        yield "unrealised" if self.standing in UNREALISED_STANDINGS else self.standing
        for name in ("withdrawn", "disputed", "ahead"):
            if getattr(self, name):
                yield name


def _ask(
    c: Cursor,
    told: str,
    basis_params: Mapping[str, object],
    moves: ClockMoves,
    *,
    few_seqs: bool,
    all_known: bool = False,
) -> TouchedRows:
    """Return the cells that some clocks move past, and of the versions what is to be told."""
    if not moves.moved:
        return (), ()
    params = dict(basis_params)
    params |= {f"other_{clock}": pair[0] for clock, pair in moves.clocks.items()}
    params |= {f"low_{clock}": min(pair) for clock, pair in moves.clocks.items()}
    params |= {f"high_{clock}": max(pair) for clock, pair in moves.clocks.items()}
    params |= {
        "lower": moves.lower,
        "upper": min(max(moves.clocks["known"]), max(moves.clocks["valid"])),
        "windows": dump_windows(moves.lower),
        "timely_after": moves.recorded_after - REACH_WIDTHS[0] - 1,
        "late_windows": dump_windows(moves.recorded_after),
    }
    statement = touched_statement(
        database_dialect(c), told, moves.moved, few_seqs=few_seqs, all_known=all_known
    )
    c.execute(statement, params)
    rows = c.fetchall()
    cells = [(kind, key) for kind, key, *_ in rows if key is not None]
    return cells, [(kind, *others) for kind, key, *others in rows if key is None]


def find_touched_by_seq(
    c: Cursor, params: Mapping[str, object], after: int, upto: int
) -> Mapping[int, TouchedRows]:
    """Return the cells and listed events that look different from each of some seqs on: those after
    one, up to another. ``params`` are those of a basis whose other clocks stand still."""
    c.execute(
        touched_by_seq_statement(database_dialect(c)),
        {
            **params,
            **{"low_seq": after, "high_seq": upto},
            **{"low_known": params["known"], "high_known": params["known"]},
        },
    )
    found: dict[int, tuple[list[Any], list[Any]]] = {}
    for kind, key, *others, recorded_from, recorded_to in c.fetchall():
        for seq in (recorded_from, recorded_to):
            if after < seq <= upto:
                cells, events = found.setdefault(seq, ([], []))
                if key is None:
                    events.append((kind, *others))
                else:
                    cells.append((kind, key))
    return found


def build_scope(*touched: TouchedRows) -> Scope:
    """Return the scope of all that is touched."""
    keys: dict[str, set[CellKey]] = {}
    for kind, key in chain.from_iterable(cells for cells, _ in touched):
        keys.setdefault(kind, set()).add(tuple(key.split(KEY_SEPARATOR)))
    seqs: dict[str, set[int]] = {}
    slugs: dict[str, set[str]] = {}
    for kind, seq, body in chain.from_iterable(events for _, events in touched):
        seqs.setdefault(kind, set()).add(seq)
        if kind in LISTED_TYPES and kind in INTRODUCTION_FIELDS:
            slug = orjson.loads(body).get(INTRODUCTION_FIELDS[kind][-1])
            slugs.setdefault(kind, set()).update([slug] if slug else [])
    statements = slugs.setdefault("statement-made", set())
    statements |= {slug for (slug,) in keys.get(STATEMENT, ())}
    keys[STATEMENT] = {(slug,) for slug in statements}
    return Scope(_freeze(keys), _freeze(seqs), _freeze(slugs))


def _freeze(found: Mapping[str, set[T]]) -> dict[str, frozenset[T]]:
    return {name: frozenset(each) for name, each in found.items()}
