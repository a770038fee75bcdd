"""Building the read model anew beside the live one, which answers until it is replaced at once."""

from __future__ import annotations

import time
from collections.abc import Iterator

from domain.errors import BusyError
from ledger import privileges
from ledger.database import Cursor, database_dialect, transaction
from projections.index import postgres
from projections.index import writer as index_writer
from projections.index.native import native_index

PAGE_SIZE = 2000
"""Events applied at once."""
MAX_TRIES, PAUSE_SECONDS = 120, 5.0
"""How often a read model that is ready tries to take the place of the live one, and seconds between
two tries: a reader that takes long, such as a dump, has it wait."""
LOCK_NOT_AVAILABLE = "55P03"
"""SQLSTATE of a lock that was not to be had in time."""


def rebuild_index(c: Cursor, *, page: int = PAGE_SIZE) -> Iterator[int]:
    """Build the read model anew and replace the live one in one transaction; yield seqs reached.

    The cursor must not be in a transaction. Who is killed, or leaves, leaves the live one whole.
    Raises BusyError where somebody else rebuilds or erases, or reads without end.
    """
    return (
        _rebuild_on_server(c, page)
        if database_dialect(c) == "postgres"
        else _rebuild_in_file(c, page)
    )


def _rebuild_in_file(c: Cursor, page: int) -> Iterator[int]:
    with transaction(c):
        index_writer.drop_tables(c)
        native_index(c).create_tables(c)
        yield from index_writer.apply_log(c, page=page)


def _rebuild_on_server(c: Cursor, page: int) -> Iterator[int]:
    """Build in a schema of its own, without keeping anybody from recording until the last page."""
    erasure_count = _count_erasures(c)
    with postgres.building_schema(c) as schemas:
        yield from _apply_by_pages(c, page)
        postgres.analyze_tables(c)
        for _ in range(MAX_TRIES):
            yield from _apply_by_pages(c, page)
            if _try_replace(c, schemas, erasure_count):
                return
            time.sleep(PAUSE_SECONDS)
    raise BusyError(
        "the read model is in use without end, so the old one stays",
        hint="pg_stat_activity shows who has been reading; rebuild again when they are done",
    )


def _apply_by_pages(c: Cursor, page: int) -> Iterator[int]:
    """Apply what is there by now, a transaction a page."""
    for rows, prepared in index_writer.pages_behind(c, page=page):
        with transaction(c):
            index_writer.apply_page(c, rows, prepared)
        yield rows[-1][0]


def _try_replace(c: Cursor, schemas: postgres.SchemaPair, erasure_count: int) -> bool:
    """Apply the last page and replace the live tables; false where somebody reads them for long."""
    try:
        with transaction(c):
            c.execute("UPDATE head SET size = size")  # nobody records meanwhile
            if _count_erasures(c) != erasure_count:
                detail = "something was erased meanwhile, and may be in what was built"
                raise BusyError(detail, hint="rebuild again")
            list(index_writer.apply_log(c))
            with privileges.preserve_privileges(c, postgres.TABLES):
                postgres.replace_tables(c, schemas)
    except Exception as error:
        if getattr(error, "sqlstate", None) == LOCK_NOT_AVAILABLE:
            return False
        raise
    return True


def _count_erasures(c: Cursor) -> int:
    c.execute("SELECT count(*) FROM erasure")
    return int(c.fetchone()[0])
