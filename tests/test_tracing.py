"""Spans: what a request waits for, in the trace of its caller, and never what it says."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from unittest import mock

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF

from api.app import create_app
from api.monitoring import tracing
from api.monitoring.tracing import Tracing, load_export, open_tracing
from api.services import server_services
from domain.errors import InvalidQuestionError
from ledger.database import Cursor
from tests.facts import OPENING, STANCE
from tests.local_client import LocalClient
from tests.serving import serve_http
from tests.world import World

MARKER = "marker-that-nobody-may-read"
TRACE, CALLER = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
PARENT = {"traceparent": f"00-{TRACE}-{CALLER}-01"}
ROUTE = "/v1/negotiations/{negotiation}"
WAIT_SECONDS = 20


class Traced:
    """A world whose requests are traced, and the spans that came of it."""

    def __init__(self, world: World, **options: object) -> None:
        self.world, self.exporter = world, InMemorySpanExporter()
        provider = TracerProvider(**options)  # type: ignore[arg-type]  # given by the tests below
        provider.add_span_processor(SimpleSpanProcessor(self.exporter))
        app = create_app(world.ledger, tracing=Tracing(provider))
        self.close_comparer = server_services(app).comparer.close
        self.client = LocalClient(app, raise_server_exceptions=False)

    def post(self, body: object, **options: object) -> int:
        address = f"/v1/negotiations/{self.world.name}/events"
        return self.client.post(address, json=body, **options).status_code  # type: ignore[arg-type]  # as above

    def find(self, name: str) -> ReadableSpan:
        """Return the newest span of a name, which the writer may make after the answer."""
        found: list[ReadableSpan] = []

        def is_there() -> bool:
            found[:] = [each for each in self.exporter.get_finished_spans() if each.name == name]
            return bool(found)

        wait_until(is_there)
        return found[-1]

    @property
    def names(self) -> list[str]:
        return [each.name for each in self.exporter.get_finished_spans()]


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, "it did not become so"
        time.sleep(0.01)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path) as made:
        made.record("2026-03-01T00:00:00Z", OPENING)
        yield made


@pytest.fixture
def traced(world: World) -> Iterator[Traced]:
    made = Traced(world)
    with made.client:
        yield made
    made.close_comparer()


def own(span: ReadableSpan) -> dict[str, object]:
    return dict(span.attributes or {})


def test_a_recording_is_traced_from_the_request_to_the_commit(traced: Traced) -> None:
    headers = PARENT | {"X-Request-ID": "request-1"}
    assert traced.post([STANCE | {"summary": MARKER}], headers=headers) == 201

    request = traced.find(f"POST {ROUTE}/events")
    assert request.context.trace_id == int(TRACE, 16)
    assert request.parent is not None
    assert request.parent.span_id == int(CALLER, 16)
    told = own(request)
    assert told.pop("http.response.body.size", 0) != 0
    assert told == {
        "http.request.method": "POST",
        "http.route": f"{ROUTE}/events",
        "http.response.status_code": 201,
        "minutebook.request_id": "request-1",
        "minutebook.key": "local",
        "minutebook.cached": False,
    }
    commit, sign = traced.find("commit"), traced.find("sign")
    body, queue, group = map(traced.find, ("body", "queue", "group"))
    for each in (body, queue, commit):
        assert each.parent is not None
        assert each.parent.span_id == request.context.span_id
        assert each.context.trace_id == int(TRACE, 16)
    assert [each.context for each in commit.links] == [group.context]
    for each in (group, sign):
        assert each.parent is None
        assert [link.context for link in each.links] == [request.context]
    moments = [request.start_time, body.start_time, body.end_time, queue.start_time]
    moments += [queue.end_time, commit.start_time, commit.end_time]
    assert moments == sorted(moments, key=lambda each: each or 0)


def test_submissions_of_one_group_share_its_span(traced: Traced) -> None:
    held = threading.Event()

    def hold_writer(c: Cursor) -> None:
        held.wait(WAIT_SECONDS)

    traced.world.ledger.run_in_writer(hold_writer)
    stance = {name: value for name, value in STANCE.items() if name != "id"}
    with ThreadPoolExecutor(3) as senders:
        answers = [senders.submit(traced.post, [stance]) for _ in range(3)]
        wait_until(lambda: traced.world.ledger.queue_length >= 3)
        held.set()
    assert [each.result() for each in answers] == [201, 201, 201]

    wait_until(lambda: traced.names.count("commit") == 3)
    group = traced.find("group")
    spans = traced.exporter.get_finished_spans()
    requests = {each.context.span_id for each in spans if each.name.startswith("POST")}
    assert traced.names.count("group") == 1
    assert own(group) == {"minutebook.submissions": 3}
    assert {link.context.span_id for link in group.links} == requests


def test_a_question_is_traced_until_its_answer(traced: Traced) -> None:
    address = f"/v1/negotiations/{traced.world.name}/state"
    traced.world.set_clock("2026-03-05T00:00:00Z")
    asked = {"as_of": "2026-03-02", "audience": "staff"}
    assert traced.client.get(address, params=asked).status_code == 200

    request = traced.find(f"GET {ROUTE}/state")
    for name in ("open session", "build answer"):
        span = traced.find(name)
        assert span.parent is not None
        assert span.parent.span_id == request.context.span_id
    assert request.parent is None


def test_no_span_has_words_of_requests_or_errors(traced: Traced) -> None:
    traced.post([STANCE | {"summary": MARKER, "party": MARKER}])
    traced.post([STANCE | {"id": MARKER}])
    traced.client.get(f"/v1/negotiations/{MARKER}/state", params={"as_of": MARKER})
    traced.client.get(f"/{MARKER}?{MARKER}={MARKER}", headers={"Authorization": MARKER})
    unknown = traced.client.get(f"/v1/negotiations/{MARKER}/state")
    with mock.patch("api.http.state.answer_from_view", side_effect=RuntimeError(MARKER)):
        broken = traced.client.get(f"/v1/negotiations/{traced.world.name}/state")

    assert (unknown.status_code, broken.status_code) == (404, 500)
    spans = traced.exporter.get_finished_spans()
    assert len(spans) >= 6
    assert not [each.name for each in spans if MARKER in each.to_json()]
    refusals = {own(each).get("error.type") for each in spans}
    assert {"unknown-negotiation", "UnknownNegotiationError"} <= refusals
    failed = [each for each in spans if own(each).get("http.response.status_code") == 500]
    assert [each.status.is_ok for each in failed] == [False]


def test_a_refused_batch_is_refused_in_the_span_of_its_commit(traced: Traced) -> None:
    assert traced.post([STANCE]) == 201
    wait_until(lambda: "commit" in traced.names)
    traced.exporter.clear()
    assert traced.post([STANCE | {"summary": "Something else."}]) == 409

    commit = traced.find("commit")
    assert own(commit)["error.type"] == "ReusedIdError"
    assert not commit.status.is_ok


def test_a_dry_run_is_no_commit(traced: Traced) -> None:
    assert traced.post([STANCE], params={"dry_run": "true"}) == 200

    traced.find("dry run")
    assert not {"commit", "sign"} & set(traced.names)


def test_what_is_not_sampled_costs_no_spans(world: World) -> None:
    traced = Traced(world, sampler=ALWAYS_OFF)
    with traced.client:
        assert traced.post([STANCE]) == 201
    traced.close_comparer()
    world.ledger.close()

    assert traced.names == []


def test_recordings_of_no_request_are_not_traced(traced: Traced) -> None:
    traced.world.record("2026-03-02T00:00:00Z", [STANCE])

    assert traced.names == []
    assert isinstance(traced.world.ledger.trace, Tracing)


def test_the_framework_sends_nothing_of_its_own(world: World) -> None:
    """It would, of whatever provider the process has, with all that is asked."""
    provider, exporter = TracerProvider(), InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    with mock.patch("opentelemetry.trace.get_tracer_provider", return_value=provider):
        assert world.client.get("/livez", params={"word": MARKER}).status_code < 500

    assert exporter.get_finished_spans() == ()


class Collector(BaseHTTPRequestHandler):
    """Takes spans as a collector does."""

    received: list[tuple[str, ExportTraceServiceRequest]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.received.append((self.path, ExportTraceServiceRequest.FromString(body)))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


def test_spans_arrive_at_a_collector(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    Collector.received = []
    with serve_http(HTTPServer(("127.0.0.1", 0), Collector)) as endpoint:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)
        monkeypatch.setenv("OTEL_SERVICE_NAME", "minutes-of-the-desk")
        made = open_tracing("1.2.3")
        assert made is not None
        app = create_app(world.ledger, tracing=made)
        with closing(server_services(app).comparer), LocalClient(app) as client:
            assert client.get("/livez").status_code == 200
        made.close()

    [(path, request)] = Collector.received
    [spans] = request.resource_spans
    resource = {each.key: each.value.string_value for each in spans.resource.attributes}
    assert path == "/v1/traces"
    assert resource["service.name"] == "minutes-of-the-desk"
    assert resource["service.version"] == "1.2.3"
    assert [each.name for scope in spans.scope_spans for each in scope.spans] == ["GET /livez"]


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4317"}, "is no address of HTTP"),
        (
            {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://a", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
            "OTEL_EXPORTER_OTLP_PROTOCOL cannot be 'grpc'",
        ),
    ],
)
def test_what_cannot_be_sent_is_refused(
    variables: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(InvalidQuestionError, match=said):
        load_export()


def test_without_the_package_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(tracing.ENDPOINTS[0], "http://127.0.0.1:4318/v1/traces")
    monkeypatch.delitem(sys.modules, "api.monitoring.trace_export", raising=False)
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)

    with pytest.raises(InvalidQuestionError, match="is not installed") as refused:
        load_export()
    assert "minutebook[telemetry]" in (refused.value.hint or "")


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://a", "OTEL_SDK_DISABLED": "true"},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://a", "OTEL_TRACES_EXPORTER": "none"},
    ],
)
def test_tracing_is_off_unless_it_is_wanted(
    variables: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert open_tracing("1") is None


def test_a_server_that_is_not_traced_loads_nothing_that_traces() -> None:
    program = (
        "import sys, api.cli.server as server; assert server.open_tracing('1') is None;"
        "print([each for each in sys.modules if each.startswith("
        "('opentelemetry.sdk', 'opentelemetry.exporter', 'api.monitoring.trace_export'))])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert (done.stdout, done.returncode) == ("[]\n", 0), done.stderr
