"""Meetings that an article tells took place, and how they ended; those ahead are read first."""

from __future__ import annotations

import re
from collections.abc import Sequence

from domain.model import Json
from intake.rules import meeting_words as words
from intake.rules.meeting_facts import MeetingFacts
from intake.rules.meeting_table import MeetingTable, MeetingTold
from intake.rules.meetings_ahead import MeetingsAhead
from intake.rules.story import DraftProposal, ReadSentence, Story
from intake.rules.times import When
from intake.rules.words import shorten

_OUTCOMES = (
    (words.WALKED_OUT, "walkout"),
    (words.NO_RESULT, "no-result"),
    (words.LEFT, "walkout"),
    (words.AGREEMENT, "agreement"),
    (words.UNSETTLED, "partial"),
    (words.SETTLED, "agreement"),
    (words.ADJOURNED, "adjourned"),
)


class Meetings:
    """Reads meetings sentence by sentence."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.table = MeetingTable(story)
        self.ahead = MeetingsAhead(story, self.table)

    def read(
        self,
        read: ReadSentence,
        said_by: str | None,
        when_said: When,
        telling: Sequence[tuple[int, int]] = (),
    ) -> bool:
        """Propose what a sentence tells of meetings; return whether it tells of one.

        ``said_by`` is who says so, if anybody, ``telling`` where it tells of the saying.
        """
        facts = MeetingFacts(read, self.story, said_by, when_said, telling)
        names_one = words.NOUN.search(facts.masked) is not None
        found = self.ahead.read(facts) or self._read_past(facts, names_one=names_one)
        if names_one:
            self.ahead.named_in = facts.sentence.block
        return found

    def _read_past(self, facts: MeetingFacts, *, names_one: bool) -> bool:
        is_told = self._hold(facts)
        is_ended = self._conclude(facts, is_told=is_told)
        refers = names_one and self.table.find_known(facts, None) is not None
        return is_told or is_ended or refers

    def _hold(self, facts: MeetingFacts) -> bool:
        """Propose a meeting that took place, at a time that is told or known by a registered one;
        return whether the sentence tells of one."""
        found = words.HELD.search(facts.masked) or _received(facts) or _ended(facts)
        if found is None or facts.is_unreal(found) or re.search(r"\bwill\b", found[0]):
            return False
        phrase = facts.nearest_time("past", found)
        if phrase is None and self.story.genre in ("live-blog", "thread"):
            phrase = facts.today()
        known = self.table.find_known(facts, phrase)
        if (phrase is None and known is None) or (phrase and not facts.is_past(phrase)):
            return False
        meeting = self.table.meeting_of(facts, phrase, known, facts.parties)
        if meeting.is_held:
            return True
        meeting.is_held = True
        if known is not None and known.status in ("held", "concluded"):
            meeting.is_concluded = known.status == "concluded"
            self._report_again(meeting, facts, f"is recorded as {known.status}")
            return True
        meeting.when = facts.whole_time(phrase) if phrase else self.story.own_day
        self._propose_held(meeting, facts, found)
        return True

    def _propose_held(
        self, meeting: MeetingTold, facts: MeetingFacts, found: re.Match[str]
    ) -> None:
        self.story.last_time = meeting.when
        meeting.place = meeting.place or facts.place
        title = meeting.known.title if meeting.known else None
        fields: Json = {
            "meeting": meeting.slug,
            "title": title or facts.make_title(meeting.parties, meeting.place),
        }
        for name, value in (
            ("place", facts.place),
            ("format", facts.form),
            ("participants", facts.participants),
        ):
            if value:
                fields[name] = value
        if self.story.genre == "communique":
            self.story.cast.joint_parties = facts.parties
        why = f"“{shorten(found[0])}” tells of a meeting that took place."
        start, end, block = facts.sentence.start, facts.sentence.end, facts.sentence.block
        self.story.propose(
            DraftProposal("meeting-held", fields, start, end, why, 0.75, meeting.when, block)
        )

    def _conclude(self, facts: MeetingFacts, *, is_told: bool) -> bool:
        """Propose how a meeting ended; return whether the sentence tells it."""
        outcome, found = _find_outcome(facts.masked)
        if outcome is None or found is None or facts.is_unreal(found):
            return False
        meeting = self.table.last_meeting(facts, is_told=is_told)
        if meeting is None or (not is_told and not meeting.is_held):
            return False
        if meeting.is_concluded:
            if outcome == "partial":
                self._make_partial(meeting, facts)
            return True
        if meeting.known is not None and meeting.known.outcome:
            self._report_again(meeting, facts, "is recorded with its outcome")
            return True
        meeting.is_concluded = True
        summary = " ".join(facts.sentence.text.split())[:300]
        fields = {"meeting": meeting.slug, "outcome": outcome, "summary": summary}
        first, _, last = (meeting.when.expression or "").partition("/")
        when = When(last or first or None, meeting.when.phrase, meeting.when.others)
        why = f"“{shorten(found[0])}” tells how the meeting ended."
        start, end, block = facts.sentence.start, facts.sentence.end, facts.sentence.block
        self.story.propose(
            DraftProposal("meeting-concluded", fields, start, end, why, 0.65, when, block)
        )
        return True

    def _make_partial(self, meeting: MeetingTold, facts: MeetingFacts) -> None:
        """Make an agreement partial of which the next sentence tells what was not settled."""
        for proposal in self.story.of_type(("meeting-concluded",)):
            fields = proposal.fields
            if fields["meeting"] == meeting.slug and fields["outcome"] == "agreement":
                fields["outcome"] = "partial"
                proposal.end = max(proposal.end, facts.sentence.end)

    def _report_again(self, meeting: MeetingTold, facts: MeetingFacts, how: str) -> None:
        event = meeting.known.event if meeting.known else None
        why = f"The meeting {meeting.slug} {how}."
        self.story.report_again(event, facts.sentence.start, facts.sentence.end, why)


def _find_outcome(masked: str) -> tuple[str | None, re.Match[str] | None]:
    for pattern, outcome in _OUTCOMES:
        if found := pattern.search(masked):
            return outcome, found
    return None, None


def _ended(facts: MeetingFacts) -> re.Match[str] | None:
    """Return where talks are named of which the sentence tells the outcome."""
    return words.NOUN.search(facts.masked) if _find_outcome(facts.masked)[1] else None


def _received(facts: MeetingFacts) -> re.Match[str] | None:
    """Return where somebody saw or received a party."""
    found = words.RECEIVED.search(facts.masked)
    if found is None:
        return None
    after = facts.sentence.start + found.end()
    is_object = any(
        each.start >= after and each.start - after < 30 and (each.actor or each.party)
        for each in facts.read.mentions
    )
    return found if is_object and any(m.end <= after for m in facts.read.mentions) else None
