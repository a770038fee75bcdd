"""Entries of calendars as events: what each says of a meeting that was not told before.

A calendar says that a meeting is planned, and never that it was held. An entry that is new is
``meeting-announced``; one that was revised is ``meeting-rescheduled`` where its date moved or it is
on again, ``meeting-cancelled`` where it is off, and ``meeting-announced`` again where its words
changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from api.cli.calendar_ledger import DATING_TYPES, UID_CODE, CalendarLedger, ToldEvent
from api.cli.calendars import CalendarEntry
from api.cli.column_maps import REPORT_COLUMNS
from api.cli.event_tables import nest_fields, row_error
from api.cli.exported_rows import RowNote
from domain.catalogue import FIELDS_BY_TYPE
from domain.edtf import parse_span
from domain.errors import InvalidEventError, InvalidSpanError
from domain.instants import Instant
from domain.model import Json

ANNOUNCED, RESCHEDULED, CANCELLED = "meeting-announced", "meeting-rescheduled", "meeting-cancelled"
DATE_FIELDS = frozenset({"expected", "tz"})
PLANNED_FIELDS = (*DATE_FIELDS, "title", "place", "announced_by", "invitees")
"""What an entry says of a meeting."""
NEW_SEQ = 2**60
"""Added to the place of an event that has no seq yet: it comes after all that have one."""


@dataclass(slots=True)
class CalendarRows:
    """The events of one file by line, or an error in the place of one, and what else is said.

    ``known_count`` is how many entries say what was told before; those ``left_out`` say of no
    meeting when it is planned.
    """

    rows: list[tuple[int, object]] = field(default_factory=list)
    known_count: int = 0
    left_out: list[RowNote] = field(default_factory=list)
    warnings: list[RowNote] = field(default_factory=list)


def build_calendar_rows(
    entries: Iterable[tuple[int, object]], ledger: CalendarLedger, constants: Mapping[str, str]
) -> CalendarRows:
    """Return what entries say that was not told before, in the order in which they were revised.

    ``constants`` are fields that every event has.
    """
    builder = _RowBuilder(ledger, constants)
    dated = list[tuple[Instant, int, int, CalendarEntry]]()
    for line, entry in entries:
        if not isinstance(entry, CalendarEntry):
            builder.found.rows.append((line, entry))
        elif entry.left_out:
            builder.found.left_out.append((line, f"left out: {entry.left_out}"))
        else:
            try:
                dated.append((builder.find_moment(entry), entry.sequence, line, entry))
            except InvalidEventError as error:
                builder.found.rows.append((line, error))
    for moment, _, line, entry in sorted(dated, key=lambda each: each[:3]):
        builder.add_entry(line, moment, entry)
    return builder.found


class _RowBuilder:
    """Finds what entries say that was not told before, and then counts that as told."""

    def __init__(self, ledger: CalendarLedger, constants: Mapping[str, str]) -> None:
        self.ledger, self.found = ledger, CalendarRows()
        self.published = constants.get("published")
        mapped = {REPORT_COLUMNS.get(name, name): text for name, text in constants.items()}
        self.constants = nest_fields(mapped.items())
        self.unknown_names = set[str]()

    def find_moment(self, entry: CalendarEntry) -> Instant:
        """Return when an entry was published. Raises InvalidEventError where nothing says."""
        published = self.published or entry.published
        if published is None:
            raise row_error(
                "LAST-MODIFIED",
                f"the entry {entry.uid[:80]!r} has neither LAST-MODIFIED nor DTSTAMP",
                "give it one, or all a date by --map with [constants] published",
            )
        try:
            return parse_span(published, self.ledger.zone or "UTC").start.last
        except InvalidSpanError as error:
            raise row_error("published", error.detail, error.hint or "") from None

    def add_entry(self, line: int, moment: Instant, entry: CalendarEntry) -> None:
        slug, told = self.ledger.find_meeting(entry.key)
        fields = self._read_fields(line, slug, entry)
        before = sorted((each for each in told if each.moment <= moment), key=attrgetter("order"))
        plan, is_off = merge_told(before)
        changed = {name for name, value in fields.items() if plan.get(name) != value}
        if "expected" in fields and plan.get("tz") != fields.get("tz"):
            changed.add("tz")
        kinds = _list_news(entry, changed, is_new=not before, was_off=is_off)
        if not kinds:
            self.found.known_count += 1
        mended = None if entry.is_cancelled or is_off else self._find_mended(before, entry, changed)
        for kind in [mended.value["type"]] if kinds and mended else kinds:
            value = {"type": kind, "meeting": slug, **self._build_event(kind, entry, fields)}
            if mended:
                value["id"] = mended.id
            else:
                published, seq = value["reports"][0]["published"], NEW_SEQ + len(self.found.rows)
                told.append(ToldEvent(None, seq, published, moment, value))
            self.found.rows.append((line, value))

    def _find_mended(
        self, before: Sequence[ToldEvent], entry: CalendarEntry, changed: set[str]
    ) -> ToldEvent | None:
        """Return the recorded event of the very revision that says something else now."""
        published = self.published or entry.published
        return next(
            (
                each
                for each in before
                if each.id
                and each.published == published
                and each.value["type"] in (ANNOUNCED, RESCHEDULED)
                and changed.issubset(FIELDS_BY_TYPE[each.value["type"]])
            ),
            None,
        )

    def _build_event(self, kind: str, entry: CalendarEntry, fields: Json) -> Json:
        """Return the fields of an event of a kind, those that every event has last."""
        report = {
            "published": entry.published,
            "audience": "staff" if entry.is_private else None,
            "url": entry.url if (entry.url or "").startswith(("http://", "https://")) else None,
            "title": entry.calendar_name,
        }
        report = {name: value for name, value in report.items() if value is not None}
        given_report: Json = next(iter(self.constants.get("reports", ())), {})
        values = {"occurred": None, "expected": None, **fields, **self.constants}
        names = FIELDS_BY_TYPE[kind]
        return {name: value for name, value in values.items() if name in names} | {
            "codes": {UID_CODE: entry.key} | self.constants.get("codes", {}),
            "reports": [report | given_report],
        }

    def _read_fields(self, line: int, slug: str, entry: CalendarEntry) -> Json:
        organizers = self._find_speakers(line, [entry.organizer] if entry.organizer else [])
        fields = {
            "expected": entry.expected,
            "tz": entry.tz,
            "title": None if entry.title == slug else entry.title,
            "place": entry.place,
            "announced_by": next(iter(organizers), None),
            "invitees": self._find_speakers(line, entry.attendees),
        }
        return {name: value for name, value in fields.items() if value}

    def _find_speakers(self, line: int, names: Iterable[str]) -> list[str]:
        """Return whom names mean, once each; whom nobody registered is told and left out."""
        speakers = dict[str, None]()
        for name in names:
            meant = sorted(self.ledger.find_speakers(name))
            if len(meant) == 1:
                speakers[meant[0]] = None
            elif name not in self.unknown_names:
                self.unknown_names.add(name)
                why = f"may be {' or '.join(meant)}" if meant else "is not registered"
                self.found.warnings.append((line, f"{name} {why}, and is left out"))
        return list(speakers)


def merge_told(told: Sequence[ToldEvent]) -> tuple[Json, bool]:
    """Return what was told of a meeting, the last of each field, and whether it is off.

    A date on which it was held stands in the place of the one for which it was planned.
    """
    plan: Json = {}
    is_off = False
    for each in told:
        kind = each.value["type"]
        is_off = kind == CANCELLED
        plan |= {name: each.value[name] for name in PLANNED_FIELDS if name in each.value}
        if "expected" in each.value and "tz" not in each.value:
            plan.pop("tz", None)
    for kind in DATING_TYPES:
        for each in told:
            if each.value["type"] == kind and each.value.get("occurred"):
                plan |= {"expected": each.value["occurred"], "tz": each.value.get("tz")}
    return plan, is_off


def _list_news(
    entry: CalendarEntry, changed: set[str], *, is_new: bool, was_off: bool
) -> list[str]:
    """Return the types of the events by which an entry says what was not told before."""
    if entry.is_cancelled:
        return [] if was_off else [ANNOUNCED, CANCELLED] if is_new else [CANCELLED]
    if is_new:
        return [ANNOUNCED]
    moved = [RESCHEDULED] if was_off or changed & DATE_FIELDS else []
    return moved + ([ANNOUNCED] if changed - DATE_FIELDS else [])
