"""Whole negotiations as stories: of each, a file of what was recorded when, one event a line.

A line with ``recorded_at`` alone begins a batch. An event's id and the one that it acts on are
labels; ``day`` is when it happened and was published, ``published`` only the latter.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.facts import Batch, Event, event_id, report

FOLDER = Path(__file__).parent


def read_batches(negotiation: str) -> list[Batch]:
    batches: list[Batch] = []
    for line in (FOLDER / f"{negotiation}.jsonl").read_text().splitlines():
        row = json.loads(line)
        if recorded_at := row.get("recorded_at"):
            batches.append((recorded_at, []))
        else:
            batches[-1][1].append(read_event(row))
    return batches


def read_event(row: Event) -> Event:
    day = row.pop("day", None)
    published = row.pop("published", day and day[:10])
    event: dict[str, Any] = {"occurred": day} if day else {}
    if published:
        event["reports"] = [report(published, row.pop("publisher", "herald"))]
    ids = {name: event_id(row[name]) for name in ("id", "event") if name in row}
    return event | row | ids
