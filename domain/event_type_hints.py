"""What to write instead of an event type that is not in the catalogue."""

from __future__ import annotations

import re
from difflib import get_close_matches

from domain.catalogue import CLASS_BY_TYPE

TYPO_CUTOFF = 0.85
"""How alike two names must be (0 to 1) for one to be a slip for the other."""
USUAL_WAYS: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("agree", "accord", "deal", "settle", "treaty"),
        "meeting-concluded with outcome agreement, plan-endorsed or plan-signed",
    ),
    (("sign", "ratif"), "plan-signed"),
    (("endors", "approv"), "plan-endorsed, or position-stated with stance supports"),
    (("deadlin", "ultimat"), "deadline-set, deadline-extended, deadline-met or deadline-withdrawn"),
    (("vote", "voting", "ballot", "referend"), "vote-held"),
    (("attack", "strik", "incident", "violat", "seiz", "sanction"), "incident-reported"),
    (("editorial", "digest", "brief"), "brief-written"),
    (
        ("withdr", "retract", "revok", "rescind", "recant"),
        "position-withdrawn, statement-withdrawn or amendment-withdrawn for what a party takes "
        "back, event-retracted for a report that its source takes back",
    ),
    (("delet", "remov", "void", "undo", "cancel-event"), "record-voided for your own mistake"),
    (
        ("correct", "edit", "updat", "fix", "chang"),
        "record-corrected for your own mistake, correction-published for a source's",
    ),
    (("disput", "contradict", "den"), "event-disputed, or modality denied"),
    (("appoint", "elect", "nam", "join", "took-office"), "role-assumed"),
    (("resign", "dismiss", "left", "sack", "fire"), "role-ended"),
    (("postpon", "delay", "resched"), "meeting-rescheduled"),
    (("invit", "plan-meeting", "schedul"), "meeting-announced"),
    (("walkout", "adjourn", "ended", "broke", "fail", "stall"), "meeting-concluded"),
    (
        ("meet", "talk", "negotiat", "visit", "summit", "session", "round", "call"),
        "meeting-announced or meeting-held",
    ),
    (
        ("demand", "propos", "offer", "reject", "refus", "accept", "oppos", "support", "stance"),
        "position-stated with a stance",
    ),
    (("amend",), "plan-amended, or amendment-proposed while it is not adopted"),
    (("document", "leak", "draft"), "plan-introduced for a text with points, document-published"),
    (("source", "article", "report"), "report-added"),
    (
        ("said", "say", "speech", "post", "tweet", "interview", "announc", "declar", "claim"),
        "statement-made",
    ),
)
"""Beginnings of words, and how what they mean is recorded; the first that fits counts."""


def hint_for_type(name: str) -> str:
    """Return the type that was probably meant, or how such a thing is recorded, and every type."""
    every_type = f"valid types: {', '.join(CLASS_BY_TYPE)}"
    kebab = re.sub("(?<=[a-z])(?=[A-Z])|[_ ]", "-", name).lower()
    if nearest := get_close_matches(kebab, CLASS_BY_TYPE, 1, TYPO_CUTOFF):
        return f"did you mean {nearest[0]}? {every_type}"
    words = kebab.split("-")
    for beginnings, way in USUAL_WAYS:
        if any(word.startswith(beginnings) for word in words):
            return f"record it as {way}; {every_type}"
    if nearest := get_close_matches(kebab, CLASS_BY_TYPE, 1):
        return f"did you mean {nearest[0]}? {every_type}"
    return every_type
