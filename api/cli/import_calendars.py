"""Importing calendars: their entries become events once it is known what the ledger was told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from api.cli.calendar_ledger import CalendarLedger, read_calendar_ledger
from api.cli.calendar_rows import build_calendar_rows
from api.cli.calendars import read_calendar
from api.cli.client import Client
from api.cli.connection import open_readable
from api.cli.event_files import read_text
from api.cli.import_check import ImportFile
from api.settings import Settings
from domain.errors import InvalidQuestionError

OWN_FIELDS = ("type", "meeting", "expected", "id")
"""What each entry says itself."""


def read_calendars(
    files: Sequence[ImportFile], settings: Settings, server: Client | None
) -> list[ImportFile]:
    """Return the files with what the calendars among them say that was not told before, each
    compared with the ledger and the calendars before it."""
    ledgers = dict[str, CalendarLedger]()
    with open_readable(settings, server) as client:
        for slug in dict.fromkeys(file.negotiation for file in files if file.is_calendar):
            ledgers[slug] = read_calendar_ledger(client, slug)
    return [
        _read_calendar(file, ledgers[file.negotiation]) if file.is_calendar else file
        for file in files
    ]


def _read_calendar(file: ImportFile, ledger: CalendarLedger) -> ImportFile:
    """Raises InvalidQuestionError for a map of columns, which a calendar has not."""
    column_map = file.column_map
    own = next((name for name in OWN_FIELDS if name in column_map.constants), None)
    if column_map.columns or column_map.guesses or own:
        detail = (
            f"{file.path} is a calendar: a map can only give what is the same in all its events"
        )
        hint = f"leave out {own}" if own else 'write [constants] with publisher = "..."'
        raise InvalidQuestionError(detail, hint=hint)
    with file.path.open("rb") as stream:
        entries = list(read_text(stream, partial(read_calendar, ledger.zone)))
    return replace(file, calendar=build_calendar_rows(entries, ledger, column_map.constants))
