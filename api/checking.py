"""Checking files of events before any is recorded: faults of form and of reference, by line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import file_digest
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from api import bodies, files
from domain.accept import REGISTERED
from domain.catalogue import FIELDS
from domain.events import Event
from domain.refusals import InvalidQuestionError, MinutebookError, Reason
from ledger.cursor import Cursor
from ledger.intake import Submission
from ledger.trial import Trial

PAGE = 1000
"""Events that are checked, and recorded, together."""
Fault = tuple[int, str]
"""A line and what is wrong there."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file of events of one negotiation; what it holds is read anew for each pass."""

    file: Path
    negotiation: str
    digest: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some events of a file with the lines where they stand, and what is wrong in that stretch."""

    lines: list[int]
    events: list[Event]
    faults: list[Fault]


def source(file: Path, negotiation: str) -> Source:
    """Name a file by its bytes. Raises InvalidQuestionError where it cannot be read."""
    try:
        with file.open("rb") as stream:
            return Source(file, negotiation, file_digest(stream, "sha256").hexdigest())
    except OSError as error:
        hint = "name a file that can be read"
        raise InvalidQuestionError(f"{file}: {error.strerror}", hint=hint) from None


def pages(given: Source) -> Iterator[Page]:
    """Yield a file page by page with its faults of form; rows without an id get a stable one.

    Of a bad line stands among the events what is left without its bad fields, if that is an event,
    so that other lines which name it are not blamed.
    """
    with given.file.open("rb") as stream:
        rows = files.rows(given.file, stream)
        while part := list(islice(rows, PAGE)):
            yield _page(given, part)


def _page(given: Source, rows: Iterable[tuple[int, Any]]) -> Page:
    page = Page([], [], [])
    for number, value in rows:
        event, reasons = _built(value)
        page.faults.extend(_fault(number, reason) for reason in reasons)
        if event:
            own = f"minutebook:{given.negotiation}:{given.digest}:{number}"
            name = event.id or uuid5(NAMESPACE_URL, own)
            page.lines.append(number)
            page.events.append(event.model_copy(update={"id": name}))
    return page


def _built(value: Any) -> tuple[Event | None, Sequence[Reason]]:
    try:
        return _event(value), ()
    except MinutebookError as error:
        reasons = _reasons(error)
    try:
        return _event(_rest(value, reasons)), reasons
    except MinutebookError:
        return None, reasons


def _event(value: Any) -> Event:
    if isinstance(value, MinutebookError):
        raise value
    (event,) = bodies.events([value], single=True)
    return event


def _rest(value: Any, reasons: Iterable[Reason]) -> Any:
    """Return a bad line without its bad fields; what must be registered keeps a name."""
    if not isinstance(value, Mapping):
        return value
    bad = {reason.pointer.split("/")[1] for reason in reasons if reason.pointer}
    kind = value.get("type")
    named = ("title", "name") if kind in (*REGISTERED, "negotiation-opened") else ()
    filled = {field: "?" for field in named if field in FIELDS[str(kind)]}
    return filled | {field: each for field, each in value.items() if field not in bad}


@dataclass(slots=True)
class Found:
    """What checking a file came to."""

    events: int = 0
    duplicates: int = 0
    faults: int = 0


class Check:
    """Checks files one after the other against a ledger and the files before, recording nothing."""

    def __init__(self, c: Cursor, trial: Trial) -> None:
        self.c, self.trial = c, trial
        self.faulty, self.closed = set[str](), set[str]()

    def file(self, given: Source, tell: Callable[[int, str], None]) -> Found:
        """Check a file; tell its faults, of form and of reference together, by line."""
        found = Found()
        for page in pages(given):
            found.events += len(page.events)
            found.duplicates += self._page(given.negotiation, page)
            found.faults += self._told(given.negotiation, page.faults, tell)
        if not found.events and not found.faults:
            found.faults += self._told(given.negotiation, [(1, "the file holds no event")], tell)
        return found

    def _page(self, negotiation: str, page: Page) -> int:
        """Add the faults of reference of a page; return how much of it was recorded before."""
        self.faulty |= {negotiation} if page.faults else set()
        if negotiation in self.closed or not page.events:
            return 0
        try:
            tried = self.trial.page(self.c, Submission(negotiation, page.events))
        except MinutebookError as error:
            self.closed.add(negotiation)
            # Where a line was bad, that may be why: then what cannot be opened is not blamed.
            blamed = error.reasons if negotiation in self.faulty else _reasons(error)
            page.faults.extend(_fault(page.lines[0], reason) for reason in blamed)
            return 0
        for reason in tried.reasons:
            index, _, rest = reason.pointer.lstrip("/").partition("/")
            pointed = replace(reason, pointer=f"/{rest}")
            page.faults.append(_fault(page.lines[int(index)], pointed))
        return tried.duplicates

    def _told(self, negotiation: str, faults: list[Fault], tell: Callable[[int, str], None]) -> int:
        self.faulty |= {negotiation} if faults else set()
        for line, detail in sorted(faults, key=itemgetter(0)):
            tell(line, detail)
        return len(faults)


def _reasons(error: MinutebookError) -> Sequence[Reason]:
    return error.reasons or [Reason("", error.detail, error.hint)]


def _fault(number: int, reason: Reason) -> Fault:
    remedy = f"; {reason.hint}" if reason.hint else ""
    return number, f"{reason.pointer or '/'}: {reason.detail}{remedy}"
