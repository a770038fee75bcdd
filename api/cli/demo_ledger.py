"""The demonstration ledger: built once from the shipped batches, by their simulated clock."""

from __future__ import annotations

import os
from contextlib import closing
from hashlib import sha256
from importlib import resources
from pathlib import Path

import orjson

from api.settings import data_folder
from api.wiring import open_ledger
from domain import acceptance
from domain.instants import from_rfc3339
from ledger.submission import Submission

NEGOTIATION = "ukraine-peace-talks"
TABLE_PACKAGES = ("ledger", "projections.index")
"""Packages that define tables; changed tables need a new file."""


def demo_ledger_file() -> Path:
    """Return the demonstration ledger's file, built if this version of it does not exist."""
    batches = resources.files("demo").joinpath(f"{NEGOTIATION}.jsonl").read_bytes()
    digest = sha256(batches)
    for package in TABLE_PACKAGES:
        digest.update(resources.files(package).joinpath("sqlite.sql").read_bytes())
    path = data_folder() / f"demo-{digest.hexdigest()[:12]}.db"
    if not path.is_file():
        _build_ledger(batches, path)
    return path


def _build_ledger(batches: bytes, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    simulated_now = 0
    draft_path = path.with_suffix(f".{os.getpid()}")
    draft_path.unlink(missing_ok=True)
    ledger = open_ledger(
        draft_path,
        clock=lambda: simulated_now,
        key_path=f"{path}.key",
        checkpoint_path=f"{path}.checkpoint",
    )
    with closing(ledger):
        for line in batches.splitlines():
            batch = orjson.loads(line)
            simulated_now = from_rfc3339(batch["recorded_at"])
            events = [acceptance.parse_event(event) for event in batch["events"]]
            ledger.record(Submission(NEGOTIATION, events, recorded_by="demonstration"))
    Path(f"{draft_path}.lock").unlink(missing_ok=True)
    draft_path.replace(path)
