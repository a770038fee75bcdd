"""Which field of an event each column of a table is, as a map of the user says or by its name."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType

from api.exported_table import is_exported
from domain.catalogue import FIELDS_BY_TYPE
from domain.errors import InvalidEventError, InvalidQuestionError, Reason
from domain.validation_messages import nearest_name_hint

REPORT_COLUMNS = {
    "published": "reports.0.published",
    "publisher": "reports.0.publisher",
    "url": "reports.0.url",
    "origin": "reports.0.origin",
    "audience": "reports.0.audience",
    "quote_of_report": "reports.0.quote",
}
"""Columns of a table that are of the first report, unless the type has such a field of its own."""
AUTO = "auto"
COMMON_NAMES = {
    **dict.fromkeys(("date", "when", "day", "event date", "date of event"), "occurred"),
    **dict.fromkeys(("published on", "date published", "publication date"), "published"),
    **dict.fromkeys(("source", "outlet", "newspaper", "media"), "publisher"),
    **dict.fromkeys(("link", "source url", "web address"), "url"),
    **dict.fromkeys(("what", "description", "event", "what happened"), "summary"),
    **dict.fromkeys(("headline", "subject"), "title"),
    **dict.fromkeys(("actor", "said by"), "speaker"),
    **dict.fromkeys(("remark", "remarks", "notes", "comment"), "note"),
    **dict.fromkeys(("event type", "kind of event"), "type"),
    **dict.fromkeys(("location", "venue", "where"), "place"),
}
"""What people call fields, in lower case."""
NOTHING: Mapping[str, str] = MappingProxyType({})
EXAMPLE = 'write [columns] with "Date" = "occurred" and [constants] with type = "statement-made"'


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Fields by column, and constants by field, which every row has. A column of no field is left
    out. ``guesses`` are made for columns that are in neither."""

    columns: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    constants: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    guesses: bool = False

    def find_fields(self, header: Sequence[str]) -> list[str | None]:
        """Return the field of each column, null where it is left out.

        Raises InvalidEventError for a column that the map has and the table has not, and for two
        of one field.
        """
        if is_exported(header) and not self.columns:
            return list(header)
        for missing in self.columns.keys() - set(header):
            hint = nearest_name_hint(missing, header)
            raise _fault(f"there is no column {missing!r}, which the map names", hint + "mend it")
        fields = [self._find_field(column) for column in header]
        given = [*filter(None, fields), *self.constants]
        for name in given:
            if given.count(name) > 1:
                hint = 'map one of them to another field, or to "" in [columns]'
                raise _fault(f"{name!r} has two columns or constants", hint)
        return fields

    def _find_field(self, column: str) -> str | None:
        if column in self.columns:
            return self.columns[column] or None
        return _guess_field(column) if self.guesses else column

    def show(self, header: Sequence[str]) -> str:
        """Return the map of a table as TOML."""
        pairs = zip(header, self.find_fields(header), strict=True)
        lines = [f"{_quote(column)} = {_quote(name or '')}" for column, name in pairs]
        constants = [f"{name} = {_quote(text)}" for name, text in self.constants.items()]
        parts = ["[columns]", *lines, *(["[constants]", *constants] if constants else [])]
        return "\n".join(parts)


AS_NAMED = ColumnMap()
"""Each column is the field of its name."""


def read_map(given: str | None) -> ColumnMap:
    """Return the map of an option: a TOML file, or ``auto``. Raises InvalidQuestionError."""
    if given is None:
        return AS_NAMED
    if given == AUTO:
        return ColumnMap(guesses=True)
    try:
        told = tomllib.loads(Path(given).read_text(encoding="utf-8"))
    except OSError as error:
        hint = "name a readable file, or auto"
        raise InvalidQuestionError(f"{given}: {error.strerror}", hint=hint) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidQuestionError(f"{given} is not TOML: {error}", hint=EXAMPLE) from None
    unknown = told.keys() - {"columns", "constants"}
    tables = [told.get(name, {}) for name in ("columns", "constants")]
    if unknown or not all(isinstance(table, dict) for table in tables) or not any(tables):
        detail = f"{given} has {min(unknown)!r}" if unknown else f"{given} maps nothing"
        raise InvalidQuestionError(detail, hint=EXAMPLE)
    for name, text in ((name, text) for table in tables for name, text in table.items()):
        if not isinstance(text, str):
            hint = f'write {name} = "{text}", as text'
            raise InvalidQuestionError(f"{given}: {name} is not a text", hint=hint)
    columns, constants = tables
    for name in (*columns.values(), *constants):
        if name and name.partition(".")[0] not in _field_names():
            hint = nearest_name_hint(name, _field_names()) + 'use a field of an event, or ""'
            raise InvalidQuestionError(f"{given}: no event has a field {name!r}", hint=hint)
    return ColumnMap(columns, constants)


@cache
def _field_names() -> frozenset[str]:
    return frozenset(name for names in FIELDS_BY_TYPE.values() for name in names) | {
        *REPORT_COLUMNS,
        "id",
    }


def _guess_field(column: str) -> str:
    """Return the field that a column is called after, or else its own name."""
    words = " ".join(re.findall(r"[^\W_]+", column.casefold()))
    name = words.replace(" ", "_")
    if column in _field_names() or "." in column:
        return column
    return name if name in _field_names() else COMMON_NAMES.get(words, column)


def _fault(detail: str, hint: str) -> InvalidEventError:
    return InvalidEventError(detail, hint=hint, reasons=[Reason("", detail, hint)])


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
