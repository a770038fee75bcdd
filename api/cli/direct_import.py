"""Importing into the ledger itself: checked once, then recorded as it was found, pages together."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, closing, contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from api.cli.exported_rows import ExportedRows
from api.cli.import_check import CheckResult, read_pages
from api.settings import Settings
from api.wiring import open_configured_ledger
from domain.errors import MovedOnError
from domain.model import Json
from ledger import content_ids, introductions, location
from ledger.accepted_pages import AcceptedPage
from ledger.changed_rows import ChangePolicy
from ledger.database import Cursor, ReadableLedger
from ledger.dry_run import DryRun
from ledger.equal_rows import CountedRows
from ledger.read_only import ReadOnlyLedger
from ledger.submission import Submission
from ledger.writer import Ledger
from projections.index import tables
from projections.index.catch_up import PARALLEL_THRESHOLD, RowWorkers

ANALYZE_THRESHOLD = 1000
"""Number of new events from which the database refreshes its statistics after an import."""
WAITING_PAGES = 8
"""The most pages that wait for the writer, which commits those that wait together."""


@contextmanager
def open_checked(settings: Settings) -> Iterator[tuple[ReadableLedger, Cursor]]:
    """Yield the ledger that files are checked against, and its snapshot."""
    with _open_readable(settings) as ledger, ledger.open_snapshot() as c:
        if not location.is_server_url(settings.db):
            introductions.make_temporary_table(c)
            content_ids.make_temporary_tables(c)
        yield ledger, c


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


class DirectRecorder:
    """Records checked files, page by page whole or not at all.

    What was accepted is not checked again, unless anything was recorded since.
    """

    def __init__(self, ledger: Ledger, pages: Iterator[AcceptedPage], changed: ChangePolicy):
        self.ledger, self.pages, self.changed = ledger, pages, changed

    def record_file(self, result: CheckResult) -> Iterator[Json]:
        """Yield the answer to each page of a file."""
        pages = islice(self.pages, result.page_count)
        page_count = 0
        try:
            for answer in self._record_accepted(pages):
                page_count += 1
                yield answer
        except MovedOnError:
            deque(pages, 0)
            submissions = read_submissions_again(result, self.changed)
            for submission in islice(submissions, page_count, None):
                yield self.ledger.record(submission)

    def _record_accepted(self, pages: Iterator[AcceptedPage]) -> Iterator[Json]:
        waiting = deque[Future[Json]]()
        for page in pages:
            submission = Submission(page.negotiation.slug, (), accepted=page)
            waiting.append(self.ledger.submit(submission))
            if len(waiting) > WAITING_PAGES:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def read_submissions_again(result: CheckResult, changed: ChangePolicy) -> Iterator[Submission]:
    """Yield the pages of a file that was checked, to be checked once more as they are recorded."""
    pages = read_pages(result.file, ExportedRows(), CountedRows(result.row_numbers))
    return (page.to_submission(result.file, changed) for page in pages)


@contextmanager
def open_recorder(
    settings: Settings, results: Sequence[CheckResult], dry_run: DryRun, changed: ChangePolicy
) -> Iterator[DirectRecorder]:
    """Yield what records checked files in the ledger, whose rows other processes build where they
    are many."""
    new_count = sum(result.event_count - result.duplicate_count for result in results)
    with ExitStack() as stack:
        workers = None
        if new_count >= PARALLEL_THRESHOLD:
            workers = stack.enter_context(closing(RowWorkers()))
        ledger = stack.enter_context(closing(open_configured_ledger(settings, workers=workers)))
        yield DirectRecorder(ledger, dry_run.read_accepted(), changed)
        if new_count >= ANALYZE_THRESHOLD:
            with ledger.take_writer() as c:
                tables.analyze_tables(c)
