"""What an event would change, told before it is recorded."""

from __future__ import annotations

from dataclasses import replace

from api.pages.shared.brief import BriefWriter
from api.pages.shared.page import Data
from api.pages.shared.page_context import PageContext
from domain import acceptance
from domain.basis import Basis
from domain.model import Entry
from ledger import log
from projections.answers import diff
from projections.fold import FoldView

MAX_EVENTS = 20_000
"""Events up to which the effect of one more is told beforehand."""


def preview_changes(frame: PageContext, value: Data) -> list[Data] | None:
    """Return in sentences what an event would change; None where the log is too long to try."""
    if frame.session.last_seq > MAX_EVENTS:
        return None
    event = acceptance.parse_event(value)
    now, seq = frame.now.basis, frame.session.log_timeline.head + 1
    entries = log.read_entries(frame.session.cursor, frame.slug)
    entries.append(
        Entry(
            seq,
            str(event.id),
            value["type"],
            now.recorded_at,
            acceptance.dump_payload(event),
            frame.session.zone,
        )
    )
    views: dict[int, FoldView] = {}

    def open_view(basis: Basis) -> FoldView:
        return views.setdefault(basis.seq, FoldView(entries, basis, frame.session.zone))

    after = replace(now, seq=seq)
    all_changes = diff.diff_bases(open_view, now, after)
    lines: list[Data] = BriefWriter(frame, open_view(after)).write_brief(all_changes)["lines"]
    return lines
