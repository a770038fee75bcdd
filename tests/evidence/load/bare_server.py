"""The server without what guards and observes it: python -m tests.evidence.load.bare_server serve …

Left out are the limits of callers, answers, bodies and connections, sessions, the check of hosts,
and the observer with its metrics, log and access record; it has no keys.
"""

from __future__ import annotations

from typing import Any
from unittest import mock

from fastapi import FastAPI
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.access.hosts import HostGuard
from api.access.session_use import SessionUse
from api.cli.server import SERVER_OPTIONS
from api.cli.start import main
from api.limits.answers import AnswerLimits
from api.limits.bodies import BodyLimits
from api.limits.callers import CallerLimits
from api.monitoring.requests import RequestObserver

LEFT_OUT = {AnswerLimits, BodyLimits, CallerLimits, HostGuard, RequestObserver, SessionUse}
_add_middleware = FastAPI.add_middleware


def _add_kept(app: FastAPI, middleware: Any, **options: Any) -> None:
    if middleware not in LEFT_OUT:
        _add_middleware(app, middleware, **options)


if __name__ == "__main__":
    with (
        mock.patch.object(FastAPI, "add_middleware", _add_kept),
        mock.patch.dict(SERVER_OPTIONS, http=HttpToolsProtocol),
    ):
        main()
