"""Spans of OpenTelemetry: what a request waits for, from its body to the commit.

No span has what was asked, recorded or answered, nor the words of an error.
"""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from importlib import import_module
from time import time_ns
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from opentelemetry import trace
from opentelemetry.context import Context, get_current
from opentelemetry.trace import Link, Span, SpanKind, StatusCode, Tracer, TracerProvider
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from domain.errors import InvalidQuestionError
from domain.model import Json
from ledger.writer_trace import Work

if TYPE_CHECKING:
    from api.monitoring.requests import ObservedRequest

ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
"""The variables of which one turns tracing on."""
PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
PROTOCOL = "http/protobuf"
MAX_LINKS = 128
"""The most submissions to which the span of a signature is linked."""
TRACE_CONTEXT = TraceContextTextMapPropagator()

_tracer: ContextVar[Tracer | None] = ContextVar("tracer", default=None)
"""What makes spans within the request that is answered, where it is traced."""


@contextmanager
def traced(name: str) -> Iterator[None]:
    """Make a span of what is done within, where the request is traced."""
    tracer = _tracer.get()
    if tracer is None:
        yield
        return
    span = tracer.start_span(name)  # never the current one: what is within may end in other threads
    try:
        yield
    except Exception as error:
        _mark_failed(span, error)
        raise
    finally:
        span.end()


def _mark_failed(span: Span, error: BaseException) -> None:
    span.set_attribute("error.type", type(error).__name__)
    span.set_status(StatusCode.ERROR)


@dataclass(frozen=True, slots=True)
class _Waiting:
    """The request that a submission belongs to, and since when it waits, in nanoseconds."""

    context: Context
    queued_at: int

    @property
    def link(self) -> Link:
        return Link(trace.get_current_span(self.context).get_span_context())


class Tracing:
    """Makes the spans of requests, and those of the writer for the submissions of requests."""

    def __init__(self, provider: TracerProvider, close: Callable[[], object] | None = None) -> None:
        """``close`` sends what is left, and is called by who made it."""
        self.tracer, self._close = provider.get_tracer("minutebook"), close
        self._waiting: WeakKeyDictionary[Future[Json], _Waiting] = WeakKeyDictionary()
        self._unsigned: deque[Link] = deque(maxlen=MAX_LINKS)

    def close(self) -> None:
        if self._close:
            self._close()

    def observe(self, request: ObservedRequest) -> None:
        """Describe the request in its span, once it is answered."""
        span = trace.get_current_span()
        span.update_name(f"{request.method} {request.route}")
        attributes: dict[str, str | int | bool] = {
            "http.request.method": request.method,
            "http.route": request.route,
            "http.response.status_code": request.status,
            "http.response.body.size": request.size,
            "minutebook.request_id": request.request_id,
            "minutebook.cached": request.is_cached,
        }
        if request.key:
            attributes["minutebook.key"] = request.key
        if request.refusal:
            attributes["error.type"] = request.refusal
        span.set_attributes(attributes)
        if request.status >= 500:
            span.set_status(StatusCode.ERROR)

    def queue(self, outcome: Future[Json]) -> None:
        """Keep the request that submits, where it is traced."""
        if trace.get_current_span().is_recording():
            self._waiting[outcome] = _Waiting(get_current(), time_ns())

    def record(self, what: str, outcomes: Sequence[Future[Json]], work: Work) -> bool:
        """Record a group: a span of its own with a link to each request that it is of, and within
        each of these how long it waited and what became of it.

        What has to be tried again still waits.
        """
        waiting = {each: self._waiting[each] for each in outcomes if each in self._waiting}
        if not waiting:
            return work()
        size = {"minutebook.submissions": len(outcomes)}
        links = [each.link for each in waiting.values()]
        began = time_ns()
        if not work():
            return False
        ended = time_ns()
        group = self.tracer.start_span("group", Context(), links=links, start_time=began)
        group.set_attributes(size)
        group.end(ended)
        to_group = [Link(group.get_span_context())]
        for outcome, each in waiting.items():
            queue = self.tracer.start_span("queue", each.context, start_time=each.queued_at)
            queue.end(began)
            span = self.tracer.start_span(what, each.context, links=to_group, start_time=began)
            span.set_attributes(size)
            if error := outcome.exception():
                _mark_failed(span, error)
            elif what == "commit":
                self._unsigned.append(each.link)
            span.end(ended)
        return True

    def sign(self, work: Work) -> bool:
        """Sign what was recorded: a span with a link to each traced request since the last one."""
        if not self._unsigned:
            return work()
        span = self.tracer.start_span("sign", Context(), links=list(self._unsigned))
        is_signed = work()
        if is_signed:
            self._unsigned.clear()
        else:
            span.set_status(StatusCode.ERROR)
        span.end()
        return is_signed


class TracedRequests:
    """Makes a span of each request, which goes on with the trace that its caller names."""

    def __init__(self, app: ASGIApp, tracer: Tracer) -> None:
        self.app, self.tracer = app, tracer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        parent = TRACE_CONTEXT.extract(Headers(scope=scope), Context())
        span = self.tracer.start_span("request", parent, SpanKind.SERVER)
        is_recording = span.is_recording()
        token = _tracer.set(self.tracer if is_recording else None)
        try:
            with trace.use_span(
                span, end_on_exit=True, record_exception=False, set_status_on_exception=False
            ):
                received = self._trace_body(receive) if is_recording else receive
                await self.app(scope, received, send)
        finally:
            _tracer.reset(token)

    def _trace_body(self, receive: Receive) -> Receive:
        """Return the same, which makes a span once a body was received whole."""
        began, size, is_whole = 0, 0, False

        async def receive_traced() -> Message:
            nonlocal began, size, is_whole
            if is_whole:
                return await receive()
            began = began or time_ns()
            message = await receive()
            size += len(message.get("body", b""))
            is_whole = not message.get("more_body", False)
            if is_whole and size:
                attributes = {"http.request.body.size": size}
                self.tracer.start_span("body", start_time=began, attributes=attributes).end()
            return message

        return receive_traced


def open_tracing(version: str) -> Tracing | None:
    """Return what makes and sends spans, or None where no variable wants it. Raises as
    ``load_export`` does."""
    export = load_export()
    if export is None:
        return None
    provider = export.open_provider(version)
    return Tracing(provider, provider.shutdown)


def load_export() -> Any:
    """Return the module that sends spans, or None where no variable wants them sent.

    Raises InvalidQuestionError where they cannot be.
    """
    name = next((each for each in ENDPOINTS if os.environ.get(each)), None)
    is_disabled = os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true"
    if name is None or is_disabled or os.environ.get("OTEL_TRACES_EXPORTER") == "none":
        return None
    if not re.match(r"https?://[^/]", os.environ[name]):  # the value may hold a password
        hint = "write the address of a collector, as http://127.0.0.1:4318"
        raise InvalidQuestionError(f"{name} is no address of HTTP", hint=hint)
    for protocol in PROTOCOLS:
        if (value := os.environ.get(protocol, PROTOCOL)) != PROTOCOL:
            hint = f"set it to {PROTOCOL}, and the endpoint to the collector's port for that"
            raise InvalidQuestionError(f"{protocol} cannot be {value!r}", hint=hint)
    try:
        return import_module("api.monitoring.trace_export")
    except ModuleNotFoundError as error:
        hint = "pip install 'minutebook[telemetry]', or unset the variable"
        detail = f"{name} is set, and the package {error.name} is not installed"
        raise InvalidQuestionError(detail, hint=hint) from None
