"""Short permanent addresses: each leads to the pinned address of the same page."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser

from api.pages.shared.short_links import PRESETS, _read_pin, short_address
from domain.basis import Basis
from domain.instants import EARLIEST_WRITABLE, LATEST_WRITABLE
from tests.pages import DEMO, page
from tests.serving import Served
from tests.world import World

INSTANTS = st.integers(EARLIEST_WRITABLE, LATEST_WRITABLE)


@given(st.sampled_from(sorted(PRESETS.values())), INSTANTS, INSTANTS, st.integers(0, 2**40))
def test_a_pin_tells_the_whole_basis(preset: str, known_at: int, valid_at: int, seq: int) -> None:
    basis = Basis(preset, known_at, valid_at, 0, seq, "public")  # type: ignore[arg-type]

    pin = short_address(basis, "talks", "", []).rpartition("/")[2]
    assert _read_pin(pin) == basis.pinned_params()[:4]


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("positions", "?as_of=2025-12-21&cell=north/border&lang=uk"),
        ("", "?as_of=2025-12-21&audience=press"),
        ("", "?basis=hindsight&as_of=2025-12-21"),
        ("compare", "?from=2025-12-01&as_of=2025-12-21&min_sources=2"),
        ("positions", "?parties=north&parties=south&exclude_source=gazette"),
    ],
)
def test_a_short_address_leads_to_the_permanent_one(site: World, path: str, query: str) -> None:
    text = page(site, path, query)
    (link,) = re.findall(r'<a id="permalink" href="([^"]+)" data-short="([^"]+)"', text)
    permanent, short = map(unescape, link)

    found = site.client.get(short, follow_redirects=False)
    assert found.status_code == 308
    assert "immutable" in found.headers["cache-control"]
    there, here = urlsplit(found.headers["location"]), urlsplit(permanent)
    assert there.path == here.path
    asked = dict.fromkeys(parse_qsl(here.query))
    assert asked.keys() - {("audience", "public")} <= dict.fromkeys(parse_qsl(there.query)).keys()
    assert len(short) < len(permanent) - 70


@pytest.mark.parametrize("pin", ["k", "x.1.d1", "k.1.d1.d1.d1", "k.1", "k.1.d" + "z" * 15])
def test_what_is_no_pin_is_no_page(site: World, pin: str) -> None:
    found = site.client.get(f"/k/talks/{pin}/positions", follow_redirects=False)
    assert found.status_code == 404
    assert "there is no such page" in found.text


@pytest.mark.parametrize("pin", ["k.1.d" + "z" * 14, "h.zzz.d-" + "z" * 14, "r.-9.s0.u-5"])
def test_a_pin_of_no_real_moment_leads_to_a_page_that_says_so(site: World, pin: str) -> None:
    assert site.client.get(f"/k/talks/{pin}").status_code < 500


def test_y_copies_the_short_address_and_says_so(browser: Browser, demonstration: Served) -> None:
    origin = f"http://127.0.0.1:{demonstration.port}"
    context = browser.new_context()
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=origin)
    window = context.new_page()
    window.goto(f"{origin}{DEMO}/positions?as_of=2025-12-21", wait_until="networkidle")
    window.keyboard.press("y")
    window.locator("#copied:not([hidden])").wait_for(timeout=5000)

    copied = window.evaluate("navigator.clipboard.readText()")
    assert window.locator("#copied").inner_text() == f"Copied: {copied}"
    assert len(copied) < 90
    window.goto(copied)
    assert "21 December 2025" in window.locator("#day").inner_text()
    assert window.url == copied
    with window.expect_response(lambda answer: "cell=" in answer.url):
        window.locator("a[data-cell]").first.click()
    window.wait_for_url(re.compile(r"/desk/.*[?&]seq=.*cell="))
    window.go_back()
    window.wait_for_url(copied)
    assert "21 December 2025" in window.locator("#day").inner_text()
    window.locator("#slider").focus()
    window.keyboard.press("ArrowLeft")
    window.wait_for_url(re.compile(r"/desk/[^?]*[?].*as_of=2025-12-20$"))
    context.close()
