"""The page of meetings: an agenda, a month of days, and a calendar to subscribe to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Annotated, get_args

from pydantic import AfterValidator, Field

from api.http.query_params import OptionalText
from api.models.answers import Meeting, MeetingStatus
from api.pages.meetings.calendar_file import render_calendar
from api.pages.meetings.month import build_month, list_places, try_parse_span
from api.pages.shared.dates import own_zone_city
from api.pages.shared.display_names import split_speaker
from api.pages.shared.disputes import show_disputes, title_of
from api.pages.shared.listed import show_deadlines, show_others
from api.pages.shared.overdue import overdue_meeting
from api.pages.shared.page import PageDefinition, PageParams
from api.pages.shared.page_context import PageContext
from domain.edtf import Span
from domain.instants import EARLIEST
from domain.model import Json

COLUMNS = (
    "meeting",
    "title",
    "status",
    "occurred",
    "tz",
    "concluded",
    "concluded_tz",
    "expected",
    "expected_tz",
    "place",
    "format",
    "outcome",
    "who",
    "summary",
    "known_at",
)
_PEOPLE_FIELDS = {"participants", "invitees", "announced_by"}
"""Fields of a meeting that are shown by name, as ``who``."""


def _check_month(value: str | None) -> str | None:
    try:
        return value and str(date.fromisoformat(f"{value}-01"))[:7]
    except ValueError:
        raise ValueError(f"{value!r:.80} is not a month; write one such as 2025-12") from None


class MeetingsParams(PageParams):
    status: Annotated[MeetingStatus | None, Field(description="As known then.")] = None
    month: Annotated[
        OptionalText, AfterValidator(_check_month), Field(description="Shown as days.")
    ] = None


def load_meetings(frame: PageContext) -> Json:
    """Return the meetings as known then, by what is to be done about them, and one month."""
    all_meetings, deadlines = frame.answers.meetings(), show_deadlines(frame)
    status_counts = Counter[str](meeting.status for meeting in all_meetings)
    status = frame.params.status
    titles = {each.meeting: title_of(frame.words, each) or each.meeting for each in all_meetings}
    selected = [
        {**_meeting_entry(frame, meeting), "whole": titles.get(meeting.part_of or "")}
        for meeting in all_meetings
        if status in (None, meeting.status)
    ]
    selected.sort(key=lambda meeting: (meeting["day"] or "9999", meeting["meeting"]))
    groups: dict[str, list[Json]] = {"overdue": [], "next": [], "possible": [], "past": []}
    group_of_status = {"overdue": "overdue", "announced": "next", "possible": "possible"}
    for entry in selected:
        groups[group_of_status.get(entry["status"], "past")].append(entry)
    groups["overdue"].reverse()
    groups["past"].reverse()
    return {
        "statuses": {
            name: status_counts[name] for name in get_args(MeetingStatus) if status_counts[name]
        },
        "groups": [
            {"name": name, "meetings": members} for name, members in groups.items() if members
        ],
        "month": build_month(frame, selected, deadlines if status is None else []),
        "deadlines": deadlines,
        "others": show_others(frame),
    }


def table_rows(data: Json) -> Iterator[Json]:
    for group in data["groups"]:
        for meeting in group["meetings"]:
            names = [participant["name"] for participant in meeting["who"]]
            yield {**meeting, "who": "; ".join(names)}


def _meeting_entry(frame: PageContext, meeting: Meeting) -> Json:
    places = list_places(frame, meeting)
    span = try_parse_span(frame, meeting.occurred or meeting.expected)
    return {
        **meeting.model_dump(mode="json", exclude=_PEOPLE_FIELDS),
        "sources": [source.to_json() for source in meeting.sources],
        "title": title_of(frame.words, meeting) or meeting.meeting,
        "disputes": show_disputes(frame, meeting),
        "day": min((place["first"] for place in places), default=None),
        "places": places,
        "concluded_zone": own_zone_city(
            meeting.concluded, meeting.concluded_tz, frame.view.zone, frame.words.lang
        ),
        "overdue": overdue_meeting(frame, meeting),
        "exact": bool(span and _has_exact_start(span)),
        "who": _participants(frame, meeting),
    }


def _has_exact_start(span: Span) -> bool:
    return span.kind != "one-of" and span.start.exact and span.lo > EARLIEST


def _participants(frame: PageContext, meeting: Meeting) -> list[Json]:
    """Return who took part, and then who was invited."""
    participants: list[Json] = []
    for member in meeting.participants:
        party_name = frame.name_of("party", member.party or "")
        name = frame.name_of("person", member.person) if member.person else party_name
        participants.append(
            {
                "kind": "person" if member.person else "party",
                "slug": member.person or member.party,
                "name": name,
                "of": party_name if member.person and member.party else None,
                "party": member.party,
                "role": member.role,
                "head": bool(member.head),
            }
        )
    people, parties = frame.names_by_slug("person"), frame.names_by_slug("party")
    for invited in meeting.invitees or ():
        kind, slug = split_speaker(invited)
        kind = "person" if kind != "party" and slug in people else "party"
        name = (people if kind == "person" else parties).get(slug, slug)
        if all(name != participant["name"] for participant in participants):
            invited_one = {"kind": kind, "slug": slug, "name": name, "of": None}
            participants.append({**invited_one, "role": "invited"})
    return participants


PAGE = PageDefinition(
    "meetings",
    load_meetings,
    params_model=MeetingsParams,
    columns=COLUMNS,
    rows=table_rows,
    render_calendar=render_calendar,
)
