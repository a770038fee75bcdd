"""The layout of the matrix: who shares a cell, what is chosen, and how a keyboard walks it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from api.pages.positions.layout import (
    MAX_JOINED,
    count_rows,
    join_cells,
    judge_agreement,
    order_alike,
)
from api.pages.shared.hyphens import hyphenate
from api.pages.shared.sanitize import shorten_name
from api.pages.shared.svg import fit_name, text_width
from domain.model import Json
from tests.facts import STANCE, event_id
from tests.pages import DEMO, SOURCES, fetch_page, page
from tests.serving import Served, serve_here
from tests.world import World

HELD: Json = {
    "word": "supports",
    "answer": None,
    "disputed": False,
    "changed": False,
    "before": None,
    "answer_before": None,
    "since": "2025-12-01",
    "claims": 1,
    "statements": 2,
}


def make_row(path: str = "border", **answers: str | None) -> Json:
    """Return a row in which parties give these answers."""
    cells = {party: {**HELD, "answer": answer} for party, answer in answers.items()}
    return {"path": path, "cells": cells}


def make_parties(*slugs: str) -> list[Json]:
    return [{"party": slug, "label": slug.title()} for slug in slugs]


@pytest.mark.parametrize(
    ("answers", "agreement"),
    [
        ({"a": "yes", "b": "no"}, "apart"),
        ({"a": "yes", "b": "yes", "c": None}, "agreed"),
        ({"a": "yes", "b": None}, "single"),
        ({"a": None}, "silent"),
    ],
)
def test_only_answers_tell_whether_parties_agree(
    answers: dict[str, str | None], agreement: str
) -> None:
    assert judge_agreement(make_row(**answers)) == agreement


def test_neighbours_with_the_same_answer_share_a_cell() -> None:
    row = make_row(a="yes", b="yes", c="no", d=None, f=None)
    row["cells"]["b"]["since"] = "2025-12-09"

    joined = list(join_cells(row, make_parties(*"abcdef")))

    assert [each["label"] for each in joined] == ["A, B", "C", "D", "E", "F"]
    assert joined[0]["held"] == {
        **HELD,
        "answer": "yes",
        "since": None,
        "claims": 2,
        "statements": 4,
    }
    assert joined[3]["held"] is None


def test_a_cell_is_shared_only_by_what_the_style_sheet_has_a_width_for() -> None:
    slugs = [f"p{n:02}" for n in range(MAX_JOINED + 3)]
    joined = list(join_cells(make_row(**dict.fromkeys(slugs, "yes")), make_parties(*slugs)))
    assert [len(each["parties"]) for each in joined] == [MAX_JOINED, 3]


def test_parties_that_hold_the_same_can_stand_side_by_side() -> None:
    rows = [
        make_row("border", a="yes", b="no", c="yes"),
        make_row("sea", a="one", b="two", c="one"),
    ]
    assert [each["party"] for each in order_alike(make_parties(*"abc"), rows)] == ["a", "c", "b"]


@pytest.mark.parametrize(("parties", "rows"), [(0, 30), (8, 30), (27, 22), (60, 10), (200, 8)])
def test_a_matrix_of_many_parties_has_fewer_rows_at_first(parties: int, rows: int) -> None:
    assert count_rows(parties) == rows


@pytest.fixture
def window(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.set_default_timeout(10_000)
    yield page
    page.close()


def test_the_matrix_of_the_demonstration_groups_chooses_and_is_walked_by_keys(
    window: Page, demonstration: Served
) -> None:
    address = f"http://127.0.0.1:{demonstration.port}{DEMO}/positions?as_of=2025-12-21"
    window.goto(address, wait_until="networkidle")
    shared = window.locator("td[colspan='4']").first
    assert shared.get_attribute("data-label") == "European Union, United Kingdom, France, Germany"
    assert "The Ukrainian people decide" in shared.inner_text()

    reachable = window.locator(".matrix [tabindex='0']").count()
    assert reachable == window.locator(".matrix").count(), "one for each table"
    window.locator(".matrix td > a").first.focus()
    for key, party in (
        ("ArrowRight", "Russia"),
        ("ArrowDown", "Russia"),
        ("ArrowLeft", "United States"),
    ):
        window.keyboard.press(key)
        label = window.evaluate("document.activeElement.parentElement.dataset.label")
        assert label == party, key
    title = window.evaluate("document.activeElement.closest('tr').querySelector('th').innerText")
    assert title.startswith("Ceasefire")

    window.goto(
        f"{address}&agreement=apart&parties=ukraine&parties=russia", wait_until="networkidle"
    )
    heads = window.locator("thead").first.inner_text().split()
    assert heads == ["Issue", "Russia", "Ukraine"]
    shown = window.locator("tbody .agreement").all_inner_texts()
    assert shown
    assert set(shown) == {"they differ"}


def test_what_cannot_be_chosen_is_said(site: World) -> None:
    found = page(site, "positions", "?agreement=maybe", 422)
    assert "<b><bdi>agreement</bdi></b>" in found


def test_tab_comes_to_a_cell_of_many_parties_within_forty_steps(
    window: Page, demonstration: Served
) -> None:
    address = f"http://127.0.0.1:{demonstration.port}{DEMO}/positions?as_of=2025-12-21"
    window.goto(address, wait_until="networkidle")
    is_there = "!!document.activeElement.closest('.matrix td')"
    steps = 0
    while not window.evaluate(is_there) and steps <= 40:
        window.keyboard.press("Tab")
        steps += 1
    assert steps <= 40


def test_on_a_phone_little_stands_above_a_page_but_its_title_and_date(
    window: Page, demonstration: Served
) -> None:
    window.set_viewport_size({"width": 380, "height": 844})
    address = f"http://127.0.0.1:{demonstration.port}{DEMO}/positions?as_of=2025-12-21"
    window.goto(address, wait_until="networkidle")

    def height_of(selector: str) -> float:
        box = window.locator(selector).bounding_box()
        assert box, selector
        return box["height"]

    main = window.locator("main").bounding_box()
    assert main
    title = height_of("#top > .opens")  # as high as the row of the title
    assert main["y"] - title - height_of("#steps") <= 60
    window.get_by_role("button", name="Menu").click()
    assert window.get_by_role("link", name="Meetings").is_visible()
    window.keyboard.press("Escape")
    window.get_by_role("button", name="as known").click()
    assert window.get_by_label("As of").is_visible()


def test_a_phone_shows_the_first_of_many_rows_and_cells(window: Page, own_site: World) -> None:
    parties, issues = [f"p{n}" for n in range(11)], [f"i{n}" for n in range(8)]
    registered = [{"type": "party-registered", "party": each, "name": each} for each in parties]
    defined = [{"type": "issue-defined", "issue": each, "title": each} for each in issues]
    told = [
        STANCE | {"id": event_id(500 + n), "party": party, "issue": issue}
        for n, (party, issue) in enumerate(product(parties, issues))
    ]
    own_site.record("2025-12-21T09:00:00Z", [*registered, *defined, *told])
    style = (SOURCES / "static" / "desk.css").read_text()
    cells, rows = ".matrix td:not(.nobody):visible", ".matrix tbody tr:visible"

    window.set_content(f"<style>{style}</style>{page(own_site, 'positions')}")
    assert window.locator(cells).count() > len(told)
    window.set_viewport_size({"width": 380, "height": 844})
    assert window.locator(rows).count() == 6
    assert window.locator(rows).nth(1).locator("td:visible").count() == 6
    more = window.locator(rows).nth(1).get_by_role("link", name="5 more")
    address = str(more.get_attribute("href"))
    window.locator(".unfold summary").first.click()
    assert window.locator(rows).count() == len(issues) + 1

    window.set_content(f"<style>{style}</style>{fetch_page(own_site, address)}")
    assert window.locator(cells).count() == len(parties)


@pytest.mark.parametrize("width", [380, 900, 1180, 1280])
def test_a_cell_opens_without_moving_the_reader(
    browser: Browser, demonstration: Served, width: int
) -> None:
    """It is under its row, on a wide screen beside it; a cell above that was open closes. The rows
    above, which are only measured once they come into sight, keep their heights."""
    tab = browser.new_page(viewport={"width": width, "height": 900}, reduced_motion="reduce")
    tab.goto(f"http://127.0.0.1:{demonstration.port}{DEMO}/positions?as_of=2025-12-25")
    place = "const at = document.querySelector('[data-cell=\"%s\"]').getBoundingClientRect(); "
    for cell in ("russia/territory", "ukraine/army-size", "united-states/security-guarantees"):
        link = tab.locator(f'[data-cell="{cell}"]')
        link.scroll_into_view_if_needed()
        tab.evaluate("scrollBy(0, 120)")
        before = tab.evaluate(f"() => {{ {place % cell} return at.top }}")
        link.click()
        tab.wait_for_selector("#drawer-title:focus")
        tab.wait_for_function(
            f"() => {{ {place % cell} return Math.abs(at.top - {before}) < 200 }}"
        )
        tab.wait_for_timeout(100)
        assert abs(tab.evaluate(f"() => {{ {place % cell} return at.top }}") - before) < 200
        drawer, row = tab.locator("#drawer").bounding_box(), link.locator("..").bounding_box()
        assert drawer is not None
        assert row is not None
        if width < 1120:
            assert drawer["y"] >= row["y"]  # under its row
        else:
            sheet = tab.locator(".sheet:has(.matrix)").bounding_box()
            assert sheet is not None
            assert drawer["x"] > sheet["x"] + sheet["width"]  # beside it
            assert 0 <= drawer["y"] < 900
        assert tab.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    tab.close()


IS_CLEAR = """() => {
  const at = document.activeElement.getBoundingClientRect();
  const first = document.activeElement.closest("tr").querySelector("th").getBoundingClientRect();
  const head = document.querySelector(".matrix thead").getBoundingClientRect();
  return at.top >= head.bottom - 1 && at.left >= first.right - 1;
}"""


def test_a_wide_matrix_stays_where_it_was_and_hides_no_cell_that_is_walked_to(
    browser: Browser, tmp_path: Path
) -> None:
    """It scrolls within itself, under a head and a column that stay in sight."""
    parties, issues = [f"p{n:02}" for n in range(14)], [f"i{n:02}" for n in range(14)]
    told = [
        STANCE
        | {
            "id": event_id(500 + n),
            "party": party,
            "issue": issue,
            "summary": f"{issue} " * (n % 9),
        }
        for n, (party, issue) in enumerate(product(parties, issues), 1)
    ]
    place = "document.querySelector('[data-cell=\"p13/i09\"]').getBoundingClientRect()"
    tab = browser.new_page(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    with serve_here(tmp_path / "wide.db", folder=tmp_path) as server:
        registered = [{"type": "party-registered", "party": each, "name": each} for each in parties]
        defined = [{"type": "issue-defined", "issue": each, "title": each} for each in issues]
        opened = {"type": "negotiation-opened", "title": "Talks"}
        server.post("wide", [opened, *registered, *defined, *told])
        tab.goto(f"{server.url}/desk/wide/positions")
        link = tab.locator('[data-cell="p13/i09"]')
        link.scroll_into_view_if_needed()
        before = tab.evaluate(f"{place}.top")
        link.click()
        tab.wait_for_selector("#drawer-title:focus")
        sheet = tab.locator(".sheet").bounding_box()
        assert sheet
        assert abs(tab.evaluate(f"{place}.top") - before) < 2
        assert tab.evaluate(f"{place}.right") <= sheet["x"] + sheet["width"] + 1

        tab.goto(f"{server.url}/desk/wide/positions")
        tab.locator(".matrix td > a").first.focus()
        for key in [*["ArrowRight", "ArrowDown"] * 11, *["ArrowLeft", "ArrowUp"] * 9]:
            tab.keyboard.press(key)
            assert tab.evaluate(IS_CLEAR), tab.evaluate("document.activeElement.dataset.cell")

        tab.goto(f"{server.url}/desk/wide/positions?as_of=2025-12-21&from=2025-12-10")
        tab.evaluate("document.querySelector('#on-i03 th').stays = true")
        tab.focus("#slider")
        tab.keyboard.press("ArrowRight")
        tab.wait_for_url("**as_of=2025-12-22**")
        tab.wait_for_selector("#main:not([aria-busy])")
        assert tab.evaluate("document.querySelector('#on-i03 th').stays")
        address = tab.evaluate(
            "() => { const link = document.querySelector('#on-i03 a[data-asks]');"
            " link.dispatchEvent(new Event('pointerdown', { bubbles: true })); return link.href }"
        )
        assert "as_of=2025-12-22" in address
        assert address.endswith("issues=i03")
    tab.close()


BROKEN_WORDS = r"""(selector) => {
  const found = [];
  for (const root of document.querySelectorAll(selector)) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node; (node = walker.nextNode()); ) {
      for (const word of node.data.matchAll(/[\p{L}\p{N}]+/gu)) {
        const lines = new Set();
        for (let at = word.index; at < word.index + word[0].length; at++) {
          const range = document.createRange();
          range.setStart(node, at);
          range.setEnd(node, at + 1);
          const box = [...range.getClientRects()].at(-1);
          if (box?.width) lines.add(Math.round(box.bottom));
        }
        if (lines.size > 1) found.push(word[0]);
      }
    }
  }
  return found;
}"""
"""Words, or parts of words between soft hyphens, that stand on several lines."""


@pytest.mark.parametrize("lang", ["en", "uk"])
def test_words_in_narrow_cells_are_divided_only_by_hyphens(
    browser: Browser, demonstration: Served, lang: str
) -> None:
    broken = {}
    window = browser.new_page()
    for path in ("positions", "meetings"):
        address = f"{DEMO}/{path}?as_of=2026-01-25&lang={lang}"
        for width in (320, 380, 600, 768, 940, 1024, 1280, 1600):
            window.set_viewport_size({"width": width, "height": 800})
            window.goto(f"http://127.0.0.1:{demonstration.port}{address}")
            if found := window.evaluate(BROKEN_WORDS, ".matrix, .days"):
                broken[path, width] = found
            widths = "[...document.querySelectorAll('.matrix thead th')].map((e) => e.offsetWidth)"
            assert max(window.evaluate(widths), default=0) < 300, (path, width)
            overflow = "document.documentElement.scrollWidth > innerWidth"
            assert not window.evaluate(overflow), (path, width)
    window.close()

    assert broken == {}


def test_a_long_word_is_divided_by_the_language_of_its_letters() -> None:
    assert hyphenate("infrastructure first").replace("\u00ad", "-") == "in-fra-struc-ture first"
    assert hyphenate("відшкодування").replace("\u00ad", "-") == "від-шко-ду-ва-ння"
    assert hyphenate("<Kushner>\u200b", 7).replace("\u00ad", "-").startswith("&lt;Kush-ner&gt;")
    assert "\u00ad" not in hyphenate("Kushner")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("European states (joint papers and statements)", "European states"),
        ("Union (north)", "Union (north)"),
        ("The long name of a committee (of two)", "The long name of a…"),
        ("(nameless, but at some length)", "(nameless, but at some…"),
    ],
)
def test_what_is_in_brackets_is_left_out_of_a_name_before_words_are(name: str, shown: str) -> None:
    assert shorten_name(name, 28 if name[0] != "T" else 22) == shown
    assert fit_name(name, text_width(name, 14), 14) == name
    if not shown.endswith("…"):
        assert fit_name(name, text_width(shown, 14), 14) == shown


def test_links_in_what_was_left_alone_lead_to_the_day_that_is_shown(
    browser: Browser, demonstration: Served
) -> None:
    tab = browser.new_page(reduced_motion="reduce")
    tab.goto(f"http://127.0.0.1:{demonstration.port}{DEMO}/positions?as_of=2025-12-25")
    tab.focus("#slider")
    tab.keyboard.press("ArrowRight")
    tab.wait_for_url("**as_of=2025-12-26")
    tab.wait_for_selector("#main:not([aria-busy])")
    for kind in ("[data-cell]", "[data-opens]", "[data-dated]", ".matrix tbody th a[data-dated]"):
        day = f"{kind}[href*='as_of=2025-12-25']"
        address = tab.evaluate(
            f'() => {{ const link = document.querySelector("{day}"); link.focus();'
            " return link.getAttribute('href') }"
        )
        assert "as_of=2025-12-26" in address
        assert "2025-12-25" not in address
