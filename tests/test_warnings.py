"""What is accepted but probably mistyped, or probably not meant, is said where it is recorded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from domain.acceptance_warnings import find_warnings
from domain.instants import from_rfc3339
from tests.command_line import run_command
from tests.facts import Event, event_id
from tests.world import World

AT = "2025-12-21T12:00:00Z"
OPENED: list[Event] = [
    {"type": "negotiation-opened", "title": "Talks"},
    {"type": "party-registered", "party": "north", "name": "North"},
]
SAID: Event = {
    "type": "statement-made",
    "statement": "s1",
    "speaker": "party:north",
    "summary": "Yes.",
    "occurred": "2025-12-20",
    "reports": [{"published": "0025-12-20"}],
}
FAR = "0025-12-20 is more than 200 years from the day of recording"


@pytest.fixture
def talks(http_world: World) -> World:
    http_world.record(AT, OPENED)
    return http_world


@pytest.mark.parametrize(
    ("text", "is_far"),
    [
        ("2025-12-20", False),
        ("1826-01-02", False),
        ("1825-12-20", True),
        ("2225-12-01", False),
        ("2226-01-02", True),
        ("0025-09-27", True),
        ("../1904", False),
        ("../2025-12-21", False),
        ("2025-12-21/2925-12-24", True),
    ],
)
def test_a_date_more_than_200_years_from_the_recording_is_far(text: str, is_far: bool) -> None:
    found = find_warnings({"type": "meeting-held", "occurred": text}, from_rfc3339(AT))

    assert [each.pointer for each in found] == (["/occurred"] if is_far else [])


@pytest.mark.parametrize(
    ("name", "text", "published", "is_doubted"),
    [
        ("occurred", "1925-12-20", "2025-12-21", True),
        ("occurred", "1976-12-20", "2025-12-21", False),
        ("expected", "2125-12-20", "2025-12-21", True),
        ("due", "1925-12-20/1925-12-24", "2025-12-21", True),
        ("occurred", "1919-03-01", "1919-03-02", False),
        ("occurred", "../2025-12-20", "2025-12-21", False),
    ],
)
def test_a_day_generations_from_its_report_is_doubted(
    name: str, text: str, published: str, is_doubted: bool
) -> None:
    value = {"type": "meeting-held", name: text, "reports": [{"published": published}]}
    found = find_warnings(value, from_rfc3339(AT))

    assert [each.pointer for each in found] == ([f"/{name}"] if is_doubted else [])


def test_a_point_given_twice_is_named(talks: World) -> None:
    points = [{"point": name, "text": f"{name}."} for name in ("a", "b", "a")]
    plan = {"type": "plan-introduced", "plan": "p", "title": "P", "occurred": "2025-12-20"}
    answer = talks.post({**plan, "points": points}).json()

    (warning,) = answer["warnings"]
    assert warning["pointer"] == "/points/2"
    assert warning["detail"] == "point 'a' is given twice; the last one holds"


def test_every_date_of_an_event_is_looked_at() -> None:
    value: dict[str, Any] = {
        "type": "record-corrected",
        "expected": "3025",
        "phrase_anchor": "0125-01-01",
        "reports": [{"published": "2025"}, {"published": "0025"}],
        "changes": {"occurred": "0026", "reports": [{"published": "0027"}]},
        "note": "0025",
    }

    found = [each.pointer for each in find_warnings(value, from_rfc3339(AT))]
    assert found == [
        "/expected",
        "/phrase_anchor",
        "/reports/1/published",
        "/changes/occurred",
        "/changes/reports/0/published",
    ]


@pytest.mark.parametrize("dry_run", [False, True])
def test_the_answer_has_a_warning_of_a_far_date(talks: World, dry_run: bool) -> None:
    params = {"dry_run": "true"} if dry_run else {}
    one, batch = (talks.post(body, params=params).json() for body in (SAID, [SAID]))

    (warning,) = one["warnings"]
    assert warning["pointer"] == "/reports/0/published"
    assert warning["detail"] == FAR
    assert "record-corrected" in warning["hint"]
    if dry_run:
        assert [each["pointer"] for each in batch["warnings"]] == ["/0/reports/0/published"]


def test_an_answer_without_a_far_date_has_no_warning(talks: World) -> None:
    assert talks.post({**SAID, "reports": []}).json()["warnings"] == []


def test_append_and_import_warn_on_standard_error(tmp_path: Path) -> None:
    db, file = tmp_path / "log.db", tmp_path / "talks.jsonl"
    file.write_text("".join(json.dumps(event) + "\n" for event in [*OPENED, SAID]))
    tried = run_command("import", file, "--dry-run", "--db", db)
    done = run_command("import", file, "--db", db)
    more = json.dumps({**SAID, "statement": "s2"})
    appended = run_command("append", "talks", "--db", db, stdin=more)

    assert (tried.returncode, done.returncode, appended.returncode) == (0, 0, 0)
    for ran in (tried, done):
        assert f"warning: {file}:3: /reports/0/published: {FAR}" in ran.stderr
    assert f"warning: /reports/0/published: {FAR}" in appended.stderr
    assert "record-corrected" in appended.stderr


def test_the_record_page_shows_the_warning(talks: World) -> None:
    form = {
        "type": "statement-made",
        "statement": "s1",
        "speaker": "party:north",
        "summary": "Yes.",
        "occurred": "2025-12-20",
        "reports.published": "0025-12-20",
    }
    page = talks.client.post(
        f"/desk/{talks.name}/record?audience=staff",
        data=form,
        headers={"sec-fetch-site": "same-origin"},
    )

    assert page.status_code == 200
    assert FAR in page.text


# Rows without a report.


def test_an_import_counts_the_events_that_only_staff_see(tmp_path: Path) -> None:
    db, file = tmp_path / "log.db", tmp_path / "talks.csv"
    rows = ["s1,north,Yes.,2025-12-20,", "s2,north,No.,2025-12-20,2025-12-20"]
    head = "type,party,name,title,statement,speaker,summary,occurred,reports.0.published"
    opened = ["negotiation-opened,,,Talks,,,,,", "party-registered,north,North,,,,,,"]
    file.write_text("\n".join([head, *opened, *(f"statement-made,,,,{row}" for row in rows)]))
    ran = run_command("import", file, "--db", db, "--json")

    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["staff_only"] == 1
    words = " ".join(ran.stderr.split())
    assert "1 of 4 events have no report, so only the audience staff sees them" in words
    assert "add the column published" in words


# The same event elsewhere.


@pytest.mark.parametrize("content", [{}, {"summary": "No."}], ids=["equal", "other"])
def test_an_id_used_in_another_negotiation_says_where(talks: World, content: Event) -> None:
    talks.post({**SAID, "id": event_id(9)})
    elsewhere = "/v1/negotiations/others/events"
    talks.client.post(elsewhere, json=OPENED)
    answer = talks.client.post(elsewhere, json={**SAID, **content, "id": event_id(9)})

    assert answer.status_code == 409
    (error,) = answer.json()["errors"]
    assert error["pointer"] == "/id"
    assert "in the negotiation 'talks'" in error["detail"]
    assert ("different content" in error["detail"]) == bool(content)
    assert "send it to 'talks'" in error["hint"]


def test_an_unknown_negotiation_names_the_nearest(talks: World) -> None:
    read = talks.client.get("/v1/negotiations/talk/state").json()
    recorded = talks.client.post("/v1/negotiations/talk/events", json=SAID).json()

    assert "did you mean talks?" in read["hint"]
    assert recorded["hint"].startswith("did you mean talks?; to begin a new one, open it first:")


# Options of append.


@pytest.mark.parametrize("occurred", ["null", "", "2025-12-20"])
def test_append_takes_null_as_json(tmp_path: Path, occurred: str) -> None:
    db, file = tmp_path / "log.db", tmp_path / "talks.jsonl"
    file.write_text("".join(json.dumps(event) + "\n" for event in OPENED))
    run_command("import", file, "--db", db)
    fields = ("statement=s1", "speaker=north", "summary=Yes.", f"occurred={occurred}")
    options = [part for each in fields for part in ("--set", each)]
    about = ["--set", 'about=["party:north"]']
    ran = run_command("append", "talks", "--type", "statement-made", *options, *about, "--db", db)

    assert ran.returncode == 0, ran.stderr
    recorded = json.loads(run_command("export", "talks", "--db", db).stdout.splitlines()[-1])
    assert recorded.get("occurred") == ("2025-12-20" if "-" in occurred else None)
    assert recorded["about"] == ["party:north"]


# Possible duplicates of a dry run.


def likely_duplicates(talks: World, event: Event) -> list[int]:
    found = talks.post(event, params={"dry_run": "true"}).json()["possible_duplicates"]
    return [each["seq"] for each in found]


def test_a_dry_run_names_events_of_the_same_type_subject_and_time(talks: World) -> None:
    issues = [{"type": "issue-defined", "issue": slug, "title": slug} for slug in ("fund", "land")]
    stated = {
        "type": "position-stated",
        "party": "north",
        "issue": "fund",
        "stance": "accepts",
        "summary": "Yes.",
        "occurred": "2025-12-20",
    }
    talks.record("2025-12-22T12:00:00Z", [*issues, stated, {**SAID, "reports": []}])

    assert likely_duplicates(talks, {**stated, "summary": "Yes!"}) == [5]
    assert likely_duplicates(talks, {**stated, "issue": "land"}) == []
    assert likely_duplicates(talks, {**stated, "occurred": "2025-12-22"}) == []
    said_again = {**SAID, "statement": "s2"}
    assert likely_duplicates(talks, said_again) == [6]
    assert likely_duplicates(talks, {**said_again, "speaker": "north"}) == [6]


VOTE: Event = {"type": "vote-held", "vote": "v", "motion": "Strike?", "occurred": None}
HELD: Event = {"type": "meeting-held", "meeting": "m", "occurred": "2025-12-20"}


@pytest.mark.parametrize(
    ("event", "pointer", "detail"),
    [
        (
            VOTE | {"votes": [{"party": "north", "vote": vote} for vote in ("for", "against")]},
            "/votes/1",
            "party 'north' is listed twice: 'for' and 'against', and both count",
        ),
        (
            HELD | {"participants": [{"party": "north", "head": True}] * 2},
            "/participants/1/head",
            "party 'north' has two heads of its side",
        ),
        (VOTE | {"motion": " "}, "/motion", "motion says nothing"),
        (
            {"type": "brief-written", "brief": "b", "text": "", "occurred": None},
            "/text",
            "text says nothing",
        ),
    ],
)
def test_what_may_be_right_but_looks_like_a_slip_is_named(
    talks: World, event: Event, pointer: str, detail: str
) -> None:
    answer = talks.post([event]).json()

    assert [(each["pointer"], each["detail"]) for each in answer["warnings"]] == [
        (f"/0{pointer}", detail)
    ]
    assert all(each["hint"] for each in answer["warnings"])
