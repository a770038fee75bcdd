"""Pictures of every page, in light and dark, on a phone, a tablet and a desktop: made to be looked
at.

``python -m tests.evidence.screenshots`` writes them to .screenshots/, named by page, width and
scheme, and says which are wider than their window or higher than a page should be; with ``--docs``
it writes those that the README and other documentation show to docs/pictures/; with ``--desk`` and
the address of a negotiation that is served elsewhere, the pages of that one.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from base64 import b64encode
from collections.abc import Mapping
from contextlib import closing
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import REMEDY, find_chromium, launch_chromium
from tests.evidence.newsroom import Newsroom, open_newsroom
from tests.pages import ADDRESSES, DEMO, DEMO_PAGES, MAX_HEIGHT, SCHEMES, SIZES
from tests.serving import serve_demonstration

ROOT = Path(__file__).parent.parent.parent
SHOWN = {
    "overview": f"{DEMO}?as_of=2025-12-23",
    "positions": f"{DEMO}/positions?as_of=2025-12-25&cell=russia/territory#drawer",
    "redline": f"{DEMO}/plans/us-28?to_plan=us-ua-20#redline",
}
"""What the README shows, of the size of a window."""
PICTURES = {
    "who-moved": f"{DEMO}/pictures/drift.png?as_of=2026-03-20&issue=ceasefire",
    "what-happened-when": f"{DEMO}/pictures/chronology.png?as_of=2026-03-20",
}
"""What docs/pages.md shows, as readers take it along."""
PAINTED = """for (const row of document.querySelectorAll(".matrix tr"))
    Object.assign(row.style, {contentVisibility: "visible", contain: "paint"})"""
"""Rows out of sight are not painted while one drags; a picture of the whole page wants them."""
WHOLE = """async () => {
    for (const image of document.images) image.loading = "eager";
    await Promise.all([...document.images].map(image => image.decode()));
    await document.fonts.ready;
}"""
"""Pictures that a page holds are loaded when they come into sight."""
EXTENT = "['scrollWidth', 'scrollHeight'].map(name => document.documentElement[name])"


def pictures(page: Page, origin: str, folder: Path, pages: Mapping[str, str] = DEMO_PAGES) -> int:
    """Take every page whole at each width in both schemes; return how many pictures there are."""
    for width, scheme in product(SIZES, SCHEMES):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        for name, path in pages.items():
            page.goto(origin + path, wait_until="load")
            if path == DEMO_PAGES["docs"]:  # made by Swagger UI
                page.wait_for_selector("#operations", state="attached", timeout=120_000)
            page.evaluate(PAINTED)
            page.evaluate(WHOLE)
            file = f"{re.sub('[^a-z0-9]+', '-', name)}-{width}-{scheme}.png"
            page.screenshot(path=folder / file, full_page=True)
            wide, high = page.evaluate(EXTENT)
            if wide > width or high > MAX_HEIGHT:
                print(f"{file}: {wide} x {high} pixels", file=sys.stderr)
    return len(SIZES) * len(SCHEMES) * len(pages)


def pictures_of_desk(page: Page, desk: str, folder: Path) -> int:
    """Take the pages of a negotiation that is served at an address, as above."""
    pages = {f"desk {path or 'overview'}": f"/{path}".rstrip("/") for path in ADDRESSES}
    return pictures(page, desk.rstrip("/"), folder, pages)


def for_readme(page: Page, origin: str, folder: Path) -> int:
    """Take what the README shows, by day."""
    page.set_viewport_size({"width": 1240, "height": 660})
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    for name, path in SHOWN.items():
        page.goto(origin + path, wait_until="load")
        page.screenshot(path=folder / f"{name}.png")
    for name, path in PICTURES.items():
        (folder / f"{name}.png").write_bytes(page.request.get(origin + path).body())
    return len(SHOWN) + len(PICTURES)


def pictures_of_access(browser: Browser, newsroom: Newsroom, folder: Path) -> int:
    """Take the pages that differ by who looks at them, as above."""
    for name, (who, path) in newsroom.pages.items():
        with closing(newsroom.open_as(browser, who)) as context:
            page = context.new_page()
            for width in SIZES:
                page.set_viewport_size({"width": width, "height": 900})
                for scheme in SCHEMES:
                    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                    page.goto(newsroom.address + path, wait_until="load")
                    page.evaluate(PAINTED)
                    file = f"{name}-{width}-{scheme}.png"
                    page.screenshot(path=folder / file, full_page=True)
    return len(SIZES) * len(SCHEMES) * len(newsroom.pages)


def access_for_docs(browser: Browser, newsroom: Newsroom, folder: Path) -> int:
    """Take what the documentation shows of signing in and of what waits, by day."""
    pictures = {}
    for name, (who, path) in newsroom.pages.items():
        with closing(newsroom.open_as(browser, who)) as context:
            page = context.new_page()
            width = 760 if name.endswith("-reader") else 1000
            page.set_viewport_size({"width": width, "height": 560})
            page.goto(newsroom.address + path, wait_until="load")
            pictures[name] = page.screenshot(full_page=name not in ("sign-in", "waiting"))
    readers = [pictures.pop(f"{audience}-reader") for audience in ("public", "staff")]
    with closing(browser.new_page(viewport={"width": 1144, "height": 100})) as page:
        page.set_content(
            "<body style='margin:8px;display:flex;align-items:start;gap:8px;background:#888'>"
            + "".join(
                f"<img width=560 src='data:image/png;base64,{b64encode(each).decode()}'>"
                for each in readers
            )
        )
        pictures["readers"] = page.screenshot(full_page=True)
    for name, picture in pictures.items():
        (folder / f"{name}.png").write_bytes(picture)
    return len(pictures)


def take_pictures(asked: argparse.Namespace, browser: Browser, own: Path, folder: Path) -> int:
    """Take what is asked for, of servers that have a folder of their own."""
    if asked.desk:
        return pictures_of_desk(browser.new_page(), asked.desk, folder)
    with open_newsroom(own) as newsroom:
        take_access = access_for_docs if asked.docs else pictures_of_access
        n = take_access(browser, newsroom, folder)
    if not asked.access:
        with serve_demonstration(own) as server:
            take = for_readme if asked.docs else pictures
            n += take(browser.new_page(), f"http://127.0.0.1:{server.port}", folder)
    return n


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--docs", action="store_true", help="those of the documentation alone")
    parser.add_argument("--access", action="store_true", help="those of a newsroom alone")
    parser.add_argument("--desk", metavar="URL", help="those of a negotiation served there")
    asked = parser.parse_args()
    browser = find_chromium()
    if browser is None:
        sys.exit(REMEDY)
    folder = ROOT / "docs" / "pictures" if asked.docs else ROOT / ".screenshots"
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as own, sync_playwright() as driver:
        n = take_pictures(asked, launch_chromium(driver, browser), Path(own), folder)
    print(f"{n} pictures in {folder.relative_to(ROOT)}/")


if __name__ == "__main__":
    main()
