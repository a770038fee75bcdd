# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Meetings that an article tells: held, concluded, announced, moved, called off."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from domain.model import Json
from domain.slugs import make_slug
from intake.registry import KnownMeeting
from intake.rules import meeting_words as told
from intake.rules.mentions import Mention
from intake.rules.story import DraftProposal, ReadSentence, Story
from intake.rules.times import UNKNOWN_TIME, Tense, TimePhrase, When, find_times
from intake.rules.words import fold_word, stem_word, word_set

_WEIGHTLESS = word_set(
    "the a an of on in for to and with meeting talks session round summit at between"
)
_MONTH = re.compile(
    r"\b(?:January|February|March|April|May|June|July|August|September|October|"
    r"November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b"
)
_WE = re.compile(r"\b(?:we|our|us|I|my|ми|нам|наш\w*)\b")
_REFERS_BACK = re.compile(r"\W*(?:they|it|these|вони|воно)\b", re.IGNORECASE)
_NEAR_DAYS = 3
"""A meeting that was expected so many days off may be the one that took place."""


@dataclass
class MeetingTold:
    """A meeting of the article: its slug, what is known of it, and where it was told last."""

    slug: str
    block: int
    when: When = UNKNOWN_TIME
    parties: list[str] = field(default_factory=list)
    place: str | None = None
    known: KnownMeeting | None = None
    is_held: bool = False
    is_concluded: bool = False


class Meetings:
    """Reads meetings sentence by sentence."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.told: list[MeetingTold] = []
        self._awaits_day: DraftProposal | None = None
        self._named_in = -1
        self._said_by: str | None = None
        self._telling: Sequence[tuple[int, int]] = ()

    def read(
        self,
        read: ReadSentence,
        said_by: str | None,
        when_said: When,
        telling: Sequence[tuple[int, int]] = (),
    ) -> bool:
        """Propose what a sentence tells of meetings; ``said_by`` is who says so, if anybody.

        Returns whether it tells of one.
        """
        self._said_by, self._telling = said_by, telling
        found = self._read(read, said_by, when_said)
        if told.NOUN.search(read.sentence.masked):
            self._named_in = read.sentence.block
        return found

    def _read(self, read: ReadSentence, said_by: str | None, when_said: When) -> bool:
        sentence, masked = read.sentence, read.sentence.masked
        if self._give_day(read):
            return True
        if told.CANCELLED.search(masked):
            return self._call_off(read, said_by, when_said)
        if told.MOVED.search(masked) and not re.search(r"\bmoved on\b", masked):
            return self._move(read, said_by, when_said)
        if told.ANNOUNCED.search(masked) and self._announce(read, said_by, when_said):
            return True
        is_told = self._hold(read)
        return (
            self._conclude(read, is_told)
            or is_told
            or bool(told.NOUN.search(sentence.masked) and self._refers_to(read))
        )

    # ------------------------------------------------------------ held

    def _hold(self, read: ReadSentence) -> bool:
        masked = read.sentence.masked
        found = told.HELD.search(masked) or self._received(read) or self._ended(masked)
        if found is None or _is_unreal(masked, found) or re.search(r"\bwill\b", found[0]):
            return False
        phrase = self._time_of(read, "past", found)
        is_today = phrase is None and self.story.genre in ("live-blog", "thread")
        known = self._find_known(read, self._today(read) if is_today else phrase)
        if phrase is None and known is None and not is_today:
            return False
        if phrase is not None and not self._is_past(phrase):
            return False
        parties = self._parties(read)
        meeting = self._meeting_for(read, phrase, known, parties)
        if meeting.is_held:
            return True
        meeting.is_held = True
        if known is not None and known.status in ("held", "concluded"):
            meeting.is_concluded = known.status == "concluded"
            start, end = read.sentence.start, read.sentence.end
            why = f"The meeting {meeting.slug} is recorded as {known.status}."
            self.story.report_again(known.event, start, end, why)
            return True
        meeting.when = _whole_time(masked, phrase) if phrase else self.story.own_day
        self.story.last_time = meeting.when
        start, end = self._passage(read, found)
        fields: Json = {"meeting": meeting.slug, "title": self._title(read, meeting)}
        fields |= self._where(read, meeting)
        if self.story.genre == "communique":
            self.story.cast.joint_parties = parties
        participants = self._participants(read, parties)
        if participants:
            fields["participants"] = participants
        why = f"“{_short(found[0])}” tells of a meeting that took place."
        self.story.propose(
            DraftProposal(
                "meeting-held", fields, start, end, why, 0.75, meeting.when, read.sentence.block
            )
        )
        return True

    def _today(self, read: ReadSentence) -> TimePhrase | None:
        day, at = self.story.anchor_text, read.sentence.start
        return TimePhrase(at, at, "", (day,), False, True) if day else None

    def _ended(self, masked: str) -> re.Match[str] | None:
        """Return where talks are named of which a sentence tells the outcome."""
        return told.NOUN.search(masked) if self._outcome(masked)[1] else None

    def _received(self, read: ReadSentence) -> re.Match[str] | None:
        """Return where somebody saw or received a party: told of with a time, or a place."""
        found = told.RECEIVED.search(read.sentence.masked)
        if found is None:
            return None
        after = read.sentence.start + found.end()
        objects = [
            each
            for each in read.mentions
            if each.start >= after and each.start - after < 30 and (each.actor or each.party)
        ]
        return found if objects and any(each.end <= after for each in read.mentions) else None

    def _is_past(self, phrase: TimePhrase) -> bool:
        anchor = self.story.calendar.anchor
        if anchor is None:
            return True
        first = re.search(r"\d{4}(?:-\d{2}){0,2}", phrase.expression)
        return first is None or first[0] <= str(anchor)[: len(first[0])]

    # ------------------------------------------------------------ concluded

    def _conclude(self, read: ReadSentence, is_told: bool) -> bool:
        masked = read.sentence.masked
        outcome, found = self._outcome(masked)
        if outcome is None or found is None or _is_unreal(masked, found):
            return False
        meeting = self._last_meeting(read, is_told)
        if meeting is None or (not is_told and not meeting.is_held):
            return False
        if meeting.is_concluded:
            if outcome == "partial":
                self._make_partial(meeting, read)
            return True
        if meeting.known is not None and meeting.known.outcome:
            start, end = read.sentence.start, read.sentence.end
            why = f"The outcome of the meeting {meeting.slug} is recorded."
            self.story.report_again(meeting.known.event, start, end, why)
            return True
        meeting.is_concluded = True
        start, end = (read.sentence.start, read.sentence.end)
        fields = {
            "meeting": meeting.slug,
            "outcome": outcome,
            "summary": " ".join(read.sentence.text.split())[:300],
        }
        first, _, last = (meeting.when.expression or "").partition("/")
        when = When(last or first or None, meeting.when.phrase, meeting.when.others)
        why = f"“{_short(found[0])}” tells how the meeting ended."
        self.story.propose(
            DraftProposal(
                "meeting-concluded", fields, start, end, why, 0.65, when, read.sentence.block
            )
        )
        return True

    def _outcome(self, masked: str) -> tuple[str | None, re.Match[str] | None]:
        for pattern, outcome in (
            (told.WALKED_OUT, "walkout"),
            (told.NO_RESULT, "no-result"),
            (told.LEFT, "walkout"),
            (told.AGREEMENT, "agreement"),
            (told.UNSETTLED, "partial"),
            (told.SETTLED, "agreement"),
            (told.ADJOURNED, "adjourned"),
        ):
            if found := pattern.search(masked):
                return outcome, found
        return None, None

    def _make_partial(self, meeting: MeetingTold, read: ReadSentence) -> None:
        for proposal in self.story.of_type(("meeting-concluded",)):
            if proposal.fields["meeting"] == meeting.slug and (
                proposal.fields["outcome"] == "agreement"
            ):
                proposal.fields["outcome"] = "partial"
                proposal.end = max(proposal.end, read.sentence.end)

    def _last_meeting(self, read: ReadSentence, is_told: bool) -> MeetingTold | None:
        if self.told and (is_told or self.told[-1].block == read.sentence.block):
            return self.told[-1]
        known = self._find_known(read, None)
        return self._meeting_for(read, None, known, []) if known else None

    # ------------------------------------------------------------ ahead

    def _announce(self, read: ReadSentence, said_by: str | None, when_said: When) -> bool:
        found = told.ANNOUNCED.search(read.sentence.masked)
        if found is None or _is_unreal(read.sentence.masked, found):
            return False
        phrase = self._time_of(read, "future", found)
        if phrase is not None and not self._is_ahead(phrase):
            return False
        mentions = [each for each in read.mentions if each.actor or each.kind == "group"]
        is_meeting = (
            told.NOUN.search(read.sentence.masked)
            or len(mentions) >= 2
            or (mentions and mentions[-1].kind == "group")
            or (self._named_in == read.sentence.block and _REFERS_BACK.match(read.sentence.masked))
        )
        another = re.search(r"there will be|another|next round|next session", found[0])
        if not is_meeting or (phrase is None and not another):
            return False
        known = self._find_known(read, phrase)
        if known is not None and known.expected and phrase and known.expected == phrase.expression:
            start, end = read.sentence.start, read.sentence.end
            why = f"The meeting {known.slug} is recorded for that time."
            self.story.report_again(known.event, start, end, why)
            return True
        parties = self._parties(read)
        meeting = self._meeting_for(read, phrase, known, parties)
        fields: Json = {
            "meeting": meeting.slug,
            "expected": phrase.expression if phrase else None,
            "title": self._title(read, meeting),
        }
        fields |= {
            name: value for name, value in self._where(read, meeting).items() if name == "place"
        }
        invitees = self._invitees(read, parties)
        if invitees:
            fields["invitees"] = invitees
        announcer = said_by or self._announcer(read, found)
        if announcer:
            fields["announced_by"] = announcer
        why = f"“{_short(found[0])}” announces a meeting."
        proposal = DraftProposal(
            "meeting-announced",
            fields,
            read.sentence.start,
            read.sentence.end,
            why,
            0.7,
            when_said,
            read.sentence.block,
            announcer,
        )
        if phrase is None:
            self._awaits_day = proposal
        self.story.propose(proposal)
        return True

    def _announcer(self, read: ReadSentence, found: re.Match[str]) -> str | None:
        if not re.match(r"(?:has|have)?\s*(?:called|summoned|invited|recalled)", found[0].strip()):
            return None
        subject = next((each for each in read.mentions), None)
        return self.story.cast.resolve(subject)

    def _give_day(self, read: ReadSentence) -> bool:
        """Give a meeting that was announced without a day the one that the next sentence tells."""
        proposal, self._awaits_day = self._awaits_day, None
        if proposal is None or proposal.block != read.sentence.block:
            return False
        times = self._times(read, "future")
        ahead = [each for each in times if self._is_ahead(each)]
        if not ahead:
            return False
        proposal.fields["expected"] = ahead[0].expression
        proposal.end = read.sentence.end
        return True

    def _is_ahead(self, phrase: TimePhrase) -> bool:
        anchor = self.story.calendar.anchor
        days = re.findall(r"\d{4}(?:-\d{2}){0,2}", phrase.expression)
        return anchor is None or not days or days[-1] >= str(anchor)[: len(days[-1])]

    def _move(self, read: ReadSentence, said_by: str | None, when_said: When) -> bool:
        found = told.MOVED.search(read.sentence.masked)
        at = read.sentence.start + (found.end() if found else 0)
        times = self._times(read, "future")
        phrase = next((each for each in times if each.start >= at), None)
        known = self._find_known(read, None)
        meeting = self._meeting_for(read, None, known, self._parties(read))
        expected = phrase.expression if phrase and self._is_ahead(phrase) else None
        if known is not None and expected == known.expected:
            expected = None
        fields: Json = {"meeting": meeting.slug, "expected": expected}
        if said_by:
            fields["by"] = said_by
        self._propose_change(
            "meeting-rescheduled", fields, read, when_said, "The meeting is put off or moved here."
        )
        return True

    def _call_off(self, read: ReadSentence, said_by: str | None, when_said: When) -> bool:
        known = self._find_known(read, None)
        meeting = self._meeting_for(read, None, known, self._parties(read))
        fields: Json = {"meeting": meeting.slug}
        if said_by:
            party = self.story.cast.party_of(said_by)
            fields["by"] = f"party:{party}" if party else said_by
        self._propose_change(
            "meeting-cancelled", fields, read, when_said, "The meeting is called off here."
        )
        return True

    def _propose_change(
        self, type_: str, fields: Json, read: ReadSentence, when: When, why: str
    ) -> None:
        sentence = read.sentence
        self.story.propose(
            DraftProposal(
                type_, fields, sentence.start, sentence.end, why, 0.7, when, sentence.block
            )
        )

    # ------------------------------------------------------------ what is known

    def _time_of(
        self, read: ReadSentence, tense: Tense, found: re.Match[str] | None
    ) -> TimePhrase | None:
        times = self._times(read, tense)
        times = [each for each in times if not each.text.casefold().startswith("since")]
        if found is not None and len(times) > 1:
            at = read.sentence.start + found.start()
            times.sort(key=lambda each: min(abs(each.start - at), abs(each.end - at)))
        return times[0] if times else None

    def _times(self, read: ReadSentence, tense: Tense) -> list[TimePhrase]:
        """Return the times of a sentence, without when it was said."""
        return [
            each
            for each in find_times(read.sentence, self.story.calendar, tense)
            if not any(start <= each.start and each.end <= end for start, end in self._telling)
        ]

    def _parties(self, read: ReadSentence) -> list[str]:
        cast = self.story.cast
        own = cast.party_of(self._said_by) if _WE.search(read.sentence.masked) else None
        found = [own] if own else []
        for mention in read.mentions:
            party = cast.party_of(cast.resolve(mention)) or mention.party
            if mention.is_owner and mention.kind != "title":
                continue
            if party and party not in found and not self._is_place(mention, read):
                found.append(party)
        if any(each.kind == "group" for each in read.mentions):
            found += [slug for slug in self._main_parties() if slug not in found]
        return found

    def _main_parties(self) -> list[str]:
        """Return the two sides: the parties that mediate apart, those spoken of last."""
        by_slug = self.story.registry.party_by_slug
        recent = [
            slug
            for slug in self.story.cast.recent_parties
            if slug in by_slug and by_slug[slug].kind != "mediator"
        ]
        others = [
            slug for slug in by_slug if slug not in recent and by_slug[slug].kind != "mediator"
        ]
        return [*recent, *others][:2]

    def _is_place(self, mention: Mention, read: ReadSentence) -> bool:
        before = read.sentence.slice(max(read.sentence.start, mention.start - 5), mention.start)
        return (
            mention.kind == "party"
            and bool(re.search(r"\b(?:in|at|to|у|в)\s$", before))
            and (mention.text[:1].isupper())
        )

    def _participants(self, read: ReadSentence, parties: list[str]) -> list[Json]:
        persons = {
            self.story.cast.party_of(each.actor): each.actor.partition(":")[2]
            for each in reversed(read.mentions)
            if each.actor and each.actor.startswith("person:") and not each.is_owner
        }
        return [
            {"party": party, **({"person": persons[party]} if party in persons else {})}
            for party in parties
        ]

    def _invitees(self, read: ReadSentence, parties: list[str]) -> list[str]:
        persons = [
            each.actor for each in read.mentions if each.actor and each.actor.startswith("person:")
        ]
        return list(dict.fromkeys(persons or [f"party:{slug}" for slug in parties]))

    def _where(self, read: ReadSentence, meeting: MeetingTold) -> Json:
        place = self._place(read)
        meeting.place = meeting.place or place
        found: Json = {"place": place} if place else {}
        for pattern, format_ in told.FORMATS:
            if pattern.search(read.sentence.masked):
                return found | {"format": format_}
        return found

    def _place(self, read: ReadSentence) -> str | None:
        persons = {each.start for each in read.mentions if each.kind == "name"}
        for found in told.PLACE.finditer(read.sentence.masked):
            place = re.sub(r"['’]s$", "", found["place"].rstrip(".,"))
            start = read.sentence.start + found.start("place")
            if start not in persons and len(place) > 2 and not _MONTH.search(place):
                return place
        block = self.story.blocks[read.sentence.block]
        if read.sentence.start == block.start > block.line_start and block.label is None:
            dateline = self.story.text[block.line_start : block.start]
            place = re.split(r"[,(—–-]", dateline)[0].strip()
            return place.title() if place[:1].isalpha() else None
        return None

    def _title(self, read: ReadSentence, meeting: MeetingTold) -> str:
        if meeting.known is not None and meeting.known.title:
            return meeting.known.title
        noun = told.ORDINAL.search(read.sentence.masked) or told.NOUN.search(read.sentence.masked)
        what = " ".join(noun[0].split()) if noun else "meeting"
        names = [self.story.name_of(f"party:{slug}") for slug in meeting.parties]
        title = f"{what[:1].upper()}{what[1:]}"
        if names:
            title += f" of {', '.join(names[:3])}"
        return f"{title} in {meeting.place}" if meeting.place else title

    def _passage(self, read: ReadSentence, found: re.Match[str]) -> tuple[int, int]:
        return read.sentence.start, read.sentence.end

    def _refers_to(self, read: ReadSentence) -> bool:
        return self._find_known(read, None) is not None

    def _meeting_for(
        self,
        read: ReadSentence,
        phrase: TimePhrase | None,
        known: KnownMeeting | None,
        parties: list[str],
    ) -> MeetingTold:
        """Return the meeting of the article that a sentence tells of, or a new one."""
        slug = known.slug if known else None
        for meeting in self.told:
            same = (
                meeting.slug == slug
                if slug
                else (
                    meeting.known is None
                    and phrase is not None
                    and meeting.when.expression == phrase.expression
                    and (not parties or set(parties) == set(meeting.parties))
                )
            )
            if same:
                meeting.block = read.sentence.block
                self.told.remove(meeting)
                self.told.append(meeting)
                return meeting
        place = self._place(read)
        meeting = MeetingTold(
            slug or self._new_slug(read, phrase, parties, place),
            read.sentence.block,
            When.from_phrase(phrase) if phrase else UNKNOWN_TIME,
            parties,
            place,
            known,
        )
        self.told.append(meeting)
        return meeting

    def _new_slug(
        self, read: ReadSentence, phrase: TimePhrase | None, parties: list[str], place: str | None
    ) -> str:
        taken = {each.slug for each in self.story.registry.meetings} | {
            each.slug for each in self.told
        }
        ordinal = told.ordinal_of(read.sentence.masked)
        if ordinal is not None:
            for meeting in self.story.registry.meetings:
                stem = re.match(r"([a-z-]+-)\d+$", meeting.slug)
                if stem and f"{stem[1]}{ordinal}" not in taken:
                    return f"{stem[1]}{ordinal}"
        day = re.search(r"\d{4}-\d{2}(?:-\d{2})?", phrase.expression) if phrase else None
        words = [place or "", *parties[:3], day[0] if day else ""]
        return make_slug(" ".join(filter(None, words)) or "meeting", taken)

    def _find_known(self, read: ReadSentence, phrase: TimePhrase | None) -> KnownMeeting | None:
        """Return the registered meeting that a sentence tells of; None where none fits well."""
        masked = read.sentence.masked
        ordinal = told.ordinal_of(masked)
        stems = {stem_word(fold_word(word)) for word in re.findall(r"\w+", masked)}
        place = self._place(read)
        scored = [
            (self._likeness(meeting, ordinal, stems, place, phrase), meeting)
            for meeting in self.story.registry.meetings
        ]
        best, meeting = max(scored, key=lambda each: each[0], default=(0.0, None))
        return meeting if best >= 2 else None

    def _likeness(
        self,
        meeting: KnownMeeting,
        ordinal: int | None,
        stems: set[str],
        place: str | None,
        phrase: TimePhrase | None,
    ) -> float:
        title = meeting.title or ""
        number = told.ordinal_of(title) or _trailing_number(meeting.slug)
        if ordinal is not None and number is not None:
            return 3.0 if ordinal == number else -5.0
        words = {
            stem_word(fold_word(word))
            for word in re.findall(r"\w+", title)
            if fold_word(word) not in _WEIGHTLESS
        }
        score = len(words & stems) * (1.0 if len(words & stems) > 1 else 0.5)
        if place and meeting.place and fold_word(place) == fold_word(meeting.place):
            score += 1.0
        at = meeting.occurred or meeting.expected
        if phrase is not None and at is not None:
            if phrase.expression == at and meeting.status == "announced":
                return score + 2.0
            score += 1.5 if _is_near(phrase.expression, at) else -1.5
        return score


def _is_near(one: str, other: str) -> bool:
    """Return whether two times begin within three days of each other."""
    days = [re.search(r"\d{4}-\d{2}-\d{2}", each) for each in (one, other)]
    if days[0] is None or days[1] is None:
        return one[:7].strip("[") == other[:7].strip("[")
    first, second = (date.fromisoformat(each[0]) for each in days if each)
    return abs((first - second).days) <= _NEAR_DAYS


def _is_unreal(masked: str, found: re.Match[str]) -> bool:
    """Return whether what is told up to some words is asked, denied or only supposed."""
    return bool(told.UNREAL.search(masked, 0, found.end())) or masked.rstrip().endswith("?")


def _trailing_number(slug: str) -> int | None:
    found = re.search(r"-(\d{1,2})$", slug)
    return int(found[1]) if found else None


def _whole_time(masked: str, phrase: TimePhrase) -> When:
    """Return the time of a meeting: of three days of talks that ended on a day, all three."""
    found = told.DAYS_OF.search(masked)
    if found is None or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", phrase.expression):
        return When.from_phrase(phrase)
    last = date.fromisoformat(phrase.expression)
    first = last - timedelta(days=told.NUMBERS[(found["count"] or found["lasted"]).casefold()] - 1)
    return When(f"{first}/{last}", phrase.text, phrase.expressions)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) < 60 else f"{line[:28]} … {line[-28:]}"
