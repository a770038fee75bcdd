"""Pictures of every page, in light and dark, on a phone and on a desktop: made to be looked at.

``python -m tests.evidence.screenshots`` writes them to .screenshots/, named by page, width and
scheme; with ``--readme`` it writes the three that the README shows to docs/pictures/.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser import REMEDY, find_chromium, launch_chromium
from tests.pages import DEMO, DEMO_PAGES, SCHEMES
from tests.serving import serve_demonstration

ROOT = Path(__file__).parent.parent.parent
WIDTHS = (380, 1280)
SHOWN = {
    "overview": f"{DEMO}?as_of=2025-12-23",
    "positions": f"{DEMO}/positions?as_of=2025-12-25&cell=russia/territory#drawer",
    "redline": f"{DEMO}/plans/us-28?to_plan=us-ua-20#redline",
}
"""What the README shows, of the size of a window."""
PAINTED = """for (const row of document.querySelectorAll(".matrix tr"))
    row.style.contentVisibility = "visible" """
"""Rows out of sight are not painted while one drags; a picture of the whole page wants them."""


def pictures(page: Page, origin: str, folder: Path) -> int:
    """Take every page whole at both widths in both schemes; return how many pictures there are."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            for name, path in DEMO_PAGES.items():
                page.goto(origin + path, wait_until="load")
                page.evaluate(PAINTED)
                file = f"{name.replace(', ', '-').replace(' ', '-')}-{width}-{scheme}.png"
                page.screenshot(path=folder / file, full_page=True)
    return len(list(folder.glob("*.png")))


def for_readme(page: Page, origin: str, folder: Path) -> int:
    """Take what the README shows, by day."""
    page.set_viewport_size({"width": 1240, "height": 660})
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    for name, path in SHOWN.items():
        page.goto(origin + path, wait_until="load")
        page.screenshot(path=folder / f"{name}.png")
    return len(SHOWN)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readme", action="store_true", help="the three of the README alone")
    asked = parser.parse_args()
    browser = find_chromium()
    if browser is None:
        sys.exit(REMEDY)
    folder = ROOT / "docs" / "pictures" if asked.readme else ROOT / ".screenshots"
    folder.mkdir(exist_ok=True)
    take = for_readme if asked.readme else pictures
    with (
        tempfile.TemporaryDirectory() as own,
        serve_demonstration(Path(own)) as server,
        sync_playwright() as driver,
    ):
        page = launch_chromium(driver, browser).new_page()
        n = take(page, f"http://127.0.0.1:{server.port}", folder)
    print(f"{n} pictures in {folder.relative_to(ROOT)}/")


if __name__ == "__main__":
    main()
