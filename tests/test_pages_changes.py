"""Briefs, the gap and the audit: what changed and why, and that the log holds."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Literal

import pytest

from api.models.answers import Role
from api.models.changes import Change
from api.pages.shared.change_facts import causing_event
from api.pages.shared.newest_changes import MAX_LINES, MAX_OF_GROUP
from api.pages.shared.sentences import quote_speaker
from ledger.proofs.signed_note import Checkpoint
from tests.facts import OPENING, STANCE, Event, act, event, event_id, report, statement
from tests.pages import BASE, page, without_links
from tests.serving import wait_until
from tests.world import World, tell_story


def test_a_brief_says_in_a_sentence_what_changed_and_why(site: World) -> None:
    query = "?from=2025-12-19&as_of=2025-12-28"
    text = without_links(page(site, "compare", query))
    lines = site.client.get(f"{BASE}/compare.json{query}").json()["data"]["lines"]
    told = {each["sentence"]: each for each in lines}

    assert "North took a position on “The border”: rejects." in text
    assert told["North took a position on “The border”: rejects."]["cause"] == "world"
    assert {each["group"] for each in lines} == {"positions", "statements"}
    assert "it happened" in text
    later = without_links(page(site, "compare", "?from=2025-12-21&as_of=2025-12-28"))
    assert "North moved on “The border”: from accepts to rejects." in later


@pytest.mark.parametrize(("start", "cause"), [("2025-12-19", "world"), ("2025-12-21", "clock")])
def test_what_is_overdue_is_so_since_its_date_and_not_since_it_was_announced(
    own_site: World, start: str, cause: str
) -> None:
    announced = event(
        "due",
        "meeting-announced",
        report("2025-12-20"),
        meeting="m",
        title="Lunch",
        expected="2025-12-22",
        occurred="2025-12-20",
    )
    deadline = event(
        "set",
        "deadline-set",
        report("2025-12-20"),
        deadline="d",
        title="Pay",
        due="2025-12-22",
        occurred="2025-12-20",
    )
    own_site.record("2025-12-21T09:00:00Z", [announced, deadline])
    query = f"?from={start}&as_of=2025-12-28"
    lines = own_site.client.get(f"{BASE}/compare.json{query}").json()["data"]["lines"]
    text = re.sub(r"<[^>]+>", "", page(own_site, "compare", query))

    told = {line["kind"]: (line["overdue"], line["cause"]) for line in lines if line["overdue"]}
    assert told == {"meeting": ("2025-12-23", cause), "deadline": ("2025-12-23", cause)}
    assert text.count("overdue since 23 December 2025") == 2
    assert "Lunch: overdue, expected 22 December 2025" in text
    assert text.count("its announcement known since 20 December 2025") == 2
    assert text.count(", because a date passed · its announcement") == (
        2 if cause == "clock" else 0
    )


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("Ushakov: nobody has discussed it.", "Yuri Ushakov: nobody has discussed it."),
        ("Yuri Ushakov: not seen.", "Yuri Ushakov: not seen."),
        ("Ushakov lists three papers.", "Ushakov lists three papers."),
        ("Two papers: one on guarantees.", "Yuri Ushakov: Two papers: one on guarantees."),
        ("Ushakova says so.", "Yuri Ushakov: Ushakova says so."),
        ("Prime Minister Ushakov: not seen.", "Yuri Ushakov: not seen."),
        ("Aides of Ushakov: not seen.", "Yuri Ushakov: Aides of Ushakov: not seen."),
        ("not Ushakov: another.", "Yuri Ushakov: not Ushakov: another."),
        (" : what?", "Yuri Ushakov:  : what?"),
    ],
)
def test_a_speaker_is_named_once(words: str, told: str) -> None:
    assert quote_speaker("Yuri Ushakov", words) == told


def test_a_speaker_who_is_shown_by_another_name_is_named_once() -> None:
    shown, spellings = "Юрій Ушаков", ["Yuri Ushakov", "Юрій Ушаков"]
    assert quote_speaker(shown, "Ushakov: not seen.", spellings) == "Юрій Ушаков: not seen."
    assert quote_speaker(shown, "Aide Ushakov: not seen.", spellings) == "Юрій Ушаков: not seen."


def role_resting_on(*events: str) -> Role:
    return Role(
        events=events,
        known_at=None,
        sources=(),
        single_source=True,
        person="lee",
        party="north",
        title="envoy",
        authority=None,
        since=None,
    )


def test_a_sentence_leads_to_the_event_that_made_the_change() -> None:
    def cause(before: Role | None, after: Role | None, *events: str) -> str | None:
        return causing_event(
            Change[Literal["role"], Role](
                kind="role",
                subject="lee/north/envoy",
                before=before,
                after=after,
                cause="world",
                events=events,
            )
        )

    announced, held = role_resting_on("announced"), role_resting_on("announced", "held")
    assert cause(announced, held, "announced", "held") == "held"
    assert cause(held, None, "announced", "held") == "held"
    assert cause(None, None) is None


def test_the_later_date_of_a_brief_is_the_date_shown(site: World) -> None:
    text = page(site, "compare", "?from=2025-12-19&as_of=2025-12-21")
    assert "what was known on 19 December 2025 with what was known on 21 December 2025" in text
    assert 'name="as_of" value="2025-12-21"' in text
    assert "accepts" in text
    assert "rejects" not in text


def test_a_brief_is_a_table_for_spreadsheets(site: World) -> None:
    lines = page(site, "compare.csv", "?from=2025-12-19&as_of=2025-12-28").splitlines()
    assert lines[0].startswith("group,kind,subject,sentence,cause")
    assert lines[1].startswith("positions,position,north/border,")


def test_a_comparison_goes_backwards_as_its_answer_does(site: World) -> None:
    def lines(query: str) -> list[dict[str, object]]:
        return site.client.get(f"{BASE}/compare.json{query}").json()["data"]["lines"]

    forwards = lines("?from=2025-12-21&as_of=2025-12-28")
    backwards = lines("?from=2025-12-28&as_of=2025-12-21")

    ends = [(each["subject"], each["before"], each["after"], each["cause"]) for each in forwards]
    assert ends
    assert sorted(ends) == sorted(
        (each["subject"], each["after"], each["before"], each["cause"]) for each in backwards
    )
    text = page(site, "compare", "?from=2025-12-28&as_of=2025-12-21")
    assert "From 28 December 2025 to 21 December 2025" in text


def test_the_gap_tells_what_was_not_yet_known(site: World) -> None:
    text = page(site, "gap", "?as_of=2025-12-27")
    found = site.client.get(f"{BASE}/gap.json?as_of=2025-12-27").json()["data"]

    assert "What was not yet known on 27 December 2025" in text
    assert [each["after"] for each in found["not_yet_known"]["lines"][:1]] == ["rejects"]
    assert found["missed"]["n"] == 0


def test_the_log_is_verified_on_demand(site: World) -> None:
    size = site.client.get("/readyz").json()["head"]
    wait_until(lambda: signed_size(site) == size)  # nobody else uses the ledger from then on
    text = page(site, "audit", "?verify=1&old=3")

    assert f"{size} events recomputed: OK." in text
    assert f"The tree of {size} events begins with that of 3." in text
    assert "no tree of size 999" in page(site, "audit", "?old=999", 422)


def signed_size(site: World) -> int:
    return Checkpoint.parse(site.client.get("/v1/audit/checkpoint").text).size


def test_a_changed_log_is_found_by_the_page(tmp_path: Path) -> None:
    with World(tmp_path, "http") as broken:
        broken.record("2025-12-20T09:00:00Z", [*OPENING, STANCE])
        with broken.ledger.take_writer() as c:
            c.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'node'")
            for (name,) in c.fetchall():
                c.execute(f"DROP TRIGGER {name}")
            c.execute(
                "UPDATE node SET hash = :zero WHERE level = 1 AND idx = 0", {"zero": bytes(32)}
            )
        text = page(broken, "audit", "?verify=1")

    assert "the hash of seqs 1 to 2 does not match" in text


def test_an_event_that_was_changed_is_told_on_its_page(tmp_path: Path) -> None:
    with World(tmp_path, "http") as broken:
        broken.record("2025-12-20T09:00:00Z", [*OPENING, STANCE])
        address = f"events/{STANCE['id']}"
        assert "✓ This event is in the log" in page(broken, address)
        with broken.ledger.take_writer() as c:
            c.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'event'"
            )
            for (name,) in c.fetchall():
                c.execute(f"DROP TRIGGER {name}")
            c.execute("UPDATE event SET recorded_by = 'nobody' WHERE id = :id", STANCE)
        text = page(broken, address)

    assert "✗ The event at seq 5 does not lead to the root of the log" in text


def test_the_log_is_replayed_event_by_event(site: World) -> None:
    found = site.client.get(f"{BASE}/audit.json?replay=7").json()["data"]["replay"]

    assert (found["seq"], found["type"], found["previous"]) == (7, "position-stated", 6)
    assert [each["sentence"] for each in found["changes"]] == [
        "North took a position on “The border”: accepts."
    ]


def test_a_long_brief_tells_the_newest_of_each_group_and_leads_to_all(tmp_path: Path) -> None:
    with World(tmp_path, "http") as world:
        world.record("2025-12-20T09:00:00Z", [*OPENING])
        world.record("2025-12-22T09:00:00Z", [statement(n) for n in range(60)])
        world.set_clock("2025-12-30T09:00:00Z")
        told = page(world, "compare", "?from=2025-12-01")
        assert told.count('<p class="because">') == MAX_LINES
        assert "60 things changed" in told
        (link,) = re.findall(r'<a href="([^"]+)">All 60, newest first', told)

        first = world.client.get(html.unescape(link)).text
        assert first.count('<p class="because">') == MAX_OF_GROUP
        (older,) = re.findall(r'<a href="([^"]+)">Older changes', first)
        last = world.client.get(html.unescape(older)).text
        assert last.count('<p class="because">') == 60 - MAX_OF_GROUP
        assert "Newer changes" in last
        assert "All groups" in last
        assert "Older changes" not in last

        data = world.client.get(f"{BASE}/compare.json?from=2025-12-01").json()["data"]
        assert len(data["lines"]) == 60


def test_a_long_gap_is_told_by_page(tmp_path: Path) -> None:
    with World(tmp_path, "http") as world:
        world.record("2025-12-20T09:00:00Z", [*OPENING])
        world.record("2025-12-22T09:00:00Z", [statement(n) for n in range(60)])
        world.set_clock("2025-12-30T09:00:00Z")
        told = page(world, "gap", "?as_of=2025-12-20")
        assert told.count('<p class="because">') == MAX_LINES
        (link,) = re.findall(r'<a href="([^"]+)">All 60, newest first', told)
        assert "part=" in link

        first = world.client.get(html.unescape(link)).text
        assert first.count('<p class="because">') == MAX_OF_GROUP
        assert "All groups" in first
        data = world.client.get(f"{BASE}/gap.json?as_of=2025-12-20").json()["data"]
        assert len(data["not_yet_known"]["lines"] + data["missed"]["lines"]) == 60


def test_what_one_sentence_tells_is_not_cut(tmp_path: Path) -> None:
    points = [{"point": f"p{n}", "number": str(n), "text": f"Point {n}."} for n in range(1, 20)]
    about = {"reports": [{"published": "2025-12-21", "publisher": "herald"}]}
    plan = {"type": "plan-introduced", "plan": "draft", "title": "Draft", "points": points}
    with World(tmp_path, "http") as world:
        world.record("2025-12-20T09:00:00Z", [*OPENING])
        world.record("2025-12-22T09:00:00Z", [plan | about | {"occurred": "2025-12-21"}])
        world.set_clock("2025-12-30T09:00:00Z")
        told = page(world, "compare", "?from=2025-12-01")
    assert "19 points" in told
    assert "Older changes" not in told


def test_a_group_that_is_told_whole_leads_back_to_all_groups(tmp_path: Path) -> None:
    with World(tmp_path, "http") as world:
        world.record("2025-12-20T09:00:00Z", [*OPENING])
        world.record("2025-12-22T09:00:00Z", [statement(n) for n in range(MAX_LINES + 1)])
        world.set_clock("2025-12-30T09:00:00Z")
        told = page(world, "compare", "?from=2025-12-01")
        (link,) = re.findall(rf'<a href="([^"]+)">All {MAX_LINES + 1}, newest first', told)
        assert ">All groups</a>" in world.client.get(html.unescape(link)).text


def lines_between(world: World, first: str, last: str) -> dict[str, dict[str, object]]:
    """Return the lines of a brief by their kind."""
    address = f"{BASE}/compare.json?from={first}&as_of={last}"
    lines = world.client.get(address).json()["data"]["lines"]
    return {line["kind"]: line for line in lines}


def test_a_date_that_was_moved_twice_is_known_since_it_was_moved_there(own_site: World) -> None:
    """What told another date before told that of no date that a sentence names."""

    def due(label: str, kind: str, known: int, **fields: object) -> Event:
        when = {"occurred": f"2025-12-{known:02}"}
        return event(label, kind, report(f"2025-12-{known:02}", label), **when, **fields)

    batch = [
        due("set", "deadline-set", 2, deadline="d", title="Pay", due="2025-12-20"),
        due("one", "deadline-extended", 5, deadline="d", due="2025-12-22"),
        due("two", "deadline-extended", 8, deadline="d", due="2025-12-25"),
        due("again", "deadline-extended", 9, deadline="d", due="2025-12-25"),
        due("call", "meeting-announced", 2, meeting="m", title="Lunch", expected="2025-12-20"),
        due("move", "meeting-rescheduled", 5, meeting="m", expected="2025-12-22"),
        due("back", "meeting-rescheduled", 8, meeting="m", expected="2025-12-25"),
    ]
    own_site.record("2025-12-30T09:00:00Z", batch)
    told = lines_between(own_site, "2025-12-03", "2025-12-10")

    for kind, label in (("deadline", "two"), ("meeting", "back")):
        assert "25 December 2025" in str(told[kind]["sentence"])
        assert told[kind]["event"] == event_id(label)
        assert told[kind]["known_at"] == "2025-12-08T23:59:59.999999Z"


@pytest.mark.parametrize("first", ["2025-12-04", "2025-12-01"])
def test_points_of_which_the_text_comes_later_are_known_with_it(
    own_site: World, first: str
) -> None:
    plan = event(
        "plan", "plan-introduced", report("2025-12-03"), plan="p", title="Plan", claimed_points=1
    )
    points = [{"point": "one", "number": 1, "text": "Peace."}]
    text = act("text", "text-published", "plan", report("2025-12-07"), points=points)
    own_site.record("2025-12-30T09:00:00Z", [plan | {"occurred": "2025-12-03"}, text])
    told = lines_between(own_site, first, "2025-12-10")["point"]

    assert told["sentence"] == "1 point of Plan is named, with its text: 1."
    assert told["known_at"] == "2025-12-07T23:59:59.999999Z"
    assert told["event"] == event_id("text")


def stance(label: str, day: int, reported: int, **fields: object) -> Event:
    told = {"party": "north", "issue": "border", "stance": "accepts", "summary": label}
    told |= {"occurred": f"2025-12-{day:02}", **fields}
    return event(label, "position-stated", report(f"2025-12-{reported:02}", label), **told)


@pytest.mark.parametrize(
    ("from_", "told"),
    [("2025-12-05", ["first", "late", "again"]), ("2025-12-09", ["late", "again"])],
    ids=["all of the run", "the rest was known before"],
)
def test_a_position_leads_to_what_first_told_it(from_: str, told: list[str]) -> None:
    answers = [{"answer": name, "label": name} for name in ("river", "ridge")]
    issue = {"type": "issue-defined", "issue": "line", "title": "The line", "answers": answers}
    on_line = {"issue": "line", "answer": "river"}
    batch = [
        stance("other", 6, 14, **on_line | {"answer": "ridge"}),
        stance("first", 7, 8, **on_line),
        stance("late", 8, 10, **on_line),
        stance("again", 12, 12, **on_line),
        act("more", "report-added", "first", report("2025-12-13", "gazette")),
    ]
    if from_ == "2025-12-09":
        batch.append(stance("between", 9, 9, **on_line | {"answer": "ridge"}))
        batch.append(act("gone", "event-retracted", "between", report("2025-12-11")))
    with tell_story([("2025-12-15T12:00:00Z", [*OPENING, issue, *batch])], "http") as world:
        query = f"?from={from_}&as_of=2025-12-13"
        lines = world.client.get(f"{BASE}/compare.json{query}").json()["data"]["lines"]
        (line,) = [each for each in lines if each["kind"] == "position"]
        text = page(world, "compare", query)

    assert (line["event"], line["path"]) == (event_id(told[0]), f"events/{event_id(told[0])}")
    assert line["events"][: len(told)] == [event_id(each) for each in told]
    assert line["known_at"][:10] == {"first": "2025-12-08", "late": "2025-12-10"}[told[0]]
    publishers = [each["publisher"] for each in line["sources"]]
    assert [each for each in publishers if each != "gazette"] == told
    assert f"/events/{event_id(told[0])}" in text
    assert line["summary"] == told[0]


def lines_of(kind: str, *batch: Event) -> list[Event]:
    """Return the lines of one kind of what changed in December."""
    with tell_story([("2025-12-28T12:00:00Z", [*OPENING, *batch])], "http") as world:
        query = "?from=2025-12-01&as_of=2025-12-27"
        lines = world.client.get(f"{BASE}/compare.json{query}").json()["data"]["lines"]
    return [each for each in lines if each["kind"] == kind]


def test_a_position_is_told_by_the_first_that_took_its_stance() -> None:
    answers = [{"answer": name, "label": name} for name in ("river", "ridge")]
    issue = {"type": "issue-defined", "issue": "line", "title": "The line", "answers": answers}
    on_line = {"issue": "line", "answer": "river"}
    (line,) = lines_of(
        "position",
        issue,
        stance("proposed", 7, 8, **on_line | {"stance": "proposes"}),
        stance("accepted", 12, 12, **on_line),
        stance("again", 20, 20, **on_line),
    )

    assert "river (accepts)" in line["sentence"]
    assert (line["event"], line["summary"]) == (event_id("accepted"), "accepted")
    assert (line["occurred"], line["known_at"][:10]) == ("2025-12-12", "2025-12-12")


def test_a_meeting_is_told_by_the_first_that_told_it_was_held() -> None:
    def met(label: str, kind: str, reported: int) -> Event:
        told = {"meeting": "round", "occurred": f"2025-12-{min(reported, 10):02}"}
        told |= {"expected": "2025-12-10"} if kind == "meeting-announced" else {}
        return event(label, kind, report(f"2025-12-{reported:02}", label), **told)

    (line,) = lines_of(
        "meeting",
        met("planned", "meeting-announced", 5),
        met("done", "meeting-held", 10),
        met("told again", "meeting-held", 14),
    )

    assert "held" in line["sentence"]
    assert (line["event"], line["known_at"][:10]) == (event_id("done"), "2025-12-10")
    assert [each["publisher"] for each in line["sources"]] == ["done"]


def test_a_partys_own_moves_come_before_what_others_claim_of_it() -> None:
    parties = [
        {"type": "party-registered", "party": f"p{n}", "name": f"P {n}"}
        for n in range(MAX_LINES + 1)
    ]
    claims = [
        stance(f"claim-{n}", 10 + n, 10 + n, attribution="third-party", attributed_by=f"party:p{n}")
        for n in range(MAX_LINES + 1)
    ]
    batch = [*OPENING, *parties, stance("own", 2, 2), *claims]
    with tell_story([("2025-12-25T12:00:00Z", batch)], "http") as w:
        query = "?from=2025-12-01&as_of=2025-12-24"
        lines = w.client.get(f"{BASE}/compare.json{query}").json()["data"]["lines"]
        text = page(w, "compare", f"{query}&lang=en")

    assert [each["kind"] for each in lines] == ["position"] + ["attributed"] * (MAX_LINES + 1)
    headings = re.findall(r"<h2>([^<]+) <small>(\d+)", text)
    assert headings == [
        ("Positions", "1"),
        ("What others claim of their positions", str(MAX_LINES + 1)),
    ]
    assert "group=claims" in text


def test_talks_under_way_are_told_as_going_on_and_as_ended() -> None:
    """The first ends by its span alone, the second by what was reported of its end."""
    talks = {"title": "Talks", "occurred": "2025-12-19/2025-12-22", "meeting": "talks"}
    retreat = {"title": "Retreat", "occurred": "2025-12-19/..", "meeting": "retreat"}
    told = [
        event("talks", "meeting-held", report("2025-12-19"), **talks),
        event("retreat", "meeting-held", report("2025-12-19"), **retreat),
        event(
            "end",
            "meeting-concluded",
            report("2025-12-23"),
            occurred="2025-12-23",
            meeting="retreat",
            outcome="partial",
        ),
    ]
    with tell_story([("2025-12-24T09:00:00Z", [*OPENING, *told])]) as world:
        begun = without_links(page(world, "compare", "?from=2025-12-18&as_of=2025-12-20"))
        ended = without_links(page(world, "compare", "?from=2025-12-20&as_of=2025-12-23"))

    assert "Talks: going on, " in begun
    assert "Retreat: going on, " in begun
    assert "Talks: ended, " in ended
    assert "Retreat: concluded, " in ended
    assert "it had been going on" in ended
    assert "More is known of" not in ended
