"""Where a question meets its negotiation: resolves the basis and opens the view that answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from api.settings import Settings
from domain.basis import Basis, LogTimeline, Question, resolve_basis
from domain.errors import BusyError, UnknownNegotiationError
from domain.instants import Instant
from domain.model import Json
from ledger import log
from ledger.append import Clock, wall_clock
from ledger.database import Cursor
from ledger.proofs.checkpoints import CheckpointSigner
from ledger.read_only import ReadableLedger, ReadOnlyLedger
from ledger.writer import Ledger
from projections import answers
from projections.answer_json import Item
from projections.fold import FoldView
from projections.index import writer as index_writer
from projections.index.reader import IndexView
from projections.index.writer import IndexFollower
from projections.view import View

if TYPE_CHECKING:
    from api.answers import Answers


def open_ledger(
    path: str | Path,
    *,
    clock: Clock = wall_clock,
    key_path: str | Path | None = None,
    checkpoint_path: str | Path | None = None,
) -> Ledger:
    """Open or make the ledger at a path, its read model caught up, its head signed."""
    checkpoints = CheckpointSigner(
        key_path or f"{path}.key", Path(checkpoint_path or f"{path}.checkpoint")
    )
    return Ledger(path, clock=clock, read_model=IndexFollower(), checkpoints=checkpoints)


def open_configured_ledger(settings: Settings) -> Ledger:
    """Open the ledger that the configuration names."""
    return open_ledger(
        settings.db, key_path=settings.key_path, checkpoint_path=settings.checkpoint_path
    )


def open_replica(settings: Settings) -> ReadOnlyLedger | None:
    """Open the copy of the ledger that the configuration names for questions."""
    return ReadOnlyLedger(settings.read_db, connect_timeout=0.5) if settings.read_db else None


def read_log_timeline(
    c: Cursor, clock: Clock, head: tuple[int, Instant] | None = None
) -> LogTimeline:
    """Return what a basis needs to know of the log, whose head may have been read already."""
    size, last = head or log.read_head(c)
    return LogTimeline(
        max(clock(), last),
        size,
        lambda at: size if at >= last else log.seq_at(c, at),
        lambda seq: last if seq == size else log.read_recorded_at(c, seq),
    )


def count_events(c: Cursor, seq: int) -> list[tuple[str, int, int]]:
    """Return slug, number of events and last seq of each negotiation, of the log up to a seq."""
    c.execute(
        "SELECT n.slug, e.originator_version, e.seq FROM negotiation n JOIN event e ON e.seq ="
        " (SELECT x.seq FROM event x WHERE x.originator_id = n.originator_id AND x.seq <= ?"
        " ORDER BY x.originator_version DESC LIMIT 1) ORDER BY n.slug",
        (seq,),
    )
    return [tuple(row) for row in c.fetchall()]


class Session:
    """One negotiation within one snapshot: opens views on it for any basis."""

    def __init__(self, c: Cursor, negotiation: str, clock: Clock) -> None:
        self.cursor, self.negotiation = c, negotiation
        c.execute(
            "SELECT n.zone, n.last_seq, h.size, h.last_recorded_at, t.notification_id FROM head h"
            " LEFT JOIN negotiation n ON n.slug = ?"
            " LEFT JOIN tracking t ON t.application_name = ?",
            (negotiation, index_writer.TRACKING_NAME),
        )
        self.zone, self.last_seq, size, last, indexed_seq = c.fetchone()
        if self.zone is None:
            c.execute("SELECT slug FROM negotiation ORDER BY slug LIMIT 5")
            known = ", ".join(row["slug"] for row in c.fetchall())
            hint = f"there is {known}" if known else "nothing is recorded here yet"
            raise UnknownNegotiationError(f"there is no negotiation {negotiation!r}", hint=hint)
        self.log_timeline = read_log_timeline(c, clock, (size, last))
        if (indexed_seq or 0) < size:
            raise BusyError(
                "the index is behind the log", hint="minutebook rebuild, or serve, brings it up"
            )

    def resolve_basis(self, question: Question) -> Basis:
        return resolve_basis(question, self.log_timeline)

    def open_view(self, basis: Basis) -> View:
        """Return the indexed view, or the plain fold where sources are filtered."""
        if basis.is_filtered:
            entries = log.read_entries(self.cursor, self.negotiation, upto=basis.seq)
            return FoldView(entries, basis, self.zone)
        return IndexView(self.cursor, self.negotiation, basis, self.zone)

    def answers(self, basis: Basis) -> Answers:
        """Return the typed answers as of a basis."""
        from api.answers import Answers  # its models take long to build, and HTTP needs none

        return Answers(self, basis)

    def event_with_acts(self, view: View, event: str) -> Json:
        """Return one event and what acted on it. Raises NotFoundError."""
        item, acts = answers.find_event(view, event)
        own_line, *act_lines = self.event_lines(view, [item, *acts])
        return {**answers.to_plain(own_line), "acts": act_lines}

    def event_lines(self, view: View, items: Sequence[Item]) -> list[orjson.Fragment]:
        """Return events with what the server set: by whom, for which negotiation, the leaf."""
        proof_fields = log.read_proof_fields(self.cursor, [item.event for item in items])
        return [
            answers.build_event_line(
                item, view, negotiation=self.negotiation, **proof_fields[item.event]
            )
            for item in items
        ]


@contextmanager
def open_session(ledger: ReadableLedger, negotiation: str) -> Iterator[Session]:
    """Yield a session on one consistent snapshot. Raises UnknownNegotiationError."""
    with ExitStack() as exit_stack:
        try:
            session = Session(
                exit_stack.enter_context(ledger.open_snapshot()), negotiation, ledger.clock
            )
        except BusyError:
            # A read model that took its place since this snapshot began is whole in the next one.
            exit_stack.close()
            session = Session(
                exit_stack.enter_context(ledger.open_snapshot()), negotiation, ledger.clock
            )
        yield session
