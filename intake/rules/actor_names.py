# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Names of the registry as they are found in a text, in any usual spelling and form."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from rapidfuzz import fuzz

from intake.registry import KnownParty, KnownPerson, Registry
from intake.rules.countries import names_of_state
from intake.rules.titles import BYSTANDERS, OFFICES
from intake.rules.words import TextWord, fold_word, is_possessive, name_key, split_words, word_set

_DETERMINERS = frozenset(("the", "this", "that", "its", "their"))
_NO_SURNAME = word_set("jr sr ii iii")
_ARTICLES = frozenset(("the", "a", "an"))
NOT_A_NAME = word_set(
    "state defense defence treasury commerce labor labour war energy justice health agriculture "
    "trade interior finance foreign affairs economy "
    "the a an in on at as but and or if when after before while however meanwhile since for from "
    "to of by with it he she they we i you this that these those there then there's asked monday "
    "tuesday wednesday thursday friday saturday sunday january february march april may june july "
    "august september october november december christmas easter new year's mr mrs ms dr у в на як "
    "але та і й якщо коли після до за він вона вони ми це yesterday today tomorrow later earlier "
    "still also only even both neither though although yet now then thus hence perhaps "
    "maybe so not no yes former acting вчора сьогодні завтра згодом водночас також раніше пізніше "
    "тоді тепер проте однак нагадаємо "
    "sir lord lady dame speaker justice captain colonel major senator congressman congresswoman "
    "professor baroness father sister пан пані пана панові"
)
"""Words that are no part of a name, though a capital may begin them."""
BODIES = word_set(
    "commission ministry union council federation association board authority alliance congress "
    "assembly parliament senate committee agency league confederation company party front "
    "movement army chamber club institute university secretariat presidency"
)
"""What a body may be called alone, in capitals: the Commission."""
_LEGAL_FORMS = word_set(
    "ltd limited inc corp corporation plc llc llp gmbh sa ag co company group holdings nv bv spa"
)
"""What stands behind the name of a company, and is left out when it is called."""
_PARTICLES = frozenset(("al-", "el-", "as-", "ar-"))
_LEAST_FIRST_NAME = 4
_LEAST_FUZZY, _LIKENESS = 6, 88
_LEAST_PREFIX = 3
_LIKE_FIRST_NAMES = 60


class Spelling(NamedTuple):
    """One way to write an actor: the keys of its words, and what must be so where it stands.

    ``exact`` asks for the very capitals, ``determined`` for an article before a common noun.
    """

    keys: tuple[str, ...]
    actor: str
    exact: str | None = None
    determined: bool = False
    is_surname: bool = False


@dataclass
class ActorNames:
    """Every spelling of every actor, by the key of its first word."""

    by_first: dict[str, list[Spelling]] = field(default_factory=dict)
    prefixes: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    surnames: dict[str, str | None] = field(default_factory=dict)
    first_names: dict[str, str | None] = field(default_factory=dict)
    given: dict[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def from_registry(cls, registry: Registry) -> ActorNames:
        names = cls()
        for party in registry.parties:
            names.add_party(party)
        for person in registry.persons:
            names.add_person(person)
        return names

    def add_party(self, party: KnownParty) -> None:
        actor = f"party:{party.slug}"
        for name in dict.fromkeys((party.name, *party.names.values())):
            self._add_phrase(name, actor)
            self._add_short_forms(name, actor)
            for called in names_of_state(name):
                if called.endswith("*"):
                    prefix = fold_word(called.rstrip("*"))
                    self.prefixes.setdefault(prefix[:_LEAST_PREFIX], []).append((prefix, actor))
                else:
                    self._add_phrase(called.upper() if len(called) < 4 else called.title(), actor)

    def _add_short_forms(self, name: str, actor: str) -> None:
        """Add the people of Europeans as European, and the body of European Commission alone."""
        words = [word.text for word in split_words(name)]
        if len(words) == 1 and words[0][:1].isupper() and words[0].endswith("ans"):
            self._add_phrase(words[0][:-1], actor)
        if len(words) > 1 and fold_word(words[-1]).rstrip(".") in _LEGAL_FORMS:
            self._add_phrase(" ".join(words[:-1]), actor)
        if len(words) > 1 and fold_word(words[-1]) in BODIES and words[-1][:1].isupper():
            key = (name_key(words[-1]),)
            others = {each.actor for each in self.by_first.get(key[0], ()) if each.keys == key}
            if not others - {actor}:
                self._add(key, actor, exact=words[-1])

    def add_person(self, person: KnownPerson) -> None:
        actor = f"person:{person.slug}"
        for name in dict.fromkeys((person.name, *person.names.values())):
            words = [word.text for word in split_words(name)]
            kept = [word for word in words if len(word.rstrip(".")) > 1]
            if not name[:1].isupper():
                self._add_phrase(name, actor)
                continue
            if len(kept) > 1:
                self._add(tuple(map(name_key, kept)), actor)
            surnames = [word for word in kept if word.casefold() not in _NO_SURNAME]
            if surnames:
                self.add_surname(surnames[-1], actor)
                if surnames[-1][:3].casefold() in _PARTICLES:
                    self.add_surname(surnames[-1][3:], actor)
            if len(surnames) > 1:
                self._add_first_name(surnames[0], actor)
                others = {name_key(word) for word in surnames[:-1]}
                self.given[actor] = self.given.get(actor, frozenset()) | others

    def _add_first_name(self, name: str, actor: str) -> None:
        key = name_key(name)
        known = self.first_names.get(key, actor)
        self.first_names[key] = actor if known == actor else None

    def add_surname(self, surname: str, actor: str) -> None:
        """Add a surname; one that several bear means nobody alone."""
        key = name_key(surname)
        known = self.surnames.get(key, actor)
        self.surnames[key] = actor if known == actor else None

    def _add_phrase(self, name: str, actor: str) -> None:
        is_determined = False
        words = [word.text for word in split_words(name)]
        if words and words[0].casefold() in _ARTICLES:
            words, is_determined = words[1:], True
        if not words:
            return
        is_common = not any(word[:1].isupper() for word in words)
        exact = (
            name if len(words) == 1 and len(name.replace(".", "")) <= 4 and name.isupper() else None
        )
        self._add(
            tuple(map(name_key, words)),
            actor,
            exact,
            is_common and (is_determined or len(words) < 2),
        )

    def _add(
        self, keys: tuple[str, ...], actor: str, exact: str | None = None, determined: bool = False
    ) -> None:
        spelling = Spelling(keys, actor, exact, determined)
        known = self.by_first.setdefault(keys[0], [])
        if spelling not in known:
            known.append(spelling)
            known.sort(key=lambda each: -len(each.keys))

    def match_at(self, words: list[TextWord], index: int) -> tuple[int, str] | None:
        """Return how many words from an index on name an actor, and which; None where none do."""
        word = words[index]
        for spelling in self.by_first.get(name_key(word.text), ()):
            if self._fits(spelling, words, index):
                return len(spelling.keys), spelling.actor
        for prefix, actor in self.prefixes.get(word.plain[:_LEAST_PREFIX], ()):
            if word.plain.startswith(prefix):
                return 1, actor
        if word.is_capital and (found := self.find_surname(word.text)):
            return None if self._is_namesake(words, index, found) else (1, found)
        return self._match_first_name(words, index)

    def _is_namesake(self, words: list[TextWord], index: int, actor: str) -> bool:
        """Return whether a first name stands before a surname that is not that of its bearer."""
        before = words[index - 1] if index else None
        if before is None or before.end + 1 != words[index].start or not before.is_capital:
            return False
        if before.plain in NOT_A_NAME or before.text.isupper() or is_possessive(before.text):
            return False
        if before.plain in OFFICES or before.plain in BYSTANDERS or len(before.text) < 3:
            return False
        if any(
            before.plain.startswith(prefix)
            for prefix, _ in self.prefixes.get(before.plain[:_LEAST_PREFIX], ())
        ):
            return False
        key = name_key(before.text)
        if key in self.by_first and not any(len(each.keys) > 1 for each in self.by_first[key]):
            return False
        own = self.given.get(actor, frozenset())
        return bool(own) and not any(_is_like(key, each) for each in own)

    def _match_first_name(self, words: list[TextWord], index: int) -> tuple[int, str] | None:
        """Return who goes by a first name that stands alone, as Abiy for Abiy Ahmed."""
        word = words[index]
        actor = self.first_names.get(name_key(word.text)) if word.is_capital else None
        if actor is None or len(word.plain) < _LEAST_FIRST_NAME:
            return None
        near = [*words[max(index - 1, 0) : index], *words[index + 1 : index + 2]]
        return (
            None if any(each.is_capital and _touches(each, word) for each in near) else (1, actor)
        )

    def _fits(self, spelling: Spelling, words: list[TextWord], index: int) -> bool:
        last = index + len(spelling.keys)
        if last > len(words):
            return False
        if any(name_key(words[index + n].text) != key for n, key in enumerate(spelling.keys)):
            return False
        if spelling.exact is not None:
            written = words[index].text.removesuffix("'s").removesuffix("’s")
            return written.replace(".", "") == spelling.exact.replace(".", "")
        if not spelling.determined:
            return any(words[index + n].is_capital for n in range(len(spelling.keys))) or (
                not _is_name(spelling)
            )
        before = words[max(index - 3, 0) : index]
        return (
            not index
            or words[index].is_capital
            or any(
                word.plain in _DETERMINERS or word.text.endswith(("'s", "’s")) for word in before
            )
        )

    def find_surname(self, text: str) -> str | None:
        """Return whose surname a capitalised word is, also where it is spelt a little otherwise."""
        key = name_key(text)
        if key in self.surnames:
            return self.surnames[key]
        if len(key) < _LEAST_FUZZY:
            return None
        near = {
            actor
            for known, actor in self.surnames.items()
            if actor
            and known[:1] == key[:1]
            and len(known) >= _LEAST_FUZZY - 1
            and fuzz.ratio(known, key) >= _LIKENESS
        }
        return near.pop() if len(near) == 1 else None


def _is_like(one: str, other: str) -> bool:
    """Return whether two first names may be one: they begin alike, or are spelt much alike."""
    return one[:1] == other[:1] or fuzz.ratio(one, other) >= _LIKE_FIRST_NAMES


def _touches(one: TextWord, other: TextWord) -> bool:
    return one.end + 1 == other.start or other.end + 1 == one.start


def _is_name(spelling: Spelling) -> bool:
    """Return whether a spelling is a single proper name rather than words of common use."""
    return len(spelling.keys) == 1
