"""Following live: each event once and in order, as its audience may see it, from any place."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import aclosing, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from api.access.caller import STAFF
from api.http import stream
from api.http.resume_mark import ResumeMark, Told
from api.http.stream_pages import Follower
from api.limits import server_limits
from ledger.deadline import check_deadline
from tests.facts import OPENING, STANCE, Event, report, statement
from tests.serving import ApiServer, ServedTalks, open_talks, serve_ledger
from tests.world import World, tell_story

PATH = "/v1/negotiations/talks/stream"


@pytest.fixture(scope="module", params=("sqlite", "postgres"))
def shared_server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ApiServer]:
    folder = tmp_path_factory.mktemp("served")
    is_server = request.param == "postgres"
    db = request.getfixturevalue("shared_ledger_url") if is_server else folder / "talks.db"
    with serve_ledger(db, folder=folder) as server:
        yield server


@pytest.fixture
def talks(shared_server: ApiServer) -> ServedTalks:
    return open_talks(shared_server)


@pytest.fixture(params=("sqlite", "postgres"))
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ApiServer]:
    """Give a server that the test ends."""
    is_server = request.param == "postgres"
    db = request.getfixturevalue("postgres_url") if is_server else tmp_path / "talks.db"
    with serve_ledger(db, folder=tmp_path) as server:
        server.post("talks", OPENING)
        yield server


def seqs_after(talks: ServedTalks, events: list[tuple[int, str, Event]]) -> list[int]:
    """Return the seqs of streamed events, counted from the opening."""
    return [seq - talks.head for seq, _, _ in events]


def test_events_come_as_they_are_recorded_and_as_events_gives_them(talks: ServedTalks) -> None:
    with talks.server.stream(f"{talks.path}/stream?audience=staff") as stream:
        events = stream.take(4)
        talks.record(statement(1), statement(2))
        events += stream.take(2)
    listed = talks.server.get(f"{talks.path}/events?audience=staff")["data"]

    assert seqs_after(talks, events) == [-3, -2, -1, 0, 1, 2]
    assert [kind for _, kind, _ in events[4:]] == ["statement-made"] * 2
    assert [item for _, _, item in events] == listed


def test_a_stream_tells_only_what_its_filters_let_through(talks: ServedTalks) -> None:
    herald, courier = (report("2025-12-20", publisher=name) for name in ("Herald", "Courier"))
    talks.record(
        statement(1, reports=[herald]),
        statement(2, reports=[courier]),
        statement(3, reports=[herald, courier]),
    )
    told = {}
    for filters in ("exclude_source=Herald", "only_source=herald", "min_sources=2"):
        with talks.server.stream(f"{talks.path}/stream?{filters}") as stream:
            told[filters] = max(item["seq"] for _, _, item in stream.take(3)) - talks.head

    assert told == {"exclude_source=Herald": 2, "only_source=herald": 1, "min_sources=2": 3}


def test_a_stream_goes_on_after_the_last_event_that_was_received(talks: ServedTalks) -> None:
    talks.record(statement(1), statement(2))
    staff, head = f"{talks.path}/stream?audience=staff", talks.head
    with talks.server.stream(staff, **{"Last-Event-ID": f"{head}"}) as stream:
        resumed = stream.take(2)
    with talks.server.stream(f"{staff}&after={head + 1}") as stream:
        after = stream.take(1)
    with talks.server.stream(
        f"{staff}&after={head - 1}", **{"Last-Event-ID": f"{head + 1}"}
    ) as stream:
        both = stream.take(1)

    assert [seqs_after(talks, events) for events in (resumed, after, both)] == [[1, 2], [2], [2]]


def test_what_an_audience_may_not_see_is_left_out(talks: ServedTalks) -> None:
    talks.record(STANCE)  # without it there is no negotiation for the public
    path = f"{talks.path}/stream?after={talks.head + 1}"
    with (
        talks.server.stream(path) as public,
        talks.server.stream(f"{path}&audience=press") as press,
        talks.server.stream(f"{path}&audience=staff") as staff,
    ):
        talks.record(
            statement(1, reports=[report("2099-01-01")]),
            statement(2, reports=[report("2025-12-20", audience="press")]),
            statement(3, reports=[report("2025-12-20", audience="staff")]),
            statement(4),
        )
        events = {"public": public.take(2), "press": press.take(3), "staff": staff.take(4)}

    assert {who: seqs_after(talks, streamed) for who, streamed in events.items()} == {
        "public": [-1, 5],  # the envoy is named for the first time
        "press": [-1, 3, 5],
        "staff": [2, 3, 4, 5],
    }


def test_what_is_under_embargo_is_told_when_the_embargo_ends(talks: ServedTalks) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=2)
    embargoed = statement(2, reports=[report(soon.isoformat())])
    talks.record(statement(1))
    path = f"{talks.path}/stream?after={talks.head + 1}"
    with talks.server.stream(path) as stream:
        talks.record(embargoed, statement(3))
        blocks = (block for block in stream.blocks() if "id" in block)
        live = [next(blocks) for _ in range(2)]
        ended_at = datetime.now(UTC)
    with talks.server.stream(path, **{"Last-Event-ID": live[0]["id"]}) as stream:
        resumed = stream.take(1)

    seqs = [json.loads(block["data"])["seq"] - talks.head for block in live]
    assert (seqs, seqs_after(talks, resumed)) == ([3, 2], [2])
    assert soon <= ended_at < soon + timedelta(seconds=5)


def test_events_of_another_negotiation_stay_there(talks: ServedTalks) -> None:
    with talks.server.stream(talks.stream_path) as stream:
        open_talks(talks.server)
        talks.record(statement(2))
        events = stream.take(1)

    assert seqs_after(talks, events) == [len(OPENING) + 1]


def test_a_reader_who_is_slow_loses_nothing(talks: ServedTalks) -> None:
    with talks.server.stream(talks.stream_path) as stream:
        for batch in range(4):
            talks.record(*(statement(n) for n in range(batch * 500 + 1, batch * 500 + 501)))
        events = stream.take(2000)

    assert seqs_after(talks, events) == list(range(1, 2001))


def test_own_appends_are_told_at_once(talks: ServedTalks) -> None:
    delays = []
    with talks.server.stream(talks.stream_path) as stream:
        events = stream.events()
        for n in range(1, 11):
            time.sleep(0.05)  # until nothing else moves
            start = time.monotonic()
            talks.record(statement(n))
            next(events)
            delays.append(time.monotonic() - start)

    assert sorted(delays)[4] < 0.5


def test_hints_that_get_lost_cost_a_second_and_no_event(postgres_url: str, tmp_path: Path) -> None:
    with serve_ledger(postgres_url, folder=tmp_path) as server:
        server.post("talks", OPENING)
        with server.stream(f"{PATH}?after=4&audience=staff") as stream:
            events = stream.events()
            server.post("talks", [statement(1)])
            first, *_ = next(events)
            with psycopg.connect(postgres_url, autocommit=True) as admin:
                admin.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND query LIKE 'SELECT size FROM head'"
                )
            server.post("talks", [statement(2)])
            second, *_ = next(events)

    assert (first, second) == (5, 6)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_open_streams_do_not_keep_a_server_from_ending(server: ApiServer, number: int) -> None:
    staff = f"{PATH}?audience=staff"
    with server.stream(f"{staff}&after=4") as one, server.stream(staff) as other:
        other.take(4)
        seconds = server.end(number)
        rest = [*one.blocks(), *other.blocks()]

    assert seconds < 5
    assert [block for block in rest if "id" in block] == []


def test_a_reader_who_takes_nothing_does_not_keep_a_server_from_ending(tmp_path: Path) -> None:
    with serve_ledger(tmp_path / "talks.db", folder=tmp_path) as server, socket.socket() as deaf:
        server.post("talks", OPENING)
        server.post("talks", [statement(n) | {"summary": "x" * 20_000} for n in range(500)])
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)  # Linux keeps 4 MB to be sent
        deaf.connect(("127.0.0.1", server.port))
        deaf.sendall(f"GET {PATH}?audience=staff HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        time.sleep(1)  # until nothing more fits between the two
        seconds = server.end()

    assert seconds < 15


def test_silence_is_broken_by_a_comment(monkeypatch: pytest.MonkeyPatch) -> None:
    async def take_comment(hub: stream.StreamHub) -> bytes:
        async with aclosing(
            hub.follow_negotiation(Follower("talks", STAFF), ResumeMark(Told(4, 0)))
        ) as chunks:
            return await anext(chunk async for chunk in chunks if chunk.startswith(b":"))

    monkeypatch.setattr(stream, "HEARTBEAT", 0.01)
    with (
        tell_story([("2025-12-20T09:00:00Z", OPENING)]) as world,
        closing(stream.StreamHub(world.ledger)) as hub,
    ):
        assert asyncio.run(asyncio.wait_for(take_comment(hub), 10)) == b": ping\n\n"


def test_a_stream_that_reads_says_goodbye_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page of a filtered stream folds the log, which can take longer than the end may."""

    async def take_all(hub: stream.StreamHub) -> list[bytes]:
        def read_for_long(*arguments: object) -> None:
            loop.call_soon_threadsafe(hub.end_streams)
            while True:
                check_deadline()

        monkeypatch.setattr(stream, "read_page", read_for_long)
        loop = asyncio.get_running_loop()
        follower = Follower("talks", STAFF)
        return [chunk async for chunk in hub.follow_negotiation(follower, ResumeMark(Told(0, 0)))]

    monkeypatch.setattr(server_limits, "COSTLY_SECONDS", 3_600)
    with (
        tell_story([("2025-12-20T09:00:00Z", OPENING)]) as world,
        closing(stream.StreamHub(world.ledger)) as hub,
    ):
        chunks = asyncio.run(asyncio.wait_for(take_all(hub), 30))

    assert chunks == [stream.RECONNECT, stream.FAREWELL]


@pytest.mark.parametrize(
    "given", ["x", "-1", "1.5", "²", "9" * 17, "99", "1@2025-12-20T09:00:00.0"]
)
def test_a_last_event_id_that_cannot_be_is_refused(http_world: World, given: str) -> None:
    http_world.record("2025-12-20T09:00:00Z", [*OPENING, statement(1)])
    response = http_world.client.get(PATH, headers={"Last-Event-ID": given.encode()})

    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["errors"][0]["pointer"] == "Last-Event-ID"


@pytest.mark.parametrize(
    "query", ["as_of=2025-12-20", "audience=nobody", "after=-1", "after=99", "only_source=Nobody"]
)
def test_a_question_that_a_stream_does_not_take_is_refused(http_world: World, query: str) -> None:
    http_world.record("2025-12-20T09:00:00Z", [*OPENING, statement(1)])

    assert http_world.client.get(f"{PATH}?{query}").status_code == 422


def test_a_stream_of_an_unknown_negotiation_is_refused(http_world: World) -> None:
    response = http_world.client.get(PATH)

    assert (response.status_code, response.json()["type"]) == (404, "/problems/unknown-negotiation")


def test_head_of_a_stream_ends(http_world: World) -> None:
    http_world.record("2025-12-20T09:00:00Z", [*OPENING, statement(1)])
    response = http_world.client.head(PATH)

    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["content-type"].startswith("text/event-stream")
