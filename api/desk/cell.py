"""One cell in full: what was said and by whom, when it came out, when it was written down here."""

from __future__ import annotations

from typing import Any

import orjson

from api.desk.frame import Frame
from api.desk.page import Data
from domain.cells import CellKey
from domain.instants import full_text
from domain.items import Item
from domain.refusals import NotFoundError
from projections import answers
from projections.plans import points_of

LONGEST = 20
"""Statements of a cell that are shown; the rest is among the events."""


def whole(frame: Frame, key: CellKey) -> Data | None:
    """Return one cell in full, empty where nothing is known of it; refuse what no cell can be."""
    try:
        found = answers.spelled_out(answers.cell(frame.view, *key))
    except NotFoundError as error:
        if not _could_be(frame, key):
            frame.refuse("cell", error.detail, error.hint)
            return None
        found = {"position": None, "history": [], "attributed": []}
    position = found["position"]
    return {
        "key": "/".join(key),
        "party": key[0],
        "issue": key[1] if len(key) == 2 else None,
        "party_name": frame.names("party").get(key[0], key[0]),
        "on": _on(frame, key),
        "word": _word(position),
        "unknown": not (found["history"] or found["attributed"]),
        "since": position and position["since"],
        "red_line": _red_line(found["history"], position),
        "history": [_told(frame, each) for each in found["history"][:LONGEST]],
        "more": max(0, len(found["history"]) - LONGEST),
        "attributed": [_told(frame, each) for each in found["attributed"][:LONGEST]],
        "rivals": (position or {}).get("rivals") or [],
    }


def _red_line(history: list[Data], position: Data | None) -> Data | None:
    """Return the last red line that was drawn here and that another stance has followed since."""
    drawn = next((each for each in history if each.get("stance") == "red-line"), None)
    if drawn is None or (position and position.get("stance") == "red-line"):
        return None
    return {name: drawn.get(name) for name in ("event", "occurred", "summary")}


def _could_be(frame: Frame, key: CellKey) -> bool:
    """Tell whether party and issue, or point, are known, so only nothing is said of it."""
    on = key[1] in frame.names("issue") if len(key) == 2 else key[1:] in points_of(frame.view)
    return on and key[0] in frame.names("party")


def _word(position: Data | None) -> str | None:
    """Return the stance of an answer, or what stands in its place."""
    if position is None:
        return None
    if position["mixed"]:
        return "mixed"
    return position.get("stance") or ("disputed" if position.get("disputed") else "withdrawn")


def _on(frame: Frame, key: CellKey) -> str:
    """Return what the position is on, in the words of the record."""
    if len(key) == 2:
        return frame.names("issue").get(key[1], key[1])
    names = frame.called
    return f"{names.of('plan', key[1])}, {names.point(*key[1:])}"


def _told(frame: Frame, said: Data) -> Data:
    item = frame.view.raw(said["event"])
    return {**said, **(_marks(item) if item else {}), "by": speaker(frame, said)}


def _marks(item: Item) -> Data:
    """Return seq, clocks and reports of an event, and how late it came out and was recorded."""
    return {
        "seq": item.seq,
        "recorded_at": full_text(item.recorded_at),
        "out_after": max(0, item.known_at - item.last),
        "recorded_after": max(0, item.recorded_at - item.known_at),
        "reports": orjson.loads(item.reports),
    }


def speaker(frame: Frame, said: Data) -> str | None:
    """Return the name of the one whom a claim comes from."""
    kind, _, slug = str(said.get("attributed_by") or said.get("speaker") or "").partition(":")
    if not slug:
        return None
    names: dict[str, Any] = frame.names(kind) if kind in ("party", "person") else {}
    return str(names.get(slug, slug))
