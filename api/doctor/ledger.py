"""Checks of what is in the database: tables, index, checkpoint, clock, rights, durability."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from api.doctor.results import Doubt
from api.settings import Settings
from domain.errors import (
    BusyError,
    InvalidNoteError,
    NotAllowedError,
    NotFoundError,
    SchemaError,
    TamperedError,
)
from domain.instants import to_rfc3339_short
from ledger import log, migrations, schema
from ledger.database import Cursor, has_table
from ledger.guarded_clock import TOLD_PAUSE, GuardedClock
from ledger.location import sqlite_uri
from ledger.privileges import CHANGE, LOG_PRIVILEGES
from ledger.proofs.continuity import KnownHead, LogContinuity
from ledger.proofs.key_chain import read_key_chain
from ledger.proofs.key_files import load_verifier
from ledger.served_address import find_served_address
from ledger.start_clock import check_clock as ask_what_time_it_is
from ledger.time_sources import TimeWatch
from projections.index.catch_up import find_outdated_zone, is_outdated, tracked_seq
from projections.index.tables import INDEX_TABLES, index_tables

TIME_REMEDY = "see that it is right, and name sources of the time by the setting time_sources"
CONNECT_TIMEOUT = 3.0
"""Seconds after which a server counts as away."""


@contextmanager
def open_examined(settings: Settings) -> Iterator[Cursor]:
    """Yield a cursor in a transaction that leaves the database as it is."""
    if not isinstance(settings.db, Path):
        postgres: Any = import_module("ledger.postgres")
        with (
            closing(postgres.open_datastore(settings.db, connect_timeout=CONNECT_TIMEOUT)) as store,
            # Tables to compare with are made as temporary ones and rolled back, which a
            # transaction that only reads does not allow.
            store.transaction(commit=True) as c,
        ):
            yield c
        return
    uri = f"{sqlite_uri(settings.db)}?mode=ro"
    wal = Path(f"{settings.db}-wal")
    if find_served_address(settings.db) is None and not (wal.exists() and wal.stat().st_size):
        uri += "&immutable=1"  # else SQLite makes files beside it
    with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as connection:
        connection.row_factory = sqlite3.Row
        c = cast(Cursor, connection.cursor())
        c.execute("BEGIN")
        _require_ledger(c, settings.db)
        yield c


def _require_ledger(c: Cursor, file: Path) -> None:
    try:
        is_ours = has_table(c, "head")
    except sqlite3.DatabaseError as error:
        if type(error) is not sqlite3.DatabaseError:
            raise
        is_ours = False
    if not is_ours:
        hint = "name a file that Minutebook made, or one that does not exist yet"
        raise NotFoundError(f"{file} is not a ledger", hint=hint)


def check_tables(c: Cursor) -> str:
    """Compare the version and the tables of log and index with those of this program."""
    version = migrations.read_version(c)
    if version < len(migrations.MIGRATIONS):
        raise Doubt(
            f"the tables are of version {version}, this program needs {len(migrations.MIGRATIONS)}",
            "make a backup; the next start brings them up to date",
        )
    for tables in (schema.LOG_TABLES, INDEX_TABLES):
        differences = schema.find_differences(c, tables)
        told = "; ".join(map(str, differences))
        if any(not each.is_harmless for each in differences):
            raise SchemaError(f"the tables were changed: {told}", hint=tables.remedy)
        if told:
            raise Doubt(f"the tables were changed: {told}", "minutebook verify, then rebuild")
    return f"version {version}, as made"


def check_index(c: Cursor) -> str:
    """See that the index is of this version and follows the log to its end."""
    size, _ = log.read_head(c)
    seq = tracked_seq(c)
    if is_outdated(c):
        hint = "run minutebook rebuild, or start the server, which rebuilds it first"
        raise SchemaError("the index was made by another version", hint=hint)
    if seq < size:
        hint = "run minutebook rebuild, or restart the server, which catches up first"
        raise BusyError(f"the index is {size - seq} events behind the log of {size}", hint=hint)
    if zone := find_outdated_zone(c):
        detail = f"the index has other offsets of {zone.zone} in {zone.year} than this machine"
        raise Doubt(detail, "run minutebook rebuild, or start the server, which rebuilds it first")
    return f"follows all {size} events"


def check_checkpoint(c: Cursor, settings: Settings) -> str:
    """Hold the checkpoint outside of the database against the log."""
    file = settings.checkpoint_path
    size, _ = log.read_head(c)
    if not file.is_file():
        if size == 0:
            return "nothing is signed yet"
        raise TamperedError(
            f"there is no checkpoint at {file}, so nothing outside vouches for {size} events",
            hint="put the file back, or the setting checkpoint right; if it is lost, minutebook"
            " verify, then serve --accept-log REASON",
        )
    try:
        signed = read_key_chain(c, load_verifier(settings.key_path)).open_note(file.read_text())
    except InvalidNoteError as error:
        detail = f"the checkpoint {file} is not of this log: {error.detail}"
        hint = "put the checkpoint of this ledger in its place, or the key that signs it"
        raise InvalidNoteError(detail, hint=hint) from None
    continuity = LogContinuity()
    continuity.advance(KnownHead(signed.size, signed.root, f"the checkpoint {file}"))
    continuity.check_tree(c)
    return f"signed {signed.size} of {size} events"


def check_clock(c: Cursor, settings: Settings) -> str:
    """Hold the clock against the log, and against all who tell the time."""
    clock = GuardedClock()
    watch = TimeWatch(clock, settings.configured_time_sources)
    ask_what_time_it_is(c, watch, settings.configured_witnesses, None)
    now, (_, recorded_at) = clock(), log.read_head(c)
    says = f"the clock says {to_rfc3339_short(now)}"
    if clock.sources:
        return f"{says}, as {' and '.join(clock.sources)} tell"
    if recorded_at and now - recorded_at > TOLD_PAUSE:
        last = to_rfc3339_short(recorded_at)
        raise Doubt(f"{says}, long after the last recording at {last}", TIME_REMEDY)
    return f"{says}, after the last recording"


def check_durability(c: Cursor) -> str:
    """See that a server of PostgreSQL keeps what it acknowledges."""
    import_module("ledger.postgres").require_durability(c)
    return "fsync, full_page_writes and synchronous_commit are on"


def check_rights(c: Cursor) -> str:
    """See that the role may do what serving needs."""
    needed = LOG_PRIVILEGES | dict.fromkeys(index_tables(c), CHANGE)
    missing = list[str]()
    for table, rights in needed.items():
        for right in rights.split(", "):
            c.execute(
                "SELECT has_table_privilege(to_regclass(:table), :right)",
                {"table": table, "right": right},
            )
            if c.fetchone()[0] is False:
                missing.append(f"{right} on {table}")
    c.execute("SELECT current_user")
    (role,) = c.fetchone()
    if missing:
        told = ", ".join(missing[:3]) + (f" and {len(missing) - 3} more" * (len(missing) > 3))
        hint = f"run minutebook grant {role} as the owner of the tables"
        raise NotAllowedError(f"the role {role} lacks {told}", hint=hint)
    return f"the role {role} may serve"
