"""The access record: who read what only some may see, in files of its own, one a day."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import orjson

from api.monitoring.requests import ObservedRequest
from ledger.fault_log import FaultLog
from ledger.location import OWNER_MODE

FOLDER_MODE = 0o700


class AccessRecord:
    """Writes a line for each answer to an audience other than the public, and removes files that
    are older than ``days``, of 0 none is kept."""

    def __init__(self, folder: Path, days: int) -> None:
        self.folder, self.days = folder, days
        self._today: date | None = None
        self._faults = FaultLog("who reads cannot be recorded", "who reads is recorded again")

    def observe(self, request: ObservedRequest) -> None:
        """Record who read an answer, if it is one that not everybody may see."""
        address = request.pinned or request.asked_address
        if not self.days or request.audience == "public" or request.status not in (200, 304):
            return
        now = datetime.now(UTC)
        line = {
            "time": f"{now:%Y-%m-%dT%H:%M:%S.%fZ}",
            "key": request.key,
            "route": request.route,
            "negotiation": read_negotiation(address),
            "audience": request.audience,
            "address": request.pinned,
            "request_id": request.request_id,
        }
        try:
            self._write(now.date(), orjson.dumps(line) + b"\n")
        except OSError as error:
            self._faults.fail(error)
        else:
            self._faults.succeed()

    def _write(self, today: date, line: bytes) -> None:
        if today != self._today:
            self.folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
            self._remove_old(today)
            self._today = today
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        handle = os.open(self.folder / f"{today}.jsonl", flags, OWNER_MODE)
        try:
            os.write(handle, line)  # whole, also where several processes write
        finally:
            os.close(handle)

    def _remove_old(self, today: date) -> None:
        first_kept = today - timedelta(days=self.days)
        for file in self.folder.glob("????-??-??.jsonl"):
            if file.stem < str(first_kept):
                file.unlink(missing_ok=True)


def read_negotiation(address: str) -> str | None:
    """Return the negotiation that an address is about, if it is about one."""
    parts = urlsplit(address).path.split("/")[1:]
    if parts[:2] == ["v1", "negotiations"]:
        return parts[2] if len(parts) > 2 else None
    return parts[1] if parts[0] == "desk" and len(parts) > 1 else None
