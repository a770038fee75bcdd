"""Calendars (.ics) come in as what they say: a meeting is planned, and nothing says it was held."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from api.app import create_app
from api.cli.calendars import CalendarEntry, read_calendar
from api.wiring import open_ledger
from domain.errors import MinutebookError
from tests import postgres
from tests.command_line import run_command
from tests.facts import Event
from tests.local_client import LocalClient
from tests.serving import key_environment, serve_here

OPENING: list[Event] = [
    {"type": "negotiation-opened", "title": "Port talks", "timezone": "Europe/Berlin"},
    {"type": "party-registered", "party": "union", "name": "Dockers' Union", "names": {"de": "HG"}},
    {"type": "person-registered", "person": "ada", "name": "Ada Marsh"},
]
ROUND = {"UID": "round@port", "DTSTAMP": "20260201T100000Z", "SUMMARY": "First\\, round"}
TIMES = {
    "DTSTART;TZID=America/New_York": "20260302T100000",
    "DTEND;TZID=America/New_York": "20260302T120000",
}


def entry(**properties: str) -> dict[str, str]:
    """Return an entry for one day, with other properties; ``None`` by an empty text."""
    whole = {**ROUND, "DTSTART;VALUE=DATE": "20260302", **properties}
    return {name: value for name, value in whole.items() if value}


def write_calendar(*entries: dict[str, str], head: str = "X-WR-CALNAME:Talks") -> str:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", head]
    for each in entries:
        lines += ["BEGIN:VEVENT", *(f"{name}:{value}" for name, value in each.items())]
        lines += ["END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


@dataclass(frozen=True)
class Port:
    """The ledger of the port talks, and how commands reach it."""

    folder: Path
    where: tuple[str, str]

    def import_rows(self, *entries: dict[str, str], flags: str = "") -> tuple[int, Any, str]:
        """Import a calendar; return the code, what the summary counts, and what was said."""
        (file := self.folder / "port.ics").write_text(write_calendar(*entries))
        return self.import_file(file, flags)

    def import_file(self, file: Path, flags: str = "") -> tuple[int, Any, str]:
        done = self.run("import", file, "--negotiation", "port", "--json", *flags.split())
        summary = json.loads(done.stdout) if done.stdout else {}
        return done.returncode, summary, done.stderr

    def count(self, *entries: dict[str, str], flags: str = "") -> tuple[int, int, int]:
        """Import a calendar; return how many events are recorded, known and changed."""
        code, summary, told = self.import_rows(*entries, flags=flags)
        assert code == 0, told
        return summary["recorded"], summary["duplicates"], len(summary["changed"])

    def run(self, *arguments: str | Path) -> Any:
        return run_command(*arguments, *self.where, **key_environment(self.folder))

    def ask(self, *arguments: str) -> Any:
        done = self.run(arguments[0], "port", *arguments[1:], "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)["data"]

    def log(self) -> list[str]:
        return [each["type"] for each in self.ask("log")[len(OPENING) :]]

    def plan(self, *flags: str) -> list[tuple[str, str | None]]:
        return [(each["status"], each["expected"]) for each in self.ask("meetings", *flags)]


@pytest.fixture(params=["sqlite", "postgres", "served"])
def port(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Port]:
    """A negotiation that is open: in a file, on PostgreSQL, and through a server."""
    db = str(tmp_path / "port.db")
    if request.param == "postgres":
        postgres.empty_ledger(db := request.getfixturevalue("ledger_url"))
    with ExitStack() as exit_stack:
        where = "--db", db
        if request.param == "served":
            server = exit_stack.enter_context(serve_here(db, folder=tmp_path))
            where = "--url", f"http://127.0.0.1:{server.port}"
        talks = Port(tmp_path, where)
        (opening := tmp_path / "port.jsonl").write_text("\n".join(map(json.dumps, OPENING)))
        assert talks.import_file(opening)[0] == 0
        yield talks


@pytest.fixture
def own_port(tmp_path: Path) -> Port:
    """The same in a file."""
    talks = Port(tmp_path, ("--db", str(tmp_path / "port.db")))
    (opening := tmp_path / "port.jsonl").write_text("\n".join(map(json.dumps, OPENING)))
    assert talks.import_file(opening)[0] == 0
    return talks


def test_a_calendar_that_grew_tells_just_what_is_new(port: Port) -> None:
    other = entry(UID="other@port", SUMMARY="Other")
    assert port.import_rows(entry(), other, flags="--dry-run")[1]["new"] == 2
    assert port.count(entry()) == (1, 0, 0)
    assert port.count(entry(), other) == (1, 1, 0)

    for later in ("20260203T100000Z", "20260204T100000Z"):  # written again, and the same
        stamped = {"DTSTAMP": later}
        assert port.count(entry(**stamped), other | stamped) == (0, 2, 0)
    moved = entry(**{"LAST-MODIFIED": "20260210T100000Z", "DTSTART;VALUE=DATE": "20260309"})
    assert port.count(moved) == (1, 0, 0)
    off = moved | {"LAST-MODIFIED": "20260212T100000Z", "STATUS": "CANCELLED"}
    assert port.count(off) == (1, 0, 0)
    assert port.count(off, other) == (0, 2, 0)
    again = moved | {"LAST-MODIFIED": "20260214T100000Z", "LOCATION": "Geneva"}
    assert port.count(again) == (2, 0, 0)
    assert port.count(entry(), again) == (0, 2, 0)

    assert port.log() == [
        *("meeting-announced", "meeting-announced", "meeting-rescheduled", "meeting-cancelled"),
        *("meeting-rescheduled", "meeting-announced"),
    ]
    round_only = {day: port.plan("--as-of", day)[:1] for day in ("2026-02-02", "2026-02-11")}
    assert round_only == {
        "2026-02-02": [("announced", "2026-03-02")],
        "2026-02-11": [("announced", "2026-03-02")],
    }
    assert sorted(port.plan("--as-of", "2026-02-13")) == [
        ("announced", "2026-03-02"),
        ("cancelled", "2026-03-09"),
    ]
    assert sorted(port.plan("--as-of", "2026-03-05")) == [
        ("announced", "2026-03-09"),
        ("overdue", "2026-03-02"),
    ]
    assert port.plan("--as-of", "2026-04-01", "--status", "held") == []


def test_a_revision_that_says_something_else_now_is_a_changed_row(own_port: Port) -> None:
    own_port.import_rows(entry())
    mended = entry(SUMMARY="First talks", LOCATION="Geneva")

    code, _, told = own_port.import_rows(mended)
    assert code == 2
    assert "port.ics:5: /: changed: title, place differ from event" in told
    assert own_port.count(mended, flags="--changed skip") == (0, 0, 1)
    assert own_port.count(mended, flags="--changed correct") == (1, 0, 1)
    assert own_port.count(mended) == (0, 1, 0)
    assert own_port.log() == ["meeting-announced", "record-corrected"]
    assert own_port.ask("meetings")[0]["title"] == "First talks"


def test_what_was_voided_is_announced_again(own_port: Port) -> None:
    _, summary, _ = own_port.import_rows(entry())
    assert (
        own_port.run(
            "void", "port", "--import", summary["import"], "--reason", "wrong file"
        ).returncode
        == 0
    )

    assert own_port.plan() == []
    assert own_port.count(entry()) == (1, 0, 0)
    assert own_port.plan() == [("overdue", "2026-03-02")]


def test_people_count_where_they_are_registered_and_the_first_time_is_known(own_port: Port) -> None:
    (file := own_port.folder / "people.ics").write_text(
        write_calendar(
            entry(
                **{
                    "ORGANIZER;CN=HG": "mailto:office@example.org",
                    'ATTENDEE;CN="Ada  MARSH"': "mailto:ada@example.org",
                    "ATTENDEE;CN=Nobody": "mailto:nobody@example.org",
                    "ATTENDEE;CN=Room 4;CUTYPE=ROOM": "mailto:room@example.org",
                    "CLASS": "PRIVATE",
                    "URL": "https://example.org/round",
                }
            )
        )
    )
    code, _, told = own_port.import_file(file)
    (announced,) = own_port.ask("log", "--type", "meeting-announced")

    assert code == 0
    assert "people.ics:5: Nobody is not registered, and is left out" in told
    assert "Room 4" not in told
    assert (announced["announced_by"], announced["invitees"]) == ("party:union", ["person:ada"])
    assert announced["codes"] == {"icalendar-uid": "round@port"}
    assert announced["reports"] == [
        {
            "published": "2026-02-01T10:00:00Z",
            "audience": "staff",
            "url": "https://example.org/round",
            "title": "Talks",
        }
    ]
    assert "@example.org" not in json.dumps(announced)
    assert own_port.run("meetings", "port").returncode == 2
    assert own_port.plan("--audience", "staff") == [("overdue", "2026-03-02")]


def test_a_map_says_what_is_the_same_in_all_events(own_port: Port) -> None:
    (used := own_port.folder / "map.toml").write_text(
        '[constants]\npublisher = "Herald"\npublished = "2026-01-15"\nformat = "video"\n'
    )
    assert own_port.count(entry(DTSTAMP=""), flags=f"--map {used}") == (1, 0, 0)
    assert own_port.count(entry(), flags=f"--map {used}") == (0, 1, 0)
    (announced,) = own_port.ask("log", "--type", "meeting-announced")

    assert announced["reports"][0] == {
        "published": "2026-01-15",
        "publisher": "Herald",
        "title": "Talks",
    }
    assert announced["format"] == "video"
    for text, hint in (
        ('[columns]\n"SUMMARY" = "title"\n', "write [constants]"),
        ('[constants]\ntype = "meeting-held"\n', "leave out type"),
        ('[constants]\nmeeting = "one"\n', "leave out meeting"),
    ):
        used.write_text(text)
        code, _, told = own_port.import_rows(entry(), flags=f"--map {used}")
        assert code == 2
        assert hint in told
    assert "is a calendar" in own_port.import_rows(entry(), flags="--map auto")[2]


def read_one(text: str, zone: str | None = "Europe/Berlin") -> object:
    ((_, found),) = read_calendar(zone, io.BytesIO(text.encode()))
    return found


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ({"DTSTART;VALUE=DATE": "20260302"}, "2026-03-02"),
        ({"DTSTART;VALUE=DATE": "20260302", "DTEND;VALUE=DATE": "20260303"}, "2026-03-02"),
        (
            {"DTSTART;VALUE=DATE": "20260302", "DTEND;VALUE=DATE": "20260305"},
            "2026-03-02/2026-03-04",
        ),
        ({"DTSTART;VALUE=DATE": "20260302", "DURATION": "P2D"}, "2026-03-02/2026-03-03"),
        (TIMES, "2026-03-02T10:00:00-05:00/2026-03-02T12:00:00-05:00"),
        ({"DTSTART": "20260302T100000Z"}, "2026-03-02T10:00:00Z"),
        ({"DTSTART": "20260302T100000"}, "2026-03-02T10:00:00+01:00"),
        ({"DTSTART": "20260329T023000"}, "2026-03-29T02:30:00+01:00"),  # in the gap of that night
        (
            {"DTSTART": "20260328T120000", "DURATION": "P1D"},
            "2026-03-28T12:00:00+01:00/2026-03-29T12:00:00+02:00",
        ),
        (
            {"DTSTART": "20260328T120000", "DURATION": "PT15H"},
            "2026-03-28T12:00:00+01:00/2026-03-29T04:00:00+02:00",
        ),
        ({"DTSTART;TZID=W. Europe Standard Time": "20260702T100000"}, "2026-07-02T10:00:00+02:00"),
    ],
)
def test_days_stay_days_and_times_have_the_offset_of_their_zone(
    dates: dict[str, str], expected: str
) -> None:
    found = read_one(write_calendar(ROUND | dates))

    assert isinstance(found, CalendarEntry)
    assert (found.expected, found.title) == (expected, "First, round")


BAD_ENTRIES: list[tuple[dict[str, str], str, str]] = [
    ({"UID": ""}, "/UID: UID of this entry is missing", "give each entry a UID"),
    (
        {"DTSTART;VALUE=DATE": ""},
        "/DTSTART: DTSTART of the entry 'round@port' is missing",
        "say on",
    ),
    ({"RRULE": "FREQ=DAILY"}, "/RRULE: RRULE of the entry 'round@port' repeats", "write each"),
    (
        {"RDATE": "20260303T100000Z"},
        "/RDATE: RDATE of the entry 'round@port' repeats",
        "write each",
    ),
    (
        {"RECURRENCE-ID;RANGE=THISANDFUTURE": "20260302T100000Z"},
        "/RECURRENCE-ID: RECURRENCE-ID of the entry 'round@port' is about several",
        "without RANGE",
    ),
    (
        {"DTEND;VALUE=DATE": "20260301"},
        "/DTEND: DTEND of the entry 'round@port' lies before its DTSTART",
        "mend one",
    ),
    ({"DTEND": "20260302T100000Z"}, "/DTEND: DTEND of the entry 'round@port' is a day", "both"),
    (
        {"DTEND;VALUE=DATE": "20260304", "DURATION": "P1D"},
        "/DURATION: DURATION of the entry 'round@port' stands with DTEND",
        "leave one",
    ),
    ({"DURATION": "PT1H"}, "/DURATION: DURATION of the entry 'round@port' has hours", "P3D"),
    ({"DURATION": "an hour"}, "/DURATION: DURATION of the entry 'round@port' cannot", "RFC 5545"),
    (
        {"DTSTART": "20260303T100000Z"},
        "/DTSTART: DTSTART of the entry 'round@port' occurs more than once",
        "leave one",
    ),
    (
        {"DTSTART;VALUE=DATE": "", "DTSTART;TZID=Middle/Earth": "20260302T100000"},
        "/DTSTART: DTSTART of the entry 'round@port' names the zone 'Middle/Earth'",
        "IANA",
    ),
    (
        {"DTSTAMP": ""},
        "/LAST-MODIFIED: the entry 'round@port' has neither LAST-MODIFIED nor DTSTAMP",
        "[constants] published",
    ),
    ({"DTSTAMP": "yesterday"}, "/DTSTAMP: DTSTAMP of the entry 'round@port' cannot", "RFC 5545"),
    ({"SEQUENCE": "two"}, "/SEQUENCE: SEQUENCE of the entry 'round@port' cannot", "RFC 5545"),
    ({"SUMMARY": "x" * 70000}, "/title: ", ""),
]


def test_every_bad_entry_is_named_with_field_reason_and_remedy(own_port: Port) -> None:
    bad = [entry(**each) for each, _, _ in BAD_ENTRIES]
    code, _, told = own_port.import_rows(*bad)
    lines = [line.partition("port.ics:")[2] for line in told.splitlines()]

    assert (code, f"{len(BAD_ENTRIES)} faults, nothing recorded" in told) == (2, True)
    begins = [4 + sum(len(each) + 2 for each in bad[:place]) + 1 for place in range(len(bad))]
    for line, begin, (_, detail, remedy) in zip(lines, begins, BAD_ENTRIES, strict=False):
        assert line.startswith(f"{begin}: {detail}"), line
        assert remedy in line


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("", "the file contains no event"),
        ("hello", "the file is no calendar"),
        (write_calendar(), "the file contains no event"),
        (write_calendar(entry()).partition("END:VEVENT")[0], "1 entries begin, and 0 of them"),
        (write_calendar(entry(), head="no property"), "the file is no calendar"),
        (write_calendar(entry(X="1\r\nnonsense")), "a line of the entry 'round@port' cannot be"),
    ],
)
def test_what_is_no_whole_calendar_is_refused(own_port: Port, text: str, detail: str) -> None:
    (file := own_port.folder / "port.ics").write_text(text, newline="")
    code, _, told = own_port.import_file(file)

    assert code == 2
    assert detail in told
    assert "Traceback" not in told


def test_a_time_without_zone_waits_until_the_negotiation_is_open(tmp_path: Path) -> None:
    talks = Port(tmp_path, ("--db", str(tmp_path / "none.db")))
    _, _, floating = talks.import_rows(ROUND | {"DTSTART": "20260302T100000"})
    _, _, unopened = talks.import_rows(entry())

    assert "and the negotiation, whose zone it would be, is not open yet" in floating
    assert "there is no negotiation 'port'; open it first" in unopened


def test_a_calendar_follows_its_opening_into_an_empty_database(
    tmp_path: Path, postgres_url: str
) -> None:
    talks = Port(tmp_path, ("--db", postgres_url))
    (opening := tmp_path / "port.jsonl").write_text("\n".join(map(json.dumps, OPENING)))
    (tmp_path / "port.ics").write_text(write_calendar(entry()))
    unread = talks.run("meetings", "port")
    done = talks.run("import", opening, tmp_path / "port.ics")

    assert unread.returncode == 2
    assert "there is no ledger in postgresql://" in unread.stderr
    assert "hint: minutebook serve or import makes one" in unread.stderr
    assert done.returncode == 0, done.stderr
    assert talks.plan() == [("overdue", "2026-03-02")]


def test_one_meeting_of_a_series_is_a_meeting_of_its_own(own_port: Port) -> None:
    second = {"RECURRENCE-ID": "20260309T090000Z", "DTSTART;VALUE=DATE": "20260310"}

    assert own_port.count(entry(), entry(**second)) == (2, 0, 0)
    assert sorted(own_port.plan()) == [("overdue", "2026-03-02"), ("overdue", "2026-03-10")]


EXPORTED: list[Event] = [
    {
        "type": "meeting-held",
        "meeting": "whole",
        "title": "Held",
        "occurred": "2026-02-10/2026-02-11",
        "reports": [{"published": "2026-02-12"}],
    },
    {
        "type": "meeting-announced",
        "meeting": "vague",
        "title": "Some day",
        "expected": "[2026-03-02..2026-03-06]",
        "tz": "Asia/Tokyo",
        "occurred": None,
        "reports": [{"published": "2026-02-12"}],
    },
    {
        "type": "meeting-announced",
        "meeting": "off",
        "expected": "2026-03-20T10:00:00+01:00",
        "occurred": None,
        "reports": [{"published": "2026-02-12"}],
    },
    {
        "type": "meeting-cancelled",
        "meeting": "off",
        "occurred": "2026-02-14",
        "reports": [{"published": "2026-02-14"}],
    },
    {
        "type": "deadline-set",
        "deadline": "answer",
        "title": "Answer",
        "due": "2026-03-01",
        "occurred": None,
        "reports": [{"published": "2026-02-12"}],
    },
]


def test_a_calendar_of_minutebook_comes_in_as_what_is_planned(own_port: Port) -> None:
    (recorded := own_port.folder / "more.jsonl").write_text("\n".join(map(json.dumps, EXPORTED)))
    assert own_port.import_file(recorded)[0] == 0
    environment = key_environment(own_port.folder)
    with (
        closing(
            open_ledger(
                own_port.where[1],
                key_path=Path(environment["MINUTEBOOK_LOG_KEY"]),
                checkpoint_path=Path(environment["MINUTEBOOK_CHECKPOINT"]),
            )
        ) as ledger,
        LocalClient(create_app(ledger)) as client,
    ):
        calendar = client.get("/desk/port/meetings.ics?as_of=2026-02-20").content
    (file := own_port.folder / "exported.ics").write_bytes(calendar)
    (folder := own_port.folder / "other").mkdir()
    other = Port(folder, ("--db", str(folder / "port.db")))
    assert other.import_file(own_port.folder / "port.jsonl")[0] == 0

    _, summary, told = own_port.import_file(file)
    assert (summary["recorded"], summary["duplicates"], summary["left_out"]) == (0, 3, 1)
    assert "left out: it is the end of a deadline" in told
    _, summary, told = other.import_file(file)
    assert (summary["recorded"], summary["left_out"]) == (4, 1)
    assert other.import_file(file)[1]["recorded"] == 0
    meetings = {
        each["meeting"]: (each["status"], each["expected"], each.get("expected_tz"), each["title"])
        for each in other.ask("meetings", "--as-of", "2026-03-04")
    }
    assert meetings == {
        "whole": ("overdue", "2026-02-10/2026-02-11", None, "Held"),
        "vague": ("announced", "[2026-03-02..2026-03-06]", "Asia/Tokyo", "Some day"),
        "off": ("cancelled", "2026-03-20T10:00:00+01:00", None, None),
    }


def test_days_that_were_changed_since_count_in_a_calendar_of_minutebook() -> None:
    written = {"X-MINUTEBOOK-WHEN;X-DATES=20260302/20260303": "[2026-03-02..2026-03-06]"}
    days = {"DTEND;VALUE=DATE": "20260303"}
    kept, moved = (read_one(write_calendar(entry(**written, **each))) for each in (days, {}))

    assert isinstance(kept, CalendarEntry)
    assert isinstance(moved, CalendarEntry)
    assert (kept.expected, moved.expected) == ("[2026-03-02..2026-03-06]", "2026-03-02")


def test_an_error_is_not_raised_from_the_library() -> None:
    found = read_one(write_calendar(entry(**{"LAST-MODIFIED": "x", "DURATION": "y"})))

    assert isinstance(found, MinutebookError)
