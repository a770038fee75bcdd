"""The matrix of positions: what each party holds on each issue and plan point, and what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import orjson

from api.desk.frame import Frame
from api.desk.held import word
from api.desk.page import Data
from api.desk.shown import short
from domain.basis import Basis
from domain.cells import CellKey
from domain.plans import Point
from domain.positions import Position
from projections.plans import points_of
from projections.standings import by_party, stances


def matrix(frame: Frame, start: Basis) -> Data:
    """Return parties and rows of cells, each with what changed since another basis.

    A row is an issue, or a point of a plan; a party stands in it once anything is known of it.
    """
    own, held = stances(frame.view), frame.request.app.state.held
    held.keep(frame.desk, frame.basis, own)
    before = held.of(frame.desk, start)
    stated = frame.view.counted("position") | by_party(frame.view.counted("stance"))
    claims = frame.view.counted("attributed")
    names = frame.names("party")
    order = {slug: number for number, slug in enumerate(names)}
    cells = {
        key: _cell(own.get(key), before.get(key), stated.get(key, 0), claims.get(key, 0))
        for key in sorted({*own, *before, *claims}, key=lambda key: (order.get(key[0], -1), key))
    }
    told = {slug: names.get(slug, slug) for slug in dict.fromkeys(key[0] for key in cells)}
    parties = [{"party": slug, "name": name, "label": short(name, 28)}
               for slug, name in told.items()]  # fmt: skip
    rows = [*_issues(frame, cells), *_points(frame, cells)]
    return {"parties": parties, "rows": rows}


def _cell(now: Position | None, was: str | None, stated: int, claims: int) -> Data:
    told = word(now)
    return {
        "word": told,
        **(_facts(now) if now else NOTHING),
        "statements": stated,
        "claims": claims,
        "changed": told != was,
        "before": was,
    }


NOTHING: Data = {"since": None, "among": [], "disputed": False, "summary": None, "events": []}


def _facts(now: Position) -> Data:
    value = now.winner.value
    return {
        "since": orjson.loads(now.since.detail or b"null") if now.since else None,
        "among": [row.mark for row in now.candidates] if now.mixed else [],
        "disputed": bool(value.get("disputed")),
        "summary": None if now.mixed else value.get("summary"),
        "events": [event for row in now.candidates for event in orjson.loads(row.rests)["events"]],
    }


def _issues(frame: Frame, cells: Mapping[CellKey, Data]) -> list[Data]:
    found = []
    for slug, item in frame.called.registered("issue").items():
        value = item.value
        if held := {key[0]: cell for key, cell in cells.items() if key[1:] == (slug,)}:
            title = value.get("title") or slug
            found.append({"issue": slug, "path": slug, "title": title,
                          "question": value.get("question"), "cells": held})  # fmt: skip
    return found


def _points(frame: Frame, cells: Mapping[CellKey, Data]) -> list[Data]:
    """Return a row for each plan point that anybody takes a stance on."""
    wanted = sorted({key[1:] for key in cells if len(key) == 3})
    if not wanted:
        return []
    points, found = points_of(frame.view), []
    for plan, point in wanted:
        fields = points.get((plan, point), Point()).fields
        held = {key[0]: cell for key, cell in cells.items() if key[1:] == (plan, point)}
        found.append({"plan": plan, "point": point, "path": f"{plan}/{point}",
                      "title": fields.get("heading") or point, "number": fields.get("number"),
                      "of": frame.called.of("plan", plan), "cells": held})  # fmt: skip
    return found


def changed(rows: Sequence[Data]) -> list[tuple[Data, str, Data]]:
    """Return row, party and cell of each that changed."""
    return [(row, party, cell) for row in rows for party, cell in row["cells"].items()
            if cell["changed"]]  # fmt: skip
