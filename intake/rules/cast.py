# Cyrillic letters are meant
"""Who acts in an article: mentions of a sentence with pronouns resolved, and who is new."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

from domain.slugs import make_slug
from intake.registry import KnownPerson, Registry
from intake.rules.actor_names import BODIES, ActorNames
from intake.rules.genders import PRONOUNS
from intake.rules.mentions import (
    KIND_BY_NOUN,
    SEVERAL,
    THINGS,
    Mention,
    find_names,
    find_pronouns,
    find_strangers,
)
from intake.rules.sentences import Sentence
from intake.rules.title_mentions import SentenceWords, extend_over_titles, find_titles
from intake.rules.titles import SPEAKS_FOR_PARTY, Offices
from intake.rules.words import TextWord, fold_word, is_possessive, split_words

_OWN_GROUP = frozenset(("group", "movement", "organisation", "organization"))
_GROUP_KINDS = frozenset(("armed-group", "organisation", "coalition", "union"))
_MAX_RECENT = 12


@dataclass
class Cast:
    """The actors of one article, in the order in which they come up."""

    registry: Registry
    names: ActorNames = field(init=False)
    offices: Offices = field(init=False)
    recent_persons: list[str] = field(default_factory=list)
    recent_parties: list[str] = field(default_factory=list)
    topic: str | None = None
    is_bystander_topic: bool = False
    sides: list[str] = field(default_factory=list)
    speaks_jointly: bool = False
    is_signed: bool = False
    newcomers: dict[str, KnownPerson] = field(default_factory=dict)
    described: dict[str, str] = field(default_factory=dict)
    genders: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.names = ActorNames.from_registry(self.registry)
        self.offices = Offices(self.registry)

    @property
    def joint_parties(self) -> list[str]:
        """The sides of an article in which they speak together."""
        return self.sides if self.speaks_jointly else []

    def find_mentions(self, sentence: Sentence) -> list[Mention]:
        """Return who is mentioned in a sentence, also within quotations, in order."""
        words = sentence.all_words
        found = find_names(words, self.names)
        found = sorted([*found, *self._find_generic(words, found)], key=lambda each: each.start)
        found = sorted([*found, *find_strangers(words, found)], key=lambda each: each.start)
        shape = SentenceWords(words, sentence.text, sentence.start, found)
        found = extend_over_titles(shape)
        recent = [actor.partition(":")[2] for actor in self.recent_persons]
        shape = SentenceWords(words, sentence.text, sentence.start, found)
        party = self.recent_parties[0] if self.recent_parties else None
        titles = find_titles(shape, self.registry, self.offices, recent, party)
        titles = [self._find_described(each) for each in titles]
        covered = [(each.start, each.end) for each in titles]
        found = [
            each
            for each in found
            if not any(start <= each.start and each.end <= end for start, end in covered)
        ]
        pronouns = [
            each
            for each in find_pronouns(words)
            if not any(other.start <= each.start < other.end for other in (*found, *titles))
        ]
        every = [_as_owner(each, sentence) for each in (*found, *titles, *pronouns)]
        return sorted(every, key=lambda each: each.start)

    def _find_generic(self, words: list[TextWord], taken: list[Mention]) -> list[Mention]:
        """Return bodies that are called by what they are, where one party alone is of that kind."""
        found = []
        for index, word in enumerate(words):
            kind = KIND_BY_NOUN.get(word.plain)
            is_last_word = word.plain in self._last_words
            is_known = word.plain in BODIES or word.plain in _OWN_GROUP or is_last_word
            if (kind is None and not is_known) or any(
                each.start <= word.start < each.end for each in taken
            ):
                continue
            before = words[index - 1].plain if index else ""
            after = words[index + 1].plain if index + 1 < len(words) else ""
            leads_office = after in SPEAKS_FOR_PARTY and word.text.islower()
            if before not in ("the", "this", "that") and word.text.isascii() and not leads_office:
                continue
            parties = [
                slug for slug, words_of in self._words_of_parties.items() if word.plain in words_of
            ]
            if len(parties) != 1 and kind is not None:
                parties = [each.slug for each in self.registry.parties if each.kind == kind]
            slug = parties[0] if len(parties) == 1 else None
            if slug is None and parties and kind != "state":
                slug = next((each for each in self.recent_parties if each in parties), None)
            if slug is None and word.plain in _OWN_GROUP and before == "the":
                slug = self._party_spoken_of()
            if slug is not None:
                owner = is_possessive(word.text)
                found.append(
                    Mention(
                        word.start, word.end, "party", word.text, f"party:{slug}", is_owner=owner
                    )
                )
        return found

    def _party_spoken_of(self) -> str | None:
        """Return the party that was spoken of last, where it is a group of people."""
        last = self.registry.party_by_slug.get(next(iter(self.recent_parties), ""))
        return last.slug if last and last.kind in _GROUP_KINDS else None

    @cached_property
    def _last_words(self) -> frozenset[str]:
        """The plural nouns in which the names of parties end: the monitors of Truce Monitors."""
        last = [split_words(party.name)[-1:] for party in self.registry.parties]
        plains = [words[0].plain for words in last if words]
        return frozenset(each for each in plains if each.endswith("s") and plains.count(each) == 1)

    @cached_property
    def _words_of_parties(self) -> dict[str, frozenset[str]]:
        return {
            party.slug: frozenset(
                word.plain
                for name in (party.name, *party.names.values())
                for word in split_words(name)
            )
            for party in self.registry.parties
        }

    def _find_described(self, mention: Mention) -> Mention:
        """Return a title with the newcomer who was introduced by it, such as the judge."""
        if mention.actor or mention.is_indefinite or not mention.title:
            return mention
        actor = self.described.get(fold_word(mention.title.split()[-1]))
        return replace(mention, actor=actor) if actor else mention

    def resolve(self, mention: Mention | None) -> str | None:
        """Return the actor that a mention means; a pronoun the one who spoke last, or of whom the
        sentence before was."""
        if mention is None:
            return None
        if mention.kind != "pronoun":
            return mention.actor
        if mention.text in THINGS:
            return f"party:{self.recent_parties[0]}" if self.recent_parties else None
        if mention.text in SEVERAL:
            return None
        if self.is_bystander_topic:
            return None
        last = self.topic or (self.recent_persons[0] if self.recent_persons else None)
        gender = PRONOUNS.get(mention.text)
        if gender is None or last is None or self.genders.get(last, gender) == gender:
            return last
        return next(
            (each for each in self.recent_persons if self.genders.get(each) == gender), None
        )

    def note(self, mentions: list[Mention], subject: str | None = None) -> None:
        """Remember who was mentioned, for pronouns that follow; the subject of a sentence last."""
        for mention in reversed(mentions):
            self._remember(mention.actor)
        self.note_subject(subject)

    def note_subject(self, actor: str | None) -> None:
        """Remember who spoke, or what a sentence was about."""
        self._remember(actor)
        if actor is not None and actor.startswith("person:"):
            self.topic, self.is_bystander_topic = actor, False

    def note_bystander(self) -> None:
        """Remember that somebody spoke last who takes no part: pronouns mean nobody known."""
        self.is_bystander_topic = True

    def _remember(self, actor: str | None) -> None:
        kind, _, slug = (actor or "").partition(":")
        if kind == "person":
            _move_to_front(self.recent_persons, f"person:{slug}")
        elif kind == "party":
            _move_to_front(self.recent_parties, slug)

    def party_of(self, actor: str | None) -> str | None:
        """Return the party that an actor acts for, also of a newcomer."""
        kind, _, slug = (actor or "").partition(":")
        newcomer = self.newcomers.get(slug) if kind == "person" else None
        return newcomer.party if newcomer else self.registry.party_of(actor)

    def introduce(self, name: str, party: str | None, title: str | None) -> str:
        """Add somebody who is not registered, and return ``person:slug``."""
        slug = make_slug(name, {person.slug for person in self.registry.persons})
        actor = f"person:{slug}"
        known = self.newcomers.get(slug)
        person = KnownPerson(slug=slug, name=name, party=party or (known.party if known else None))
        self.newcomers[slug] = person
        self.names.add_person(person)
        if title:
            self.described[fold_word(title.split()[-1])] = actor
        return actor


def _as_owner(mention: Mention, sentence: Sentence) -> Mention:
    """Return a plural that an apostrophe behind makes an owner: the Liberals' deputy leader."""
    behind = sentence.slice(mention.end, mention.end + 3)
    is_owner = mention.text.endswith("s") and behind[:1] in ("'", "’") and behind[1:2] == " "
    return replace(mention, is_owner=True) if is_owner and behind[2:3].islower() else mention


def _move_to_front(items: list[str], item: str) -> None:
    if item in items:
        items.remove(item)
    items.insert(0, item)
    del items[_MAX_RECENT:]
