"""A replica answers questions, but never with less than was recorded when they were asked.

Who answered is read from the servers' own logs of statements.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.settings import load_settings
from domain.errors import InvalidQuestionError
from tests import postgres
from tests.facts import OPENING, statement
from tests.postgres import Server
from tests.serving import BIN, ApiServer, serve_ledger

TALKING = {**postgres.QUICK, "log_statement": "all"}
STATE = "/v1/negotiations/talks/statements"


@dataclass(frozen=True)
class Pair:
    """A primary, its standby, and a server that reads from both."""

    primary: Server
    standby: Server
    server: ApiServer

    def ask(self, query: str = "") -> tuple[list[str], str]:
        """Return the statements told, and whose log says that it read them."""
        before = self.reads()
        answer = self.server.get(f"{STATE}?{query}")
        found = [after - had for after, had in zip(self.reads(), before, strict=True)]
        who = "primary" if found[0] else ""
        who += "replica" if found[1] else ""
        return sorted(each["statement"] for each in answer["data"]), who

    def reads(self) -> list[int]:
        return [
            (server.place.folder / "log").read_text().count("v.standing = 'actual'")
            for server in (self.primary, self.standby)
        ]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    if postgres.programs() is None:
        pytest.skip(postgres.REMEDY)
    folder = tmp_path_factory.mktemp("pair")
    with (
        postgres.cluster(TALKING) as primary,
        primary.standby(TALKING) as standby,
        primary.database(name="talks") as url,
        serve_ledger(
            url, "--read-db", standby.url("talks"), "--workers", "2", folder=folder
        ) as server,
    ):
        server.post("talks", [*OPENING, statement(1)])
        yield Pair(primary, standby, server)


def test_a_replica_that_is_behind_does_not_answer(pair: Pair) -> None:
    pair.primary.wait_until_replayed(pair.standby)
    followed = pair.ask()
    with pair.standby.paused():
        pair.server.post("talks", [statement(2)])
        behind = pair.ask()
        pinned = pair.ask("seq=5")
        pinned_ahead = pair.ask("seq=6")
    pair.primary.wait_until_replayed(pair.standby)
    resumed = pair.ask()

    assert followed == (["s1"], "replica")
    assert behind == (["s1", "s2"], "primary")
    assert pinned == (["s1"], "replica")
    assert pinned_ahead == (["s1", "s2"], "primary")
    assert resumed == (["s1", "s2"], "replica")


def test_a_negotiation_that_the_replica_does_not_know_is_answered(pair: Pair) -> None:
    with pair.standby.paused():
        pair.server.post("later", OPENING)
        known = pair.server.get("/v1/negotiations/later/state?seq=1&audience=staff")
    unknown, _, _ = pair.server.call("GET", "/v1/negotiations/never/state")

    assert known["data"]["negotiation"] is None
    assert unknown == 404


def test_every_answer_has_what_was_recorded_before_it_was_asked_for(pair: Pair) -> None:
    told = []
    for n in range(10, 60):
        pair.server.post("talks", [statement(n)])
        told.append(f"s{n}" in pair.ask("limit=1000")[0])

    assert told == [True] * 50


def test_a_replica_that_is_away_costs_no_answer(postgres_url: str, tmp_path: Path) -> None:
    away = f"postgresql://nobody@127.0.0.1:{postgres.free_port()}/talks"
    with serve_ledger(postgres_url, "--read-db", away, folder=tmp_path) as server:
        server.post("talks", [*OPENING, statement(1)])
        answers = [server.get(STATE)["data"] for _ in range(3)]

    assert [len(each) for each in answers] == [1, 1, 1]


@pytest.mark.parametrize("read_db", ["copy.db", "mysql://there/talks"])
def test_a_replica_is_a_server(read_db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINUTEBOOK_READ_DB", read_db)
    with pytest.raises(InvalidQuestionError, match="MINUTEBOOK_READ_DB: read_db cannot be"):
        load_settings()


def test_a_file_has_no_replica(tmp_path: Path) -> None:
    command = [
        BIN / "minutebook",
        "serve",
        "--db",
        str(tmp_path / "talks.db"),
        "--read-db",
        "postgresql://there/talks",
    ]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert (told.returncode, "a SQLite file has no replica" in told.stderr) == (2, True)
