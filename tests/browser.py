"""The browser that pages are tried in: an installed Chromium, without a network of its own."""

from __future__ import annotations

import os
import shutil

from playwright.sync_api import Browser, Playwright

REMEDY = "no browser is found: install Debian's chromium, or name one with MINUTEBOOK_CHROMIUM"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def program() -> str | None:
    named = os.environ.get("MINUTEBOOK_CHROMIUM")
    return named or shutil.which("chromium") or shutil.which("chromium-browser")


def launched(driver: Playwright, path: str) -> Browser:
    return driver.chromium.launch(executable_path=path, args=ARGUMENTS)
