"""One cell in full: what was said and by whom, when it came out, when it was written down here."""

from __future__ import annotations

from typing import Any

import orjson

from api.desk.frame import Frame
from api.desk.matrix import plan_titles
from api.desk.page import Data
from domain.cells import CellKey
from domain.instants import full_text
from domain.items import Item
from domain.plans import Point
from domain.refusals import NotFoundError
from projections import answers
from projections.plans import points_of

LONGEST = 20
"""Statements of a cell that are shown; the rest is among the events."""


def whole(frame: Frame, key: CellKey) -> Data | None:
    """Return one cell in full; refuse the parameter where nothing is known of it."""
    try:
        found = answers.spelled_out(answers.cell(frame.view, *key))
    except NotFoundError as error:
        frame.refuse("cell", error.detail, error.hint)
        return None
    position = found["position"]
    return {
        "key": "/".join(key),
        "party": key[0],
        "issue": key[1] if len(key) == 2 else None,
        "party_name": frame.names("party").get(key[0], key[0]),
        "on": _on(frame, key),
        "word": _word(position),
        "since": position and position["since"],
        "history": [_told(frame, each) for each in found["history"][:LONGEST]],
        "more": max(0, len(found["history"]) - LONGEST),
        "attributed": [_told(frame, each) for each in found["attributed"][:LONGEST]],
        "rivals": (position or {}).get("rivals") or [],
    }


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
    plan, point = key[1:]
    fields = points_of(frame.view, plan, point).get((plan, point), Point()).fields
    number = fields.get("number")
    heading = fields.get("heading") or point
    head = heading if number is None else f"{number}. {heading}"
    return f"{plan_titles(frame.view).get(plan, plan)}, {head}"


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
