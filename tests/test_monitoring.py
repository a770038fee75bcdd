"""What requests leave in the log and in the metrics, and what they never do."""

from __future__ import annotations

import json
import logging
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from prometheus_client.parser import text_string_to_metric_families

from api.app import create_app
from api.monitoring.access_record import AccessRecord
from api.monitoring.log_lines import SERVER_LOGS, JsonFormatter, configure_log
from api.monitoring.requests import REQUEST_LOG, ObservedRequest
from api.services import server_services
from tests.facts import OPENING, STANCE
from tests.local_client import LocalClient
from tests.world import World

MARKER = "marker-that-nobody-may-read"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path) as made:
        made.record("2026-03-01T00:00:00Z", OPENING)
        yield made


class Lines(logging.Handler):
    """Keeps what is logged as the lines that a server would write."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[str] = []
        self.setFormatter(JsonFormatter())

    def emit(self, record: logging.LogRecord) -> None:
        self.written.append(self.format(record))

    @property
    def requests(self) -> list[dict[str, Any]]:
        lines = map(json.loads, self.written)
        return [line for line in lines if line["logger"] == REQUEST_LOG.name]


@pytest.fixture
def lines() -> Iterator[Lines]:
    handler, root = Lines(), logging.getLogger()
    root.addHandler(handler)
    REQUEST_LOG.setLevel(logging.INFO)
    yield handler
    REQUEST_LOG.setLevel(logging.NOTSET)
    root.removeHandler(handler)


def pinned_address(world: World) -> str:
    """Return the address of a state that never changes, so that it is sent from memory."""
    world.set_clock("2026-03-05T00:00:00Z")
    asked = world.get("/state", as_of="2026-03-02", audience="staff")
    return str(asked.links["canonical"]["url"])


def test_a_line_of_a_request_names_its_route_caller_and_answer(world: World, lines: Lines) -> None:
    pinned = pinned_address(world)
    lines.written.clear()
    answer = world.client.get(pinned)
    world.client.get(pinned)
    world.client.head(pinned)
    first, cached, head = lines.requests

    assert first["request_id"] == answer.headers["x-request-id"]
    told = {name: first[name] for name in ("method", "route", "key", "status", "bytes", "level")}
    assert told == {
        "method": "GET",
        "route": "/v1/negotiations/{negotiation}/state",
        "key": "local",
        "status": 200,
        "bytes": int(answer.headers["content-length"]),
        "level": "info",
    }
    assert first["duration_ms"] > 0
    for name in ("route", "key", "bytes", "status"):
        assert cached[name] == first[name]
    assert (head["method"], head["bytes"]) == ("HEAD", 0)
    assert cached["request_id"] != first["request_id"]


@pytest.mark.parametrize("given", ["abc-1", "a" * 64, "4bf92f35.77b3_4da6"])
def test_a_request_id_that_is_well_formed_is_taken(world: World, given: str) -> None:
    answer = world.client.get("/livez", headers={"X-Request-ID": given})

    assert answer.headers["x-request-id"] == given


@pytest.mark.parametrize(
    "given", ["", "a" * 65, 'a"b', "a b", "-a", "ä".encode().decode("latin-1")]
)
def test_a_request_id_that_is_not_is_replaced(world: World, given: str) -> None:
    answer = world.client.get("/livez", headers={"X-Request-ID": given.encode("latin-1")})

    assert answer.headers["x-request-id"] != given
    assert len(answer.headers["x-request-id"]) == 32


def test_refusals_have_an_id_and_a_line_too(world: World, lines: Lines) -> None:
    foreign = world.client.get("/livez", headers={"Host": "evil.example"})
    unknown = world.client.get("/no/such/address")

    assert [line["status"] for line in lines.requests] == [421, 404]
    assert [line["route"] for line in lines.requests] == ["none", "none"]
    assert all("x-request-id" in each.headers for each in (foreign, unknown))


def test_the_log_never_has_text_of_events_queries_or_keys(world: World, lines: Lines) -> None:
    secret = f"Bearer mbk_{MARKER}"
    assert world.post([{**STANCE, "summary": MARKER}]).status_code == 201
    assert world.post([{**STANCE, "stance": MARKER}]).status_code == 422
    assert world.get("/statements", q=MARKER).status_code == 200
    assert world.get("/state", as_of=MARKER).status_code == 422
    assert world.get("/state").request.url.query == b""
    assert world.get("/state", **{MARKER: "x"}).status_code == 422
    headers = {"Authorization": secret, "Cookie": MARKER, "User-Agent": MARKER}
    assert world.client.get("/v1/negotiations", headers=headers).status_code == 401
    with mock.patch("api.http.state.answer_from_view", side_effect=ValueError(MARKER)):
        assert world.get("/state").status_code == 500
    with mock.patch.object(world.ledger.read_model, "apply", side_effect=ValueError(MARKER)):
        assert world.post([{**STANCE, "id": None, "summary": "other"}]).status_code == 500
    logging.getLogger("minutebook").error("failed", exc_info=ValueError(MARKER))

    assert len(lines.requests) == 9
    assert lines.requests[-1]["status"] == 500
    assert "ValueError" in lines.written[-1]
    assert MARKER not in "\n".join(lines.written)


def test_the_log_of_a_server_is_json_once_it_is_wanted(capsys: pytest.CaptureFixture[str]) -> None:
    root, names = logging.getLogger(), ("", *SERVER_LOGS)
    kept = {name: vars(logging.getLogger(name)).copy() for name in names}
    try:
        configure_log("json")
        logging.getLogger("uvicorn.error").error("it is\nsaid")
        logging.getLogger("minutebook").warning("so is %s", "this")
        REQUEST_LOG.info("request", extra={"fields": {"status": 200}})
        written = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    finally:
        for name in names:
            vars(logging.getLogger(name)).update(kept[name])
        REQUEST_LOG.setLevel(logging.NOTSET)
        root.manager._clear_cache()  # type: ignore[attr-defined]  # levels are remembered

    assert [line["message"] for line in written] == ["it is\nsaid", "so is this", "request"]
    assert [line["level"] for line in written] == ["error", "warning", "info"]
    assert written[2]["status"] == 200


def read_metrics(world: World) -> dict[tuple[str, ...], float]:
    answer = world.client.get("/metrics")
    assert answer.status_code == 200
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_metrics_count_answers_refusals_appends_and_what_came_from_memory(world: World) -> None:
    state, events = (f"/v1/negotiations/{{negotiation}}/{each}" for each in ("state", "events"))
    pinned = pinned_address(world)
    world.client.get(pinned)
    world.client.get(pinned)
    world.post([STANCE])
    world.post([{"type": "no-such-type"}])
    found = read_metrics(world)

    assert found["minutebook_requests_total", "GET", state, "200"] == 3
    assert found["minutebook_requests_total", "POST", events, "422"] == 1
    assert found["minutebook_request_seconds_count", state] == 3
    assert found["minutebook_refusals_total", "invalid-event"] == 1
    assert found["minutebook_cached_answers_total",] == 1
    assert found["minutebook_append_seconds_count",] == 1
    assert found["minutebook_head",] == len(OPENING) + 1
    assert found["minutebook_index_lag_events",] == 0
    assert found["minutebook_queue_batches",] == 0
    assert found["minutebook_streams",] == 0
    assert found["minutebook_scrub_rounds",] == 0
    assert found["minutebook_checkpoint_age_seconds",] >= 0
    assert found["minutebook_disk_free_bytes", "ledger"] > 0
    assert found["minutebook_fault", "signing"] == 0
    assert found["minutebook_database_up",] == 1


def test_metrics_tell_what_is_wrong_also_without_the_database(world: World) -> None:
    world.client.get("/livez")
    world.ledger.signing.fail(OSError("no space"))
    away = mock.Mock(side_effect=OSError("away"))
    with mock.patch.object(world.ledger, "open_snapshot", away):
        found = read_metrics(world)

    assert found["minutebook_database_up",] == 0
    assert found["minutebook_fault", "signing"] == 1


def test_metrics_are_for_who_has_the_scope_admin_once_there_are_keys(world: World) -> None:
    body = {"name": "operator", "scopes": ["admin"], "audience": None, "negotiations": []}
    made = world.client.post("/v1/keys", json={**body, "expires": None}).json()
    reader = world.client.post(
        "/v1/keys",
        json={**body, "name": "reader", "scopes": ["read"], "expires": None},
        headers={"Authorization": f"Bearer {made['secret']}"},
    ).json()

    def ask(secret: str | None) -> int:
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        return world.client.get("/metrics", headers=headers).status_code

    assert [ask(made["secret"]), ask(reader["secret"]), ask(None)] == [200, 403, 401]


DEPLOY = Path(__file__).parent.parent / "deploy" / "monitoring"


def test_the_dashboard_and_the_alerts_name_metrics_that_exist(world: World) -> None:
    world.get("/state")
    world.post([{"type": "no-such-type"}])
    families = text_string_to_metric_families(world.client.get("/metrics").text)
    known = {sample.name for family in families for sample in family.samples}
    known |= {f"minutebook_witness_{each}" for each in ("cosigns", "behind_events")}
    for file in (DEPLOY / "dashboard.json", DEPLOY / "alerts.yml"):
        named = set(re.findall(r"\bminutebook_\w+", file.read_text()))

        assert named
        assert named - known == set()


def test_the_dashboard_is_json_with_an_expression_in_each_panel() -> None:
    panels = json.loads((DEPLOY / "dashboard.json").read_text())["panels"]

    assert len(panels) > 8
    assert all(target["expr"] for panel in panels for target in panel["targets"])
    assert len({panel["id"] for panel in panels}) == len(panels)


@pytest.mark.skipif(shutil.which("promtool") is None, reason="needs Debian's package prometheus")
def test_promtool_takes_the_alerts_and_what_metrics_says(world: World) -> None:
    rules = subprocess.run(["promtool", "check", "rules", DEPLOY / "alerts.yml"], check=False)
    text = world.client.get("/metrics").content
    metrics = subprocess.run(["promtool", "check", "metrics"], input=text, check=False)

    assert (rules.returncode, metrics.returncode) == (0, 0)


TOLD_TO_STAFF = (
    "/v1/negotiations/talks/export",
    "/v1/negotiations/talks/proposals",
    "/desk/talks/proposals",
    "/v1/audit/leaves/1",
    "/v1/audit/tile/0/000.p/1",
)
"""What tells of everything without naming an audience."""


def test_the_access_record_has_who_read_what_is_not_public(world: World, tmp_path: Path) -> None:
    record = AccessRecord(tmp_path / "access", 90)
    app = create_app(world.ledger, listeners=[record.observe])
    (tmp_path / "access").mkdir()
    old, young = (tmp_path / "access" / f"{each}.jsonl" for each in ("2020-01-01", "2999-01-01"))
    old.touch()
    young.touch()
    with closing(LocalClient(app)) as client:
        path = "/v1/negotiations/talks/state"
        asked = client.get(path, params={"audience": "staff"})
        client.get(path, params={"audience": "public"})
        client.get(path, params={"audience": "staff", "as_of": "never"})
        client.get("/desk/talks", params={"audience": "staff"})
        for told in TOLD_TO_STAFF:
            assert client.get(told).status_code == 200, told
        assert client.get("/metrics").status_code == 200
    server_services(app).comparer.close()

    young.unlink()
    (file,) = (tmp_path / "access").iterdir()
    first, page, *others = map(json.loads, file.read_text().splitlines())
    assert file.stat().st_mode & 0o777 == 0o600
    assert {name: first[name] for name in ("key", "negotiation", "audience", "address")} == {
        "key": "local",
        "negotiation": "talks",
        "audience": "staff",
        "address": asked.links["canonical"]["url"],
    }
    assert (page["negotiation"], page["route"]) == ("talks", "/desk/{negotiation}")
    assert [each["audience"] for each in others] == ["staff"] * len(TOLD_TO_STAFF)
    assert others[0]["route"] == "/v1/negotiations/{negotiation}/export"


def test_no_access_record_is_kept_for_no_days(world: World, tmp_path: Path) -> None:
    AccessRecord(tmp_path / "access", 0).observe(
        ObservedRequest("id", "GET", status=200, asked_address="/desk/talks?audience=staff")
    )

    assert not (tmp_path / "access").exists()
