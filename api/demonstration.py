"""The demonstration ledger: built once from the shipped batches, by their simulated clock."""

from __future__ import annotations

import os
from hashlib import sha256
from importlib import resources
from pathlib import Path

import orjson

from api.archive import open_ledger
from api.settings import data_folder
from domain import accept
from domain.instants import from_text
from ledger.intake import Submission
from ledger.writing import Ledger

NEGOTIATION = "ukraine-peace-talks"
ROOMS = ("ledger", "projections")
"""Packages whose tables a ledger has; other tables need another file."""


def ledger_file() -> Path:
    """Return the demonstration ledger's file, built if this version of it is not there yet."""
    text = resources.files("demo").joinpath(f"{NEGOTIATION}.jsonl").read_bytes()
    tables = [resources.files(room).joinpath("sqlite.sql").read_bytes() for room in ROOMS]
    path = data_folder() / f"demo-{sha256(b''.join([text, *tables])).hexdigest()[:12]}.db"
    if not path.is_file():
        _build(text, path)
    return path


def _build(text: bytes, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    moment = 0
    draft = path.with_suffix(f".{os.getpid()}")
    draft.unlink(missing_ok=True)
    ledger = open_ledger(
        draft, clock=lambda: moment, key=f"{path}.key", outside=f"{path}.checkpoint"
    )
    try:
        for line in text.splitlines():
            batch = orjson.loads(line)
            moment = from_text(batch["recorded_at"])
            _record(ledger, batch["events"])
        with ledger.reading():
            pass
    finally:
        ledger.close()
    Path(f"{draft}.lock").unlink(missing_ok=True)
    draft.replace(path)


def _record(ledger: Ledger, events: list[dict[str, object]]) -> None:
    built = [accept.parse(event) for event in events]
    ledger.record(Submission(NEGOTIATION, built, recorded_by="demonstration"))
