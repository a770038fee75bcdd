"""The command line: what its commands print, and the exit code of each kind of mistake."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from ledger.proofs import verify_bundle
from tests.command_line import run_command

OPENED = [
    {"type": "negotiation-opened", "title": "Talks"},
    {"type": "party-registered", "party": "us", "name": "United States"},
    {"type": "issue-defined", "issue": "border", "title": "Border"},
]
STATED = {
    "type": "position-stated",
    "party": "us",
    "issue": "border",
    "stance": "accepts",
    "summary": "Yes.",
    "occurred": "2025-12-21",
    "reports": [{"published": "2025-12-21"}],
}


Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Give the command line with a ledger and data folder of the test's own."""
    return partial(run_command, XDG_DATA_HOME=str(tmp_path), MINUTEBOOK_DB=str(tmp_path / "x.db"))


CSV = "type,statement,speaker,summary,occurred,reports.0.published\n"
ENVOY = {"type": "person-registered", "person": "envoy", "name": "The envoy"}


def test_a_table_gives_its_times_texts_and_unknown_times_as_written(
    run: Run, tmp_path: Path
) -> None:
    opened, table = tmp_path / "talks.jsonl", tmp_path / "table.csv"
    opened.write_text(lines(*OPENED, ENVOY))
    table.write_text(
        CSV + "statement-made,s1,envoy,[sic] he said,[1999..2001],2025-12-21\n"
        "statement-made,s2,envoy,{a} brace,,2025-12-21\n"
        'statement-made,s3,envoy,[1],"[2024,2025]",2025-12-21\n'
    )
    assert run("import", str(opened)).returncode == 0
    done = run("import", str(table), "--negotiation", "talks")
    made = [json.loads(line) for line in run("export", "talks").stdout.splitlines()][4:]

    assert "warning" not in done.stderr
    assert [each["summary"] for each in made] == ["[sic] he said", "{a} brace", "[1]"]
    assert [each.get("occurred") for each in made] == ["[1999..2001]", None, "[2024,2025]"]


def test_a_fault_of_any_file_is_told_before_anything_is_recorded(run: Run, tmp_path: Path) -> None:
    good, bad = tmp_path / "talks.jsonl", tmp_path / "bad.csv"
    good.write_text(lines(*OPENED))
    bad.write_text(CSV + "statement-made,s1,envoy,a,2025,2025,2025,2025\n")
    done = run("import", str(good), str(bad))

    assert done.returncode == 2
    assert "bad.csv:2: /: 8 cells, but the first line names 6 columns" in done.stderr
    assert not (tmp_path / "x.db").exists()


def test_a_file_can_be_recorded_in_two_negotiations(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "talks.jsonl"
    file.write_text(lines(*OPENED))

    assert run("import", str(file)).returncode == 0
    assert run("import", str(file), "--negotiation", "other").returncode == 0


def test_an_option_gives_a_field_or_an_unknown_time(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "talks.jsonl"
    file.write_text(lines(*OPENED, ENVOY))
    run("import", str(file))
    said = [
        "append",
        "talks",
        "--type",
        "statement-made",
        "--set",
        "statement=s1",
        "--set",
        "speaker=envoy",
        "--set",
        "summary=a=b",
    ]
    bad = [run(*said, "--set", more) for more in ("note", "summary=c", "summary.0=c")]
    untyped = run("append", "talks", "--set", "summary=b", stdin=json.dumps(ENVOY))
    done = run(*said, "--set", "occurred=")
    made = json.loads(run("export", "talks").stdout.splitlines()[-1])

    assert "/type" in untyped.stderr
    assert [each.returncode for each in bad] == [2, 2, 2]
    assert not any("Traceback" in each.stderr for each in bad)
    assert done.returncode == 0
    assert (made["summary"], made.get("occurred")) == ("a=b", None)


@pytest.mark.parametrize(
    "words", ["export talks", "replay talks", "as-of talks 2025-12-22 --json", "config", "--help"]
)
def test_a_reader_that_stops_early_is_no_fault(run: Run, tmp_path: Path, words: str) -> None:
    file = tmp_path / "talks.jsonl"
    file.write_text(lines(*OPENED, STATED))
    run("import", str(file))
    done = run_unread(tmp_path / "x.db", *words.split())

    assert (done.returncode, done.stderr) == (0, "")


def test_a_reader_that_stops_early_does_not_stop_an_import(run: Run, tmp_path: Path) -> None:
    first, second = tmp_path / "talks.jsonl", tmp_path / "other.jsonl"
    first.write_text(lines(*OPENED))
    second.write_text(lines(*OPENED))

    assert run_unread(tmp_path / "x.db", "import", str(first), str(second)).returncode == 0
    assert len(run("export", "other").stdout.splitlines()) == 3


def run_unread(db: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a process whose output nobody reads."""
    read, write = os.pipe()
    os.close(read)
    try:
        return subprocess.run(
            [sys.executable, "-m", "api.cli", *words],
            stdout=write,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"MINUTEBOOK_DB": str(db)},
            timeout=60,
            check=False,
        )
    finally:
        os.close(write)


@pytest.mark.parametrize("kind", ["text", "folder", "database", "nowhere/x", "text/x"])
def test_what_is_no_ledger_is_refused_and_left_alone(run: Run, tmp_path: Path, kind: str) -> None:
    (tmp_path / "text").write_text("hi")
    (tmp_path / "folder").mkdir()
    with closing(sqlite3.connect(tmp_path / "database")) as c:
        c.execute("CREATE TABLE other (a)")
    before = sorted(tmp_path.rglob("*"))
    held = (tmp_path / "database").read_bytes()
    asking = [["as-of", "talks", "2025-12-22"], ["export", "talks"], ["rebuild"]]
    appending = [["append", "talks", "--type", "negotiation-opened", "--set", "title=T"]]
    for words in asking + (appending if kind != "nowhere/x" else []):
        done = run(*words, "--db", str(tmp_path / kind))

        assert done.returncode == 2, words
        assert done.stderr
        assert "Traceback" not in done.stderr
    assert sorted(tmp_path.rglob("*")) == before
    assert (tmp_path / "database").read_bytes() == held


def test_the_configuration_tells_where_each_value_comes_from(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "minutebook.toml"
    file.write_text("port = 9000\n")
    told = run("config", MINUTEBOOK_CONFIG=str(file)).stdout.splitlines()

    assert told == [
        f"db = {tmp_path / 'x.db'}  (MINUTEBOOK_DB)",
        "read_db = none  (default)",
        "host = 127.0.0.1  (default)",
        f"port = 9000  ({file})",
        "url = none  (default)",
        "key = none  (default)",
        "hosts = none  (default)",
        "anonymous = public  (default)",
        "session_hours = 12  (default)",
        "session_idle_minutes = 60  (default)",
        "oidc = none  (default)",
        "model_reader = none  (default)",
        "client_connections = 2500  (default)",
        "requests_per_minute = 1200  (default)",
        f"log_key = {tmp_path / 'x.db.key'}  (default)",
        f"checkpoint = {tmp_path / 'x.db.checkpoint'}  (default)",
        "witnesses = none  (default)",
        "ready_witnesses = none  (default)",
        "time_sources = none  (default)",
        "access_days = 90  (default)",
        "proposal_days = 30  (default)",
        "article_days = 30  (default)",
        "fetch_private = false  (default)",
        "log_format = text  (default)",
    ]


def test_the_log_key_is_never_shown(run: Run) -> None:
    told = run("config", MINUTEBOOK_LOG_KEY="PRIVATE+KEY+name+00000000+AQID").stdout

    assert "log_key = (secret)  (MINUTEBOOK_LOG_KEY)" in told
    assert "AQID" not in told


@pytest.mark.parametrize("text", ["port = 70000", "db = 5", "prt = 1", "host = ", "port = '²'"])
def test_a_bad_setting_is_told(run: Run, tmp_path: Path, text: str) -> None:
    file = tmp_path / "minutebook.toml"
    file.write_text(text)
    done = run("config", MINUTEBOOK_CONFIG=str(file))

    assert done.returncode == 2
    assert str(file) in done.stderr
    assert "Traceback" not in done.stderr


def test_a_difference_reads_well(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "talks.jsonl"
    file.write_text(lines(*OPENED, STATED))
    run("import", str(file))
    bad = run("diff", "talks", "2025-12-20", "soon").stderr

    assert run("diff", "talks", "2025-12-20", "2025-12-21").stdout.splitlines() == [
        "from as known at 2025-12-20 23:59:59 UTC, audience public",
        "to   as known at 2025-12-21 23:59:59 UTC, audience public",
        "",
        "position United States on Border (it happened)",
        "    before: -",
        "    after:  accepts; Yes.",
    ]
    assert bad.startswith("TO: 'soon' is not a supported date")
    assert "hint: use a day" in bad


def test_a_replay_spends_a_line_on_what_changes_nothing(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "talks.jsonl"
    file.write_text(lines(*OPENED, STATED))
    run("import", str(file))
    first, _, *told = run("replay", "talks", "--until", "2").stdout.splitlines()

    assert first == "events as known, audience staff"
    assert run("replay", "talks", "--audience", "press").stdout.splitlines()[0].endswith("press")
    assert "as seen by staff" in run("replay", "--help").stdout
    assert [" ".join(line.split()[2:]) for line in told] == [
        "negotiation-opened: Talks",
        "party-registered us: United States",
    ]


WITHDRAWN = {
    "type": "position-withdrawn",
    "party": "us",
    "issue": "border",
    "occurred": "2025-12-23",
    "reports": [{"published": "2025-12-23"}],
}
REJECTED = STATED | {
    "stance": "rejects",
    "summary": "No.",
    "occurred": "2025-12-23",
    "reports": [{"published": "2025-12-25"}],
}


def test_a_withdrawn_stance_is_shown_by_the_word_of_the_pages(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "talks.jsonl"
    file.write_text(lines(*OPENED, STATED, WITHDRAWN, REJECTED))
    run("import", str(file))

    assert "United States on Border: withdrawn\n" in run("as-of", "talks", "2025-12-24").stdout
    assert "after:  withdrawn\n" in run("diff", "talks", "2025-12-22", "2025-12-24").stdout
    assert "before: withdrawn\n" in run("replay", "talks").stdout
    mixed = run("as-of", "talks", "2025-12-26").stdout
    assert "United States on Border: mixed\n      rejects: No. / withdrawn\n" in mixed


CLOCKED = [
    ("--known-at 2025-12-20", [], "audience public, known at 2025-12-20 23:59:59 UTC"),
    (
        "--valid-at 2025-12-20 --basis hindsight",
        [],
        "audience public, valid at 2025-12-20 23:59:59 UTC",
    ),
    ("--recorded-at 2025-12-31", [], "audience public"),
    ("--seq 3", [], "audience public"),
    ("--exclude-source TASS --exclude-source AP", [], "filtered: without AP, without TASS"),
    ("--exclude-source tass --exclude-source=", [], "filtered: without tass"),
    ("--exclude-source AP", ["accepts"], "filtered: without AP"),
    ("--only-source TASS --only-source AP", ["accepts"], "filtered: only AP and TASS"),
    ("--only-source AP", [], "filtered: only AP"),
    ("--min-sources 2", [], "filtered: 2 independent sources or more"),
]


@pytest.mark.parametrize(("options", "stances", "told"), CLOCKED, ids=[c[0] for c in CLOCKED])
def test_every_clock_and_filter_of_a_question_is_an_option(
    run: Run, tmp_path: Path, options: str, stances: list[str], told: str
) -> None:
    file = tmp_path / "talks.jsonl"
    reports = [{"published": "2025-12-21", "publisher": "TASS"}]
    party = {"type": "party-registered", "party": "eu", "name": "EU"}
    party |= {"reports": [{"published": "2025-12-21", "publisher": "AP"}]}
    file.write_text(lines(*OPENED, {**STATED, "reports": reports}, party))
    run("import", str(file))
    asked = ["talks", "2025-12-31", *options.split()]
    state = json.loads(run("as-of", *asked, "--json").stdout)
    _, _, cited, _ = verify_bundle.read_receipt(run("receipt", *asked).stdout)
    compared = run("diff", "talks", "2025-12-01", *asked[1:]).stdout.split("\n\n")
    shown = run("as-of", *asked).stdout

    assert [each["stance"] for each in state["data"]["positions"]] == stances
    assert json.loads(cited)["data"]["positions"] == state["data"]["positions"]
    assert compared[0].endswith(told)
    assert told in shown or not told.startswith("filtered")
    assert ("position United States on Border" in "".join(compared[1:])) == bool(stances)


def test_a_publisher_that_no_report_names_is_refused_with_the_nearest(
    run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "talks.jsonl"
    reports = [{"published": "2025-12-21", "publisher": "Reuters"}]
    file.write_text(lines(*OPENED, {**STATED, "reports": reports}))
    run("import", str(file))
    refused = run("as-of", "talks", "2025-12-31", "--exclude-source", "Reuter")

    assert refused.returncode == 2
    assert "--exclude-source: no report names 'Reuter'" in refused.stderr
    assert "the nearest names are 'Reuters'" in refused.stderr


def test_an_address_in_use_is_told(run: Run) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        done = run("serve", "--port", str(taken.getsockname()[1]))

    assert done.returncode == 2
    assert "hint: choose another with --host and --port" in done.stderr


def test_an_unknown_negotiation_is_told_with_those_there_are(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "talks.jsonl"
    file.write_text(lines(*OPENED))
    run("import", str(file))

    assert run("as-of", "talk", "2025-12-22").stderr.splitlines()[1] == "hint: did you mean talks?"
    other = run("as-of", "harbour", "2025-12-22").stderr.splitlines()[1]
    assert other == "hint: known negotiations: talks"


def lines(*events: object) -> str:
    return "".join(json.dumps(event) + "\n" for event in events)


def test_a_file_is_imported_once_and_goes_on_where_it_stopped(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "talks.jsonl"
    file.write_text(lines(*OPENED, STATED))
    first, second = (json.loads(run("import", str(file), "--json").stdout) for _ in range(2))

    assert (first["recorded"], first["duplicates"]) == (4, 0)
    assert (second["recorded"], second["duplicates"]) == (0, 4)


def test_every_bad_line_is_told_and_nothing_is_recorded(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "talks.jsonl"
    file.write_text(
        lines(*OPENED, {**STATED, "party": "ru"}, {**STATED, "stance": "maybe"}) + "{\n"
    )
    done = run("import", str(file))

    assert done.returncode == 2
    assert "talks.jsonl:5: /stance" in done.stderr
    assert "talks.jsonl:6: " in done.stderr
    assert "Traceback" not in done.stderr
    assert run("as-of", "talks", "2025-12-22").returncode == 2


def test_faults_of_form_and_of_reference_are_told_together_by_line(
    run: Run, tmp_path: Path
) -> None:
    file, more = tmp_path / "talks.jsonl", tmp_path / "more.jsonl"
    opening, party, issue = OPENED
    bad = {**STATED, "party": "ru"}
    above = [{**opening, "tittle": "T"}, {**party, "kind": "realm"}, issue, bad]
    file.write_text(
        lines(*above) + "{\n" + lines({**STATED, "attribution": "a", "issue": "moon"}, STATED)
    )
    more.write_text(lines(STATED, {**STATED, "party": "fr"}))
    done = run("import", str(file), str(more), "--negotiation", "talks")
    told = [line.split(": ")[:2] for line in done.stderr.splitlines()]

    assert done.returncode == 2
    assert [[place.removeprefix(f"{tmp_path}/"), pointer] for place, pointer in told] == [
        ["talks.jsonl:1", "/tittle"],
        ["talks.jsonl:2", "/kind"],
        ["talks.jsonl:4", "/party"],
        ["talks.jsonl:5", "/"],
        ["talks.jsonl:6", "/attribution"],
        ["talks.jsonl:6", "/issue"],
        ["talks.jsonl", "6 faults, nothing recorded"],
        ["more.jsonl:2", "/party"],
        ["more.jsonl", "1 fault, nothing recorded"],
    ]
    assert not (tmp_path / "x.db").exists()


def test_a_dry_run_counts_what_was_recorded_before_in_each_file(run: Run, tmp_path: Path) -> None:
    file, more = tmp_path / "talks.jsonl", tmp_path / "more.jsonl"
    file.write_text(lines(*OPENED))
    run("import", str(file))
    more.write_text(lines({**STATED, "id": f"{1:032x}"}, {**STATED, "id": f"{1:032x}"}))
    done = run("import", str(file), str(more), "--negotiation", "talks", "--dry-run", "--json")

    assert [json.loads(line)["duplicates"] for line in done.stdout.splitlines()] == [3, 1]


def test_a_reference_that_nobody_registered_is_told_with_its_line(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "talks.jsonl"
    file.write_text(lines(*OPENED, {**STATED, "party": "ru"}))
    done = run("import", str(file))

    assert done.returncode == 2
    assert "talks.jsonl:4: /party: party 'ru' is not registered" in done.stderr


def test_csv_and_json_are_imported_as_well(run: Run, tmp_path: Path) -> None:
    opened, stated = tmp_path / "talks.json", tmp_path / "more.csv"
    opened.write_text(json.dumps(OPENED))
    stated.write_text(
        "type,party,issue,stance,summary,occurred,reports.0.published,reports.0.publisher\n"
        "position-stated,us,border,accepts,Yes.,2025-12-21,2025-12-21,TASS\n"
    )

    assert run("import", str(opened)).returncode == 0
    assert run("import", str(stated), "--negotiation", "talks").returncode == 0
    told = run("as-of", "talks", "2025-12-22").stdout
    assert "United States on Border: accepts since 2025-12-21" in told
    assert "[TASS; single source]" in told


def test_a_dry_run_records_nothing(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "talks.jsonl"
    file.write_text(lines(*OPENED))

    assert run("import", str(file), "--dry-run").returncode == 0
    assert run("as-of", "talks", "2025-12-22").returncode == 2


def test_append_says_that_only_staff_see_what_has_no_report(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "talks.jsonl"
    file.write_text(lines(*OPENED))
    run("import", str(file))
    unreported = run("append", "talks", stdin=json.dumps({**STATED, "reports": []}))
    reported = run("append", "talks", stdin=json.dumps(STATED))
    registered = run("append", "talks", stdin=json.dumps(ENVOY))

    assert "only the audience staff sees this; record report-added" in unreported.stderr
    assert (reported.stderr, registered.stderr) == ("", "")


def test_append_export_rebuild_and_replay(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "talks.jsonl"
    file.write_text(lines(*OPENED))
    run("import", str(file))
    added = run("append", "talks", "--json", stdin=json.dumps(STATED))
    exported = [json.loads(line) for line in run("export", "talks").stdout.splitlines()]
    story = run("replay", "talks", "--from-seq", "4").stdout

    assert json.loads(added.stdout)["recorded"][0]["seq"] == 4
    assert [line["seq"] for line in exported] == [1, 2, 3, 4]
    assert all(len(line["salt"]) == 64 for line in exported)
    assert "accepts" in story
    assert "rebuilt from 4 events" in run("rebuild").stdout
    assert run("replay", "talks", "--from-seq", "4").stdout == story


def test_dates_tell_how_an_expression_is_understood(run: Run) -> None:
    done = run("dates", "--json", "2025-12-19/2025-12-21", "next week")
    first, second = map(json.loads, done.stdout.splitlines())

    assert done.returncode == 2
    assert first == {
        "expression": "2025-12-19/2025-12-21",
        "kind": "duration",
        "lo": "2025-12-19T00:00:00Z",
        "hi": "2025-12-22T00:00:00Z",
        "start": ["2025-12-19T00:00:00Z", "2025-12-20T00:00:00Z"],
        "end": ["2025-12-21T00:00:00Z", "2025-12-22T00:00:00Z"],
        "uncertain": False,
        "approximate": False,
    }
    assert set(second) == {"expression", "error"}


def test_dates_are_read_as_people_write_them_from_an_anchor(run: Run) -> None:
    done = run("dates", "--anchor", "2025-12-24", "--json", "late December", "03/04/2025", "soon")
    first, second, third = map(json.loads, done.stdout.splitlines())

    assert done.returncode == 2
    assert first["expression"] == "[2025-12-21..2025-12-31]"
    assert second["error"].endswith("write 2025-04-03 or 2025-03-04")
    assert "late December 2025" in third["error"]
    assert "'Tuesday' is not a day" in run("dates", "--anchor", "Tuesday", "yesterday").stderr


def test_a_mistake_is_told_in_words_with_exit_code_2(run: Run) -> None:
    for words in (
        ("as-of", "talks", "2025"),
        ("as-of", "nowhere", "2025-12-22"),
        ("import", "missing.jsonl"),
        ("serve", "--workers", "2"),
        ("dates",),
        ("as-of", "talks", ""),
        ("as-of", "talks", "2025-12-22", "--basis", "guessed"),
        ("as-of", "talks", "2025-12-22", "--tz", "Mars"),
        ("replay", "talks", "--from-seq", "9" * 30),
    ):
        done = run(*words)

        assert done.returncode == 2, words
        assert done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("append talks", "standard input is empty"),
        ("dates 2025 --tz Mars", "--tz: 'Mars' is not an IANA time zone"),
        ("log-key create k --name a+b", "--name: an origin has no spaces"),
        ("restore copy.db --key no", "Invalid value for --key: "),
        ("serve --read-db x.db", "--read-db: read_db cannot be 'x.db'"),
        ("serve --workers 0", "Invalid value for '--workers'"),
    ],
)
def test_a_refusal_names_the_option(run: Run, words: str, text: str) -> None:
    done = run(*words.split())

    assert (done.returncode, text in done.stderr) == (2, True)


def test_a_backup_needs_its_folder(run: Run, tmp_path: Path) -> None:
    run("append", "talks", stdin=json.dumps(OPENED[0]))
    done = run("backup", str(tmp_path / "nowhere" / "copy.db"))

    assert done.stderr.splitlines() == [
        f"there is no folder {tmp_path / 'nowhere'}",
        "hint: create it first",
    ]


def test_an_office_held_at_the_latest_since_a_day_is_not_said_to_end_on_it(
    run: Run, tmp_path: Path
) -> None:
    post = {"type": "role-assumed", "person": "envoy", "party": "us", "title": "Envoy"}
    post |= {"occurred": "../2025-12-08", "reports": [{"published": "2025-12-08"}]}
    talks = tmp_path / "talks.jsonl"
    talks.write_text(lines(*OPENED, ENVOY, post))
    run("import", str(talks))

    assert (
        "The envoy, Envoy (United States), at the latest since 2025-12-08"
        in run("as-of", "talks", "now").stdout
    )


@pytest.mark.parametrize("command", [["import", "{file}"], ["restore", "{file}"]])
def test_a_folder_that_nobody_made_is_named(tmp_path: Path, command: list[str]) -> None:
    (file := tmp_path / "talks.jsonl").write_text(json.dumps(OPENED[0]))
    db = tmp_path / "mistyped" / "x" / "talks.db"
    words = [str(file) if each == "{file}" else each for each in command]
    refused = run_command(*words, "--db", db)

    assert refused.returncode == 2
    assert f"there is no folder {db.parent} for talks.db\nhint: check the path" in refused.stderr
    assert not (tmp_path / "mistyped").exists()


def test_the_folder_of_a_ledger_whose_place_nobody_named_is_made(tmp_path: Path) -> None:
    (file := tmp_path / "talks.jsonl").write_text(json.dumps(OPENED[0]))
    done = run_command("import", file, XDG_DATA_HOME=str(tmp_path / "data"))

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "data" / "minutebook" / "minutebook.db").is_file()


def test_a_database_that_does_not_exist_is_named(postgres_url: str) -> None:
    address = urlsplit(postgres_url)._replace(path="/no-such-database").geturl()
    refused = run_command("list", "--db", address)

    assert refused.returncode == 2
    assert 'database "no-such-database" does not exist' in refused.stderr
