"""Keeping a ledger: erasure by law, checkpoints, backups and putting them back."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from api import collector
from api.archive import opened
from api.restoring import recorded_again
from api.settings import Settings
from api.verifying import Progress, Verdict, copied, silent, verify
from domain.refusals import InvalidQuestionError, NotFoundError, TamperedError
from ledger import erasing, evidence, granting, log, place
from ledger.appending import Receipt
from ledger.checkpoints import create_key, written
from ledger.notes import Verifier
from ledger.reading import Reading
from ledger.writing import Ledger
from projections import index, rebuilding


def grant(where: Settings, role: str) -> None:
    """Make the tables of a ledger on PostgreSQL and let a role serve it."""
    if not place.on_server(where.db):
        hint = "a SQLite file belongs to whoever may write it"
        raise InvalidQuestionError("roles are a thing of PostgreSQL", hint=hint)
    ledger = Ledger(where.db, follow=index.Index())
    try:
        with ledger.writing() as c:
            c.execute("BEGIN")
            granting.grant(c, role, index.native(c).TABLES)
            c.execute("COMMIT")
    finally:
        ledger.close()


def rebuild(where: Settings, progress: Progress) -> int:
    """Build the read models anew, and replace those that are there; return the number of events."""
    if not place.there(where.db):
        raise NotFoundError(f"there is no ledger at {where.db}", hint="name one with --db")
    collector.spare()
    ledger, reached = Ledger(where.db), 0
    try:
        with ledger.writing() as c:
            for reached in rebuilding.rebuild(c):
                progress("rebuilding", reached, log.head(c)[0])
        return reached
    finally:
        ledger.close()


def erase(where: Settings, event: str, reason: str) -> Receipt:
    """Erase one payload and every copy of it, then fold the read model anew."""
    if not reason.strip():
        hint = "say which law or request; it stays in the log, so say nothing personal"
        raise InvalidQuestionError("erasure needs a reason", hint=hint)
    if not place.there(where.db):
        raise NotFoundError(f"there is no ledger at {where.db}", hint="name one with --db")
    ledger = opened(where)
    try:
        with ledger.writing() as c:
            erasing.prepare(c)
            c.execute("BEGIN IMMEDIATE")
            receipt = erasing.erase(c, ledger.appender, event, reason, by="local")
            with granting.kept(c, index.native(c).TABLES):
                index.drop(c)
                index.create(c)
            c.execute("COMMIT")
            for _ in index.catch_up(c):
                pass
            erasing.purge(c)
            if ledger.checkpoints:
                ledger.checkpoints.sign(c)
        return receipt
    finally:
        ledger.close()


def newest_checkpoint(db: Path | str) -> str:
    """Return the newest signed note of a ledger."""
    with closing(Reading(db)) as ledger, ledger.reading() as c:
        note = evidence.newest_note(c)
    if note is None:
        raise NotFoundError(f"{db} has no checkpoint yet", hint="minutebook serve signs the first")
    return note


def new_key(file: Path, name: str | None) -> str:
    """Make a log key; return its verifier key. Raises InvalidQuestionError if one is there."""
    if file.exists():
        hint = "move it away first; without it older checkpoints cannot be continued"
        raise InvalidQuestionError(f"there is a key at {file}", hint=hint)
    return create_key(file, name).verifier.text()


def backup(where: Settings, file: Path) -> str:
    """Copy one consistent state of a ledger, with the checkpoint that covers it beside it."""
    if not where.file.is_file():
        raise NotFoundError(f"there is no ledger at {where.db}", hint="name one with --db")
    if file.exists():
        raise InvalidQuestionError(f"{file} is there already", hint="name a new file")
    draft = file.with_name(f"{file.name}.new")
    draft.unlink(missing_ok=True)
    copied(where.file, draft)
    note = newest_checkpoint(draft)
    written(Path(f"{file}.checkpoint"), note)
    draft.replace(file)
    return (f"{file}: {note.splitlines()[1]} events signed for; checkpoint {file}.checkpoint;"
            f" the log key {where.key.name} is not in it")  # fmt: skip


def restore(
    where: Settings, files: Sequence[Path], *, from_export: bool, key: Verifier | None = None
) -> str:
    """Put a backup, or exports of all negotiations, in place, after verifying the whole of it."""
    file = files[0]
    if where.file.exists():
        raise InvalidQuestionError(f"there is a ledger at {where.db}", hint="move it away first")
    if missing := [each for each in files if not each.is_file()]:
        raise NotFoundError(f"there is no file {missing[0]}", hint="minutebook backup makes one")
    if len(files) > 1 and not from_export:
        raise InvalidQuestionError("a backup is one file", hint="--from-export takes several")
    where.file.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=where.file.parent, prefix=".restore-") as name:
        draft = Path(name) / "ledger.db"
        if from_export:
            recorded_again(files, draft)
        else:
            copied(file, draft)
        beside = _beside(where, draft, file)
        verdict = verify(beside, silent, key=key, unsigned=from_export)
        _must_be_sound(verdict, file)
        draft.replace(where.file)
    if from_export:
        opened(where).close()  # signs it, as its own origin
    end = "; no checkpoint says whether the exports were whole" if from_export else ""
    return f"{where.db}: {verdict.events} events, root {verdict.root}{end}"


def _beside(where: Settings, draft: Path, file: Path) -> Settings:
    """Return where the draft, the key and the checkpoint to hold it against are."""
    kept = where.outside if where.outside.is_file() else Path(f"{file}.checkpoint")
    return Settings(draft, log_key=where.key, checkpoint=kept)


def _must_be_sound(verdict: Verdict, file: Path) -> None:
    if verdict.faults:
        told = "; ".join(str(fault) for fault in verdict.faults[:3])
        hint = "take another backup"
        if any(fault.field == "log key" for fault in verdict.faults):
            hint = "put the log key at its place, or give the verifier key with --key"
        raise TamperedError(f"{file} is not put in place: {told}", hint=hint)
