"""The publishers that reports name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import orjson

from domain.basis import Basis
from domain.sources import publisher_key
from ledger.database import Cursor, database_dialect
from projections.index.snapshot import basis_params
from projections.index.sources import SOURCE
from projections.index.statements import STATEMENTS, cells_statement


def read_publishers(
    c: Cursor, negotiation: str, basis: Basis, *, with_origins: bool = True
) -> dict[str, str]:
    """Return the publishers, and origins, that reports known under a basis name, by their keys.

    The filters of the basis leave nothing out.
    """
    names = 2 if with_origins else 1
    dialect, params = database_dialect(c), basis_params(negotiation, basis)
    c.execute(STATEMENTS[dialect]["publishers"], params)
    found = set(_names_in(orjson.loads(key)[:names] for (key,) in c.fetchall()))
    c.execute(STATEMENTS[dialect]["sources"], {"negotiation": negotiation})
    others = [key for _, key, _ in c.fetchall() if not found.issuperset(_names_of(key, names))]
    if others:
        statement = cells_statement(dialect, "reports_of_several", listed=True)
        keys = orjson.dumps(others).decode()
        c.execute(statement, {**params, "kind": SOURCE, "keys": keys})
        lists = (orjson.loads(reports) for (reports,) in c.fetchall())
        reports = (_names_of_report(each)[:names] for one in lists for each in one)
        found |= set(_names_in(reports))
    return {publisher_key(name): name for name in sorted(found) if publisher_key(name)}


def _names_of(key: str, names: int) -> set[str]:
    """Return the first names of a source; none of what needs no source."""
    return set(_names_in([orjson.loads(key)[:names]])) if key.startswith("[") else set()


def _names_of_report(report: Mapping[str, str | None]) -> list[str | None]:
    return [report.get("publisher"), report.get("origin")]


def _names_in(pairs: Iterable[Iterable[str | None]]) -> Iterator[str]:
    return (name for pair in pairs for name in pair if name)
