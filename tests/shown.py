"""The demonstration in a browser: its pages, their sizes, and a server that shows them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from api.cli import demo_ledger
from tests.serving import Served, served
from tests.world import KEY

BASE = "/desk/ukraine-peace-talks"
PAGES = {
    "overview": BASE,
    "overview then": f"{BASE}?as_of=2025-12-25",
    "positions": f"{BASE}/positions?as_of=2025-12-25",
    "positions, a cell": f"{BASE}/positions?as_of=2025-12-25&cell=russia/revised-framework",
    "positions, uk": f"{BASE}/positions?as_of=2025-12-25&lang=uk",
    "plans": f"{BASE}/plans",
    "plan": f"{BASE}/plans/us-ua-20",
    "plan, uk": f"{BASE}/plans/us-28?lang=uk",
    "redline": f"{BASE}/plans/us-28?to_plan=us-ua-20",
    "redline, side by side": f"{BASE}/plans/us-28?to_plan=us-ua-20&view=side&only=changed",
    "compare": f"{BASE}/compare?from=2025-11-20&as_of=2025-12-25",
    "gap": f"{BASE}/gap?as_of=2025-11-23",
    "audit": f"{BASE}/audit?verify=1&old=100&replay=120",
    "help": f"{BASE}/help",
    "record": f"{BASE}/record",
    "record, a form": f"{BASE}/record?type=position-stated&when=2025-12-2X",
    "problems": "/problems",
    "problem": "/problems/invalid-span?lang=uk",
    "docs": "/docs",
    "events": f"{BASE}/events?as_of=2025-12-25",
    "events, a window": f"{BASE}/events?as_of=2025-12-25&from=2025-11-10&to=2025-12-09&q=talks",
    "event": f"{BASE}/events/ede44899-997f-5343-a65c-78724536bfdc",
    "meetings": f"{BASE}/meetings?as_of=2025-12-25",
    "meetings, uk": f"{BASE}/meetings?status=held&month=2025-11&lang=uk",
    "people": f"{BASE}/people?as_of=2025-12-25",
    "refused": f"{BASE}/positions?asof=2025&basis=maybe",
    "nowhere": f"{BASE}/nowhere",
}
"""Every page, and its states that look different; a new page is one line here."""
SIZES = (380, 800, 1280)
"""Widths of a window, in pixels: a phone, a tablet, a desktop."""
SCHEMES = ("light", "dark")


@contextmanager
def demonstrated(folder: Path) -> Iterator[Served]:
    """Serve the demonstration from a folder of its own, with the keys that vouch for it."""
    with mock.patch.dict(os.environ, XDG_DATA_HOME=str(folder)):
        file = demo_ledger.demo_ledger_file()
    for made in (f"{file}.key", f"{file}.checkpoint"):
        shutil.copy(made, folder / {"key": "log.key"}.get(made.rpartition(".")[2], "checkpoint"))
    with served(file, folder=folder) as found:
        yield found


@contextmanager
def displayed(folder: Path) -> Iterator[Served]:
    """Serve what a world recorded in a folder, with its key."""
    outside = str(folder / "world.db.checkpoint")
    given = {"MINUTEBOOK_LOG_KEY": KEY, "MINUTEBOOK_CHECKPOINT": outside}
    with served(folder / "world.db", folder=folder, **given) as found:
        yield found
