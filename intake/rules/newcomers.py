# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Strangers of a text who take part: known by a title, an office or whom they act for."""

from __future__ import annotations

import re
from dataclasses import replace

from rapidfuzz import fuzz

from intake.draft import UnknownActor
from intake.rules.mentions import Mention
from intake.rules.sentences import Sentence
from intake.rules.story import Story
from intake.rules.titles import BYSTANDERS, OFFICES, SPEAKS_FOR_PARTY
from intake.rules.words import fold_word, name_key, word_set

_ACTS_FOR = re.compile(
    r"\s*,\s*(?:who|which|що|який|яка)\s+(?:\w+\s){0,2}?"
    r"(?:negotiat\w+|speak\w*|act\w*|lead\w*|led|head\w*|represent\w*|work\w*|chair\w*|веде|"
    r"очолює|представляє)",
    re.IGNORECASE,
)
_TEACHES = re.compile(
    r"\s*,\s*(?:who|an?|the)\s+(?:\w+\s){0,4}?(?:teach\w*|stud(?:y|ies)|research\w*|"
    r"professor|analyst|expert|economist|historian|lecturer|fellow)",
    re.IGNORECASE,
)
_BEHIND = re.compile(r"\s*,\s*(?:the|a|an|its)?\s*")
_OF_PLACE = re.compile(
    r"\b(?:mayor|governor|bishop|archbishop|people|residents|city|town|port|island|islands|province|"
    r"region) of (?:the )?$",
    re.IGNORECASE,
)
"""Words before the name of a place."""
_LIKENESS = 55
"""How like surnames must be, of 100, where party and first name are the same."""
TAKES_PART = word_set(
    "mediator facilitator judge arbitrator envoy president minister chancellor premier chair "
    "chairman chairwoman ambassador commissioner governor mayor secretary-general bishop"
)
"""Offices whose holder takes part though no party is named."""


def meet_strangers(sentence: Sentence, mentions: list[Mention], story: Story) -> list[Mention]:
    """Return the mentions of a sentence, with those strangers as actors who take part."""
    found: list[Mention] = []
    for index, mention in enumerate(mentions):
        found.append(_meet(index, mention, mentions, sentence, story))
    return found


def _meet(
    index: int, mention: Mention, mentions: list[Mention], sentence: Sentence, story: Story
) -> Mention:
    if mention.kind != "stranger" or _is_bystander(mention, sentence):
        return mention
    lead = f"{mention.title} " if mention.title else sentence.slice(sentence.start, mention.start)
    if _OF_PLACE.search(lead):
        return mention
    party, title = mention.party, mention.title
    before = mentions[index - 1] if index else None
    after = mentions[index + 1] if index + 1 < len(mentions) else None
    for other, gap in (
        (before, sentence.slice(before.end, mention.start) if before else ""),
        (after, sentence.slice(mention.end, after.start) if after else ""),
    ):
        if other is None or other.kind != "title":
            continue
        if gap.strip() == "," and (same := _same_person(mention, other, story)):
            return replace(mention, kind="name", actor=same, title=other.title)
        is_close = gap.strip() == "," and _names_nobody(other)
        if is_close or (other is after and _BEHIND.fullmatch(gap)):
            party, title = party or other.party, title or other.title
    acting = _ACTS_FOR.match(sentence.text, mention.end - sentence.start)
    if acting and party is None:
        near = [
            each for each in mentions[index + 1 :] if each.party or story.cast.party_of(each.actor)
        ]
        if near and near[0].start - mention.end < 80:
            party = story.cast.party_of(near[0].actor) or near[0].party
    if party is None and title and any(word in SPEAKS_FOR_PARTY for word in _plains(title)):
        block = story.blocks[sentence.block]
        party = next(reversed(story.mentioned_in(story.text[block.start : mention.start])), None)
    if party is None and not _has_part(title):
        return mention
    if party is not None and title and _is_inflected(title):
        return replace(mention, kind="title", actor=f"party:{party}", party=party, title=title)
    return introduce(mention, party, title, story)


def _same_person(mention: Mention, title: Mention, story: Story) -> str | None:
    """Return the holder of a title whose name, a little otherwise spelt, stands beside it."""
    person = story.registry.person_by_slug.get((title.actor or "").partition(":")[2])
    if person is None:
        return None
    ours, theirs = (each.split() for each in (re.sub(r"['’]s?$", "", mention.text), person.name))
    is_same_first = name_key(ours[0]) == name_key(theirs[0])
    likeness = fuzz.ratio(name_key(ours[-1]), name_key(theirs[-1]))
    return title.actor if is_same_first or likeness >= _LIKENESS else None


def introduce(mention: Mention, party: str | None, title: str | None, story: Story) -> Mention:
    """Take a stranger into the cast, proposed for registration."""
    name = re.sub(r"['’]s?$", "", mention.text)
    known = _known_in_other_letters(name, party, story)
    if known is not None:
        return replace(mention, kind="name", actor=f"person:{known}", party=party, title=title)
    actor = story.cast.introduce(name, party, title)
    slug = actor.partition(":")[2]
    start = story.text.find(name, mention.start, mention.end + 1)
    start = start if start >= 0 else mention.start
    story.unknown.setdefault(
        slug,
        UnknownActor(
            kind="person",
            slug=slug,
            name=name,
            span=(start, min(start + len(name), mention.end)),
            party=party,
            title=title,
        ),
    )
    return replace(mention, kind="name", actor=actor, party=party, title=title)


def _known_in_other_letters(name: str, party: str | None, story: Story) -> str | None:
    """Return the person of a party who has the first name and a surname much like it: Сійярто for
    Szijjártó."""
    first, last = name_key(name.split()[0]), name_key(name.split()[-1])
    for person in story.registry.persons if party else ():
        words = person.name.split()
        is_same_first = person.party == party and name_key(words[0]) == first
        if is_same_first and fuzz.ratio(name_key(words[-1]), last) >= _LIKENESS:
            return person.slug
    return None


def _names_nobody(title: Mention) -> bool:
    return not (title.actor or "").startswith("person:")


def _is_inflected(title: str) -> bool:
    """Return whether a Ukrainian title stands in another case, so that the name beside it does."""
    office = next((word for word in _plains(title) if word in OFFICES), "")
    return bool(office) and not office.isascii() and not _NOMINATIVE.search(office)


_NOMINATIVE = re.compile(
    r"(?:ник|ець|ар|ент|[иі]стр|ол|ор|лер|ат|ер|ач|ии|ниця|рка|тка|голова|глава)$"
)
"""How offices end in the nominative, as they are compared."""


def _plains(title: str) -> list[str]:
    return [fold_word(word) for word in title.split()]


def _has_part(title: str | None) -> bool:
    return bool(title) and any(fold_word(word) in TAKES_PART for word in (title or "").split())


def _is_bystander(mention: Mention, sentence: Sentence) -> bool:
    if _TEACHES.match(sentence.text, mention.end - sentence.start):
        return True
    before = sentence.slice(max(sentence.start, mention.start - 60), mention.start)
    last_clause = re.split(r"[.;“\"]", before)[-1]
    return any(fold_word(word.strip(",")) in BYSTANDERS for word in last_clause.split())
