"""The worked cases of docs/time.md as data: what was recorded, asked and answered, and when."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.facts import Batch, act, event, event_id, report

Data = dict[str, Any]
Check = Callable[[Data], bool]
Ask = tuple[dict[str, Any], Check]


@dataclass(frozen=True)
class Story:
    name: str
    batches: list[Batch]
    asks: list[Ask]


# What to look for in the data of an answer to GET state.


def status_of(data: Data, meeting: str) -> str | None:
    return next((m["status"] for m in data["meetings"] if m["meeting"] == meeting), None)


def meeting_field(data: Data, meeting: str, name: str) -> Any:
    return next((m.get(name) for m in data["meetings"] if m["meeting"] == meeting), None)


def position_field(data: Data, name: str, party: str = "north", issue: str = "border") -> Any:
    cells = (p for p in data["positions"] if (p["party"], p.get("issue")) == (party, issue))
    return next((p.get(name) for p in cells), None)


def is_listed(data: Data, where: str, name: str) -> bool:
    """Tell whether the event of that name rests in a list of the state."""
    found = [{item.get("id"), *item.get("events", [])} for item in data[where]]
    return any(event_id(name) in ids for ids in found)


def mentions(value: Any, *texts: str) -> bool:
    return all(text in json.dumps(value) for text in texts)


def has_status(meeting: str, status: str | None) -> Check:
    return lambda data: status_of(data, meeting) == status


def has_stance(stance: str | None) -> Check:
    return lambda data: position_field(data, "stance") == stance


def has_summary(text: str | None) -> Check:
    return lambda data: position_field(data, "summary") == text


def expects(meeting: str, day: str) -> Check:
    return lambda data: mentions(meeting_field(data, meeting, "expected"), day)


def lists(where: str, name: str) -> Check:
    return lambda data: is_listed(data, where, name)


def omits(where: str, name: str) -> Check:
    return lambda data: not is_listed(data, where, name)


def both(*checks: Check) -> Check:
    return lambda data: all(check(data) for check in checks)


def ask(as_of: str, basis: str, check: Check, audience: str = "public") -> Ask:
    return {"as_of": as_of, "basis": basis, "audience": audience}, check


# What was recorded.


def opening(recorded_at: str) -> Batch:
    return recorded_at, [
        event("opening", "negotiation-opened", title="Talks between North and South"),
        event("north", "party-registered", party="north", name="North"),
        event("south", "party-registered", party="south", name="South"),
        event("border", "issue-defined", issue="border", title="The border"),
        event("envoy", "person-registered", person="envoy", name="The envoy"),
    ]


def stance(label: str, /, *reports: Data, **fields: Any) -> Data:
    given = {"party": "north", "issue": "border", "stance": "accepts", "summary": "yes"} | fields
    return event(label, "position-stated", *reports, **given)


SECRET = Story(
    "secret drafting, reported and entered late",
    [
        opening("2025-10-01T09:00:00.000000Z"),
        (
            "2026-01-03T10:00:00.000000Z",
            [
                event(
                    "drafting",
                    "meeting-held",
                    report("2025-11-20"),
                    meeting="drafting",
                    occurred="[2025-10-25..2025-10-31]",
                )
            ],
        ),
    ],
    [
        ask("2025-11-10", "as-known", has_status("drafting", None)),
        ask("2025-11-19", "as-known", has_status("drafting", None)),
        ask("2025-11-20", "as-known", has_status("drafting", "held")),
        ask("2025-11-20", "as-recorded", has_status("drafting", None)),
        ask("2026-01-02", "as-recorded", has_status("drafting", None)),
        ask("2026-01-03", "as-recorded", has_status("drafting", "held")),
        ask("2025-10-24", "hindsight", has_status("drafting", None)),
        ask("2025-10-28", "hindsight", has_status("drafting", "possible")),
        ask("2025-10-28", "hindsight", lists("possible", "drafting")),
        ask("2025-10-30", "hindsight", has_status("drafting", "possible")),
        ask("2025-10-31", "hindsight", has_status("drafting", "held")),
    ],
)

BRIEFING = Story(
    "a briefing to the press before the public",
    [
        opening("2025-12-01T09:00:00.000000Z"),
        (
            "2025-12-23T18:00:00.000000Z",
            [
                stance(
                    "briefing",
                    report("2025-12-23T15:00:00Z", audience="press"),
                    report("2025-12-24T06:00:00Z"),
                    occurred="2025-12-23T15:00:00Z",
                )
            ],
        ),
    ],
    [
        ask("2025-12-23", "as-known", has_stance(None)),
        ask("2025-12-24T05:59:59Z", "as-known", has_stance(None)),
        ask("2025-12-24T06:00:00Z", "as-known", has_stance("accepts")),
        ask("2025-12-24", "as-known", has_stance("accepts")),
        ask("2025-12-23T14:59:59Z", "as-known", has_stance(None), "press"),
        ask("2025-12-23T15:00:00Z", "as-known", has_stance("accepts"), "press"),
        ask("2025-12-23T17:59:59Z", "as-recorded", has_stance(None), "press"),
        ask("2025-12-23T18:00:00Z", "as-recorded", has_stance("accepts"), "press"),
        ask("2025-12-23T18:00:00Z", "as-recorded", has_stance(None)),
        ask("2025-12-24T06:00:00Z", "as-recorded", has_stance("accepts")),
        ask("2025-12-22", "hindsight", has_stance(None)),
        ask("2025-12-23", "hindsight", has_stance("accepts")),
    ],
)

FUND = Story(
    "a fund of 800, corrected to 200 by its publisher",
    [
        opening("2025-12-01T09:00:00.000000Z"),
        (
            "2025-12-24T12:00:00.000000Z",
            [stance("fund", report("2025-12-24"), occurred="2025-12-24", summary="800")],
        ),
        (
            "2025-12-28T12:00:00.000000Z",
            [
                act(
                    "fund-corrected",
                    "correction-published",
                    "fund",
                    report("2025-12-26"),
                    changes={"summary": "200"},
                )
            ],
        ),
    ],
    [
        ask("2025-12-25", "as-known", has_summary("800")),
        ask("2025-12-26", "as-known", has_summary("200")),
        ask("2025-12-27", "as-known", has_summary("200")),
        ask("2025-12-27", "as-recorded", has_summary("800")),
        ask("2025-12-28", "as-recorded", has_summary("200")),
        ask("2025-12-25", "hindsight", has_summary("200")),
        ask("2025-12-27", "hindsight", has_summary("200")),
    ],
)

SLIP = Story(
    "a slip of ours: the 27th for the 28th",
    [
        opening("2025-12-01T09:00:00.000000Z"),
        (
            "2025-12-20T12:00:00.000000Z",
            [
                event(
                    "visit",
                    "meeting-announced",
                    report("2025-12-20"),
                    meeting="visit",
                    occurred="2025-12-20",
                    expected="2025-12-27",
                )
            ],
        ),
        (
            "2026-01-05T12:00:00.000000Z",
            [
                act(
                    "slip-corrected",
                    "record-corrected",
                    "visit",
                    changes={"expected": "2025-12-28"},
                )
            ],
        ),
    ],
    [
        ask("2025-12-20", "as-known", expects("visit", "2025-12-28")),
        ask("2025-12-28", "as-known", has_status("visit", "announced")),
        ask("2025-12-29", "as-known", has_status("visit", "overdue")),
        ask("2025-12-20", "as-recorded", expects("visit", "2025-12-27")),
        ask("2025-12-28", "as-recorded", has_status("visit", "overdue")),
        ask("2026-01-04", "as-recorded", expects("visit", "2025-12-27")),
        ask("2026-01-05", "as-recorded", expects("visit", "2025-12-28")),
        ask("2025-12-20", "hindsight", expects("visit", "2025-12-28")),
        ask("2025-12-28", "hindsight", has_status("visit", "announced")),
    ],
)

DEAL = Story(
    "a deal agreed, then retracted",
    [
        opening("2026-01-01T09:00:00.000000Z"),
        (
            "2026-01-10T12:00:00.000000Z",
            [stance("deal", report("2026-01-10"), occurred="2026-01-10")],
        ),
        (
            "2026-01-15T12:00:00.000000Z",
            [act("retracted", "event-retracted", "deal", report("2026-01-12"))],
        ),
    ],
    [
        ask("2026-01-11", "as-known", both(has_stance("accepts"), omits("withdrawn", "deal"))),
        ask("2026-01-13", "as-known", both(has_stance(None), lists("withdrawn", "deal"))),
        ask("2026-01-13", "as-recorded", both(has_stance("accepts"), omits("withdrawn", "deal"))),
        ask("2026-01-15", "as-recorded", both(has_stance(None), lists("withdrawn", "deal"))),
        ask("2026-01-11", "hindsight", both(has_stance(None), lists("withdrawn", "deal"))),
    ],
)

NEXT_WEEK = Story(
    "next week, then dated, then nothing",
    [
        opening("2026-01-01T09:00:00.000000Z"),
        (
            "2026-01-24T12:00:00.000000Z",
            [
                event(
                    "next-week",
                    "meeting-announced",
                    report("2026-01-24"),
                    meeting="round",
                    occurred="2026-01-24",
                    expected="[2026-01-26..2026-02-01]",
                    phrase="next week",
                    phrase_anchor="2026-01-24",
                )
            ],
        ),
        (
            "2026-02-03T12:00:00.000000Z",
            [
                event(
                    "dated",
                    "meeting-rescheduled",
                    report("2026-02-03"),
                    meeting="round",
                    occurred="2026-02-03",
                    expected="2026-02-04/2026-02-05",
                )
            ],
        ),
    ],
    [
        ask("2026-01-23", "as-known", has_status("round", None)),
        ask("2026-01-24", "as-known", has_status("round", "announced")),
        ask("2026-02-01", "as-known", has_status("round", "announced")),
        ask("2026-02-02", "as-known", has_status("round", "overdue")),
        ask("2026-02-03", "as-known", has_status("round", "announced")),
        ask("2026-02-04", "as-known", has_status("round", "announced")),
        ask("2026-02-05", "as-known", has_status("round", "overdue")),
    ],
)

PROMISE = Story(
    "a report to the president promised for 22 December",
    [
        opening("2025-12-01T09:00:00.000000Z"),
        (
            "2025-12-21T20:00:00.000000Z",
            [
                event(
                    "promise",
                    "meeting-announced",
                    report("2025-12-21"),
                    meeting="report",
                    occurred="2025-12-21",
                    expected="2025-12-22",
                )
            ],
        ),
    ],
    [
        ask("2025-12-22", "as-known", has_status("report", "announced")),
        ask("2025-12-23", "as-known", has_status("report", "overdue")),
        ask("2025-12-22", "as-recorded", has_status("report", "announced")),
        ask("2025-12-23", "as-recorded", has_status("report", "overdue")),
    ],
)

HOURS = Story(
    "two outlets: three hours, six hours",
    [
        opening("2025-12-01T09:00:00.000000Z"),
        (
            "2025-12-21T20:00:00.000000Z",
            [
                event(
                    "talks",
                    "meeting-concluded",
                    report("2025-12-21", "herald"),
                    meeting="talks",
                    occurred="2025-12-21",
                    outcome="unknown",
                    summary="three hours",
                )
            ],
        ),
        (
            "2025-12-22T09:00:00.000000Z",
            [
                act(
                    "contradicted",
                    "event-disputed",
                    "talks",
                    report("2025-12-22", "courier"),
                    rival={"summary": "six hours"},
                )
            ],
        ),
        (
            "2025-12-25T09:00:00.000000Z",
            [
                act(
                    "resolved",
                    "dispute-resolved",
                    "talks",
                    report("2025-12-24", "herald"),
                    changes={"summary": "six hours"},
                )
            ],
        ),
    ],
    [
        ask(
            "2025-12-21",
            "as-known",
            both(
                omits("disputed", "talks"),
                lambda data: meeting_field(data, "talks", "summary") == "three hours",
            ),
        ),
        ask("2025-12-22", "as-known", lists("disputed", "talks")),
        ask("2025-12-23", "as-known", has_status("talks", "concluded")),
        ask(
            "2025-12-23",
            "as-known",
            lambda data: mentions(data["disputed"], "three hours", "six hours"),
        ),
        ask("2025-12-23", "as-known", lambda data: meeting_field(data, "talks", "summary") is None),
        ask(
            "2025-12-24",
            "as-known",
            both(
                omits("disputed", "talks"),
                lambda data: meeting_field(data, "talks", "summary") == "six hours",
            ),
        ),
        ask("2025-12-24", "as-recorded", lists("disputed", "talks")),
        ask("2025-12-25", "as-recorded", omits("disputed", "talks")),
    ],
)

OTHER_DAY = Story(
    "the other day, said on the 22nd",
    [
        opening("2025-12-01T09:00:00.000000Z"),
        (
            "2025-12-22T20:00:00.000000Z",
            [
                stance(
                    "other-day",
                    report("2025-12-22"),
                    occurred="[2025-12-15..2025-12-21]",
                    phrase="the other day",
                    phrase_anchor="2025-12-22",
                )
            ],
        ),
    ],
    [
        ask("2025-12-21", "as-known", has_stance(None)),
        ask("2025-12-22", "as-known", has_stance("accepts")),
        ask("2025-12-14", "hindsight", lists("scheduled", "other-day")),
        ask("2025-12-18", "hindsight", both(has_stance(None), lists("possible", "other-day"))),
        ask("2025-12-21", "hindsight", both(has_stance("accepts"), omits("possible", "other-day"))),
    ],
)

STORIES = [SECRET, BRIEFING, FUND, SLIP, DEAL, NEXT_WEEK, PROMISE, HOURS, OTHER_DAY]
