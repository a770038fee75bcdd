"""The browser that pages are tried in: an installed Chromium, without a network of its own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

REMEDY = (
    "no browser is found: install Debian's chromium-headless-shell or chromium, "
    "or name one with MINUTEBOOK_CHROMIUM"
)
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser")
"""The first draws no window of its own, which saves a third of the processor time."""
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--font-render-hinting=none",
]


def find_chromium() -> str | None:
    named = os.environ.get("MINUTEBOOK_CHROMIUM")
    return named or next(filter(None, map(shutil.which, PROGRAMS)), None)


def launch_chromium(driver: Playwright, path: str) -> Browser:
    return driver.chromium.launch(executable_path=path, args=ARGUMENTS)


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Give a browser for tests: without one they are skipped, and fail in CI."""
    found = find_chromium()
    if found is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(REMEDY)
    with sync_playwright() as driver:
        opened = launch_chromium(driver, found)
        yield opened
        opened.close()
