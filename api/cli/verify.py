"""The command that verifies: recompute hashes, rebuild the read model, compare both."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, cast
from urllib.parse import quote

import typer

from api.cli import gc_tuning
from api.cli.direct_access import NoUrlOption
from api.cli.document_checks import DocumentTrust, check_against_bundle, check_document
from api.cli.options import (
    DbOption,
    JsonOption,
    ProgressCallback,
    TrustedKeyOption,
    example,
    locate_ledger,
    parse_trusted_key,
    show_progress,
)
from api.cli.terminal import print_answer, wrap_text
from api.settings import Settings
from domain.errors import InvalidQuestionError, NotFoundError
from ledger import location
from ledger.database import Cursor
from ledger.location import make_private_file, refuse_foreign_file
from ledger.proofs.audit import AuditFault, LogAudit
from ledger.proofs.cosignature import WitnessVerifier, require_policy
from ledger.proofs.key_files import is_key_here, load_or_create_key
from ledger.proofs.signed_note import Verifier
from projections.audit import (
    IndexComparison,
    lock_live_tables,
    scratch_in_file,
    scratch_in_temp_tables,
)
from projections.schema_audit import find_schema_faults

commands = typer.Typer()


@dataclass(frozen=True, slots=True)
class VerifyResult:
    """What a verification found: the ledger is sound if there are no faults."""

    events: int
    root_hash: str
    signed: int | None
    """The number of events that the external checkpoint covers."""
    cosigned: int | None
    """The number of events that as many witnesses cosigned as are asked for; None unless asked."""
    faults: list[AuditFault]

    def to_text(self) -> str:
        """Return what was found, one line a mismatch."""
        lines = [f"{self.events} events verified, root {self.root_hash}"]
        if self.signed is not None:
            lines.append(f"the external checkpoint covers {self.signed} of them")
        if self.cosigned:
            lines.append(f"the witnesses that were asked for cosigned {self.cosigned} of them")
        for fault in self.faults:
            lines += wrap_text(f"MISMATCH: {fault}", "", "  ")
        return "\n".join(lines if self.faults else [*lines, "OK"])


def ignore_progress(step: str, done: int, size: int | None) -> None:
    """Show no progress."""


@commands.command("verify", epilog=example("verify --db talks.db"))
def verify(
    key: TrustedKeyOption = None,
    bundle: Annotated[
        Path | None, typer.Option(help="Verify this bundle instead of a ledger.")
    ] = None,
    receipt: Annotated[
        Path | None,
        typer.Option(
            help="Verify this receipt instead of a ledger; with --bundle, compute its answer anew."
        ),
    ] = None,
    checkpoint: Annotated[
        Path | None, typer.Option(help="Verify the ledger against this signed checkpoint.")
    ] = None,
    keys: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="What /v1/audit/keys gives today, or a newer bundle: it says which key was"
            " rotated, lost or stolen since the receipt or bundle was made.",
        ),
    ] = None,
    witness: Annotated[
        list[str] | None,
        typer.Option(
            metavar="VERIFIER_KEY", help="Verifier key of a witness to require; repeat for several."
        ),
    ] = None,
    policy: Annotated[
        int | None,
        typer.Option(metavar="K", help="How many of these witnesses must have cosigned; all."),
    ] = None,
    db: DbOption = None,
    url: NoUrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Recompute all hashes, rebuild the index, compare.

    Exits with 1 on any difference. Changes nothing. Reads the ledger itself, not through a server.
    """
    witnesses = [WitnessVerifier.parse(text) for text in witness or ()]
    wanted = require_policy(witnesses, policy)
    if document := receipt or bundle:
        given = DocumentTrust(key, keys, witnesses, wanted)
        if receipt and bundle:
            sentences = check_against_bundle(receipt, bundle, given)
        else:
            sentences = check_document(document, given)
        print_answer({"checked": sentences}, as_json, "\n".join(sentences))
        return
    if keys:
        hint = "a ledger names its own keys; --keys is for a receipt or a bundle"
        raise InvalidQuestionError("--keys is given without --receipt or --bundle", hint=hint)
    trusted_key = parse_trusted_key(key)
    settings = locate_ledger(db)
    settings = settings.model_copy(update={"checkpoint": checkpoint}) if checkpoint else settings
    with show_progress() as progress:
        result = verify_ledger(
            settings, progress, key=trusted_key, witnesses=witnesses, policy=wanted
        )
    print_answer(result, as_json, result.to_text())
    raise typer.Exit(1 if result.faults else 0)


def verify_ledger(
    settings: Settings,
    on_progress: ProgressCallback = ignore_progress,
    *,
    key: Verifier | None = None,
    skip_checkpoint: bool = False,
    witnesses: Sequence[WitnessVerifier] = (),
    policy: int = 0,
) -> VerifyResult:
    """Check a whole ledger without changing it.

    ``key`` is the verifier key to trust; by default that of the configured log key.
    ``skip_checkpoint`` leaves out all checkpoints, for a ledger made from exports. ``policy`` is
    how many of the witnesses must have cosigned one checkpoint.
    """
    gc_tuning.tune_collector()
    trusted_key = key or _read_own_key(settings)
    external_note, faults = None, list[AuditFault]()
    if not skip_checkpoint:
        external_note = _read_checkpoint(settings.checkpoint_path, trusted_key, faults)
    log_audit, signed, cosigned = None, None, None
    with _open_audit_target(settings, faults) as (c, comparison_context):
        with _fault_on_error(faults, "log"):
            log_audit = LogAudit(c, faults)
            for reached in log_audit:
                on_progress("hashing", reached, log_audit.size)
            if trusted_key and not skip_checkpoint:
                signed = log_audit.check_checkpoints(trusted_key, external_note)
            if witnesses:
                cosigned = log_audit.check_witnesses(witnesses, policy)
        size = log_audit.frontier.size if log_audit else 0
        with _fault_on_error(faults, "read model"), comparison_context as comparison:
            for reached in comparison:
                on_progress("folding", reached, size)
            on_progress("comparing", size, size)
            faults += comparison.find_faults()
    root = log_audit.frontier.root.hex() if log_audit else ""
    return VerifyResult(size, root, signed, cosigned, faults)


AuditTarget = tuple[Cursor, AbstractContextManager[IndexComparison]]
"""A cursor on one state of the log, and a scratch read model to rebuild from it."""


@contextmanager
def _open_audit_target(settings: Settings, faults: list[AuditFault]) -> Iterator[AuditTarget]:
    """Yield what is verified: a copy of a SQLite file, or one snapshot of a server's database."""
    if location.is_server_url(settings.db):
        store = import_module("ledger.postgres").open_datastore(str(settings.db))
        with closing(store), store.open_scratch_snapshot() as c:
            with _fault_on_error(faults, "read model"):
                lock_live_tables(c)
            with _fault_on_error(faults, "database"):
                faults += find_schema_faults(c)
            yield c, nullcontext(scratch_in_temp_tables(c))
        return
    with TemporaryDirectory(prefix="minutebook-verify-") as folder_name:
        folder = Path(folder_name)
        copy_path = folder / "copy.db"
        with _fault_on_error(faults, "database"):
            copy_database(settings.sqlite_file, copy_path)
            faults += _check_database_file(copy_path)
        with closing(sqlite3.connect(copy_path)) as connection:
            yield connection.cursor(), scratch_in_file(copy_path, folder / "scratch.db")


@contextmanager
def _fault_on_error(faults: list[AuditFault], part: str) -> Iterator[None]:
    """Turn any error while reading a part into a fault: a damaged part may raise anything."""
    try:
        yield
    except NotFoundError:
        raise  # no ledger at all
    except Exception as error:
        faults.append(AuditFault(None, part, f"unreadable: {type(error).__name__} {error}"))


def copy_database(source_path: Path, copy_path: Path) -> None:
    """Copy one consistent state of a SQLite file, even while others record, for its owner alone."""
    refuse_foreign_file(source_path)
    make_private_file(copy_path)
    source_address = f"file:{quote(str(source_path))}?mode=ro"
    with (
        closing(sqlite3.connect(source_address, uri=True)) as source,
        closing(sqlite3.connect(copy_path)) as target,
    ):
        source.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")  # leaves no other files when it is read


def _check_database_file(database_path: Path) -> Iterator[AuditFault]:
    """Check the file itself and its schema."""
    with closing(sqlite3.connect(database_path)) as connection:
        check_output = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if check_output != "ok":
            yield AuditFault(None, "database", str(check_output))
        yield from find_schema_faults(cast(Cursor, connection.cursor()))


def _read_own_key(settings: Settings) -> Verifier | None:
    key_path = settings.key_path
    return load_or_create_key(key_path).verifier if is_key_here(key_path) else None


def _read_checkpoint(path: Path, key: Verifier | None, faults: list[AuditFault]) -> str | None:
    """Read the external checkpoint; a missing checkpoint or key is a fault."""
    if key is None:
        faults.append(AuditFault(None, "log key", "missing, so no signature was checked"))
    elif not path.is_file():
        faults.append(AuditFault(None, "external checkpoint", f"there is none at {path}"))
    else:
        return path.read_text(errors="replace")
    return None
