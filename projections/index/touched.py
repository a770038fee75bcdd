"""What may look different under two bases: all of which a moment lies between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

import orjson

from domain.basis import Basis
from domain.cells import CellKey
from domain.instants import LATEST
from domain.introductions import INTRODUCTION_FIELDS
from ledger.database import Cursor, Row, database_dialect
from projections.index.reach import class_windows
from projections.index.statements import touched_statement
from projections.index.subjects import KEY_SEPARATOR
from projections.scope import LISTED_TYPES, Scope
from projections.view import T

FEW_SEQS = 5_000
"""Up to how many seqs between two bases are read one by one."""
STATEMENT = "statement"
"""The kind of cell that holds the withdrawals of a statement."""


TouchedRows = tuple[Iterable[Sequence[Any]], Iterable[Sequence[Any]]]
"""Kind and key of cells; seq, type and own fields as JSON of events."""


class ClockMoves:
    """The clocks that move from one basis to another, and between which moments."""

    def __init__(self, before: Basis, after: Basis) -> None:
        self.clocks = {
            "known": (before.known_at, after.known_at),
            "seq": (before.seq, after.seq),
            "valid": (before.valid_at, after.valid_at),
        }
        self.moved = [clock for clock, (one, other) in self.clocks.items() if one != other]
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
    clocks, moved = moves.clocks, moves.moved
    if not moved:
        return (), ()
    few_seqs = abs(after.seq - before.seq) <= FEW_SEQS
    params = dict(basis_params)
    params |= {f"other_{clock}": pair[0] for clock, pair in clocks.items()}
    params |= {f"low_{clock}": min(pair) for clock, pair in clocks.items()}
    params |= {f"high_{clock}": max(pair) for clock, pair in clocks.items()}
    params |= {
        "lower": moves.lower,
        "upper": moves.upper,
        "windows": orjson.dumps(list(class_windows(moves.lower))).decode(),
    }

    def ask(name: str) -> list[Row]:
        statement = touched_statement(database_dialect(c), name, moved, few_seqs=few_seqs)
        c.execute(statement, params)
        return c.fetchall()

    return ask("touched_cells"), ask("touched_events")


def build_scope(*touched: TouchedRows) -> Scope:
    """Return the scope of all that is touched."""
    keys: dict[str, set[CellKey]] = {}
    for kind, key in chain.from_iterable(cells for cells, _ in touched):
        keys.setdefault(kind, set()).add(tuple(key.split(KEY_SEPARATOR)))
    seqs: dict[str, set[int]] = {}
    slugs: dict[str, set[str]] = {}
    for seq, kind, body in chain.from_iterable(events for _, events in touched):
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
