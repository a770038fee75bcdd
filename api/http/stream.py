"""Following a negotiation live: Server-Sent Events, each once it becomes visible, resumed by what
was told."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Annotated, TypeVar

from fastapi import Header, Query, Request
from fastapi.sse import KEEPALIVE_COMMENT, EventSourceResponse
from starlette.responses import Response

from api.access.route_scope import is_still_allowed, reader_of
from api.http.interface_router import interface_router
from api.http.openapi import route_docs
from api.http.query_params import NegotiationPath, OptionalNumber, ViewerQuery
from api.http.responses import EVENT_STREAM
from api.http.resume_mark import ResumeMark
from api.http.stream_pages import (
    Follower,
    Horizon,
    StreamKey,
    StreamPage,
    read_horizon,
    read_page,
    resolve_mark,
)
from api.limits import server_limits
from api.services import server_services
from domain.errors import BusyError, MinutebookError
from domain.instants import SECOND
from ledger.deadline import time_limit
from ledger.tail import Tail
from ledger.writer import Ledger

T = TypeVar("T")
LOGGER = logging.getLogger("minutebook")
HEARTBEAT = 15.0
"""Seconds of silence after which a comment shows that the stream is alive."""
CACHED_PAGES = 32
"""Pages in memory for other streams at the same position."""
READER_THREADS = 4
"""The most streams that read at once; questions use the other connections."""
SENT_TOGETHER = 10
"""Streams that are sent a page before the event loop does something else."""
RECONNECT = b"retry: 1000\n\n"
FAREWELL = b"event: bye\ndata: {}\n\n"
"""Ends a stream because the server stops; it can be resumed where it ended."""
STREAM_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

router = interface_router(prefix="/v1/negotiations", tags=["changes and feeds"])


class StreamHub:
    """All streams of this process: one tail wakes them, one read serves all at one position."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger, self.tail = ledger, Tail(ledger.appender.watch_head)
        self._threads = ThreadPoolExecutor(READER_THREADS, thread_name_prefix="stream")
        self._pages: dict[StreamKey, Future[StreamPage]] = {}
        self._horizons: dict[Follower, tuple[int, Future[Horizon]]] = {}
        self._growth_signals = set[asyncio.Event]()
        self._wakers = set[Callable[[], object]]()
        self._is_ended = False
        self._turns = asyncio.Semaphore(SENT_TOGETHER)

    async def follow_negotiation(
        self, follower: Follower, mark: ResumeMark, is_allowed: Callable[[], bool] = lambda: True
    ) -> AsyncIterator[bytes]:
        """Yield what a follower may see and was not told, as it becomes visible: by
        being recorded, by the end of an embargo, by what names it, or by one more source.

        It ends once ``is_allowed`` no longer holds, which is asked whenever followers are woken."""
        growth_signal, loop = asyncio.Event(), asyncio.get_running_loop()
        wake = partial(loop.call_soon_threadsafe, growth_signal.set)
        self._growth_signals.add(growth_signal)
        self._wakers.add(wake)
        try:
            with self.tail.wake_on_growth(wake):
                yield RECONNECT
                while not self._is_ended:
                    growth_signal.clear()
                    if not is_allowed():
                        return
                    horizon = await self._current_horizon(follower)
                    if mark.end is None and mark.start.covers(horizon.reached):
                        until = horizon.steady_until - self.ledger.clock()
                        yield await _await_growth(growth_signal, until / SECOND)
                        continue
                    chunk, mark = await self._cached_page((follower, mark, horizon.reached))
                    if chunk:
                        async with self._turns:
                            await asyncio.sleep(0)
                        yield chunk
        except BusyError as error:  # as while the database is away, which is told once
            LOGGER.debug("a stream of %s ended: %s", follower.negotiation, error.detail)
        except MinutebookError as error:
            if not self._is_ended:
                LOGGER.warning("a stream of %s ended: %s", follower.negotiation, error.detail)
        except Exception:
            LOGGER.exception("a stream of %s ended; it can be resumed", follower.negotiation)
        finally:
            self._growth_signals.discard(growth_signal)
            self._wakers.discard(wake)
        if self._is_ended:
            yield FAREWELL

    @property
    def follower_count(self) -> int:
        """How many streams are open."""
        return len(self._growth_signals)

    def wake_followers(self) -> None:
        """Let every stream see whether it is still allowed; called in any thread."""
        for wake in self._wakers.copy():
            with suppress(RuntimeError):  # its event loop has ended
                wake()

    def end_streams(self) -> None:
        """End every stream, as a server must before it can stop; called in the event loop."""
        self._is_ended = True
        for growth_signal in self._growth_signals:
            growth_signal.set()

    def close(self) -> None:
        self.tail.close()
        self._threads.shutdown()

    async def _current_horizon(self, follower: Follower) -> Horizon:
        """Return the horizon of a follower, read anew once the log grew or an embargo ended."""
        head = self.tail.head
        read_head, future = self._horizons.get(follower, (-1, None))
        if future is not None and read_head == head and not _has_failed(future):
            horizon = await asyncio.shield(asyncio.wrap_future(future))
            if self.ledger.clock() < horizon.steady_until:
                return horizon
        if self._horizons.get(follower, (-1, None))[1] is future:  # nobody else began to read
            self._horizons[follower] = (
                head,
                self._threads.submit(
                    self._read_in_time, partial(read_horizon, self.ledger, follower)
                ),
            )
        _, future = self._horizons[follower]
        return await asyncio.shield(asyncio.wrap_future(future))

    async def _cached_page(self, stream_key: StreamKey) -> StreamPage:
        page = self._pages.get(stream_key)
        if page is None or _has_failed(page):
            page = self._pages[stream_key] = self._threads.submit(
                self._read_in_time, partial(read_page, self.ledger, stream_key)
            )
            if len(self._pages) > CACHED_PAGES:
                del self._pages[next(iter(self._pages))]
        return await asyncio.shield(asyncio.wrap_future(page))  # others may wait for it too

    def _read_in_time(self, read: Callable[[], T]) -> T:
        with time_limit(server_limits.COSTLY_SECONDS, lambda: self._is_ended):
            return read()


def _has_failed(future: Future[Horizon] | Future[StreamPage]) -> bool:
    return future.done() and future.exception() is not None


async def _await_growth(growth_signal: asyncio.Event, seconds: float) -> bytes:
    """Wait until the log grows or more can be seen; return a comment if that takes long."""
    try:
        await asyncio.wait_for(growth_signal.wait(), max(0.0, min(seconds, HEARTBEAT)))
    except TimeoutError:
        return KEEPALIVE_COMMENT if seconds >= HEARTBEAT else b""
    return b""


class StreamQuery(ViewerQuery):
    """The parameters of a stream."""

    after: Annotated[OptionalNumber, Query(description="The seq after which to begin.")] = None


@router.get(
    "/{negotiation}/stream",
    **route_docs("stream", "read", "Follow the log live", media=EVENT_STREAM),
)
async def stream_events(
    request: Request,
    negotiation: NegotiationPath,
    query: Annotated[StreamQuery, Query()],
    last_event_id: Annotated[
        str | None,
        Header(description="The id of the last event received, or a seq; goes before after."),
    ] = None,
) -> Response:
    """Events as they become visible to this audience under these filters: recorded, out of embargo,
    first named, or reported by enough sources."""
    streams = server_services(request.app).streams
    given = ResumeMark.parse(last_event_id) if last_event_id else query.after or 0
    reader = reader_of(request, query.audience)
    follower = Follower(negotiation, reader, query.to_viewer_question())
    mark = await asyncio.to_thread(resolve_mark, streams.ledger, follower, given)
    is_allowed = partial(is_still_allowed, request)
    events = streams.follow_negotiation(follower, mark, is_allowed)
    return EventSourceResponse(events, headers=STREAM_HEADERS)
