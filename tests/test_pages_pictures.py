"""The pictures: what each draws, that it can be touched, taken along and framed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser

from api.pages.pictures import chronology, lag
from api.pages.pictures.page import PICTURES
from api.pages.pictures.picture_files import render_png
from tests.drawn_talks import STORY
from tests.facts import OPENING, event, event_id, report, statement
from tests.pages import BASE, DEMO, main, page
from tests.serving import Served, serve_http
from tests.test_pages import watch_page
from tests.traps import traps
from tests.world import World, tell_story

pytestmark = pytest.mark.usefixtures("in_any_year")


class QuietHandler(SimpleHTTPRequestHandler):
    """Another site, which says nothing of what it answers."""

    def log_message(self, *_: object) -> None:
        pass


SVG = "{http://www.w3.org/2000/svg}"
NAMES = [picture.name for picture in PICTURES]


@pytest.fixture(scope="module")
def talks() -> Iterator[World]:
    with tell_story(STORY, "http") as world:
        world.set_clock("2025-12-12T09:00:00Z")
        yield world


def drawn(world: World, name: str, query: str = "") -> dict[str, Any]:
    path = name if name == "gap" else f"pictures/{name}"
    answer = world.client.get(f"{BASE}/{path}.json{query}")
    assert answer.status_code == 200, answer.text
    data: dict[str, Any] = answer.json()["data"]["drawn"]
    return data


def draw_file(world: World, name: str, query: str = "") -> ElementTree.Element:
    path = name if name == "gap" else f"pictures/{name}"
    answer = world.client.get(f"{BASE}/{path}.svg{query}")
    assert answer.status_code == 200, answer.text
    return ElementTree.fromstring(answer.text)  # noqa: S314  # our own drawing


def tips(drawing: ElementTree.Element) -> list[str]:
    return [str(link.findtext(f"{SVG}title")) for link in drawing.iter(f"{SVG}a")]


def steps(data: dict[str, Any]) -> dict[str, list[tuple[str, str]]]:
    return {
        party["party"]: [(step["row"], step["from"][:10]) for step in party["steps"]]
        for line in data["lines"]
        for party in line["parties"]
    }


def test_drift_steps_when_a_position_became_known_and_in_hindsight_when_it_was_stated(
    talks: World,
) -> None:
    known = drawn(talks, "drift", "?issue=army")
    hindsight = drawn(talks, "drift", "?issue=army&basis=hindsight")

    assert [row["row"] for row in known["rows"]] == ["large", "middle", "small"]
    assert steps(known)["north"] == [("large", "2025-12-02"), ("middle", "2025-12-08")]
    assert steps(hindsight)["north"] == [("large", "2025-12-01"), ("middle", "2025-12-05")]
    assert (known["moved"], known["parties"]) == (1, 3)


def test_parties_that_stood_alike_are_one_line_and_the_rows_are_true_to_their_numbers(
    talks: World,
) -> None:
    data = drawn(talks, "drift", "?issue=army")
    lines = [[party["party"] for party in line["parties"]] for line in data["lines"]]
    drawing = draw_file(talks, "drift", "?issue=army")
    y = {text.text: float(text.get("y", "0")) for text in drawing.iter(f"{SVG}text")}

    assert lines == [["north"], ["south", "west"]]
    assert (y["Small, 100"] - y["Middle, 400"]) / (
        y["Middle, 400"] - y["Large, 500"]
    ) == pytest.approx(3, rel=0.01)


def test_an_issue_without_answers_is_drawn_by_its_acts_and_says_so(talks: World) -> None:
    data = drawn(talks, "drift", "?issue=border")

    assert (data["has_answers"], [row["row"] for row in data["rows"]]) == (False, ["rejects"])
    assert "the rows are acts" in main(page(talks, "pictures/drift", "?issue=border"))
    assert drawn(talks, "drift")["issue"] == "army"


def test_what_became_known_later_is_not_drawn(talks: World) -> None:
    assert steps(drawn(talks, "drift", "?issue=army&as_of=2025-12-06"))["north"] == [
        ("large", "2025-12-02")
    ]
    assert [each["event"] for each in drawn(talks, "lag", "?as_of=2025-12-02")["rows"]] == [
        event_id(9),
        event_id(8),
        event_id(2),
        event_id(1),
    ]


def test_the_lag_is_counted_from_the_last_day_of_a_vague_date(talks: World) -> None:
    data = drawn(talks, "lag")
    days = {each["event"]: each["days"] for each in data["rows"]}

    assert (days[event_id(4)], days[event_id(7)]) == (3, 0)
    assert (data["total"], data["longest_days"]) == (len(data["rows"]), 3)


def test_one_party_and_one_event_are_not_counted() -> None:
    held = {"party": "north", "issue": "army", "stance": "demands", "occurred": "2025-12-02"}
    said = event(1, "position-stated", report("2025-12-02T12:00:00Z"), **held, summary="All of it")
    army = {"type": "issue-defined", "issue": "army", "title": "The army"}
    with tell_story([("2025-12-02T13:00:00Z", [*OPENING, army, said])], "http") as world:
        told = [
            main(page(world, f"pictures/{picture}lang={lang}"))
            for lang in ("en", "uk")
            for picture in ("drift?issue=army&", "lag?")
        ]

    for text, title in zip(
        told,
        (
            "The army: the only party did not move",
            "The only event was known on the day",
            "The army: єдина сторона не зрушила",
            "Про єдину подію стало відомо того самого дня",
        ),
        strict=True,
    ):
        assert title in text


def test_of_many_events_the_newest_are_drawn(talks: World, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("chronology", "lag")
    whole = {name: drawn(talks, name) for name in names}
    for module in (chronology, lag):
        monkeypatch.setattr(module, "MAX_EVENTS", 3)
    newest = {name: drawn(talks, name) for name in names}
    texts = {name: main(page(talks, f"pictures/{name}")) for name in names}

    assert (whole["chronology"]["newest"], whole["lag"]["more"]) == (None, False)
    assert (newest["chronology"]["newest"], newest["lag"]["more"]) == (3, True)
    assert newest["lag"]["rows"] == whole["lag"]["rows"][: newest["lag"]["total"]]
    assert 0 < newest["lag"]["total"] <= 3
    assert newest["chronology"]["events"] < whole["chronology"]["events"]
    assert "Only the newest 3 events are drawn" in texts["chronology"]
    assert f"of the newest {newest['lag']['total']} events" in texts["lag"]


def test_a_gap_is_drawn_as_what_had_happened_and_came_out_later(talks: World) -> None:
    data = drawn(talks, "gap", "?as_of=2025-12-06")

    assert {each["event"] for each in data["rows"]} == {event_id(4), event_id(6)}
    assert [each["group"] for each in data["headings"]] == ["meetings", "statements"]
    assert "2 events had happened" in main(page(talks, "gap", "?as_of=2025-12-06"))


def test_what_was_not_yet_known_is_told_where_the_list_of_it_leads(talks: World) -> None:
    text = main(page(talks, "gap", "?as_of=2025-12-06"))
    links = re.findall(r'class="sentence" href="([^"]*)"', text)

    assert len(links) > 1
    for link in links:
        assert talks.client.get(link.replace("&amp;", "&")).status_code == 200, link


def test_meetings_are_marked_by_how_sure_they_are(talks: World) -> None:
    data = drawn(talks, "chronology")
    marks = {each["slug"]: each["mark"] for each in data["meetings"]}

    assert marks == {"first": None, "second": "vague", "third": "overdue"}
    assert [each["mark"] for each in data["deadlines"]] == ["ahead"]
    assert [lane["events"] for lane in data["lanes"]] == [2, 2, 1, 2]
    assert data["unwatched"] == [{"from": "2025-12-06", "to": "2025-12-12"}]


def test_a_chronology_of_some_days_has_no_other_events(talks: World) -> None:
    data = drawn(talks, "chronology", "?from=2025-12-05&to=2025-12-06")

    assert [each["slug"] for each in data["meetings"]] == ["first"]
    assert [m["event"] for lane in data["lanes"] for m in lane["marks"]] == [event_id(4)]


def test_what_is_counted_is_the_same_on_both_databases_and_for_one_party_by_two_names(
    http_world: World,
) -> None:
    twin = {"type": "party-registered", "party": "west-2", "name": "West", "same_as": "west"}
    both = [{"party": "west"}, {"party": "west-2"}, {"party": "north"}]
    talks = {"meeting": "fourth", "occurred": "2025-12-09", "participants": both}
    for at, events in STORY:
        http_world.record(at, events)
    news = [twin, event(30, "meeting-held", report("2025-12-09", "gazette"), **talks)]
    http_world.record("2025-12-11T12:00:00Z", news)
    http_world.set_clock("2025-12-12T09:00:00Z")
    rows = drawn(http_world, "activity", "?by=party")["rows"]
    filtered = drawn(http_world, "activity", "?by=party&exclude_source=gazette")["rows"]

    assert {row["of"]: sum(row["counts"]) for row in rows} == {"north": 5, "south": 4, "west": 3}
    assert {row["of"]: row["events"] for row in filtered} == {"north": 4, "south": 4, "west": 2}


def test_many_events_are_bars_that_count_all_and_lead_into_their_days() -> None:
    many = [
        event(
            n,
            "position-stated",
            report(f"2025-{1 + n % 12:02}-20"),
            party="north",
            issue="army",
            stance="demands",
            answer="large",
            summary=f"{n}",
            occurred=f"2025-{1 + n % 12:02}-{1 + n % 19:02}",
        )
        for n in range(1000, 1200)
    ]
    with tell_story([STORY[0], ("2026-01-05T09:00:00Z", many)], "http") as world:
        world.set_clock("2026-01-06T09:00:00Z")
        (lane,) = drawn(world, "chronology")["lanes"]
        drawing = draw_file(world, "chronology")

    assert sum(bar["events"] + bar["vague"] for bar in lane["bars"]) == 200
    assert {bar["step"] for bar in lane["bars"]} == {"week"}
    links = [link.get("href", "") for link in drawing.iter(f"{SVG}a")]
    assert any("pictures/chronology?from=2025-01-06&to=2025-01-12" in link for link in links)
    assert len(links) < 70


def test_plans_are_joined_by_their_points_and_their_wording_is_compared(talks: World) -> None:
    data = drawn(talks, "evolution", "?point=new/b")
    strands = [
        (*each["from"], *each["to"], each["wording"], each["is_lit"]) for each in data["strands"]
    ]
    new, gone = (
        [point["point"] for plan in data["plans"] for point in plan["points"] if point[name]]
        for name in ("is_new", "is_gone")
    )

    assert strands == [
        ("old", "a", "new", "a", "same", False),
        ("old", "b", "new", "b", "changed", True),
    ]
    assert (new, gone) == (["d"], ["c"])
    assert [(each["plan"], each["text"]) for each in data["texts"]] == [
        ("old", "Another thing."),
        ("new", "Quite another thing."),
    ]
    assert "no plan drawn here" in page(talks, "pictures/evolution", "?point=new/z", 422)


def test_who_met_whom_is_counted_by_meetings_that_were_held(talks: World) -> None:
    data = drawn(talks, "encounters")
    pairs = {tuple(each["pair"]): each["meetings"] for each in data["pairs"]}

    assert pairs == {("north", "south"): 2, ("north", "west"): 1, ("south", "west"): 1}
    assert [(each["meeting"], each["mark"]) for each in data["meetings"]] == [
        ("first", None),
        ("second", "vague"),
    ]
    assert drawn(talks, "encounters", "?by=person")["meetings"] == []


def test_those_who_come_for_one_party_do_not_meet_each_other() -> None:
    people = [("anna", "north"), ("boris", "north"), ("carla", "south"), ("dora", None)]
    registered = [
        {"type": "person-registered", "person": slug, "name": slug.title()} for slug, _ in people
    ]
    members = [{"person": slug, **({"party": party} if party else {})} for slug, party in people]
    held = event(
        40,
        "meeting-held",
        report("2025-12-09"),
        meeting="m",
        occurred="2025-12-09",
        participants=members,
    )
    with tell_story([STORY[0], ("2025-12-10T09:00:00Z", [*registered, held])], "http") as world:
        pairs = drawn(world, "encounters", "?by=person")["pairs"]

    assert sorted(tuple(each["pair"]) for each in pairs) == [
        ("anna", "carla"),
        ("anna", "dora"),
        ("boris", "carla"),
        ("boris", "dora"),
        ("carla", "dora"),
    ]


def test_activity_is_counted_by_the_week_in_which_it_became_known(talks: World) -> None:
    data = drawn(talks, "activity", "?by=party")
    counts = {row["of"]: row["counts"] for row in data["rows"]}

    assert [each["first"] for each in data["periods"]] == ["2025-12-01", "2025-12-08"]
    assert counts == {"north": [2, 2], "south": [2, 2], "west": [1, 1]}
    assert data["unwatched"] == [{"from": "2025-12-06", "to": "2025-12-12"}]


@pytest.mark.parametrize("name", [*NAMES, "gap"])
def test_every_mark_of_a_file_leads_somewhere_and_says_what_it_is(talks: World, name: str) -> None:
    query = "?as_of=2025-12-06" if name == "gap" else ""
    drawing = draw_file(talks, name, query)
    links = [link.get("href", "") for link in drawing.iter(f"{SVG}a")]

    assert len(links) > 2
    assert all(re.match("http://127.0.0.1/(desk|k)/talks/", link) for link in links)
    assert all(tips(drawing))
    assert "var(" not in ElementTree.tostring(drawing, "unicode")
    source = " ".join(text.text or "" for text in drawing.iter(f"{SVG}text"))
    assert "Minutebook, Talks, as known on" in source
    for link in {link.partition("#")[0] for link in links}:
        assert talks.client.get(link).status_code in (200, 308), link


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_to_share_is_a_png_of_the_usual_size(talks: World, name: str) -> None:
    answer = talks.client.get(f"{BASE}/pictures/{name}.png")
    size = [int.from_bytes(answer.content[at : at + 4], "big") for at in (16, 20)]

    assert answer.headers["content-type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")
    assert size == [1200, 675]


def test_the_letters_of_both_languages_are_written_in_a_png(talks: World) -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="20">'
        '<text y="15" font-family="Desk Sans" font-size="14">{}</text></svg>'
    )
    blank, *written = (
        render_png(svg.format(text), "#ffffff") for text in ("", "Kyiv", "Київ", "Київ", "Їжак")
    )

    assert blank not in written
    assert len(set(written)) == 3


def test_a_file_brings_the_fonts_of_its_letters(talks: World) -> None:
    english = talks.client.get(f"{BASE}/pictures/lag.svg")
    ukrainian = talks.client.get(f"{BASE}/pictures/lag.svg?lang=uk").text
    fonts = re.findall('@font-face.*?font-family: "(.*?)";.*?weight: (\\d+);', english.text)

    assert fonts == [("Desk Serif", "600"), ("Desk Sans", "400"), ("Desk Sans", "600")]
    assert 'url("fonts/' not in english.text
    assert ukrainian.count("@font-face") == 2 * len(fonts)
    assert "font-src data:;" in english.headers["content-security-policy"]


def test_a_file_is_of_the_theme_that_is_asked_for(talks: World) -> None:
    light, dark = (
        talks.client.get(f"{BASE}/pictures/lag.svg?theme={each}").text for each in ("light", "dark")
    )
    either = talks.client.get(f"{BASE}/pictures/lag.svg").text

    assert ("#fdfcf9" in light, "#16181a" in light) == (True, False)
    assert ("#fdfcf9" in dark, "#16181a" in dark) == (False, True)
    assert "prefers-color-scheme: dark" in either
    assert "forced-colors: active" in either


def test_the_address_in_a_picture_gives_the_same_for_ever(talks: World) -> None:
    drawing = draw_file(talks, "drift", "?issue=army&as_of=2025-12-06")
    address = next(t.text or "" for t in drawing.iter(f"{SVG}text") if "http://" in (t.text or ""))
    led = talks.client.get(address, follow_redirects=False).headers["location"]
    basis = talks.client.get(led.replace("/drift?", "/drift.json?")).json()["basis"]

    assert address.startswith("http://127.0.0.1/k/talks/k.")
    assert address.endswith("/pictures/drift?issue=army")
    assert (basis["known_at"], basis["seq"]) == ("2025-12-06T23:59:59.999999Z", 18)


def test_only_a_picture_of_what_the_public_sees_may_be_framed(talks: World) -> None:
    framed = talks.client.get(f"{BASE}/pictures/drift/embed?issue=army")
    own = talks.client.get(f"{BASE}/pictures/drift?issue=army")
    staff = talks.client.get(f"{BASE}/pictures/drift/embed?audience=staff")

    assert "frame-ancestors *" in framed.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in own.headers["content-security-policy"]
    assert staff.status_code == 422
    assert "frame-ancestors *" not in staff.headers["content-security-policy"]
    assert 'target="_top"' in framed.text
    assert 'iframe src="http://127.0.0.1/desk/talks/pictures/drift/embed?issue=army"' in own.text


def test_a_ledger_without_news_says_so_in_each_picture() -> None:
    with tell_story(
        [
            (
                "2025-12-01T09:00:00Z",
                STORY[0][1]
                + [
                    event(
                        1,
                        "statement-made",
                        report("2025-12-01"),
                        statement="s",
                        speaker="party:north",
                        summary="Word",
                        occurred=None,
                    )
                ],
            )
        ],
        "http",
    ) as world:
        for name in NAMES:
            assert page(world, f"pictures/{name}").count('<svg class="picture') == 2
            assert world.client.get(f"{BASE}/pictures/{name}.png").status_code == 200


def test_the_page_of_pictures_shows_each_in_small(talks: World) -> None:
    text = main(page(talks, "pictures", "?as_of=2025-12-06"))

    for name in NAMES:
        assert f'src="/desk/talks/pictures/{name}.svg?as_of=2025-12-06"' in text


def test_no_text_breaks_a_drawing(tmp_path: Path) -> None:
    with World(tmp_path, "http") as world:
        world.record("2025-12-20T09:00:00Z", traps())
        for name in NAMES:
            assert all(tips(draw_file(world, name)))
            assert world.client.get(f"{BASE}/pictures/{name}.png").status_code == 200


def test_arrow_keys_go_from_mark_to_mark_and_tab_passes_a_picture_in_one_step(
    browser: Browser, demonstration: Served
) -> None:
    with watch_page(browser, demonstration) as made:
        page = made.open(f"{DEMO}/pictures/lag?as_of=2025-12-25")
        focused = "document.activeElement.querySelector('title').textContent"
        page.focus("[data-picture]")
        page.keyboard.press("Tab")
        first = page.evaluate(focused)
        page.keyboard.press("ArrowDown")
        second = page.evaluate(focused)
        page.keyboard.press("ArrowUp")
        rows = page.locator(".picture.wide .p-link title").all_text_contents()

        assert [first, second] == rows[:2]
        assert page.evaluate(focused) == first
        page.keyboard.press("Tab")
        assert page.evaluate("!document.activeElement.closest('[data-picture]')")


@pytest.mark.parametrize(("width", "shown"), [(380, ".narrow"), (1280, ".wide")])
def test_a_mark_that_is_touched_leads_to_its_event(
    browser: Browser, demonstration: Served, width: int, shown: str
) -> None:
    size = {"width": width, "height": 800}
    with watch_page(browser, demonstration, viewport=size, has_touch=True) as made:
        page = made.open(f"{DEMO}/pictures/lag?as_of=2025-12-25")
        page.locator(f".picture{shown} .p-link").nth(3).tap()
        page.wait_for_url("**/events/*")
        smallest = page.go_back() and page.evaluate(
            """shown => Math.min(...[...document.querySelectorAll(`.picture${shown} text`)].map(
            text => parseFloat(getComputedStyle(text).fontSize)
                * text.ownerSVGElement.getBoundingClientRect().width
                / text.ownerSVGElement.viewBox.baseVal.width))""",
            shown,
        )

        assert smallest >= 11


def test_another_site_can_frame_a_picture_but_not_its_page(
    browser: Browser, demonstration: Served, tmp_path: Path
) -> None:
    address = f"http://127.0.0.1:{demonstration.port}{DEMO}/pictures/lag"
    frames = f'<iframe src="{address}/embed"></iframe><iframe src="{address}"></iframe>'
    (tmp_path / "index.html").write_text(frames)
    handler = partial(QuietHandler, directory=tmp_path)
    site = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    with serve_http(site) as site_address, browser.new_page() as page:
        page.goto(f"{site_address}/", wait_until="load")
        counts = [frame.locator(".picture.wide").count() for frame in page.frames[1:]]

    assert counts == [1, 0]


def test_as_of_now_the_gap_leads_to_days_on_which_something_was_missing(talks: World) -> None:
    days = talks.client.get(f"{BASE}/gap.json").json()["data"]["days"]
    text = main(page(talks, "gap", "?lang=en"))

    assert "As of now nothing can have been missed" in text
    assert "Not yet known" not in text
    assert days == sorted(days, key=lambda each: each["day"], reverse=True)
    assert {bool(each["unknown"]) for each in days} | {bool(each["missed"]) for each in days} == {
        True,
        False,
    }
    for each in days:
        found = talks.client.get(f"{BASE}/gap.json?as_of={each['day']}").json()["data"]
        assert found["days"] == []
        assert found["drawn"]["total"] == each["unknown"]
        assert bool(found["missed"]["n"]) == bool(each["missed"])
        assert f'href="{BASE}/gap?lang=en&amp;as_of={each["day"]}"' in text


def test_a_ledger_in_which_nothing_was_late_has_no_gap_to_offer() -> None:
    with tell_story([("2025-12-20T12:00:00Z", [*OPENING, statement(1, day=20)])], "http") as world:
        assert "On no earlier date was anything missing" in page(world, "gap", "?lang=en")


@pytest.mark.parametrize(
    ("order", "key"),
    [
        ("", lambda row: row["instants"]["known"]),
        ("lag", lambda row: row["instants"]["known"] - row["instants"]["last"]),
        ("happened", lambda row: row["instants"]["last"]),
    ],
    ids=["last known", "slowest", "latest"],
)
def test_how_late_we_knew_is_a_table_in_the_order_that_is_asked(
    talks: World, order: str, key: Callable[[dict[str, Any]], Any]
) -> None:
    data = drawn(talks, "lag", f"?sort={order}")
    text = main(page(talks, "pictures/lag", f"?sort={order}&lang=en"))

    assert len(data["rows"]) > 5
    assert data["rows"] == sorted(data["rows"], key=key, reverse=True)
    assert {row["source"] for row in data["rows"]} == {"herald"}
    events = re.findall(r'<th role="rowheader" scope="row"><a href="[^"]*/events/([^"?]+)', text)
    assert events == [row["event"] for row in data["rows"]]
    assert re.findall(r'aria-sort="(\w+)"', text).count("none") == 3
    for name in ("known", "lag", "happened", "source"):
        assert f"sort={name}" in text


def test_how_late_we_knew_is_sorted_by_who_told_it_first() -> None:
    publishers = ["Wire", "gazette", "Herald"]
    told = [
        statement(n, reports=[report("2025-12-20", name)]) for n, name in enumerate(publishers, 1)
    ]
    with tell_story([("2025-12-20T12:00:00Z", [*OPENING, *told])], "http") as world:
        assert "None became known later." in page(world, "pictures/lag", "?lang=en")
        rows = drawn(world, "lag", "?sort=source")["rows"]
        csv = page(world, "pictures/lag.csv", "?sort=source").splitlines()

    assert [row["source"] for row in rows] == ["gazette", "Herald", "Wire"]
    assert [line.split(",")[7] for line in csv] == ["source", "gazette", "Herald", "Wire"]
