"""What a reader waits for who drags the date rail: from the key to the new matrix in the page."""

from __future__ import annotations

import statistics
import time
from contextlib import closing

from playwright.sync_api import Page, sync_playwright

from benchmarks import fill, history
from benchmarks.bench import SMALL, Bench
from benchmarks.measuring import Measures, percentile, serve_product
from domain.instants import to_rfc3339_short
from tests.browser import REMEDY, find_chromium, launch_chromium

HAS_MOVED = """was => document.getElementById('steps').dataset.at !== was
    && !document.getElementById('main').ariaBusy"""
"""All of another day stands in the page. Asked at each frame: a selector of Playwright walks the
whole page, which slows what it waits for."""
STEPS = 100
WARM = 5


def measure_dragging(bench: Bench) -> Measures:
    """Step day by day through the positions of 10,000 events."""
    with serve_product(bench.ledger(SMALL)) as port:
        took = drag_through(port)
    return {"scrub p50 ms": statistics.median(took), "scrub p95 ms": percentile(took, 0.95)}


def drag_through(port: int) -> list[float]:
    """Return the milliseconds of each step day by day through positions, in a real browser."""
    browser = find_chromium()
    if browser is None:
        raise RuntimeError(REMEDY)
    day = str(to_rfc3339_short(history.moment(0.5)))[:10]
    address = f"/desk/{fill.NAME}/positions?as_of={day}"
    with sync_playwright() as driver, closing(launch_chromium(driver, browser)) as opened:
        page = opened.new_page()
        page.goto(f"http://127.0.0.1:{port}{address}", wait_until="load")
        page.focus("#slider")
        return [measure_steps(page) for _ in range(WARM + STEPS)][WARM:]


def measure_steps(page: Page) -> float:
    """Step to the next day by the focused slider; return milliseconds until its page is there."""
    was = page.evaluate("document.getElementById('steps').dataset.at")
    start = time.perf_counter()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(HAS_MOVED, arg=was)
    return (time.perf_counter() - start) * 1000
