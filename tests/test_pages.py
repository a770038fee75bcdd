"""The pages in a real browser: no fault of accessibility, no foreign address, no script needed."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from importlib import resources
from itertools import cycle, pairwise, product
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Error, Page, Request, Route

from api.pages.shared import static_files
from tests.facts import event_id
from tests.pages import DEMO, DEMO_PAGES, MAX_HEIGHT, SCHEMES, SIZES, loaded_bytes
from tests.serving import Served, serve_world
from tests.traps import traps
from tests.world import World

MAX_BYTES = 40_000
"""Compressed bytes of the first visit to one page of the demonstration."""
HOSTILE_PAGES = (
    "",
    "/positions",
    "/positions?cell=p8/i8",
    "/positions?cell=p0/i0",
    "/plans",
    "/plans/l8",
    "/plans/l8?to_plan=l0&view=side",
    "/compare?from=2025-12-01",
    "/gap",
    "/audit?replay=20",
    "/events",
    f"/events/{event_id(508)}",
    "/record?type=position-stated",
    f"/record?event={event_id(508)}&act=correct",
    "/meetings",
    "/people",
    "/pictures/drift",
    "/pictures/chronology",
    "/pictures/evolution",
    "/pictures/encounters?by=person",
)
"""Pages of a negotiation whose every text is a trap."""


@dataclass
class WatchedPage:
    """A page, and what went wrong on it."""

    page: Page
    origin: str
    wrong: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        self.page.goto(self.origin + path, wait_until="load")
        return self.page

    def note_request(self, request: Request) -> None:
        if not request.url.startswith((self.origin, "data:")):
            self.wrong.append(f"asked for {request.url}")

    def note_message(self, said: ConsoleMessage) -> None:
        is_refusal = "the server responded with a status of 4" in said.text
        if said.type in ("error", "warning") and not is_refusal:
            self.wrong.append(f"{said.type}: {said.text}")

    def note_error(self, error: Error) -> None:
        self.wrong.append(f"error: {error}")

    def refuse_dialog(self, dialog: Dialog) -> None:
        self.wrong.append(f"dialog: {dialog.message}")
        dialog.dismiss()


@contextmanager
def watch(page: Page, server: Served) -> Iterator[WatchedPage]:
    """Watch a page, whose every fault is a failure at the end."""
    made = WatchedPage(page, server.url)
    listeners = {
        "request": made.note_request,
        "console": made.note_message,
        "pageerror": made.note_error,
    }
    for event, listener in listeners.items():
        page.on(event, listener)  # type: ignore[call-overload]  # one of its events
    yield made
    for event, listener in listeners.items():
        page.remove_listener(event, listener)

    assert made.wrong == [], "\n".join(made.wrong)


@contextmanager
def watch_page(browser: Browser, server: Served, **context: Any) -> Iterator[WatchedPage]:
    """Watch a page of a new visitor."""
    with closing(browser.new_page(**context)) as page, watch(page, server) as made:
        yield made


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Page]:
    """Give a page that one address after the other is opened in: a new one takes a second."""
    with closing(browser.new_page()) as page:
        yield page


@pytest.fixture(scope="module")
def axe() -> str:
    return resources.files("axe_playwright_python").joinpath("axe.min.js").read_text()


AXE_RUN = """axe.run({exclude: ["#swagger-ui"]}, {
  resultTypes: ["violations"], preload: !document.getElementById("swagger-ui")})"""
"""Swagger UI's markup is not ours to correct; axe reads an imported stylesheet by an inline style,
which the policy refuses."""


def violations(page: Page) -> list[str]:
    found = page.evaluate(AXE_RUN)
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found["violations"]]


def overflow(page: Page) -> int:
    """Return how many pixels the page is wider than its window."""
    width: int = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return width


BROKEN_WORDS = """() => {
    const found = [], texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const text = texts.currentNode, range = document.createRange();
        const hidden = "code, pre, textarea, svg, script, .vh, .cite, thead, #swagger-ui";
        if (text.parentElement.closest(hidden)) continue;
        for (const word of text.data.matchAll(/(?<!\\u00ad)\\p{L}{2,}(?!\\u00ad|\\p{L})/gu)) {
            range.setStart(text, word.index);
            range.setEnd(text, word.index + word[0].length);
            const tops = [...range.getClientRects()].filter(each => each.width > 0);
            if (tops.some(each => each.top > tops[0].bottom - 2)) found.push(word[0]);
        }
    }
    return found;
}"""
"""Words that go on in the next line without a hyphen; heads of tables are not seen as lists."""
CUT_TEXTS = """[...document.querySelectorAll(".picture text, .descent text")].filter(text => {
    const own = text.getBoundingClientRect(), whole = text.ownerSVGElement.getBoundingClientRect();
    return own.width && (own.right > whole.right + 1 || own.left < whole.left - 1);
}).map(text => text.textContent)"""
"""Texts of drawings that go over the edge."""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("hostile")
    with World(folder, "http") as world:
        world.record("2025-12-20T09:00:00Z", traps())
    with serve_world(folder) as found:
        yield found


@pytest.mark.parametrize("path", HOSTILE_PAGES)
def test_no_text_breaks_the_layout_or_runs(tab: Page, hostile: Served, path: str) -> None:
    with watch(tab, hostile) as made:
        tab.on("dialog", made.refuse_dialog)
        made.open(f"/desk/talks{path}")
        for width in SIZES:
            tab.set_viewport_size({"width": width, "height": 3000})
            assert overflow(tab) <= 0, width
        tab.remove_listener("dialog", made.refuse_dialog)


@pytest.mark.parametrize("path", DEMO_PAGES.values(), ids=DEMO_PAGES)
def test_every_page_is_whole_and_accessible_at_every_size_and_in_both_themes(
    tab: Page, demonstration: Served, axe: str, path: str
) -> None:
    found = []
    with watch(tab, demonstration) as made:
        page = made.open(path)
        if path == DEMO_PAGES["docs"]:
            page.wait_for_selector("#operations[role=group]", state="attached")
        page.evaluate(axe)
        for width, scheme in zip(SIZES, cycle(SCHEMES), strict=False):
            page.set_viewport_size({"width": width, "height": 3000})  # all is in sight
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            found += [(width, scheme, each) for each in violations(page)]
            found += [(width, "wide", overflow(page))] if overflow(page) > 0 else []
            found += [(width, "broken", each) for each in page.evaluate(BROKEN_WORDS)]
            found += [(width, "cut", each) for each in page.evaluate(CUT_TEXTS)]
            height = page.evaluate("document.documentElement.scrollHeight")
            if height > MAX_HEIGHT and path != DEMO_PAGES["docs"]:  # made by Swagger UI
                found += [(width, "high", height)]

    assert found == []


def test_forced_colours_mark_only_what_changed(tab: Page, demonstration: Served) -> None:
    with watch(tab, demonstration) as made:
        page = made.open(DEMO_PAGES["positions"])
        page.set_viewport_size({"width": 1280, "height": 900})
        page.emulate_media(forced_colors="active")
        colours = "[...new Set([...document.querySelectorAll('{}')].map({}))].length"
        bar = "each => getComputedStyle(each).borderLeftColor"
        changed = page.evaluate(colours.format(".matrix td > a", bar))
        line = "each => getComputedStyle(each).borderBottomColor"
        current = page.evaluate(colours.format("nav a", line))
        page.emulate_media(forced_colors="none")

    assert (changed, current) == (2, 2)


@pytest.mark.parametrize("query", ["?lang=uk", "?as_of=2025-12-25&lang=uk", "?as_of=2025-12-25"])
def test_the_overview_is_no_longer_than_asked_on_the_narrowest_screen(
    tab: Page, demonstration: Served, query: str
) -> None:
    with watch(tab, demonstration) as made:
        page = made.open(f"{DEMO}{query}")
        page.set_viewport_size({"width": 320, "height": 900})
        assert page.evaluate("document.documentElement.scrollHeight") <= MAX_HEIGHT
        assert overflow(page) <= 0


@pytest.mark.parametrize(
    "query", ["?lang=uk", "?as_of=2025-11-25&lang=uk", "?as_of=2025-12-25", ""]
)
def test_the_date_stands_in_one_line_with_the_steps_on_a_phone(
    tab: Page, demonstration: Served, query: str
) -> None:
    beside = """[...document.querySelectorAll("#steps :is(#day, a, button)")]
        .map(each => each.getBoundingClientRect()).filter(each => each.width)
        .map(each => [each.left, each.right, each.bottom - each.top])"""
    with watch(tab, demonstration) as made:
        page = made.open(f"{DEMO}{query}")
        for width in (320, 360, 380):
            page.set_viewport_size({"width": width, "height": 900})
            places = page.evaluate(beside)
            assert [
                end - start for (_, start, _), (end, _, _) in pairwise(places) if end < start
            ] == []
            assert max(height for _, _, height in places) < 32
            assert page.evaluate("document.getElementById('steps').offsetHeight") < 36


def test_columns_of_the_overview_end_near_each_other(tab: Page, demonstration: Served) -> None:
    """Meetings stand below the changes where few of these are known, else beside them."""
    ends = """[".overview > section:last-of-type", ".overview > .column > section:last-of-type"]
        .map(each => document.querySelector(each).getBoundingClientRect().bottom)"""
    with watch(tab, demonstration) as made:
        tab.set_viewport_size({"width": 1280, "height": 900})
        for name in ("overview", "overview then"):
            left, right = made.open(DEMO_PAGES[name]).evaluate(ends)
            assert abs(left - right) < 400, name


def test_no_group_of_operations_is_told_letter_by_letter(tab: Page, demonstration: Served) -> None:
    with watch(tab, demonstration) as made:
        page = made.open("/docs")
        page.wait_for_selector("#operations", state="attached", timeout=120_000)
        page.set_viewport_size({"width": 380, "height": 900})
        widths = page.evaluate(
            "[...document.querySelectorAll('.opblock-tag small')].map(each => each.offsetWidth)"
        )

    assert min(widths) > 200


def test_a_picture_and_its_list_say_why_they_count_otherwise(demonstration: Served) -> None:
    """Sixteen events that made fifteen changes; where both numbers agree, nothing needs a word."""
    _, _, body = demonstration.call("GET", DEMO_PAGES["gap"])
    told = body.decode()

    assert "16 events had happened by 23 November 2025 and were not known" in told
    assert "Not yet known <small>15</small>" in told
    assert "Counted here are changes, in the picture events" in told


@pytest.mark.parametrize("name", [name for name in DEMO_PAGES if name != "docs"])
def test_a_page_loads_every_style_that_it_needs(demonstration: Served, name: str) -> None:
    classes = {
        file.name: set(re.findall(r"(?:^|[,{(])\s*\.([a-z][\w-]*)", file.read_text("utf-8"), re.M))
        for file in static_files.FOLDER.glob("*.css")
    }
    _, _, sent = demonstration.call("GET", DEMO_PAGES[name])
    body = sent.decode()
    used = {each for names in re.findall('class="(.*?)"', body) for each in names.split()}
    loaded = {each for file, names in classes.items() if f"/{file}" in body for each in names}

    assert "/pages.css" not in body or not name.startswith(("overview", "positions"))
    assert {
        file: found for file, names in classes.items() if (found := used & names - loaded)
    } == {}


def test_what_is_left_out_of_a_sentence_is_counted(demonstration: Served) -> None:
    """Not told by an ellipsis before the full stop."""
    bodies = {
        name: demonstration.call("GET", path)[2].decode() for name, path in DEMO_PAGES.items()
    }

    assert "10, 11, 12, 8 more" in bodies["compare"]
    assert [name for name, body in bodies.items() if "…." in body] == []
    assert (
        "counter-framework" in bodies["plans"]
    )  # titles of plans are whole in the choice of a line


def test_every_page_is_small(demonstration: Served) -> None:
    """Compressed, with what a first visit loads before anything is touched, without fonts, in both
    languages."""
    found = {}
    for (name, path), lang in product(DEMO_PAGES.items(), ("en", "uk")):
        if name != "docs":  # made by Swagger UI
            address = path if "lang=" in path else f"{path}{'&' if '?' in path else '?'}lang={lang}"
            _, _, body = demonstration.call("GET", address)
            found[name, lang] = len(gzip.compress(body, 6)) + loaded_bytes(body.decode())
    assert {name: size for name, size in found.items() if size > MAX_BYTES} == {}


def test_dragging_changes_the_page_in_place_and_keeps_the_focus(
    browser: Browser, demonstration: Served
) -> None:
    with watch_page(browser, demonstration) as made:
        page = made.open(f"{DEMO}/positions?as_of=2025-12-25")
        page.evaluate("window.stays = true")
        page.evaluate("document.querySelectorAll('.matrix td').forEach(each => each.stays = true)")
        page.focus("#slider")
        page.keyboard.press("ArrowLeft")
        page.wait_for_selector("#strip >> text=24 December 2025")
        same = "[...document.querySelectorAll('.matrix td')].filter(each => each.stays).length"
        assert page.evaluate(same) > 10  # what did not change was left as it was
        page.keyboard.press("PageDown")
        page.wait_for_url("**/positions?as_of=2025-11-24")
        page.wait_for_selector("#strip >> text=24 November 2025")
        page.wait_for_selector("#said:not(:empty)", state="attached")

        assert page.evaluate("document.activeElement.id") == "slider"
        assert page.evaluate("window.stays")
        assert page.get_attribute("#slider", "aria-valuetext") == "24 November 2025"
        assert "24 November 2025" in str(page.text_content("#said"))
        page.keyboard.press("End")
        page.wait_for_url("**/positions")
        page.wait_for_selector("#strip p:not(.coverage)", state="detached")


CELLS = """[...document.querySelectorAll('.matrix td')].map(each =>
    each.outerHTML.replace(/href="[^"]*"/, ""))"""


def test_back_leads_to_where_a_drag_began(browser: Browser, demonstration: Served) -> None:
    with watch_page(browser, demonstration) as made:
        page = made.open(f"{DEMO}/positions?as_of=2025-12-25")
        page.focus("#slider")
        for day in (24, 23, 22):
            page.keyboard.press("ArrowLeft")
            page.wait_for_selector(f"#strip >> text={day} December 2025")
        page.wait_for_url("**/positions?as_of=2025-12-22")
        page.go_back()
        page.wait_for_selector("#strip >> text=25 December 2025")


def test_a_page_that_was_dragged_to_is_the_same_as_one_that_was_opened(
    browser: Browser, demonstration: Served
) -> None:
    with watch_page(browser, demonstration) as made:
        page = made.open(f"{DEMO}/positions?as_of=2025-11-15")
        page.focus("#slider")
        for day in range(16, 31):
            page.keyboard.press("ArrowRight")
            page.wait_for_selector(f"#strip >> text={day} November 2025")
        page.wait_for_url("**/positions?as_of=2025-11-30")
        dragged = page.evaluate(CELLS)
        page.click('[data-cell="russia/ceasefire"]')
        page.wait_for_url("**/positions?as_of=2025-11-30&cell=russia/ceasefire")
        page.reload()
        page.click("#close")
        page.wait_for_selector("#drawer", state="detached")
        page.reload()

        assert dragged == page.evaluate(CELLS)
        assert len(dragged) > 20


def test_the_whole_rail_goes_by_keyboard_alone(browser: Browser, demonstration: Served) -> None:
    with watch_page(browser, demonstration, permissions=["clipboard-write"]) as made:
        page = made.open(f"{DEMO}?as_of=2025-12-24")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("]")
        page.wait_for_selector("#strip >> text=26 December 2025")
        page.keyboard.press("[")
        page.wait_for_selector("#strip >> text=24 December 2025")
        page.keyboard.press("g")
        page.keyboard.press("p")
        page.wait_for_url(re.compile("positions.as_of=2025-12-24$"))
        page.keyboard.press("?")
        assert page.is_visible("#keys")
        page.keyboard.press("Escape")
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") == "q"
        page.keyboard.type("gp?y]")
        assert page.input_value("#q") == "gp?y]"
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("y")
        page.wait_for_selector("#copied >> text=k/ukraine-peace-talks/k.as.")


def test_a_cell_opens_and_closes_with_the_focus_where_it_belongs(
    browser: Browser, demonstration: Served
) -> None:
    with watch_page(browser, demonstration) as made:
        page = made.open(f"{DEMO}/positions?as_of=2025-12-25")
        page.focus('[data-cell="russia/territory"]')
        page.keyboard.press("Enter")
        page.wait_for_selector("#drawer-title:focus")
        assert "cell=russia/territory" in page.url
        page.keyboard.press("Escape")
        page.wait_for_selector('[data-cell="russia/territory"]:focus')
        assert page.query_selector("#drawer") is None
        page.go_back()
        page.wait_for_selector("#drawer")


def test_a_date_is_read_while_it_is_typed(browser: Browser, demonstration: Served) -> None:
    with watch_page(browser, demonstration) as made:
        page = made.open(f"{DEMO}/record?type=position-stated")
        plain = page.inner_text("#h-f-occurred")
        page.fill("#f-occurred", "2025-12-2X")
        page.wait_for_selector("#h-f-occurred >> text=some day within 20–29 December 2025")
        page.fill("#f-occurred", "soon")
        page.wait_for_selector("#h-f-occurred.fault >> text=is not understood as a date")
        page.fill("#f-occurred", "")
        page.wait_for_selector(f"#h-f-occurred:not(.fault) >> text={plain}")
        made.open(f"{DEMO}/record")
        page.fill("#when", "2025-11?")
        page.wait_for_selector("#when-told >> text=November 2025 (uncertain)")
        made.open(f"{DEMO}/record?lang=uk")
        page.fill("#when", "2025-11?")
        page.wait_for_selector("#when-told >> text=листопад 2025")


def test_a_date_typed_before_the_script_came_is_read(
    browser: Browser, demonstration: Served
) -> None:
    with watch_page(browser, demonstration) as made:
        waiting: list[Route] = []
        made.page.route("**/spans.js", lambda route: waiting.append(route))
        with made.page.expect_request("**/spans.js"):
            page = made.open(f"{DEMO}/record?type=position-stated")
        page.fill("#f-occurred", "2025-12-2X")
        waiting[0].continue_()
        page.wait_for_selector("#h-f-occurred >> text=some day within 20–29 December 2025")


def test_without_a_script_the_forms_do_all_of_it(browser: Browser, demonstration: Served) -> None:
    with watch_page(browser, demonstration, java_script_enabled=False) as made:
        page = made.open(DEMO)
        assert not page.is_visible("#slider")
        assert not page.is_visible("#theme")
        page.fill("#as_of", "2025-11-23")
        page.click(".as-of button")
        assert "as_of=2025-11-23" in page.url
        assert "what was known on 23 November 2025" in page.inner_text("#strip")
        page.click("#next")
        assert "as_of=2025-11-24" in page.url
        page.click("nav >> text=Positions")
        page.click('[data-cell="russia/revised-framework"]')
        assert page.is_visible("#drawer")
        page.click(".presets >> text=hindsight")
        assert "basis=hindsight" in page.url


def test_an_operation_is_tried_in_the_browser(browser: Browser, demonstration: Served) -> None:
    with watch_page(browser, demonstration) as made:
        page = made.open("/docs")
        page.click("#operations-service-version .opblock-summary-control")
        page.click(".try-out__btn")
        page.click(".execute")
        page.wait_for_selector(".live-responses-table tbody .response-col_status >> text=200")


def test_without_a_script_the_interface_leads_to_its_description(
    browser: Browser, demonstration: Served
) -> None:
    with watch_page(browser, demonstration, java_script_enabled=False) as made:
        made.open("/docs").click("noscript a")
        assert made.page.url.endswith("/openapi.json")


def test_a_chosen_theme_stays(browser: Browser, demonstration: Served) -> None:
    with watch_page(browser, demonstration, color_scheme="light") as made:
        page = made.open(DEMO)
        page.select_option("#theme", "dark")
        made.open(f"{DEMO}/positions")
        assert page.get_attribute("html", "data-theme") == "dark"
        assert page.input_value("#theme") == "dark"


def test_a_page_prints_with_its_basis(browser: Browser, demonstration: Served) -> None:
    with watch_page(browser, demonstration) as made:
        page = made.open(f"{DEMO}/positions?as_of=2025-12-25")
        page.emulate_media(media="print")
        told = page.inner_text("#foot .in-print")

        assert "record up to seq 388" in told
        assert "/k/ukraine-peace-talks/k.as.dfs0/positions" in told
        assert not page.is_visible("nav")
        heads, cells = (
            page.locator(f".matrix >> nth=0 >> {each}")
            for each in ("th[scope=col]", "tbody tr >> nth=1 >> td")
        )
        assert cells.filter(visible=True).count() == heads.count() - 1  # each under its party


def test_what_is_folded_away_is_printed(browser: Browser, demonstration: Served) -> None:
    with watch_page(browser, demonstration) as made:
        page = made.open(f"{DEMO}/plans")
        assert not page.is_visible(".fates td")
        page.emulate_media(media="print")
        assert page.is_visible(".fates td")


def test_a_browser_is_asked_of_ci() -> None:
    assert "chromium" in (Path(__file__).parent.parent / ".ci" / "run").read_text()
