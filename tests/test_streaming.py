"""Following live: each event once and in order, as its audience may see it, from any place."""

from __future__ import annotations

import asyncio
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from api.http import stream
from tests.serving import Served, served
from tests.world import World

Event = dict[str, Any]
PATH = "/v1/negotiations/talks/stream"
OPENING: list[Event] = [
    {"type": "negotiation-opened", "title": "Talks"},
    {"type": "person-registered", "person": "envoy", "name": "The envoy"},
]


def said(n: int, published: str = "2025-12-20", **report: str) -> Event:
    return {
        "type": "statement-made",
        "id": str(UUID(int=n)),
        "statement": f"s{n}",
        "speaker": "envoy",
        "summary": f"Word {n}",
        "occurred": "2025-12-20",
        "reports": [{"published": published, "publisher": "herald"} | report],
    }


@pytest.fixture(params=("sqlite", "postgres"))
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    if request.param == "sqlite":
        return tmp_path / "talks.db"
    return request.getfixturevalue("postgres_url")


@pytest.fixture
def server(where: Any, tmp_path: Path) -> Iterator[Served]:
    with served(where, folder=tmp_path) as made:
        made.post("talks", OPENING)
        yield made


def ids(events: list[tuple[int, str, Event]]) -> list[int]:
    return [seq for seq, _, _ in events]


def test_events_come_as_they_are_recorded_and_as_events_gives_them(server: Served) -> None:
    with server.stream(f"{PATH}?audience=staff") as stream:
        told = stream.take(2)
        server.post("talks", [said(1), said(2)])
        told += stream.take(2)
    listed = server.get("/v1/negotiations/talks/events?audience=staff")["data"]

    assert ids(told) == [1, 2, 3, 4]
    assert [kind for _, kind, _ in told[2:]] == ["statement-made"] * 2
    assert [item for _, _, item in told] == listed


def test_a_stream_goes_on_after_the_last_event_that_was_received(server: Served) -> None:
    server.post("talks", [said(1), said(2)])
    staff = f"{PATH}?audience=staff"
    with server.stream(staff, **{"Last-Event-ID": "2"}) as stream:
        resumed = stream.take(2)
    with server.stream(f"{staff}&after=3") as stream:
        after = stream.take(1)
    with server.stream(f"{staff}&after=1", **{"Last-Event-ID": "3"}) as stream:
        both = stream.take(1)

    assert (ids(resumed), ids(after), ids(both)) == ([3, 4], [4], [4])


def test_what_an_audience_may_not_see_is_left_out(server: Served) -> None:
    with (
        server.stream(f"{PATH}?after=2") as public,
        server.stream(f"{PATH}?after=2&audience=press") as press,
        server.stream(f"{PATH}?after=2&audience=staff") as staff,
    ):
        server.post(
            "talks",
            [
                said(1, published="2099-01-01"),
                said(2, audience="press"),
                said(3, audience="staff"),
                said(4),
            ],
        )
        told = {"public": public.take(1), "press": press.take(2), "staff": staff.take(4)}

    assert {who: ids(events) for who, events in told.items()} == {
        "public": [6],
        "press": [4, 6],
        "staff": [3, 4, 5, 6],
    }


def test_events_of_another_negotiation_stay_there(server: Served) -> None:
    with server.stream(f"{PATH}?after=2&audience=staff") as stream:
        server.post("others", [*OPENING, said(1)])
        server.post("talks", [said(2)])
        told = stream.take(1)

    assert ids(told) == [6]


def test_a_reader_who_is_slow_loses_nothing(server: Served) -> None:
    with server.stream(f"{PATH}?after=2&audience=staff") as stream:
        for batch in range(4):
            server.post("talks", [said(n) for n in range(batch * 500 + 1, batch * 500 + 501)])
        told = stream.take(2000)

    assert ids(told) == list(range(3, 2003))


def test_own_appends_are_told_at_once(server: Served) -> None:
    waited = []
    with server.stream(f"{PATH}?after=2&audience=staff") as stream:
        events = stream.events()
        for n in range(1, 11):
            time.sleep(0.05)  # until nothing else moves
            start = time.monotonic()
            server.post("talks", [said(n)])
            next(events)
            waited.append(time.monotonic() - start)

    assert sorted(waited)[4] < 0.5


def test_hints_that_get_lost_cost_a_second_and_no_event(postgres_url: str, tmp_path: Path) -> None:
    with served(postgres_url, folder=tmp_path) as server:
        server.post("talks", OPENING)
        with server.stream(f"{PATH}?after=2&audience=staff") as stream:
            events = stream.events()
            server.post("talks", [said(1)])
            first, *_ = next(events)
            with psycopg.connect(postgres_url, autocommit=True) as admin:
                admin.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND query LIKE 'SELECT size FROM head'"
                )
            server.post("talks", [said(2)])
            second, *_ = next(events)

    assert (first, second) == (3, 4)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_open_streams_do_not_keep_a_server_from_ending(server: Served, number: int) -> None:
    with server.stream(PATH) as one, server.stream(f"{PATH}?audience=staff") as other:
        other.take(2)
        seconds = server.end(number)
        rest = [*one.blocks(), *other.blocks()]

    assert seconds < 5
    assert [block for block in rest if "id" in block] == []


def test_a_reader_who_takes_nothing_does_not_keep_a_server_from_ending(server: Served) -> None:
    server.post("talks", [said(n) | {"summary": "x" * 20_000} for n in range(500)])
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)  # Linux keeps 4 MB to be sent
        deaf.connect(("127.0.0.1", server.port))
        deaf.sendall(f"GET {PATH}?audience=staff HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        time.sleep(1)  # until nothing more fits between the two
        seconds = server.end()

    assert seconds < 15


def test_silence_is_broken_by_a_comment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT", 0.01)
    quiet = asyncio.run(stream._await_growth(asyncio.Event()))

    assert quiet == b": ping\n\n"


@pytest.mark.parametrize("given", ["x", "-1", "1.5", "²", "9" * 17, "99"])
def test_a_last_event_id_that_cannot_be_is_refused(http_world: World, given: str) -> None:
    http_world.record("2025-12-20T09:00:00Z", OPENING)
    response = http_world.client.get(PATH, headers={"Last-Event-ID": given.encode()})

    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["errors"][0]["pointer"] == "Last-Event-ID"


@pytest.mark.parametrize("query", ["as_of=2025-12-20", "audience=nobody", "after=-1", "after=99"])
def test_a_question_that_a_stream_does_not_take_is_refused(http_world: World, query: str) -> None:
    http_world.record("2025-12-20T09:00:00Z", OPENING)

    assert http_world.client.get(f"{PATH}?{query}").status_code == 422


def test_a_stream_of_an_unknown_negotiation_is_refused(http_world: World) -> None:
    response = http_world.client.get(PATH)

    assert (response.status_code, response.json()["type"]) == (404, "/problems/unknown-negotiation")


def test_head_of_a_stream_ends(http_world: World) -> None:
    http_world.record("2025-12-20T09:00:00Z", OPENING)
    response = http_world.client.head(PATH)

    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["content-type"].startswith("text/event-stream")
