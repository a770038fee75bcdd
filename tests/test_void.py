"""Undoing batches: a wrong import goes from every answer, and what rests on it is named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from subprocess import CompletedProcess

import orjson
import pytest

from api.cli import import_check
from api.cli.import_ids import RecordedSeqs
from tests.command_line import run_command
from tests.facts import OPENING, STANCE, Event, event, report
from tests.serving import key_environment, serve_here

WEST: Event = {"type": "party-registered", "party": "west", "name": "West"}
REASON = ("--reason", "imported into the wrong negotiation")


def stated(party: str, day: int) -> Event:
    where = {"party": party, "issue": "border", "stance": "rejects", "summary": "no"}
    when = {"occurred": f"2025-12-{day}"}
    return event(f"{party} {day}", "position-stated", report(f"2025-12-{day}"), **where, **when)


class Imports:
    """A ledger that files are imported into."""

    def __init__(self, db: str, folder: Path) -> None:
        self.db, self.folder, self.where = db, folder, ("--db", db)

    def run(self, *arguments: str | Path) -> CompletedProcess[str]:
        return run_command(*arguments, *self.where, **key_environment(self.folder))

    @contextmanager
    def serve(self) -> Iterator[None]:
        """Let a server run, and go through it."""
        with serve_here(self.db, folder=self.folder) as server:
            self.where = "--url", server.url
            yield
        self.where = "--db", self.db

    def add(self, name: str, events: list[Event]) -> list[str]:
        """Import events; return the batches that the import names."""
        return list(self.import_events(name, events)["batches"])

    def add_import(self, name: str, events: list[Event]) -> str:
        """Import events; return the id of the import."""
        return str(self.import_events(name, events)["import"])

    def import_events(self, name: str, events: list[Event]) -> Event:
        path = self.folder / name
        path.write_bytes(b"\n".join(map(orjson.dumps, events)))
        ran = self.run("import", path, "--negotiation", "talks", "--json")
        assert ran.returncode == 0, ran.stderr
        summary: Event = orjson.loads(ran.stdout)
        assert f"minutebook void talks --import {summary['import']} " in ran.stderr
        return summary

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
        "3 events to void; 2 cells and 1 registration would change",
        "  party west goes",
        "  position north/border changes",
        "  position west/border goes",
    ]
    assert imports.state() != before
    done = imports.run("void", "talks", "--batch", batch, *REASON)
    assert done.stdout == "3 events voided\n"
    after = imports.state()
    assert after["positions"] == before["positions"]
    assert after["parties"] == before["parties"]


@pytest.mark.parametrize("is_served", [False, True])
def test_an_import_is_undone_by_its_id(
    imports: Imports, is_served: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_check, "PAGE_SIZE", 2)
    with imports.serve() if is_served else nullcontext():
        imports.add("right.jsonl", [*OPENING, STANCE])
        before = imports.state()
        wrong = imports.add_import("wrong.jsonl", [WEST, stated("west", 21), stated("north", 22)])
        after_import = imports.state()
        tried = imports.run("void", "talks", "--import", wrong, *REASON, "--dry-run")
        after_trial = imports.state()
        done = imports.run("void", "talks", "--import", wrong, *REASON)
        after = imports.state()

    assert wrong.startswith("6-8:")
    assert tried.stdout.splitlines() == [
        "3 events to void; 2 cells and 1 registration would change",
        "  party west goes",
        "  position north/border changes",
        "  position west/border goes",
    ]
    assert before != after_import
    assert after_trial == after_import
    assert done.stdout == "3 events voided\n"
    assert after["positions"] == before["positions"]
    assert after["parties"] == before["parties"]


def test_what_others_recorded_between_two_pages_is_no_part_of_an_import() -> None:
    seqs = RecordedSeqs("talks")
    seqs.add_events({"seq": seq, "leaf_hash": "a"} for seq in (5, 6))
    seqs.add_events({"seq": seq, "leaf_hash": "b"} for seq in (7, 9))

    assert str(seqs.to_id()).startswith("5-7,9-9:")
    assert RecordedSeqs("talks").to_id() is None


def test_an_id_that_is_of_no_import_here_is_refused(imports: Imports) -> None:
    imports.add("right.jsonl", OPENING)
    wrong = imports.add_import("wrong.jsonl", [WEST])
    seqs, _, check = wrong.partition(":")
    for text in (f"4-5:{check}", f"{seqs}:00000000", f"5-99:{check}", f"{seqs}:{check}0", "last"):
        refused = imports.run("void", "talks", "--import", text, *REASON)
        assert refused.returncode == 2
        assert f"'{text}' is not the id of an import" in refused.stderr
    imports.run("append", "other", "--type", "negotiation-opened", "--set", "title=Other")
    assert imports.run("void", "other", "--import", wrong, *REASON).returncode == 2
    unnamed = imports.run("void", "talks", *REASON)
    assert "name an import or a batch" in unnamed.stderr


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
        ("2026-11-29", "'2026-11-29' is not the time of a batch"),
        ("2026-11-29T17:43", "'2026-11-29T17:43' is not the time of a batch"),
        ("0001-01-01T00:00:00Z", "'0001-01-01T00:00:00Z' is not the time of a batch"),
        ("2020-01-01T00:00:00Z", "nothing was recorded in talks at 2020-01-01T00:00:00Z"),
    ],
)
def test_what_is_no_batch_is_refused(imports: Imports, batch: str, words: str) -> None:
    imports.add("right.jsonl", OPENING)
    refused = imports.run("void", "talks", "--batch", batch, *REASON)

    assert refused.returncode == 2
    assert words in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize(
    ("reason", "words"), [(" ", "it says nothing"), ("x" * 65_537, "longer than 65536 bytes")]
)
def test_a_reason_that_cannot_stand_in_the_log_is_refused(
    imports: Imports, reason: str, words: str
) -> None:
    (batch,) = imports.add("right.jsonl", OPENING)
    refusals = [
        imports.run("void", "talks", "--batch", batch, "--reason", reason, *mode)
        for mode in ((), ("--dry-run",))
    ]
    refusals.append(run_command("erase", "any", "--reason", reason, "--db", imports.db))

    for refused in refusals:
        assert refused.returncode == 2
        assert words in refused.stderr
        assert "--reason" in refused.stderr


def test_a_dry_run_names_the_registrations_that_would_change(imports: Imports) -> None:
    imports.add("right.jsonl", [*OPENING, STANCE])
    party = next(each for each in imports.state()["parties"] if each["party"] == "north")
    changes = {"name": "The North"}
    (renaming,) = imports.add(
        "renamed.jsonl", [{"type": "record-corrected", "event": party["event"], "changes": changes}]
    )
    tried = imports.run("void", "talks", "--batch", renaming, *REASON, "--dry-run")
    answer = imports.run("void", "talks", "--batch", renaming, *REASON, "--dry-run", "--json")

    assert tried.stdout.splitlines() == [
        "1 event to void; 0 cells and 1 registration would change",
        "  party north changes: The North becomes North",
    ]
    (change,) = orjson.loads(answer.stdout)["registrations"]
    assert (change["before"]["name"], change["after"]["name"]) == ("The North", "North")


def test_a_dry_run_says_which_registrations_would_be_one_no_longer(imports: Imports) -> None:
    second = {"type": "party-registered", "party": "norden", "name": "Norden", "same_as": "north"}
    imports.add("right.jsonl", [*OPENING, STANCE, {**second, "same_as": None}])
    parties = orjson.loads(
        imports.run("log", "talks", "--type", "party-registered", "--json").stdout
    )
    event = next(each["id"] for each in parties["data"] if each["party"] == "norden")
    merger = {"type": "record-corrected", "event": event, "changes": {"same_as": "north"}}
    (batch,) = imports.add("merged.jsonl", [merger])
    tried = imports.run("void", "talks", "--batch", batch, *REASON, "--dry-run")

    assert tried.stdout.splitlines() == [
        "1 event to void; 0 cells and 2 registrations would change",
        "  party north changes: no longer the same as norden",
        "  party norden changes: no longer the same as north",
    ]


def test_a_dry_run_of_everything_leaves_the_opening(imports: Imports) -> None:
    (batch,) = imports.add("right.jsonl", OPENING)
    tried = imports.run("void", "talks", "--batch", batch, *REASON, "--dry-run")

    lines = tried.stdout.splitlines()
    assert lines[0] == "3 events to void; 0 cells and 3 registrations would change"
    assert tried.stderr.splitlines() == [
        "warning: negotiation-opened stays; to mend its title, use record-corrected"
    ]
    assert set(lines[1:]) == {"  party north goes", "  person envoy goes", "  issue border goes"}
