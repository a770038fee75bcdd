"""What a draft says, as one sentence in plain words where its type has one."""

from __future__ import annotations

from collections.abc import Callable

from domain.model import Json

MEETING_WORDS = {
    "meeting-announced": "announced",
    "meeting-rescheduled": "moved",
    "meeting-cancelled": "cancelled",
    "meeting-held": "held",
    "meeting-concluded": "concluded",
}
NameOf = Callable[[str, str], str]
"""Gives the name of a thing by its kind and slug."""


def say_draft(event: Json, name_of: NameOf) -> Json | None:
    """Return by its word of ``article.says`` what an event says: ``who`` and ``what``; None of a
    type that has no sentence of its own."""
    kind = str(event.get("type"))
    if kind == "statement-made" and event.get("speaker"):
        who = _speaker(str(event["speaker"]), name_of)
        party = event.get("on_behalf_of")
        told = _without_name(str(event.get("summary") or event.get("text") or ""), who)
        shown = f"{who} ({name_of('party', str(party))})" if party else who
        return {"word": "said", "who": shown, "what": told}
    if kind in MEETING_WORDS:
        title = event.get("title") or name_of("meeting", str(event.get("meeting")))
        return {"word": MEETING_WORDS[kind], "who": str(title), "what": ""}
    return None


def _speaker(speaker: str, name_of: NameOf) -> str:
    kind, _, slug = speaker.rpartition(":")
    return name_of(kind or "person", slug)


def _without_name(summary: str, who: str) -> str:
    """Return a summary without the name that stands before it already."""
    return summary.removeprefix(f"{who}: ")
