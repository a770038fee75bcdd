# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Sentences in which two speak, as two: Reed said so, while Blake said the contrary."""

from __future__ import annotations

import re
from itertools import islice

from intake.rules import verbs
from intake.rules.cast import Cast
from intake.rules.mentions import Mention
from intake.rules.sentences import Sentence
from intake.rules.speech import find_attribution

_CUT = re.compile(
    r"[,;]?\s+(?:and|while|whereas|but|тоді як|натомість|а|і|та)\s+(?!that\b|що\b)|;\s+",
    re.IGNORECASE,
)
_MAX_CUTS = 6
_LATE_WORDS = 6
"""How far from its beginning the second part may name who speaks in it."""


def part_speakers(sentence: Sentence, cast: Cast) -> list[Sentence]:
    """Return a sentence as the parts in which one speaks each; whole where only one does."""
    telling = [word for word in sentence.words if word.plain in verbs.SAYING]
    if len(telling) < 2:
        return [sentence]
    for cut in islice(_CUT.finditer(sentence.masked), _MAX_CUTS):
        at = sentence.start + cut.end()
        if not telling[0].start < sentence.start + cut.start() or telling[-1].start < at:
            continue
        first = _part(sentence, sentence.start, sentence.start + cut.start())
        second = _part(sentence, at, sentence.end)
        if _tell_of_two(first, second, cast):
            return [first, *part_speakers(second, cast)]
    return [sentence]


def _part(sentence: Sentence, start: int, end: int) -> Sentence:
    own = tuple(each for each in sentence.quotations if start <= each.start < end)
    return Sentence(sentence.slice(start, end), start, end, sentence.block, own)


def _tell_of_two(first: Sentence, second: Sentence, cast: Cast) -> bool:
    subjects = [_speaker_of(each, cast) for each in (first, second)]
    if subjects[0] is None or subjects[1] is None:
        return False
    actors = [each.actor or each.party for each in subjects if each]
    lead = second.slice(second.start, subjects[1].start)
    begins = len(re.sub("\u00b7+", "", lead).split()) <= _LATE_WORDS or bool(second.quotations)
    return None not in actors and actors[0] != actors[1] and begins


def _speaker_of(part: Sentence, cast: Cast) -> Mention | None:
    """Return who speaks in a part, by a verb of it and named in it."""
    found = find_attribution(part, cast.find_mentions(part), cast)
    if found is None or found.is_bystander or found.subject is None:
        return None
    return found.subject if found.cue.casefold() in verbs.SAYING else None
