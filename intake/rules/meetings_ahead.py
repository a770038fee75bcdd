# Cyrillic letters are meant
"""Meetings ahead: announced, put off or moved, called off."""

from __future__ import annotations

import re

from domain.model import Json
from intake.rules import meeting_words as words
from intake.rules.meeting_facts import MeetingFacts
from intake.rules.meeting_table import MeetingTable
from intake.rules.story import DraftProposal, Story
from intake.rules.times import TimePhrase
from intake.rules.words import shorten

_ANOTHER = re.compile(r"there will be|another|next round|next session", re.IGNORECASE)
_CALLED = re.compile(r"(?:has|have)?\s*(?:called|summoned|invited|recalled)", re.IGNORECASE)
_UNTIL = re.compile(r"^\.\./([^/]+)$")
"""Put off until a day: what is expected on it."""
_MEET = re.compile(r"\bmeet\b|зустрі", re.IGNORECASE)
_REFERS_BACK = re.compile(r"\W*(?:they|it|these|вони|воно)\b", re.IGNORECASE)


class MeetingsAhead:
    """Reads what is to come sentence by sentence."""

    def __init__(self, story: Story, table: MeetingTable) -> None:
        self.story, self.table = story, table
        self.named_in = -1
        self._awaits_day: DraftProposal | None = None

    def read(self, facts: MeetingFacts) -> bool:
        """Propose what a sentence tells of meetings ahead; return whether it tells of one.

        ``named_in`` is the last paragraph in which meetings were named.
        """
        if self._give_day(facts):
            return True
        if words.CANCELLED.search(facts.masked):
            self._call_off(facts)
            return True
        moved = words.MOVED.search(facts.masked)
        if moved and not re.search(r"\bmoved on\b", facts.masked):
            self._move(facts, moved)
            return True
        announced = words.ANNOUNCED.search(facts.masked)
        if announced is None or facts.is_unreal(announced):
            return False
        return self._announce(facts, announced)

    def _announce(self, facts: MeetingFacts, found: re.Match[str]) -> bool:
        phrase = facts.nearest_time("future", found)
        if phrase is not None and not facts.is_ahead(phrase):
            return False
        is_known_to_come = phrase is not None or _ANOTHER.search(found[0]) is not None
        if not is_known_to_come or not self._is_of_a_meeting(facts, found):
            return False
        known = self.table.find_known(facts, phrase)
        if known is not None and phrase is not None and known.expected == phrase.expression:
            why = f"The meeting {known.slug} is recorded for that time."
            self.story.report_again(
                known.event, facts.sentence.start, facts.sentence.end, why
            )  # fmt: skip
            return True
        meeting = self.table.meeting_of(facts, phrase, known, facts.parties)
        title = known.title if known else None
        fields: Json = {
            "meeting": meeting.slug,
            "expected": phrase.expression if phrase else None,
            "title": title or facts.make_title(meeting.parties, meeting.place),
        }
        announcer = facts.said_by or self._announcer(facts, found)
        for name, value in (
            ("place", facts.place),
            ("invitees", facts.invitees),
            ("announced_by", announcer),
        ):
            if value:
                fields[name] = value
        why = f"“{shorten(found[0])}” announces a meeting."
        proposal = self._propose("meeting-announced", fields, facts, why)
        if phrase is None:
            self._awaits_day = proposal
        return True

    def _is_of_a_meeting(self, facts: MeetingFacts, found: re.Match[str]) -> bool:
        """Return whether a meeting is named, or who is to meet, or it goes on about one."""
        if words.NOUN.search(facts.masked) or _MEET.search(found[0]):
            return True
        mentions = [each for each in facts.read.mentions if each.actor or each.kind == "group"]
        if len(mentions) >= 2 or (mentions and mentions[-1].kind == "group"):
            return True
        goes_on = self.named_in == facts.sentence.block
        return goes_on and _REFERS_BACK.match(facts.masked) is not None

    def _announcer(self, facts: MeetingFacts, found: re.Match[str]) -> str | None:
        """Return who calls others to a meeting: it has called both sides back."""
        if not _CALLED.match(found[0].strip()):
            return None
        return self.story.cast.resolve(next(iter(facts.read.mentions), None))

    def _give_day(self, facts: MeetingFacts) -> bool:
        """Give a meeting that was announced without a day the one that the next sentence tells."""
        proposal, self._awaits_day = self._awaits_day, None
        if proposal is None or proposal.block != facts.sentence.block:
            return False
        ahead: list[TimePhrase] = [
            each for each in facts.find_times("future") if facts.is_ahead(each)
        ]
        if not ahead:
            return False
        proposal.fields["expected"] = ahead[0].expression
        proposal.end = facts.sentence.end
        return True

    def _move(self, facts: MeetingFacts, found: re.Match[str]) -> None:
        at = facts.sentence.start + found.end()
        phrase = next((each for each in facts.find_times("future") if each.start >= at), None)
        known = self.table.find_known(facts, None)
        meeting = self.table.meeting_of(facts, None, known, facts.parties)
        expected = phrase.expression if phrase and facts.is_ahead(phrase) else None
        expected = _UNTIL.sub(r"\1", expected) if expected else None
        if known is not None and expected == known.expected:
            expected = None
        fields: Json = {"meeting": meeting.slug, "expected": expected}
        if facts.said_by:
            fields["by"] = facts.said_by
        self._propose("meeting-rescheduled", fields, facts, "The meeting is put off or moved here.")

    def _call_off(self, facts: MeetingFacts) -> None:
        known = self.table.find_known(facts, None)
        meeting = self.table.meeting_of(facts, None, known, facts.parties)
        fields: Json = {"meeting": meeting.slug}
        if facts.said_by:
            party = self.story.cast.party_of(facts.said_by)
            fields["by"] = f"party:{party}" if party else facts.said_by
        self._propose("meeting-cancelled", fields, facts, "The meeting is called off here.")

    def _propose(self, type_: str, fields: Json, facts: MeetingFacts, why: str) -> DraftProposal:
        start, end, block = facts.sentence.start, facts.sentence.end, facts.sentence.block
        proposal = DraftProposal(type_, fields, start, end, why, 0.7, facts.when_said, block)
        proposal.actor = fields.get("announced_by")
        self.story.propose(proposal)
        return proposal
