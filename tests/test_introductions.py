"""One event introduces a party, person, issue, statement, plan, amendment or document."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from domain.acceptance import parse_event
from domain.errors import InvalidEventError
from ledger.database import run_script, transaction
from ledger.submission import Submission
from ledger.writer import Ledger
from tests.command_line import run_command
from tests.facts import Event, event_id
from tests.world import KEY, World, accept_second_introductions, tell_story

AT = "2025-12-21T12:00:00Z"
LATER = "2025-12-22T12:00:00Z"
OPENING: list[Event] = [
    {"type": "negotiation-opened", "title": "Talks"},
    {"type": "party-registered", "party": "north", "name": "North", "id": event_id(1)},
    {"type": "person-registered", "person": "envoy", "name": "Envoy", "id": event_id(2)},
    {"type": "issue-defined", "issue": "border", "title": "Border", "id": event_id(3)},
]
NEWS: dict[str, Any] = {"occurred": "2025-12-20", "reports": [{"published": "2025-12-20"}]}
OPERATION = {"op": "substitution", "point": "p1", "text": "new"}
FIRSTS: dict[str, Event] = {
    "statement": {
        "type": "statement-made",
        "statement": "s1",
        "speaker": "party:north",
        "summary": "Yes.",
    },
    "plan": {"type": "plan-introduced", "plan": "p", "title": "Plan"},
    "amendment": {
        "type": "amendment-proposed",
        "plan": "p",
        "amendment": "am",
        "operations": [OPERATION],
        "proposed_by": ["north"],
    },
    "document": {"type": "document-published", "document": "d", "title": "Text"},
}
INTRODUCING: dict[str, Event] = {
    "party": OPENING[1],
    "person": OPENING[2],
    "issue": OPENING[3],
    **{
        kind: {**first, **NEWS, "id": event_id(10 + n)}
        for n, (kind, first) in enumerate(FIRSTS.items())
    },
}
KINDS = list(INTRODUCING)


def again(kind: str, **fields: Any) -> Event:
    """Return a second introduction, by another event with other content."""
    first = {name: value for name, value in INTRODUCING[kind].items() if name != "id"}
    return {**first, "note": "again", **fields}


def correction(kind: str, **changes: Any) -> Event:
    return {"type": "record-corrected", "event": INTRODUCING[kind]["id"], "changes": changes}


@pytest.fixture
def talks(http_world: World) -> World:
    http_world.record(AT, [*OPENING, *(INTRODUCING[kind] for kind in FIRSTS)])
    return http_world


def refuse(world: World, *events: Event) -> InvalidEventError:
    with pytest.raises(InvalidEventError) as refused:
        world.record(LATER, list(events))
    return refused.value


@pytest.mark.parametrize("kind", KINDS)
def test_a_second_introduction_names_the_first_and_the_remedy(talks: World, kind: str) -> None:
    (reason,) = refuse(talks, again(kind)).reasons

    first = INTRODUCING[kind]
    assert reason.pointer == f"/0/{kind}"
    assert f"{kind} {first[kind]!r}" in reason.detail
    assert f"already introduced by event {first['id']}" in reason.detail
    assert "use another slug" in (reason.hint or "")


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_event_again_is_no_second_introduction(talks: World, kind: str) -> None:
    answer = talks.record(LATER, [INTRODUCING[kind]])

    assert answer["duplicates"] == [INTRODUCING[kind]["id"]]


@pytest.mark.parametrize("kind", KINDS)
def test_a_second_introduction_inside_one_batch_is_refused(talks: World, kind: str) -> None:
    one = again(kind, **{kind: "other"}, id=event_id(50))
    (reason,) = refuse(talks, one, again(kind, **{kind: "other"})).reasons

    assert reason.pointer == f"/1/{kind}"
    assert event_id(50) in reason.detail


@pytest.mark.parametrize("kind", KINDS)
def test_a_correction_to_the_slug_of_another_is_refused(talks: World, kind: str) -> None:
    talks.record(LATER, [again(kind, **{kind: "other"}, id=event_id(50))])
    changed = {"type": "record-corrected", "event": event_id(50)}
    taken = INTRODUCING[kind][kind]
    (reason,) = refuse(talks, {**changed, "changes": {kind: taken}}).reasons

    assert reason.pointer == f"/0/changes/{kind}"
    assert INTRODUCING[kind]["id"] in reason.detail


@pytest.mark.parametrize("kind", KINDS)
def test_a_slug_set_by_a_correction_is_taken_by_the_corrected_event(
    talks: World, kind: str
) -> None:
    talks.record(LATER, [correction(kind, **{kind: "renamed"})])

    (reason,) = refuse(talks, again(kind, **{kind: "renamed"})).reasons
    assert INTRODUCING[kind]["id"] in reason.detail
    assert refuse(talks, again(kind)).reasons  # the slug before it stays reserved
    talks.record(LATER, [correction(kind, **{kind: INTRODUCING[kind][kind]})])  # and may come back


def test_a_correction_of_a_correction_reserves_its_slug(talks: World) -> None:
    renamed = {**correction("statement", statement="s2"), "id": event_id(60)}
    talks.record(LATER, [renamed])
    mended = {"type": "record-corrected", "event": event_id(60)}
    talks.record(LATER, [{**mended, "changes": {"changes": {"statement": "s3"}}}])

    (reason,) = refuse(talks, again("statement", statement="s3")).reasons
    assert INTRODUCING["statement"]["id"] in reason.detail


def test_an_amendment_is_introduced_within_its_plan(talks: World) -> None:
    talks.record(LATER, [again("plan", plan="q"), again("amendment", plan="q")])

    (reason,) = refuse(talks, again("amendment", plan="q")).reasons
    assert "amendment 'am' of plan 'q'" in reason.detail


def test_a_correction_moves_no_amendment_to_where_its_slug_is_taken(talks: World) -> None:
    talks.record(LATER, [again("plan", plan="q"), again("amendment", plan="q")])

    assert refuse(talks, correction("amendment", plan="q")).reasons


@pytest.mark.parametrize("kind", KINDS)
def test_a_slug_stays_reserved_after_a_void(talks: World, kind: str) -> None:
    talks.record(LATER, [{"type": "record-voided", "event": INTRODUCING[kind]["id"]}])

    assert refuse(talks, again(kind)).reasons


def test_meetings_and_roles_are_told_by_many(talks: World) -> None:
    held = {"type": "meeting-held", "meeting": "m", **NEWS}
    role = {"type": "role-assumed", "person": "envoy", "party": "north", "title": "Envoy", **NEWS}

    assert len(talks.record(LATER, [held, held, role, role])["recorded"]) == 4


def test_another_negotiation_has_slugs_of_its_own(talks: World) -> None:
    events = [parse_event({**event, "id": None}) for event in OPENING]

    assert len(talks.ledger.record(Submission("others", events))["recorded"]) == 4


def test_over_http_the_refusal_is_a_problem(talks: World) -> None:
    answer = talks.post(again("statement"))

    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["pointer"] == "/statement"
    assert INTRODUCING["statement"]["id"] in error["detail"]


# Logs of older versions.


OLDER_TABLE = """
CREATE TABLE registered (
    negotiation TEXT NOT NULL, kind TEXT NOT NULL, slug TEXT NOT NULL,
    PRIMARY KEY (negotiation, kind, slug)
);
INSERT INTO registered SELECT negotiation, kind, slug FROM introduction
WHERE kind IN ('party', 'person', 'issue');
DROP TABLE introduction;
DROP TABLE content_namespace;
DROP TABLE earlier_content;
DROP TABLE cosignature;
DROP TABLE access_key;
DROP TABLE access_session;
DROP TABLE proposal;
DROP TABLE article;
DROP TABLE draft;
DROP TABLE feed;
DROP TABLE article_source;
DROP TRIGGER event_approval_is_never_changed ON event;
ALTER TABLE event DROP COLUMN approved_by;
DROP TABLE migration;
"""


@pytest.fixture
def older_file(tmp_path: Path) -> Path:
    """Give a file as 0.2 left it: with two introductions, and the table that it had."""
    with accept_second_introductions(), World(tmp_path) as world:
        world.record(AT, [*OPENING, INTRODUCING["statement"], again("statement")])
    with closing(sqlite3.connect(tmp_path / "world.db")) as connection:
        connection.executescript(OLDER_TABLE.replace(" ON event;", ";"))
    return tmp_path / "world.db"


def verify(file: Path, **environment: str) -> None:
    ran = run_command("verify", "--db", file, **environment)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_an_older_log_with_second_introductions_opens_and_verifies(older_file: Path) -> None:
    verify(older_file, MINUTEBOOK_LOG_KEY=KEY)
    with World(older_file.parent) as world:
        reason, *_ = refuse(world, again("statement"), again("party")).reasons
        assert INTRODUCING["statement"]["id"] in reason.detail
    verify(older_file, MINUTEBOOK_LOG_KEY=KEY)


def test_an_import_into_an_older_file_is_checked_before_it_is_opened(older_file: Path) -> None:
    rows = older_file.with_name("talks.jsonl")
    rows.write_text(
        "".join(json.dumps(again(kind, note="x")) + "\n" for kind in ("party", "statement"))
    )
    ran = run_command("import", rows, "--dry-run", "--db", older_file)

    assert ran.returncode == 2
    for line, kind in enumerate(("party", "statement"), 1):
        first = INTRODUCING[kind]["id"]
        assert f"{rows}:{line}: /: changed: note differs from event {first}" in ran.stderr


def test_an_older_log_is_restored_with_its_second_introductions(
    older_file: Path, tmp_path: Path
) -> None:
    exported = run_command("export", "talks", "--db", older_file).stdout
    (rows := tmp_path / "talks.jsonl").write_text(exported)
    ran = run_command("restore", "--from-export", "--db", tmp_path / "again.db", rows)

    assert ran.returncode == 0, ran.stderr
    verify(tmp_path / "again.db")


def test_an_older_server_gets_the_table_of_introductions(ledger_url: str) -> None:
    with accept_second_introductions(), tell_story([], server=ledger_url) as world:
        world.record(AT, [*OPENING, INTRODUCING["statement"], again("statement")])
        with world.ledger.take_writer() as c, transaction(c):
            run_script(c, OLDER_TABLE.replace("TEXT", 'text COLLATE "C"'))
    with closing(Ledger(ledger_url)) as ledger, pytest.raises(InvalidEventError) as refused:
        ledger.record(Submission("talks", [parse_event(again("statement"))]))
    assert INTRODUCING["statement"]["id"] in refused.value.detail


def test_of_two_introductions_the_first_that_stands_introduces(talks: World) -> None:
    """As logs of older versions have them."""
    with accept_second_introductions():
        plan = again("plan", title="Another", id=event_id(70))
        amended = again("amendment", id=event_id(71))
        talks.record(LATER, [plan, amended])
    state = talks.read_state(as_of="2025-12-23")

    assert [each["title"] for each in state["plans"]] == ["Plan"]
    (pending,) = state["plans"][0]["pending"]
    assert pending["event"] == INTRODUCING["amendment"]["id"]
    found = [(each["kind"], each["events"]) for each in state["anomalies"]]
    assert found == [
        ("second-introduction", [event_id(70)]),
        ("second-introduction", [event_id(71)]),
    ]
    voided = {"type": "record-voided", "event": INTRODUCING["plan"]["id"]}
    talks.record("2025-12-24T12:00:00Z", [voided])
    after = talks.read_state(as_of="2025-12-24")
    assert [each["title"] for each in after["plans"]] == ["Another"]
    assert [each["events"] for each in after["anomalies"]] == [[event_id(71)]]
