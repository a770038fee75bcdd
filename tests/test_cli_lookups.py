"""Commands that ask one thing each, the words in which they tell it, and what they leave out."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import run_command
from tests.serving import key_environment
from tests.world import World

AT, LATER = "2025-12-20T12:00:00Z", "2025-12-27T12:00:00Z"


def report(publisher: str, published: str) -> list[dict[str, str]]:
    return [{"published": published, "publisher": publisher}]


def stated(party: str, stance: str, day: str, **fields: Any) -> dict[str, Any]:
    return {
        "type": "position-stated",
        "party": party,
        "issue": "border",
        "stance": stance,
        "summary": f"{party} {stance}.",
        "occurred": day,
        "reports": report("Herald", day),
        **fields,
    }


TAKEN_BACK = "00000000-0000-4000-8000-000000000001"
DRAFT = {
    "type": "plan-introduced",
    "plan": "draft",
    "title": "The draft",
    "sponsors": ["north"],
    "occurred": "2025-12-10",
    "reports": report("Herald", "2025-12-10"),
    "points": [
        {"point": "a", "number": 1, "text": "All troops leave.", "text_status": "verbatim"},
        {"point": "b", "number": 2, "text": "Trade is free.", "text_status": "verbatim"},
    ],
}
EVENTS: list[dict[str, Any]] = [
    {"type": "negotiation-opened", "title": "Talks", "timezone": "Europe/Kyiv"},
    {"type": "party-registered", "party": "north", "name": "The North"},
    {"type": "party-registered", "party": "south", "name": "The South"},
    {
        "type": "person-registered",
        "person": "ada",
        "name": "Ada Marsh",
        "names": {"uk": "Ада Марш", "de": "Ada Marsch"},
    },
    {"type": "issue-defined", "issue": "border", "title": "The border"},
    stated("north", "demands", "2025-12-11"),
    stated("north", "rejects", "2025-12-12"),
    stated("south", "accepts", "2025-12-12"),
    stated("south", "supports", "2025-12-13", id=TAKEN_BACK),
    {
        "type": "event-retracted",
        "event": TAKEN_BACK,
        "reason": "It was misheard.",
        "reports": report("Gazette", "2025-12-14"),
    },
    {
        "type": "meeting-held",
        "meeting": "geneva",
        "title": "Talks in Geneva",
        "participants": [{"party": "north"}],
        "occurred": "2025-12-12T20:30:00Z",
        "reports": [*report("Herald", "2025-12-13"), *report("Post", "2025-12-13")],
    },
    {
        "type": "statement-made",
        "statement": "s1",
        "speaker": "person:ada",
        "summary": "We go on.",
        "about": ["issue:border"],
        "occurred": "2025-12-13",
        "reports": report("Herald", "2025-12-13"),
    },
    {
        "type": "role-assumed",
        "person": "ada",
        "party": "south",
        "title": "Envoy",
        "occurred": "2025-12-01",
        "reports": report("Herald", "2025-12-01"),
    },
    DRAFT,
]
AMENDED = {
    "type": "plan-amended",
    "plan": "draft",
    "operations": [{"op": "substitution", "point": "a", "text": "Some troops leave."}],
    "occurred": "2025-12-22",
    "reports": report("Herald", "2025-12-22"),
}
Ask = Callable[..., str]


@pytest.fixture(scope="module")
def ledger_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lookups")
    with World(folder) as world:
        world.record(AT, EVENTS)
        world.record(LATER, [AMENDED, stated("north", "accepts", "2025-12-20")])
    return folder / "world.db"


@pytest.fixture
def ask(ledger_file: Path, tmp_path: Path) -> Ask:
    def run(command: str, *arguments: str) -> str:
        done = run_command(command, *arguments, "--db", ledger_file, **key_environment(tmp_path))
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_the_negotiations_are_listed(ask: Ask) -> None:
    assert "\ntalks: Talks\n    16 events, the last with seq 16; time zone Europe/Kyiv\n" in ask(
        "list"
    )


def test_a_negotiation_of_which_nothing_was_known_then_is_listed_so(ask: Ask) -> None:
    assert ask("list", "--as-of", "2020-01-01").endswith(
        "\ntalks: nothing is known of it then\n    time zone Europe/Kyiv\n"
    )


def test_positions_are_told_by_name_or_slug(ask: Ask) -> None:
    asked = ("positions", "talks", "--as-of", "2025-12-19", "--party", "north")
    assert "The North on The border: rejects since 2025-12-12\n" in ask(*asked)
    assert "north on border: rejects since 2025-12-12\n" in ask(*asked, "--slugs")
    assert "South" not in ask(*asked)
    data = json.loads(ask(*asked, "--json"))["data"]
    assert [each["stance"] for each in data["positions"]] == ["rejects"]


def test_one_position_is_told_with_its_history(ask: Ask) -> None:
    told = ask("positions", "talks", "--party", "north", "--issue", "border")
    assert told.index("accepts since 2025-12-20") < told.index("HISTORY")
    assert "HISTORY\n  2025-12-20 accepts\n" in told
    assert "  2025-12-11 demands\n      north demands. [Herald; single source]\n" in told


def test_a_plan_is_told_point_by_point(ask: Ask) -> None:
    assert "The draft (status not told)\n    2 points named, 2 with text" in ask("plan", "talks")
    told = ask("plan", "talks", "draft", "--as-of", "2025-12-19")
    assert "POINTS\n  1. All troops leave. [Herald; single source]\n" in told


def test_a_redline_marks_what_was_left_out_and_put_in(ask: Ask) -> None:
    told = ask("plan", "talks", "draft", "--redline", "2025-12-19")
    assert "1: changed (text), coded as substitution\n    [-All-]{+Some+} troops leave.\n" in told
    assert told.endswith("1 point is the same\n")
    assert "2 points are the same" in ask("plan", "talks", "draft", "--redline", "draft")


def test_meetings_stand_in_the_zone_of_the_question(ask: Ask) -> None:
    told = ask("meetings", "talks", "--status", "held")
    assert "held 2025-12-12T22:30+02:00 Talks in Geneva\n    [Herald, Post]\n" in told
    assert "2025-12-12T15:30-05:00" in ask("meetings", "talks", "--tz", "America/New_York")
    assert "No meeting is found." in ask("meetings", "talks", "--status", "overdue")


def test_statements_people_and_what_is_found_are_told(ask: Ask) -> None:
    said = "2025-12-13 Ada Marsh\n    We go on. [Herald; single source]\n"
    assert said in ask("statements", "talks", "--party", "south")
    assert "No statement" in ask("statements", "talks", "--speaker", "party:north")
    assert "ada: Ada Marsh\n    Envoy (The South), since 2025-12-01" in ask("people", "talks")
    assert "contains these words" in ask("search", "talks", "nowhere")


@pytest.mark.parametrize("name", ["marsch", "Марш Ада", "ada"])
def test_a_person_is_found_by_every_name(ask: Ask, name: str) -> None:
    told = ask("people", "talks", name)

    assert "ada: Ada Marsh (Ada Marsch, Ада Марш)\n    Envoy (The South)" in told


@pytest.mark.parametrize(
    ("name", "offered"), [("Mash", " Names spelt much like it: Ada Marsh, Ada Marsch."), ("Xu", "")]
)
def test_of_a_name_that_nobody_has_the_nearest_are_offered(
    ask: Ask, name: str, offered: str
) -> None:
    told = " ".join(ask("people", "talks", name).split())

    assert told.endswith(f"Nobody who is known has such a name.{offered}")


@pytest.mark.parametrize(
    ("words", "passage"),
    [
        ("go on", "statement-made Ada Marsh\n    We **go** **on**. [Herald; single source]\n"),
        ("marsh", "statement-made Ada Marsh\n    We go on; speaker: Ada **Marsh** [Herald; single"),
        ("Марш", "We go on; speaker: Ada Marsh (Ада **Марш**) [Herald; single"),
        ("ada", "statement-made Ada Marsh\n    We go on; speaker: **Ada Marsh** [Herald; single"),
        ("post", "meeting-held Talks in Geneva\n    publisher: **Post** [Herald, Post]\n"),
        ("draft", "plan-introduced The draft\n    The **draft** [Herald; single source]\n"),
        ("free", "plan-introduced The draft\n    text: Trade is **free**. [Herald; single"),
    ],
)
def test_a_search_shows_the_passage_found(ask: Ask, words: str, passage: str) -> None:
    assert passage in ask("search", "talks", words)


def test_a_search_with_slugs_marks_the_slug_or_the_name_found(ask: Ask) -> None:
    assert "speaker: person:**ada** [" in ask("search", "talks", "ada", "--slugs")
    assert "speaker: Ada **Marsh** [" in ask("search", "talks", "marsh", "--slugs")


def test_on_a_terminal_the_words_found_are_bold(ledger_file: Path, tmp_path: Path) -> None:
    terminal, its_end = pty.openpty()
    command = [sys.executable, "-m", "api.cli", "search", "talks", "go on", "--db", ledger_file]
    environment = {**os.environ, **key_environment(tmp_path)}
    subprocess.run(command, stdout=its_end, env=environment, check=True, timeout=60)
    os.close(its_end)

    told = os.read(terminal, 4096).decode()
    os.close(terminal)
    assert "We \x1b[1mgo\x1b[22m \x1b[1mon\x1b[22m. [Herald" in told


def test_the_log_is_told_page_by_page(ask: Ask) -> None:
    told = ask("log", "talks", "--after", "5", "--limit", "2")
    assert "#6 2025-12-20T14:00+02:00 position-stated The North/The border\n" in told
    assert "#8" not in told
    assert told.endswith("and more, which a higher --limit shows\n")
    typed = ask("log", "talks", "--type", "meeting-held")
    assert typed.count("#") == 1


def test_a_gap_is_told_with_what_was_missed(ask: Ask) -> None:
    told = ask("gap", "talks", "2025-12-12")
    assert "NOT YET KNOWN\n  meeting Talks in Geneva (it became known)\n" in told
    assert "KNOWN, BUT NOT RECORDED HERE\n" in told


def test_what_was_taken_back_is_told_with_who_when_and_why(ask: Ask) -> None:
    told = ask("as-of", "talks", "2025-12-19", "--section", "withdrawn")
    assert "withdrawn 2025-12-14 by Gazette: It was misheard." in " ".join(told.split())
    assert "POSITIONS" not in told


def test_a_state_is_told_of_one_party_or_issue(ask: Ask) -> None:
    north = ask("as-of", "talks", "2025-12-19", "--party", "north")
    assert "The North on The border" in north
    assert "The South on" not in north
    assert "Talks in Geneva" in north
    south = ask("as-of", "talks", "2025-12-19", "--party", "south")
    assert "We go on." in south
    assert "Talks in Geneva" not in south
    border = json.loads(ask("as-of", "talks", "2025-12-19", "--issue", "border", "--json"))
    assert len(border["data"]["positions"]) == 2
    assert (border["data"]["meetings"], len(border["data"]["statements"])) == ([], 1)


@pytest.mark.parametrize(
    ("clock", "start", "until", "seqs"),
    [
        ("recorded", "2025-12-27", None, [15, 16]),
        ("recorded", None, "2025-12-20", list(range(1, 15))),
        ("recorded", "3", "4", [3, 4]),
        ("known", "2025-12-13", "2025-12-14", [9, 10, 11, 12]),
        ("known", "2025-12-22", None, [15]),
        ("happened", "2025-12-12", "2025-12-12", [7, 8, 11]),
    ],
)
def test_a_replay_goes_by_any_clock(
    ask: Ask, clock: str, start: str | None, until: str | None, seqs: list[int]
) -> None:
    dates = [*(["--from", start] if start else []), *(["--until", until] if until else [])]
    told = ask("replay", "talks", "--clock", clock, *dates, "--json").splitlines()
    assert [json.loads(line)["event"]["seq"] for line in told] == seqs


def test_a_replay_says_what_an_act_bears_on(ask: Ask) -> None:
    told = ask("replay", "talks", "--from", "10", "--until", "10")
    act = "#10 2025-12-20T14:00+02:00 event-retracted of #9 position-stated The South/The border"
    assert act in " ".join(told.split())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("as-of", "talks", "2025-12-19", "--section", "position"), "use briefs, meetings"),
        (("plan", "talks", "--redline", "2025-12-19"), "name the plan to compare"),
        (("plan", "talks", "none"), "no plan 'none' is known"),
        (("positions", "talks/x"), "is not a slug"),
        (("positions", "talks", "--as-of", "2025-13"), "--as-of: there is no month 13"),
        (("as-of", "talks", "2025-13"), "DATE: there is no month 13"),
        (("replay", "talks", "--from", "never"), "--from: 'never' is not"),
        (("replay", "talks", "--from=9", "--until=8"), "--until: 8 lies before"),
        (("diff", "talks", "never", "2025-12-21"), "FROM: 'never' is not"),
        (("search", "talks", ""), "WORDS: must not be empty"),
    ],
)
def test_a_wrong_argument_is_told_its_remedy(
    ledger_file: Path, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = run_command(*arguments, "--db", ledger_file, **key_environment(tmp_path))
    assert done.returncode == 2
    assert said in " ".join(done.stderr.replace("│", " ").split())
