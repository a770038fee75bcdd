"""What keeps a ledger: roles, rebuilding, erasure, keys and checkpoints."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from api.cli import gc_tuning
from api.cli.verify import ProgressCallback
from api.settings import Settings
from api.wiring import open_configured_ledger
from domain.errors import InvalidQuestionError, NotFoundError
from ledger import erasure, location, log, privileges
from ledger.append import RecordedEvent
from ledger.database import transaction
from ledger.proofs import leaf_records
from ledger.proofs.checkpoints import create_key
from ledger.read_only import ReadOnlyLedger
from ledger.writer import Ledger
from projections.index import rebuild, tables
from projections.index import writer as index_writer


def require_ledger(settings: Settings) -> None:
    """Raise NotFoundError where there is no ledger."""
    if not location.may_exist(settings.db):
        raise NotFoundError(f"there is no ledger at {settings.db}", hint="name one with --db")


def grant_role(settings: Settings, role: str) -> None:
    """Create the tables of a ledger on PostgreSQL and let a role serve it."""
    if not location.is_server_url(settings.db):
        hint = "the file permissions decide who may use a SQLite ledger"
        raise InvalidQuestionError("only PostgreSQL has roles", hint=hint)
    ledger = Ledger(settings.db, read_model=index_writer.IndexFollower())
    try:
        with ledger.take_writer() as c, transaction(c):
            privileges.grant_privileges(c, role, tables.index_tables(c))
    finally:
        ledger.close()


def rebuild_index(settings: Settings, progress: ProgressCallback) -> int:
    """Rebuild the read models and replace the old ones; return the number of events."""
    require_ledger(settings)
    gc_tuning.tune_collector()
    ledger, reached_seq = Ledger(settings.db), 0
    try:
        with ledger.take_writer() as c:
            for reached_seq in rebuild.rebuild_index(c):
                progress("rebuilding", reached_seq, log.read_head(c)[0])
        return reached_seq
    finally:
        ledger.close()


def erase_payload(settings: Settings, event: str, reason: str) -> RecordedEvent:
    """Erase one payload and every copy of it, then rebuild the read model."""
    if not reason.strip():
        hint = "name the law or request; it stays in the log, so include nothing personal"
        raise InvalidQuestionError("an erasure needs a reason", hint=hint)
    require_ledger(settings)
    ledger = open_configured_ledger(settings)
    try:
        with ledger.take_writer() as c:
            erasure.enable_secure_delete(c)
            with transaction(c):
                recorded_event = erasure.erase_payload(
                    c, event, reason, recorded_by="local", now=ledger.clock()
                )
                with privileges.preserve_privileges(c, tables.index_tables(c)):
                    tables.recreate_tables(c)
            for _ in index_writer.catch_up(c):
                pass
            erasure.compact_database(c)
            if ledger.checkpoints:
                ledger.checkpoints.sign_head(c)
        return recorded_event
    finally:
        ledger.close()


def newest_checkpoint(db: Path | str) -> str:
    """Return the newest signed checkpoint of a ledger. Raises NotFoundError where it has none."""
    with closing(ReadOnlyLedger(db)) as ledger, ledger.open_snapshot() as c:
        note = leaf_records.read_newest_note(c)
    if note is None:
        raise NotFoundError(
            f"{db} has no checkpoint yet", hint="minutebook serve signs the first one"
        )
    return note


def make_log_key(file: Path, name: str | None) -> str:
    """Create a log key; return its verifier key. Raises InvalidQuestionError if one exists."""
    if file.exists():
        hint = "move it away first, but keep it: older checkpoints cannot be continued without it"
        raise InvalidQuestionError(f"there is already a key at {file}", hint=hint)
    return create_key(file, name).verifier.to_text()
