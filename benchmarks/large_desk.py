"""What each page costs where many negotiate: 60 parties on 60 issues, 5,000 statements, 10,000
events.

``python -m benchmarks.large_desk`` prints milliseconds of CPU, the median of nine past dates that
were not asked for before and the most; what compresses the page is in them. Then, of dragging
through positions in a browser, milliseconds until the next day is drawn: the median and the p95.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

from fastapi.testclient import TestClient

from api.app import create_app
from api.cli import gc_tuning
from benchmarks import fill, generator
from benchmarks.dragging import drag_through
from benchmarks.generator import Event, Recorded, Standard
from benchmarks.measuring import percentile, serve_product

EVENTS, FLOW = 10_000, 5_500
"""All events, and how many of them come after the early positions and meetings."""
ANSWERS = [{"answer": f"a{n}", "label": f"{n}00 of them", "value": n * 100} for n in range(1, 6)]
FIRST_DAY, DAYS = date(2025, 6, 1), 9
PAGES = (
    *("", "positions", "positions?cell=party-3/issue-7", "plans", "plans/frame", "meetings"),
    *("meetings?month=2025-09", "events", "events?q=ceasefire", "compare", "gap", "people"),
    *("people/person-3", "parties/party-3", "issues/issue-7", "anomalies", "audit", "pictures"),
    *("pictures/drift", "pictures/lag", "pictures/chronology", "pictures/evolution"),
    *("pictures/encounters", "pictures/activity", "record?type=statement-made", "help"),
)


class LargeDesk(Standard):
    """The standard negotiation with answers to its issues, and statements above all."""

    def _opening(self) -> Iterator[Recorded]:
        for moment, event in super()._opening():
            is_issue = event["type"] == "issue-defined"
            yield moment, event | ({"answers": ANSWERS} if is_issue else {})

    def _position(self, at: int, n: int) -> Recorded:
        moment, event = super()._position(at, n)
        answered: Event = {"answer": self.random.choice(ANSWERS)["answer"]}
        holds = event["stance"] in ("demands", "proposes", "supports", "accepts")
        return moment, event | (answered if holds else {})

    def _flow(self) -> Iterator[tuple[int, Recorded]]:
        makers: tuple[Any, ...] = (self._statement, self._position, self._claim, self._amended)
        makers += (self._proposal, self._verdict, self._watch, self._planned)
        start = generator.START + 10 * generator.DAY
        for n in range(FLOW):
            at = start + (generator.END - start) * n // FLOW
            (make,) = self.random.choices(makers, (91, 2, 1, 0.5, 1.5, 1, 2, 1))
            yield at, make(at, self.random.randrange(generator.PARTIES * generator.ISSUES))


def build_ledger(database: Path) -> None:
    with mock.patch.multiple(generator, PARTIES=60, ISSUES=60):
        fill.build(database, LargeDesk(EVENTS).events())


def measure_page(client: TestClient, path: str, day: date) -> float:
    """Return the milliseconds of CPU that a page takes as of the end of a day."""
    address = f"/desk/{fill.NAME}/{path}".rstrip("/").replace("/?", "?")
    mark = "&" if "?" in address else "?"
    start = time.process_time()
    client.get(f"{address}{mark}as_of={day}").raise_for_status()
    return (time.process_time() - start) * 1000


def main() -> None:
    gc_tuning.tune_collector()
    with TemporaryDirectory() as folder:
        database = Path(folder) / "large.db"
        build_ledger(database)
        with closing(fill.open_ledger_at(database, fill.Clock(generator.END))) as ledger:
            client = TestClient(
                create_app(ledger), "http://127.0.0.1:8000", client=("127.0.0.1", 1)
            )
            for path in PAGES:
                measure = partial(measure_page, client, path)
                measure(FIRST_DAY - timedelta(days=9))
                took = [measure(FIRST_DAY + timedelta(days=20 * n)) for n in range(DAYS)]
                print(f"{path or 'overview':32} {statistics.median(took):6.1f} {max(took):6.1f}")
        with serve_product(str(database)) as port:
            took = drag_through(port)
        print(f"{'dragged, until it is drawn':32} {statistics.median(took):6.1f}", end=" ")
        print(f"{percentile(took, 0.95):6.1f}")


if __name__ == "__main__":
    main()
