"""Rows of an export: without what its ledger set, and without what an erasure took from events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from api.cli.event_tables import NumberedRows
from api.exported_table import PROOF_FIELDS, SERVER_FIELDS
from domain.model import Json

RowNote = tuple[int, str]
"""A line and what is said of it."""


@dataclass(slots=True)
class ExportedRows:
    """Reads the rows of one file, and notes which were exported and which are left out."""

    count: int = 0
    left_out: list[RowNote] = field(default_factory=list)
    erased_types: set[str] = field(default_factory=set)
    left_out_ids: set[str] = field(default_factory=set)

    def read_rows(self, rows: NumberedRows) -> Iterator[tuple[int, object, bool]]:
        """Yield line, value and whether the row was exported, of each that can be recorded."""
        for line_number, value in rows:
            if not (isinstance(value, Mapping) and all(name in value for name in SERVER_FIELDS)):
                yield line_number, value, False
                continue
            self.count += 1
            reason = self._reason_to_leave_out(value)
            if reason:
                self.left_out.append((line_number, f"left out: {reason}"))
                self.left_out_ids.add(str(value.get("id")))
            else:
                yield line_number, _without_server_fields(value), True

    def _reason_to_leave_out(self, row: Mapping[str, object]) -> str:
        kind = row.get("type")
        if row.get("erased"):
            self.erased_types.add(str(kind))
            return f"the payload of this {kind} was erased"
        if kind == "payload-erased":
            return f"it erased {row.get('event')}, which is not here"
        if self._is_about_left_out(row):
            return f"this {kind} is about an event that is left out"
        return ""

    def _is_about_left_out(self, row: Mapping[str, object]) -> bool:
        """Return whether an act, or what it makes of another act, is about such an event."""
        inner = [row.get(name) for name in ("changes", "rival")]
        targets = [each.get("event") for each in (row, *inner) if isinstance(each, Mapping)]
        return any(str(target) in self.left_out_ids for target in targets)


def _without_server_fields(row: Mapping[str, object]) -> Json:
    dropped = {*SERVER_FIELDS, *PROOF_FIELDS}
    return {name: value for name, value in row.items() if name not in dropped}
