"""Who drags the rail on finds the next day on its way, and never another day than the rail says."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.pages import DEMO
from tests.serving import Served

FIRST = "2025-12-18"
ARROWS = {"later": "ArrowRight", "earlier": "ArrowLeft"}


@pytest.fixture
def window(browser: Browser, demonstration: Served) -> Iterator[Page]:
    page = browser.new_page()
    page.set_default_timeout(10_000)
    show(page, demonstration, FIRST)
    page.locator("#slider").focus()
    yield page
    page.close()


@pytest.fixture
def asked(window: Page) -> list[str]:
    """The days that are asked for from now on."""
    days: list[str] = []

    def note(address: str) -> None:
        query = parse_qs(urlsplit(address).query)
        if "/positions" in address:
            days.extend(query.get("as_of", ["live"]))

    window.on("request", lambda request: note(request.url))
    return days


def show(page: Page, served: Served, day: str) -> None:
    page.goto(f"http://127.0.0.1:{served.port}{DEMO}/positions?as_of={day}", wait_until="load")
    page.wait_for_load_state("networkidle")


def step(page: Page, way: str, day: int) -> None:
    page.keyboard.press(ARROWS[way])
    expect(page.locator("#strip")).to_contain_text(f"{day} December 2025")


def expect_shown(page: Page, served: Served, day: str) -> None:
    """Expect the page to be as the server sends it for a day, and the rail to stand there."""
    shown = page.locator("#main").inner_text()
    at = page.locator("#slider").input_value()
    assert page.url.endswith(f"as_of={day}")
    show(page, served, day)
    assert shown == page.locator("#main").inner_text()
    assert at == page.locator("#slider").input_value()


def test_the_day_after_the_next_is_asked_for_while_the_reader_goes_on(
    window: Page, demonstration: Served, asked: list[str]
) -> None:
    step(window, "later", 19)
    assert asked == ["2025-12-19"]
    for day in (20, 21, 22):
        step(window, "later", day)
    window.wait_for_load_state("networkidle")
    assert asked == [f"2025-12-{day}" for day in range(19, 24)]
    expect_shown(window, demonstration, "2025-12-22")


def test_who_turns_round_is_shown_the_day_before(
    window: Page, demonstration: Served, asked: list[str]
) -> None:
    for day in (19, 20, 21):
        step(window, "later", day)
    for day in (20, 19):
        step(window, "earlier", day)
    assert asked.count("2025-12-20") == 2
    expect_shown(window, demonstration, "2025-12-19")


def test_many_steps_at_once_end_where_the_rail_stands(
    window: Page, demonstration: Served, asked: list[str]
) -> None:
    for way in ["later"] * 9 + ["earlier"] * 4 + ["later"] * 3:
        window.keyboard.press(ARROWS[way])
    expect(window.locator("#strip")).to_contain_text("26 December 2025")
    window.wait_for_load_state("networkidle")
    expect(window.locator("#main[aria-busy]")).to_have_count(0)
    assert len(asked) < 16
    expect_shown(window, demonstration, "2025-12-26")


def test_the_last_day_is_followed_by_none(
    window: Page, demonstration: Served, asked: list[str]
) -> None:
    window.keyboard.press("End")
    expect(window.locator("#top[data-before]")).to_have_count(0)
    for _ in range(3):
        window.keyboard.press("ArrowRight")
    window.wait_for_load_state("networkidle")
    assert set(asked) == {"live"}


def test_an_answer_that_was_asked_ahead_and_failed_is_told(
    window: Page, demonstration: Served, asked: list[str]
) -> None:
    window.route("**/positions?*as_of=2025-12-22*", lambda route: route.abort())
    for day in (19, 20, 21):
        step(window, "later", day)
    window.wait_for_load_state("networkidle")
    expect(window.locator("#behind")).to_be_hidden()
    window.keyboard.press("ArrowRight")
    expect(window.locator("#behind")).to_contain_text("still that of 21 December 2025")
    expect(window.locator("#day")).to_have_text("21 December 2025")
    assert asked.count("2025-12-22") == 1
