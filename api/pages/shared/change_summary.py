"""What a change amounts to: how a cell stood before and after, which event made it."""

from __future__ import annotations

from api.pages.shared.page import Data
from api.pages.shared.sanitize import shorten_text

MAX_SUMMARY_CHARS = 150
"""Characters of a summary within a sentence."""


def stance_word(value: Data) -> str:
    """Return the word of a position, or what stands in its place."""
    if value.get("mixed"):
        return "mixed"
    return "disputed" if value.get("rivals") else str(value.get("stance") or "none")


def quote_speaker(speaker: str, words: str) -> str:
    """Return who said what, without naming twice whom the words name at their beginning."""
    first, colon, rest = words.partition(":")
    if colon and first and first in speaker:
        words = rest.strip()
    elif any(words.startswith(f"{name} ") for name in (speaker, *speaker.split()[-1:])):
        return words
    return f"{speaker}: {words}" if speaker else words


def meeting_date(value: Data) -> str | None:
    """Return when a meeting took place, or should."""
    return value.get("occurred") or value.get("expected")


def disputed_dates(value: Data) -> list[str]:
    """Return the dates that accounts of a meeting disagree on."""
    rivals = value.get("rivals") or []
    dates = [each["value"] for each in rivals if each["field"] in ("occurred", "expected")]
    return sorted({str(each) for each in dates if each})


def state_word(kind: str, value: Data | None) -> str | None:
    """Return in one word how a cell stood."""
    if value is None:
        return None
    if kind in ("position", "attributed"):
        return stance_word(value)
    if kind in ("meeting", "plan"):
        return value.get("status")
    return value.get("title") if kind == "role" else None


def change_summary(kind: str, value: Data) -> str | None:
    """Return the words behind a change, quoted where they are."""
    text = value.get("summary") if kind in ("position", "attributed", "meeting") else None
    if kind in ("position", "attributed"):
        text = value.get("quote") or text
    return shorten_text(text, MAX_SUMMARY_CHARS) or None


def change_path(kind: str, value: Data, change: Data) -> str | None:
    """Return where more is to be read of a change."""
    if kind == "plan":
        return f"plans/{value['plan']}"
    return f"events/{causing_event(change)}" if change["events"] else None


def causing_event(change: Data) -> str | None:
    """Return the event that made the change: the last that did not stand behind the cell before."""
    before = (change["before"] or {}).get("events") or []
    new_events = [each for each in change["events"] if each not in before]
    last: str | None = next(reversed(new_events or change["events"]), None)
    return last


def point_transition(change: Data) -> str:
    """Return what became of a point: seen for the first time, another text, or all else."""
    before, after = change["before"], change["after"]
    if before is None or after is None:
        return "new" if before is None else "gone"
    if before.get("text") != after.get("text"):
        return "seen" if not before.get("text") else "reworded"
    return "changed"


def distinct_sources(sources: list[Data]) -> list[Data]:
    """Return the sources of a line, each publisher's page once."""
    sources_by_address = {(each.get("url") or each.get("publisher")): each for each in sources}
    return list(sources_by_address.values())[:4]
