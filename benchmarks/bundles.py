"""What a bundle of a year costs whoever verifies it: its size, and the time of the script in it.

Run ``python -m benchmarks.bundles``. It records a year of one negotiation, a batch a minute in
an hour of each working day, each signed, and verifies the bundle as a reader would. For comparison
it measures one signature, of which a bundle with every checkpoint would need as many as it has.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from unittest.mock import patch

from domain import acceptance
from domain.instants import Instant, from_rfc3339
from ledger.proofs import verify_bundle
from ledger.proofs.bundle import write_bundle
from ledger.proofs.checkpoints import CheckpointSigner
from ledger.submission import Submission
from ledger.writer import Ledger

NAME = "talks"
DAYS, EVENTS_A_DAY, EVENTS_A_BATCH = 250, 200, 20
DAY, MINUTE = 24 * 3600 * 1_000_000, 60 * 1_000_000
START = from_rfc3339("2026-01-01T09:00:00Z")
LIMIT_SECONDS = 60
OPENING = [
    {"type": "negotiation-opened", "title": "A year of talks"},
    {"type": "party-registered", "party": "north", "name": "North"},
]


def make_batches(days: int) -> Iterator[tuple[Instant, list[dict[str, object]]]]:
    """Yield the batches of a year with their times."""
    yield START, OPENING
    for day in range(days):
        for batch in range(EVENTS_A_DAY // EVENTS_A_BATCH):
            at = START + day * DAY + (batch + 1) * MINUTE
            yield at, [_statement(day, batch, number) for number in range(EVENTS_A_BATCH)]


def _statement(day: int, batch: int, number: int) -> dict[str, object]:
    return {
        "type": "statement-made",
        "statement": f"s-{day}-{batch}-{number}",
        "speaker": "north",
        "summary": "They are ready to talk about what was said yesterday. " * 5,
        "occurred": "2026-01-01",
        "reports": [{"published": "2026-01-01", "publisher": "Gazette"}],
    }


def measure_year(folder: Path, days: int) -> float:
    """Print what the bundle of a year is and costs; return the seconds of its verification."""
    moment, file = [START], folder / "bundle.zip"
    signer = CheckpointSigner(folder / "log.key", folder / "log.checkpoint")
    with (
        patch("ledger.writer.SIGN_INTERVAL", 0.0),
        closing(Ledger(folder / "log.db", clock=lambda: moment[0], checkpoints=signer)) as ledger,
    ):
        for at, events in make_batches(days):
            moment[0] = at
            ledger.record(Submission(NAME, [acceptance.parse_event(event) for event in events]))
        time.sleep(0.5)
        with ledger.open_snapshot() as c:
            c.execute("SELECT count(*) FROM checkpoint")
            stored = c.fetchone()[0]
        with file.open("wb") as target:
            write_bundle(ledger, NAME, ledger.verifier, target)
    with zipfile.ZipFile(file) as archive:
        notes = archive.read("checkpoints.txt").decode().split(verify_bundle.NOTE_SEPARATOR)
        script = Path(archive.extract("verify_bundle.py", folder))
        key = archive.read("key.txt").decode().strip()
    begun = time.perf_counter()
    told = subprocess.check_output(  # noqa: S603  # our own script
        [sys.executable, "-I", "-S", script, file, "--key", key], text=True
    )
    seconds = time.perf_counter() - begun
    begun = time.perf_counter()
    verify_bundle.open_note(notes[-1], key, "a note")
    one_note = time.perf_counter() - begun
    print(told.splitlines()[0])
    print(f"size: {file.stat().st_size / 1e6:.0f} MB")
    print(f"checkpoints: {len(notes)} of {stored} stored")
    print(f"verified in {seconds:.1f} s; with every checkpoint {stored * one_note:.0f} s more")
    return seconds


def main() -> int:
    """Measure; exit with 1 where the verification takes too long."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=DAYS)
    days = parser.parse_args().days
    with tempfile.TemporaryDirectory() as folder:
        return int(measure_year(Path(folder), days) > LIMIT_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
