"""Connections: bounded in number, and each in what comes before a request is whole."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from typing import ClassVar

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from api.http.browser_rules import BROWSER_RULES
from api.http.problems import refusal_response
from api.limits import server_limits
from api.limits.server_limits import ServerLimits, reserve_descriptors
from domain.errors import (
    BusyError,
    LongAddressError,
    LongHeadersError,
    MalformedRequestError,
    MinutebookError,
    SlowRequestError,
)

LOGGER = logging.getLogger("minutebook")
TOLD_INTERVAL = 60.0
"""Seconds between two words in the log about connections that are closed to make room."""


class ConnectionRoom:
    """The connections of one process. Where a new one finds no room, the one goes that has waited
    longest for a request; nobody who is being answered is cut off."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._waiting: OrderedDict[LimitedProtocol, None] = OrderedDict()
        self._told_at = -TOLD_INTERVAL

    def take(self, protocol: LimitedProtocol, count: int) -> bool:
        """Return whether there is room for one more, of so many with it."""
        if count > self.size:
            if time.monotonic() > self._told_at + TOLD_INTERVAL:
                self._told_at = time.monotonic()
                LOGGER.warning(
                    "all %d connections are in use: those that ask for nothing are closed",
                    self.size,
                )
            if not self._waiting:
                return False
            oldest, _ = self._waiting.popitem(last=False)
            oldest.abort()
        self.start_waiting(protocol)
        return True

    def start_waiting(self, protocol: LimitedProtocol) -> None:
        self._waiting[protocol] = None

    def end_waiting(self, protocol: LimitedProtocol) -> None:
        self._waiting.pop(protocol, None)


class LimitedProtocol(HttpToolsProtocol):
    """One connection: what is too long, too slow or no HTTP is refused with a problem."""

    room: ClassVar[ConnectionRoom]
    _head_timer: asyncio.TimerHandle | None = None
    _unread_timer: asyncio.TimerHandle | None = None
    _head_size = 0
    _is_in_head = True
    _has_ended = False
    """Whether a request became whole by the newest bytes."""
    _refusal: MinutebookError | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as its base
        super().connection_made(transport)
        if self.room.take(self, len(self.connections)):
            self._await_head()
        else:
            self.refuse(BusyError("all connections are in use", hint="try again in a second"))

    def connection_lost(self, exc: Exception | None) -> None:
        self.room.end_waiting(self)
        self._stop_timer("_head_timer")
        self._stop_timer("_unread_timer")
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        self._unset_keepalive_if_required()
        was_in_head, self._has_ended = self._is_in_head, False
        if was_in_head and self._head_timer is None:
            self._await_head()
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            pass  # answered as if it had not been asked for
        except httptools.HttpParserError:
            self.refuse(
                self._refusal
                or MalformedRequestError("this is no HTTP request", hint="send HTTP/1.1")
            )
            return
        if was_in_head and self._is_in_head and not self._has_ended:
            self._head_size += len(data)
            if self._head_size > server_limits.HEAD_BYTES:
                self.refuse(_too_long(len(self.url), self._head_size))

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_size = 0

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > server_limits.ADDRESS_BYTES:
            self._give_up(_too_long(len(self.url), 0))

    def on_headers_complete(self) -> None:
        size = sum(len(name) + len(value) for name, value in self.headers)
        if size > server_limits.HEAD_BYTES or len(self.headers) > server_limits.HEADER_COUNT:
            self._give_up(_too_long(len(self.url), size))
        self._is_in_head, self._head_size = False, 0
        self._stop_timer("_head_timer")
        self.room.end_waiting(self)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._is_in_head = self._has_ended = True
        self._stop_timer("_head_timer")

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.transport.is_closing() or self.pipeline:
            return
        self.room.start_waiting(self)
        if not self._is_in_head:
            self._await_head()  # the rest of a body that was refused

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._unread_timer is None:
            self._unread_timer = self.loop.call_later(server_limits.UNREAD_SECONDS, self.abort)

    def resume_writing(self) -> None:
        self._stop_timer("_unread_timer")
        super().resume_writing()

    def shutdown(self) -> None:
        super().shutdown()
        if self.flow.write_paused:
            self.abort()  # the server stops, and who does not read would keep it waiting

    def abort(self) -> None:
        """Close at once, whatever waits to be sent."""
        self.transport.abort()

    def refuse(self, error: MinutebookError) -> None:
        """Say why there is no answer, and close."""
        if self.transport.is_closing():
            return
        if self.cycle is None or self.cycle.response_complete:
            self.transport.write(_raw_problem(error))
        self.transport.close()

    def _give_up(self, error: MinutebookError) -> None:
        """Stop parsing, from within."""
        self._refusal = error
        raise error

    def _await_head(self) -> None:
        self._stop_timer("_head_timer")
        self._head_timer = self.loop.call_later(server_limits.HEAD_SECONDS, self._end_slow_head)

    def _end_slow_head(self) -> None:
        detail = f"the request was not whole after {server_limits.HEAD_SECONDS:.0f} seconds"
        if self._head_size:
            self.refuse(SlowRequestError(detail, hint="send line and headers at once"))
        else:
            self.transport.close()

    def _stop_timer(self, name: str) -> None:
        timer: asyncio.TimerHandle | None = getattr(self, name)
        if timer is not None:
            timer.cancel()
            setattr(self, name, None)


def limit_connections(limits: ServerLimits) -> None:
    """Let this process have so many connections, and the descriptors for them."""
    LimitedProtocol.room = ConnectionRoom(reserve_descriptors(limits))


def _too_long(address_size: int, head_size: int) -> MinutebookError:
    if address_size > server_limits.ADDRESS_BYTES:
        detail = f"the address is over {server_limits.ADDRESS_BYTES} bytes"
        return LongAddressError(detail, hint="ask for less at a time")
    detail = f"the headers are over {server_limits.HEAD_BYTES} bytes"
    if head_size <= server_limits.HEAD_BYTES:
        detail = f"there are more than {server_limits.HEADER_COUNT} headers"
    return LongHeadersError(detail, hint="send fewer or shorter ones")


def _raw_problem(error: MinutebookError) -> bytes:
    response = refusal_response(error)
    headers = [*response.raw_headers, *BROWSER_RULES, (b"connection", b"close")]
    lines = b"".join(b"%b: %b\r\n" % pair for pair in headers)
    return STATUS_LINE[response.status_code] + lines + b"\r\n" + bytes(response.body)
