"""Following a negotiation live: Server-Sent Events, resumed by the seq of the last one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Annotated

import orjson
from fastapi import APIRouter, Header, Query, Request
from fastapi.sse import KEEPALIVE_COMMENT, EventSourceResponse, format_sse_event
from starlette.responses import Response

from api.http.openapi import route_docs
from api.http.query_params import NegotiationPath, OptionalNumber, StrictQuery
from api.http.responses import EVENT_STREAM
from api.session import open_session, services_of
from domain.basis import Question
from domain.errors import InvalidQuestionError
from domain.events import Audience
from ledger.tail import Tail
from ledger.writer import Ledger

LOGGER = logging.getLogger("minutebook")
HEARTBEAT = 15.0
"""Seconds of silence after which a comment shows that the stream is alive."""
PAGE_SIZE = 250
"""The most events of one read, so that a stream far behind needs little memory."""
CACHED_PAGES = 32
"""Pages in memory for other streams at the same position."""
READER_THREADS = 4
"""The most streams that read at once; questions use the other connections."""
RECONNECT = b"retry: 1000\n\n"
STREAM_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

router = APIRouter(prefix="/v1/negotiations", tags=["changes and feeds"])
StreamKey = tuple[str, Audience, int, int]
"""A negotiation, an audience, the seq already sent and the head up to which to send."""
StreamPage = tuple[bytes, int]
"""Ready events, and the seq up to which they are complete."""


class StreamHub:
    """All streams of this process: one tail wakes them, one read serves all at one position."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger, self.tail = ledger, Tail(ledger.appender.watch_head)
        self._threads = ThreadPoolExecutor(READER_THREADS, thread_name_prefix="stream")
        self._pages: dict[StreamKey, Future[StreamPage]] = {}
        self._growth_signals = set[asyncio.Event]()
        self._is_ended = False

    async def follow_negotiation(
        self, negotiation: str, audience: Audience, after: int
    ) -> AsyncIterator[bytes]:
        """Yield what an audience may see of a negotiation after a seq, as it is recorded."""
        growth_signal, loop = asyncio.Event(), asyncio.get_running_loop()
        self._growth_signals.add(growth_signal)
        try:
            with self.tail.wake_on_growth(partial(loop.call_soon_threadsafe, growth_signal.set)):
                yield RECONNECT
                while not self._is_ended:
                    growth_signal.clear()
                    head = self.tail.head
                    chunk, after = await self._cached_page((negotiation, audience, after, head))
                    if chunk or head <= after:
                        yield chunk or await _await_growth(growth_signal)
        except Exception:
            LOGGER.exception("a stream of %s ended; it can be resumed", negotiation)
        finally:
            self._growth_signals.discard(growth_signal)

    def end_streams(self) -> None:
        """End every stream, as a server must before it can stop; called in the event loop."""
        self._is_ended = True
        for growth_signal in self._growth_signals:
            growth_signal.set()

    def close(self) -> None:
        self.tail.close()
        self._threads.shutdown()

    async def _cached_page(self, stream_key: StreamKey) -> StreamPage:
        _, _, after, head = stream_key
        if head <= after:
            return b"", after
        page = self._pages.get(stream_key)
        if page is None or (page.done() and page.exception()):
            page = self._pages[stream_key] = self._threads.submit(self._read_page, stream_key)
            if len(self._pages) > CACHED_PAGES:
                del self._pages[next(iter(self._pages))]
        return await asyncio.shield(asyncio.wrap_future(page))  # others may wait for it too

    def _read_page(self, stream_key: StreamKey) -> StreamPage:
        """Read the next events as known now, up to the head of the key."""
        negotiation, audience, after, head = stream_key
        with open_session(self.ledger, negotiation) as session:
            view = session.open_view(session.resolve_basis(Question(audience=audience, seq=head)))
            items = view.read_log(
                after=after, limit=PAGE_SIZE, type=None, subject=None, standing=None
            )
            chunk = b"".join(
                format_sse_event(
                    id=str(item.seq), event=item.type, data_str=orjson.dumps(line).decode()
                )
                for item, line in zip(items, session.event_lines(view, items), strict=True)
            )
        return chunk, items[-1].seq if len(items) == PAGE_SIZE else head


async def _await_growth(growth_signal: asyncio.Event) -> bytes:
    """Wait until the log grows; return a comment if that takes long."""
    try:
        await asyncio.wait_for(growth_signal.wait(), HEARTBEAT)
    except TimeoutError:
        return KEEPALIVE_COMMENT
    return b""


class StreamQuery(StrictQuery):
    """The parameters of a stream."""

    audience: Annotated[Audience, Query(description="Whose reports count.")] = "public"
    after: Annotated[OptionalNumber, Query(description="The seq after which to begin.")] = None


@router.get(
    "/{negotiation}/stream", **route_docs("stream", "Follow the log live", media=EVENT_STREAM)
)
async def stream_events(
    request: Request,
    negotiation: NegotiationPath,
    query: Annotated[StreamQuery, Query()],
    last_event_id: Annotated[
        str | None, Header(description="The last seq received; goes before after.")
    ] = None,
) -> Response:
    """Events by seq as they are recorded, each as this audience may see it at that moment."""
    streams = services_of(request).streams
    after = _parse_last_event_id(last_event_id) if last_event_id else query.after or 0
    await asyncio.to_thread(_require_known_seq, streams.ledger, negotiation, after)
    events = streams.follow_negotiation(negotiation, query.audience, after)
    return EventSourceResponse(events, headers=STREAM_HEADERS)


def _parse_last_event_id(header: str) -> int:
    text = header.strip()
    if text.isascii() and text.isdigit() and len(text) < 17:
        return int(text)
    detail = f"Last-Event-ID {header!r} is not a seq"
    raise InvalidQuestionError.for_field(
        "Last-Event-ID", detail, "send the id of the last event received"
    )


def _require_known_seq(ledger: Ledger, negotiation: str, after: int) -> None:
    """Refuse a seq beyond the head: it comes from another log than this one."""
    with open_session(ledger, negotiation) as session:
        if after > session.log_timeline.head:
            detail = f"{after} is beyond the last event, {session.log_timeline.head}"
            raise InvalidQuestionError.for_field(
                "Last-Event-ID", detail, "start again from the beginning"
            )
