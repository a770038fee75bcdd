"""Importing files: all are validated first, then recorded page by page with little memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
import typer
from rich.console import Console
from rich.progress import Progress

from api.cli import import_check
from api.cli.import_check import CheckResult, ImportCheck, ImportFile
from api.settings import Settings
from api.wiring import open_configured_ledger
from domain.model import Json
from ledger import location
from ledger.database import ReadableLedger
from ledger.dry_run import DryRun
from ledger.read_only import ReadOnlyLedger
from ledger.submission import Submission
from ledger.writer import Ledger
from projections.index import tables

ANALYZE_THRESHOLD = 1000
"""Number of new events from which the database refreshes its statistics after an import."""


def import_files(
    paths: Sequence[Path],
    negotiation: str | None,
    *,
    dry_run: bool,
    settings: Settings,
    as_json: bool,
) -> int:
    """Import files in order; return the exit code."""
    source_files = [import_check.identify_file(file, negotiation or file.stem) for file in paths]
    with _make_progress() as progress:
        check_results = _check_files(source_files, settings, progress)
        if any(result.fault_count for result in check_results):
            return 2
        file_counts = [_planned_counts(result) for result in check_results] if dry_run else None
        file_counts = file_counts or _record_files(source_files, check_results, settings, progress)
    # Printed last: a reader that stops listening must not stop the recording.
    for source, result, counts in zip(source_files, check_results, file_counts, strict=True):
        file_summary = {"file": str(source.file), "events": result.event_count, **counts}
        typer.echo(
            orjson.dumps(file_summary) if as_json else _summary_text(file_summary, dry_run=dry_run)
        )
    return 0


def _check_files(
    source_files: Sequence[ImportFile], settings: Settings, progress: Progress
) -> list[CheckResult]:
    """Validate all files before any is recorded, and print the faults of each."""
    with (
        _open_readable(settings) as ledger,
        ledger.open_snapshot() as c,
        closing(DryRun()) as dry_run,
    ):
        check = ImportCheck(c, dry_run)
        return [_check_file(check, source, progress) for source in source_files]


@contextmanager
def _open_readable(settings: Settings) -> Iterator[ReadableLedger]:
    """Yield the ledger that exists, or else an empty temporary one: validating creates none."""
    with TemporaryDirectory() as folder, ExitStack() as stack:
        ledger: ReadOnlyLedger | Ledger
        if location.may_exist(settings.db) and not location.is_server_url(settings.db):
            ledger = ReadOnlyLedger(settings.db)
        else:
            ledger = Ledger(
                settings.db if location.may_exist(settings.db) else Path(folder) / "trial.db"
            )
        stack.callback(ledger.close)
        yield ledger


def _check_file(check: ImportCheck, import_file: ImportFile, progress: Progress) -> CheckResult:
    task_id = progress.add_task(f"checking {import_file.file.name}", total=None)
    check_result = check.check_file(
        import_file, lambda line, detail: _print_error(f"{import_file.file}:{line}: {detail}")
    )
    if check_result.fault_count:
        fault_count = (
            "1 fault" if check_result.fault_count == 1 else f"{check_result.fault_count} faults"
        )
        _print_error(f"{import_file.file}: {fault_count}, nothing recorded")
    progress.remove_task(task_id)
    return check_result


def _print_error(line: str) -> None:
    typer.echo(line, err=True)


def _planned_counts(check_result: CheckResult) -> dict[str, int]:
    return {"recorded": 0, "duplicates": check_result.duplicate_count}


def _summary_text(summary: Json, *, dry_run: bool) -> str:
    events, duplicates = summary["events"], summary["duplicates"]
    new_text = f"{events - duplicates} to record" if dry_run else f"{summary['recorded']} recorded"
    return f"{summary['file']}: {events} events, {new_text}, {duplicates} already recorded"


def _record_files(
    source_files: Sequence[ImportFile],
    check_results: Sequence[CheckResult],
    settings: Settings,
    progress: Progress,
) -> list[dict[str, int]]:
    with closing(open_configured_ledger(settings)) as ledger:
        file_counts = [
            _record_file(ledger, source, result.event_count, progress)
            for source, result in zip(source_files, check_results, strict=True)
        ]
        if sum(counts["recorded"] for counts in file_counts) >= ANALYZE_THRESHOLD:
            with ledger.take_writer() as c:
                tables.analyze_tables(c)
        return file_counts


def _record_file(
    ledger: Ledger, import_file: ImportFile, event_count: int, progress: Progress
) -> dict[str, int]:
    """Record a file, each page whole or not at all."""
    counts = {"recorded": 0, "duplicates": 0}
    task_id = progress.add_task(f"recording {import_file.file.name}", total=event_count)
    for page in import_check.read_pages(import_file):
        answer = ledger.record(Submission(import_file.negotiation, page.events))
        for kind in counts:
            counts[kind] += len(answer[kind])
        progress.advance(task_id, len(page.events))
    return counts


def _make_progress() -> Progress:
    console = Console(stderr=True)
    return Progress(console=console, transient=True, disable=not console.is_terminal)
