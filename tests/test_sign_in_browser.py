"""Signing in as a person does: in a browser, on the real server, over plain HTTP on loopback."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.facts import OPENING, report, statement
from tests.keyed_world import bearer
from tests.serving import Served, serve_here, wait_until

STAFF_ONLY = statement(2) | {"reports": [report("2025-12-20", audience="staff")]}


class Newsroom:
    """A server with keys, and a negotiation with an event that only staff see."""

    def __init__(self, server: Served) -> None:
        self.server, self.address = server, f"http://127.0.0.1:{server.port}"
        server.post("talks", [*OPENING, statement(1), STAFF_ONLY])
        self.admin = ""
        self.admin = self.make_key("operator", scopes=["admin"])

    def make_key(self, name: str, **terms: Any) -> str:
        headers = bearer(self.admin) if self.admin else {}
        status, _, made = self.server.call("POST", "/v1/keys", {"name": name, **terms}, **headers)
        assert status == 201, made
        secret: str = made["secret"]
        return secret

    def revoke(self, name: str) -> None:
        self.server.call("POST", f"/v1/keys/{name}/revoke", **bearer(self.admin))

    def sign_in(self, page: Page, key: str) -> None:
        page.get_by_label("Key", exact=True).fill(key)
        page.get_by_role("main").get_by_role("button", name="Sign in").click()


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    folder = tmp_path_factory.mktemp("newsroom")
    with serve_here(folder / "x.db", folder=folder) as server:
        yield Newsroom(server)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport={"width": 1280, "height": 900})
    yield opened
    opened.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_an_editor_signs_in_records_and_signs_out(
    browser: Browser, newsroom: Newsroom, scripts: bool
) -> None:
    name = f"editor-{scripts}".lower()
    key = newsroom.make_key(name, scopes=["append"])
    context = browser.new_context(java_script_enabled=scripts)
    page = context.new_page()

    page.goto(f"{newsroom.address}/desk/talks/record?type=issue-defined")
    page.get_by_role("main").get_by_role("link", name="Sign in").click()
    newsroom.sign_in(page, key)
    expect(page).to_have_url(
        f"{newsroom.address}/desk/talks/record?type=issue-defined&audience=staff"
    )
    (cookie,) = context.cookies()
    page.get_by_label("Short name").first.fill(name)
    page.get_by_label("Title").first.fill("Ports")
    page.get_by_role("button", name="Try it").click()
    page.get_by_role("button", name="Record it").click()
    expect(page).to_have_url(re.compile("/desk/talks/events/"))
    recorded = newsroom.server.get("/readyz")["head"]
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("status")).to_have_text("You have signed out.")
    after = context.cookies()
    context.close()
    _, _, leaf = newsroom.server.call(
        "GET", f"/v1/audit/leaves/{recorded}", **bearer(newsroom.admin)
    )

    assert cookie["name"] == "__Host-minutebook"
    assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) == (True, True, "Strict")
    assert (cookie["path"], cookie["domain"], cookie["expires"]) == ("/", "127.0.0.1", -1)
    assert after == []
    assert leaf["recorded_by"] == name


def test_a_reader_chooses_as_whom_a_page_is_shown(
    context: BrowserContext, newsroom: Newsroom
) -> None:
    page = context.new_page()
    page.goto(f"{newsroom.address}/sign-in")
    newsroom.sign_in(page, newsroom.make_key("reader", audience="staff"))
    page.get_by_role("main").get_by_role("link", name="Talks").click()
    shown = page.get_by_role("group", name="Shown as seen by")
    expect(shown.get_by_role("link")).to_have_text(["the public", "the press", "staff"])
    expect(shown.locator("[aria-current]")).to_have_text("staff")
    shown.get_by_role("link", name="the public").click()
    expect(shown.locator("[aria-current]")).to_have_text("the public")
    page.set_viewport_size({"width": 380, "height": 800})
    beside = "document.getElementById('who').getBoundingClientRect().bottom"
    assert page.evaluate(
        f"{beside} < document.querySelector('.name').getBoundingClientRect().bottom + 8"
    )
    sign_out = page.get_by_role("button", name="Sign out")
    expect(sign_out).to_be_hidden()
    page.get_by_role("button", name="reader · the public").click()
    expect(sign_out).to_be_visible()
    expect(shown.locator("[aria-current]")).to_have_text("the public")


def test_a_link_of_another_site_leads_to_the_page_and_not_to_the_sign_in(
    context: BrowserContext, newsroom: Newsroom
) -> None:
    """Browsers send the cookie only once the page itself asks again."""
    page = context.new_page()
    page.goto(f"{newsroom.address}/sign-in")
    newsroom.sign_in(page, newsroom.make_key("follower", audience="staff"))
    target = f"{newsroom.address}/desk/talks/events?audience=staff"
    context.route(
        "http://elsewhere.example/",
        lambda route: route.fulfill(body=f'<a href="{target}">there</a>', content_type="text/html"),
    )
    page.goto("http://elsewhere.example/")
    page.get_by_role("link", name="there").click()
    expect(page.locator("h1")).to_have_text("Events")
    page.context.clear_cookies()
    page.goto("http://elsewhere.example/")
    page.get_by_role("link", name="there").click()
    expect(page.locator("h1")).to_have_text("This page cannot be shown")


def test_a_stream_in_a_browser_ends_within_a_second_after_its_session(
    context: BrowserContext, newsroom: Newsroom
) -> None:
    follow = """() => { window.ended = 0;
      fetch("/v1/negotiations/talks/stream?audience=staff").then(async (answer) => {
        window.status = answer.status === 200; const reader = answer.body.getReader();
        while (!(await reader.read()).done); window.ended = performance.now(); }); }"""
    page = context.new_page()
    for end in ("sign out", "revoke"):
        page.goto(f"{newsroom.address}/sign-in")
        key = newsroom.make_key(f"ends-by-{end.replace(' ', '-')}", audience="staff")
        newsroom.sign_in(page, key)
        page.evaluate(follow)
        wait_for(page, "window.status")
        began = page.evaluate("performance.now()")
        if end == "revoke":
            newsroom.revoke("ends-by-revoke")
        else:
            page.evaluate(
                """() => fetch("/sign-out", { method: "POST", redirect: "manual",
                  body: new URLSearchParams(new FormData(document.querySelector("#who form"))) })"""
            )
        wait_for(page, "window.ended")

        assert page.evaluate("window.ended") - began < 1000, end


def wait_for(page: Page, expression: str) -> None:
    """Wait until something is true; the pages let nothing be evaluated again and again."""
    wait_until(lambda: bool(page.evaluate(expression)))


@pytest.mark.parametrize("width", [375, 1280])
def test_nobody_is_kept_out_by_how_the_pages_are_made(
    context: BrowserContext, newsroom: Newsroom, width: int
) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 900})

    def look(path: str) -> None:
        page.goto(newsroom.address + path)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]  # one of the two
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path

    for path in ("/sign-in", "/account", "/desk/talks?audience=staff", "/desk/talks"):
        look(path)
    page.goto(f"{newsroom.address}/sign-in")
    newsroom.sign_in(page, newsroom.make_key(f"seen-{width}", scopes=["append"]))
    for path in ("/sign-in", "/account", "/desk/talks?audience=staff", "/problems"):
        look(path)
