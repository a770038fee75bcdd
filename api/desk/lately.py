"""What changed of late: positions, meetings, plans."""

from __future__ import annotations

from typing import Any

from api.desk.page import Data
from api.desk.turns import dates_of


def turned(found: list[tuple[Data, str, Data]]) -> list[Data]:
    """Return the positions that changed; parties that moved alike stand together."""
    alike: dict[tuple[Any, ...], Data] = {}
    for row, party, cell in found:
        one = alike.setdefault(
            (row["path"], cell["word"], cell["before"]),
            {"parties": [], "path": row["path"], "title": row["title"], "of": row.get("of"),
             "word": cell["word"], "before": cell["before"],
             "summary": cell["summary"]},
        )  # fmt: skip
        one["parties"].append(party)
    return list(alike.values())


def moved(meetings: list[Data], before: list[Data]) -> list[Data]:
    """Return the meetings whose status or date is another than it was."""
    was = {each["meeting"]: each for each in before}
    found = []
    for each in meetings:
        old = was.get(each["meeting"])
        marks = [each["status"], each["occurred"], each["expected"]]
        if old is None or marks != [old["status"], old["occurred"], old["expected"]]:
            found.append({**meeting(each), "before": old and old["status"]})
    return found


def meeting(each: Data) -> Data:
    """Return what a list tells of a meeting."""
    names = ("meeting", "title", "status", "occurred", "expected", "place", "outcome")
    return {**{name: each.get(name) for name in names}, "rival_dates": dates_of(each)}


def redrawn(plans: list[Data], before: list[Data]) -> list[Data]:
    """Return the plans that are new or have another text, with how many points differ."""
    was = {each["plan"]: _texts(each) for each in before}
    found = []
    for each in plans:
        known, new = each["plan"] in was, _texts(each)
        old = was.get(each["plan"], {})
        if not known or old != new:
            differ = [name for name in old | new if new.get(name) != old.get(name)]
            found.append({"plan": each["plan"], "title": each["title"] or each["plan"],
                          "new": not known, "points": len(differ)})  # fmt: skip
    return found


def _texts(plan: Data) -> dict[str, Any]:
    return {each["point"]: (each["text"], each["number"]) for each in plan["points"]}
