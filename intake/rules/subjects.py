# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Which mention is the subject of a verb: before it, behind it, or the head of an apposition."""

from __future__ import annotations

import re

from intake.rules import verbs
from intake.rules.mentions import Mention
from intake.rules.sentences import Sentence
from intake.rules.titles import BYSTANDERS, SPEAKS_FOR_PARTY
from intake.rules.words import TextWord, phrase_pattern

_OTHER_SUBJECT = re.compile(
    r"\bin what\b|\b(?:what|both|others|many|some|few|each|everyone|nobody|"
    r"observers)$",
    re.IGNORECASE,
)
_STOP_BEFORE = phrase_pattern("that|because|although|though|whether|while|but|що|бо|хоча|але|тоді")


def stands_inverted(word: TextWord, sentence: Sentence) -> bool:
    """Return whether the verb comes right behind what was said: "…", said X."""
    before = sentence.slice(sentence.start, word.start).rstrip()
    return before.endswith(("”", '"', "»", "’", ",", "—", "–", "“")) or not before


def has_head_before(word: TextWord, sentence: Sentence, mentions: list[Mention]) -> bool:
    """Return whether the comma before a verb ends an apposition: Ushakov, an aide, told them."""
    before = sentence.slice(sentence.start, word.start).rstrip()
    if not before.endswith(","):
        return False
    if before[-2:-1] in ("”", '"', "»", "’"):
        return False
    if word.plain in ("told", "tells"):
        return True
    head = _head_of_apposition(
        sentence.start + len(before),
        sentence,
        [m for m in mentions if m.end <= word.start],
        sentence.start,
    )
    kinds = ("name", "stranger", "party", "title")
    return head is not None and head.kind in kinds and before.count(",") >= 2


def mention_after(position: int, mentions: list[Mention], sentence: Sentence) -> Mention | None:
    for mention in mentions:
        if mention.start >= position:
            between = sentence.slice(position, mention.start)
            words = between.split()
            most = 6 if any(word in verbs.DOCUMENTS for word in words) else 3
            return mention if len(words) <= most and "," not in between else None
    return None


def subject_after(
    position: int, sentence: Sentence, mentions: list[Mention]
) -> tuple[Mention | None, bool]:
    """Return the subject behind its verb, or that a bystander stands there."""
    rest = sentence.slice(position, sentence.end)
    phrase = re.split(r"[,;:.“\"«—]", rest, maxsplit=1)[0]
    end = position + len(phrase)
    plains = [word.plain for word in sentence.words if position <= word.start < end]
    inside = [each for each in mentions if position <= each.start < end]
    if any(word in BYSTANDERS for word in plains[:5]):
        return None, True
    if not inside:
        return None, False
    first = inside[0]
    lead = sentence.slice(position, first.start).split()
    is_at_body = bool(lead) and lead[0] in ("в", "у", "на")
    if (len(lead) > 3 and not is_at_body) or (lead and lead[0] in ("that", "to", "in", "on", "що")):
        return None, False
    better = _in_apposition(first, mentions, sentence)
    return better or first, False


_OF_OFFICE = re.compile(r"['’]?\s(?:[a-z-]+\s){0,4}[a-z-]+,?\s")


def _in_apposition(mention: Mention, mentions: list[Mention], sentence: Sentence) -> Mention | None:
    """Return the name that stands behind a title: its vice-president, Joao Pires."""
    if mention.kind not in ("title", "party"):
        return None
    for other in mentions:
        if other.start > mention.end and other.kind in ("name", "stranger"):
            between = sentence.slice(mention.end, other.start)
            if mention.is_owner and _OF_OFFICE.fullmatch(between):
                return other
            return other if between.strip() in ("", ",") else None
    return None


def subject_before(
    position: int, sentence: Sentence, mentions: list[Mention]
) -> tuple[Mention | None, bool]:
    """Return the subject in front of its verb; apposition goes before nearness."""
    end = _skip_adverbs(position, sentence)
    before = sentence.slice(sentence.start, end)
    if _OTHER_SUBJECT.search(before.rstrip(" ,")):
        return None, False
    clause_start = sentence.start + _clause_start(sentence.masked[: end - sentence.start])
    inside = [
        each
        for each in mentions
        if clause_start <= each.start and each.end <= end and not _is_object(each)
    ]
    if before.rstrip().endswith((",", ")")):
        subject = _head_of_apposition(end, sentence, inside, clause_start)
        if subject is not None:
            return subject, False
    plains = [
        word.plain for word in sentence.words if clause_start <= word.start and word.end <= end
    ]
    if not inside:
        return None, any(word in BYSTANDERS for word in plains)
    last = inside[-1]
    lead = sentence.slice(clause_start, last.start).rstrip()
    gap = sentence.slice(last.end, end).strip(" ,")
    if _is_told_by_another(last, end, position, sentence):
        return None, True
    if re.search(r"\b(?:of|at|from|with|to|in|for|by|on|about)(?: the)?$", lead, re.IGNORECASE):
        head = [word for word in plains if word in SPEAKS_FOR_PARTY or word in verbs.DOCUMENTS]
        if any(word in BYSTANDERS for word in plains):
            return None, True
        if not head and len(inside) > 1:
            return inside[0], False
        return (last, False) if head else (None, True)
    if gap in ("who", "який", "яка"):
        return last, False
    if gap and last.kind != "pronoun":
        near = gap.split()
        if any(word.casefold() in BYSTANDERS for word in near):
            return None, True
        return (inside[0], False) if len(near) <= 12 else (None, False)
    if any(word in BYSTANDERS for word in plains[-4:]) and last.end < end - 3:
        return None, True
    return last, False


_OBJECTS = frozenset(("her", "him", "them", "me", "us", "їм", "йому", "їй"))


def _is_object(mention: Mention) -> bool:
    """Return whether a pronoun is in a case that no subject has: thanked her and called for."""
    return mention.kind == "pronoun" and mention.text in _OBJECTS and not mention.is_owner


def is_only_owner(owner: Mention, sentence: Sentence) -> bool:
    """Return whether a party only owns who is named by what they are: the board's scientists."""
    behind = sentence.slice(owner.end, sentence.end).split()
    word = behind[0].strip(".,").casefold() if behind else ""
    return word.isalpha() and behind[0].islower() and word not in SPEAKS_FOR_PARTY


_LAST_WORDS = 4
_RELATIVES = (
    "who",
    "which",
    "that",
    "speaking",
    "also",
    "later",
    "then",
    "який",
    "яка",
    "які",
    "що",
)


def _is_told_by_another(last: Mention, end: int, position: int, sentence: Sentence) -> bool:
    """Return whether a verb at the end of a sentence has a subject of its own behind a comma, or
    somebody whom a party only owns: the AU could send monitors, diplomats say."""
    own = sentence.slice(last.end, end)
    behind = sentence.slice(position, sentence.end).split()
    after = own.rpartition(",")[2].split()
    is_told_last = "," in own and 0 < len(after) <= _LAST_WORDS and len(behind) <= _LAST_WORDS
    if is_told_last and not own.rstrip().endswith(","):
        return after[0].islower() and not any(word in _RELATIVES for word in after)
    owned = own.split()
    return (
        last.is_owner
        and len(owned) == 1
        and owned[0].islower()
        and owned[0].casefold() not in SPEAKS_FOR_PARTY
    )


def _skip_adverbs(position: int, sentence: Sentence) -> int:
    end = position
    for word in reversed([each for each in sentence.words if each.end <= position]):
        if word.plain not in verbs.ADVERBS or sentence.slice(word.end, end).strip(" "):
            break
        end = word.start
    return sentence.start + len(sentence.slice(sentence.start, end).rstrip())


def _clause_start(masked: str) -> int:
    """Return where the clause begins that a text ends with: behind a quotation, or a word such as
    that."""
    start = max((masked.rfind(mark) + 1 for mark in "”»;—"), default=0)
    if masked.count('"') >= 2:
        start = max(start, masked.rfind('"') + 1)
    stops = [found.end() for found in _STOP_BEFORE.finditer(masked, start)]
    return next((end for end in reversed(stops) if re.search(r"\w", masked[end:])), start)


def _head_of_apposition(
    end: int, sentence: Sentence, mentions: list[Mention], clause_start: int
) -> Mention | None:
    """Return whom an apposition that ends right before the verb belongs to."""
    text = sentence.slice(sentence.start, end)
    text_end = len(text.rstrip(" ,)"))
    opening = max(text.rfind(",", 0, text_end), text.rfind("(", 0, text_end))
    if opening < 0:
        return None
    inner_start = sentence.start + opening + 1
    inner = [each for each in mentions if each.start >= inner_start]
    for mention in inner:
        is_whole = not sentence.slice(inner_start, mention.start).strip()
        if is_whole and mention.kind in ("name", "stranger"):
            return mention
    before = [each for each in mentions if each.end <= inner_start]
    if before:
        named = [each for each in before if each.kind in ("name", "stranger", "title", "party")]
        close = [each for each in named if inner_start - each.end <= 2]
        return close[-1] if close else (named[0] if named else before[-1])
    return None
