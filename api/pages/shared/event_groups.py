"""Which group each type of event belongs to, by which the date rail marks it."""

from __future__ import annotations

from typing import Literal, get_args

EventGroup = Literal[
    "meetings", "statements", "plans", "deadlines", "votes", "incidents", "appointments"
]
GROUPS: tuple[EventGroup, ...] = get_args(EventGroup)
"""From the top of the rail to the bottom; each has a symbol in shared/parts.html, a colour in
desk.css and a word in ``rail.group``."""
GROUP_BY_TYPE: dict[str, EventGroup] = {
    "meeting-announced": "meetings",
    "meeting-rescheduled": "meetings",
    "meeting-cancelled": "meetings",
    "meeting-held": "meetings",
    "meeting-concluded": "meetings",
    "statement-made": "statements",
    "statement-withdrawn": "statements",
    "position-stated": "statements",
    "position-withdrawn": "statements",
    "plan-introduced": "plans",
    "plan-amended": "plans",
    "plan-endorsed": "plans",
    "plan-rejected": "plans",
    "plan-signed": "plans",
    "plan-superseded": "plans",
    "amendment-proposed": "plans",
    "amendment-adopted": "plans",
    "amendment-rejected": "plans",
    "amendment-withdrawn": "plans",
    "document-published": "plans",
    "deadline-set": "deadlines",
    "deadline-extended": "deadlines",
    "deadline-met": "deadlines",
    "deadline-withdrawn": "deadlines",
    "vote-held": "votes",
    "incident-reported": "incidents",
    "role-assumed": "appointments",
    "role-ended": "appointments",
}
"""Every type of news."""
