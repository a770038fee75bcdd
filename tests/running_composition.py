"""The composition with its database and api, running for the tests of a worker."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import orjson

from tests.containers import ADDRESSES, Composition, address, composition

HOST = "minutes.example.org"


@dataclass(frozen=True)
class Running:
    """The services, and the key that they made."""

    services: Composition
    key: str
    tls: Path
    """The folder for the certificate of the proxy."""

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Ask the api from the gateway of its network."""
        with self.services.entered():
            connection = HTTPConnection(address(ADDRESSES["api"]), 8000, timeout=60)
            sent = None if body is None else orjson.dumps(body)
            told = {"Host": "127.0.0.1", "Content-Type": "application/json"}
            connection.request(method, path, sent, told | headers)
            response = connection.getresponse()
            answer = response.read()
            connection.close()
        return response.status, orjson.loads(answer)


@contextmanager
def running_composition(folder: Path) -> Iterator[Running]:
    """Start the services in the order that the composition says, and end them."""
    tls = folder / "tls"
    tls.mkdir(mode=0o755)
    with composition(folder, MINUTEBOOK_HOSTS=HOST, TLS_FOLDER=str(tls)) as services:
        services.run("secrets")
        services.serve("postgres")
        services.run("tables")
        services.serve("api")
        key = services.folder / "volumes" / "operator-key" / "operator.key"
        yield Running(services, key.read_text().strip(), tls)
