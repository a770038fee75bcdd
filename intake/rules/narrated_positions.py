# Cyrillic letters are meant
"""Positions that an article tells in its own words: SNTC, which wants 12%."""

from __future__ import annotations

import re

from intake.rules.act_times import past_times
from intake.rules.clauses import split_clauses
from intake.rules.mentions import SEVERAL, Mention, is_group
from intake.rules.moments import UNKNOWN_TIME, TimePhrase, When
from intake.rules.positions import find_told_otherwise, propose_position
from intake.rules.sentences import Sentence
from intake.rules.speech import Utterance
from intake.rules.stance_cues import find_cue
from intake.rules.stances import FoundStance, find_stances
from intake.rules.story import DraftProposal, ReadSentence, Story

_ASIDE = re.compile(
    r"\s*,\s*(?:which|who|що|яка|який|які)\s+(?P<words>[^,;]{6,200})", re.IGNORECASE
)
_FIRST_PERSON = re.compile(r"\b(?:we|our|us|I|my|ми|наш\w*|мій|моя)\b")
_RECALLS = re.compile(r"\W*(?:нагадаємо|як відомо)\b", re.IGNORECASE)
_UNREAL = re.compile(
    r"^\W*(?:if|unless|had|were|should|suppose|perhaps|maybe|якби|якщо)\b|\b(?:might|would have|"
    r"could have|"
    r"(?-i:may)|unlikely|likely to|is expected to|are expected to|would have to)\b|\?\W*$",
    re.IGNORECASE,
)


def propose_narrated_positions(
    read: ReadSentence, when: When, story: Story, *, is_anonymous: bool = False
) -> list[DraftProposal]:
    """Return stances that an article tells in its own words, or by somebody whom it does not name:
    SNTC, which wants 12%."""
    found: list[DraftProposal] = []
    sentence = read.sentence
    if _RECALLS.match(sentence.masked):
        story.hold_back(sentence.start, sentence.end, "The article recalls what was before.")
        return found
    is_unreal = _UNREAL.search(sentence.masked) is not None
    for start, end in split_clauses(sentence.masked, sentence.start):
        clause = sentence.masked[start - sentence.start : end - sentence.start]
        context = story.issue_in_context
        stances = (
            []
            if is_unreal
            else find_stances(clause, start, read.mentions, story.cast, story.issues, None, context)
        )
        stances += find_told_otherwise(clause, start, read.mentions, stances, story, None)
        is_of_somebody = _FIRST_PERSON.search(clause) and find_cue(clause) is not None
        if not stances and is_of_somebody and story.issues.find(clause):
            reason = "It is said here in the first person, and nobody is named who says it."
            story.hold_back(start, end, reason)
        for stance in stances:
            subject = next((each for each in read.mentions if each.start >= start), None)
            is_joint = stance.party in story.cast.joint_parties and (
                subject is None or _is_of_all(subject) or _begins_with(stance, clause)
            )
            if stance.is_own or (subject is None and not is_joint):
                continue
            if subject and not is_anonymous and _is_embedded(sentence, subject.start):
                continue
            actor = subject.actor if subject and not is_joint else None
            actor = actor if story.cast.party_of(actor) == stance.party else None
            utterance = Utterance(
                actor or f"party:{stance.party}",
                start,
                end,
                sentence.block,
                stance.cue,
                list(sentence.quotations),
                [],
                [sentence],
                subject,
            )
            told = _nearest_time(stance, read, story) or when
            proposal = propose_position(stance, utterance, None, told, story)
            proposal.confidence = 0.55
            is_joint |= subject is not None and is_group(subject)
            told_by = "anonymous" if is_anonymous else "joint" if is_joint else "self"
            proposal.fields["attribution"] = told_by
            proposal.fields.pop("attributed_by", None)
            found.append(proposal)
    return found


def _is_of_all(subject: Mention) -> bool:
    """Return whether a subject means all sides: both ministers, or they."""
    return is_group(subject) or (subject.kind == "pronoun" and subject.text in SEVERAL)


def _nearest_time(stance: FoundStance, read: ReadSentence, story: Story) -> When | None:
    """Return the time that stands nearest to the words of a stance, of several in its sentence."""
    sentence = read.sentence
    times = [each for each in past_times(read, story) if re.search(r"-\d{2}", each.expression)]
    at = sentence.text.find(stance.cue, max(stance.start - sentence.start, 0))
    if len(times) < 2 or at < 0 or story.genre == "communique":
        return None
    place = sentence.start + at
    return When.from_phrase(min(times, key=lambda each: _distance(each, place)))


def _distance(phrase: TimePhrase, place: int) -> tuple[bool, int]:
    """Put days before months, and what stands behind the verb before what stands in front."""
    is_day = re.search(r"\d{4}-\d{2}-\d{2}", phrase.expression) is not None
    gap = phrase.start - place if phrase.start >= place else 2 * (place - phrase.end)
    return not is_day, gap


def _begins_with(stance: FoundStance, clause: str) -> bool:
    return clause.lstrip().startswith(stance.cue)


def _is_embedded(sentence: Sentence, place: int) -> bool:
    """Return whether somebody is named in a clause of which nobody says who tells it."""
    before = sentence.masked[: place - sentence.start]
    return re.search(r"\b(?:that|whether|що|чи)\s+(?:the\s+)?$", before) is not None


def propose_asides(read: ReadSentence, utterance: Utterance, story: Story) -> list[DraftProposal]:
    """Return stances told of a speaker in passing: SNTC, which wants 12%, gave notice."""
    subject = utterance.mention
    if subject is None or utterance.actor is None:
        return []
    sentence = read.sentence
    aside = _ASIDE.match(sentence.text, subject.end - sentence.start)
    party = story.cast.party_of(utterance.actor)
    if aside is None or party is None:
        return []
    start, end = sentence.start + aside.start("words"), sentence.start + aside.end("words")
    stances = find_stances(aside["words"], start, [], story.cast, story.issues, party, None)
    teller = Utterance(
        f"party:{party}", start, end, sentence.block, utterance.cue, [], [], [sentence], subject
    )
    found = [propose_position(each, teller, None, UNKNOWN_TIME, story) for each in stances]
    for proposal in found:
        proposal.start, proposal.confidence = subject.start, 0.55
    return found
