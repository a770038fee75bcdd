"""The log says of an act what it bears on and what it does; a null is told in words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from api.cli.item_text import cell_label
from api.cli.value_text import value_text
from api.cli.wording import Wording
from api.models.events import StatedPosition
from tests.command_line import run_command
from tests.serving import key_environment
from tests.world import World


def act(type_: str, target: int, **fields: Any) -> dict[str, Any]:
    return {"type": type_, "event": event_id(target), **fields}


def event_id(seq: int) -> str:
    return f"00000000-0000-4000-8000-{seq:012}"


HERALD = [{"published": "2026-01-04", "publisher": "Herald"}]
POST = [{"published": "2026-01-05", "publisher": "Post"}]
VOTE = {
    "type": "vote-held",
    "vote": "v",
    "motion": "Strike?",
    "result": "carried",
    "votes": [{"party": "crew", "vote": "for"}],
    "occurred": "2026-01-04",
    "reports": HERALD,
}
PLAN = {
    "type": "plan-introduced",
    "plan": "offer",
    "title": "The offer",
    "sponsors": ["crew"],
    "points": [{"point": "a", "number": 1, "text_status": "unseen"}],
    "occurred": "2026-01-04",
    "reports": HERALD,
}
EVENTS: list[dict[str, Any]] = [
    {"type": "negotiation-opened", "title": "Port talks", "timezone": "UTC"},
    {"type": "party-registered", "party": "crew", "name": "Crane crew"},
    VOTE,
    PLAN,
    {"type": "party-registered", "party": "port", "name": "The port"},
    act("record-corrected", 2, changes={"name": "Crane Crew!"}),
    act("record-corrected", 3, changes={"body": "All crews"}, reason="It was left out."),
    act("event-disputed", 3, rival={"votes": [], "result": None}, reports=POST),
    act("report-added", 4, reports=POST),
    act("text-published", 4, points=[{"point": "a", "text": "Eight.", "text_status": "verbatim"}],
        reports=POST),
    act("record-voided", 5, reason="The wrong file."),
]  # fmt: skip
Ask = Callable[..., str]


@pytest.fixture(scope="module")
def ledger_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("acts")
    with World(folder) as world:
        with_ids = [{"id": event_id(seq), **event} for seq, event in enumerate(EVENTS, 1)]
        world.record("2026-01-10T12:00:00Z", with_ids)
    return folder / "world.db"


@pytest.fixture
def ask(ledger_file: Path, tmp_path: Path) -> Ask:
    def run(command: str, *arguments: str) -> str:
        done = run_command(
            command, "talks", *arguments, "--db", ledger_file, **key_environment(tmp_path)
        )
        assert done.returncode == 0, done.stderr
        return " ".join(done.stdout.split())

    return run


@pytest.mark.parametrize(
    "line",
    [
        "record-corrected of #2 party-registered crew: Crane crew"
        ' name: "Crane crew" → "Crane Crew!"',
        'record-corrected of #3 vote-held Strike? body: not told → "All crews"; It was left out.',
        "event-disputed of #3 vote-held Strike? result disputed: carried or not told;"
        " votes disputed: Crane Crew! for or nothing",
        "report-added of #4 plan-introduced The offer report of Post, 2026-01-05",
        "text-published of #4 plan-introduced The offer text of a: Eight.",
        "record-voided of #5 party-registered port: The port The wrong file.",
    ],
)
def test_the_log_says_what_an_act_bears_on_and_does(ask: Ask, line: str) -> None:
    assert line in ask("log")


def test_the_log_with_slugs_names_the_target_by_slug(ask: Ask) -> None:
    assert "record-corrected of #3 vote-held v body:" in ask("log", "--slugs")


@pytest.mark.parametrize(
    "question",
    [
        ("as-of", "2026-01-10"),
        ("log",),
        ("diff", "2026-01-01", "2026-01-10"),
        ("replay",),
        ("search", "strike"),
    ],
)
def test_a_null_is_never_printed_as_none(ask: Ask, question: tuple[str, ...]) -> None:
    told = ask(*question)
    assert "None" not in told
    assert " none " not in told
    assert "[]" not in told


def test_rivals_are_told_in_words(ask: Ask) -> None:
    told = ask("as-of", "2026-01-10", "--section", "votes")
    assert "disputed 2026-01-04 Strike?" in told
    assert "votes disputed: Crane Crew! for or nothing" in told
    assert "result disputed: carried or not told" in told


@pytest.mark.parametrize(
    ("value", "disputed", "text"),
    [
        (None, False, "not told"),
        (None, True, "disputed"),
        ([], False, "nothing"),
        ({"killed": None, "injured": 2}, False, "killed not told, injured 2"),
        ([{"person": "ada", "party": "crew", "head": True}], False, "ada crew head"),
        (False, False, "no"),
    ],
)
def test_a_value_is_told_in_words(value: object, disputed: bool, text: str) -> None:
    assert value_text(Wording(), value, disputed=disputed) == text


def test_a_position_whose_issue_is_disputed_says_so() -> None:
    item = StatedPosition.model_validate(
        {
            "event": event_id(1),
            "type": "position-stated",
            "party": "crew",
            "issue": None,
            "disputed": True,
            "rivals": [{"field": "issue", "value": "hours", "event": event_id(2)}],
            "events": [],
            "known_at": None,
            "sources": [],
            "single_source": True,
        }
    )
    assert cell_label(Wording(), item) == "crew on disputed"
