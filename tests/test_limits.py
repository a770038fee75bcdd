"""Limits that hold: what is too long, too slow, too often or too much is told so, and others are
answered meanwhile."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from api.access.gate import AccessPolicy
from api.app import create_app
from api.cli.server import SERVER_OPTIONS
from api.http.json_pieces import MAX_VALUES, read_in_steps, split_array
from api.http.query_params import BasisQuery
from api.limits import server_limits
from api.limits.bodies import HeldBodies
from api.limits.connections import limit_connections
from api.limits.rates import RequestRates
from api.limits.server_limits import ServerLimits
from api.services import server_services
from domain.errors import BusyError, MalformedBodyError, TookTooLongError
from ledger.deadline import time_limit
from projections.index.filtered_view import FilteredView
from projections.index.reader import IndexView
from projections.log_query import LogQuery
from tests import postgres
from tests.facts import OPENING, statement
from tests.local_client import LocalClient
from tests.serving import wait_until
from tests.world import World

NOW = "2025-12-22T12:00:00Z"
EVENTS = "/v1/negotiations/talks/events"
CONNECTIONS = 12


class Served:
    """The application behind real sockets, in a thread of this process."""

    def __init__(self, port: int) -> None:
        self.port = port

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def send(self, raw: bytes) -> tuple[int, dict[str, str], Any]:
        """Send bytes and read the answer until the server closes."""
        with closing(self.connect()) as connection:
            connection.sendall(raw)
            return read_answer(connection)

    def get(self, path: str) -> tuple[int, dict[str, str], Any]:
        return self.send(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{CLOSE}\r\n".encode())


CLOSE = "Connection: close\r\n"


def read_answer(connection: socket.socket) -> tuple[int, dict[str, str], Any]:
    raw = b""
    try:
        while block := connection.recv(2**16):
            raw += block
    except ConnectionResetError:
        pass
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return int(first.split()[1]), headers, json.loads(body)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("limits"), "http") as made:
        made.record(NOW, [*OPENING, *(statement(number) for number in range(1, 40))])
        yield made


@contextmanager
def serving(world: World, limits: ServerLimits) -> Iterator[Served]:
    limit_connections(limits)
    app = create_app(world.ledger, limits=limits)
    server = uvicorn.Server(uvicorn.Config(app, port=0, lifespan="off", **SERVER_OPTIONS))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        wait_until(lambda: server.started)
        yield Served(server.servers[0].sockets[0].getsockname()[1])
    finally:
        server_services(app).streams.end_streams()
        server.should_exit = True
        thread.join()
        server_services(app).streams.close()
        server_services(app).comparer.close()


@pytest.fixture(scope="module")
def served(world: World) -> Iterator[Served]:
    with serving(world, ServerLimits(client_connections=CONNECTIONS)) as server:
        yield server


POST = b"POST /livez HTTP/1.1\r\nHost: localhost\r\n"
TWO_LENGTHS = (
    b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
    b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
    b"Content-Length: 5\r\nContent-Length: 6\r\n",
    b"Transfer-Encoding: chunked, identity\r\n",
    b"Content-Length: +5\r\n",
)
"""Headers by which two programs may find the end of a request at two places."""


@pytest.mark.parametrize(
    ("raw", "status", "kind"),
    [
        (b"GET /" + b"a" * 17_000 + b" HTTP/1.1\r\n", 414, "long-address"),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 33_000, 431, "long-headers"),
        (b"GET / HTTP/1.1\r\n" + b"X: 1\r\n" * 101 + b"\r\n", 431, "long-headers"),
        (b"GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400, "malformed-request"),
        (b"hello\r\n\r\n", 400, "malformed-request"),
        (b"GET //[ HTTP/1.1\r\nHost: localhost\r\n\r\n", 404, "no-such-address"),
        (b"\x16\x03\x01\x02\x00\x01\x00", 400, "malformed-request"),
        *((POST + lengths + b"\r\n0\r\n\r\n", 400, "malformed-request") for lengths in TWO_LENGTHS),
    ],
)
def test_a_request_that_is_too_long_or_no_http_is_a_problem(
    served: Served, raw: bytes, status: int, kind: str
) -> None:
    if status == 404:
        raw = raw.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    found, headers, problem = served.send(raw)

    assert (found, headers["content-type"]) == (status, "application/problem+json")
    assert headers["x-content-type-options"] == "nosniff"
    assert (problem["type"], problem["status"]) == (f"/problems/{kind}", status)


def test_half_a_request_ends(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_limits, "HEAD_SECONDS", 0.2)
    status, _, problem = served.send(b"GET / HTTP/1.1\r\nHost: lo")

    assert (status, problem["type"]) == (408, "/problems/slow-request")


def test_a_slow_body_ends(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_limits, "BODY_SECONDS", 0.2)
    head = f"POST {EVENTS} HTTP/1.1\r\nHost: localhost\r\n{CLOSE}Content-Length: 90\r\n\r\n["
    status, _, problem = served.send(head.encode())

    assert (status, problem["type"]) == (408, "/problems/slow-request")
    assert problem["detail"] == "1 bytes of the body came in 0 seconds"


def test_who_waits_longest_makes_room_for_who_asks(served: Served) -> None:
    idle = [served.connect() for _ in range(3 * CONNECTIONS)]
    for connection in idle:
        connection.sendall(b"GET / HTT")
    status, _, answer = served.get("/livez")
    for connection in idle:
        connection.close()

    assert (status, answer) == (200, {"status": "alive"})


def test_streams_are_bounded(served: Served) -> None:
    path = "/v1/negotiations/talks/stream"
    followers = [served.connect() for _ in range(CONNECTIONS // 2)]
    for connection in followers:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        assert b" 200 " in connection.recv(100)
    status, headers, problem = served.get(path)
    answered, _, _ = served.get("/v1/negotiations/talks/state")
    for connection in followers:
        connection.close()

    assert (status, headers["retry-after"], problem["type"]) == (503, "1", "/problems/busy")
    assert answered == 200
    wait_until(lambda: is_followed(served, path))


def is_followed(served: Served, path: str) -> bool:
    with closing(served.connect()) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        return b" 200 " in connection.recv(100)


def test_a_caller_has_so_many_requests_a_minute_and_the_owner_as_many_as_come(world: World) -> None:
    policy = AccessPolicy(owner_secret="owner-secret")  # noqa: S106  # of a test
    app = create_app(world.ledger, policy=policy, limits=ServerLimits(requests_per_minute=3))
    client = LocalClient(app)
    keyless = {client.get("/v1/negotiations").status_code for _ in range(5)}
    owner = {"Authorization": "Bearer owner-secret"}
    for name, scope in (("operator", "admin"), ("reader", "read")):
        told = {"name": name, "scopes": [scope]}
        made = client.post("/v1/keys", json=told, headers=owner)
    key = {"Authorization": f"Bearer {made.json()['secret']}"}
    answers = [client.get("/v1/negotiations", headers=key) for _ in range(4)]
    compared = client.get("/v1/negotiations/talks/plans/a/diff", headers=key)
    public = client.get("/v1/negotiations").status_code
    probed = {client.get("/livez", headers=key).status_code for _ in range(5)}
    owned = {client.get("/v1/negotiations", headers=owner).status_code for _ in range(5)}
    server_services(app).comparer.close()
    world.ledger.run_in_writer(lambda c: c.execute("DELETE FROM access_key")).result()

    assert keyless == probed == owned == {200}
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[-1].json()["type"] == "/problems/too-many-requests"
    assert answers[-1].headers["retry-after"] == "20"
    assert compared.status_code == 429
    assert public == 200  # counted apart


def test_time_fills_the_bucket_of_a_caller() -> None:
    now = [0.0]
    rates = RequestRates(60, lambda: now[0])
    caller = ("key", "reader")
    waits = [rates.seconds_until_next(caller) for _ in range(61)]
    now[0] = 1.5

    assert (waits.count(0), waits[-1]) == (60, 1.0)
    assert [rates.seconds_until_next(caller) for _ in range(2)] == [0, 0.5]


def test_bodies_of_all_requests_are_bounded_together() -> None:
    bodies = HeldBodies(10)
    bodies.add(6)
    with pytest.raises(BusyError):
        bodies.add(5)
    bodies.remove(6)
    bodies.add(10)


@pytest.mark.parametrize(
    ("body", "media", "status"),
    [
        (b"{}\n" * 200_000, "application/x-ndjson", 413),
        (b"{}\n" * 9_000, "application/x-ndjson", 422),
        (b"[" + b"{}," * 200_000 + b"{}]", "application/json", 413),
        (b"[" + b"{}," * 2_000_000 + b"{}]", "application/json", 413),
        (b"{" + b",".join(b'"a%d":1' % n for n in range(200_000)) + b"}", "application/json", 413),
        (b"[" * 200_000, "application/json", 400),
        (b'{"note":' + b"1" * 300_000 + b"}", "application/json", 413),
        (b'{"note":"' + b"1" * 100_000 + b'"}', "application/json", 422),
        (b'{"a":1,"a":2}' + b" " * 20_000, "application/json", 400),
        (b"\xef\xbb\xbf{}", "application/json", 400),
        ('{"type":"statement-made"}'.encode("utf-16"), "application/json", 400),
        ('{"type":"statement-made"}'.encode("utf-16-be"), "application/json", 400),
    ],
)
def test_a_body_that_costs_too_much_is_refused_shortly(
    world: World, body: bytes, media: str, status: int
) -> None:
    response = world.client.post(EVENTS, content=body, headers={"Content-Type": media})

    assert response.status_code == status
    assert len(response.content) < 600_000


def test_a_long_array_is_recorded_as_it_was_sent(world: World) -> None:
    events = [
        {**statement(number), "codes": {f"k{each}": "[,]" for each in range(100)}}
        for number in range(1000, 1600)
    ]
    body = json.dumps(events, indent=1)
    assert body.count(",") > MAX_VALUES
    response = world.client.post(EVENTS, content=body, headers={"Content-Type": "application/json"})
    answer = world.client.get(f"/v1/negotiations/talks/events/{events[-1]['id']}").json()

    assert (response.status_code, len(response.json()["recorded"])) == (201, 600)
    assert answer["data"]["codes"] == events[-1]["codes"]


@pytest.mark.parametrize(
    "members", [[], [1], ["a,b]", {"c": ["\\", '"', "]"]}], [[], {}, [[1, 2], "x"]], ["\\\\\\"]]
)
def test_members_of_an_array_are_parted_as_they_are(members: list[object]) -> None:
    text = json.dumps(members).encode()

    assert [json.loads(member) for member in split_array(b" " + text + b"\n")] == members


@pytest.mark.parametrize("text", [b"[", b"[1", b'["a', b"[1] 2", b"[1}", b'["\\"]'])
def test_an_array_that_does_not_end_is_malformed(text: bytes) -> None:
    with pytest.raises(MalformedBodyError):
        list(split_array(text))


@pytest.mark.parametrize(
    "query",
    [
        "/statements?q=" + "a" * 401,
        "/state?tz=" + "a" * 201,
        "/state?" + "&".join(f"exclude_source=s{n}" for n in range(51)),
        "/state?only_source=" + "a" * 201,
        "/diff?from=" + "2" * 201 + "&to=2025-12-22",
        "/statements?party=a%00",
    ],
)
def test_a_long_parameter_is_refused(world: World, query: str) -> None:
    response = world.client.get(f"/v1/negotiations/talks{query}")

    assert response.status_code == 422
    assert len(response.content) < 2_000


@pytest.fixture(params=["sqlite", "postgres"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    url = request.getfixturevalue("ledger_url") if request.param == "postgres" else None
    if url:
        postgres.empty_ledger(url)
    with World(tmp_path, "http", url) as made:
        made.record(NOW, [*OPENING, statement(1)])
        yield made


FOREVER = {
    "sqlite": (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    ),
    "postgres": "SELECT count(*) FROM pg_sleep(60)",
}


def test_a_question_is_interrupted_in_the_database_and_the_next_one_answered(
    either: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = "sqlite" if either.ledger.is_exclusive else "postgres"

    def ask_forever(session: Any, basis: object) -> None:
        session.cursor.execute(FOREVER[kind], {})
        session.cursor.fetchall()

    monkeypatch.setattr(server_limits, "ANSWER_SECONDS", 0.3)
    monkeypatch.setattr("api.session.Session.open_view", ask_forever)
    start = time.monotonic()
    response = either.get("/state")
    took = time.monotonic() - start
    monkeypatch.undo()

    assert took < 20
    assert (response.status_code, response.headers["retry-after"]) == (503, "1")
    assert response.json()["type"] == "/problems/took-too-long"
    assert either.get("/statements").status_code == 200


def test_questions_are_called_off_when_the_server_ends(
    either: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = "sqlite" if either.ledger.is_exclusive else "postgres"
    ending = server_services(either.client.app).ending

    def ask_forever(session: Any, basis: object) -> None:
        ending.set()
        session.cursor.execute(FOREVER[kind], {})
        session.cursor.fetchall()

    monkeypatch.setattr("api.session.Session.open_view", ask_forever)
    start = time.monotonic()
    response = either.get("/state")

    assert response.json()["type"] == "/problems/took-too-long"
    assert time.monotonic() - start < server_limits.ANSWER_SECONDS


def test_a_question_with_filters_is_interrupted(either: World) -> None:
    with either.open_session() as session:
        question = BasisQuery(min_sources=2).to_question(session.log_timeline)
        view = session.open_view(session.resolve_basis(question))
        with time_limit(-1), pytest.raises(TookTooLongError):
            session.build_state(view)


def test_no_address_has_a_nul(either: World) -> None:
    for path in ("/desk/n%00", "/desk/talks/plans/%00", "/v1/negotiations/n%00/state"):
        assert either.client.get(path).status_code in (404, 422), path


def test_a_long_body_and_the_next_request_are_read(served: Served) -> None:
    body = b"[" + b" " * 400_000
    head = f"POST {EVENTS} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    with closing(served.connect()) as connection:
        connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        first = connection.recv(2**16)
        connection.sendall(f"GET /livez HTTP/1.1\r\nHost: localhost\r\n{CLOSE}\r\n".encode())
        second = read_answer(connection)

    assert first.startswith(b"HTTP/1.1 400 ")
    assert second[0] == 200


@pytest.mark.parametrize("codes", ["[" * 5_000 + "]" * 5_000, r'{"a":"\ud800"}', "\0"])
def test_a_form_with_what_no_event_holds_is_refused(world: World, codes: str) -> None:
    form = {"type": "statement-made", "summary": "x", "occurred": "2025-12-20", "codes": codes}
    response = world.client.post(
        "/desk/talks/record", data=form, headers={"Sec-Fetch-Site": "same-origin"}
    )

    assert response.status_code == 422


def test_a_dry_run_is_interrupted(either: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_limits, "COSTLY_SECONDS", -1)
    tried = either.post(statement(2), params={"dry_run": "true", "changes": "true"})

    assert tried.json()["type"] == "/problems/took-too-long"
    assert either.post(statement(2)).status_code == 201


def test_changes_are_told_of_so_many_events(world: World) -> None:
    tried = world.post([statement(1)] * 1001, params={"dry_run": "true", "changes": "true"})

    assert (tried.status_code, tried.json()["hint"]) == (
        413,
        "leave out changes, or send fewer events",
    )


def test_a_dry_run_reads_what_is_recorded_once_for_each_subject(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    read_log = IndexView.read_log

    def read_and_count(view: IndexView, query: LogQuery) -> Any:
        asked.extend(query.subjects)
        return read_log(view, query)

    monkeypatch.setattr(IndexView, "read_log", read_and_count)
    tried = world.post([statement(n) for n in range(5000, 5010)], params={"dry_run": "true"})

    assert tried.status_code == 200, tried.text
    found = tried.json()["possible_duplicates"]
    assert {each["index"] for each in found} == set(range(10))
    assert sorted(asked) == ["party:envoy", "person:envoy"]


def test_few_questions_with_filters_are_answered_at_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    under_way, most = 0, 0
    resolve_cells = FilteredView.resolve_cells

    def resolve_and_count(view: FilteredView, *given: Any, **options: Any) -> Any:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        time.sleep(0.01)
        try:
            return resolve_cells(view, *given, **options)
        finally:
            under_way -= 1

    monkeypatch.setattr(FilteredView, "resolve_cells", resolve_and_count)
    with ThreadPoolExecutor() as threads:
        answers = list(threads.map(lambda _: world.get("/state", min_sources="2"), range(4)))

    assert {answer.status_code for answer in answers} == {200}
    assert 1 <= most <= server_limits.COSTLY_ANSWERS


@pytest.mark.parametrize(
    "text",
    [
        b'{"a":1,"a":[2,{"b":null}]}',
        b' [1.5, "x\\u00e9", true, {}, []]\n',
        b'{"a":1,}',
        b"[1 2]",
        b'"',
        b'{"a":',
        b"NaN",
        b'{"a":1}x',
        b"\xff",
        b"",
        b"{1:2}",
    ],
)
def test_json_is_read_in_steps_as_it_is_at_once(text: bytes) -> None:
    def read(parse: Any) -> object:
        try:
            return parse(text, object_pairs_hook=tuple)
        except ValueError as error:
            return str(error)

    assert repr(read(read_in_steps)) == repr(read(json.loads))
