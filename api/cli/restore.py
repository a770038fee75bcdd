"""The command that restores a ledger, from a backup or from exports, once all of it is verified."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, BinaryIO

import orjson
import typer

from api.cli.direct_access import NoUrlOption, load_direct_settings
from api.cli.options import DbOption, TrustedKeyOption, example, parse_trusted_key
from api.cli.terminal import print_text
from api.cli.verify import VerifyResult, copy_database, verify_ledger
from api.settings import Settings, data_folder
from domain.errors import (
    InvalidEventError,
    InvalidQuestionError,
    MinutebookError,
    NotFoundError,
    TamperedError,
)
from domain.instants import from_rfc3339
from domain.model import Json
from ledger import server_draft
from ledger.durable_files import write_file
from ledger.location import PUBLIC_MODE, mask_password, require_folder
from ledger.proofs.checkpoints import CheckpointSigner
from ledger.proofs.signed_note import Verifier
from ledger.restore import LogRestore, RestoredEvent
from ledger.writer import Ledger
from projections.index import catch_up
from projections.index.rebuild import IndexFollower

PAGE_SIZE = 1000
commands = typer.Typer()


@commands.command("restore", epilog=example("restore --from-export talks.jsonl --db restored.db"))
def restore(
    files: Annotated[list[Path], typer.Argument(help="A backup, or exports.")],
    from_export: Annotated[
        bool, typer.Option("--from-export", help="The files are exports.")
    ] = False,
    key: TrustedKeyOption = None,
    db: DbOption = None,
    url: NoUrlOption = None,
) -> None:
    """Restore a ledger from a backup, or one of either database from exports.

    It takes its place only once all of it is verified. The exports of all negotiations keep their
    seqs and root; those of some of them keep ids, content, recording times and recorders.
    """
    trusted_key = parse_trusted_key(key)
    settings = load_direct_settings(db)
    restore_files = restore_exports if from_export else restore_backup
    print_text(restore_files(settings, files, key=trusted_key))


def restore_backup(
    settings: Settings, files: Sequence[Path], *, key: Verifier | None = None
) -> str:
    """Restore a backup once it is verified.

    Raises TamperedError where it does not verify, InvalidQuestionError where a ledger exists.
    """
    if len(files) > 1:
        hint = "add --from-export for exports"
        raise InvalidQuestionError("a backup is a single file", hint=hint)
    _require_files(files)
    (file,) = files
    with _open_file_draft(settings.sqlite_file) as draft_path:
        copy_database(file, draft_path)
        note_path = settings.checkpoint_path
        if not note_path.is_file():
            note_path = Path(f"{file}.checkpoint")
        draft_settings = Settings(db=draft_path, log_key=settings.key_path, checkpoint=note_path)
        result = verify_ledger(draft_settings, key=key)
        _require_no_faults(result, file)
    if note_path != settings.checkpoint_path:
        write_file(settings.checkpoint_path, note_path.read_text(errors="replace"), PUBLIC_MODE)
    return f"{settings.db}: {result.events} events, root {result.root_hash}"


def restore_exports(
    settings: Settings, files: Sequence[Path], *, key: Verifier | None = None
) -> str:
    """Restore exports on either database once what they make is verified; sign it as its origin.

    Raises InvalidEventError where a file is no export, TamperedError where what is signed already
    contradicts it, InvalidQuestionError where a ledger exists.
    """
    _require_files(files)
    with _open_draft(settings) as draft_db:
        missing_seq = _record_exports(files, draft_db)
        draft_settings = Settings(db=draft_db, log_key=settings.key_path)
        result = verify_ledger(draft_settings, key=key, skip_checkpoint=True)
        _require_no_faults(result, files[0])
        with closing(Ledger(draft_db)) as ledger, ledger.take_writer() as c:
            CheckpointSigner(settings.key_path, settings.checkpoint_path).sign_new_log(c)
    place = mask_password(str(settings.db))
    return f"{place}: {result.events} events, root {result.root_hash}; {_caveat(missing_seq)}"


def _caveat(missing_seq: int | None) -> str:
    if missing_seq is None:
        return "no checkpoint shows that the exports are complete"
    return (
        f"seq {missing_seq} is in none of the exports, so from there on seqs, leaf hashes and root "
        "are new, and older proofs and pinned addresses do not hold; ids, content, recording times "
        "and recorders are kept"
    )


@contextmanager
def _open_draft(settings: Settings) -> Iterator[Path | str]:
    """Yield where an empty ledger takes shape; it takes its place at the end of the body."""
    if isinstance(settings.db, str):
        with server_draft.open_draft(settings.db) as address:
            yield address
    else:
        with _open_file_draft(settings.sqlite_file) as draft_path:
            yield draft_path


@contextmanager
def _open_file_draft(path: Path) -> Iterator[Path]:
    if path.exists():
        raise InvalidQuestionError(f"{path} already exists", hint="move it away first")
    require_folder(path, made_folder=data_folder())
    with TemporaryDirectory(dir=path.parent, prefix=".restore-") as folder:
        draft_path = Path(folder) / "ledger.db"
        yield draft_path
        draft_path.replace(path)


def _require_files(files: Sequence[Path]) -> None:
    if missing := [path for path in files if not path.is_file()]:
        hint = "minutebook backup and minutebook export make them"
        raise NotFoundError(f"there is no file {missing[0]}", hint=hint)


def _require_no_faults(result: VerifyResult, file: Path) -> None:
    if result.faults:
        hint = "take another backup"
        if any(fault.field == "log key" for fault in result.faults):
            hint = "put the log key in its place, or name the verifier key with --key"
        faults_text = "; ".join(map(str, result.faults[:3]))
        raise TamperedError(f"{file} is not restored: {faults_text}", hint=hint)


def _record_exports(files: Sequence[Path], db: Path | str) -> int | None:
    """Record every line of exports again; return the first seq that they lack."""
    ledger = Ledger(db, read_model=IndexFollower())
    with closing(ledger), ledger.take_writer() as c, ExitStack() as exit_stack:
        events = _merge_exports(
            [(path, exit_stack.enter_context(path.open("rb"))) for path in files]
        )
        log_restore = LogRestore(c)
        while event_page := list(islice(events, PAGE_SIZE)):
            log_restore.restore_page(event_page)
        for _ in catch_up.catch_up_index(c):
            pass
        return log_restore.missing_seq


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
    if "salt" not in line:
        raise ValueError("it has no salt, as in an export for an audience; minutebook import it")
    return RestoredEvent(
        seq=line.pop("seq"),
        id=line.pop("id"),
        negotiation=line.pop("negotiation"),
        recorded_at=from_rfc3339(line.pop("recorded_at")),
        recorded_by=line.pop("recorded_by"),
        leaf_hash=bytes.fromhex(line.pop("leaf_hash")),
        salt=bytes.fromhex(line.pop("salt") or ""),
        commitment=line.pop("payload_hash", None),
        approved_by=line.pop("approved_by", None),
        type=line["type"],
        payload=line,
    )
