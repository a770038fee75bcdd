"""An export for an audience has what that audience sees, and no word of what it does not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from api.cli import maintenance
from domain.events import Audience
from tests.command_line import run_command
from tests.facts import OPENING, STANCE, Batch, Event, event_id, report, statement
from tests.histories import audiences, histories
from tests.keyed_world import bearer, make_key
from tests.serving import key_environment
from tests.test_export_formats import FORMATS
from tests.test_round_trips import SHORT
from tests.world import World, accept_second_introductions, tell_story

EXPORT = "/v1/negotiations/talks/export"
LATER = "2026-01-02T09:00:00Z"
MIXED = statement(3) | {
    "reports": [
        report("2025-12-20", publisher="herald"),
        report("2025-12-21", publisher="press pool", audience="press"),
        report("2026-02-01", publisher="embargoed"),
    ]
}
STAFF_ONLY = statement(4) | {"reports": [report("2025-12-20", audience="staff")]}
REPLACED = {
    "id": event_id(5),
    "type": "record-corrected",
    "event": event_id(3),
    "changes": {"reports": [*MIXED["reports"][:2], report("2025-12-22", publisher="wire")]},
}
OPENED = [each | {"id": event_id(80 + n)} for n, each in enumerate(OPENING)]
STORY: list[Event] = [*OPENED, statement(1), MIXED, STAFF_ONLY, REPLACED]
SEEN = {"public": {"negotiation-opened", "person-registered", "statement-made", "record-corrected"}}


@pytest.fixture
def world(tmp_path: Path) -> Any:
    with World(tmp_path, "http") as opened:
        opened.record("2025-12-23T12:00:00Z", STORY)
        opened.set_clock(LATER)
        yield opened


def rows_for(world: World, audience: str, **headers: str) -> list[Event]:
    answer = world.client.get(f"{EXPORT}?audience={audience}", headers=headers)
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


def publishers(row: Event) -> list[str]:
    return [each.get("publisher") for each in row.get("reports", ())]


def test_each_audience_gets_its_events_with_its_reports(world: World) -> None:
    public, press, staff = (rows_for(world, each) for each in ("public", "press", "staff"))
    of_mixed = [
        publishers(row)
        for rows in (public, press, staff)
        for row in rows
        if row["id"] == MIXED["id"]
    ]

    assert {row["type"] for row in public} == SEEN["public"]
    assert STAFF_ONLY["id"] not in {row["id"] for row in (*public, *press)}
    assert [row["id"] for row in staff] == [each["id"] for each in STORY]
    assert of_mixed == [["herald"], ["herald", "press pool"], ["herald", "press pool", "embargoed"]]
    assert publishers(public[-1]["changes"]) == ["herald", "wire"]
    assert not any("salt" in row for row in staff)
    assert {row["recorded_by"] for row in public} == {"local"}


def test_an_issue_has_the_answers_that_show(tmp_path: Path) -> None:
    answers = [{"answer": name, "label": name} for name in ("cede", "hold")]
    issue = {"id": event_id(60), "type": "issue-defined", "issue": "isle", "title": "Isle"}
    named = STANCE | {"id": event_id(61), "issue": "isle", "answer": "hold"}
    with World(tmp_path, "http") as world:
        world.record("2025-12-23T12:00:00Z", [*OPENING, issue | {"answers": answers}, named])
        shown = {
            audience: [
                each["answer"]
                for row in rows_for(world, audience)
                for each in row.get("answers", ())
            ]
            for audience in ("public", "staff")
        }

        pages = {
            audience: world.client.get(
                f"/desk/talks/events/{event_id(60)}.json?audience={audience}"
            ).text
            for audience in shown
        }

    assert shown == {"public": ["hold"], "staff": ["cede", "hold"]}
    assert {audience: "cede" in page for audience, page in pages.items()} == {
        "public": False,
        "staff": True,
    }


def test_what_was_erased_is_a_stub_for_who_saw_it(world: World) -> None:
    with world.ledger.take_writer() as c:
        for each in (statement(1), STAFF_ONLY):
            maintenance.erase_from_log(c, each["id"], "an order", world.moment)
    public, staff = (rows_for(world, each) for each in ("public", "staff"))

    stubs = [row["id"] for row in public if row.get("erased")]
    assert stubs == [statement(1)["id"]]
    erasure = next(row for row in public if row.get("event") == stubs[0])
    page = world.client.get(f"/desk/talks/events/{erasure['id']}.json").json()["data"]
    assert "visible" not in erasure
    assert ([each["name"] for each in page["fields"]], page["stands"]) == (["reason"], [])
    assert [row["id"] for row in staff if row.get("erased")] == [*stubs, STAFF_ONLY["id"]]
    assert not any("payload_hash" in row for row in staff)


def test_the_whole_needs_the_scope_audit_and_says_what_else_there_is(world: World) -> None:
    operator = make_key(world, "operator", "admin")
    reader = make_key(world, "reader", by=operator, audience="press")
    editor = make_key(world, "editor", "append", by=operator)
    auditor = make_key(world, "auditor", "audit", by=operator)

    def ask(query: str, secret: str | None = None) -> Any:
        return world.client.get(EXPORT + query, headers=bearer(secret) if secret else {})

    for secret, status, audience in ((None, 401, "public"), (reader, 403, "press")):
        refused = ask("", secret)
        assert refused.status_code == status
        assert "needs the scope audit" in refused.json()["detail"]
        assert f"audience={audience}" in refused.json()["hint"]
        assert ask(f"?audience={audience}", secret).status_code == 200
    assert ask("", editor).status_code == 403
    assert ask("?audience=staff", editor).status_code == 200
    assert ask("?audience=press").status_code == 401
    assert ask("?audience=staff", reader).status_code == 403
    assert "salt" in ask("", auditor).text
    refused = ask("?audience=staff&format=bundle", auditor)
    assert refused.status_code == 422
    assert "no audience" in refused.json()["detail"]
    assert (
        world.client.get(
            "/v1/negotiations/~ledger/export?audience=staff", headers=bearer(auditor)
        ).status_code
        == 404
    )


def test_only_what_is_for_everybody_is_kept_by_caches(world: World) -> None:
    def kept(query: str, **headers: str) -> str:
        control: str = world.client.get(EXPORT + query, headers=headers).headers["cache-control"]
        return control

    assert kept("?audience=public") == "no-cache"
    assert kept("?audience=press") == "private, no-cache"
    assert kept("") == "private, no-store"
    operator = make_key(world, "operator", "admin")
    local = make_key(world, "local-desk", by=operator, negotiations=["talks"])
    assert kept("?audience=public", **bearer(local)) == "private, no-cache"


def test_a_table_has_no_column_for_what_is_hidden(world: World) -> None:
    hidden = {"type": "vote-held", "vote": "secret-vote", "motion": "Cede", "result": "carried"}
    hidden |= {
        "id": event_id(70),
        "occurred": "2025-12-20",
        "reports": [report("2025-12-20", audience="staff")],
    }
    world.record(LATER, [hidden])
    columns = {
        audience: world.client.get(f"{EXPORT}?format=csv&audience={audience}").text.splitlines()[0]
        for audience in ("public", "staff")
    }

    assert "motion" not in columns["public"]
    assert "motion" in columns["staff"]


@pytest.mark.parametrize("form", ["jsonl", *FORMATS])
def test_an_audiences_export_is_read_back(world: World, form: str, tmp_path: Path) -> None:
    """Through the command line: what the public saw is what the public sees of the copy."""
    file, copy = tmp_path / f"public.{FORMATS.get(form, form)}", tmp_path / "copy.db"
    answer = world.client.get(f"{EXPORT}?audience=public&format={form}")
    file.write_bytes(answer.content)
    environment = key_environment(tmp_path)
    target = ("--negotiation", "talks", "--db", copy)

    imported = run_command("import", file, *target, **environment)
    assert imported.returncode == 0, imported.stderr
    again = run_command("export", "talks", "--audience", "public", "--db", copy, **environment)
    assert again.returncode == 0, again.stderr

    copied = [json.loads(line) for line in again.stdout.splitlines()]
    assert [of_content(row) for row in copied] == [
        of_content(row) for row in rows_for(world, "public")
    ]


def test_an_audiences_export_restores_no_ledger(world: World, tmp_path: Path) -> None:
    file, db = tmp_path / "public.jsonl", tmp_path / "restored.db"
    file.write_bytes(world.client.get(f"{EXPORT}?audience=public").content)
    restored = run_command("restore", "--from-export", file, "--db", db)

    assert restored.returncode == 2
    assert "it has no salt, as in an export for an audience" in restored.stderr
    assert not db.exists()


def of_content(row: Event) -> list[Any]:
    return [row.get(name) for name in ("id", "type", "summary", "changes", "reports")]


def test_any_history_is_exported_as_its_log_is_listed(tmp_path: Path) -> None:
    """The rows are the events that the log lists for an audience, on any history."""

    @SHORT
    @given(batches=histories(), audience=audiences)
    def check(batches: list[Batch], audience: Audience) -> None:
        with accept_second_introductions(), tell_story(batches, "http") as world:
            listed = world.get("/events", audience=audience, limit=1000)
            exported = world.get("/export", audience=audience)
        assert listed.status_code == exported.status_code
        if listed.status_code == 200:
            ids = [json.loads(line)["id"] for line in exported.text.splitlines()]
            assert ids == [each["id"] for each in listed.json()["data"]]

    check()
