"""What a name that is typed on the command line means, and what is said of one that nobody has."""

from __future__ import annotations

import json
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from tests.command_line import run_command
from tests.serving import key_environment
from tests.world import World

VOTE = "00000000-0000-4000-8000-000000000002"
SAID = {"occurred": "2025-12-12", "reports": [{"published": "2025-12-12", "publisher": "Post"}]}
EVENTS: list[dict[str, Any]] = [
    {"type": "negotiation-opened", "title": "Talks"},
    {"type": "party-registered", "party": "a", "name": "Alpha", "names": {"ru": "Альфа"}},
    {"type": "party-registered", "party": "a2", "name": "Alpha Group", "same_as": "a"},
    {"type": "party-registered", "party": "b", "name": "Beta"},
    {"type": "person-registered", "person": "ada", "name": "Ada Marsh"},
    {"type": "person-registered", "person": "adb", "name": "Ada Moor"},
    {"type": "issue-defined", "issue": "fees", "title": "Port fees"},
    {"type": "issue-defined", "issue": "hours", "title": "Working hours"},
    {"type": "position-stated", "party": "a", "issue": "fees", "stance": "accepts", **SAID}
    | {"summary": "Alpha accepts the fees."},
    {"type": "position-stated", "party": "b", "issue": "hours", "stance": "rejects", **SAID}
    | {"summary": "Beta rejects the hours."},
    {"type": "statement-made", "statement": "s1", "speaker": "person:ada", **SAID}
    | {"summary": "On fees.", "about": ["issue:fees", "party:a2"], "on_behalf_of": "a"},
    {"type": "statement-made", "statement": "s2", "speaker": "person:adb", **SAID}
    | {"summary": "On hours.", "about": ["issue:hours"], "on_behalf_of": "b"},
    {"type": "plan-introduced", "plan": "p1", "title": "The first draft", **SAID}
    | {"points": [{"point": "x", "number": 1, "text": "Old.", "text_status": "verbatim"}]},
    {"type": "plan-introduced", "plan": "p2", "title": "The last draft", **SAID}
    | {"points": [{"point": "x", "number": 1, "text": "New.", "text_status": "verbatim"}]},
    {"type": "meeting-held", "meeting": "m", "title": "Round one", **SAID}
    | {"participants": [{"party": "b"}]},
]


@pytest.fixture(scope="module")
def ledger_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("names")
    with World(folder) as world:
        world.record("2025-12-20T12:00:00Z", EVENTS)
    return folder / "world.db"


def run(ledger_file: Path, folder: Path, *arguments: str) -> CompletedProcess[str]:
    command, *others = arguments
    return run_command(command, "talks", *others, "--db", ledger_file, **key_environment(folder))


@pytest.mark.parametrize("name", ["a", "a2", "Alpha", "alpha group", "Альфа", "ALPHA"])
def test_a_party_is_meant_by_every_name_and_slug(
    ledger_file: Path, tmp_path: Path, name: str
) -> None:
    for arguments in (
        ("as-of", "now", "--party", name),
        ("positions", "--party", name),
        ("positions", "--party", name, "--issue", "port FEES"),
    ):
        told = run(ledger_file, tmp_path, *arguments).stdout
        assert "Alpha accepts the fees." in told
        assert "Beta rejects" not in told
    said = run(ledger_file, tmp_path, "statements", "--party", name).stdout
    assert ("On fees." in said, "On hours." in said) == (True, False)


@pytest.mark.parametrize(
    ("arguments", "told", "not_told"),
    [
        (("as-of", "now", "--issue", "Working hours"), "Beta rejects", "Alpha accepts"),
        (("positions", "--issue", "fees"), "Alpha accepts", "Beta rejects"),
        (("plan", "The first draft"), "Old.", "New."),
        (("plan", "p2", "--redline", "first draft"), "[-Old-]{+New+}.", "the same"),
        (("plan", "p2", "--redline", "2025-12-13"), "1 point is the same", "Old"),
        (("statements", "--speaker", "ada marsh"), "On fees.", "On hours."),
        (("statements", "--speaker", "person:Moor"), "On hours.", "On fees."),
        (("statements", "--speaker", "Ada"), "On fees.", "nobody"),
        (("statements", "--about", "Port fees"), "On fees.", "On hours."),
        (("statements", "--about", "issue:Working"), "On hours.", "On fees."),
        (("statements", "--about", "party:alpha group"), "On fees.", "On hours."),
        (("statements", "--q", "hours"), "On hours.", "On fees."),
        (("log", "--subject", "Round one"), "meeting-held", "position-stated"),
        (("log", "--subject", "statement:s1"), "On fees.", "On hours."),
    ],
)
def test_names_are_understood_by_every_option(
    ledger_file: Path, tmp_path: Path, arguments: tuple[str, ...], told: str, not_told: str
) -> None:
    done = run(ledger_file, tmp_path, *arguments)

    assert done.returncode == 0, done.stderr
    assert told in done.stdout
    assert not_told not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("as-of", "now", "--party", "Alfa"),
            "--party: no party 'Alfa' is known\nhint: the nearest: a (Alpha)",
        ),
        (
            ("as-of", "now", "--issue", "zz"),
            "--issue: no issue 'zz' is known\n"
            "hint: known: fees (Port fees) and hours (Working hours)",
        ),
        (("as-of", "now", "--issue", ""), "--issue: the issue is empty\nhint: known: fees"),
        (("as-of", "2025-11-01", "--party", "a"), "no party 'a' is known\nhint: none is known yet"),
        (("positions", "--party", "nobody"), "--party: no party 'nobody' is known"),
        (("positions", "--issue", "prot fees"), "hint: the nearest: fees (Port fees)"),
        (("plan", "third"), "PLAN: no plan 'third' is known"),
        (
            ("plan", "draft"),
            "PLAN: 'draft' may be more than one\n"
            "hint: write p1 (The first draft) or p2 (The last draft)",
        ),
        (
            ("plan", "p1", "--redline", "lost draft"),
            "--redline: no plan 'lost draft' is known\nhint: the nearest: p2",
        ),
        (("statements", "--speaker", "nobody"), "--speaker: no person or party 'nobody' is known"),
        (("statements", "--speaker", "Ada Marh"), "hint: the nearest: person:ada (Ada Marsh)"),
        (
            ("statements", "--party", "Bta"),
            "--party: no party 'Bta' is known\nhint: the nearest: b (Beta)",
        ),
        (("statements", "--about", "issue:zz"), "--about: no issue 'zz' is known"),
        (("statements", "--about", "Prot fees"), "hint: the nearest: issue:fees (Port fees)"),
        (("log", "--subject", "statement:s9"), "--subject: no statement 's9' is known"),
    ],
)
def test_a_name_that_means_nothing_is_refused_with_the_nearest(
    ledger_file: Path, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = run(ledger_file, tmp_path, *arguments)

    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_a_name_is_resolved_for_json_too(ledger_file: Path, tmp_path: Path) -> None:
    told = run(ledger_file, tmp_path, "as-of", "now", "--party", "Beta", "--json").stdout
    data = json.loads(told)["data"]

    assert [each["party"] for each in data["positions"]] == ["b"]


def test_nothing_that_is_asked_for_is_said(ledger_file: Path, tmp_path: Path) -> None:
    told = run(ledger_file, tmp_path, "as-of", "now", "--section", "votes").stdout

    assert told.endswith("Nothing of what was asked for is known.\n")


def test_a_replay_that_ends_before_it_begins_is_refused(ledger_file: Path, tmp_path: Path) -> None:
    for start, until in (("2026-02-20", "2026-02-10"), ("5", "4")):
        done = run(ledger_file, tmp_path, "replay", "--from", start, "--until", until)
        assert done.returncode == 2
        assert f"--until: {until} lies before --from {start}" in done.stderr


def test_a_replay_of_nothing_says_so(ledger_file: Path, tmp_path: Path) -> None:
    told = run(ledger_file, tmp_path, "replay", "--from", "2026-02-20").stdout

    assert told.endswith("No event is found.\n")


def test_briefs_and_results_that_nothing_tells_are_shown(tmp_path: Path) -> None:
    reports = SAID["reports"]
    vote = {"type": "vote-held", "motion": "Strike?", "occurred": "2025-12-12", "reports": reports}
    brief = {"type": "brief-written", "brief": "b1", "text": "All quiet.", "occurred": "2025-12"}
    with World(tmp_path) as world:
        recorded = world.record(
            "2025-12-20T12:00:00Z",
            [
                {"type": "negotiation-opened", "title": "Talks"},
                {**vote, "vote": "v0"},
                {**vote, "vote": "v1", "result": "carried", "id": VOTE},
                {"type": "event-disputed", "event": VOTE, "rival": {"result": "tied"}}
                | {"reports": [{"published": "2025-12-13", "publisher": "Wire"}]},
                {**brief, "reports": reports},
            ],
        )
    assert recorded
    ledger_file = tmp_path / "world.db"
    told = run(ledger_file, tmp_path, "as-of", "now").stdout

    assert "IN BRIEF\n  2025-12\n      All quiet. [Post; single source]\n" in told
    assert "disputed 2025-12-12 Strike?" in " ".join(told.split())
    assert "not told 2025-12-12 Strike?" in " ".join(told.split())
    assert "none" not in told
    found = run(ledger_file, tmp_path, "search", "quiet").stdout
    assert "All **quiet**. [Post; single source]" in found
