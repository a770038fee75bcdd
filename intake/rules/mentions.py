# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Who is mentioned in a sentence: names, titles with their owner, bodies, pronouns, strangers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from intake.rules.actor_names import NOT_A_NAME, ActorNames
from intake.rules.titles import OFFICES
from intake.rules.words import TextWord, is_possessive, word_set

MentionKind = Literal["name", "title", "party", "generic", "group", "pronoun", "stranger"]
PERSONAL = word_set("he she him her they them він вона вони його її їх йому їй їм")
THINGS = frozenset(("it", "воно"))
SEVERAL = word_set("they them вони їх їм")
OWNERS = word_set("its their his her our my його її їхній їхня наш наша свій своя")
GROUPS = frozenset(("sides", "parties", "delegations", "сторони", "сторін", "делегації"))
_GROUP_PEOPLE = word_set(
    "ministers leaders presidents governments countries neighbours capitals premiers chancellors "
    "negotiators companies міністри лідери президенти уряди країни столиці"
)
_GROUP_HEADS = word_set("two both all five four three the обидві дві всі усі")
GENERIC = {
    "company": "company firm group miner bank carmaker carrier airline employer operator "
    "manufacturer management employers "
    "компанія компанії компанію роботодавець підприємство",
    "union": "union unions профспілка профспілки профспілку",
    "state": "government cabinet уряд уряду",
    "mediator": "mediator mediators facilitator посередник посередники посередника",
    "armed-group": "rebels militants insurgents guerrillas повстанці бойовики",
    "organisation": "organisation organization council bloc рада організація",
    "coalition": "coalition alliance коаліція альянс",
}
KIND_BY_NOUN = {noun: kind for kind, nouns in GENERIC.items() for noun in nouns.split()}


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody in a text: ``actor`` is ``person:slug`` or ``party:slug`` where that is known.

    ``party`` is whom an unnamed or unknown one acts for, ``title`` the words of an office.
    """

    start: int
    end: int
    kind: MentionKind
    text: str
    actor: str | None = None
    party: str | None = None
    title: str | None = None
    is_owner: bool = False
    is_indefinite: bool = False


def find_names(words: list[TextWord], names: ActorNames) -> list[Mention]:
    """Return the registered actors that words name, in order, none within another."""
    found: list[Mention] = []
    index = 0
    while index < len(words):
        matched = names.match_at(words, index)
        if matched is None:
            index += 1
            continue
        count, actor = matched
        first, last = words[index], words[index + count - 1]
        index += count
        text = " ".join(word.text for word in words[index - count : index])
        kind: MentionKind = "name" if actor.startswith("person:") else "party"
        found.append(
            Mention(first.start, last.end, kind, text, actor, is_owner=is_possessive(last.text))
        )
    return found


def is_group(mention: Mention) -> bool:
    """Return whether a mention means all sides: the parties, or the ministers of all of them."""
    is_of_all = mention.kind == "title" and not mention.actor and not mention.party
    return mention.kind == "group" or (is_of_all and mention.text.casefold() in _ALL_HEADS)


_ALL_HEADS = word_set(
    "ministers presidents leaders premiers negotiators chancellors міністри лідери"
)


def find_pronouns(words: list[TextWord]) -> list[Mention]:
    """Return pronouns of third persons, and the sides as a group."""
    found: list[Mention] = []
    for index, word in enumerate(words):
        if word.plain in PERSONAL or word.plain in THINGS:
            found.append(Mention(word.start, word.end, "pronoun", word.plain))
        elif word.plain in ("two", "both") and _acts_as_all(words, index):
            start = words[index - 1].start if word.plain == "two" else word.start
            found.append(Mention(start, word.end, "group", word.plain))
        elif word.plain in _GROUP_PEOPLE and _is_headed(words, index):
            start = words[max(index - 2, 0)].start
            found.append(Mention(start, word.end, "group", word.plain))
        elif word.plain in GROUPS:
            headed = index > 0 and words[index - 1].plain in _GROUP_HEADS
            if headed or not word.text.isascii():
                start = words[index - 1].start if headed else word.start
                found.append(Mention(start, word.end, "group", word.plain))
    return found


def _acts_as_all(words: list[TextWord], index: int) -> bool:
    """Return whether a number stands for those who met: the two agreed, both welcomed."""
    after = words[index + 1].plain if index + 1 < len(words) else ""
    is_led = words[index].plain == "both" or (index > 0 and words[index - 1].plain == "the")
    return is_led and after in _DONE_BY_ALL


_DONE_BY_ALL = word_set(
    "agreed discussed exchanged confirmed reviewed welcomed noted expressed pledged decided "
    "reaffirmed reiterated underlined stressed will also spoke met resolved condemned"
)


def _is_headed(words: list[TextWord], index: int) -> bool:
    """Return whether two or both stands before a plural: the two foreign ministers."""
    before = [word.plain for word in words[max(index - 2, 0) : index]]
    return any(plain in ("two", "both", "обидва", "обидві", "двоє") for plain in before)


def find_strangers(words: list[TextWord], taken: list[Mention]) -> list[Mention]:
    """Return names of two to four capitalised words that are none of the mentions so far."""
    found: list[Mention] = []
    spans = [(mention.start, mention.end) for mention in taken]
    run: list[TextWord] = []
    for word in [*words, TextWord(-1, -1, "", "")]:
        is_part = (
            word.is_capital
            and word.plain not in NOT_A_NAME
            and word.text[1:2] != word.text[1:2].upper()
            and not any(start <= word.start < end for start, end in spans)
            and word.plain not in OFFICES
        )
        if is_part and (not run or word.start - run[-1].end == 1):
            run.append(word)
            continue
        if 2 <= len(run) <= 4:
            text = " ".join(each.text for each in run)
            owner = is_possessive(run[-1].text)
            found.append(Mention(run[0].start, run[-1].end, "stranger", text, is_owner=owner))
        run = [word] if is_part else []
    return found
