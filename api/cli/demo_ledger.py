"""The demonstration ledger: built once from the shipped batches, by their simulated clock."""

from __future__ import annotations

import os
from contextlib import closing
from hashlib import sha256
from importlib import resources
from pathlib import Path

import orjson

from api.access.caller import STAFF
from api.session import open_session
from api.settings import data_folder
from api.wiring import open_ledger
from domain import acceptance
from domain.errors import InvalidQuestionError, MinutebookError
from domain.instants import from_rfc3339
from ledger import location
from ledger.read_only import ReadOnlyLedger
from ledger.submission import Submission
from projections.index.writer import TRACKING_NAME

NEGOTIATION = "ukraine-peace-talks"
TABLE_PACKAGES = ("ledger", "projections.index")
"""Packages that define tables; changed tables, or rows of another version, need a new file."""


def demo_ledger_file() -> Path:
    """Return the demonstration ledger's file, built if this version of it does not exist."""
    batches = _read_batches()
    digest = sha256(batches + TRACKING_NAME.encode())
    for package in TABLE_PACKAGES:
        digest.update(resources.files(package).joinpath("sqlite.sql").read_bytes())
    path = data_folder() / f"demo-{digest.hexdigest()[:12]}.db"
    if not path.is_file():
        _build_ledger(batches, path)
    return path


def make_demo_ledger(db: Path | str) -> Path:
    """Return a file that holds the demonstration, made if it does not exist.

    Raises InvalidQuestionError where something else is there.
    """
    if location.is_server_url(db):
        hint = "name a file with --db, or import the demonstration's export into the database"
        raise InvalidQuestionError("the demonstration is kept in a SQLite file", hint=hint)
    path = Path(db)
    if not path.exists():
        _build_ledger(_read_batches(), path)
        return path
    try:
        with closing(ReadOnlyLedger(path)) as ledger, open_session(ledger, NEGOTIATION, STAFF):
            return path
    except MinutebookError:
        hint = "name a file that does not exist yet, or serve this one with minutebook serve"
        detail = f"{path} does not hold the demonstration"
        raise InvalidQuestionError(detail, hint=hint) from None


def _read_batches() -> bytes:
    return resources.files("demo").joinpath(f"{NEGOTIATION}.jsonl").read_bytes()


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
