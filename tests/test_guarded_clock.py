"""A wrong clock records nothing, answers nothing as of now, and ends no embargo."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import orjson
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from api.wiring import AcceptedAtStart, open_configured_ledger, open_ledger
from domain.errors import ClockError
from domain.instants import DAY, HOUR, MINUTE, from_rfc3339
from ledger.database import wall_clock
from ledger.guarded_clock import GuardedClock
from tests.world import KEY

START = from_rfc3339("2026-03-01T00:00:00Z")
OPENING = {"type": "negotiation-opened", "title": "Talks"}
EMBARGOED = {
    "type": "document-published",
    "document": "d",
    "title": "Draft",
    "occurred": "2026-03-01",
    "reports": [{"published": "2027-03-01", "publisher": "Post"}],
}


class Machine:
    """The clocks of a machine: one that can be set, one that cannot."""

    def __init__(self, now: int = START) -> None:
        self.wall, self.elapsed = now, 0

    def wait(self, microseconds: int) -> None:
        self.wall, self.elapsed = self.wall + microseconds, self.elapsed + microseconds

    def guard(self) -> GuardedClock:
        return GuardedClock(lambda: self.wall, lambda: self.elapsed)


def open_on(machine: Machine, folder: Path, **accepted: str) -> TestClient:
    ledger = open_ledger(
        folder / "world.db", clock=machine.guard(), key_path=KEY, accept=AcceptedAtStart(**accepted)
    )
    return TestClient(create_app(ledger), raise_server_exceptions=False)


def close(client: TestClient) -> None:
    client.app.state.services.ledger.close()  # type: ignore[attr-defined]  # our application


@pytest.mark.parametrize("jump", [365 * DAY, -365 * DAY, HOUR + 1, -HOUR - 1])
def test_a_jump_stops_what_goes_by_the_clock_until_it_is_set_right(
    tmp_path: Path, jump: int
) -> None:
    machine = Machine()
    client = open_on(machine, tmp_path)
    post = client.post("/v1/negotiations/talks/events", json=[OPENING, EMBARGOED])
    assert post.status_code == 201, post.text
    machine.wait(40 * DAY)
    machine.wall += jump

    refused = client.post("/v1/negotiations/talks/events", json=[OPENING])
    assert refused.status_code == 503
    assert refused.json()["title"] == "Clock not trusted"
    assert ("forward" if jump > 0 else "back") in refused.json()["detail"]
    assert client.get("/v1/negotiations/talks/state").status_code == 503

    machine.wall -= jump
    assert client.get("/v1/negotiations/talks/events").json()["data"] == []
    party = {"type": "party-registered", "party": "a", "name": "A"}
    recorded = client.post("/v1/negotiations/talks/events", json=[party]).json()["recorded"]
    assert recorded[0]["recorded_at"].startswith("2026-04-10")
    close(client)


def test_an_hour_more_or_less_is_let_through(tmp_path: Path) -> None:
    machine = Machine()
    clock = machine.guard()
    machine.wait(400 * DAY)
    for jump in (HOUR, -2 * HOUR):
        machine.wall += jump
        assert clock() == machine.wall


def test_a_start_before_the_last_recording_is_refused(tmp_path: Path) -> None:
    client = open_on(Machine(), tmp_path)
    client.post("/v1/negotiations/talks/events", json=[OPENING])
    close(client)
    close(open_on(Machine(START - MINUTE + 1), tmp_path))
    with pytest.raises(ClockError, match="before the last recording at 2026-03-01"):
        open_on(Machine(START - 2 * MINUTE), tmp_path)


def test_a_start_long_after_it_needs_a_word(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    client = open_on(Machine(), tmp_path)
    client.post("/v1/negotiations/talks/events", json=[OPENING])
    close(client)
    close(open_on(Machine(START + 31 * DAY), tmp_path))
    assert not caplog.records
    close(open_on(Machine(START + 32 * DAY), tmp_path))
    assert "is it right?" in caplog.text
    with pytest.raises(ClockError, match="401 days later"):
        open_on(Machine(START + 401 * DAY), tmp_path)
    accepted = open_on(Machine(START + 401 * DAY), tmp_path, clock="the talks were suspended")
    lines = accepted.get("/v1/negotiations/~ledger/export").text.splitlines()
    close(accepted)
    (decision,) = map(orjson.loads, lines)
    assert decision["type"] == "clock-accepted"
    assert decision["reason"] == "the talks were suspended"
    assert decision["last_recorded_at"].startswith("2026-03-01")
    close(open_on(Machine(START + 402 * DAY), tmp_path))


def test_what_the_command_line_opens_is_guarded(tmp_path: Path) -> None:
    settings = Settings(db=tmp_path / "a.db", log_key=KEY)
    with closing(open_configured_ledger(settings)) as ledger:
        assert isinstance(ledger.clock, GuardedClock)
        assert abs(ledger.clock() - wall_clock()) < MINUTE
