"""Pages of a stream: what became visible to an audience since it was last told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import NamedTuple

import orjson
from fastapi.sse import format_sse_event

from api.access.caller import Reader
from api.http.resume_mark import ResumeMark, Told
from api.session import Session, open_session
from domain.basis import Question
from domain.errors import InvalidQuestionError
from domain.instants import LATEST, Instant
from ledger.database import ReadableLedger
from ledger.writer import Ledger
from projections.answer_json import Item
from projections.answers.diff import Comparison, Side
from projections.view import View

PAGE_SIZE = 250
"""The most events of one read, so that a stream far behind needs little memory."""


class Follower(NamedTuple):
    """Who follows which negotiation, and by the reports of which sources."""

    negotiation: str
    reader: Reader
    question: Question = Question()

    @contextmanager
    def open_session(self, ledger: ReadableLedger) -> Iterator[Session]:
        """Yield a session on what there is now. Raises UnknownNegotiationError."""
        with open_session(ledger, self.negotiation, self.reader) as session:
            yield session


StreamKey = tuple[Follower, ResumeMark, Told]
"""Who follows, what it was told and what it can be told.

So a page that was read under embargo is not served to those who resume when it has ended.
"""
StreamPage = tuple[bytes, ResumeMark]
"""Ready events, and what was told with them."""


class Horizon(NamedTuple):
    """What an audience can be told, and until when that stays so unless the log grows."""

    reached: Told
    steady_until: Instant


def resolve_mark(ledger: Ledger, follower: Follower, given: ResumeMark | int) -> ResumeMark:
    """Return the mark of a client, within what can be told now.

    A bare seq stands for all that was visible when it was recorded. A seq beyond the head is
    refused: it comes from another log than this one. So is a publisher that no report
    names, except to one who goes on.
    """
    with follower.open_session(ledger) as session:
        timeline = session.log_timeline
        has_followed = isinstance(given, ResumeMark)  # with a filter that was let through
        session.resolve_basis(follower.question, refuse_unknown=not has_followed)
        mark = ResumeMark(Told(given, 0)) if isinstance(given, int) else given
        last_seq = max(mark.start.seq, mark.end.seq if mark.end else 0)
        if last_seq > timeline.head:
            detail = f"{last_seq} is beyond the last event, {timeline.head}"
            raise InvalidQuestionError.for_field(
                "Last-Event-ID", detail, "start again from the beginning"
            )

        def bound_told(told: Told) -> Told:
            recorded_at = timeline.recorded_at(told.seq) if told.seq else told.known_at
            return Told(told.seq, min(max(told.known_at, recorded_at), timeline.now))

        return mark._replace(start=bound_told(mark.start), end=mark.end and bound_told(mark.end))


def read_horizon(ledger: Ledger, follower: Follower) -> Horizon:
    """Read how far a follower can be told."""
    with follower.open_session(ledger) as session:
        basis = session.resolve_basis(follower.question, refuse_unknown=False)
        embargo_end = session.open_view(basis).next_embargo_end()
    reached = Told(basis.seq, basis.known_at)
    return Horizon(reached, LATEST if embargo_end is None else embargo_end)


def read_page(ledger: Ledger, stream_key: StreamKey) -> StreamPage:
    """Read what became visible since a mark, of a window of the log, each as known now."""
    follower, mark, reached = stream_key
    with follower.open_session(ledger) as session:

        def open_view(told: Told) -> View:
            question = replace(follower.question, seq=told.seq, known_at=told.known_at)
            return session.open_view(session.resolve_basis(question, refuse_unknown=False))

        now_basis = session.resolve_basis(follower.question, refuse_unknown=False)
        page_size = (
            None if now_basis.is_filtered else PAGE_SIZE
        )  # a filter reads the whole log each time
        end = mark.end or _next_end(session, mark.start, reached, page_size)
        now = Told(max(end.seq, reached.seq), max(end.known_at, reached.known_at))
        comparison = Comparison(Side(open_view(mark.start)), Side(open_view(end)))
        items = [item for item in comparison.newly_visible() if item.seq > mark.last_seq]
        shows_when_recorded = follower.reader.is_staff and not follower.question.only_source
        marks = _marks_after(items, mark, end, shows_when_recorded=shows_when_recorded)
        view = open_view(now)
        marks_by_event = {item.event: str(each) for item, each in zip(items, marks, strict=True)}
        if now != end:
            items = [found for item in items if (found := view.find_visible_item(item.event))]
        chunk = b"".join(
            format_sse_event(
                id=marks_by_event[item.event], event=item.type, data_str=orjson.dumps(line).decode()
            )
            for item, line in zip(items, session.event_lines(view, items), strict=True)
        )
    return chunk, ResumeMark(end)


def _next_end(session: Session, start: Told, reached: Told, page_size: int | None) -> Told:
    """Return how far one page goes: to what can be told now, or over so many events of the log."""
    seqs = session.seqs_after(start.seq, page_size) if page_size else []
    seq = seqs[-1] if len(seqs) == page_size and seqs[-1] < reached.seq else reached.seq
    return Told(max(seq, start.seq), max(start.known_at, reached.known_at))


def _marks_after(
    items: Sequence[Item], mark: ResumeMark, end: Told, *, shows_when_recorded: bool
) -> Iterator[ResumeMark]:
    """Yield what is told with each item: all up to its seq where no item told so far became visible
    by something later; after the last item, all.

    ``shows_when_recorded`` tells whether what nobody reported shows by being recorded.
    """
    is_plain = mark.end is None
    for number, item in enumerate(items, 1):
        shows_by_itself = _shows_by_itself(item, shows_when_recorded)
        is_plain = is_plain and item.seq > mark.start.seq and shows_by_itself
        if number == len(items):
            yield ResumeMark(end)
        elif is_plain:
            yield ResumeMark(Told(item.seq, end.known_at))
        else:
            yield ResumeMark(mark.start, end, item.seq)


def _shows_by_itself(item: Item, shows_when_recorded: bool) -> bool:
    """Return whether an item was visible when it was recorded, without anything recorded later."""
    was_acted_on = len(orjson.loads(item.provenance)["events"]) > 1
    is_as_recorded = not was_acted_on and item.standing != "erased"
    return is_as_recorded and (shows_when_recorded or item.has_known_at)
