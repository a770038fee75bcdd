"""Importing files: all are validated first, then recorded page by page with little memory."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from functools import partial
from pathlib import Path

from api.cli.client import Client
from api.cli.column_maps import read_map
from api.cli.connection import open_server
from api.cli.direct_import import open_checked, open_recorder, read_submissions_again
from api.cli.event_files import read_header
from api.cli.import_check import CheckResult, ImportCheck, ImportFile, find_file, read_submissions
from api.cli.import_ids import RecordedSeqs
from api.cli.options import ProgressCallback, show_progress
from api.cli.served_import import ServedTrial, record_through
from api.cli.terminal import print_answer, print_text, print_warning
from api.exported_table import PROOF_FIELDS, SERVER_FIELDS
from api.http.likely_duplicates import find_likely_duplicates
from api.settings import Settings
from domain.acceptance import REGISTRATION_TYPES
from domain.errors import MinutebookError
from domain.model import Json
from ledger import location
from ledger.changed_rows import ChangePolicy
from ledger.dry_run import DryRun
from ledger.submission import Submission

MAX_WARNINGS = 10
"""The most warnings that are shown for one file."""


def import_files(
    paths: Sequence[Path],
    negotiation: str | None,
    *,
    dry_run: bool,
    changed: ChangePolicy = "refuse",
    column_map: str | None = None,
    settings: Settings,
    as_json: bool,
) -> int:
    """Import files in order; return the exit code."""
    used_map = read_map(column_map)
    files = [find_file(path, negotiation or path.stem, used_map) for path in paths]
    for file in files if used_map.guesses else ():
        show_guesses(file)
    with ExitStack() as stack, show_progress() as on_progress, open_server(settings) as server:
        files = _read_calendars(files, settings, server)
        if server and settings.server_url:
            results = _check_by_server(files, server, on_progress, changed, is_dry_run=dry_run)
        else:
            trial = stack.enter_context(closing(DryRun()))
            results = _check_files(files, settings, trial, on_progress, changed, is_dry_run=dry_run)
        if any(result.fault_count for result in results):
            return 2
        if dry_run:
            file_counts: list[Json] = [
                {"recorded": 0, "duplicates": result.duplicate_count, "batches": [], "import": None}
                for result in results
            ]
        elif server:
            file_counts = [
                _record_file(_record_by_server(server, result, changed), result, on_progress)
                for result in results
            ]
        else:
            with open_recorder(settings, results, trial, changed) as recorder:
                file_counts = [
                    _record_file(recorder.record_file(result), result, on_progress)
                    for result in results
                ]
    # Printed last: a reader that stops listening must not stop the recording.
    for result, counts in zip(results, file_counts, strict=True):
        summary: Json = {
            "file": str(result.file.path),
            "events": result.event_count,
            "new": result.event_count - result.duplicate_count - _skipped_count(result, changed),
            **counts,
            "staff_only": result.staff_only_count,
            "changed": result.changed,
            "possible_duplicates": result.likely_duplicates,
            "left_out": len(result.exported_rows.left_out),
        }
        print_answer(summary, as_json, _summary_text(summary, dry_run=dry_run))
        if result.staff_only_count:
            print_warning(_staff_only_text(result))
        if summary["import"]:
            print_text(_undo_text(result.file.negotiation, summary["import"], settings), err=True)
    return 0


def _read_calendars(
    files: list[ImportFile], settings: Settings, server: Client | None
) -> list[ImportFile]:
    """Return the files with the rows of those that are calendars."""
    if not any(file.is_calendar for file in files):
        return files
    from api.cli.import_calendars import read_calendars

    return read_calendars(files, settings, server)


def show_guesses(file: ImportFile) -> None:
    """Print by which map a table is read; a header that cannot be is told where rows are."""
    with file.path.open("rb") as stream, suppress(MinutebookError):
        if header := read_header(file.path, stream, file.column_map):
            map_text = file.column_map.show(header)
            print_text(f"{file.path} is read by this map:\n{map_text}", err=True)


def _skipped_count(result: CheckResult, changed: ChangePolicy) -> int:
    return len(result.changed) if changed == "skip" else 0


def _undo_text(negotiation: str, import_id: str, settings: Settings) -> str:
    """Return the command that undoes what was recorded, on the same ledger."""
    options = [f"--import {import_id}"]
    if "--db" in settings.origins.values():
        options.append(f"--db {shlex.quote(location.mask_password(str(settings.db)))}")
    if "--url" in settings.origins.values():
        options.append(f"--url {shlex.quote(location.mask_password(settings.url or ''))}")
    return f"to undo this import: minutebook void {negotiation} {' '.join(options)} --reason TEXT"


def _summary_text(summary: Json, *, dry_run: bool) -> str:
    events, duplicates = summary["events"], summary["duplicates"]
    new_text = f"{summary['new']} to record" if dry_run else f"{summary['recorded']} recorded"
    changed = f", {len(summary['changed'])} changed" if summary["changed"] else ""
    text = f"{summary['file']}: {events} events, {new_text}, {duplicates} already recorded{changed}"
    changed_lines = [f"changed: {_changed_text(each)}" for each in summary["changed"]]
    likely = [
        f"line {each['line']} as seq {each['seq']}" for each in summary["possible_duplicates"]
    ]
    more = f" and {len(likely) - MAX_WARNINGS} more" if len(likely) > MAX_WARNINGS else ""
    likely_text = f"possibly recorded before: {', '.join(likely[:MAX_WARNINGS])}{more}"
    return "\n".join([text, *_first_lines(changed_lines), *([likely_text] if likely else [])])


def _first_lines(lines: list[str]) -> list[str]:
    left_off = len(lines) - MAX_WARNINGS
    return [*lines[:MAX_WARNINGS], *([f"and {left_off} more"] if left_off > 0 else [])]


def _changed_text(row: Json) -> str:
    """Return which line differs from which event, and how."""
    void = [f"is void by {', '.join(row['voided_by'])}"] if row["voided_by"] else []
    verb = "differs" if len(row["fields"]) == 1 else "differ"
    fields = [f"{', '.join(row['fields'])} {verb}"] if row["fields"] else []
    return f"line {row['line']}, event {row['event']}: {'; '.join([*void, *fields])}"


def _staff_only_text(result: CheckResult) -> str:
    """Return who sees events without reports, and how to publish them."""
    return (
        f"{result.file.path}: {result.staff_only_count} of {result.event_count} events have no "
        "report, so only the audience staff sees them; for a publication date in every row add "
        'the column published (in JSON "reports": [{"published": "2025-12-21"}]), and '
        "record report-added for events that are already recorded"
    )


def _resume_hint(result: CheckResult, done: int, hint: str | None) -> str:
    """Return what helps where a recording ended in the middle: no event is recorded twice."""
    resume = (
        f"{done} of the {result.event_count} events of {result.file.path} are recorded; the same"
        " command again records the rest"
    )
    return f"{hint}; {resume}" if hint else resume


def _check_files(
    files: Sequence[ImportFile],
    settings: Settings,
    trial: DryRun,
    on_progress: ProgressCallback,
    changed: ChangePolicy,
    *,
    is_dry_run: bool,
) -> list[CheckResult]:
    """Validate all files before any is recorded, and print the faults of each."""
    with open_checked(settings) as (ledger, c):
        compares = is_dry_run and location.may_exist(settings.db)
        find_duplicates = partial(find_likely_duplicates, ledger) if compares else None
        check = ImportCheck(partial(trial.check_page, c), changed, find_duplicates)
        if not is_dry_run:
            trial.keep_pages(c)
        return [_check_file(check, file, on_progress) for file in files]


def _check_by_server(
    files: Sequence[ImportFile],
    server: Client,
    on_progress: ProgressCallback,
    changed: ChangePolicy,
    *,
    is_dry_run: bool,
) -> list[CheckResult]:
    """Validate all files, whose references only the server knows: it tries them whole first."""
    submissions = _count_events(read_submissions(files, changed), on_progress)
    with closing(ServedTrial(server, submissions, finds_duplicates=is_dry_run)) as trial:
        check = ImportCheck(trial.check_page, changed)
        return [_check_file(check, file, on_progress) for file in files]


def _count_events(
    submissions: Iterable[Submission], on_progress: ProgressCallback
) -> Iterator[Submission]:
    """Show how many events were sent to be tried."""
    count = 0
    for submission in submissions:
        yield submission
        count += len(submission.events)
        on_progress("trying", count, None)


def _check_file(check: ImportCheck, file: ImportFile, on_progress: ProgressCallback) -> CheckResult:
    step = f"checking {file.path.name}"
    on_progress(step, 0, None)
    warning_count = 0

    def show_warning(line: int, detail: str) -> None:
        nonlocal warning_count
        warning_count += 1
        if warning_count <= MAX_WARNINGS:
            print_warning(f"{file.path}:{line}: {detail}")

    result = check.check_file(
        file,
        lambda line, detail: print_text(f"{file.path}:{line}: {detail}", err=True),
        show_warning,
    )
    if warning_count > MAX_WARNINGS:
        print_warning(f"{file.path}: {warning_count - MAX_WARNINGS} more warnings like these")
    _print_export_notes(result)
    if result.fault_count:
        plural = "" if result.fault_count == 1 else "s"
        print_text(f"{file.path}: {result.fault_count} fault{plural}, nothing recorded", err=True)
    on_progress(step, result.event_count, result.event_count)
    return result


def _print_export_notes(result: CheckResult) -> None:
    """Say what of an export comes across, and what does not."""
    path, rows = result.file.path, result.exported_rows
    if rows.count:
        fields = ", ".join((*SERVER_FIELDS, *PROOF_FIELDS))
        print_warning(
            f"{path}: {rows.count} rows were exported: ids and content are kept, and this ledger"
            f" sets {fields} itself (minutebook restore --from-export keeps them)"
        )
    for line, detail in rows.left_out[:MAX_WARNINGS]:
        print_warning(f"{path}:{line}: {detail}")
    if len(rows.left_out) > MAX_WARNINGS:
        print_warning(f"{path}: {len(rows.left_out) - MAX_WARNINGS} more rows are left out")
    erased_types = sorted(rows.erased_types & {*REGISTRATION_TYPES, "negotiation-opened"})
    if result.fault_count and erased_types:
        print_warning(
            f"{path}: what was erased includes {', '.join(erased_types)}: to import the events that"
            " name it, add a row that registers or opens it before them"
        )


def _record_by_server(server: Client, result: CheckResult, changed: ChangePolicy) -> Iterator[Json]:
    submissions = read_submissions_again(result, changed)
    return (record_through(server, submission) for submission in submissions)


def _record_file(
    answers: Iterable[Json], result: CheckResult, on_progress: ProgressCallback
) -> Json:
    """Count what is recorded of a file, by the answer to each page."""
    counts = {"recorded": 0, "duplicates": result.file.known_count}
    batches, seqs = dict[str, None](), RecordedSeqs(result.file.negotiation)
    step = f"recording {result.file.path.name}"
    try:
        for answer in answers:
            for kind in counts:
                counts[kind] += len(answer[kind])
            batches |= dict.fromkeys(event["recorded_at"] for event in answer["recorded"])
            seqs.add_events(answer["recorded"])
            on_progress(step, sum(counts.values()), result.event_count)
    except MinutebookError as error:
        error.hint = _resume_hint(result, sum(counts.values()), error.hint)
        raise
    return {**counts, "batches": list(batches), "import": seqs.to_id()}
