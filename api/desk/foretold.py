"""What an event would change, told before it is recorded."""

from __future__ import annotations

from dataclasses import replace

from api.desk.frame import Frame
from api.desk.page import Data
from api.desk.told import Telling
from domain import accept
from domain.basis import Basis
from domain.versions import Entry
from ledger import log
from projections import changes
from projections.fold import FoldView

TRIED = 20_000
"""Events up to which the effect of one more is told beforehand."""


def foretold(frame: Frame, value: Data) -> list[Data] | None:
    """Return in sentences what an event would change; None where the log is too long to try."""
    if frame.desk.last_seq > TRIED:
        return None
    event = accept.parse(value)
    now, seq = frame.now.basis, frame.desk.log.head + 1
    entries = log.entries(frame.desk.c, frame.slug)
    entries.append(Entry(seq, str(event.id), value["type"], now.recorded_at,
                         accept.payload(event), frame.desk.zone))  # fmt: skip
    views: dict[int, FoldView] = {}

    def opened(basis: Basis) -> FoldView:
        return views.setdefault(basis.seq, FoldView(entries, basis, frame.desk.zone))

    after = replace(now, seq=seq)
    found = changes.diff(opened, now, after)
    lines: list[Data] = Telling(frame, opened(after)).brief(found)["lines"]
    return lines
