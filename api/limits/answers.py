"""Questions: so many are answered at once, few of those that read much of the log, and none for
longer than its time."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.problems import refusal_response
from api.limits import server_limits
from domain.errors import BusyError
from ledger.deadline import time_limit

UNLIMITED = re.compile(r"/(livez|readyz|version|openapi\.json)|/static/.*")
"""What reads no log, or has threads of its own."""
REDLINE = re.compile(r"/v1/negotiations/[^/]*/plans/[^/]*/diff|/desk/[^/]*/plans/[^/]*")
"""What waits in the line of texts to compare, which is bounded and keeps nobody else waiting."""
SIGN_IN = re.compile(r"/sign-(in|out)(/.*)?")
"""What reads no log, and may wait for an identity provider."""
BY_MODEL = re.compile(r"/desk/[^/]*/inbox(/[^/]*)?/by-model")
"""What waits for a model, in a line and with a time of its own."""
STREAM = re.compile(r"/v1/negotiations/[^/]*/stream")
EXPORT = re.compile(r"/v1/negotiations/[^/]*/export")
COSTLY = re.compile(
    r"/v1/negotiations/[^/]*/(diff|gap|replay|search|changes|proposals/[^/]*|drafts/[^/]*)"
    r"|/desk/[^/]*/(compare|gap|audit|anomalies|proposals/[^/]*|inbox(/[^/]*)?)(\.\w+)?"
)
SOURCE_FILTERS = {"exclude_source", "only_source", "min_sources"}
"""Parameters for which many events are resolved anew."""


@dataclass
class AnswerSlots:
    """So many at once, and so many that wait for it."""

    size: int
    waiting_size: int
    waiting: int = 0
    slots: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self.slots = asyncio.Semaphore(self.size)

    async def acquire(self) -> None:
        """Wait for a slot. Raises BusyError where too many do, or for too long."""
        if not self.slots.locked():
            await self.slots.acquire()  # at once: a time limit takes longer than that
            return
        if self.waiting >= self.waiting_size:
            raise BusyError("too many questions are waiting", hint="try again in a second")
        self.waiting += 1
        try:
            await asyncio.wait_for(self.slots.acquire(), server_limits.WAITING_SECONDS)
        except TimeoutError:
            raise BusyError(
                "the questions before this one take too long", hint="try again in a second"
            ) from None
        finally:
            self.waiting -= 1

    def release(self) -> None:
        self.slots.release()


class AnswerLimits:
    """Answers questions within the slots and the time that there are for their kind, and none
    any longer once the server is ending."""

    def __init__(self, app: ASGIApp, is_ending: Callable[[], bool]) -> None:
        self.app, self.is_ending = app, is_ending
        self.answers = AnswerSlots(server_limits.ANSWERS, server_limits.WAITING_ANSWERS)
        self.costly = AnswerSlots(server_limits.COSTLY_ANSWERS, server_limits.WAITING_COSTLY)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _is_limited(scope):
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        is_export = EXPORT.fullmatch(path) is not None
        slots, seconds = self.answers, server_limits.ANSWER_SECONDS
        if is_export:
            slots, seconds = self.costly, server_limits.EXPORT_SECONDS
        elif COSTLY.fullmatch(path) or _has_filters(scope):
            slots, seconds = self.costly, server_limits.COSTLY_SECONDS
        try:
            await slots.acquire()
        except BusyError as error:
            await refusal_response(error)(scope, receive, send)
            return
        with time_limit(seconds, self.is_ending):
            await _answer_in_slot(self.app, scope, receive, send, slots, is_export)


async def _answer_in_slot(
    app: ASGIApp, scope: Scope, receive: Receive, send: Send, slots: AnswerSlots, is_export: bool
) -> None:
    """Answer, and let the next go once the answer is there: an export is when it was sent."""
    is_held = True

    def release() -> None:
        nonlocal is_held
        if is_held:
            is_held = False
            slots.release()

    async def release_and_send(message: Message) -> None:
        if message["type"] == "http.response.start" and not is_export:
            release()
        await send(message)

    try:
        await app(scope, receive, release_and_send)
    finally:
        release()


def _is_limited(scope: Scope) -> bool:
    if scope["type"] != "http":
        return False
    path: str = scope["path"]
    if scope["method"] == "GET":
        return not any(each.fullmatch(path) for each in (UNLIMITED, SIGN_IN, STREAM, REDLINE))
    is_form = scope["method"] == "POST" and path.startswith("/desk/")
    return is_form and BY_MODEL.fullmatch(path) is None


def _has_filters(scope: Scope) -> bool:
    """Return whether a question filters sources."""
    with suppress(ValueError):
        pairs = parse_qsl(scope["query_string"].decode("latin-1"), max_num_fields=200)
        return any(name in SOURCE_FILTERS and (name, value) != ONE_SOURCE for name, value in pairs)
    return True


ONE_SOURCE = ("min_sources", "1")
