"""A client of an application as one on its own machine, whom a server without keys answers."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

BASE_URL = "http://127.0.0.1"


class LocalClient(TestClient):
    """Asks over loopback."""

    __test__ = False

    def __init__(self, app: FastAPI, **options: Any) -> None:
        super().__init__(app, BASE_URL, client=("127.0.0.1", 50000), **options)
