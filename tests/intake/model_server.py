"""A real HTTP server of the chat completions protocol, whose answers a test gives."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.serving import serve_http

Answering = Callable[[dict[str, Any]], object]
"""What a model answers to a request: an object, put into a completion, or a ``RawAnswer``."""


@dataclass
class RawAnswer:
    """An answer byte for byte; ``pause`` are seconds before each of its pieces."""

    status: int = 200
    body: bytes = b""
    pause: float = 0
    pieces: int = 1
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class ModelServer:
    """Where the server answers, what it was asked and with which headers."""

    address: str
    answering: Answering
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)


def completion(content: object, finish_reason: str = "stop", **message: object) -> bytes:
    """Return the body of a completion whose message holds a content as JSON."""
    text = content if isinstance(content, str) else json.dumps(content)
    choice = {"finish_reason": finish_reason, "message": {"content": text, **message}}
    return json.dumps({"object": "chat.completion", "choices": [choice]}).encode()


@contextmanager
def serve_model(answering: Answering) -> Iterator[ModelServer]:
    """Run the server until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            server.requests.append(asked)
            server.headers.append({name.lower(): value for name, value in self.headers.items()})
            server.paths.append(self.path)
            answer = server.answering(asked)
            if not isinstance(answer, RawAnswer):
                answer = RawAnswer(body=completion(answer))
            self.send_answer(answer)

        def send_answer(self, answer: RawAnswer) -> None:
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            size = -(-len(answer.body) // answer.pieces) or 1
            try:
                for start in range(0, len(answer.body), size):
                    time.sleep(answer.pause)
                    self.wfile.write(answer.body[start : start + size])
                    self.wfile.flush()
            except ConnectionError:  # the asker had enough
                pass

        def log_message(self, *_: object) -> None:
            pass

    with serve_http(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as address:
        server = ModelServer(f"{address}/v1", answering)
        yield server
