"""The answer of a position, in its words: over HTTP, on the command line and on the pages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.stance_words import given_answer, read_answer_words
from domain.basis import Question
from tests.command_line import run_command
from tests.facts import OPENING, STANCE, Event, event, event_id, report
from tests.pages import BASE, main, page
from tests.serving import key_environment
from tests.world import World

ARMY: Event = {
    "type": "issue-defined",
    "id": event_id("army"),
    "issue": "army",
    "title": "The army",
    "question": "How large may it be?",
    "answers": [
        {"answer": "small", "label": "A small one", "value": 600_000},
        {"answer": "large", "label": "800,000 in peacetime", "value": 800_000},
        {"answer": "free", "label": "Any size"},
    ],
}
SOUTH: Event = {"type": "party-registered", "party": "south", "name": "South"}
WEST: Event = {"type": "party-registered", "party": "west", "name": "West"}


def stated(party: str, day: int, stance: str, answer: str | None, **fields: Any) -> Event:
    where = {"party": party, "issue": "army", "stance": stance, "summary": f"{party} on {day}"}
    where |= {"answer": answer} if answer else {}
    return event(
        f"{party}-{day}",
        "position-stated",
        report(f"2025-12-{day}"),
        **where,
        occurred=f"2025-12-{day}",
        **fields,
    )


STATED = [
    stated("north", 20, "demands", "small"),
    stated("north", 27, "demands", "large"),
    stated("south", 21, "rejects", "large"),
    stated("west", 22, "reserves", None),
    stated("west", 23, "proposes", "small", attribution="third-party", attributed_by="party:south"),
]


@pytest.fixture(scope="module")
def army(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("army"), "http") as world:
        world.record("2025-12-28T09:00:00Z", [*OPENING, ARMY, SOUTH, WEST, *STATED])
        world.set_clock("2025-12-30T09:00:00Z")
        yield world


@pytest.fixture(scope="module")
def ledger_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("printed")
    with World(folder, "index") as world:
        world.record("2025-12-28T09:00:00Z", [*OPENING, ARMY, SOUTH, WEST, *STATED])
    return folder / "world.db"


def printed(ledger_file: Path, tmp_path: Path, *words: str) -> str:
    done = run_command(*words, "--db", ledger_file, **key_environment(tmp_path))
    assert done.returncode == 0, done.stderr
    return " ".join(done.stdout.split())


def test_a_number_is_shown_where_the_label_does_not_say_it(army: World) -> None:
    with army.open_session("public") as session:
        words = read_answer_words(session.open_view(session.resolve_basis(Question())))

    assert words == {
        ("army", "small"): "A small one, 600,000",
        ("army", "large"): "800,000 in peacetime",
    }
    assert given_answer(words, "army", None) is None


def test_over_http_a_position_keeps_the_slug_and_the_number(army: World) -> None:
    positions = army.get("/positions/north/army").json()["data"]["position"]

    assert (positions["answer"], positions["value"]) == ("large", 800_000)


def test_the_command_line_says_the_answer_in_words(ledger_file: Path, tmp_path: Path) -> None:
    state = printed(ledger_file, tmp_path, "as-of", "talks", "2025-12-29")

    assert "North on The army: demands (800,000 in peacetime) since 2025-12-27" in state
    assert "South on The army: rejects (800,000 in peacetime) since 2025-12-21" in state
    assert "West on The army: reserves since 2025-12-22" in state
    assert "South says of West on The army: proposes (A small one, 600,000)" in state


def test_a_diff_and_a_replay_tell_a_move_to_another_answer(
    ledger_file: Path, tmp_path: Path
) -> None:
    told = (
        "before: demands (A small one, 600,000); north on 20"
        " after: demands (800,000 in peacetime); north on 27"
    )

    assert told in printed(ledger_file, tmp_path, "diff", "talks", "2025-12-26", "2025-12-29")
    assert told in printed(ledger_file, tmp_path, "replay", "talks")


def test_json_keeps_the_slugs(ledger_file: Path, tmp_path: Path) -> None:
    done = run_command(
        *("as-of", "talks", "2025-12-29", "--json", "--db", ledger_file),
        **key_environment(tmp_path),
    )
    positions = json.loads(done.stdout)["data"]["positions"]

    assert [each["answer"] for each in positions] == ["large", "large", None]


def matrix_cell(text: str, party: str) -> str:
    return text.partition(f'<td role="cell" data-label="{party}"')[2].partition("</td>")[0]


def test_the_matrix_shows_the_answer_beside_the_stance(army: World) -> None:
    text = main(page(army, "positions", "?from=2025-12-26"))

    north = matrix_cell(text, "North")
    assert "800,000 in peacetime" in north
    assert "A small one, 600,000 (demands)</del>" in north
    assert "free" not in text


def test_another_answer_with_the_same_stance_is_a_change(army: World) -> None:
    data = army.client.get(f"{BASE}/positions.json?from=2025-12-26").json()["data"]
    (row,) = data["rows"]
    changed = {party: cell["changed"] for party, cell in row["cells"].items()}

    assert changed == {"north": True, "south": False, "west": False}
    assert row["cells"]["north"]["answer"] == "large"


def test_an_issue_lists_its_answers_in_order_with_who_stands_where(army: World) -> None:
    (row,) = army.client.get(f"{BASE}/positions.json").json()["data"]["rows"]

    assert [(each["label"], each["stances"]) for each in row["scale"]] == [
        ("A small one, 600,000", []),
        (
            "800,000 in peacetime",
            [{"word": "demands", "parties": ["north"]}, {"word": "rejects", "parties": ["south"]}],
        ),
        (None, [{"word": "reserves", "parties": ["west"]}]),
    ]


def test_a_cell_and_its_history_give_the_answers_of_then(army: World) -> None:
    drawer = page(army, "positions", "?cell=north/army").partition('<aside id="drawer"')[2]
    history = drawer.partition("<article")[2]

    assert "The answers to this issue" in drawer
    assert "demands (800,000 in peacetime), since" in drawer
    lead = drawer.partition('class="stance lead"')[2].partition("</p>")[0]
    assert 0 <= lead.index("800,000 in peacetime") < lead.index("demands")
    assert "800,000 in peacetime" in history
    assert "A small one, 600,000" in history


def test_the_lane_of_a_party_steps_where_its_answer_changes(army: World) -> None:
    parties = army.client.get(f"{BASE}/people.json").json()["data"]["parties"]
    lanes = {party["party"]: party["lanes"] for party in parties}
    steps = {
        party: [(s["word"], s["answer"]) for s in found[0]["steps"]]
        for party, found in lanes.items()
        if found
    }

    assert steps["north"] == [
        ("demands", "A small one, 600,000"),
        ("demands", "800,000 in peacetime"),
    ]
    assert steps["west"] == [("reserves", None)]
    shown = page(army, "people").partition('class="strips"')[2]
    assert shown.index("800,000 in peacetime") < shown.index("demands")


def test_the_overview_and_a_brief_tell_the_move(army: World) -> None:
    assert "demands</span></del>" not in page(army, "compare", "?from=2025-12-26")
    (line,) = army.client.get(f"{BASE}/compare.json?from=2025-12-26").json()["data"]["lines"]

    assert line["sentence"] == (
        "North moved on “The army” from A small one, 600,000 (demands) to 800,000 in peacetime"
        " (demands)."
    )
    overview = main(page(army, "", "?as_of=2025-12-29"))
    assert "800,000 in peacetime" in overview


def test_who_refuses_an_answer_is_not_said_to_give_it_too(own_site: World) -> None:
    parties = ("east", "south", "west")
    registered = [{"type": "party-registered", "party": each, "name": each} for each in parties]
    answers = [{"answer": "yes", "label": "Yes"}]
    sea = {"type": "issue-defined", "issue": "sea", "title": "The sea", "answers": answers}
    held = [
        STANCE
        | {"id": event_id(600 + n), "party": party, "issue": "sea", "answer": "yes"}
        | {"stance": stance}
        for n, (party, stance) in enumerate(
            (("north", "supports"), ("east", "accepts"), ("south", "rejects"), ("west", "reserves"))
        )
    ]
    own_site.record("2025-12-21T09:00:00Z", [*registered, sea, *held])
    lines = own_site.client.get(f"{BASE}/compare.json?from=2025-12-01").json()["data"]["lines"]
    told = {line["sentence"] for line in lines}

    assert "North on “The sea”: Yes (supports), as did east." in told
    assert "South on “The sea”: Yes (rejects)." in told
    assert "West on “The sea”: Yes (reserves)." in told


def test_the_same_answer_with_another_stance_is_said_again(own_site: World) -> None:
    turns = [stated("north", 20, "proposes", "large"), stated("north", 27, "demands", "large")]
    own_site.record("2025-12-30T09:00:00Z", [ARMY, *turns])
    lines = own_site.client.get(f"{BASE}/compare.json?from=2025-12-26").json()["data"]["lines"]

    assert [line["sentence"] for line in lines] == [
        "North said again on “The army”: demands (800,000 in peacetime)."
    ]


def test_an_event_shows_its_answer_in_words(army: World) -> None:
    text = main(page(army, f"events/{event_id('north-27')}"))

    assert "<bdi>Answer</bdi></dt><dd><bdi>800,000 in peacetime</bdi>" in " ".join(text.split())
