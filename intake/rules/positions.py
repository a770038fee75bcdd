# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Positions: stances that somebody states, that another states of them, and that are narrated."""

from __future__ import annotations

import re
from dataclasses import replace

from domain.model import Json
from intake.draft import Alternative
from intake.rules import verbs
from intake.rules.clauses import split_clauses
from intake.rules.mentions import Mention
from intake.rules.moments import UNKNOWN_TIME, When
from intake.rules.passages import find_passages
from intake.rules.speech import Utterance
from intake.rules.stance_cues import without_denial
from intake.rules.stance_nouns import find_told_by_noun, find_told_in_passive
from intake.rules.stances import FoundStance, find_stances
from intake.rules.story import DraftProposal, ReadSentence, Story
from intake.rules.summaries import summarise
from intake.rules.times import find_times

_LEAST_QUOTED = 3
"""A quotation of fewer words, and without the cue, is of something else in the clause."""
_SPOKESPERSONS = frozenset(("spokesperson", "adviser"))
_DELEGATES = frozenset(("envoy", "delegate", "head-of-delegation"))


def propose_positions(
    utterance: Utterance,
    statement: DraftProposal | None,
    when: When,
    story: Story,
    reads: list[ReadSentence],
    they: str | None = None,
) -> list[DraftProposal]:
    """Return the stances that an utterance tells, its speaker's own and those of others.

    ``they`` is the party that was spoken of right before.
    """
    mentions = [each for read in reads for each in read.all_mentions]
    party = story.cast.party_of(utterance.actor)
    found: list[DraftProposal] = []
    passages = find_passages(utterance, story.text)
    issues = story.issues.find(" ".join(passage.text for passage in passages))
    whole_issue = issues[0] if len(issues) == 1 else None
    for passage in passages:
        for start, end in split_clauses(passage.text, passage.start):
            clause = passage.text[start - passage.start : end - passage.start]
            context = story.issue_in_context
            if _is_denied(start, utterance):
                continue
            stances = find_stances(
                clause, start, mentions, story.cast, story.issues, party, context, whole_issue, they
            )
            they = _who_are_they(clause, start, mentions, story, party) or they
            stances += find_told_otherwise(clause, start, mentions, stances, story, party)
            for issue in story.issues.find(clause, context)[:1]:
                story.issue_in_context = issue
            for stance in stances:
                told = (
                    when
                    if stance.is_own or not stance.is_by_noun
                    else _time_behind(stance, utterance, story)
                )
                found.append(propose_position(stance, utterance, statement, told, story))
    if not found and party and utterance.cue.casefold() in verbs.INSISTING and issues:
        start, end = passages[0].start, passages[-1].start + len(passages[-1].text.rstrip())
        start += len(passages[0].text) - len(passages[0].text.lstrip())
        stance = FoundStance(party, issues[-1], "demands", start, end, utterance.cue, is_own=True)
        found.append(propose_position(stance, utterance, statement, when, story))
    return found


def _who_are_they(
    clause: str, start: int, mentions: list[Mention], story: Story, own: str | None
) -> str | None:
    """Return whom they may mean in what is said next: our members, or the other party named."""
    if _OUR_PEOPLE.search(clause):
        return own
    inside = [each for each in mentions if start <= each.start < start + len(clause)]
    parties = [
        party
        for each in inside
        if each.kind != "pronoun" and (party := story.cast.party_of(each.actor) or each.party)
    ]
    others = [party for party in parties if party != own]
    return others[-1] if others else None


_OUR_PEOPLE = re.compile(
    r"\b(?:our|my) (?:\w+ )?(?:members|people|workers|drivers|pilots|nurses|farmers|voters|"
    r"citizens|"
    r"soldiers|side|colleagues|negotiators|delegates|supporters|shareholders)\b|"
    r"\bнаш\w+ (?:люди|члени|працівники|громадяни|виборці|делегати)\b",
    re.IGNORECASE,
)


def find_told_otherwise(
    clause: str,
    start: int,
    mentions: list[Mention],
    found: list[FoundStance],
    story: Story,
    party: str | None,
) -> list[FoundStance]:
    """Return the stances that nouns and the passive tell beside those of verbs."""
    told = {(each.party, each.issue) for each in found}
    clause = without_denial(clause)
    others = [
        *find_told_by_noun(clause, start, mentions, story.cast, story.issues, party),
        *find_told_in_passive(
            clause, start, mentions, story.cast, story.issues, story.issue_in_context
        ),
    ]
    return [each for each in others if (each.party, each.issue) not in told]


def _time_behind(stance: FoundStance, utterance: Utterance, story: Story) -> When:
    """Return when somebody took a stance that another names: the rejection made public on 5 May."""
    for sentence in utterance.sentences:
        if sentence.start <= stance.start < sentence.end:
            times = find_times(sentence, story.calendar, "past")
            return When.from_phrase(times[0]) if times else UNKNOWN_TIME
    return UNKNOWN_TIME


def _is_denied(place: int, utterance: Utterance) -> bool:
    """Return whether a clause is what somebody denies: he denied reports that he had agreed."""
    for sentence in utterance.sentences:
        if sentence.start <= place < sentence.end:
            before = sentence.masked[: max(place - sentence.start, 0) + _DENIED_WITHIN]
            return _DENIED.search(before) is not None
    return False


_DENIED_WITHIN = 60
_DENIED = re.compile(
    r"\b(?:den(?:y|ies|ied)|disput\w+|rejected|dismissed)\b[^.;]{0,60}?\b(?:that|reports?|claims?|"
    r"allegations?|suggestions?|having)\b|\b(?:заперечи\w+|спростува\w+)",
    re.IGNORECASE,
)


def propose_position(
    stance: FoundStance,
    utterance: Utterance,
    statement: DraftProposal | None,
    when: When,
    story: Story,
) -> DraftProposal:
    actor = str(utterance.actor)
    if utterance.cue in stance.cue or stance.cue in utterance.cue:
        stance = _with_subject(stance, utterance)
    clause = " ".join(story.text[stance.start : stance.end].split()).strip(' ,:“”"«»')
    name = story.name_of(f"party:{stance.party}")
    fields: Json = {
        "party": stance.party,
        "issue": stance.issue,
        "stance": stance.stance,
        "summary": summarise(name, clause),
    }
    quote = _quote_of(stance, utterance, story)
    if quote:
        fields["quote"] = quote
    if stance.conditions:
        fields["conditions"] = list(stance.conditions)
    own = stance.is_own or stance.party == story.cast.party_of(actor)
    fields["attribution"] = attribution_of(actor, story) if own else "third-party"
    if not own:
        fields["attributed_by"] = actor
    if statement is not None:
        fields["statement"] = statement.fields["statement"]
    teller = "" if own else f", as {story.name_of(actor)} says"
    why = f"“{stance.cue.strip()}” on this issue tells a stance of {name}{teller}."
    return DraftProposal(
        "position-stated",
        fields,
        stance.start,
        stance.end,
        why,
        0.7 if own else 0.6,
        when,
        utterance.block,
        actor,
        _other_stances(stance.stance),
    )


def _with_subject(stance: FoundStance, utterance: Utterance) -> FoundStance:
    """Return a stance that the verb of the sentence itself tells, with the subject of that."""
    for sentence in utterance.sentences:
        is_inside = sentence.start <= stance.start < sentence.end and not utterance.pieces
        if (
            is_inside
            and len(sentence.slice(sentence.start, stance.start).split()) <= _SUBJECT_WORDS
        ):
            return replace(stance, start=sentence.start)
    return stance


_SUBJECT_WORDS = 8
_NEIGHBOURS = {
    "demands": ("proposes", "supports"),
    "proposes": ("demands", "accepts"),
    "supports": ("accepts", "demands"),
    "accepts": ("accepts-conditionally", "supports"),
    "accepts-conditionally": ("accepts", "reserves"),
    "accepts-ad-referendum": ("accepts", "reserves"),
    "reserves": ("undecided", "opposes"),
    "undecided": ("reserves", "opposes"),
    "opposes": ("rejects", "reserves"),
    "rejects": ("opposes", "red-line"),
    "red-line": ("rejects", "demands"),
}


def _other_stances(stance: str) -> list[Alternative]:
    return [
        Alternative(field="stance", value=each, label=f"{each} rather than {stance}")
        for each in _NEIGHBOURS.get(stance, ())
    ]


def _quote_of(stance: FoundStance, utterance: Utterance, story: Story) -> str | None:
    for piece in utterance.pieces:
        first, last = max(piece.words_start, stance.start), min(piece.words_end, stance.end)
        between = story.text[stance.start : max(first, stance.start)]
        words = story.text[first:last]
        is_of_stance = stance.cue.strip() in words or len(words.split()) >= _LEAST_QUOTED
        behind = story.text[piece.words_end : stance.end]
        is_of_stance &= not (stance.cue in behind and re.search(r"^\W+and\b", behind))
        if last - first > 3 and is_of_stance and not re.search(r",\s+(?:which|who)\b", between):
            return story.text[first:last].strip().rstrip(",").strip()
    return None


def attribution_of(actor: str, story: Story) -> str:
    """Return as what somebody states a position of the party that they act for."""
    kind, _, slug = actor.partition(":")
    if kind == "party":
        return "self"
    person = story.registry.person_by_slug.get(slug)
    if person is None:
        return "delegate"
    authorities = {role.authority for role in person.roles}
    if authorities & _SPOKESPERSONS and not authorities & {"head-of-state", "head-of-government"}:
        return "spokesperson"
    return "delegate" if authorities & _DELEGATES else "self"
