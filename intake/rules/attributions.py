# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Attributions without a verb of their own: за її словами, a statement by, in Reed's view."""

from __future__ import annotations

import re
from dataclasses import dataclass

from intake.rules.mentions import Mention
from intake.rules.sentences import Sentence

_BY_PRONOUN = re.compile(
    r"(?<!\w)(?:за (?:її|його|їхніми) словами|на (?:її|його|їхню) думку|in (?:his|her|their) "
    r"(?:view|words|opinion))(?!\w)",
    re.IGNORECASE,
)
_STATEMENT_BY = re.compile(
    r"(?<!\w)(?:statement|announcement|declaration|assurances?|warning|claim|complaint|remark)s? "
    r"(?:made )?(?:by|of|from)(?!\w)",
    re.IGNORECASE,
)
_THAT_BEHIND = re.compile(r"(?:\s+(?:of|and|the|[A-Z][\w'’-]*)){0,5}\s+that\b")
_READS_IN = re.compile(
    r"(?<!\w)(?:йдеться|ідеться|зазначається|наголошується|сказано|зазначено|повідомляється) "
    r"(?:в|у) (?:\w+ )?(?:заяві|коментарі|повідомленні|листі|дописі|відповіді|документі|"
    r"зверненні|релізі|пресрелізі|тексті)(?!\w)",
    re.IGNORECASE,
)
_NEAR_DOCUMENT = 80
_VIEW = re.compile(r"\s+(?:view|words|opinion|telling|account|eyes)\b")


@dataclass(frozen=True, slots=True)
class Attribution:
    """The verb that attributes, and its subject."""

    start: int
    end: int
    cue: str
    subject: Mention | None
    is_inverted: bool = False
    is_bystander: bool = False


def find_in_documents(sentence: Sentence, mentions: list[Mention]) -> list[Attribution]:
    """Return whose words or statement a sentence gives: за її словами, йдеться в заяві міністра."""
    found = []
    for match in _BY_PRONOUN.finditer(sentence.masked):
        start, end = sentence.start + match.start(), sentence.start + match.end()
        subject = next((each for each in mentions if start <= each.start < end), None)
        if subject is not None:
            found.append(Attribution(start, end, match[0], subject, is_inverted=True))
    for match in _STATEMENT_BY.finditer(sentence.masked):
        end = sentence.start + match.end()
        behind = [each for each in mentions if end <= each.start < end + _NEAR_DOCUMENT]
        if behind and _THAT_BEHIND.match(sentence.slice(behind[0].end, behind[0].end + 60)):
            start = sentence.start + match.start()
            found.append(Attribution(start, end, match[0], behind[0], is_inverted=True))
    for match in _READS_IN.finditer(sentence.masked):
        start, end = sentence.start + match.start(), sentence.start + match.end()
        behind = [each for each in mentions if end <= each.start < end + _NEAR_DOCUMENT]
        known = [each for each in behind if each.actor and not each.is_owner]
        subject = next(iter(known or behind), None)
        if subject is not None:
            found.append(Attribution(start, end, match[0], subject, is_inverted=True))
    return found


def find_view(sentence: Sentence, mentions: list[Mention]) -> Attribution | None:
    """Return whose view a sentence gives: in Reed's view, or for Reed with her words quoted."""
    for mention in mentions:
        before = sentence.slice(sentence.start, mention.start).casefold()
        behind = sentence.slice(mention.end, mention.end + 12).casefold()
        viewed = _VIEW.match(behind) if mention.is_owner and before.endswith("in ") else None
        is_for = before in ("for ", "to ") and behind.startswith(",") and sentence.quotations
        if viewed or is_for:
            end = mention.end + (viewed.end() if viewed else 0)
            cue = sentence.slice(mention.start, end)
            return Attribution(mention.start, end, cue, mention, is_inverted=True)
    return None
