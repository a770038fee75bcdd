"""The inbox in a browser: an article is gone through by keyboard alone, and recorded at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.inbox.conftest import TEXT, read_drafts, said
from tests.inbox.gold import read_gold, register
from tests.serving import Served, serve_here

TALKS = "/v1/negotiations/talks"
CORRECTED, MOVED, DISCARDED = 2, 3, 5
"""Places of the drafts that are not accepted as they are."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve a negotiation that holds what the gold of the seed page names."""
    folder: Path = tmp_path_factory.mktemp("inbox")
    _, gold = read_gold("seed")
    with serve_here(folder / "talks.db", folder=folder) as server:
        server.post("talks", list(register(gold["registry"])))
        yield server


@pytest.fixture
def window(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(reduced_motion="reduce")
    page.set_default_timeout(15_000)
    yield page
    page.close(run_before_unload=False)


def tab_to(page: Page, selector: str) -> None:
    """Come to an element by Tab, as who has no mouse does."""
    for _ in range(120):
        if page.evaluate("sought => document.activeElement.matches(sought)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not come to {selector}")


def write(page: Page, selector: str, text: str) -> None:
    tab_to(page, selector)
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(text)


def check_page(page: Page) -> None:
    """No fault of accessibility, on a phone and on a desk, in light and dark."""
    page.evaluate(resources.files("axe_playwright_python").joinpath("axe.min.js").read_text())
    for width, scheme in ((380, "light"), (1280, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of its words
        found = page.evaluate("axe.run({resultTypes: ['violations'], preload: false})")
        told = [(each["id"], each["nodes"][0]["html"][:200]) for each in found["violations"]]
        root = page.evaluate_handle("document.documentElement")
        assert told == []
        assert root.evaluate("root => root.scrollWidth") <= width
        assert root.evaluate("root => root.scrollHeight") <= 6000


def test_an_article_is_gone_through_by_keyboard_and_recorded_at_once(
    window: Page, served: Served
) -> None:
    text, _ = read_gold("seed")
    window.goto(f"{served.url}/desk/talks/inbox", wait_until="load")
    check_page(window)
    write(window, "#b-published", "2025-12-22")
    write(window, "#b-text", text)
    write(window, "#b-publisher", "The news page")
    window.keyboard.press("Enter")
    heading = window.locator("#draft")
    expect(heading).to_have_text("Draft 1")
    check_page(window)
    found = served.get(f"{TALKS}/drafts?limit=1000")["drafts"]

    for place, draft in enumerate(found):
        expect(heading).to_have_text(f"Draft {place + 1}")
        window.wait_for_load_state("load")
        if place == CORRECTED:
            correct(window, "#f-summary", "He names two more of the delegation.")
        elif place == MOVED:
            correct(window, "#f-occurred", "21 December 2025")
        window.keyboard.press("x" if place == DISCARDED else "a")
        if draft is not found[-1]:
            expect(heading).to_have_text(f"Draft {place + 2}")
    expect(window.locator(".is-current .state-of")).to_have_text("accepted")
    check_page(window)
    window.keyboard.press("k")
    expect(heading).to_have_text(f"Draft {len(found) - 1}")
    window.wait_for_load_state("load")
    window.keyboard.press("A")
    expect(window.locator(".state-of").first).to_contain_text("recorded seq")

    check_recorded(served, found)


def correct(page: Page, selector: str, text: str) -> None:
    """Correct a field in its place and save it: e leads to the fields."""
    page.keyboard.press("e")
    write(page, selector, text)
    tab_to(page, 'button[value="save"]:not(.vh)')
    page.keyboard.press("Enter")
    expect(page.locator(".draft del").first).to_be_visible()
    page.wait_for_load_state("load")


def check_recorded(served: Served, found: list[dict[str, Any]]) -> None:
    drafts = served.get(f"{TALKS}/drafts?limit=1000")["drafts"]
    recorded = [each for each in drafts if each["seq"]]
    state = served.get(f"{TALKS}/state?as_of=2025-12-22")["data"]
    before = served.get(f"{TALKS}/state?as_of=2025-12-21")["data"]

    assert len(recorded) == len(found) - 1
    assert [each["place"] for each in drafts if not each["seq"]] == [DISCARDED]
    changed = {each["place"]: [one["field"] for one in each["changes"]] for each in recorded}
    assert {place: fields for place, fields in changed.items() if fields} == {
        CORRECTED: ["summary"],
        MOVED: ["occurred"],
    }
    summaries = [each["summary"] for each in served.get(f"{TALKS}/statements")["data"]]
    assert "He names two more of the delegation." in summaries
    assert {each["place"] for each in state["meetings"]} >= {"Florida"}
    assert {(each["party"], each["issue"]) for each in state["positions"]} >= {
        ("united-states", "plan-basis"),
        ("russia", "territory"),
    }
    assert (before["meetings"], before["positions"]) == ([], [])


def test_what_was_typed_is_saved_before_the_next_draft_and_asked_for_before_all_else(
    window: Page, served: Served
) -> None:
    article = {"text": TEXT, "published": "2025-12-20", "drafts": read_drafts(said(), said("b"))}
    _, _, told = served.call("POST", f"{TALKS}/articles", article)
    where = f"{served.url}/desk/talks/inbox/{told['article']}"
    _, second = own_drafts(served, told)
    served.call("POST", f"{TALKS}/drafts/{second['draft']}/accept")
    asked = list[str]()
    window.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))  # type: ignore[func-returns-value]  # both are done
    window.goto(where, wait_until="load")
    write(window, "#f-summary", "Typed, and gone on")
    window.locator("h1").click()
    window.keyboard.press("A")
    expect(window.locator("#draft")).to_have_text("Draft 1")
    assert asked == ["beforeunload"]
    window.keyboard.press("j")
    expect(window.locator("#draft")).to_have_text("Draft 2")
    kept = own_drafts(served, told)

    assert [each["event"]["summary"] for each in kept] == ["Typed, and gone on", said()["summary"]]
    assert [each["seq"] for each in kept] == [None, None]
    assert asked == ["beforeunload"]


def own_drafts(served: Served, article: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = served.get(f"{TALKS}/drafts?article={article['article']}")[
        "drafts"
    ]
    return found


def test_a_bookmark_brings_the_words_of_a_page(window: Page, served: Served) -> None:
    window.goto(f"{served.url}/desk/talks/inbox", wait_until="load")
    bookmark = window.locator("#bookmarking a")
    expect(bookmark).to_be_visible()
    code = bookmark.get_attribute("href") or ""
    window.goto(f"{served.url}/problems", wait_until="load")
    with window.expect_popup() as opened:
        window.evaluate(code.removeprefix("javascript:"))
    form = opened.value

    expect(form.locator("#b-url")).to_have_value(f"{served.url}/problems")
    expect(form.locator("#b-title")).to_have_value(re.compile("Problems"))
    expect(form.locator("#b-text")).to_have_value(re.compile("invalid-span"))
    assert "#" not in form.url
    form.close()
