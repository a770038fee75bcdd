"""Talks of a crane crew with its port, in which each kind of thing has a name, and acts on them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.facts import Event, act, event_id

Ask = Callable[..., str]
"""Runs a command that asks about the talks; returns what it prints, blanks collapsed."""
MOTION = "Shall the crews of all three cranes go on strike from Monday until the port gives way?"
SHORT_MOTION = "Shall the crews of all three cranes go on strike from…"
POST = {"published": "2026-01-09", "publisher": "Post"}


def _told(type_: str, day: str, **fields: Any) -> Event:
    reports = [{"published": day, "publisher": "Herald"}]
    return {"type": type_, "occurred": day, "reports": reports, **fields}


_OPERATION = {"op": "insertion", "point": "b", "text": "Eight per cent."}
_UNSEEN = {"point": "a", "number": 1, "text_status": "unseen"}
_SEEN = {"point": "a", "text": "Eight.", "text_status": "verbatim"}
_REPLY = {"speaker": "party:port", "summary": "Then wait.", "reply_to": "s1"}
_VOTES = {"result": "carried", "votes": [{"party": "crew", "vote": "for"}]}
_FACTS: list[Event] = [
    {"type": "negotiation-opened", "title": "Port talks", "timezone": "UTC"},
    {"type": "party-registered", "party": "crew", "name": "Crane crew"},
    {"type": "party-registered", "party": "port", "name": "The port"},
    {"type": "party-registered", "party": "tugs", "name": "The tugs"},
    {"type": "person-registered", "person": "ada", "name": "Ada Marsh"},
    {"type": "issue-defined", "issue": "wages", "title": "Wages"},
    _told("plan-introduced", "2026-01-02", plan="offer", title="The offer", points=[_UNSEEN]),
    _told(
        "amendment-proposed", "2026-01-03", plan="offer", amendment="am", operations=[_OPERATION]
    ),
    _told("meeting-held", "2026-01-03", meeting="m", title="Talks", participants=[]),
    _told("meeting-held", "2026-01-03", meeting="n", part_of="m", participants=[]),
    _told("statement-made", "2026-01-04", statement="s1", speaker="person:ada", summary="No."),
    _told("statement-made", "2026-01-05", statement="s2", **_REPLY),
    _told("deadline-set", "2026-01-05", deadline="d", title="Last word", due="2026-01-20"),
    _told("vote-held", "2026-01-06", vote="v", motion=MOTION, **_VOTES),
    _told("incident-reported", "2026-01-07", incident="x", title="A walkout", kind="strike"),
    _told("plan-rejected", "2026-01-08", plan="offer", party="crew"),
]
_ACTS: list[Event] = [
    act(17, "record-corrected", 3, changes={"name": "The Port!"}),
    act(18, "record-corrected", 14, changes={"body": "All crews"}, reason="It was left out."),
    act(19, "event-disputed", 14, POST, rival={"votes": [], "result": None}),
    act(20, "report-added", 7, POST),
    act(21, "text-published", 7, POST, points=[_SEEN]),
    act(22, "record-voided", 4, reason="The wrong file."),
]
PORT_TALKS = [*({"id": event_id(seq), **fact} for seq, fact in enumerate(_FACTS, 1)), *_ACTS]
"""The events, the id of each by its seq."""
