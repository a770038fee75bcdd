"""Building the read model anew beside the live one, which answers until it is replaced at once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from domain.refusals import BusyError
from ledger import granting
from ledger.cursor import dialect
from projections import index, postgres

PAGE = 2000
"""Events applied at once."""
TRIES, PAUSE = 120, 5.0
"""How often a read model that is ready tries to take the place of the live one, and seconds between
two tries: a reader that takes long, such as a dump, has it wait."""
BUSY = "55P03"
"""SQLSTATE of a lock that was not to be had in time."""


def rebuild(c: Any, *, page: int = PAGE) -> Iterator[int]:
    """Build the read model anew and replace the live one in one transaction; yield seqs reached.

    The cursor must not be in a transaction. Who is killed, or leaves, leaves the live one whole.
    Raises BusyError where somebody else rebuilds or erases, or reads without end.
    """
    return _on_server(c, page) if dialect(c) == "postgres" else _in_a_file(c, page)


def _in_a_file(c: Any, page: int) -> Iterator[int]:
    c.execute("BEGIN IMMEDIATE")
    try:
        index.drop(c)
        index.create(c)
        yield from index.folded(c, page=page)
        c.execute("COMMIT")
    except BaseException:
        c.execute("ROLLBACK")
        raise


def _on_server(c: Any, page: int) -> Iterator[int]:
    """Build in a schema of its own, without keeping anybody from recording until the last page."""
    erased = _erasures(c)
    with postgres.beside(c) as names:
        yield from _by_pages(c, page)
        postgres.settle(c)
        for _ in range(TRIES):
            yield from _by_pages(c, page)
            if _replaced(c, names, erased):
                return
            time.sleep(PAUSE)
    raise BusyError(
        "the read model is in use without end, so the old one stays",
        hint="pg_stat_activity shows who has been reading; rebuild again when they are done",
    )


def _by_pages(c: Any, page: int) -> Iterator[int]:
    """Apply what is there by now, a transaction a page."""
    for rows, laid_out in index.following(c, page=page):
        c.execute("BEGIN")
        index.step(c, rows, laid_out)
        c.execute("COMMIT")
        yield rows[-1][0]


def _replaced(c: Any, names: postgres.Beside, erased: int) -> bool:
    """Apply the last page and replace the live tables; false where somebody reads them for long."""
    c.execute("BEGIN")
    try:
        c.execute("UPDATE head SET size = size")  # nobody records meanwhile
        if _erasures(c) != erased:
            detail = "something was erased meanwhile, and may be in what was built"
            raise BusyError(detail, hint="rebuild again")
        list(index.folded(c))
        with granting.kept(c, postgres.TABLES):
            postgres.replace(c, names)
        c.execute("COMMIT")
    except BaseException as error:
        c.execute("ROLLBACK")
        if getattr(error, "sqlstate", None) == BUSY:
            return False
        raise
    return True


def _erasures(c: Any) -> int:
    c.execute("SELECT count(*) FROM erasure")
    return int(c.fetchone()[0])
