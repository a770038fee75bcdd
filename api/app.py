"""The wiring: one ledger, its read model, and the ways in."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Any

import eventsourcing
import orjson
from fastapi import FastAPI
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import as_of, audit, exports, problems, receipts, record, streaming
from api.desk import routes as desk
from api.desk.days import Days
from api.desk.held import Held
from api.documented import documented
from api.pinned import Pinned
from api.replica import Reads
from domain.basis import SEMANTICS
from ledger import log
from ledger.erasures import Erasures
from ledger.reading import Reading
from ledger.writing import Ledger


def release() -> str:
    try:
        return version("minutebook")
    except PackageNotFoundError:
        return "0+unknown"


def create(ledger: Ledger, lifespan: Any = None, replica: Reading | None = None) -> FastAPI:
    """Return the application on a ledger, and a replica, that the caller opened and closes."""
    app = FastAPI(
        title="Minutebook",
        version=release(),
        summary="An event-sourced timeline of negotiations: what was known at any given date.",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.state.ledger = ledger
    app.state.reads = Reads(ledger, replica)
    app.state.days = Days()
    app.state.held = Held()
    app.state.streams = streaming.Streams(ledger)
    problems.install(app)
    app.router.routes.insert(0, record.BARE)
    app.include_router(record.router)
    app.include_router(as_of.router)
    app.include_router(streaming.router)
    app.include_router(receipts.router)
    app.include_router(exports.router)
    app.include_router(audit.router)
    app.include_router(desk.router)
    _health(app, ledger)
    app.state.erasures = Erasures(ledger)
    if ledger.alone:
        app.add_middleware(Pinned, erasures=lambda: 0)
    elif replica is None:  # which may show what was erased for as long as it lags
        app.add_middleware(Pinned, erasures=app.state.erasures.seen)
    app.add_middleware(HeadAsGet)
    return app


def _health(app: FastAPI, ledger: Ledger) -> None:
    @app.get("/livez", **documented("livez"))
    def livez() -> Response:
        return _json({"status": "alive"})

    @app.get("/readyz", **documented("readyz"))
    def readyz() -> Response:
        with ledger.reading() as c:
            size, _ = log.head(c)
        return _json({"status": "ready", "head": size})

    @app.get("/version", **documented("version"))
    def version_() -> Response:
        return _json(
            {
                "minutebook": release(),
                "semantics": SEMANTICS,
                "eventsourcing": getattr(eventsourcing, "__version__", None)
                or version("eventsourcing"),
            }
        )


def _json(value: Any) -> Response:
    return Response(orjson.dumps(value), media_type="application/json")


class HeadAsGet:
    """HEAD works wherever GET does: the same answer without its body."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        ended = False

        async def headless(message: Message) -> None:
            nonlocal ended
            if message["type"] == "http.response.body":
                message = {"type": "http.response.body", "body": b""}  # the last: a stream has none
            if not ended:
                await send(message)
            ended = message["type"] == "http.response.body"

        await self.app({**scope, "method": "GET"}, receive, headless)
