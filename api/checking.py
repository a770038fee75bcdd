"""Checking files of events before any is recorded: faults of form and of reference, by line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from api import bodies, files
from domain.accept import REGISTERED
from domain.catalogue import FIELDS
from domain.events import Event
from domain.refusals import InvalidQuestionError, MinutebookError, Reason
from ledger.intake import Submission
from ledger.writing import Ledger

Fault = tuple[int, str]
"""A line and what is wrong there."""


@dataclass(frozen=True, slots=True)
class Line:
    """One event of a file and where it stands."""

    number: int
    event: Event


@dataclass(frozen=True, slots=True)
class Checked:
    """A file of one negotiation: its events, and what is wrong with its lines."""

    file: Path
    negotiation: str
    lines: list[Line]
    faults: list[Fault]


def read(file: Path, negotiation: str) -> Checked:
    """Read a file and tell its faults of form; rows without an id get a stable one.

    Of a bad line stands among the events what is left without its bad fields, if that is an event,
    so that other lines which name it are not blamed.
    """
    try:
        body = file.read_bytes()
    except OSError as error:
        hint = "name a file that can be read"
        raise InvalidQuestionError(f"{file}: {error.strerror}", hint=hint) from None
    digest = sha256(body).hexdigest()
    found = Checked(file, negotiation, [], [])
    for number, value in files.rows(file, body):
        event, reasons = _built(value)
        found.faults.extend(_fault(number, reason) for reason in reasons)
        if event:
            name = event.id or uuid5(NAMESPACE_URL, f"minutebook:{negotiation}:{digest}:{number}")
            found.lines.append(Line(number, event.model_copy(update={"id": name})))
    if not found.lines and not found.faults:
        found.faults.append((1, "the file holds no event"))
    return found


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


def tried(ledger: Ledger, found: Sequence[Checked]) -> list[int]:
    """Try all files, those of a negotiation as one batch, and record nothing.

    Adds the faults of reference to those of form; returns how many events of each file were
    recorded before.
    """
    fresh: Counter[str] = Counter()
    for negotiation in dict.fromkeys(each.negotiation for each in found):
        fresh += _tried(ledger, negotiation, [e for e in found if e.negotiation == negotiation])
    counts = []
    for each in found:
        again = [line for line in each.lines if not _taken(fresh, str(line.event.id))]
        counts.append(len(again))
    return counts


def _taken(fresh: Counter[str], name: str) -> bool:
    fresh[name] -= 1
    return fresh[name] >= 0


def _tried(ledger: Ledger, negotiation: str, found: Sequence[Checked]) -> Counter[str]:
    """Return the ids of what is new."""
    places = [(each, line) for each in found for line in each.lines]
    events = [line.event for _, line in places]
    try:
        answer = ledger.record(Submission(negotiation, events, dry_run=True))
    except MinutebookError as error:
        formed = not any(each.faults for each in found)
        for reason in _reasons(error) if formed else error.reasons:
            place, _, rest = reason.pointer.lstrip("/").partition("/")
            each, line = places[int(place) if place.isdigit() else 0]
            pointed = replace(reason, pointer=f"/{rest}") if place.isdigit() else reason
            each.faults.append(_fault(line.number, pointed))
        return Counter()
    return Counter(str(event.id) for event in events) - Counter(answer["duplicates"])


def _reasons(error: MinutebookError) -> Sequence[Reason]:
    return error.reasons or [Reason("", error.detail, error.hint)]


def _fault(number: int, reason: Reason) -> Fault:
    remedy = f"; {reason.hint}" if reason.hint else ""
    return number, f"{reason.pointer or '/'}: {reason.detail}{remedy}"
