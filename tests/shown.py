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

DESK = "/desk/ukraine-peace-talks"
PAGES = {
    "overview": DESK,
    "overview then": f"{DESK}?as_of=2025-12-25",
    "positions": f"{DESK}/positions?as_of=2025-12-25",
    "positions, a cell": f"{DESK}/positions?as_of=2025-12-25&cell=russia/revised-framework",
    "positions, uk": f"{DESK}/positions?as_of=2025-12-25&lang=uk",
    "plans": f"{DESK}/plans",
    "plan": f"{DESK}/plans/us-ua-20",
    "plan, uk": f"{DESK}/plans/us-28?lang=uk",
    "redline": f"{DESK}/plans/us-28?to_plan=us-ua-20",
    "redline, side by side": f"{DESK}/plans/us-28?to_plan=us-ua-20&view=side&only=changed",
    "compare": f"{DESK}/compare?from=2025-11-20&as_of=2025-12-25",
    "gap": f"{DESK}/gap?as_of=2025-11-23",
    "audit": f"{DESK}/audit?verify=1&old=100&replay=120",
    "help": f"{DESK}/help",
    "record": f"{DESK}/record",
    "record, a form": f"{DESK}/record?type=position-stated&when=2025-12-2X",
    "problems": "/problems",
    "problem": "/problems/invalid-span?lang=uk",
    "docs": "/docs",
    "events": f"{DESK}/events?as_of=2025-12-25",
    "events, a window": f"{DESK}/events?as_of=2025-12-25&from=2025-11-10&to=2025-12-09&q=talks",
    "event": f"{DESK}/events/ede44899-997f-5343-a65c-78724536bfdc",
    "meetings": f"{DESK}/meetings?as_of=2025-12-25",
    "meetings, uk": f"{DESK}/meetings?status=held&month=2025-11&lang=uk",
    "people": f"{DESK}/people?as_of=2025-12-25",
    "refused": f"{DESK}/positions?asof=2025&basis=maybe",
    "nowhere": f"{DESK}/nowhere",
}
"""Every page, and its states that look different; a new page is one line here."""
SIZES = (380, 800, 1280)
"""Widths of a window, in pixels: a phone, a tablet, a desk."""
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
