"""The page of meetings: an agenda, a month of days, and a calendar to subscribe to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from api.desk.asked import Shown
from api.desk.frame import Frame
from api.desk.ics import calendar
from api.desk.month import days_of, month, span_of
from api.desk.page import Data, Page
from api.questions import Given
from projections import answers

STATUSES = ("announced", "overdue", "held", "concluded", "cancelled", "possible")
Status = Literal["announced", "overdue", "held", "concluded", "cancelled", "possible"]
COLUMNS = ("meeting", "title", "status", "occurred", "expected", "place", "format", "outcome",
           "who", "summary", "known_at")  # fmt: skip
_NAMES = ("meeting", "title", "status", "ongoing", "occurred", "expected", "place", "format",
          "level", "outcome", "summary", "disputed", "known_at", "sources", "single_source",
          "events")  # fmt: skip


def _a_month(value: str | None) -> str | None:
    try:
        return value and str(date.fromisoformat(f"{value}-01"))[:7]
    except ValueError:
        raise ValueError(f"{value!r:.80} is no month; write one such as 2025-12") from None


class Asked(Shown):
    status: Annotated[Status | None, Field(description="As known then.")] = None
    month: Annotated[Given, AfterValidator(_a_month), Field(description="Shown as days.")] = None


def data(frame: Frame) -> Data:
    """Return the meetings as known then, by what is to be done about them, and one month."""
    every = answers.spelled_out(answers.meetings(frame.view))
    counts = Counter(each["status"] for each in every)
    status = frame.asked.status
    found = [_meeting(frame, each) for each in every if status in (None, each["status"])]
    found.sort(key=lambda each: (each["day"] or "9999", each["meeting"]))
    newest = list(reversed(found))
    groups = [
        ("overdue", [each for each in newest if each["status"] == "overdue"]),
        ("next", [each for each in found if each["status"] == "announced"]),
        ("past", [each for each in newest if each["status"] not in ("overdue", "announced")]),
    ]
    return {
        "statuses": {name: counts[name] for name in STATUSES if counts[name]},
        "groups": [{"name": name, "meetings": each} for name, each in groups if each],
        "month": month(frame, found),
    }


def rows(data: Data) -> Iterator[dict[str, Any]]:
    for group in data["groups"]:
        for each in group["meetings"]:
            yield {**each, "who": "; ".join(one["name"] for one in each["who"])}


def _meeting(frame: Frame, each: Data) -> Data:
    span = span_of(frame, each["occurred"] or each["expected"])
    first, last = days_of(frame, span)
    people, parties = frame.names("person"), frame.names("party")
    who = [
        {"name": people.get(one["person"], one["person"]) if one.get("person")
         else parties.get(one.get("party"), one.get("party")),
         "of": parties.get(one["party"], one["party"])
         if one.get("person") and one.get("party") else None,
         "role": one.get("role")}
        for one in each.get("participants") or ()
    ]  # fmt: skip
    for invited in each.get("invitees") or ():
        kind, _, slug = invited.rpartition(":")
        names = parties if kind == "party" else people
        told = names.get(slug) or parties.get(slug, slug)
        if all(told != one["name"] for one in who):
            who.append({"name": told, "of": None, "role": "invited"})
    return {
        **{name: each.get(name) for name in _NAMES},
        "title": each.get("title") or each["meeting"],
        "rivals": [rival for rival in each.get("rivals") or () if isinstance(rival, dict)],
        "day": str(first) if first else None,
        "last": str(last) if last else None,
        "exact": bool(span and span.kind in ("instant", "duration") and span.start.exact),
        "who": who,
    }


PAGE = Page("meetings", data, asks=Asked, columns=COLUMNS, rows=rows, calendar=calendar)
