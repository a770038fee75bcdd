"""300 texts made to run, each in every field that a page shows: none runs, loads or leads away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from api.pages.shared.render import SECURITY_POLICY
from tests.facts import event_id
from tests.serving import Served, serve_world
from tests.traps import PAYLOADS, traps
from tests.world import World

EACH, PARTS = 20, 5
"""Texts of one negotiation; parts that the negotiations are tried in."""
NEGOTIATIONS = range(len(PAYLOADS) // EACH)
PATHS = (
    "",
    "/positions?cell=p0/i0",
    "/plans/l0?to_plan=l1",
    "/events",
    "/events/{event}",
    "/meetings",
    "/people",
    "/compare?from=2025-12-01",
)
WATCHED = """
window.broken = [];
document.addEventListener("securitypolicyviolation", (told) =>
  broken.push(`${told.violatedDirective} ${told.blockedURI}`));
"""
FOREIGN = """() => [...document.querySelectorAll("*")].filter((one) =>
  [...one.attributes].some((a) => a.name.startsWith("on") || a.name.startsWith("hx-")
    || /^\\s*j\\s*a\\s*v\\s*a\\s*s\\s*c\\s*r\\s*i\\s*p\\s*t:/i.test(a.value) && a.name !== "value")
  || "IFRAME OBJECT EMBED BASE STYLE MARQUEE VIDEO AUDIO".split(" ").includes(one.tagName)
  || one.tagName === "SCRIPT" && !one.src.startsWith(location.origin)
).map((one) => one.outerHTML.slice(0, 200))"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder: Path = tmp_path_factory.mktemp("payloads")
    with World(folder, "http") as world:
        for n in NEGOTIATIONS:
            world.name = f"trap-{n}"
            world.record(
                "2025-12-20T09:00:00Z", traps(PAYLOADS[n * EACH : n * EACH + EACH], n * EACH)
            )
    with serve_world(folder) as found:
        yield found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    made = browser.new_page()
    made.add_init_script(WATCHED)
    yield made
    made.close()


def test_there_are_300_of_them() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) == 300


@pytest.mark.parametrize("part", range(PARTS))
def test_no_payload_runs_loads_or_leads_away(page: Page, server: Served, part: int) -> None:
    origin, wrong = f"http://127.0.0.1:{server.port}", list[str]()
    page.on("dialog", lambda shown: wrong.append(f"dialog: {shown.message}"))
    page.on("request", lambda asked: asked.url.startswith(origin) or wrong.append(asked.url))
    for n in NEGOTIATIONS[part::PARTS]:
        for path in PATHS:
            address = f"/desk/trap-{n}{path.format(event=event_id(500 + n * EACH))}"
            response = page.goto(origin + address, wait_until="load")
            assert response is not None
            assert response.status == 200, address
            wrong += [f"{address}: {each}" for each in page.evaluate("broken")]
            wrong += [f"{address}: {each}" for each in page.evaluate(FOREIGN)]

    assert wrong == []


def test_a_page_that_put_one_in_as_it_is_would_be_found(page: Page, server: Served) -> None:
    origin = f"http://127.0.0.1:{server.port}"
    body = "<!doctype html><title>x</title>" + "".join(PAYLOADS[:6])
    page.route(
        "**/naked",
        lambda route: route.fulfill(
            body=body,
            content_type="text/html",
            headers={"Content-Security-Policy": SECURITY_POLICY},
        ),
    )
    page.goto(f"{origin}/naked", wait_until="load")

    assert page.evaluate("broken.length") >= 3
    assert len(page.evaluate(FOREIGN)) >= 3
