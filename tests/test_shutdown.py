"""A server that is told to stop leaves everything in its file, signed, and says goodbye."""

from __future__ import annotations

import signal
import socket
import sqlite3
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from ledger.proofs.signed_note import LogKey
from tests.facts import OPENING
from tests.serving import key_environment, serve_ledger

READERS, STREAMS = 40, 20


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_was_acknowledged_is_in_the_file_and_signed(tmp_path: Path, number: int) -> None:
    file = tmp_path / "world.db"
    with serve_ledger(file, folder=tmp_path) as server, ExitStack() as held:
        server.post("talks", OPENING)
        streams = [
            held.enter_context(server.stream("/v1/negotiations/talks/stream?audience=staff"))
            for _ in range(STREAMS)
        ]
        for stream in streams:
            stream.take(len(OPENING))
        for _ in range(READERS):
            reader = held.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            reader.sendall(b"GET /v1/negotiations/talks/export HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        for number_of_event in range(20):
            party = {"type": "party-registered", "party": f"p{number_of_event}", "name": "P"}
            server.post("talks", [party])
        server.end(number)
        assert all({"event": "bye", "data": "{}"} in list(stream.blocks()) for stream in streams)
        assert server.process.returncode == (0 if number == signal.SIGTERM else 130)
    assert not Path(f"{file}-wal").exists()
    with closing(sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)) as connection:
        ((size,),) = connection.execute("SELECT size FROM head").fetchall()
    assert size == len(OPENING) + 20
    key, note = (Path(path).read_text() for path in key_environment(tmp_path).values())
    assert LogKey.parse(key).verifier.open_note(note).size == size
