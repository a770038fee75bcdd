"""Validating files of events before any is recorded: faults of form and of reference, by line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from pydantic import JsonValue

from api.cli import event_files
from api.cli.column_maps import AS_NAMED, ColumnMap
from api.cli.event_tables import NumberedRows
from api.cli.exported_rows import ExportedRows
from api.http.bodies import build_events
from api.http.likely_duplicates import MAX_COMPARED
from domain.acceptance import REGISTRATION_TYPES
from domain.acceptance_warnings import is_for_staff_only
from domain.catalogue import FIELDS_BY_TYPE
from domain.errors import InvalidQuestionError, MinutebookError, Reason
from domain.events import Event
from domain.model import Json
from domain.own_acts import OWN_ACT_TYPES
from ledger.changed_rows import ChangePolicy
from ledger.content_ids import RowContent, read_content
from ledger.dry_run import DryRunResult
from ledger.equal_rows import CountedRows, EqualRows
from ledger.submission import Submission

if TYPE_CHECKING:
    from api.cli.calendar_rows import CalendarRows

PAGE_SIZE = 1000
"""Number of events that are validated, and recorded, together."""
LineFault = tuple[int, str]
"""A line and what is wrong there."""


@dataclass(frozen=True, slots=True)
class ImportFile:
    """A file of events of one negotiation, which each pass reads again."""

    path: Path
    negotiation: str
    has_own_acts: bool
    """Whether it corrects or voids events itself: then its rows are what was first recorded."""
    column_map: ColumnMap = AS_NAMED
    calendar: CalendarRows | None = None
    """What a calendar says, read once: it depends on what the ledger was told before."""

    @property
    def is_calendar(self) -> bool:
        return self.path.suffix.lower() == event_files.CALENDAR_SUFFIX

    @property
    def known_count(self) -> int:
        """How many entries of a calendar say what was told before."""
        return self.calendar.known_count if self.calendar else 0

    def read_rows(self, stream: BinaryIO) -> NumberedRows:
        if self.calendar:
            return iter(self.calendar.rows)
        return event_files.read_rows(self.path, stream, self.column_map)


@dataclass(frozen=True, slots=True)
class ImportPage:
    """Some events of a file with their line numbers, and the faults among those lines.

    ``contents`` says from what the ids of rows without one are made, by their place in the page.
    """

    lines: list[int]
    events: list[Event]
    faults: list[LineFault]
    warnings: list[LineFault] = field(default_factory=list)
    contents: dict[int, RowContent] = field(default_factory=dict)
    is_exported: bool = False
    """Whether some of these events come from an export."""

    def to_submission(self, file: ImportFile, changed: ChangePolicy) -> Submission:
        return Submission(
            file.negotiation,
            self.events,
            is_exported=self.is_exported,
            contents=self.contents,
            changed=changed,
            has_own_acts=file.has_own_acts,
        )


def find_file(path: Path, negotiation: str, column_map: ColumnMap = AS_NAMED) -> ImportFile:
    """Return a file to import. Raises InvalidQuestionError where it cannot be read."""
    try:
        with path.open("rb") as stream:
            has_own_acts = event_files.has_types(path, stream, OWN_ACT_TYPES)
    except OSError as error:
        hint = "name a readable file"
        raise InvalidQuestionError(f"{path}: {error.strerror}", hint=hint) from None
    return ImportFile(path, negotiation, has_own_acts, column_map)


def read_pages(
    file: ImportFile, exported_rows: ExportedRows, equal_rows: EqualRows | CountedRows
) -> Iterator[ImportPage]:
    """Yield a file page by page with its faults of form.

    A bad line counts as an event without its bad fields, if that is valid, so that other lines
    which name it are not blamed.
    """
    with file.path.open("rb") as stream:
        rows = exported_rows.read_rows(file.read_rows(stream))
        page_rows = list(islice(rows, PAGE_SIZE))
        if not (page_rows or exported_rows.count or file.known_count):
            yield ImportPage([], [], [(1, "the file contains no event")])
        while page_rows:
            yield _build_page(page_rows, equal_rows)
            page_rows = list(islice(rows, PAGE_SIZE))


def _build_page(
    rows: Sequence[tuple[int, object, bool]], equal_rows: EqualRows | CountedRows
) -> ImportPage:
    page = ImportPage([], [], [], is_exported=any(is_exported for _, _, is_exported in rows))
    for line_number, value, _ in rows:
        event, reasons = _build_with_reasons(value)
        page.faults.extend(_line_fault(line_number, reason) for reason in reasons)
        if event:
            if event.id is None:
                page.contents[len(page.events)] = equal_rows.number_row(read_content(event))
            page.lines.append(line_number)
            page.events.append(event)
    return page


def _build_with_reasons(value: object) -> tuple[Event | None, Sequence[Reason]]:
    try:
        return _build_event(value), ()
    except MinutebookError as error:
        reasons = _reasons_of_error(error)
    try:
        return _build_event(_drop_bad_fields(value, reasons)), reasons
    except MinutebookError:
        return None, reasons


def _build_event(value: object) -> Event:
    if isinstance(value, MinutebookError):
        raise value
    (event,) = build_events([cast("JsonValue", value)], single=True)
    return event


def _drop_bad_fields(value: object, reasons: Iterable[Reason]) -> object:
    """Return a bad line without its bad fields; what must be registered keeps a name."""
    if not isinstance(value, Mapping):
        return value
    bad_fields = {reason.pointer.split("/")[1] for reason in reasons if reason.pointer}
    kind = value.get("type")
    name_fields = ("title", "name") if kind in (*REGISTRATION_TYPES, "negotiation-opened") else ()
    placeholders = {name: "?" for name in name_fields if name in FIELDS_BY_TYPE[str(kind)]}
    return placeholders | {name: field for name, field in value.items() if name not in bad_fields}


def read_submissions(files: Iterable[ImportFile], changed: ChangePolicy) -> Iterator[Submission]:
    """Yield the events of files page by page, as they are tried."""
    for file in files:
        for page in read_pages(file, ExportedRows(), EqualRows()):
            if page.events:
                yield page.to_submission(file, changed)


@dataclass(slots=True)
class CheckResult:
    """Counts from validating a file."""

    file: ImportFile
    event_count: int = 0
    duplicate_count: int = 0
    fault_count: int = 0
    staff_only_count: int = 0
    changed: list[Json] = field(default_factory=list)
    """Of changed rows: the line, the event that stands, and what differs of it."""
    likely_duplicates: list[Json] = field(default_factory=list)
    """Of new rows: the line, and id and seq of a recorded event that it may repeat."""
    exported_rows: ExportedRows = field(default_factory=ExportedRows)
    row_numbers: Sequence[int] = field(default=(), compare=False)
    """The how-manieth equal row each row without an id is."""
    page_count: int = field(default=0, compare=False)
    """How many pages of events were tried."""


FindDuplicates = Callable[[str, Sequence[Event]], Sequence[Json]]
"""Finds recorded events of a negotiation that new ones may repeat."""


class ImportCheck:
    """Validates files one by one against a ledger and the files before, recording nothing."""

    def __init__(
        self,
        check_page: Callable[[Submission], DryRunResult],
        changed: ChangePolicy = "refuse",
        find_duplicates: FindDuplicates | None = None,
    ) -> None:
        """Take what tries a page after those before it, what becomes of changed rows, and what
        finds recorded events that new ones may repeat."""
        self.try_page, self.changed = check_page, changed
        self.find_duplicates, self.compared_counts = find_duplicates, Counter[str]()
        self.faulty_negotiations, self.refused_negotiations = set[str](), set[str]()

    def check_file(
        self,
        file: ImportFile,
        on_fault: Callable[[int, str], None],
        on_warning: Callable[[int, str], None],
    ) -> CheckResult:
        """Validate a file; report its faults, of form and of reference together, by line."""
        result, equal_rows = CheckResult(file, file.known_count, file.known_count), EqualRows()
        if file.calendar:
            result.exported_rows.left_out += file.calendar.left_out
            for line_number, detail in file.calendar.warnings:
                on_warning(line_number, detail)
        result.row_numbers = equal_rows.numbers
        for page in read_pages(file, result.exported_rows, equal_rows):
            result.event_count += len(page.events)
            result.staff_only_count += sum(
                is_for_staff_only(event.type, event.reports)  # type: ignore[attr-defined]  # of each class
                for event in page.events
            )
            result.duplicate_count += self._check_page(page, result)
            result.fault_count += len(page.faults)
            for line_number, detail in sorted(page.faults, key=itemgetter(0)):
                on_fault(line_number, detail)
            for line_number, detail in page.warnings:
                on_warning(line_number, detail)
            if page.faults:
                self.faulty_negotiations.add(file.negotiation)
        return result

    def _check_page(self, page: ImportPage, result: CheckResult) -> int:
        """Add the faults of reference of a page; return how many events are already recorded."""
        negotiation = result.file.negotiation
        if not page.events:
            return 0
        result.page_count += 1
        try:
            page_result = self.try_page(page.to_submission(result.file, self.changed))
        except MinutebookError as error:
            if negotiation in self.refused_negotiations:
                return 0  # as was said of the page before
            self.refused_negotiations.add(negotiation)
            # A bad line may be the cause: then the failure to open the negotiation is not blamed.
            may_be_caused = page.faults or negotiation in self.faulty_negotiations
            reasons = error.reasons if may_be_caused else _reasons_of_error(error)
            page.faults.extend(_line_fault(page.lines[0], reason) for reason in reasons)
            return 0
        self._note_likely_duplicates(page, page_result, result)
        result.changed += [
            {"line": page.lines[each.pop("index")], **each}
            for each in map(dict, page_result.changed)
        ]
        page.faults.extend(_line_faults(page, page_result.reasons))
        page.warnings.extend(_line_faults(page, page_result.warnings))
        return page_result.duplicate_count

    def _note_likely_duplicates(
        self, page: ImportPage, page_result: DryRunResult, result: CheckResult
    ) -> None:
        """Note which new rows may repeat a recorded event, as the server says or by comparing."""
        places: Sequence[int] = range(len(page.lines))
        found = page_result.likely_duplicates
        if self.find_duplicates:
            negotiation = result.file.negotiation
            room = MAX_COMPARED - self.compared_counts[negotiation]
            places = page_result.new_places[:room]
            self.compared_counts[negotiation] += len(places)
            found = self.find_duplicates(negotiation, [page.events[place] for place in places])
        result.likely_duplicates += [
            {"line": page.lines[places[each["index"]]], "event": each["event"], "seq": each["seq"]}
            for each in found
        ]


def _line_faults(page: ImportPage, reasons: Iterable[Reason]) -> Iterator[LineFault]:
    """Yield what is said of events by their place in a page, by line."""
    for reason in reasons:
        index, _, rest = reason.pointer.lstrip("/").partition("/")
        yield _line_fault(page.lines[int(index)], replace(reason, pointer=f"/{rest}"))


def _reasons_of_error(error: MinutebookError) -> Sequence[Reason]:
    return error.reasons or [Reason("", error.detail, error.hint)]


def _line_fault(line_number: int, reason: Reason) -> LineFault:
    remedy = f"; {reason.hint}" if reason.hint else ""
    return line_number, f"{reason.pointer or '/'}: {reason.detail}{remedy}"
