"""The record form in a browser: dates told while typed, nothing lost, nothing recorded unseen."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from tests.pages import DEMO
from tests.serving import Served

FORM = f"{DEMO}/record?type=position-stated"


@pytest.fixture
def window(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.set_default_timeout(10_000)
    yield page
    page.close(run_before_unload=False)


def open_form(page: Page, served: Served, path: str = FORM) -> None:
    page.goto(f"http://127.0.0.1:{served.port}{path}", wait_until="load")
    page.wait_for_load_state("networkidle")


def test_a_date_says_while_it_is_typed_how_it_is_read(window: Page, demonstration: Served) -> None:
    open_form(window, demonstration)
    window.fill('[id="f-reports.published"]', "24.12.2025")
    window.locator("#f-occurred").press_sequentially("last Thursday")

    expect(window.locator("#h-f-occurred")).to_have_text("read as: 18 December 2025 2025-12-18")
    expect(window.locator("#h-f-occurred code")).to_have_text("2025-12-18")
    window.fill("#f-anchor", "2 January 2026")
    window.fill("#f-occurred", "yesterday")
    expect(window.locator("#h-f-occurred code")).to_have_text("2026-01-01")
    window.fill("#f-occurred", "03/04/2025")
    expect(window.locator("#h-f-occurred.fault")).to_contain_text("may be 3 April 2025 or 4 March")


def test_enter_tries_a_form_and_never_records_it(window: Page, demonstration: Served) -> None:
    open_form(window, demonstration)
    window.fill("#f-party", "Russia")
    window.fill("#f-issue", "Territory")
    window.select_option("#f-stance", "rejects")
    window.fill("#f-summary", "No")
    window.fill("#f-occurred", "2026-01-02")
    window.press("#f-occurred", "Enter")
    expect(window.locator("#preview")).to_be_visible()
    window.fill("#f-party", "Ukraine")
    window.press("#f-party", "Enter")

    expect(window.locator("#preview")).to_be_visible()
    expect(window.locator("#f-party")).to_have_value("Ukraine")


def test_a_form_that_was_filled_in_is_not_left_without_a_word(
    window: Page, demonstration: Served
) -> None:
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    window.on("dialog", stay)
    open_form(window, demonstration)
    window.locator("#f-summary").press_sequentially("No")
    window.click("a.brand", no_wait_after=True)
    window.wait_for_timeout(100)
    assert asked == ["beforeunload"]
    expect(window.locator("#f-summary")).to_have_value("No")
    window.locator("button.primary").last.click()
    expect(window.locator(".refused").first).to_be_visible()
    assert asked == ["beforeunload"]


def test_what_is_to_be_opened_is_not_left_without_a_word(
    window: Page, demonstration: Served
) -> None:
    asked: list[str] = []
    window.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    window.goto(f"http://127.0.0.1:{demonstration.port}/open", wait_until="load")
    window.locator("#f-title").press_sequentially("Border")
    window.click("a.brand", no_wait_after=True)
    window.wait_for_timeout(100)

    assert asked == ["beforeunload"]
    expect(window.locator("#f-title")).to_have_value("Border")


def check_page(page: Page, axe: str) -> None:
    """Find nothing wrong with the page as it is shown, at two widths and in both themes."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width in (380, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            page.evaluate(axe)
            found = page.evaluate("axe.run({resultTypes: ['violations'], preload: false})")
            assert [each["id"] for each in found["violations"]] == []
            root = "document.documentElement"
            assert page.evaluate(f"{root}.scrollWidth - {root}.clientWidth") <= 0


def test_what_a_form_answers_is_accessible(browser: Browser, demonstration: Served) -> None:
    axe = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text()
    context = browser.new_context(bypass_csp=True, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(10_000)
    open_form(page, demonstration)
    page.fill("#f-party", "Rusia")
    page.fill("#f-summary", "No")
    page.fill("#f-occurred", "03/04/2025")
    page.locator("button.primary").last.click()
    expect(page.locator(".refused").first).to_be_visible()
    check_page(page, axe)

    event = "ede44899-997f-5343-a65c-78724536bfdc"
    open_form(page, demonstration, f"{DEMO}/record?act=correct&event={event}")
    page.select_option("#f-stance", "proposes")
    page.check("input[value=slip]")
    page.locator("button.primary").last.click()
    expect(page.locator("#preview table")).to_contain_text("proposes")
    check_page(page, axe)

    open_form(page, demonstration, f"{DEMO}/record?type=plan-introduced&lang=uk")
    page.click('button[value="add:points"]')
    page.click('button[value="add-event"]')
    expect(page.locator(".one-event")).to_have_count(2)
    check_page(page, axe)

    open_form(page, demonstration, "/open")
    page.fill("#f-title", "Port talks")
    page.fill('[id="f-issues.0.title"]', "Crew")
    page.locator("button.primary").last.click()
    expect(page.locator("#preview")).to_contain_text("port-talks")
    check_page(page, axe)
    context.close()


def test_rows_are_added_without_scripts(browser: Browser, demonstration: Served) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{demonstration.port}{DEMO}/record?type=meeting-held")
    page.fill('[id="f-participants.0.party"]', "Russia")
    page.click('button[value="add:participants"]')

    assert page.input_value('[id="f-participants.0.party"]') == "Russia"
    assert page.locator('[id="f-participants.1.party"]').count() == 1
    assert page.url.endswith("#f-participants")
    context.close()
