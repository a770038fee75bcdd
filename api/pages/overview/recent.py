"""What changed of late: positions, meetings, plans."""

from __future__ import annotations

from typing import Any

from api.pages.shared.change_summary import disputed_dates
from api.pages.shared.page import Data


def changed_positions(cells: list[tuple[Data, str, Data]]) -> list[Data]:
    """Return the positions that changed; parties that moved alike stand together."""
    alike_cells: dict[tuple[Any, ...], Data] = {}
    for row, party, cell in cells:
        position = alike_cells.setdefault(
            (row["path"], cell["word"], cell["before"]),
            {
                "parties": [],
                "path": row["path"],
                "title": row["title"],
                "of": row.get("of"),
                "word": cell["word"],
                "before": cell["before"],
                "summary": cell["summary"],
            },
        )
        position["parties"].append(party)
    return list(alike_cells.values())


def moved_meetings(meetings: list[Data], before: list[Data]) -> list[Data]:
    """Return the meetings whose status or date is another than it was."""
    earlier_by_slug = {each["meeting"]: each for each in before}
    entries = []
    for each in meetings:
        old = earlier_by_slug.get(each["meeting"])
        status_and_dates = [each["status"], each["occurred"], each["expected"]]
        if old is None or status_and_dates != [old["status"], old["occurred"], old["expected"]]:
            entries.append({**summarize_meeting(each), "before": old and old["status"]})
    return entries


def summarize_meeting(meeting: Data) -> Data:
    """Return what a list tells of a meeting."""
    names = ("meeting", "title", "status", "occurred", "expected", "place", "outcome")
    return {**{name: meeting.get(name) for name in names}, "rival_dates": disputed_dates(meeting)}


def changed_plans(plans: list[Data], before: list[Data]) -> list[Data]:
    """Return the plans that are new or have another text, with how many points differ."""
    earlier_texts = {each["plan"]: _point_texts(each) for each in before}
    entries = []
    for each in plans:
        known, new = each["plan"] in earlier_texts, _point_texts(each)
        old = earlier_texts.get(each["plan"], {})
        if not known or old != new:
            changed_points = [name for name in old | new if new.get(name) != old.get(name)]
            entries.append(
                {
                    "plan": each["plan"],
                    "title": each["title"] or each["plan"],
                    "new": not known,
                    "points": len(changed_points),
                }
            )
    return entries


def _point_texts(plan: Data) -> dict[str, Any]:
    return {each["point"]: (each["text"], each["number"]) for each in plan["points"]}
