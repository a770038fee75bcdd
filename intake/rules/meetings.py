# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Meetings that an article tells: held, concluded, announced, moved, called off."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from intake.rules.meeting_book import MeetingBook
from intake.rules.meeting_details import MeetingPassage
from intake.rules.meetings_ahead import announce, announce_day, is_ahead, split_announcement
from intake.rules.meetings_moved import call_off, move
from intake.rules.meetings_past import conclude, hold
from intake.rules.moments import When
from intake.rules.story import DraftProposal, ReadSentence, Story

_OF_IT = re.compile(
    r"\W*(?:it|that|this|they|the|its|new|new date|воно|вона|він|їх|нов\w+)\b", re.I
)
_THEN = re.compile(
    r"\s*[,;]\s+(?:but|and|while|though|although|а|але|та|і|проте)\s+|\s+(?:but|and|але)\s+(?=will\b)",
    re.IGNORECASE,
)
_MAX_CUTS = 4
"""At how many places a sentence is tried for a second part."""
_MEET = re.compile(r"\b(?:meet|reconvene|зустрі\w+)\b", re.IGNORECASE)


class Meetings:
    """Reads meetings sentence by sentence."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self._book = MeetingBook(story)
        self._awaits_day: DraftProposal | None = None
        self._named_in = -1

    def read(
        self,
        read: ReadSentence,
        said_by: str | None,
        when_said: When,
        telling: Sequence[tuple[int, int]] = (),
        *,
        is_asked_when: bool = False,
    ) -> bool:
        """Propose what a sentence tells of meetings; ``said_by`` is who says so, if anybody, and
        ``telling`` the passages that tell of that. An answer to the question when they meet may be
        a day alone.

        Returns whether it tells of one.
        """
        passage = MeetingPassage(read, self.story, said_by, telling)
        found = self._read(passage, when_said) or (
            is_asked_when and announce_day(passage, self._book, when_said) is not None
        )
        if found or self._book.words.noun.search(passage.masked):
            self._named_in = passage.block
        return found

    def _read(self, passage: MeetingPassage, when_said: When) -> bool:
        if self._give_day(passage):
            return True
        book = self._book
        refers = self._named_in == passage.block or (
            book.referred is not None and book.referred[1] == passage.block
        )
        if call_off(passage, book, when_said) is not None:
            return True
        moved = move(passage, book, when_said, refers=refers)
        if moved is not None:
            self._awaits_day = moved if moved.fields["expected"] is None else None
            return True
        behind = self._read_what_was(passage)
        if self._announce(behind or passage, when_said, refers=refers or behind is not None):
            return True
        if behind is not None:
            return True
        is_told = hold(passage, book)
        is_told |= conclude(passage, book, is_told=is_told)
        return is_told or bool(
            (book.words.noun.search(passage.masked) or _MEET.search(passage.masked))
            and book.find_known(passage, None)
        )

    def _read_what_was(self, passage: MeetingPassage) -> MeetingPassage | None:
        """Propose the meeting that ended in the first part of a passage whose second announces
        another; return that: they ended talks on Friday, but will meet again."""
        book = self._book
        cut = next(
            (
                each
                for each in islice(_THEN.finditer(passage.masked), _MAX_CUTS)
                if book.words.announced.search(passage.masked, each.end())
            ),
            None,
        )
        if cut is None:
            return None
        first = passage.part(passage.first, passage.first + cut.start())
        is_told = hold(first, book)
        is_told |= conclude(first, book, is_told=is_told)
        return passage.part(passage.first + cut.end(), passage.last) if is_told else None

    def _announce(self, passage: MeetingPassage, when_said: When, *, refers: bool) -> bool:
        is_told = False
        for part in split_announcement(passage, self._book):
            proposal = announce(part, self._book, when_said, is_continued=is_told, refers=refers)
            if proposal is not None:
                is_told = True
                self._awaits_day = proposal if proposal.fields["expected"] is None else None
        return is_told

    def _give_day(self, passage: MeetingPassage) -> bool:
        """Give a meeting that was announced or moved without a day the one that follows."""
        proposal, self._awaits_day = self._awaits_day, None
        if proposal is None or proposal.block != passage.block:
            return False
        if proposal.type == "meeting-rescheduled" and not _OF_IT.match(passage.masked):
            return False
        ahead = [each for each in passage.times("future") if is_ahead(passage, each)]
        if not ahead:
            return False
        proposal.fields["expected"] = ahead[0].expression
        proposal.end = passage.end
        return True
