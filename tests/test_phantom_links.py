"""Statements and meetings that name one of their kind that nobody recorded, or lead back to
themselves: accepted, and told as anomalies for as long as it is so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from domain import phantom_links
from domain.instants import LATEST
from projections.index.statement_links import Period, subtract
from tests.command_line import run_command
from tests.facts import OPENING, Event, act, event, event_id, report, statement
from tests.fold_world import FoldWorld
from tests.serving import key_environment
from tests.world import World

AT, LATER = "2025-12-24T12:00:00Z", "2025-12-28T12:00:00Z"
ASKED = {"as_of": "2025-12-26"}
Told = list[tuple[Any, ...]]


def part(slug: str, of: str, day: int = 20, **fields: Any) -> Event:
    at = f"2025-12-{day}"
    told = {"meeting": slug, "part_of": of, "occurred": at}
    return event(f"held {slug}", "meeting-held", report(at), **told | fields)


def anomalies(world: World | FoldWorld, **asked: str) -> Told:
    """Return kind, what it is about, and the events that it rests on."""
    return [
        (each.pop("kind"), _subject(each), each["events"])
        for each in world.read_state(**asked or ASKED)["anomalies"]
    ]


def _subject(anomaly: Event) -> dict[str, Any]:
    rest = {"events", "known_at", "sources", "single_source", "type"}
    return {name: value for name, value in anomaly.items() if name not in rest}


def record(world: World | FoldWorld, *events: Event) -> None:
    world.record(AT, [*OPENING, *events])


def test_what_names_something_that_is_not_there_is_an_anomaly(world: World | FoldWorld) -> None:
    record(world, statement(1, reply_to="gone"), statement(2, copy_of="lost"), part("m1", "round"))

    assert sorted(anomalies(world), key=str) == [
        ("copy-without-statement", {"statement": "s2", "copy_of": "lost"}, [event_id(2)]),
        ("part-without-meeting", {"meeting": "m1", "part_of": "round"}, [event_id("held m1")]),
        ("reply-without-statement", {"statement": "s1", "reply_to": "gone"}, [event_id(1)]),
    ]


def test_it_ends_on_the_day_on_which_what_is_named_came_out(world: World | FoldWorld) -> None:
    record(world, statement(1, reply_to="s2"), part("m1", "m2"))
    late = {"reports": [report("2025-12-26")]}
    held = event("held m2", "meeting-held", report("2025-12-26"), meeting="m2", occurred="2025-12")
    world.record(LATER, [statement(2, day=19, **late), held])

    assert anomalies(world, as_of="2025-12-26") == []
    known = [kind for kind, *_ in anomalies(world, as_of="2025-12-25")]
    recorded = {"known_at": LATER, "valid_at": LATER, "recorded_at": "2025-12-27T00:00:00Z"}
    assert sorted(known) == ["part-without-meeting", "reply-without-statement"]
    assert [kind for kind, *_ in anomalies(world, **recorded)] == known


def test_it_begins_again_when_what_is_named_is_retracted(world: World | FoldWorld) -> None:
    retracted = act("retracted", "event-retracted", 2, report("2025-12-23"))
    record(world, statement(2, day=19), statement(1, reply_to="s2"), retracted)
    kinds = [kind for kind, *_ in anomalies(world, as_of="2025-12-23")]

    assert kinds == ["reply-without-statement"]
    assert anomalies(world, as_of="2025-12-22") == []


def test_what_is_out_for_others_only_is_not_there(world: World | FoldWorld) -> None:
    press = {"reports": [report("2025-12-19", audience="press")]}
    record(world, statement(1, reply_to="s2"), statement(2, day=19, **press))

    assert [kind for kind, *_ in anomalies(world)] == ["reply-without-statement"]
    assert anomalies(world, **ASKED, audience="press") == []


def test_a_corrected_link_leads_elsewhere(world: World | FoldWorld) -> None:
    mended = act("mended", "record-corrected", 1, changes={"reply_to": "s2"})
    record(world, statement(2, day=19), statement(1, reply_to="typo"))
    world.record(LATER, [mended])

    assert anomalies(world) == []
    before = {**ASKED, "recorded_at": "2025-12-27T00:00:00Z"}
    assert [kind for kind, *_ in anomalies(world, **before)] == ["reply-without-statement"]


def test_a_statement_of_a_day_to_come_is_there(world: World | FoldWorld) -> None:
    record(world, statement(1, reply_to="s2"), statement(2, day=21, occurred="2026-02-01"))

    assert "reply-without-statement" not in [kind for kind, *_ in anomalies(world)]


def test_a_part_of_what_only_another_part_names_is_an_anomaly(world: World | FoldWorld) -> None:
    off = event("off", "meeting-cancelled", report("2025-12-20"), meeting="round", occurred=None)
    record(world, part("m1", "round"), off | {"occurred": "2025-12-20"})

    assert [kind for kind, *_ in anomalies(world)] == [
        "meeting-without-announcement",
        "part-without-meeting",
    ]


CIRCLE = [
    statement(3, reply_to="s1"),
    statement(1, reply_to="s2"),
    statement(2, reply_to="s3"),
    part("m3", "m1"),
    part("m1", "m2"),
    part("m2", "m3"),
]


def test_circles_over_several_steps_are_anomalies(world: World | FoldWorld) -> None:
    record(world, *CIRCLE)

    assert sorted(anomalies(world), key=str) == [
        (
            "circular-parts",
            {"meetings": ["m1", "m2", "m3"]},
            [event_id(f"held m{n}") for n in (1, 2, 3)],
        ),
        ("circular-replies", {"statements": ["s1", "s2", "s3"]}, [event_id(n) for n in (1, 2, 3)]),
    ]


def test_a_circle_is_one_only_while_all_of_it_is_known(world: World | FoldWorld) -> None:
    record(world, statement(1, reply_to="s2"), statement(2, day=22, reply_to="s1"))
    world.record(LATER, [act("mended", "record-corrected", 1, changes={"reply_to": None})])

    assert anomalies(world) == []
    before = {"recorded_at": "2025-12-27T00:00:00Z"}
    assert [kind for kind, *_ in anomalies(world, **ASKED, **before)] == ["circular-replies"]
    earlier = anomalies(world, as_of="2025-12-21", **before)
    assert [kind for kind, *_ in earlier] == ["reply-without-statement"]


def test_a_correction_can_close_a_circle(world: World | FoldWorld) -> None:
    record(world, statement(1), statement(2, reply_to="s1"))
    world.record(LATER, [act("closed", "record-corrected", 1, changes={"reply_to": "s2"})])

    assert [kind for kind, *_ in anomalies(world)] == ["circular-replies"]


def test_over_http_and_in_a_terminal_they_say_what_is_missing(tmp_path: Path) -> None:
    with World(tmp_path, "http") as world:
        record(world, *CIRCLE, statement(4, copy_of="gone"), part("m4", "round"))
        found = world.get("/anomalies", **ASKED).json()["data"]
    shown = run_command(
        *("as-of", "talks", "2025-12-26", "--slugs", "--db", tmp_path / "world.db"),
        **key_environment(tmp_path),
    )
    told = " ".join(shown.stdout.split())

    assert {each["kind"] for each in found} == {
        "copy-without-statement",
        "part-without-meeting",
        "circular-parts",
        "circular-replies",
    }
    assert "s4 is a copy of gone, which nobody made." in told
    assert "m4 is part of round, which nothing announced or held." in told
    assert "Each replies to the next one, the last to the first: s1, s2, s3." in told
    assert "Each is part of the next one, the last of the first: m1, m2, m3." in told


def warnings_of(http_world: World, *events: Event) -> dict[str, str]:
    answer = http_world.post(list(events))
    assert answer.status_code == 201, answer.text
    return {each["pointer"]: each["detail"] for each in answer.json()["warnings"]}


def test_recording_them_warns(http_world: World) -> None:
    http_world.set_clock(AT)
    told = [statement(4, reply_to="gone", copy_of="lost"), part("m4", "round"), *CIRCLE]

    assert warnings_of(http_world, *OPENING, *told) == {
        "/4/reply_to": "no statement 'gone' is recorded so far",
        "/4/copy_of": "no statement 'lost' is recorded so far",
        "/5/part_of": "no meeting 'round' is recorded so far",
        "/7/reply_to": "statement 's1' replies to 's2', which replies to 's3', which replies to "
        "'s1'",
        "/8/reply_to": "statement 's2' replies to 's3', which replies to 's1', which replies to "
        "'s2'",
        "/9/part_of": "meeting 'm3' is part of 'm1', which is part of 'm2', which is part of 'm3'",
        "/10/part_of": "meeting 'm1' is part of 'm2', which is part of 'm3', which is part of 'm1'",
        "/11/part_of": "meeting 'm2' is part of 'm3', which is part of 'm1', which is part of 'm2'",
    }


def test_what_is_recorded_before_or_follows_in_the_batch_needs_no_warning(
    http_world: World,
) -> None:
    http_world.set_clock(AT)
    planned = event("planned", "meeting-announced", report("2025-12-19"), meeting="m2")
    planned |= {"expected": "2025-12-20", "occurred": "2025-12-19"}

    assert warnings_of(http_world, *OPENING, statement(1, reply_to="s2"), statement(2)) == {}
    assert warnings_of(http_world, part("m1", "m2"), planned) == {}
    assert warnings_of(http_world, statement(3, reply_to="s1"), part("m3", "m2")) == {}


def test_a_correction_that_leads_to_nothing_or_in_a_circle_warns(http_world: World) -> None:
    http_world.set_clock(AT)
    warnings_of(http_world, *OPENING, statement(1), statement(2, reply_to="s1"))
    changes = [{"reply_to": "s2"}, {"reply_to": "gone"}]
    acts = [act(f"act {n}", "record-corrected", 1, changes=each) for n, each in enumerate(changes)]

    assert warnings_of(http_world, acts[1]) == {
        "/0/changes/reply_to": "no statement 'gone' is recorded so far"
    }
    assert warnings_of(http_world, acts[0]) == {
        "/0/changes/reply_to": "statement 's1' replies to 's2', which replies to 's1'"
    }


def test_a_statement_whose_event_is_void_is_not_there(http_world: World) -> None:
    http_world.set_clock(AT)
    warnings_of(http_world, *OPENING, statement(1), act("void", "record-voided", 1))

    assert warnings_of(http_world, statement(2, reply_to="s1")) == {
        "/0/reply_to": "no statement 's1' is recorded so far"
    }


def test_a_dry_run_warns_too(tmp_path: Path) -> None:
    rows = tmp_path / "talks.ndjson"
    told = [*OPENING, statement(1, reply_to="gone"), part("m1", "round")]
    rows.write_text("".join(json.dumps(each) + "\n" for each in told))
    done = run_command("import", rows, "--dry-run", "--db", tmp_path / "new.db")

    assert done.returncode == 0, done.stderr
    assert "no statement 'gone' is recorded so far" in done.stdout + done.stderr
    assert "no meeting 'round' is recorded so far" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("taken", "left"),
    [
        ([], [(2, 9, 0b111)]),
        ([(0, LATEST, 0b111)], []),
        ([(4, LATEST, 0b110)], [(2, 4, 0b110), (2, 9, 0b001)]),
        ([(5, 6, 0b111), (0, 3, 0b111)], [(3, 5, 0b111), (6, 9, 0b111)]),
    ],
)
def test_what_is_left_of_a_period(
    taken: list[tuple[int, int, int]], left: list[tuple[int, int, int]]
) -> None:
    found = subtract(Period(2, 9, 0b111), [Period(*each) for each in taken])

    assert found == left


def test_a_thread_costs_no_row_of_an_answer(tmp_path: Path) -> None:
    replies = [statement(n, reply_to=f"s{n - 1}") for n in range(2, 40)]
    with World(tmp_path) as world:
        world.record(AT, [*OPENING, statement(1), *replies, statement(90, reply_to="gone")])
        with world.open_session() as session:
            session.cursor.execute(
                "SELECT c.key FROM placement p JOIN cell c ON c.id = p.cell"
                " WHERE c.kind IN ('without-statement', 'circular-statement')"
            )
            named = [key for (key,) in session.cursor.fetchall()]

    assert named == ["gone"]


def test_a_thread_told_backwards_is_followed_once(tmp_path: Path) -> None:
    newest_first = [statement(n, reply_to=f"s{n - 1}") for n in range(40, 1, -1)]
    oldest_first = [statement(n, reply_to=f"s{n + 1}") for n in range(100, 140)]
    follow = mock.patch.object(phantom_links, "_find_linked", wraps=phantom_links._find_linked)
    with World(tmp_path) as world, follow as followed:
        world.record(AT, [*OPENING, *newest_first, statement(1), *oldest_first])

    assert followed.call_count <= len(newest_first) + len(oldest_first)
