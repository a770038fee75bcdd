"""A client of an application as one on its own machine, whom a server without keys answers."""

from __future__ import annotations

from typing import Any

import httpx
from fastapi import FastAPI
from fastapi.testclient import TestClient

BASE_URL = "http://127.0.0.1"
CALLER = ("127.0.0.1", 50000)


class LocalClient(TestClient):
    """Asks over loopback, and takes each answer as a whole."""

    __test__ = False

    def __init__(self, app: FastAPI, raise_server_exceptions: bool = True, **options: Any) -> None:
        super().__init__(app, BASE_URL, client=CALLER, **options)
        self._transport = WholeAnswers(self, raise_server_exceptions)


class WholeAnswers(httpx.BaseTransport):
    """Goes to the event loop of a client once a request, not once for each step of an answer."""

    def __init__(self, client: LocalClient, raises: bool) -> None:
        self.client = client
        self.asgi = httpx.ASGITransport(client.app, raises, client=CALLER)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        with self.client._portal_factory() as portal:
            return portal.call(self.answer, request)

    async def answer(self, request: httpx.Request) -> httpx.Response:
        answer = await self.asgi.handle_async_request(request)
        content = b"".join([chunk async for chunk in answer.aiter_raw()])
        return httpx.Response(
            answer.status_code, headers=answer.headers, stream=httpx.ByteStream(content)
        )
