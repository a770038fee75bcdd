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

from api.archive import at_desk
from api.as_of import lines
from api.documented import documented
from api.questions import Once, Parameters, Slug, Whole
from domain.basis import Question
from domain.events import Audience
from domain.refusals import InvalidQuestionError, Reason
from ledger.tailing import Tail
from ledger.writing import Ledger

LOGGER = logging.getLogger("minutebook")
HEARTBEAT = 15.0
"""Seconds of silence after which a comment shows that the stream lives."""
PAGE = 250
"""The most events that one read takes, so that a reader far behind holds little memory."""
PAGES = 32
"""How many pages are kept for others who stand at the same place."""
READERS = 4
"""The most streams that read at once; the other connections are left to questions."""
RECONNECT = b"retry: 1000\n\n"
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

router = APIRouter(prefix="/v1/negotiations", dependencies=[Once])
Place = tuple[str, Audience, int, int]
"""A negotiation, an audience, the seq already told and the head up to which to tell."""
Page = tuple[bytes, int]
"""Ready events, and the seq up to which nothing more is to be told."""


class Streams:
    """All who follow in this process: one tail wakes them, one read serves all at one place."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger, self.tail = ledger, Tail(ledger.appender.heads)
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="stream")
        self._pages: dict[Place, Future[Page]] = {}
        self._waiting = set[asyncio.Event]()
        self._ended = False

    async def follow(
        self, negotiation: str, audience: Audience, after: int
    ) -> AsyncIterator[bytes]:
        """Yield what an audience may see of a negotiation after a seq, as it is recorded."""
        grown, loop = asyncio.Event(), asyncio.get_running_loop()
        self._waiting.add(grown)
        try:
            with self.tail.following(partial(loop.call_soon_threadsafe, grown.set)):
                yield RECONNECT
                while not self._ended:
                    grown.clear()
                    head = self.tail.head
                    told, after = await self._page((negotiation, audience, after, head))
                    if told or head <= after:
                        yield told or await _quiet(grown)
        except Exception:
            LOGGER.exception("a stream of %s ended; it can be resumed", negotiation)
        finally:
            self._waiting.discard(grown)

    def end(self) -> None:
        """End every stream, as a server must before it can stop; called in the event loop."""
        self._ended = True
        for grown in self._waiting:
            grown.set()

    def close(self) -> None:
        self.tail.close()
        self._threads.shutdown()

    async def _page(self, place: Place) -> Page:
        _, _, after, head = place
        if head <= after:
            return b"", after
        page = self._pages.get(place)
        if page is None or (page.done() and page.exception()):
            page = self._pages[place] = self._threads.submit(self._read, place)
            if len(self._pages) > PAGES:
                del self._pages[next(iter(self._pages))]
        return await asyncio.shield(asyncio.wrap_future(page))  # others may wait for it too

    def _read(self, place: Place) -> Page:
        """Read the next events as known now, and as the log was at the head that was told."""
        negotiation, audience, after, head = place
        with at_desk(self.ledger, negotiation) as desk:
            view = desk.view(desk.basis(Question(audience=audience, seq=head)))
            items = view.log(after=after, limit=PAGE, type=None, subject=None, standing=None)
            told = b"".join(
                format_sse_event(
                    id=str(item.seq), event=item.type, data_str=orjson.dumps(line).decode()
                )
                for item, line in zip(items, lines(desk, view, items), strict=True)
            )
        return told, items[-1].seq if len(items) == PAGE else head


async def _quiet(grown: asyncio.Event) -> bytes:
    """Wait until something is there to tell; a comment where that takes long."""
    try:
        await asyncio.wait_for(grown.wait(), HEARTBEAT)
    except TimeoutError:
        return KEEPALIVE_COMMENT
    return b""


class Following(Parameters):
    """The parameters of a stream."""

    audience: Annotated[Audience, Query(description="Whose reports count.")] = "public"
    after: Annotated[Whole, Query(description="The seq after which to begin.")] = None


@router.get("/{negotiation}/stream", **documented("stream"))
async def stream(
    request: Request,
    negotiation: Slug,
    asking: Annotated[Following, Query()],
    last_event_id: Annotated[
        str | None, Header(description="The last seq received; goes before after.")
    ] = None,
) -> Response:
    """Events by seq as they are recorded, each as this audience may see it at that moment."""
    streams: Streams = request.app.state.streams
    after = _seq(last_event_id) if last_event_id else asking.after or 0
    await asyncio.to_thread(_must_continue, streams.ledger, negotiation, after)
    events = streams.follow(negotiation, asking.audience, after)
    return EventSourceResponse(events, headers=HEADERS)


def _seq(header: str) -> int:
    text = header.strip()
    if text.isascii() and text.isdigit() and len(text) < 17:
        return int(text)
    raise _refused(f"Last-Event-ID {header!r} is no seq", "send the id of the last event received")


def _must_continue(ledger: Ledger, negotiation: str, after: int) -> None:
    """Refuse a place beyond the head: whoever stands there knows another log than this one."""
    with at_desk(ledger, negotiation) as desk:
        if after > desk.log.head:
            raise _refused(f"{after} is beyond the last event, {desk.log.head}", "begin anew")


def _refused(detail: str, hint: str) -> InvalidQuestionError:
    return InvalidQuestionError(detail, hint=hint, reasons=[Reason("Last-Event-ID", detail, hint)])
