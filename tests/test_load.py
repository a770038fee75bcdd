"""The load of the benchmarks counts right: it measures nothing here."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from benchmarks import load

pytestmark = pytest.mark.skipif(not shutil.which("cc"), reason="needs a C compiler: cc")


class Counting(ThreadingHTTPServer):
    """Answers 201, and each tenth request 503; keeps the bodies."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.bodies: list[bytes] = []


class Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Counting

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.bodies.append(body)
        self.send_response(503 if int(body[-12:], 16) % 10 == 9 else 201)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Counting]:
    with Counting() as made:
        Thread(target=made.serve_forever, daemon=True).start()
        yield made
        made.shutdown()


BODIES = [load.post("/", f"{kind} {load.NUMBER}".encode()) for kind in ("one", "other")]


def test_every_request_is_sent_once_and_counted_by_its_answer(server: Counting) -> None:
    asked = load.Load(clients=4, seconds=0.5, warm=0.1)
    figures = load.run(server.server_port, BODIES, asked)

    assert len(set(server.bodies)) == len(server.bodies) == figures.sent > 20
    assert {body[:-13] for body in server.bodies} == {b"one", b"other"}
    assert figures.refused == sum(int(body[-12:], 16) % 10 == 9 for body in server.bodies)
    assert figures.accepted + figures.refused == figures.sent
    assert "503" in figures.first_refusal
    assert 0 < figures.p50_ms <= figures.p99_ms <= figures.max_ms


def test_fixed_rate_is_kept(server: Counting) -> None:
    asked = load.Load(clients=4, seconds=1, warm=0, rate=50)

    assert load.run(server.server_port, BODIES, asked).sent in range(40, 51)


def test_server_that_is_not_there_is_told() -> None:
    with Counting() as gone:
        port = gone.server_port

    with pytest.raises(load.LoadError, match="connect"):
        load.run(port, BODIES, load.Load(clients=1, seconds=0.1, warm=0))
