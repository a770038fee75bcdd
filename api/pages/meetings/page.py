"""The page of meetings: an agenda, a month of days, and a calendar to subscribe to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from api.http.query_params import OptionalText
from api.pages.meetings.calendar_file import render_calendar
from api.pages.meetings.month import build_month, span_days, try_parse_span
from api.pages.shared.page import Data, PageDefinition
from api.pages.shared.page_context import PageContext
from api.pages.shared.page_params import PageParams
from projections import answers

MEETING_STATUSES = ("announced", "overdue", "held", "concluded", "cancelled", "possible")
MeetingStatus = Literal["announced", "overdue", "held", "concluded", "cancelled", "possible"]
COLUMNS = (
    "meeting",
    "title",
    "status",
    "occurred",
    "expected",
    "place",
    "format",
    "outcome",
    "who",
    "summary",
    "known_at",
)
_MEETING_FIELDS = (
    "meeting",
    "title",
    "status",
    "ongoing",
    "occurred",
    "expected",
    "place",
    "format",
    "level",
    "outcome",
    "summary",
    "disputed",
    "known_at",
    "sources",
    "single_source",
    "events",
)


def _check_month(value: str | None) -> str | None:
    try:
        return value and str(date.fromisoformat(f"{value}-01"))[:7]
    except ValueError:
        raise ValueError(f"{value!r:.80} is no month; write one such as 2025-12") from None


class MeetingsParams(PageParams):
    status: Annotated[MeetingStatus | None, Field(description="As known then.")] = None
    month: Annotated[
        OptionalText, AfterValidator(_check_month), Field(description="Shown as days.")
    ] = None


def load_meetings(frame: PageContext) -> Data:
    """Return the meetings as known then, by what is to be done about them, and one month."""
    all_meetings = answers.to_plain(answers.select_meetings(frame.view))
    status_counts = Counter(each["status"] for each in all_meetings)
    status = frame.params.status
    selected = [
        _meeting_entry(frame, each) for each in all_meetings if status in (None, each["status"])
    ]
    selected.sort(key=lambda each: (each["day"] or "9999", each["meeting"]))
    newest_first = list(reversed(selected))
    groups = [
        ("overdue", [each for each in newest_first if each["status"] == "overdue"]),
        ("next", [each for each in selected if each["status"] == "announced"]),
        ("past", [each for each in newest_first if each["status"] not in ("overdue", "announced")]),
    ]
    return {
        "statuses": {name: status_counts[name] for name in MEETING_STATUSES if status_counts[name]},
        "groups": [{"name": name, "meetings": each} for name, each in groups if each],
        "month": build_month(frame, selected),
    }


def table_rows(data: Data) -> Iterator[dict[str, Any]]:
    for group in data["groups"]:
        for each in group["meetings"]:
            yield {**each, "who": "; ".join(one["name"] for one in each["who"])}


def _meeting_entry(frame: PageContext, meeting: Data) -> Data:
    span = try_parse_span(frame, meeting["occurred"] or meeting["expected"])
    first, last = span_days(frame, span)
    people, parties = frame.names_by_slug("person"), frame.names_by_slug("party")
    participants = [
        {
            "name": people.get(one["person"], one["person"])
            if one.get("person")
            else parties.get(one.get("party"), one.get("party")),
            "of": parties.get(one["party"], one["party"])
            if one.get("person") and one.get("party")
            else None,
            "role": one.get("role"),
        }
        for one in meeting.get("participants") or ()
    ]
    for invited in meeting.get("invitees") or ():
        kind, _, slug = invited.rpartition(":")
        names = parties if kind == "party" else people
        invitee_name = names.get(slug) or parties.get(slug, slug)
        if all(invitee_name != one["name"] for one in participants):
            participants.append({"name": invitee_name, "of": None, "role": "invited"})
    return {
        **{name: meeting.get(name) for name in _MEETING_FIELDS},
        "title": meeting.get("title") or meeting["meeting"],
        "rivals": [rival for rival in meeting.get("rivals") or () if isinstance(rival, dict)],
        "day": str(first) if first else None,
        "last": str(last) if last else None,
        "exact": bool(span and span.kind in ("instant", "duration") and span.start.exact),
        "who": participants,
    }


PAGE = PageDefinition(
    "meetings",
    load_meetings,
    params_model=MeetingsParams,
    columns=COLUMNS,
    rows=table_rows,
    render_calendar=render_calendar,
)
