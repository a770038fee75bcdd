"""Commands that copy a ledger, and restore one from a copy or from exports."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, BinaryIO

import orjson
import typer

from api.cli.maintenance import require_ledger
from api.cli.options import DbOption, TrustedKeyOption, parse_trusted_key
from api.cli.proofs import newest_checkpoint
from api.cli.verify import VerifyResult, copy_database, verify_ledger
from api.settings import Settings, load_settings
from api.wiring import open_configured_ledger
from domain.errors import (
    InvalidEventError,
    InvalidQuestionError,
    MinutebookError,
    NotFoundError,
    TamperedError,
)
from domain.instants import from_rfc3339
from domain.model import Json
from ledger.proofs.checkpoints import write_file
from ledger.proofs.signed_note import Verifier
from ledger.restore import LogRestore, RestoredEvent
from ledger.writer import Ledger
from projections.index.rebuild import IndexFollower

PAGE_SIZE = 1000
commands = typer.Typer()


@commands.command("backup")
def back_up(
    file: Annotated[Path, typer.Argument(help="Destination file; must not exist.")],
    db: DbOption = None,
) -> None:
    """Copy a ledger, even while it is in use.

    Its signed checkpoint is written next to the copy.
    """
    typer.echo(backup_ledger(load_settings(db=db), file))


@commands.command("restore")
def restore(
    files: Annotated[
        list[Path], typer.Argument(help="A backup, or the exports of all negotiations.")
    ],
    from_export: Annotated[
        bool, typer.Option("--from-export", help="The files are exports.")
    ] = False,
    key: TrustedKeyOption = None,
    db: DbOption = None,
) -> None:
    """Restore a ledger from a backup or from exports.

    It takes its place only once all of it is verified.
    """
    trusted_key = parse_trusted_key(key)
    settings = load_settings(db=db)
    typer.echo(restore_ledger(settings, files, from_export=from_export, key=trusted_key))


def backup_ledger(settings: Settings, file: Path) -> str:
    """Copy one consistent state of a ledger, and write the checkpoint that covers it next to it."""
    source_path = settings.sqlite_file
    require_ledger(settings)
    if file.exists():
        raise InvalidQuestionError(f"{file} already exists", hint="name a new file")
    if not file.parent.is_dir():
        raise InvalidQuestionError(f"there is no folder {file.parent}", hint="create it first")
    draft_path = file.with_name(f"{file.name}.new")
    draft_path.unlink(missing_ok=True)
    copy_database(source_path, draft_path)
    note = newest_checkpoint(draft_path)
    write_file(Path(f"{file}.checkpoint"), note)
    draft_path.replace(file)
    return (
        f"{file}: {note.splitlines()[1]} signed events; checkpoint {file}.checkpoint;"
        f" the log key {settings.key_path.name} is not included"
    )


def restore_ledger(
    settings: Settings, files: Sequence[Path], *, from_export: bool, key: Verifier | None = None
) -> str:
    """Restore a backup, or the exports of all negotiations, once all of it is verified.

    Raises TamperedError where it does not verify, InvalidQuestionError where a ledger exists.
    """
    file = files[0]
    if settings.sqlite_file.exists():
        raise InvalidQuestionError(f"{settings.db} already exists", hint="move it away first")
    if missing := [path for path in files if not path.is_file()]:
        raise NotFoundError(f"there is no file {missing[0]}", hint="minutebook backup makes one")
    if len(files) > 1 and not from_export:
        raise InvalidQuestionError(
            "a backup is a single file", hint="add --from-export for exports"
        )
    settings.sqlite_file.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=settings.sqlite_file.parent, prefix=".restore-") as folder:
        draft_path = Path(folder) / "ledger.db"
        if from_export:
            restore_exports(files, draft_path)
        else:
            copy_database(file, draft_path)
        note_path = settings.checkpoint_path
        if not note_path.is_file():
            note_path = Path(f"{file}.checkpoint")
        draft_settings = Settings(db=draft_path, log_key=settings.key_path, checkpoint=note_path)
        result = verify_ledger(draft_settings, key=key, skip_checkpoint=from_export)
        _require_no_faults(result, file)
        draft_path.replace(settings.sqlite_file)
    if from_export:
        open_configured_ledger(settings).close()  # signs it, as its own origin
    caveat = "; no checkpoint shows that the exports are complete" if from_export else ""
    return f"{settings.db}: {result.events} events, root {result.root_hash}{caveat}"


def _require_no_faults(result: VerifyResult, file: Path) -> None:
    if result.faults:
        hint = "take another backup"
        if any(fault.field == "log key" for fault in result.faults):
            hint = "put the log key in its place, or name the verifier key with --key"
        faults_text = "; ".join(map(str, result.faults[:3]))
        raise TamperedError(f"{file} is not restored: {faults_text}", hint=hint)


def restore_exports(files: Sequence[Path], db: Path) -> None:
    """Record every line of the exports of all negotiations again. Raises InvalidEventError."""
    ledger = Ledger(db, read_model=IndexFollower())  # not signed until it is in its place
    with closing(ledger), ledger.take_writer() as c, ExitStack() as exit_stack:
        events = _merge_exports(
            [(path, exit_stack.enter_context(path.open("rb"))) for path in files]
        )
        log_restore = LogRestore(c, IndexFollower())
        while event_page := list(islice(events, PAGE_SIZE)):
            log_restore.restore_page(event_page)


def _merge_exports(files: Sequence[tuple[Path, BinaryIO]]) -> Iterator[RestoredEvent]:
    """Yield the events of all files by seq. Raises InvalidEventError where two have the same."""
    last_seq, last_location = 0, ""
    events = heapq.merge(*(_read_events(*file) for file in files), key=lambda pair: pair[0].seq)
    for event, location in events:
        if event.seq == last_seq:
            detail = f"seq {event.seq} occurs twice: {last_location}; {location}"
            raise InvalidEventError(detail, hint="name one export for each negotiation")
        yield event
        last_seq, last_location = event.seq, location


def _read_events(file: Path, lines: BinaryIO) -> Iterator[tuple[RestoredEvent, str]]:
    """Yield each event of a file and its location."""
    for line_number, line in enumerate(lines, 1):
        location = f"{file}, line {line_number}"
        try:
            yield _parse_event(orjson.loads(line)), location
        except (ValueError, KeyError, TypeError, MinutebookError) as error:
            detail = f"{location} is not a line of an export: {error}"
            hint = "name the files that minutebook export wrote, for every negotiation"
            raise InvalidEventError(detail, hint=hint) from None


def _parse_event(line: Json) -> RestoredEvent:
    """Take from a line of an export what the server set; the rest is the payload."""
    return RestoredEvent(
        seq=line.pop("seq"),
        id=line.pop("id"),
        negotiation=line.pop("negotiation"),
        recorded_at=from_rfc3339(line.pop("recorded_at")),
        recorded_by=line.pop("recorded_by"),
        leaf_hash=bytes.fromhex(line.pop("leaf_hash")),
        salt=bytes.fromhex(line.pop("salt") or ""),
        commitment=line.pop("payload_hash", None),
        type=line["type"],
        payload=line,
    )
