"""The events of a negotiation that an audience sees, as rows that can be recorded elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from api.access.caller import Reader
from api.session import Session, open_session
from domain.basis import Basis
from domain.instants import to_rfc3339
from domain.model import Json, Viewer
from domain.open_fields import open_fields
from ledger import log
from ledger.database import ReadableLedger
from projections.answer_json import Item

PAGE_SIZE = 1000
"""Rows that are read at once."""


def read_visible_rows(
    ledger: ReadableLedger, negotiation: str, reader: Reader, basis: Basis
) -> Iterator[list[Json]]:
    """Yield the events that show under a basis, by seq and page by page: each as it was recorded,
    without the reports that its reader may not see, and without its salt.

    No snapshot stays open.
    """
    after = 0
    while True:
        with open_session(ledger, negotiation, reader) as session:
            view = session.open_view(basis)
            items = view.read_log(
                after=after, limit=PAGE_SIZE, type=None, subject=None, standing=None
            )
            page = _build_rows(session, basis, items)
        if not items:
            return
        yield page
        after = items[-1].seq


def _build_rows(session: Session, basis: Basis, items: list[Item]) -> list[Json]:
    ids, viewer = [item.event for item in items], Viewer(session.reader.audience)
    proof_fields = log.read_proof_fields(session.cursor, ids)
    entries = {entry.id: entry for entry in log.read_entries_by_id(session.cursor, ids)}
    return [
        {
            "id": item.event,
            **_shown_fields(item, open_fields(entries[item.event], viewer, basis.known_at)),
            "seq": item.seq,
            "recorded_at": to_rfc3339(item.recorded_at),
            "negotiation": session.negotiation,
            **proof_fields[item.event],
        }
        for item in items
    ]


def _shown_fields(item: Item, fields: Json) -> Json:
    """Return the fields of an event, of an issue only with those answers that show."""
    if item.standing == "erased":
        return {"type": item.type, "erased": True}
    if item.type == "issue-defined" and fields.get("answers") and not item.has_known_at:
        shown = {each["answer"] for each in item.own_fields.get("answers") or ()}
        fields["answers"] = [each for each in fields["answers"] if each["answer"] in shown]
    return fields
