"""What a person who never saw the pages must find: from the front page, by what is visible."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.pages import DEMO
from tests.serving import Served


@pytest.fixture(scope="module")
def window(browser: Browser) -> Page:
    return browser.new_page(viewport={"width": 1280, "height": 900})


@pytest.fixture
def front(window: Page, demonstration: Served) -> Page:
    """Open the front page, as somebody does who knows the address alone."""
    window.goto(f"http://127.0.0.1:{demonstration.port}/")
    expect(window.get_by_role("heading", level=1)).to_have_text("Where the talks stand")
    return window


def to_page(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Pages").get_by_role("link", name=name, exact=True).click()


def to_day(page: Page, day: str) -> None:
    page.get_by_label("As of").fill(day)
    page.get_by_role("button", name="Show").first.click()
    expect(page).to_have_url(re.compile(rf"[?&]as_of={day}"))
    expect(page.locator("main[aria-busy]")).to_have_count(0)


def cell(page: Page, issue: str, party: str) -> None:
    """Open the cell where a row and a column of the matrix meet."""
    heads = page.get_by_role("table").first.get_by_role("columnheader").all_inner_texts()
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=issue))
    row.first.get_by_role("cell").nth(heads.index(party) - 1).get_by_role("link").click()


def test_the_position_of_a_party_on_a_day_and_its_source(front: Page) -> None:
    to_page(front, "Positions")
    to_day(front, "2025-12-01")
    expect(
        front.get_by_text("You are looking at what was known on 1 December 2025.")
    ).to_be_visible()
    cell(front, "Territory", "Russia")
    drawer = front.get_by_role("complementary")
    expect(drawer).to_contain_text("Russia on Territory")
    expect(drawer).to_contain_text("no position")  # its first known is of the 12th
    to_day(front, "2025-12-12")
    expect(drawer).to_contain_text("All of Donbas is Russian")
    expect(drawer).to_contain_text("Donbass is Russian")
    expect(drawer.get_by_role("link", name="Sputnik")).to_be_visible()


def test_what_changed_between_two_days(front: Page) -> None:
    to_page(front, "Compare")
    front.get_by_label("From").fill("2025-12-20")
    front.get_by_label("to", exact=True).fill("2025-12-25")
    front.get_by_role("button", name="Compare").click()
    expect(front.get_by_role("heading", level=1)).to_have_text(
        "From 20 December 2025 to 25 December 2025"
    )
    told = front.get_by_role("main")
    expect(told).to_contain_text("Dmitriev reports to Putin on Miami: held")
    expect(told).to_contain_text("The text of 19 points of 20-point framework document is seen")


def test_which_points_of_one_plan_live_on_in_another(front: Page) -> None:
    to_page(front, "Plans")
    expect(front.get_by_role("main")).to_contain_text(
        "18 of the 28 points of “US 28-point proposal” live on in “20-point framework document”"
    )
    front.get_by_text("As a table").click()
    fate = front.get_by_role("row").filter(has_text="A comprehensive non-aggression")
    expect(fate).to_contain_text("2. non-aggression")
    expect(front.get_by_role("row").filter(has_text="Full amnesty")).to_contain_text("gone")


def test_which_meeting_is_overdue_on_a_day(front: Page) -> None:
    to_day(front, "2025-12-23")
    expect(front.get_by_role("heading", level=1)).to_contain_text("23 December 2025")
    to_page(front, "Meetings")
    overdue = front.get_by_role("region", name=re.compile("^Overdue"))
    expect(overdue.get_by_role("listitem").first).to_contain_text("Dmitriev reports to Putin")


def test_the_proof_of_an_event(front: Page) -> None:
    to_page(front, "Events")
    front.get_by_role("rowheader").first.get_by_role("link").first.click()
    proof = front.get_by_role("region", name="Proof")
    expect(proof).to_contain_text("✓ This event is in the log")
    with front.expect_download() as file:
        proof.get_by_role("link", name="Proof as a file").click()
    assert file.value.path().read_text().startswith("c2sp.org/tlog-proof@v1")


def test_who_moved_on_territory_between_two_dates(front: Page) -> None:
    to_page(front, "Positions")
    front.get_by_role("table").first.get_by_role("link", name="Territory", exact=True).click()
    expect(front.get_by_role("heading", level=1)).to_have_text("Territory")
    moves = front.get_by_role("region", name=re.compile("^How that came about"))
    december = moves.get_by_role("listitem").filter(has_text="15 December 2025")
    expect(december).to_contain_text("Germany")
    expect(december).to_contain_text("The Ukrainian people decide")
    expect(december).to_contain_text("known since 15 December 2025")


def test_what_was_known_of_it_when(front: Page) -> None:
    to_page(front, "Positions")
    front.get_by_role("table").first.get_by_role("link", name="Territory", exact=True).click()
    expect(front.get_by_role("heading", level=1)).to_have_text("Territory")
    answers = front.get_by_role("region", name="The answers")
    to_day(front, "2025-12-11")
    expect(answers).to_contain_text("since 11 December 2025")
    expect(answers).not_to_contain_text("All of Donbas is Russian")
    to_day(front, "2025-12-12")
    expect(answers).to_contain_text("All of Donbas is Russian")
    expect(answers).to_contain_text("since 12 December 2025")


def test_which_meeting_is_overdue_and_since_when(front: Page) -> None:
    to_day(front, "2025-12-23")
    expect(front.get_by_role("heading", level=1)).to_contain_text("23 December 2025")
    to_page(front, "Meetings")
    overdue = front.get_by_role("region", name=re.compile("^Overdue")).get_by_role("listitem")
    expect(overdue.first).to_contain_text("expected 22 Dec 2025")


def test_what_changed_this_week_in_ten_lines(front: Page) -> None:
    to_day(front, "2025-12-25")
    changed = front.get_by_role("region", name="What is new since 18 December 2025")
    lines = changed.get_by_role("list").first.locator("> li")
    expect(lines.first).to_be_visible()
    assert lines.count() <= 10
    expect(changed).to_contain_text("800,000 in peacetime")


def test_cite_it_by_a_short_address(front: Page) -> None:
    front.context.grant_permissions(["clipboard-read", "clipboard-write"])
    to_page(front, "Positions")
    to_day(front, "2025-12-12")
    expect(front.locator("#strip")).to_contain_text("12 December 2025")
    cell(front, "Territory", "Russia")
    expect(front.get_by_role("complementary")).to_contain_text("All of Donbas is Russian")
    for copy in (
        lambda: front.keyboard.press("y"),
        lambda: front.get_by_role("link", name="Copy short link").click(),
    ):
        copy()
        expect(front.locator("#copied")).to_contain_text("/k/ukraine-peace-talks/")
        expect(front.locator("#copied")).to_be_hidden(timeout=10_000)
    address = front.evaluate("navigator.clipboard.readText()")
    front.goto(address)
    expect(front.get_by_role("complementary")).to_contain_text("Donbass is Russian")
    expect(front.locator("#day")).to_have_text("12 December 2025")


def test_an_event_is_tried_in_a_form(window: Page, demonstration: Served) -> None:
    """Browsers send forms with an Origin of their own making."""
    address = f"http://127.0.0.1:{demonstration.port}{DEMO}/record?type=issue-defined"
    window.goto(address)
    window.locator("#f-title").fill("Ports")
    window.get_by_role("button", name="Try it").click()

    expect(window.get_by_role("heading", name="What it would change")).to_be_visible()
