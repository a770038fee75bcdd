"""Where a question meets its negotiation: resolves the basis and opens the view that answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from api.settings import Settings
from domain.basis import Basis, Log, Question, resolve
from domain.instants import Instant
from domain.refusals import BusyError, UnknownNegotiationError
from ledger import log
from ledger.appending import Clock
from ledger.checkpoints import Checkpoints
from ledger.cursor import Cursor
from ledger.reading import Readable, Reading, wall_clock
from ledger.writing import Ledger
from projections import index
from projections.fold import FoldView
from projections.index import Index
from projections.indexed import IndexView
from projections.view import View


def open_ledger(
    path: str | Path, *, clock: Clock = wall_clock, key: str | Path | None = None,
    outside: str | Path | None = None,
) -> Ledger:  # fmt: skip
    """Open or make the ledger at a path, its read model caught up, its head signed."""
    checkpoints = Checkpoints(key or f"{path}.key", Path(outside or f"{path}.checkpoint"))
    return Ledger(path, clock=clock, follow=Index(), checkpoints=checkpoints)


def opened(found: Settings) -> Ledger:
    """Open the ledger that the configuration names."""
    return open_ledger(found.db, key=found.key, outside=found.outside)


def replica(found: Settings) -> Reading | None:
    """Open the copy of the ledger that the configuration names for questions."""
    return Reading(found.read_db, patience=0.5) if found.read_db else None


def log_of(c: Cursor, clock: Clock, head: tuple[int, Instant] | None = None) -> Log:
    """Return what a basis needs to know of the log, whose head may have been read already."""
    size, last = head or log.head(c)
    return Log(
        max(clock(), last),
        size,
        lambda at: size if at >= last else log.seq_at(c, at),
        lambda seq: last if seq == size else log.recorded_at(c, seq),
    )


def counted(c: Cursor, seq: int) -> list[tuple[str, int, int]]:
    """Return slug, number of events and last seq of each negotiation, of the log up to a seq."""
    c.execute(
        "SELECT n.slug, e.originator_version, e.seq FROM negotiation n JOIN event e ON e.seq ="
        " (SELECT x.seq FROM event x WHERE x.originator_id = n.originator_id AND x.seq <= ?"
        " ORDER BY x.originator_version DESC LIMIT 1) ORDER BY n.slug",
        (seq,),
    )
    return [tuple(row) for row in c.fetchall()]


class Desk:
    """One negotiation within one snapshot: opens views on it for any basis."""

    def __init__(self, c: Cursor, negotiation: str, clock: Clock) -> None:
        self.c, self.negotiation = c, negotiation
        c.execute(
            "SELECT n.zone, n.last_seq, h.size, h.last_recorded_at, t.notification_id FROM head h"
            " LEFT JOIN negotiation n ON n.slug = ?"
            " LEFT JOIN tracking t ON t.application_name = ?",
            (negotiation, index.NAME),
        )
        self.zone, self.last_seq, size, last, reached = c.fetchone()
        if self.zone is None:
            c.execute("SELECT slug FROM negotiation ORDER BY slug LIMIT 5")
            known = ", ".join(row["slug"] for row in c.fetchall())
            hint = f"there is {known}" if known else "nothing is recorded here yet"
            raise UnknownNegotiationError(f"there is no negotiation {negotiation!r}", hint=hint)
        self.log = log_of(c, clock, (size, last))
        if (reached or 0) < size:
            raise BusyError(
                "the index is behind the log", hint="minutebook rebuild, or serve, brings it up"
            )

    def basis(self, question: Question) -> Basis:
        return resolve(question, self.log)

    def view(self, basis: Basis) -> View:
        """Return the indexed view, or the plain fold where sources are filtered."""
        if basis.filtered:
            entries = log.entries(self.c, self.negotiation, upto=basis.seq)
            return FoldView(entries, basis, self.zone)
        return IndexView(self.c, self.negotiation, basis, self.zone)


@contextmanager
def at_desk(ledger: Readable, negotiation: str) -> Iterator[Desk]:
    """Yield a desk on one consistent snapshot. Raises UnknownNegotiationError."""
    with ExitStack() as opened:
        try:
            desk = Desk(opened.enter_context(ledger.reading()), negotiation, ledger.clock)
        except BusyError:
            # A read model that took its place since this snapshot began is whole in the next one.
            opened.close()
            desk = Desk(opened.enter_context(ledger.reading()), negotiation, ledger.clock)
        yield desk
