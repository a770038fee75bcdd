"""Rebuilding the read model alongside the live one, which answers until it is replaced at once."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from domain.errors import BusyError, InvalidQuestionError
from ledger import log, privileges, schema
from ledger.database import Cursor, database_dialect, has_table, transaction
from projections.index import catch_up, tables
from projections.index.writer import apply_events

LOGGER = logging.getLogger("minutebook")
PAGE_SIZE = 1000
"""Events applied at once."""
FOLLOWED_PAGE = 500
"""The same inside a transaction that records: small, so that building and writing overlap."""
MAX_TRIES, PAUSE_SECONDS = 120, 5.0
"""How often a read model that is ready tries to take the place of the live one, and seconds between
two tries: a reader that takes long, such as a dump, has it wait."""
LOCK_NOT_AVAILABLE = "55P03"
"""SQLSTATE of a lock that was not to be had in time."""
LOCK_TIMEOUT = "500ms"
"""How long the tables are waited for, and new readers with it: less than ``deadlock_timeout``."""
BUILDING_LOCK = 0x6275696C64
"""The advisory lock that one who builds a read model alongside the live one holds."""


def rebuild_index(c: Cursor, *, page: int = PAGE_SIZE) -> Iterator[int]:
    """Rebuild the read model and replace the live one in one transaction; yield seqs reached.

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
        tables.recreate_tables(c)
        yield from catch_up.apply_log(c, page=page)


def _rebuild_on_server(c: Cursor, page: int) -> Iterator[int]:
    """Build in a schema of its own, without keeping anybody from recording until the last page."""
    erasure_count = _count_erasures(c)
    with _building_schema(c) as schemas:
        yield from _apply_by_pages(c, page)
        tables.analyze_tables(c)
        for _ in range(MAX_TRIES):
            yield from _apply_by_pages(c, page)
            if _try_replace(c, schemas, erasure_count):
                return
            time.sleep(PAUSE_SECONDS)
    raise BusyError(
        "the read model is constantly in use; the old one was kept",
        hint="pg_stat_activity shows who has been reading; rebuild again when they are done",
    )


def _apply_by_pages(c: Cursor, page: int) -> Iterator[int]:
    """Apply what is there by now, a transaction a page."""
    for rows, prepared in catch_up.pages_behind(c, page=page):
        with transaction(c):
            catch_up.apply_page(c, rows, prepared)
        yield rows[-1][0]


def _try_replace(c: Cursor, schemas: SchemaPair, erasure_count: int) -> bool:
    """Apply the last page and replace the live tables; false where somebody reads them for long."""
    try:
        with transaction(c):
            c.execute("UPDATE head SET size = size")  # nobody records meanwhile
            if _count_erasures(c) != erasure_count:
                detail = "something was erased meanwhile, and may be in what was built"
                raise BusyError(detail, hint="rebuild again")
            list(catch_up.apply_log(c))
            with privileges.preserve_privileges(c, tables.index_tables(c)):
                _replace_tables(c, schemas)
    except Exception as error:
        if getattr(error, "sqlstate", None) == LOCK_NOT_AVAILABLE:
            return False
        raise
    return True


def _count_erasures(c: Cursor) -> int:
    c.execute("SELECT count(*) FROM erasure")
    return int(c.fetchone()[0])


class SchemaPair(NamedTuple):
    """The schemas of the live read model and of the one that is built, quoted."""

    live_schema: str
    new_schema: str


@contextmanager
def _building_schema(c: Cursor) -> Iterator[SchemaPair]:
    """Have the names of the read model stand for new tables in a schema of their own.

    What one that was killed left there goes first; at the end the schema goes.
    Raises BusyError where another builds already, InvalidQuestionError who may not.
    """
    c.execute(
        """
        SELECT has_database_privilege(current_database(), 'CREATE') AND coalesce(
            (
                SELECT pg_has_role(relowner, 'USAGE') FROM pg_class
                WHERE oid = to_regclass('version')
            ),
            true
        )
        """
    )
    if not c.fetchone()[0]:
        hint = "run it as the owner; GRANT CREATE ON DATABASE lets that role make a schema"
        raise InvalidQuestionError("this role may not make and replace tables here", hint=hint)
    c.execute("SELECT pg_try_advisory_lock(:lock)", {"lock": BUILDING_LOCK})
    if not c.fetchone()[0]:
        raise BusyError("another process rebuilds this ledger", hint="let it end first")
    c.execute(
        """
        SELECT quote_ident(current_schema()), quote_ident(current_schema() || '_building'),
            current_setting('search_path')
        """
    )
    live_schema, new_schema, search_path = c.fetchone()
    try:
        c.execute(f"DROP SCHEMA IF EXISTS {new_schema} CASCADE")
        c.execute(f"CREATE SCHEMA {new_schema}")
        c.execute(f"SET search_path TO {new_schema}, {search_path}")
        tables.create_on_server(c, "TABLE")
        yield SchemaPair(live_schema, new_schema)
    finally:
        c.execute(f"SET search_path TO {search_path}")
        c.execute(f"DROP SCHEMA IF EXISTS {new_schema} CASCADE")
        c.execute("SELECT pg_advisory_unlock(:lock)", {"lock": BUILDING_LOCK})


def _replace_tables(c: Cursor, schemas: SchemaPair) -> None:
    """Put the built tables in the place of the live ones, inside the caller's transaction."""
    c.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
    # Every question reads tracking first: whoever has not yet read it holds none of the others.
    for table in reversed(tables.index_tables(c)):
        c.execute(f"DROP TABLE IF EXISTS {schemas.live_schema}.{table}")
        c.execute(f"ALTER TABLE {schemas.new_schema}.{table} SET SCHEMA {schemas.live_schema}")


class IndexFollower:
    """The read model of the as-of index, as the ledger follows it."""

    apply = staticmethod(apply_events)

    def __init__(self, workers: catch_up.RowWorkers | None = None) -> None:
        """``workers`` build the rows of whole pages, where many are to be recorded."""
        self.workers = workers

    def follow(self, c: Cursor) -> None:
        """Bring the read model up to the log inside the transaction that records."""
        for _ in catch_up.apply_log(c, page=FOLLOWED_PAGE, workers=self.workers):
            pass

    def start(self, c: Cursor) -> None:
        """Bring the read model up to the log; one of another version, or made by other rules of
        time zones, is rebuilt. Raises SchemaError where its tables were changed."""
        is_outdated = not _require_tables(c)
        if not is_outdated and (use := catch_up.find_outdated_zone(c)):
            is_outdated = True
            LOGGER.warning(
                "%s has other offsets in %s than those by which the index was made, so it is"
                " rebuilt; answers say so in rules.zones",
                use.zone,
                use.year,
            )
        for _ in rebuild_index(c) if is_outdated else catch_up.catch_up_index(c):
            pass


def _require_tables(c: Cursor) -> bool:
    """Make the tables where there are none yet, and check those that are there; return whether they
    are of this version."""
    if not has_table(c, "tracking"):
        if log.read_head(c)[0]:
            LOGGER.warning("the ledger has no read model: it is built from the log")
        tables.create_tables(c)
    elif catch_up.is_outdated(c):
        return False
    else:
        with transaction(c):
            schema.require_tables(c, tables.INDEX_TABLES)
    return True
