"""What a meeting is called in a sentence for people."""

from __future__ import annotations

from intake.rules.meeting_book import MeetingTold
from intake.rules.meeting_details import MeetingPassage
from intake.rules.meeting_words import MeetingWords


def title_of(meeting: MeetingTold, passage: MeetingPassage, words: MeetingWords) -> str:
    """Return the title of a meeting: as it is registered, else what it is, of whom and where."""
    if meeting.known is not None and meeting.known.title:
        return meeting.known.title
    noun = words.ordinal.search(passage.masked) or words.noun.search(passage.masked)
    what = " ".join(noun[0].split()) if noun else "meeting"
    names = [passage.story.name_of(f"party:{slug}") for slug in meeting.parties]
    title = f"{what[:1].upper()}{what[1:]}"
    if names:
        title += f" of {', '.join(names[:3])}"
    return f"{title} in {meeting.place}" if meeting.place else title
