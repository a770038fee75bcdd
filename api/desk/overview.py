"""The overview: what changed of late, who meets next, which plans there are, what divides."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import Any

from api.desk.dates import day_of
from api.desk.frame import Frame
from api.desk.held import group
from api.desk.lately import meeting, moved, redrawn, turned
from api.desk.matrix import changed, matrix
from api.desk.page import Data, Page
from domain.spans import parse
from projections import answers
from projections.view import View

MOST = 6
"""Lines of each list; the pages behind show the rest."""


def data(frame: Frame) -> Data:
    """Return the state in short and what changed in the seven days before the date.

    Where nothing became known in them, it is the seven days before the last day on which it did.
    """
    start = frame.earlier(None)
    quiet = frame.rail.last is not None and str(frame.rail.last) <= frame.since(start)
    if quiet and frame.rail.last:
        start = frame.earlier(str(frame.rail.last - timedelta(days=7)))
    basis = frame.desk.basis(start)
    held, then = matrix(frame, basis), frame.desk.view(basis)
    meetings = answers.spelled_out(answers.meetings(frame.view))
    plans = answers.spelled_out(answers.plans(frame.view))
    return {
        "from": frame.since(start),
        "quiet": quiet,
        "parties": {each["party"]: each["name"] for each in held["parties"]},
        "summary": frame.opening.get("summary"),
        "positions": turned(changed(held["rows"])),
        "moved": moved(meetings, answers.spelled_out(answers.meetings(then))),
        "redrawn": redrawn(plans, answers.spelled_out(answers.plans(then))),
        "statements": _statements(frame),
        "upcoming": _upcoming(frame, meetings, "announced"),
        "overdue": _upcoming(frame, meetings, "overdue"),
        "plans": _on_the_table(plans),
        "contested": _contested(held["rows"]),
        "questions": _questions(frame),
    }


def _upcoming(frame: Frame, meetings: list[Data], status: str) -> list[Data]:
    found = [each for each in meetings if each["status"] == status]
    found.sort(key=lambda each: _starts(frame.view, each["expected"]), reverse=status == "overdue")
    return [meeting(each) for each in found[:MOST]]


def _starts(view: View, expected: Any) -> int:
    return parse(expected if isinstance(expected, str) else None, view.zone).lo


def _on_the_table(plans: list[Data]) -> list[Data]:
    """Return the newest plans that none has superseded, with how much of each is known."""
    found = [each for each in plans if each["status"] != "superseded"]
    found.sort(key=lambda each: str(each["known_at"] or ""), reverse=True)
    return [
        {"plan": each["plan"], "title": each["title"] or each["plan"], "status": each["status"],
         "points": len(each["points"]), "claimed": each["claimed_points"],
         "seen": sum(bool(point["text"]) for point in each["points"]),
         "agreed": len(each["agreed"]), "pending": len(each["pending"])}
        for each in found[:MOST]
    ]  # fmt: skip


def _contested(rows: list[Data]) -> list[Data]:
    """Return the issues on which parties stand apart, those most rejected first."""
    found = []
    for row in rows:
        sides: dict[str, list[Data]] = {}
        for party, cell in row["cells"].items():
            if side := group(cell["word"]):
                sides.setdefault(side, []).append({"party": party, "word": cell["word"]})
        if len(sides) > 1:
            found.append({"path": row["path"], "title": row["title"],
                          "question": row.get("question"), "sides": sides})  # fmt: skip
    found.sort(key=lambda each: (-len(each["sides"].get("rejects", ())), -len(each["sides"])))
    return found[:MOST]


def _statements(frame: Frame) -> list[Data]:
    names = {kind: frame.names(kind) for kind in ("person", "party")}
    found = []
    for each in answers.spelled_out(list(islice(answers.statements(frame.view), 4))):
        kind, _, slug = str(each.get("speaker") or "").partition(":")
        found.append({"event": each["event"], "speaker": names.get(kind, {}).get(slug, slug),
                      "summary": each.get("summary"), "occurred": each.get("occurred"),
                      "sources": each["sources"]})  # fmt: skip
    return found


def _questions(frame: Frame) -> list[Data]:
    """Return three questions worth asking here, made from when most became known."""
    weeks = frame.rail.weeks
    if not weeks:
        return []
    busiest = day_of(max(weeks, key=lambda week: weeks[week]))
    after = day_of(max(weeks, key=lambda week: weeks[week]) + 6)
    clear = dict.fromkeys(("known_at", "valid_at", "recorded_at", "seq"))
    return [
        {"name": "stood", "day": str(busiest),
         "address": frame.link("positions", as_of=busiest, **clear)},
        {"name": "changed-between", "day": str(busiest), "to": str(after),
         "address": frame.link("compare", **{"from": busiest, "as_of": after}, **clear)},
        {"name": "unknown", "day": str(busiest),
         "address": frame.link("gap", as_of=busiest, **clear)},
    ]  # fmt: skip


PAGE = Page("overview", data, address="")
