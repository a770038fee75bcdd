"""Running the server: one process, one ledger, a page that opens when it answers."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
import uvicorn.supervisors
from fastapi import FastAPI
from uvicorn.server import HANDLED_SIGNALS

from api import collector
from api.app import create
from api.archive import opened, replica
from api.settings import Settings, settings
from api.streaming import Streams
from domain.refusals import InvalidQuestionError
from ledger.erasures import Erasures
from ledger.parent import end_with_parent

TERMS: dict[str, Any] = {"log_level": "warning", "timeout_graceful_shutdown": 5}
"""How every server runs; who has not taken an answer 5 seconds after the end is cut off."""

STARTING = 30.0
"""Seconds for each process of several to start in, until the others are left to answer alone."""


class _Server(uvicorn.Server):
    """Says where it listens, and opens the page, once it answers."""

    page: str | None = None

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]  # sockets are passed on as they come
        await super().startup(sockets)  # type: ignore[arg-type]  # as above
        if self.started:
            port = self.servers[0].sockets[0].getsockname()[1]
            address = f"http://{self.config.host}:{port}"
            print(f"Minutebook answers at {address}{self.page or ''}", flush=True)
            if self.page:
                threading.Thread(target=webbrowser.open, args=(address + self.page,)).start()


class _Supervisor(uvicorn.supervisors.Multiprocess):
    """Says where the processes listen, once each of them answers."""

    def init_processes(self) -> None:
        super().init_processes()
        if all(each.wait_until_ready(STARTING) for each in self.processes):
            port = self.sockets[0].getsockname()[1]
            print(f"Minutebook answers at http://{self.config.host}:{port}", flush=True)


def run(found: Settings, *, page: str | None = None, workers: int = 1) -> None:
    """Serve a ledger until told to stop."""
    host, port = found.host, found.port
    if host not in ("127.0.0.1", "::1", "localhost"):
        print(f"Warning: anyone who reaches {host} may record, and read as staff.", flush=True)
    if workers > 1:
        _run_several(found, workers)
        return
    ledger = opened(found)
    try:
        config = uvicorn.Config(
            create(ledger, _living, replica(found)), host=host, port=port, **TERMS
        )
        collector.spare()
        server = _Server(config)
        server.page = page
        server.run()
    except SystemExit:
        raise _deaf(found) from None
    finally:
        ledger.close()


def _deaf(found: Settings) -> InvalidQuestionError:
    hint = "choose another with --host and --port; port 0 takes any free one"
    return InvalidQuestionError(f"{found.host}:{found.port} cannot be listened on", hint=hint)


def _run_several(found: Settings, workers: int) -> None:
    """Serve from several processes on one socket; each opens the database that all share."""
    opened(found).close()  # makes what is missing, and tells now what no worker could mend
    os.environ |= {"MINUTEBOOK_DB": str(found.db), "MINUTEBOOK_LOG_KEY": str(found.key),
                   "MINUTEBOOK_CHECKPOINT": str(found.outside),
                   "MINUTEBOOK_READ_DB": found.read_db or ""}  # fmt: skip
    config = uvicorn.Config("api.serving:worker", factory=True, host=found.host, port=found.port,
                            workers=workers, **TERMS)  # fmt: skip
    try:
        socket = config.bind_socket()
    except SystemExit:
        raise _deaf(found) from None
    _Supervisor(config, sockets=[socket]).run()


def worker() -> FastAPI:
    """Return the application of one process of several, which closes its ledger at the end."""
    end_with_parent()
    found = settings()
    ledger = opened(found)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with _living(app):
            yield
        ledger.close()

    collector.spare()
    return create(ledger, lifespan, replica(found))


@asynccontextmanager
async def _living(app: FastAPI) -> AsyncIterator[None]:
    """Follow the log while the server runs; when it is told to stop, streams end first."""
    streams: Streams = app.state.streams
    erasures: Erasures = app.state.erasures
    if not streams.ledger.alone:
        erasures.start()
    if threading.current_thread() is threading.main_thread():
        _end_first(streams, asyncio.get_running_loop())
    yield
    erasures.close()
    streams.close()
    app.state.reads.close()


def _end_first(streams: Streams, loop: asyncio.AbstractEventLoop) -> None:
    """Have a signal end the streams: the server waits for every answer to end before it stops."""
    for number in HANDLED_SIGNALS:
        stop = signal.getsignal(number)

        def handle(number: int, frame: Any, stop: Any = stop) -> None:
            loop.call_soon_threadsafe(streams.end)
            stop(number, frame)

        signal.signal(number, handle)
