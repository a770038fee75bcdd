"""Undoing batches: a wrong import goes from every answer, and what rests on it is named."""

from __future__ import annotations

from pathlib import Path
from subprocess import CompletedProcess

import orjson
import pytest

from tests.command_line import run_command
from tests.facts import OPENING, STANCE, Event, event, report

WEST: Event = {"type": "party-registered", "party": "west", "name": "West"}
REASON = ("--reason", "imported into the wrong negotiation")


def stated(party: str, day: int) -> Event:
    where = {"party": party, "issue": "border", "stance": "rejects", "summary": "no"}
    when = {"occurred": f"2025-12-{day}"}
    return event(f"{party} {day}", "position-stated", report(f"2025-12-{day}"), **where, **when)


class Imports:
    """A ledger that files are imported into."""

    def __init__(self, db: str, folder: Path) -> None:
        self.db, self.folder = db, folder

    def run(self, *arguments: str | Path) -> CompletedProcess[str]:
        return run_command(*arguments, "--db", self.db)

    def add(self, name: str, events: list[Event]) -> list[str]:
        """Import events; return the batches that the import names."""
        path = self.folder / name
        path.write_bytes(b"\n".join(map(orjson.dumps, events)))
        ran = self.run("import", path, "--negotiation", "talks", "--json")
        assert ran.returncode == 0, ran.stderr
        batches: list[str] = orjson.loads(ran.stdout)["batches"]
        assert f"minutebook void talks --batch {batches[0]}" in ran.stderr
        return batches

    def state(self) -> Event:
        found: Event = orjson.loads(self.run("as-of", "talks", "2026-12-31", "--json").stdout)
        return dict(found["data"])


@pytest.fixture(params=("sqlite", "postgres"))
def imports(request: pytest.FixtureRequest, tmp_path: Path) -> Imports:
    is_server = request.param == "postgres"
    db = request.getfixturevalue("postgres_url") if is_server else str(tmp_path / "talks.db")
    return Imports(db, tmp_path)


def test_a_wrong_import_is_undone(imports: Imports) -> None:
    imports.add("right.jsonl", [*OPENING, STANCE])
    before = imports.state()
    (batch,) = imports.add("wrong.jsonl", [WEST, stated("west", 21), stated("north", 22)])

    tried = imports.run("void", "talks", "--batch", batch, *REASON, "--dry-run")
    assert tried.returncode == 0, tried.stderr
    assert tried.stdout.splitlines() == [
        "3 events to void; 2 cells would change",
        "  position north/border changes",
        "  position west/border goes",
    ]
    assert imports.state() != before
    done = imports.run("void", "talks", "--batch", batch, *REASON)
    assert done.stdout == "3 events voided\n"
    after = imports.state()
    assert after["positions"] == before["positions"]
    assert after["parties"] == before["parties"]


def test_done_again_it_finds_nothing_and_slugs_stay_reserved(imports: Imports) -> None:
    imports.add("right.jsonl", OPENING)
    (batch,) = imports.add("wrong.jsonl", [WEST])
    imports.run("void", "talks", "--batch", batch, *REASON)

    again = imports.run("void", "talks", "--batch", batch, *REASON)
    assert again.stdout == "nothing of it stands any longer\n"
    fields = ("--set", "party=west", "--set", "name=The West")
    refused = imports.run("append", "talks", "--type", "party-registered", *fields)
    assert refused.returncode == 2
    assert "party 'west'" in refused.stderr


def test_later_events_that_rest_on_it_are_named(imports: Imports) -> None:
    imports.add("right.jsonl", OPENING)
    (batch,) = imports.add("wrong.jsonl", [WEST, stated("north", 22)])
    act = {
        "type": "record-corrected",
        "event": stated("north", 22)["id"],
        "changes": {"summary": "so"},
    }
    imports.add("later.jsonl", [stated("west", 23), act])

    tried = imports.run("void", "talks", "--batch", batch, *REASON, "--dry-run")
    assert "seq 7, position-stated, names party 'west'" in tried.stderr
    assert f"seq 8, record-corrected, acts on {act['event']}" in tried.stderr


def test_several_batches_go_at_once_and_acts_with_their_targets(imports: Imports) -> None:
    imports.add("right.jsonl", OPENING)
    said = stated("north", 22)
    first = imports.add("one.jsonl", [said])
    act = {"type": "record-corrected", "event": said["id"], "changes": {"summary": "so"}}
    second = imports.add("two.jsonl", [act])

    done = imports.run("void", "talks", "--batch", *first, "--batch", *second, *REASON)
    assert done.stdout == "2 events voided\n"
    assert imports.state()["positions"] == []


@pytest.mark.parametrize(
    ("batch", "words"),
    [
        ("yesterday", "'yesterday' is not the time of a batch"),
        ("2020-01-01T00:00:00Z", "nothing was recorded in talks at 2020-01-01T00:00:00Z"),
    ],
)
def test_what_is_no_batch_is_refused(imports: Imports, batch: str, words: str) -> None:
    imports.add("right.jsonl", OPENING)
    refused = imports.run("void", "talks", "--batch", batch, *REASON)

    assert refused.returncode == 2
    assert words in refused.stderr
