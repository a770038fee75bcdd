# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Transcripts: turns of speakers and questions, each of the day of the article."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from intake.rules.answers import NO_ANSWER, AskedContext, read_answer, says_nothing
from intake.rules.deeds import read_deeds
from intake.rules.meetings import Meetings
from intake.rules.moments import UNKNOWN_TIME, When
from intake.rules.newcomers import meet_strangers
from intake.rules.occasions import tell_when
from intake.rules.plans import Plans
from intake.rules.positions import propose_position, propose_positions
from intake.rules.sentences import Sentence
from intake.rules.speech import Utterance
from intake.rules.stance_cues import find_cue
from intake.rules.statements import propose_statement
from intake.rules.story import ReadSentence, Story
from intake.rules.utterances import read_speech, turn_utterance
from intake.rules.words import split_words, word_set

_COURTESY = re.compile(
    r"^\W*(?:thank you|thanks|good (?:morning|afternoon|evening)|hello|welcome|next question|"
    r"let me take|that is (?:the first|all)|last question|дякую|добрий день|доброго дня|"
    r"вітаю)\b[^.!?]*[.!?]*\s*$",
    re.IGNORECASE,
)
_LEAST_WORDS = 6
_TITLES = word_set("mr mrs ms miss dr sir madam president minister secretary пан пані")


_OFFICES = word_set(
    "president minister secretary chancellor chair chairman chairwoman envoy commissioner governor "
    "mayor ambassador spokesman spokeswoman spokesperson director moderator mediator президент "
    "міністр міністерка речник речниця голова посол"
)


def read_transcript(sentences: list[Sentence], story: Story) -> None:
    """Propose what the turns of a transcript tell, in order."""
    meetings, plans = Meetings(story), Plans(story)
    today = When(story.anchor_text)
    question: list[ReadSentence] = []
    for block_index, group in groupby(sentences, key=lambda each: each.block):
        block = story.blocks[block_index]
        if block.kind != "body" or block.label is None:
            continue
        actor = None if block.is_question else find_turn_speaker(block.label, story)
        if actor:
            story.cast.note_subject(actor)
        reads = []
        for sentence in group:
            mentions = meet_strangers(sentence, story.cast.find_mentions(sentence), story)
            reads.append(ReadSentence(sentence, mentions))
        if actor is None:
            _read_question(reads, story, plans)
            if not block.is_question:
                _hold_back_stranger(reads, block.label, story)
            question = [*question, *reads] if block.continues else reads
        else:
            answer = read_answer(question, reads, story.cast.party_of(actor), story)
            read_turn(actor, reads, story, meetings, plans, today, answer=answer)
            read_quoted(reads, actor, story)
            question = []


def _hold_back_stranger(reads: list[ReadSentence], label: str, story: Story) -> None:
    """Hold back what somebody says on an issue whose label names nobody who is registered."""
    text = " ".join(each.sentence.text for each in reads)
    if story.issues.find(text) and not text.rstrip().endswith("?"):
        reason = f"“{label}”, who speaks here, is not registered."
        story.hold_back(reads[0].sentence.start, reads[-1].sentence.end, reason)


def find_turn_speaker(label: str, story: Story) -> str | None:
    """Return who bears the label of a turn, by surname and title."""
    words = [word for word in split_words(label) if word.plain not in _TITLES]
    for index in range(len(words)):
        titled = [word._replace(text=word.text.title()) for word in words]
        matched = story.cast.names.match_at(titled, index)
        if matched and matched[1].startswith("person:"):
            return matched[1]
    return _find_by_office(label, story)


def _find_by_office(label: str, story: Story) -> str | None:
    """Return who alone holds the office that a label names: THE PRESIDENT."""
    named = {word.plain for word in split_words(label)} - {"the", "mr", "mrs", "ms", "madam"}
    if not named & _OFFICES:
        return None
    holders = [
        person.slug
        for person in story.registry.persons
        if any(named <= {word.plain for word in split_words(role.title)} for role in person.roles)
    ]
    return f"person:{holders[0]}" if len(holders) == 1 else None


def _read_question(reads: list[ReadSentence], story: Story, plans: Plans) -> None:
    """Take from a question who is quoted in it, and what it is about: nothing that it supposes."""
    spoken: list[Utterance] = []
    for read in reads:
        plans.read(read, is_question=True)
        issues = story.issues.find(read.sentence.text)
        if issues:
            story.issue_in_context = issues[0]
        if not read.sentence.text.rstrip().endswith("?"):
            read_speech(read, story, spoken)
    for utterance in spoken:
        if utterance.actor and not utterance.is_bystander and utterance.pieces:
            when = tell_when(utterance, story, [utterance], {})
            statement = propose_statement(utterance, when, story)
            story.propose(statement)
            for position in propose_positions(utterance, statement, when, story, reads):
                story.propose(position)
        story.cast.note([each for read in reads for each in read.mentions])


def read_turn(
    actor: str,
    reads: list[ReadSentence],
    story: Story,
    meetings: Meetings,
    plans: Plans,
    today: When,
    *,
    is_post: bool = False,
    answer: AskedContext = NO_ANSWER,
    asked: Sequence[str] = (),
    they: str | None = None,
) -> None:
    """Propose what a turn tells, of which ``answer`` is what only its question tells; ``asked`` are
    the issues of that, ``they`` the party that it asks about.

    A post that tells of meetings says more than that, where it names an issue.
    """
    party, answers = story.cast.party_of(actor), answer.issue
    has_meeting = False
    for index, read in enumerate(reads):
        has_meeting |= meetings.read(
            read, actor, today, is_asked_when=answer.tells_when and not index
        )
        plans.read(read)
        read_deeds(read, actor, story)
        if party:
            story.cast.note([*read.mentions], f"party:{party}")
    substance = [each for each in reads if not _COURTESY.match(each.sentence.text)]
    if not substance:
        return
    start, end = substance[0].sentence.start, substance[-1].sentence.end
    utterance = turn_utterance(actor, start, end, substance[0].sentence.block, substance)
    before = story.issue_in_context
    story.issue_in_context = next(iter(asked), before)
    statement = propose_statement(utterance, today, story)
    positions = propose_positions(utterance, statement, today, story, substance, they)
    if answer.stance is not None and not any(
        each.fields["issue"] == answer.stance.issue for each in positions
    ):
        positions.append(propose_position(answer.stance, utterance, statement, today, story))
    if answers:
        statement.fields.setdefault("about", [f"issue:{answers}"])
    names_issue = bool(story.issues.find(story.text[start:end]))
    has_substance = (
        bool(answers)
        or answer.is_decided
        or _has_substance(story, start, end, has_meeting=has_meeting)
    )
    has_substance &= not is_post or bool(answers) or names_issue or has_meeting
    if not positions and not has_substance:
        story.issue_in_context = before
        story.hold_back(start, end, "The turn says nothing on what is negotiated.")
        return
    if has_meeting and not positions and not names_issue:
        story.hold_back(start, end, "What the turn says is in the meetings drafted from it.")
        return
    story.propose(statement)
    for position in positions:
        story.propose(position)


def read_quoted(reads: list[ReadSentence], speaker: str, story: Story) -> None:
    """Propose what a turn quotes of somebody whom it names."""
    for read in reads:
        spoken: list[Utterance] = []
        utterance = read_speech(read, story, spoken) if read.sentence.quotations else None
        if utterance is None or utterance.actor in (None, speaker) or not utterance.pieces:
            continue
        if utterance.mention is not None and utterance.mention.kind != "pronoun":
            when = tell_when(utterance, story, [utterance], {})
            when = UNKNOWN_TIME if when.expression == story.anchor_text else when
            story.propose(propose_statement(utterance, when, story))


def _has_substance(story: Story, start: int, end: int, *, has_meeting: bool) -> bool:
    """Return whether a turn says something of an issue or a figure, in more than a few words."""
    text = story.text[start:end]
    if len(text.split()) < _LEAST_WORDS:
        return False
    if not has_meeting and says_nothing(text) and not story.issues.find(text):
        return False
    is_about = bool(story.issues.find(text)) or find_cue(text) is not None
    return has_meeting or is_about or _DENIES.search(text) is not None


_DENIES = re.compile(
    r"\b(?:not|n['’]t) (?:correct|true|accurate|the case|so\b|what (?:happened|was said))|"
    r"\b(?:that|this|it)(?: is|['’]s| was) (?:false|wrong|untrue|nonsense|incorrect)|"
    r"\b(?:nobody|no one) \w+ed (?:anything|anybody|anyone|that|this|it)\b|"
    r"\bце (?:неправда|не так|не відповідає)",
    re.IGNORECASE,
)
"""A denial says something, whatever it is of."""
