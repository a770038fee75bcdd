"""A slow or dead line: what is shown never stands under another date, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.pages import DEMO
from tests.serving import Served

POSITIONS = f"{DEMO}/positions?as_of=2025-12-21"


@pytest.fixture
def window(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.set_default_timeout(10_000)
    yield page
    page.close()


def open_page(page: Page, served: Served, path: str) -> None:
    page.goto(f"http://127.0.0.1:{served.port}{path}", wait_until="load")
    page.wait_for_load_state("networkidle")


def stall(page: Page) -> list[Route]:
    """Let no answer to a swap through; return the requests that wait."""
    waiting: list[Route] = []
    page.route("**/desk/**", lambda route: waiting.append(route))
    return waiting


def step_back(page: Page) -> None:
    page.locator("#slider").focus()
    page.keyboard.press("ArrowLeft")


def test_on_a_slow_line_the_page_says_which_date_it_still_shows(
    window: Page, demonstration: Served
) -> None:
    open_page(window, demonstration, POSITIONS)
    waiting = stall(window)
    step_back(window)

    expect(window.locator("#day")).to_have_text("20 December 2025")
    expect(window.locator("#main")).to_have_attribute("aria-busy", "true")
    expect(window.locator("#behind")).to_have_text(
        "Loading. What is shown is still that of 21 December 2025."
    )
    waiting[0].continue_()
    expect(window.locator("#strip")).to_contain_text("20 December 2025")
    expect(window.locator("#behind")).to_be_hidden()
    expect(window.locator("#main[aria-busy]")).to_have_count(0)


@pytest.mark.parametrize("answer", [{"status": 503, "body": "down"}, None])
def test_without_an_answer_the_rail_falls_back_to_what_is_shown(
    window: Page, demonstration: Served, answer: dict[str, Any] | None
) -> None:
    open_page(window, demonstration, POSITIONS)
    before = window.locator("#slider").input_value()
    window.route("**/desk/**", lambda route: route.fulfill(**answer) if answer else route.abort())
    step_back(window)

    expect(window.locator("#behind")).to_have_text(
        "The server did not answer. What is shown is still that of 21 December 2025."
    )
    expect(window.locator("#day")).to_have_text("21 December 2025")
    expect(window.locator("#slider")).to_have_value(before)
    expect(window.locator("#strip")).to_contain_text("21 December 2025")
    expect(window.locator("#main[aria-busy]")).to_have_count(0)


@pytest.mark.parametrize(
    "query", ["type=statement-made", "type=position-stated", "event=&act=report"]
)
def test_no_key_of_the_rail_takes_what_was_typed_in_a_form(
    window: Page, demonstration: Served, query: str
) -> None:
    open_page(window, demonstration, f"{DEMO}/record?{query}")
    field = window.locator("form.recording input:visible:not([list])").first
    field.fill("typed and not sent")
    field.blur()
    for slider in window.locator("#slider").all():
        slider.focus()
        window.keyboard.press("ArrowLeft")
    for key in "[]":
        window.keyboard.press(key)
    window.wait_for_timeout(500)

    assert field.input_value() == "typed and not sent"
    assert window.get_by_role("link", name="Previous change").count() == 0
    assert window.locator("#slider").count() == 0
