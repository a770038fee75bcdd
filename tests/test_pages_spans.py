"""Every shape of a date on every page and in every form: drawn, and told as it was written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.pages.shared.dates import DateFormatter, explain_span
from api.pages.shared.i18n import LANGUAGES, load_translations
from domain.edtf import parse_span
from domain.errors import InvalidSpanError
from tests.facts import OPENING, event, event_id, report
from tests.pages import ADDRESSES, BASE, main, page
from tests.world import World

DAYS = st.dates(date(2, 1, 1), date(9998, 12, 31)).map(str)
MONTHS_AND_YEARS = DAYS.flatmap(
    lambda day: st.sampled_from((day[:7], day[:4], f"{day[:4]}-2{1 + int(day[6]) % 4}"))
)
MASKS = DAYS.flatmap(lambda day: st.sampled_from((f"{day[:9]}X", f"{day[:4]}-XX", f"{day[:3]}X")))
INSTANTS = st.builds("{}T{:02}:{:02}{}".format, DAYS, st.integers(0, 23), st.integers(0, 59),
    st.sampled_from(("Z", "+14:00", "-12:00", ":30.5+05:30")))  # fmt: skip
PLAIN = st.one_of(DAYS, MONTHS_AND_YEARS, MASKS, INSTANTS)
PARTS = st.builds("{}{}".format, PLAIN, st.sampled_from(("", "?", "~", "%"))).filter(
    lambda text: "T" not in text or text[-1] not in "?~%"
)
SPANS = st.one_of(
    PARTS,
    st.builds("{}{}".format, st.sampled_from(("/", "../")), PARTS),
    st.builds("{}{}".format, PARTS, st.sampled_from(("/", "/.."))),
    st.lists(PARTS, min_size=2, max_size=2).map("/".join),
    st.builds("[..{}]".format, PLAIN),
    st.builds("[{}..]".format, PLAIN),
    st.lists(PLAIN, min_size=2, max_size=2).map(lambda ends: f"[{'..'.join(sorted(ends))}]"),
    st.lists(PLAIN, min_size=2, max_size=7).map(lambda members: f"[{','.join(members)}]"),
)
KINDS = ("", "role", "role-assumed", "meeting", "meeting-held", "statement", "position")


@given(SPANS, st.sampled_from(("UTC", "Pacific/Kiritimati", "America/Los_Angeles")))
def test_every_span_of_the_profile_is_said_in_words(text: str, zone: str) -> None:
    try:
        parse_span(text, zone)
    except InvalidSpanError:
        return
    for language in LANGUAGES:
        for is_brief in (False, True):
            dates = DateFormatter(load_translations(language), zone, brief=is_brief)
            for kind in KINDS:
                assert explain_span(text, dates, kind)
            assert dates.since_element(text)


SHAPES = (
    "2026-04-12",
    "2026-04-12T10:00:00Z",
    "2026-04",
    "2026",
    "2026-21",
    "2026-04-10/2026-04-12",
    "2026-04-12T10:00+02:00/2026-04-12T12:00+02:00",
    "2026-04-12T10:00+02:00/2026-04-13T12:00+02:00",
    "[2026-04-10..2026-04-12]",
    "[2026-04-10,2026-04-12]",
    "[2026-04-12T10:00Z..2026-04-12T12:00Z]",
    "2026-04-1X",
    "2026-XX",
    "202X",
    "2026-04-12?",
    "2026-04-12~",
    "2026-04~",
    "2026%",
    "2026-04-10~/2026-04-12?",
    "2026-04-12/..",
    "2026-04-12/",
    "2026-04-12T10:00Z/..",
    "2026-04-12T10:00Z/",
    "../2026-04-12",
    "/2026-04-12",
    "../2026-04-12T10:00Z",
    "[..2026-04-12]",
    "[2026-04-12..]",
    "[..2026-04-12T10:00Z]",
    "[2026-04-12T10:00Z..]",
    "0002-01-01",
    "9998-12-31",
    "9998~",
    "[..0002-01-01]",
    "[9998-12-31..]",
)


@pytest.fixture(scope="module")
def shapes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Give a negotiation in which everything that has a time has one of each shape."""
    told = report("2026-04-14")

    def of_each_kind(n: int, span: str) -> Iterator[dict[str, object]]:
        def one(kind: int, type_: str, **fields: object) -> dict[str, object]:
            return event(100 * n + kind, type_, told, **{"occurred": span} | fields)

        person = f"p{n}"
        yield {"type": "person-registered", "person": person, "name": f"Person {n}"}
        yield one(1, "meeting-held", meeting=f"m{n}", title=f"Meeting {n}")
        yield one(2, "meeting-concluded", meeting=f"m{n}", outcome="partial")
        yield one(3, "meeting-announced", meeting=f"n{n}", expected=span, occurred="2026-04-11")
        yield one(4, "role-assumed", person=person, party="north", title="Envoy")
        yield one(5, "statement-made", statement=f"s{n}", speaker=person, summary="Word")
        yield one(
            6, "position-stated", party="north", issue="border", stance="accepts", summary="y"
        )
        yield one(7, "incident-reported", incident=f"i{n}", title="Fire")
        yield one(8, "deadline-set", deadline=f"d{n}", title="Reply", due=span, occurred=None)
        yield one(9, "plan-introduced", plan=f"q{n}", title="Plan", points=[
            {"point": "a", "number": 1, "text": "Words", "text_status": "verbatim"}])  # fmt: skip
        yield one(10, "vote-held", vote=f"v{n}", motion="To go on")

    with World(tmp_path_factory.mktemp("shapes"), "http") as world:
        events = [each for n, span in enumerate(SHAPES, 1) for each in of_each_kind(n, span)]
        world.record("2026-04-15T09:00:00Z", [*OPENING, *events])
        world.set_clock("2026-04-20T09:00:00Z")
        yield world


@pytest.mark.parametrize("name", [*ADDRESSES, "plans/q2", "positions?cell=north/border"])
@pytest.mark.parametrize("basis", ["as-known", "hindsight&as_of=2026-04-12"])
def test_every_page_is_drawn_in_every_form(shapes: World, name: str, basis: str) -> None:
    path, _, own_query = name.partition("?")
    for ending in ("", ".json", ".csv", ".ics"):
        address = f"{BASE}/{path}".rstrip("/") + f"{ending}?basis={basis}&{own_query}".rstrip("&")
        status = shapes.client.get(address).status_code
        assert status == 200 or (ending in (".csv", ".ics") and status == 404), address


@pytest.mark.parametrize("n", range(1, len(SHAPES) + 1), ids=SHAPES)
def test_the_page_of_an_event_is_drawn(shapes: World, n: int) -> None:
    for kind in range(1, 11):
        assert "<time" in main(page(shapes, f"events/{event_id(100 * n + kind)}"))


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("[..2026-04-12]", "on 12 April 2026 at the latest"),
        ("[2026-04-12..]", "on 12 April 2026 at the earliest"),
        ("[2026-04-24,2026-04-27]", "24 April 2026 or 27 April 2026"),
        ("2026-04-20~", "about 20 April 2026"),
        ("2026-04-20~/2026-04-22", "about 20–22 April 2026"),
        ("2026-04-20?/..", "since 20 April 2026 (uncertain)"),
    ],
)
def test_a_date_is_said_as_it_was_written(expression: str, told: str) -> None:
    assert explain_span(expression, DateFormatter(load_translations("en"), "UTC")) == told


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("2019-02-06/", "since 6 Feb 2019"),
        ("2019-02-06/..", "since 6 Feb 2019"),
        ("2019-02-06/2019-03-01", "since 6 Feb 2019"),
        ("../2019-02-06", "at the latest since 6 Feb 2019"),
        ("[..2019-02-06]", "at the latest since 6 Feb 2019"),
    ],
)
def test_an_office_is_held_since_its_start(expression: str, told: str) -> None:
    dates = DateFormatter(load_translations("en"), "UTC", brief=True)
    assert dates.since_element(expression).striptags() == told


def calendar_entry(world: World, meeting: str) -> str:
    text = world.client.get(f"{BASE}/meetings.ics").content.replace(b"\r\n ", b"").decode()
    entries = [each for each in text.split("BEGIN:VEVENT") if f"UID:{meeting}@" in each]
    return entries[0].replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("span", "first", "after", "said"),
    [
        ("2026-04-12~", "20260412", "20260413", "about 12 April 2026"),
        ("2026-04-12?", "20260412", "20260413", "12 April 2026 (uncertain)"),
        ("2026-04-10~/2026-04-12?", "20260410", "20260413", "about 10–12 April 2026 (uncertain)"),
        ("[2026-04-10,2026-04-12]", "20260410", "20260411", "10 April 2026 or 12 April 2026"),
        ("[2026-04-12..]", "20260412", "20260413", "on 12 April 2026 at the earliest"),
        ("[..2026-04-12]", "20260412", "20260413", "on 12 April 2026 at the latest"),
    ],
)
def test_a_calendar_has_a_date_as_it_was_written(
    shapes: World, span: str, first: str, after: str, said: str
) -> None:
    entry = calendar_entry(shapes, f"n{SHAPES.index(span) + 1}")
    assert f"DTSTART;VALUE=DATE:{first}\nDTEND;VALUE=DATE:{after}" in entry
    assert re.search(
        rf"SUMMARY:(date disputed: )?(overdue\\, not reported: )?{re.escape(said)}: ", entry
    )
    assert "STATUS:TENTATIVE" in entry


def test_a_filtered_calendar_says_so(shapes: World) -> None:
    answer = shapes.client.get(f"{BASE}/meetings.ics?only_source=herald")
    assert 'filename="talks-meetings-filtered.ics"' in answer.headers["content-disposition"]
    text = answer.text.replace("\r\n ", "")
    assert (
        "X-WR-CALNAME:Talks · Filtered. Only reports count that are by, or repeat, herald." in text
    )


@pytest.mark.parametrize(
    ("earlier", "later", "told"),
    [
        ("2023-05-07T06:59:59.999999Z", "2026-11-29T17:00:00Z", "1,303 days later"),
        ("2026-04-12T06:59:59.999999Z", "2026-04-13T08:00:00Z", "2 days later"),
        ("2026-04-12T10:00:00Z", "2026-04-12T14:30:00Z", "4 hours later"),
        ("2026-04-12T10:00:00Z", "2026-04-12T10:00:30Z", ""),
    ],
)
def test_a_delay_is_counted_in_days_of_the_calendar(earlier: str, later: str, told: str) -> None:
    dates = DateFormatter(load_translations("en"), "America/Los_Angeles")
    assert dates.format_delay(earlier, later) == told


@pytest.mark.parametrize(
    ("occurred", "known_at", "told"),
    [
        ("2026-12-20", "2026-12-22T15:00:00Z", "2 days later"),
        ("2026-12-20", "2026-12-22T04:59:00Z", ""),  # 23:59 of the day after
        ("2026-12-20", "2026-12-22T05:00:00Z", "2 days later"),
        ("2026-10-31", "2026-11-02T04:59:00Z", ""),  # after a day of 25 hours
        ("2026-10-31/2026-11-01", "2026-11-10T14:00:00Z", "9 to 10 days later"),
        ("2026-03-08", "2026-03-10T12:00:00Z", "2 days later"),  # a day of 23 hours
        ("2026-03-08/2026-03-09", "2026-03-10T12:00:00Z", "1 to 2 days later"),
        ("2026-12-20T23:30:00-05:00", "2026-12-22T05:30:00Z", "2 days later"),
    ],
)
def test_how_late_it_became_known_is_counted_in_days_of_the_calendar(
    own_site: World, occurred: str, known_at: str, told: str
) -> None:
    out = [{"published": known_at, "publisher": "herald"}]
    fields = {"meeting": "late", "occurred": occurred, "reports": out}
    opened = {"type": "negotiation-opened", "title": "York", "timezone": "America/New_York"}
    own_site.set_clock("2026-12-30T09:00:00Z")
    sent = [opened, {"type": "meeting-held", "id": event_id(99), **fields}]
    assert own_site.client.post("/v1/negotiations/york/events", json=sent).status_code == 201
    text = own_site.client.get(f"/desk/york/events/{event_id(99)}").text

    assert (re.findall(r"<small>([^<]*later)</small>", text) or [""])[0] == told
