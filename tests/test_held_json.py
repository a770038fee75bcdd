"""JSON that is held takes no more memory than its bytes, in a fold as in the memory of answers."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson

from api.http.middleware import ResponseCache
from domain.basis import Question
from domain.held_json import dump_held
from projections import answers
from projections.fold import FoldView
from tests.facts import ADDRESS, OPENING, statement
from tests.fold_world import FoldWorld


@contextmanager
def allocating_at_most(size: int) -> Iterator[None]:
    """Require that what is made here and still held takes no more bytes."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[0] <= size
    finally:
        tracemalloc.stop()


def test_json_that_is_held_takes_little_more_memory_than_its_bytes() -> None:
    with allocating_at_most(1000 * 150):
        held = [dump_held({"number": number}) for number in range(1000)]

    assert held[7] == b'{"number":7}'


def test_a_fold_holds_a_few_kilobytes_for_each_event() -> None:
    world = FoldWorld()
    world.record("2025-12-22T12:00:00Z", [*OPENING, *(statement(n) for n in range(300))])
    view = FoldView(world.entries, world.resolve_basis(Question()), world.zone)
    with allocating_at_most(300 * 5_000):
        answers.build_state(view, ADDRESS)


def test_the_memory_of_answers_holds_no_more_than_it_counts() -> None:
    async def answer(scope: Any, receive: Any, send: Any) -> None:
        headers = [(b"cache-control", b"immutable"), (b"etag", b'"x"')]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": orjson.dumps(scope["path"])})

    async def send(message: object) -> None:
        """Drop what is sent."""

    async def ask_often() -> None:
        scope = {"type": "http", "method": "GET", "query_string": b"seq=3", "headers": []}
        for number in range(300):
            await kept({**scope, "path": f"/{number}"}, None, send)  # type: ignore[arg-type]  # as it is called

    kept = ResponseCache(answer, lambda scope: "rights")
    with allocating_at_most(300 * 3_500):
        asyncio.run(ask_often())
    assert len(kept.responses) == 300
