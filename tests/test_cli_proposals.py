"""Proposals on the command line, at a ledger that is opened for it and through a server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from tests.command_line import run_command
from tests.facts import OPENING, STANCE, event_id, statement
from tests.serving import serve_here


@pytest.fixture(scope="module", params=["in this process", "through a server"])
def desk(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """A folder with a ledger, a file of events, and the keys of a clerk and an editor."""
    folder = tmp_path_factory.mktemp("desk")
    db = folder / "talks.db"
    (folder / "opening.json").write_text(json.dumps(OPENING))
    is_served = request.param == "through a server"
    with serve_here(db, folder=folder) if is_served else nullcontext():
        run("import", folder / "opening.json", "--negotiation", "talks", "--db", db)
        for name, scope in (("clerk", "propose"), ("editor", "append")):
            key = folder / f"{name}.key"
            run("keys", "create", name, "--scope", scope, "--output", key, "--db", db)
        yield folder


def run(*arguments: str | Path, code: int = 0, stdin: str = "") -> str:
    ran = run_command(*arguments, stdin=stdin)
    assert ran.returncode == code, ran.stdout + ran.stderr
    return ran.stdout + ran.stderr


def as_(name: str, folder: Path) -> tuple[str | Path, ...]:
    return "--db", folder / "talks.db", "--key", folder / f"{name}.key"


def test_what_a_clerk_proposes_an_editor_accepts(desk: Path) -> None:
    lines = "\n".join(json.dumps(each) for each in (STANCE, statement(9)))
    proposed = run("propose", "talks", *as_("clerk", desk), stdin=lines)
    listed = json.loads(run("proposals", "list", "talks", "--json", *as_("editor", desk)))
    (waiting,) = listed["proposals"]
    name = waiting["proposal"]
    own = run("proposals", "accept", "talks", name, *as_("clerk", desk), code=2)
    shown = run("proposals", "show", "talks", name, *as_("editor", desk))
    accepted = run("proposals", "accept", "talks", name, "--word", "ok", *as_("editor", desk))
    again = run("proposals", "accept", "talks", name, *as_("editor", desk))
    log = json.loads(run("log", "talks", "--audience", "staff", "--json", *as_("editor", desk)))

    assert f"proposal {name} waits for somebody else" in proposed
    assert (waiting["proposed_by"], waiting["events"]) == ("clerk", 2)
    assert "needs the scope append" in own
    assert "position-stated: yes" in shown
    assert "it would record 2 events" in shown
    assert "position north on border\n" in shown
    assert "it was recorded" not in shown
    assert "recorded 2 events as seq 5 to 6, by clerk, approved by editor" in accepted
    assert again == accepted
    (event,) = [each for each in log["data"] if each["event"] == event_id(100)]
    assert (event["recorded_by"], event["approved_by"]) == ("clerk", "editor")
    assert "nothing waits" in run("proposals", "list", "talks", *as_("editor", desk))


def test_a_proposal_is_returned_or_withdrawn(desk: Path) -> None:
    for number, act, who in ((10, "return", "editor"), (11, "withdraw", "clerk")):
        file = desk / "event.json"
        file.write_text(json.dumps(statement(number)))
        made = json.loads(run("propose", "talks", file, "--json", *as_("clerk", desk)))
        arguments = ("talks", made["proposal"], "--word", "Not yet")
        told = run("proposals", act, *arguments, *as_(who, desk))
        refused = run("proposals", "accept", *arguments, *as_("editor", desk), code=2)

        assert f" by {who} " in told
        assert ": Not yet" in told
        assert f" by {who!r} on " in refused


def test_without_keys_nothing_can_be_proposed(tmp_path: Path) -> None:
    db = tmp_path / "plain.db"
    (tmp_path / "opening.json").write_text(json.dumps(OPENING))
    run("import", tmp_path / "opening.json", "--negotiation", "talks", "--db", db)
    told = run("propose", "talks", "--db", db, stdin=json.dumps(STANCE), code=2)

    assert "there are no keys yet" in told
    assert "keys create" in told
    empty = run("propose", "talks", "--db", db, code=2)
    assert "there are no events" in empty


def test_a_key_that_is_not_known_opens_nothing(desk: Path, tmp_path: Path) -> None:
    cut = (desk / "clerk.key").read_text().strip()[:-2]
    told = run("proposals", "list", "talks", "--db", desk / "talks.db", "--key", cut, code=2)

    assert "not whole" in told
