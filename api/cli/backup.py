"""Keeping a ledger: erasure by law, checkpoints, backups and putting them back."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from api.cli import gc_tuning
from api.cli.restore import restore_exports
from api.cli.verify import (
    ProgressCallback,
    VerifyResult,
    copy_database,
    ignore_progress,
    verify_ledger,
)
from api.session import open_configured_ledger
from api.settings import Settings
from domain.errors import InvalidQuestionError, NotFoundError, TamperedError
from ledger import erasure, location, log, privileges
from ledger.append import RecordedEvent
from ledger.database import transaction
from ledger.proofs import leaf_records
from ledger.proofs.checkpoints import create_key, write_file
from ledger.proofs.signed_note import Verifier
from ledger.read_only import ReadOnlyLedger
from ledger.writer import Ledger
from projections.index import rebuild
from projections.index import writer as index_writer


def grant_role(settings: Settings, role: str) -> None:
    """Make the tables of a ledger on PostgreSQL and let a role serve it."""
    if not location.is_server_url(settings.db):
        hint = "a SQLite file belongs to whoever may write it"
        raise InvalidQuestionError("roles are a thing of PostgreSQL", hint=hint)
    ledger = Ledger(settings.db, read_model=index_writer.IndexFollower())
    try:
        with ledger.take_writer() as c, transaction(c):
            privileges.grant_privileges(c, role, index_writer.native_module(c).TABLES)
    finally:
        ledger.close()


def rebuild_index(settings: Settings, progress: ProgressCallback) -> int:
    """Build the read models anew, and replace those that are there; return the number of events."""
    if not location.may_exist(settings.db):
        raise NotFoundError(f"there is no ledger at {settings.db}", hint="name one with --db")
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
    """Erase one payload and every copy of it, then fold the read model anew."""
    if not reason.strip():
        hint = "say which law or request; it stays in the log, so say nothing personal"
        raise InvalidQuestionError("erasure needs a reason", hint=hint)
    if not location.may_exist(settings.db):
        raise NotFoundError(f"there is no ledger at {settings.db}", hint="name one with --db")
    ledger = open_configured_ledger(settings)
    try:
        with ledger.take_writer() as c:
            erasure.enable_secure_delete(c)
            with transaction(c):
                recorded_event = erasure.erase_payload(
                    c, ledger.appender, event, reason, recorded_by="local"
                )
                with privileges.preserve_privileges(c, index_writer.native_module(c).TABLES):
                    index_writer.drop_tables(c)
                    index_writer.create_tables(c)
            for _ in index_writer.catch_up(c):
                pass
            erasure.compact_database(c)
            if ledger.checkpoints:
                ledger.checkpoints.sign_head(c)
        return recorded_event
    finally:
        ledger.close()


def newest_checkpoint(db: Path | str) -> str:
    """Return the newest signed note of a ledger."""
    with closing(ReadOnlyLedger(db)) as ledger, ledger.open_snapshot() as c:
        note = leaf_records.read_newest_note(c)
    if note is None:
        raise NotFoundError(f"{db} has no checkpoint yet", hint="minutebook serve signs the first")
    return note


def make_log_key(file: Path, name: str | None) -> str:
    """Make a log key; return its verifier key. Raises InvalidQuestionError if one is there."""
    if file.exists():
        hint = "move it away first; without it older checkpoints cannot be continued"
        raise InvalidQuestionError(f"there is a key at {file}", hint=hint)
    return create_key(file, name).verifier.to_text()


def backup_ledger(settings: Settings, file: Path) -> str:
    """Copy one consistent state of a ledger, with the checkpoint that covers it beside it."""
    if not settings.sqlite_file.is_file():
        raise NotFoundError(f"there is no ledger at {settings.db}", hint="name one with --db")
    if file.exists():
        raise InvalidQuestionError(f"{file} is there already", hint="name a new file")
    draft_path = file.with_name(f"{file.name}.new")
    draft_path.unlink(missing_ok=True)
    copy_database(settings.sqlite_file, draft_path)
    note = newest_checkpoint(draft_path)
    write_file(Path(f"{file}.checkpoint"), note)
    draft_path.replace(file)
    return (
        f"{file}: {note.splitlines()[1]} events signed for; checkpoint {file}.checkpoint;"
        f" the log key {settings.key_path.name} is not in it"
    )


def restore_ledger(
    settings: Settings, files: Sequence[Path], *, from_export: bool, key: Verifier | None = None
) -> str:
    """Put a backup, or exports of all negotiations, in place, after verifying the whole of it."""
    file = files[0]
    if settings.sqlite_file.exists():
        raise InvalidQuestionError(f"there is a ledger at {settings.db}", hint="move it away first")
    if missing := [each for each in files if not each.is_file()]:
        raise NotFoundError(f"there is no file {missing[0]}", hint="minutebook backup makes one")
    if len(files) > 1 and not from_export:
        raise InvalidQuestionError("a backup is one file", hint="--from-export takes several")
    settings.sqlite_file.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=settings.sqlite_file.parent, prefix=".restore-") as folder:
        draft_path = Path(folder) / "ledger.db"
        if from_export:
            restore_exports(files, draft_path)
        else:
            copy_database(file, draft_path)
        draft_settings = _draft_settings(settings, draft_path, file)
        verdict = verify_ledger(
            draft_settings, ignore_progress, key=key, skip_checkpoint=from_export
        )
        _require_no_faults(verdict, file)
        draft_path.replace(settings.sqlite_file)
    if from_export:
        open_configured_ledger(settings).close()  # signs it, as its own origin
    caveat = "; no checkpoint says whether the exports were whole" if from_export else ""
    return f"{settings.db}: {verdict.events} events, root {verdict.root_hash}{caveat}"


def _draft_settings(settings: Settings, draft_path: Path, file: Path) -> Settings:
    """Return where the draft, the key and the checkpoint to hold it against are."""
    checkpoint_path = (
        settings.checkpoint_path
        if settings.checkpoint_path.is_file()
        else Path(f"{file}.checkpoint")
    )
    return Settings(draft_path, log_key=settings.key_path, checkpoint=checkpoint_path)


def _require_no_faults(verdict: VerifyResult, file: Path) -> None:
    if verdict.faults:
        faults_text = "; ".join(str(fault) for fault in verdict.faults[:3])
        hint = "take another backup"
        if any(fault.field == "log key" for fault in verdict.faults):
            hint = "put the log key at its place, or give the verifier key with --key"
        raise TamperedError(f"{file} is not put in place: {faults_text}", hint=hint)
