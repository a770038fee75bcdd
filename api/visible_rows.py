"""The events of a negotiation that an audience sees, as rows that can be recorded elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from api.access.caller import Reader
from api.session import Session, open_session
from domain.basis import Basis
from domain.instants import to_rfc3339
from domain.model import Json
from ledger import log
from ledger.database import ReadableLedger
from projections.answer_json import Item
from projections.log_query import LogQuery

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
            items = view.read_log(LogQuery(PAGE_SIZE, after=after))
            page = _build_rows(session, basis, items)
        if not items:
            return
        yield page
        after = items[-1].seq


def _build_rows(session: Session, basis: Basis, items: list[Item]) -> list[Json]:
    proof_fields = log.read_proof_fields(session.cursor, [item.event for item in items])
    return [
        {
            "id": item.event,
            **fields,
            "seq": item.seq,
            "recorded_at": to_rfc3339(item.recorded_at),
            "negotiation": session.negotiation,
            **proof_fields[item.event],
        }
        for item, fields in zip(items, session.as_recorded(items, basis), strict=True)
    ]
