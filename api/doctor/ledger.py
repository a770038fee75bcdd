"""Checks of what is in the database: tables, index, checkpoint, clock, rights, durability."""

from __future__ import annotations

from api.doctor.results import Doubt
from api.settings import Settings
from domain.errors import BusyError, NotAllowedError, SchemaError, TamperedError
from domain.instants import to_rfc3339_short
from ledger import log, migrations, schema
from ledger.database import Cursor
from ledger.guarded_clock import TOLD_PAUSE, GuardedClock
from ledger.privileges import CHANGE, LOG_PRIVILEGES, find_missing_rights
from ledger.proofs.continuity import KnownHead, LogContinuity
from ledger.proofs.key_chain import read_key_chain
from ledger.proofs.key_files import load_verifier
from ledger.server_durability import require_durability
from ledger.start_clock import check_clock as ask_what_time_it_is
from ledger.time_sources import TimeWatch
from projections.index.catch_up import find_outdated_zone, is_outdated, tracked_seq
from projections.index.tables import INDEX_TABLES, index_tables

TIME_REMEDY = "see that it is right, and name sources of the time by the setting time_sources"


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
    signed = read_key_chain(c, load_verifier(settings.key_path)).open_file(file)
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
    require_durability(c)
    return "fsync, full_page_writes and synchronous_commit are on"


def check_rights(c: Cursor) -> str:
    """See that the role may do what serving needs."""
    needed = LOG_PRIVILEGES | dict.fromkeys(index_tables(c), CHANGE)
    role, missing = find_missing_rights(c, needed)
    if missing:
        told = ", ".join(missing[:3]) + (f" and {len(missing) - 3} more" * (len(missing) > 3))
        hint = f"run minutebook grant {role} as the owner of the tables"
        raise NotAllowedError(f"the role {role} lacks {told}", hint=hint)
    return f"the role {role} may serve"
