# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Titles in a sentence: before a name, or instead of one with the party that they belong to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from intake.registry import Registry
from intake.rules.mentions import OWNERS, Mention
from intake.rules.titles import OFFICES, SPEAKS_FOR_PARTY, Offices
from intake.rules.words import TextWord, word_set

_MODIFIERS = word_set(
    "presidential special former deputy foreign prime chief senior acting vice top lead finance "
    "defence defense interior economy trade labour labor energy fisheries mines health environment "
    "agriculture retired veteran new outgoing incoming general national regional provincial "
    "federal government state policy press cabinet union personnel security council house "
    "parliamentary expert delegation opposition party white state's veteran longtime number one "
    "two three second-in-command закордонних "
    "справ оборони внутрішніх економіки президента спеціальний колишній перший"
)
_LINKS = word_set("of the and for to on і та з у в")
_DETERMINERS = word_set("the a an this that one two three some several any цей ця")
_INDEFINITE = word_set("a an one two three some several senior any other")
_OF = word_set("of for from at to with in")
_SEVERAL = word_set(
    "officials negotiators representatives ministers leaders spokespeople spokesmen diplomats "
    "aides advisers delegates lawyers envoys presidents counterparts"
)
_OF_BODY = word_set("its their їхній їхня їх")
_MAX_WORDS = 10


@dataclass(frozen=True)
class SentenceWords:
    """The words of a sentence with what stands between them, and the mentions found so far."""

    words: list[TextWord]
    text: str
    offset: int
    mentions: list[Mention]

    def follows_closely(self, index: int) -> bool:
        """Return whether nothing but blanks stands between a word and the one before it."""
        if index <= 0:
            return False
        between = self.text[
            self.words[index - 1].end - self.offset : self.words[index].start - self.offset
        ]
        return not between.strip()

    def mention_at(self, word: TextWord) -> Mention | None:
        return next((each for each in self.mentions if each.start <= word.start < each.end), None)


def extend_over_titles(sentence: SentenceWords) -> list[Mention]:
    """Return the mentions, those of persons begun where the titles before the name begin."""
    at_start = {word.start: index for index, word in enumerate(sentence.words)}
    kept: list[Mention] = []
    for mention in sentence.mentions:
        index = at_start.get(mention.start)
        if mention.kind in ("name", "stranger") and index is not None:
            mention = _with_title(mention, index, sentence)
            kept = [each for each in kept if each.end <= mention.start]
        kept.append(mention)
    return kept


def _with_title(mention: Mention, index: int, sentence: SentenceWords) -> Mention:
    first_office, start, party, position = None, None, None, index
    while sentence.follows_closely(position) and position > index - _MAX_WORDS:
        position -= 1
        word = sentence.words[position]
        held = sentence.mention_at(word)
        between = sentence.words[position + 1 : index]
        is_modified = all(each.plain in _MODIFIERS for each in between)
        if held is not None and held.kind == "party":
            if first_office is not None or position == index - 1 or is_modified:
                start, party = held.start, party or held.actor
        elif held is not None:
            break
        elif word.plain in OFFICES:
            first_office, start = position, word.start
        elif not (word.plain in _LINKS or word.plain in _MODIFIERS or word.is_capital):
            break
        if held is not None and held.is_owner:
            break
    if start is None or (first_office is None and party is None):
        return mention
    title = None
    if first_office is not None:
        title = sentence.text[
            sentence.words[first_office].start - sentence.offset : sentence.words[index].start
            - sentence.offset
        ].strip()
    slug = party.partition(":")[2] if party else mention.party
    return replace(mention, start=start, title=title, party=slug)


def find_titles(
    sentence: SentenceWords,
    registry: Registry,
    offices: Offices,
    recent: Sequence[str],
    recent_party: str | None,
) -> list[Mention]:
    """Return mentions by title alone, with the holder where the registry has just one.

    ``recent`` are the slugs of persons mentioned before, the last one first.
    """
    found: list[Mention] = []
    last_end = -1
    for index, word in enumerate(sentence.words):
        if word.plain not in OFFICES or word.start < last_end or sentence.mention_at(word):
            continue
        mention = _read_title(index, sentence, registry, offices, recent, recent_party)
        if mention is not None:
            found.append(mention)
            last_end = mention.end
    return found


def _read_title(
    index: int,
    sentence: SentenceWords,
    registry: Registry,
    offices: Offices,
    recent: Sequence[str],
    recent_party: str | None,
) -> Mention | None:
    words = sentence.words
    last = index
    while (
        last + 1 < len(words)
        and sentence.follows_closely(last + 1)
        and (words[last + 1].plain in OFFICES and not sentence.mention_at(words[last + 1]))
    ):
        last += 1
    first, owner, is_indefinite, is_determined = _read_left(index, sentence)
    end, title_end, party_after = _read_right(last, sentence)
    title = sentence.text[
        words[first].start - sentence.offset : words[title_end].end - sentence.offset
    ]
    start = words[first].start
    party = party_after
    if owner is not None:
        start = owner.start
        party = registry.party_of(owner.actor) or owner.party or party
        if owner.kind == "pronoun":
            party = _owning_party(owner, sentence, registry)
            if party is None and owner.text not in _OF_BODY and recent:
                party = registry.party_of(f"person:{recent[0]}")
            party = party or recent_party
    is_bare = not is_determined and not is_indefinite and words[index].text.isascii()
    if owner is None and party is None and is_bare:
        return None
    slug = None
    headed = _HEADS.match(sentence.text, words[index].start - sentence.offset)
    if headed is not None:
        end = sentence.offset + headed.end()
        slug = offices.find_head(
            f"head-of-{'state' if headed['state'] or headed['of'] else 'government'}", recent
        )
    elif not is_indefinite and words[last].plain not in _SEVERAL:
        slug = offices.find_holder(title, party, recent)
    if slug is not None:
        return Mention(start, end, "title", title, f"person:{slug}", party, title)
    actor = f"party:{party}" if party and words[last].plain in SPEAKS_FOR_PARTY else None
    return Mention(start, end, "title", title, actor, party, title, is_indefinite=is_indefinite)


_HEADS = re.compile(
    r"(?:head of (?:(?P<state>state)|(?:the )?government)|глав\w+ (?:(?P<of>держави)|уряду))\b",
    re.IGNORECASE,
)
_TIMELY = word_set(
    "meanwhile later earlier today yesterday separately then also водночас також раніше пізніше "
    "тоді тепер окремо згодом вчора сьогодні при"
)
"""What a sentence may begin with in front of a title, without being part of it."""


def _owning_party(owner: Mention, sentence: SentenceWords, registry: Registry) -> str | None:
    """Return the party of whom a pronoun means: his spokesman, of the person named before."""
    kinds = ("party",) if owner.text in _OF_BODY else ("name", "title", "party")
    before = [each for each in sentence.mentions if each.end <= owner.start and each.kind in kinds]
    return registry.party_of(before[-1].actor) or before[-1].party if before else None


def _read_left(index: int, sentence: SentenceWords) -> tuple[int, Mention | None, bool, bool]:
    """Return where a title begins, whose it is, and which article it has."""
    first, position = index, index
    while sentence.follows_closely(position) and position > index - 6:
        word = sentence.words[position - 1]
        held = sentence.mention_at(word)
        if held is not None and held.kind != "stranger":
            return first, held, False, True
        if word.plain in OWNERS:
            return first, Mention(word.start, word.end, "pronoun", word.plain), False, True
        if word.plain in _DETERMINERS:
            return first, None, word.plain in _INDEFINITE, True
        is_part = word.plain in _MODIFIERS or word.plain in OFFICES or word.text[0].isupper()
        if not is_part or word.plain in _TIMELY:
            break
        position -= 1
        first = position
    return first, None, False, False


def _read_right(last: int, sentence: SentenceWords) -> tuple[int, int, str | None]:
    """Return where a title ends, its last own word, and the party that it is said to be of."""
    words = sentence.words
    position, title_end = last + 1, last
    while position < len(words) and position <= last + 6 and sentence.follows_closely(position):
        word = words[position]
        held = sentence.mention_at(word)
        if held is not None:
            if (
                held.kind in ("party", "generic")
                and words[position - 1].plain in _OF | _DETERMINERS
            ):
                slug = held.actor.partition(":")[2] if held.actor else None
                return held.end, title_end, slug
            break
        if position == last + 1 and word.plain not in _OF:
            break
        if not (
            word.plain in _OF
            or word.plain in _DETERMINERS
            or word.plain in _MODIFIERS
            or word.is_capital
            or word.plain in OFFICES
        ):
            break
        if word.plain in _MODIFIERS or word.is_capital:
            title_end = position
        position += 1
    end = words[title_end].end
    return end, title_end, None
