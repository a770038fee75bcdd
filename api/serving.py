"""Running the server: one process, one ledger, a page that opens when it answers."""

from __future__ import annotations

import os
import threading
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
import uvicorn.supervisors
from fastapi import FastAPI

from api import collector
from api.app import create
from api.archive import opened
from api.settings import Settings, settings
from domain.refusals import InvalidQuestionError


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
        config = uvicorn.Config(create(ledger), host=host, port=port, log_level="warning")
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
                   "MINUTEBOOK_CHECKPOINT": str(found.outside)}  # fmt: skip
    config = uvicorn.Config("api.serving:worker", factory=True, host=found.host, port=found.port,
                            workers=workers, log_level="warning")  # fmt: skip
    try:
        socket = config.bind_socket()
    except SystemExit:
        raise _deaf(found) from None
    print(f"Minutebook answers at http://{found.host}:{socket.getsockname()[1]}", flush=True)
    uvicorn.supervisors.Multiprocess(config, sockets=[socket]).run()


def worker() -> FastAPI:
    """Return the application of one process of several, which closes its ledger at the end."""
    ledger = opened(settings())

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        ledger.close()

    collector.spare()
    return create(ledger, lifespan)
