"""Running the server: one process, one ledger, a page that opens when it answers."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import threading
import webbrowser
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager, closing
from dataclasses import replace
from functools import partial
from typing import Any

import uvicorn
from fastapi import FastAPI
from starlette.types import Lifespan
from uvicorn.server import HANDLED_SIGNALS

from api.access.gate import AccessPolicy
from api.access.keys import KeyRing, make_secret
from api.app import create_app, installed_version
from api.cli import gc_tuning
from api.cli.background_verify import BackgroundVerify
from api.cli.supervisor import Supervisor
from api.http.stream import StreamHub
from api.limits import server_limits
from api.limits.connections import LimitedProtocol, limit_connections
from api.monitoring.access_record import AccessRecord
from api.monitoring.log_lines import configure_log
from api.monitoring.tracing import Tracing, load_export, open_tracing
from api.services import ServerServices, server_services
from api.settings import Settings, load_settings
from api.wiring import NOTHING_ACCEPTED, AcceptedAtStart, open_configured_ledger, open_replica
from domain.errors import InvalidQuestionError
from ledger.process_guard import end_with_parent
from ledger.repeated_task import RepeatedTask
from ledger.served_address import leave_address
from ledger.writer import Ledger

SERVER_OPTIONS: dict[str, Any] = {
    "log_level": "warning",
    "timeout_graceful_shutdown": 1,
    "http": LimitedProtocol,
    "ws": "none",
}
"""Options of every server; answers not taken within a second of the end are cut off."""

KEYLESS = (
    "No keys: only this machine is answered, and whoever uses it may read and record everything"
)
"""What is said at a start; minutebook keys create makes the first key."""

ACCEPTED_CLOCK = "MINUTEBOOK_WORKER_ACCEPTED_CLOCK"
"""The variable by which each of several processes is told why the clock is accepted."""


class LedgerServer(uvicorn.Server):
    """Prints where it listens, and opens the page, once it answers."""

    start_page: str | None = None
    is_keyless = False
    leave_address: Callable[[int], AbstractContextManager[None]]
    """Given the port, tells others of this machine where it answers, for as long as it does."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._exit_stack = ExitStack()

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]  # sockets are passed on as they come
        await super().startup(sockets)  # type: ignore[arg-type]  # as above
        if self.started:
            port = self.servers[0].sockets[0].getsockname()[1]
            self._exit_stack.enter_context(self.leave_address(port))
            address = f"http://{self.config.host}:{port}"
            print(f"Minutebook answers at {address}{self.start_page or ''}", flush=True)
            if self.is_keyless:
                print(KEYLESS, flush=True)
            if self.start_page:
                threading.Thread(target=webbrowser.open, args=(address + self.start_page,)).start()

    async def shutdown(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]  # as above
        # What comes after a signal was handled is not reached: the signal then ends the process.
        self._exit_stack.close()
        logging.getLogger("uvicorn.error").addFilter(_is_no_cut_answer)
        await super().shutdown(sockets)  # type: ignore[arg-type]  # as above


def _is_no_cut_answer(record: logging.LogRecord) -> bool:
    """Return whether to log what is no answer cut off at the end: with hundreds, their tracebacks
    alone would take seconds."""
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, asyncio.CancelledError)


def serve_ledger(
    settings: Settings,
    *,
    start_page: str | None = None,
    workers: int = 1,
    accept: AcceptedAtStart = NOTHING_ACCEPTED,
) -> None:
    """Serve a ledger until the process is stopped."""
    if workers > 1:
        _run_workers(settings, workers, accept)
        return
    ledger = open_configured_ledger(settings, accept)
    handler = signal.signal(signal.SIGTERM, _raise_termination)
    try:
        server = assemble_server(settings, ledger)
        server.start_page = start_page
        configure_log(settings.log_format)
        gc_tuning.tune_collector()
        with BackgroundVerify(ledger, settings):
            server.run()
    except _Termination:
        pass
    except SystemExit:
        raise _listen_error(settings) from None
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # what follows is to be done whole
        ledger.close()
        signal.signal(signal.SIGTERM, handler)  # else processes started later would ignore it


def assemble_server(settings: Settings, ledger: Ledger) -> LedgerServer:
    """Return what serves a ledger once it runs. Raises InvalidQuestionError where keys are missing.

    It runs in a thread too, where signals do not end it.
    """
    owner_secret = make_secret()
    policy = replace(settings.access_policy, owner_secret=owner_secret)
    tracing = open_tracing(installed_version())  # which sends the last spans as the process ends
    app = _create_configured_app(settings, ledger, _follow_log, policy, tracing)
    is_keyless = server_services(app).gate.is_keyless
    require_keys_beyond_loopback(settings, is_keyless=is_keyless)
    config = uvicorn.Config(app, host=settings.host, port=settings.port, **SERVER_OPTIONS)
    server = LedgerServer(config)
    server.is_keyless = is_keyless
    server.leave_address = partial(leave_address, settings.db, settings.host, secret=owner_secret)
    return server


def require_keys_beyond_loopback(settings: Settings, *, is_keyless: bool) -> None:
    """Refuse to be reached from other machines before there are keys."""
    if is_keyless and not settings.is_loopback_only:
        raise InvalidQuestionError(
            f"{settings.host} is reached from other machines, and the ledger has no keys: anyone"
            " could record, and read what is for staff",
            hint="make a key first: minutebook keys create NAME; or serve on 127.0.0.1",
        )


class _Termination(Exception):
    """The process was asked to end, and the server has."""


def _raise_termination(number: int, frame: object) -> None:
    """Handle the signal that uvicorn repeats once it has stopped: by itself it would end the
    process before the ledger is closed."""
    raise _Termination


def _listen_error(settings: Settings) -> InvalidQuestionError:
    hint = "choose another with --host and --port; port 0 takes any free one"
    return InvalidQuestionError(f"cannot listen on {settings.host}:{settings.port}", hint=hint)


def _run_workers(settings: Settings, workers: int, accept: AcceptedAtStart) -> None:
    """Serve from several processes on one socket; each opens the database that all share."""
    load_export()  # fails now where every worker would
    # Creates what is missing, and fails now where every worker would.
    with closing(open_configured_ledger(settings, accept)) as ledger:
        is_keyless = KeyRing(ledger).is_empty and settings.access_policy.oidc is None
    require_keys_beyond_loopback(settings, is_keyless=is_keyless)
    os.environ |= {
        "MINUTEBOOK_DB": str(settings.db),
        "MINUTEBOOK_LOG_KEY": str(settings.key_path),
        "MINUTEBOOK_CHECKPOINT": str(settings.checkpoint_path),
        "MINUTEBOOK_WITNESSES": "\n".join(settings.witnesses),
        "MINUTEBOOK_READY_WITNESSES": str(settings.ready_witnesses),
        "MINUTEBOOK_TIME_SOURCES": " ".join(settings.time_sources),
        "MINUTEBOOK_READ_DB": settings.read_db or "",
        "MINUTEBOOK_HOST": settings.host,
        "MINUTEBOOK_HOSTS": ",".join(settings.hosts),
        "MINUTEBOOK_ANONYMOUS": settings.anonymous,
        "MINUTEBOOK_OIDC": str(settings.oidc or ""),
        "MINUTEBOOK_SESSION_HOURS": str(settings.session_hours),
        "MINUTEBOOK_SESSION_IDLE_MINUTES": str(settings.session_idle_minutes),
        "MINUTEBOOK_CLIENT_CONNECTIONS": str(settings.client_connections),
        "MINUTEBOOK_REQUESTS_PER_MINUTE": str(settings.requests_per_minute),
        "MINUTEBOOK_ACCESS_DAYS": str(settings.access_days),
        "MINUTEBOOK_PROPOSAL_DAYS": str(settings.proposal_days),
        "MINUTEBOOK_ARTICLE_DAYS": str(settings.article_days),
        "MINUTEBOOK_FETCH_PRIVATE": str(settings.fetch_private).lower(),
        "MINUTEBOOK_LOG_FORMAT": settings.log_format,
    }
    if accept.clock:
        os.environ[ACCEPTED_CLOCK] = accept.clock
    config = uvicorn.Config(
        "api.cli.server:create_worker_app",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=workers,
        **SERVER_OPTIONS,
    )
    try:
        socket = config.bind_socket()
    except SystemExit:
        raise _listen_error(settings) from None
    Supervisor(config, socket, [KEYLESS] if is_keyless else []).run()


def create_worker_app() -> FastAPI:
    """Return the application of one process of several, which closes its ledger at the end."""
    end_with_parent()
    settings = load_settings()
    configure_log(settings.log_format)
    accept = AcceptedAtStart(clock=os.environ.get(ACCEPTED_CLOCK))
    tracing = open_tracing(installed_version())
    ledger = open_configured_ledger(settings, accept)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with _follow_log(app):
            yield
        ledger.close()
        if tracing:
            tracing.close()  # here, since the signal that ended the server ends the process too

    gc_tuning.tune_collector()
    return _create_configured_app(settings, ledger, lifespan, settings.access_policy, tracing)


def _create_configured_app(
    settings: Settings,
    ledger: Ledger,
    lifespan: Lifespan[FastAPI],
    policy: AccessPolicy,
    tracing: Tracing | None,
) -> FastAPI:
    limit_connections(settings.limits)
    sys.setswitchinterval(server_limits.TURN_SECONDS)
    gc_tuning.return_long_buffers()
    replica = open_replica(settings, ledger.clock)
    access_record = AccessRecord(settings.access_folder, settings.access_days)
    return create_app(
        ledger,
        lifespan,
        replica,
        settings.ready_witnesses,
        policy,
        settings.limits,
        listeners=[access_record.observe],
        proposal_days=settings.proposal_days,
        article_days=settings.article_days,
        fetches_private=settings.fetch_private,
        model=settings.configured_model,
        tracing=tracing,
    )


@asynccontextmanager
async def _follow_log(app: FastAPI) -> AsyncIterator[None]:
    """Follow the log while the server runs; when it is stopped, streams end first."""
    services = server_services(app)
    streams, erasures = services.streams, services.erasures
    if not services.ledger.is_exclusive:
        erasures.task.start()
    services.scrub.task.start()
    services.gate.keys.task.start()
    services.gate.sessions.task.start()
    services.old_proposals.start()
    services.old_articles.start()
    if threading.current_thread() is threading.main_thread():
        _end_streams_first(streams, _repeated_tasks(services), asyncio.get_running_loop())
    yield
    # In a thread, for some wait for what only ends in the event loop.
    await asyncio.to_thread(_close_services, services)


def _repeated_tasks(services: ServerServices) -> Sequence[RepeatedTask]:
    gate = services.gate
    tasks = services.scrub.task, gate.keys.task, gate.sessions.task, services.erasures.task
    return *tasks, services.old_proposals, services.old_articles


def _close_services(services: ServerServices) -> None:
    services.ending.set()  # else an answer that was cut off would keep its connection
    for task in _repeated_tasks(services):
        task.close()
    services.streams.close()
    services.reads.close()
    services.comparer.close()


def _end_streams_first(
    streams: StreamHub, tasks: Sequence[RepeatedTask], loop: asyncio.AbstractEventLoop
) -> None:
    """Let a signal end the streams, since the server waits for every answer before it stops, and
    what is repeated beside them, which ends while it waits."""
    for signal_number in HANDLED_SIGNALS:
        previous_handler = signal.getsignal(signal_number)

        def handle_signal(number: int, frame: object, stop: Any = previous_handler) -> None:
            loop.call_soon_threadsafe(streams.end_streams)
            for task in tasks:
                task.request_stop()
            stop(number, frame)

        signal.signal(signal_number, handle_signal)
