"""A wrong clock records nothing, answers nothing as of now, and ends no embargo."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import orjson
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from api.wiring import AcceptedAtStart, open_configured_ledger, open_ledger, open_replica
from domain.errors import ClockError
from domain.instants import DAY, HOUR, MINUTE, SECOND, from_rfc3339
from ledger.database import Cursor, wall_clock
from ledger.guarded_clock import GuardedClock
from ledger.proofs import stored_cosignatures
from ledger.proofs.cosignature import cosign_note, witness_verifier
from ledger.proofs.signed_note import LogKey
from ledger.time_sources import TimeSource
from tests.local_client import LocalClient
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


class Told:
    """A source that tells a time of its own."""

    def __init__(self, name: str, told: int) -> None:
        self.name, self.told = name, told

    def ask(self) -> int:
        return self.told


class Silent(Told):
    def ask(self) -> int:
        raise ConnectionRefusedError("nobody is there")


def open_on(
    machine: Machine, folder: Path, *sources: TimeSource, accepted: str | None = None
) -> TestClient:
    ledger = open_ledger(
        folder / "world.db",
        clock=machine.guard(),
        key_path=KEY,
        time_sources=sources,
        accept=AcceptedAtStart(clock=accepted),
    )
    return LocalClient(create_app(ledger), raise_server_exceptions=False)


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
    assert client.get("/v1/negotiations/talks/events").status_code == 404  # all under embargo
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
    accepted = open_on(Machine(START + 401 * DAY), tmp_path, accepted="the talks were suspended")
    lines = accepted.get("/v1/negotiations/~ledger/export").text.splitlines()
    close(accepted)
    (decision,) = map(orjson.loads, lines)
    assert decision["type"] == "clock-accepted"
    assert decision["reason"] == "the talks were suspended"
    assert decision["last_recorded_at"].startswith("2026-03-01")
    close(open_on(Machine(START + 402 * DAY), tmp_path))


@pytest.mark.parametrize("wrong", [365 * DAY, -365 * DAY, HOUR + 1, -HOUR - 1])
def test_a_clock_that_a_source_contradicts_is_refused_at_the_start(
    tmp_path: Path, wrong: int
) -> None:
    way = "ahead of" if wrong > 0 else "behind"
    with pytest.raises(ClockError, match=f"{way} the time that clock.example told"):
        open_on(Machine(START + wrong), tmp_path, Told("clock.example", START))
    client = open_on(Machine(START), tmp_path, Told("clock.example", START))
    assert client.get("/readyz").json()["clock_sources"] == ["clock.example"]
    close(client)


def test_a_person_accepts_a_clock_that_a_source_contradicts(tmp_path: Path) -> None:
    source, machine = Told("clock.example", START), Machine(START + DAY)
    client = open_on(machine, tmp_path, source, accepted="that clock is wrong")
    client.app.state.services.ledger.report_time("clock.example", START)  # type: ignore[attr-defined]  # our application
    assert client.get("/readyz").status_code == 200
    lines = client.get("/v1/negotiations/~ledger/export").text.splitlines()
    close(client)
    (decision,) = map(orjson.loads, lines)
    assert decision["reason"] == "that clock is wrong"
    assert "1 day ahead of the time that clock.example told" in decision["doubt"]
    with pytest.raises(ClockError):
        open_on(machine, tmp_path, source)


def test_the_source_in_the_middle_counts(tmp_path: Path) -> None:
    clock = Machine().guard()
    for name, told in (("a", START + 10 * DAY), ("b", START)):
        clock.hold_against(name, told)
    assert clock() == START  # of two, the one that is nearer
    clock.hold_against("c", START + 9 * DAY)
    with pytest.raises(ClockError, match="9 days behind the time that a and b and c told"):
        clock()
    clock.hold_against("c", START + 1)
    assert clock() == START


def test_a_source_that_is_silent_is_a_word_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    close(open_on(Machine(), tmp_path, Silent("clock.example", 0)))
    assert "clock.example does not tell the time" in caplog.text
    assert "nobody is there" in caplog.text


def test_what_a_source_says_later_stops_recording_until_the_clock_is_set_right(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    machine = Machine(START + 2 * HOUR)
    client = open_on(machine, tmp_path)
    client.post("/v1/negotiations/talks/events", json=[OPENING])
    ledger = client.app.state.services.ledger  # type: ignore[attr-defined]  # our application
    machine.wait(DAY)
    ledger.report_time("witness.example/one", START + DAY)

    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()["title"]) == (503, "Clock not trusted")
    assert "2 hours ahead of the time that witness.example/one told" in ready.json()["detail"]
    assert "2 hours ahead" in caplog.text
    assert client.post("/v1/negotiations/talks/events", json=[EMBARGOED]).status_code == 503
    assert client.get("/v1/negotiations/talks/state").status_code == 503
    machine.wall -= 2 * HOUR
    assert client.post("/v1/negotiations/talks/events", json=[EMBARGOED]).status_code == 201
    assert client.get("/readyz").status_code == 200
    close(client)


def test_a_cosignature_is_a_time_that_is_past(tmp_path: Path) -> None:
    """The last recording may be long ago, and the clock behind what a witness signed since."""
    key = LogKey("witness.example/one", bytes([7] * 32))
    client = open_on(Machine(), tmp_path)
    client.post("/v1/negotiations/talks/events", json=[OPENING])
    close(client)
    ledger = open_on(Machine(), tmp_path).app.state.services.ledger  # type: ignore[attr-defined]  # our application

    def keep(c: Cursor) -> None:
        note = stored_cosignatures.read_signed_note(c) or ""
        cosignature = cosign_note(key, note, (START + 20 * DAY) // SECOND)
        stored_cosignatures.keep_cosignature(c, 1, witness_verifier(key), cosignature)

    ledger.run_in_writer(keep).result()
    ledger.close()
    before = Machine(START + 20 * DAY - HOUR - SECOND)
    with pytest.raises(ClockError, match="a witness cosigned the log at 2026-03-21T00:00:00Z"):
        open_on(before, tmp_path)
    close(open_on(Machine(START + 20 * DAY - HOUR), tmp_path))
    close(open_on(before, tmp_path, accepted="the clock of the witness is wrong"))
    close(open_on(before, tmp_path))  # what was accepted stays so


def test_an_outside_time_vouches_for_a_long_pause(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    client = open_on(Machine(), tmp_path)
    client.post("/v1/negotiations/talks/events", json=[OPENING])
    close(client)
    later = START + 500 * DAY
    close(open_on(Machine(later), tmp_path, Told("clock.example", later)))
    assert not caplog.records


def test_a_replica_answers_by_the_clock_of_its_ledger(tmp_path: Path) -> None:
    """Else the clock of the machine would end an embargo there."""
    client = open_on(Machine(), tmp_path)
    clock = client.app.state.services.ledger.clock  # type: ignore[attr-defined]  # our application
    settings = Settings(db="postgresql:///talks", read_db="postgresql:///copy", log_key=KEY)
    with closing(open_replica(settings, clock) or client) as replica:
        assert replica.clock is clock  # type: ignore[union-attr]  # a replica
    close(client)


def test_what_the_command_line_opens_is_guarded(tmp_path: Path) -> None:
    settings = Settings(db=tmp_path / "a.db", log_key=KEY)
    with closing(open_configured_ledger(settings)) as ledger:
        assert isinstance(ledger.clock, GuardedClock)
        assert abs(ledger.clock() - wall_clock()) < MINUTE
