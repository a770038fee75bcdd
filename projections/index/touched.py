"""What may look different under two bases: all of which a moment lies between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import orjson

from domain.basis import Basis
from domain.cells import CellKey
from domain.introductions import INTRODUCTION_FIELDS
from ledger.database import Cursor, Row, database_dialect
from projections.index.reach import class_windows
from projections.index.rows import KEY_SEPARATOR
from projections.index.statements import touched_statement
from projections.scope import LISTED_TYPES, Scope
from projections.view import T

FEW_SEQS = 5_000
"""Up to how many seqs between two bases are read one by one."""
STATEMENT = "statement"
"""The kind of cell that holds the withdrawals of a statement."""


def find_touched(
    c: Cursor, basis_params: Mapping[str, object], before: Basis, after: Basis
) -> Scope:
    """Return the cells and listed events that may look different, as they are recorded.

    ``basis_params`` are the parameters of the later basis.
    """
    clocks = {
        "known": (before.known_at, after.known_at),
        "seq": (before.seq, after.seq),
        "valid": (before.valid_at, after.valid_at),
    }
    moved = [clock for clock, (one, other) in clocks.items() if one != other]
    if not moved:
        return Scope()
    few_seqs = abs(after.seq - before.seq) <= FEW_SEQS
    moments = clocks | {"seq": (before.recorded_at, after.recorded_at)}
    lower = min(min(moments[clock]) for clock in moved)
    params = dict(basis_params)
    params |= {f"other_{clock}": pair[0] for clock, pair in clocks.items()}
    params |= {f"low_{clock}": min(pair) for clock, pair in clocks.items()}
    params |= {f"high_{clock}": max(pair) for clock, pair in clocks.items()}
    params |= {
        "lower": lower,
        "upper": min(map(max, moments.values())),
        "windows": orjson.dumps(list(class_windows(lower))).decode(),
    }

    def ask(name: str) -> list[Row]:
        statement = touched_statement(database_dialect(c), name, moved, few_seqs=few_seqs)
        c.execute(statement, params)
        return c.fetchall()

    return _build_scope(ask("touched_cells"), ask("touched_events"))


def _build_scope(cells: Iterable[Row], events: Iterable[Row]) -> Scope:
    """Return the scope of cells, and of events, each with its seq, type and own fields."""
    keys: dict[str, set[CellKey]] = {}
    for kind, key in cells:
        keys.setdefault(kind, set()).add(tuple(key.split(KEY_SEPARATOR)))
    seqs: dict[str, set[int]] = {}
    slugs: dict[str, set[str]] = {}
    for seq, kind, body in events:
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
