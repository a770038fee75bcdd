"""The date rail: a lane for each group of events, with a sign, a colour and a word of its own."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from api.pages.shared.event_groups import GROUP_BY_TYPE, GROUPS, SIGN_BY_GROUP
from api.pages.shared.i18n import load_translations
from domain.catalogue import ACT_TYPES, BOOKKEEPING_TYPES, CLASS_BY_TYPE, EDITORIAL_TYPES
from tests.facts import OPENING, act, event, report, statement
from tests.pages import BASE, DEMO, SOURCES, page
from tests.serving import Served
from tests.small_blocks import small_blocks
from tests.world import World

AT = "2025-12-21T09:00:00Z"
VOTE = {"vote": "v1", "motion": "That it stands", "result": "carried"}
STORM = {"incident": "storm", "title": "A storm", "kind": "other"}


SIGNS = range(1, len(GROUPS) + 3)
"""Two are left for groups to come."""


def test_every_type_of_news_has_a_group_with_a_word_and_a_sign() -> None:
    no_news = ACT_TYPES | BOOKKEEPING_TYPES | EDITORIAL_TYPES

    assert CLASS_BY_TYPE.keys() - no_news == GROUP_BY_TYPE.keys()
    assert set(GROUP_BY_TYPE.values()) == set(GROUPS)
    assert sorted(SIGN_BY_GROUP.values()) == list(SIGNS)[:-2]
    for group in GROUPS:
        assert load_translations("en")(f"rail.group.{group}")


def test_an_appointment_is_marked_as_one_and_a_vote_as_a_vote() -> None:
    assert GROUP_BY_TYPE["role-ended"] == "appointments"
    assert GROUP_BY_TYPE["position-stated"] == "statements"
    assert GROUP_BY_TYPE["document-published"] == GROUP_BY_TYPE["plan-amended"] == "plans"
    assert GROUP_BY_TYPE["vote-held"] == "votes"
    assert (GROUPS[0], GROUPS[-1]) == ("meetings", "appointments")


@pytest.mark.parametrize("sign", SIGNS)
def test_every_sign_has_a_shape_and_a_colour_that_stands_out(sign: int) -> None:
    shapes = (SOURCES / "shared" / "parts.html").read_text()
    css = (SOURCES / "static" / "desk.css").read_text()
    sheets = re.search(r"--sheet: light-dark\((#\w+), (#\w+)\)", css)
    colours = re.search(rf"\.sign-{sign} {{ --group: light-dark\((#\w+), (#\w+)\)", css)

    assert f'<symbol id="sign-{sign}"' in shapes
    assert sheets
    assert colours
    assert all(
        contrast(sheet, colour) >= 4.5
        for sheet, colour in zip(sheets.groups(), colours.groups(), strict=True)
    )


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21 (WCAG 2.2)."""
    darker, lighter = sorted(map(luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_rail_has_a_lane_for_each_group_that_there_is(own_site: World) -> None:
    told = report("2025-12-20"), report("2025-12-20", "staff only", "staff")
    own_site.record(
        AT,
        [
            *(statement(n) for n in (7, 8)),
            event("vote", "vote-held", told[0], occurred="2025-12-20", **VOTE),
            event("storm", "incident-reported", told[1], occurred="2025-12-20", **STORM),
        ],
    )

    text = page(own_site, "")
    assert read_lanes(text) == ["statements", "votes"]
    assert read_lanes(page(own_site, "", "?audience=staff")) == ["statements", "votes", "incidents"]
    assert re.findall(r"</svg> (\w+) <small>(\d+)</small>", text) == [
        ("Statements", "3"),
        ("Votes", "1"),
    ]


def read_lanes(text: str) -> list[str]:
    """Return the groups that have bars, after their signs."""
    bars = re.findall(r'<path class="bars sign-(\w+)" d="M', text)
    strip = text.partition('class="weeks"')[2]
    assert bars == re.findall(r'<use href="#sign-(\w+)"', strip)
    groups = {str(sign): group for group, sign in SIGN_BY_GROUP.items()}
    return [groups[sign] for sign in bars]


def test_a_lane_has_a_bar_for_each_week(own_site: World) -> None:
    many = [statement(n) for n in range(10, 26)]
    own_site.record(AT, [*many, statement(30, day=8), statement(31, day=8)])

    sign = SIGN_BY_GROUP["statements"]
    (path,) = re.findall(rf'sign-{sign}" d="([^"]+)"', page(own_site, ""))
    assert path == "M0.5 11v-3h6v3zM7.5 11v-9h6v9z"


def test_the_bands_show_by_weeks_what_became_known_and_what_happened(own_site: World) -> None:
    early = event("early", "vote-held", report("2025-12-20"), occurred="2025-12-02", **VOTE)
    vague = event("vague", "incident-reported", report("2025-12-03"), occurred="2025-11", **STORM)
    own_site.record(AT, [early, vague])

    text = page(own_site, "")
    assert re.findall(r"<title>(Week to .*?)</title>", text) == [
        "Week to 7 December 2025: 1 became known",
        "Week to 21 December 2025: 2 became known",
    ]
    assert read_happened(text) == [0, 14]


def test_a_week_in_which_nothing_became_known_leads_to_its_end(own_site: World) -> None:
    late = event("late", "vote-held", report("2025-12-20"), occurred="2025-12-09", **VOTE)
    own_site.record(AT, [statement(40, day=3), late])

    def read(query: str) -> list[tuple[str, str]]:
        band = page(own_site, "", query).partition('id="happened"')[2].partition("</svg>")[0]
        return re.findall(r'href="([^"]+)"[^>]*><title>([^<]+)', band)

    address = f"{BASE}?as_of=2025-12-14"
    assert read("") == [(address, "Week to 14 December 2025: nothing became known")]
    assert read("?as_of=2025-12-19") == []


def read_happened(text: str) -> list[int]:
    """Return on which days of the rail the bars of what happened begin."""
    band = text.partition('id="happened"')[2].partition("</svg>")[0]
    return [int(day) for day in re.findall(r"M(\d+)\.5 18v\d+h6v", band)]


def test_a_page_of_a_date_shows_as_happened_only_what_was_known_then(own_site: World) -> None:
    late = event("late", "vote-held", report("2025-12-20"), occurred="2025-12-09", **VOTE)
    own_site.record(AT, [statement(40, day=3), late])

    def read(query: str) -> list[int]:
        parts = [page(own_site, "", query, **each) for each in ({}, {"hx-request": "true"})]
        whole, part = map(read_happened, parts)
        assert whole == part
        return whole

    assert read("?as_of=2025-12-02") == []
    assert read("?as_of=2025-12-19") == [0]
    assert read("?as_of=2025-12-20") == [0, 7, 14]
    assert read("?as_of=2025-12-19&basis=hindsight") == [0, 7, 14]
    assert read("?as_of=2025-12-19&basis=as-recorded") == []
    assert read("?as_of=2025-12-20&basis=as-recorded") == [14]
    assert read("?as_of=2025-12-21&basis=as-recorded") == [0, 7, 14]
    assert read("?known_at=2025-12-20T00:00:00Z&valid_at=2025-12-31") == [0]


def test_a_bar_leads_to_the_end_of_its_week(own_site: World) -> None:
    (link,) = re.findall(r'<a href="([^"]+)" data-at="6"', page(own_site, ""))
    assert link == "/desk/talks?as_of=2025-12-21"
    assert "Week to 21 December 2025: 1 became known" in page(own_site, "", "?as_of=2025-12-21")


def test_what_stays_in_its_place_follows_the_slider(
    browser: Browser, demonstration: Served
) -> None:
    """The bands are not swapped; what happened is, and links are made fresh when they are used."""
    window = browser.new_page()
    address = f"http://127.0.0.1:{demonstration.port}{DEMO}"
    window.goto(f"{address}?as_of=2025-12-25&audience=public", wait_until="networkidle")
    bars = window.locator("#happened > path")
    late = bars.get_attribute("d") or ""
    for day in ("24", "23"):
        window.locator("#slider").press("ArrowLeft")
        expect(window.locator("#strip")).to_contain_text(f"known on {day} December 2025")
    week = window.locator(".bands a[data-at]").last
    stretch = window.locator(".bands a:not([data-at])").last
    for link in (week, stretch):
        link.dispatch_event("pointerdown")

    assert bars.get_attribute("d") != late
    assert (week.get_attribute("href") or "").startswith(f"{DEMO}?audience=public&as_of=2026-")
    pattern = r"pictures/chronology\?audience=public&as_of=2025-12-23&from=([-\d]+)&to=([-\d]+)$"
    assert re.search(pattern, stretch.get_attribute("href") or "")
    window.close()


def test_what_a_correction_brings_before_the_date_is_hidden_as_recorded(http_world: World) -> None:
    """It was recorded later, and its block of the index holds nothing that was known so early."""
    others = [statement(n, summary="And so on.") for n in range(60, 72)]
    late = event("late", "vote-held", report("2025-12-20"), occurred="2025-12-02", **VOTE)
    earlier = act(
        "earlier", "record-corrected", "late", changes={"reports": [report("2025-12-03")]}
    )
    with small_blocks():
        http_world.record("2025-12-20T09:00:00Z", OPENING)
        http_world.record(AT, [*others, late])
        http_world.record("2025-12-22T09:00:00Z", [earlier])

    (hidden,) = re.findall(r"(\d+) later events", page(http_world, "", "?as_of=2025-12-05"))
    text = page(http_world, "", "?as_of=2025-12-05&basis=as-recorded")  # nothing was recorded yet
    assert re.findall(r"(\d+) later events", text) == [str(int(hidden) + 1)]
    assert read_happened(text) == []
