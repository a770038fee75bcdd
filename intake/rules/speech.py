# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Who speaks in a sentence, in which words, and where that is told."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from intake.rules import verbs
from intake.rules.attributions import Attribution, find_in_documents, find_view
from intake.rules.cast import Cast
from intake.rules.mentions import Mention
from intake.rules.moments import When
from intake.rules.quotations import Quotation
from intake.rules.sentences import Sentence
from intake.rules.subjects import (
    has_head_before,
    is_only_owner,
    mention_after,
    stands_inverted,
    subject_after,
    subject_before,
)
from intake.rules.words import TextWord, is_possessive, phrase_pattern

_ACCORDING = phrase_pattern(verbs.ACCORDING)
_DISPUTED = phrase_pattern(verbs.DISPUTED_THINGS)
_DECLARATIONS = phrase_pattern(verbs.DECLARATIONS)
_LET_KNOWN = phrase_pattern(
    "let it be known|put it|called on|called for|calls on|calls for|made clear|made it clear|"
    "pointed out|"
    "made plain|set out|spelled out|spelt out|"
    "laid out|ruled out|дав зрозуміти|дала зрозуміти"
)
_VOICED = re.compile(
    r"\b(?:conveyed|voiced|expressed|raised|registered|reiterated)\s+(?:[\w'’]+\s){0,4}?"
    r"(?:concerns?|regret|alarm|dismay|disappointment|doubts?|hope|reservations?|protest|"
    r"objections?|dissatisfaction)\b|\bвислови(?:в|ла|ли)\s+(?:\w+\s){0,2}?(?:занепокоєння|"
    r"стурбованість|сподівання|протест|жаль)\b",
    re.IGNORECASE,
)
"""How read-outs tell that somebody said something: conveyed his concern."""
_QUOTED_BEFORE = re.compile(r"[”\"»’“][,.!?]?\s*[—–-]?\s*$")
_MAX_VERBS = 8
"""How many verbs of a sentence are tried."""


@dataclass
class Utterance:
    """Something that somebody said: its sentences, the quoted pieces, and who said it.

    ``telling`` are the passages that tell of the saying itself: she told reporters that.
    """

    actor: str | None
    start: int
    end: int
    block: int
    cue: str
    pieces: list[Quotation] = field(default_factory=list)
    telling: list[tuple[int, int]] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)
    mention: Mention | None = None
    is_bystander: bool = False
    takes_no_part: bool = False
    is_source: bool = False
    is_denial: bool = False
    is_opened: bool = False
    has_whole_quotation: bool = False
    told_after: When | None = None
    context: str | None = None
    day: date | None = None
    cues: dict[int, str] = field(default_factory=dict)

    def cue_in(self, sentence: Sentence) -> str:
        """Return the verb by which a sentence tells of the saying; the first one by default."""
        return self.cues.get(sentence.start, self.cue)


def find_attribution(sentence: Sentence, mentions: list[Mention], cast: Cast) -> Attribution | None:
    """Return the first attribution of a sentence whose subject is told; None where there is none.

    A sentence whose only subject takes no part gives that one.
    """
    outside = [each for each in mentions if not _is_quoted(each, sentence)]
    found = _candidates(sentence, outside)
    named = [each for each in found if each.subject is not None and not each.is_bystander]
    known = [each for each in named if each.subject and _is_of_the_cast(each.subject)]
    known.sort(key=_rank_of_cue)
    others = [each for each in found if each not in named and not _is_in_passing(each, sentence)]
    return next(iter([*known, *named, *others]), None)


def _rank_of_cue(found: Attribution) -> int:
    """Put verbs of saying before those of judging, and participles last."""
    plain = found.cue.casefold()
    return 2 if plain in verbs.PARTICIPLES else 1 if plain in verbs.CALLING else 0


def _is_of_the_cast(subject: Mention) -> bool:
    return bool(subject.actor or subject.party) or subject.kind == "pronoun"


def _is_in_passing(found: Attribution, sentence: Sentence) -> bool:
    """Return whether somebody is cited within a clause alone: a proposal that critics said was."""
    before = sentence.slice(sentence.start, found.start)
    return (
        not sentence.quotations
        and bool(re.search(r"\w+\s+(?:that|which|who)\s+(?:\w+\s){0,4}$", before))
        and len(before.split()) > 6
    )


def _is_quoted(mention: Mention, sentence: Sentence) -> bool:
    return any(
        quotation.words_start <= mention.start < quotation.words_end
        for quotation in sentence.quotations
    )


def _candidates(sentence: Sentence, mentions: list[Mention]) -> list[Attribution]:
    found: list[Attribution] = []
    if according := _ACCORDING.search(sentence.masked):
        start, end = sentence.start + according.start(), sentence.start + according.end()
        following = sentence.slice(end, end + 60)
        subject = mention_after(end, mentions, sentence)
        if subject is not None and subject.is_owner and is_only_owner(subject, sentence):
            subject = None
        if not re.match(r"\s+(?:a|the|an)?\s*(?:plan|schedule|law|figures|data|report)", following):
            found.append(
                Attribution(
                    start,
                    end,
                    according[0],
                    subject,
                    is_inverted=True,
                    is_bystander=subject is None,
                )
            )
    found += find_in_documents(sentence, mentions)
    for index, word in enumerate(sentence.words):
        attribution = _attribution_at(index, word, sentence, mentions)
        if attribution is not None:
            found.append(attribution)
        if len(found) >= _MAX_VERBS:
            break
    if (view := find_view(sentence, mentions)) is not None:
        found.append(view)
    for phrase in (*_LET_KNOWN.finditer(sentence.masked), *_VOICED.finditer(sentence.masked)):
        start, end = sentence.start + phrase.start(), sentence.start + phrase.end()
        subject, is_bystander = subject_before(start, sentence, mentions)
        found.append(Attribution(start, end, phrase[0], subject, is_bystander=is_bystander))
    return found


def _is_impersonal(index: int, sentence: Sentence) -> bool:
    """Return whether nobody in particular says so: it is said, it was reported."""
    before = [word.plain for word in sentence.words[max(0, index - 2) : index]]
    return before in (["it", "is"], ["it", "was"])


_BY_WHOM = re.compile(
    r"\s+(?:by|from|on the part of|on behalf of)\s+(?:the\s+)?(?:\w+\s+){0,2}?$", re.IGNORECASE
)


def _teller_behind(word: TextWord, sentence: Sentence, mentions: list[Mention]) -> Mention | None:
    """Return by whom something was said, as read-outs put it: it was stressed by the Thai side."""
    behind = next((each for each in mentions if each.start > word.end), None)
    if behind is None or not _BY_WHOM.match(sentence.slice(word.end, behind.start)):
        return None
    return behind


def _attribution_at(
    index: int, word: TextWord, sentence: Sentence, mentions: list[Mention]
) -> Attribution | None:
    plain = word.plain
    if word.is_capital and any(each.start <= word.start < each.end for each in mentions):
        return None  # a name that is a verb elsewhere
    if plain in verbs.SAID_OF_OTHERS:
        subject = mention_after(word.end, mentions, sentence)
        if subject is not None:
            return Attribution(word.start, word.end, word.text, subject)
    is_calling = plain in verbs.CALLING and bool(
        sentence.quotations or (plain in verbs.JUDGING and _is_short(sentence))
    )
    is_declaring = plain in verbs.DECLARING and _DECLARATIONS.search(
        sentence.masked, word.end - sentence.start, word.end - sentence.start + 60
    )
    is_disputing = plain in verbs.DISPUTING or (
        plain in ("called", "назвав", "назвала")
        and _DISPUTED.search(sentence.masked, word.end - sentence.start)
    )
    before = sentence.slice(sentence.start, word.start)
    if (is_calling and _WHAT_IT_CALLS.search(before)) or _is_asked_first(word, before):
        return None
    if plain in _RECEIVING and _TO_PLACE.match(sentence.slice(word.end, sentence.end)):
        return None  # somebody came, and was received
    is_read = plain == "read" and _QUOTED_BEFORE.search(before) is not None
    if plain in verbs.PARTICIPLES:
        ahead = [each for each in mentions if each.end <= word.start]
        return Attribution(word.start, word.end, word.text, ahead[0]) if ahead else None
    if not (plain in verbs.SAYING or is_calling or is_declaring or is_disputing or is_read):
        return None
    if _is_impersonal(index, sentence) and plain in verbs.SAYING:
        teller = _teller_behind(word, sentence, mentions)
        return Attribution(word.start, word.end, word.text, teller) if teller else None
    if _is_no_verb(index, sentence) or _is_impersonal(index, sentence) or _is_done_to(word, before):
        return None
    if _OF_WHAT.search(before) and not sentence.quotations:
        return None
    if stands_inverted(word, sentence):
        subject, is_bystander = subject_after(word.end, sentence, mentions)
        is_behind_quotation = bool(
            _QUOTED_BEFORE.search(sentence.slice(sentence.start, word.start))
        )
        is_subject = subject is not None and (subject.kind != "pronoun" or is_behind_quotation)
        if is_bystander or (is_subject and not has_head_before(word, sentence, mentions)):
            return Attribution(
                word.start,
                word.end,
                word.text,
                subject,
                is_inverted=True,
                is_bystander=is_bystander,
            )
    subject, is_bystander = subject_before(word.start, sentence, mentions)
    if subject is None and not is_bystander and not word.text.isascii():
        # Ukrainian may put the subject behind its verb: про це повідомив міністр.
        subject, is_bystander = subject_after(word.end, sentence, mentions)
    return Attribution(word.start, word.end, word.text, subject, is_bystander=is_bystander)


_WHAT_IT_CALLS = re.compile(
    r"\bwhat (?:\w+ ){0,3}$|\b(?:so-called|in what) (?:\w+ ){0,3}$", re.IGNORECASE
)
"""What stands before a verb that only names a thing by somebody's words: what it calls its last."""
_RECEIVING = ("welcomed", "greeted", "hosted")
_TO_PLACE = re.compile(r"[^.;,]{3,90}?\b(?:to|at|in) (?:the )?(?-i:[A-Z])\w+", re.IGNORECASE)


def _is_asked_first(word: TextWord, before: str) -> bool:
    """Return whether a sentence begins with what somebody was asked: asked whether, he said no."""
    return word.plain in ("asked", "pressed", "questioned") and not re.search(r"\w", before)


def _is_done_to(word: TextWord, before: str) -> bool:
    """Return whether somebody is welcomed or thanked rather than says so."""
    return word.plain in ("welcomed", "greeted", "thanked", "praised") and bool(
        re.search(r"\b(?:was|were|been|being)\s+(?:\w+ly\s+)?$", before)
    )


_OF_WHAT = re.compile(
    r"\b(?:(?<!is )(?<!was )what|whatever)\s[^,.;:]{0,60}$|\b(?:contrary to|unlike) "
    r"[^,.;:]{0,40}$",
    re.IGNORECASE,
)
"""What stands before a verb of saying that only names what somebody said: what both wrote."""


def _is_short(sentence: Sentence) -> bool:
    return len(sentence.words) <= 25


def _is_no_verb(index: int, sentence: Sentence) -> bool:
    """Return whether a word that may be a verb is a noun or a participle here: the notes, is said
    to, the proposals announced."""
    words = sentence.words
    before = words[index - 1].plain if index else ""
    if index and is_possessive(words[index - 1].text):
        return True
    after = words[index + 1].plain if index + 1 < len(words) else ""
    if before in (
        "the",
        "a",
        "an",
        "his",
        "her",
        "its",
        "their",
        "our",
        "of",
        "and's",
        "be",
        "been",
    ):
        return True
    if words[index].plain == "states" and (
        before in ("united", "member", "coastal", "the", "gulf")
    ):
        return True
    return (before in ("is", "are", "was", "were") and after == "to") or before in ("to", "not")
