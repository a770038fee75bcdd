"""What was said, as passages without the words that tell of the saying."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from intake.rules.quotations import Quotation
from intake.rules.sentences import Sentence
from intake.rules.speech import Utterance

_LEAST_WHOLE = 4


class SaidPassage(NamedTuple):
    """A passage of the article from a place on, in which blanks stand for what was not said."""

    start: int
    text: str

    @property
    def line(self) -> str:
        """The passage on one line."""
        return " ".join(self.text.split())


def find_passages(utterance: Utterance, text: str) -> list[SaidPassage]:
    """Return what an utterance says, in the order of the text."""
    if utterance.cue == "label":
        return [SaidPassage(each.start, each.text) for each in utterance.sentences]
    found: list[SaidPassage] = []
    for sentence in utterance.sentences:
        pieces = [each for each in utterance.pieces if sentence.start <= each.start < sentence.end]
        if pieces and (sentence.is_bare_quotation or is_quoted_whole(sentence, pieces)):
            found += find_quoted_passages(pieces, text, sentence.is_bare_quotation)
        else:
            found += _told(sentence, pieces, utterance)
    return found


def is_quoted_whole(sentence: Sentence, pieces: list[Quotation]) -> bool:
    """Return whether a sentence gives what was said as a quotation rather than words of it."""
    for piece in pieces:
        words = sentence.slice(piece.words_start, piece.words_end)
        if piece.start == sentence.start and words[-1:] in ",.!?…":
            return True
        is_at_edge = piece.start == sentence.start or words[-1:] in ",.!?…"
        if is_at_edge and len(words.split()) >= _LEAST_WHOLE:
            return True
    return False


def find_quoted_passages(pieces: list[Quotation], text: str, is_bare: bool) -> list[SaidPassage]:
    """Return quoted pieces; one that goes on behind the verb is one passage with the one before."""
    found: list[SaidPassage] = []
    for piece in pieces:
        words = text[piece.words_start : piece.words_end]
        before = found[-1] if found else None
        goes_on = before is not None and not is_bare and words[:1].islower()
        if before is not None and goes_on and before.text.rstrip()[-1:] not in ".!?":
            lead = before.text.rstrip(",").ljust(piece.words_start - before.start)
            found[-1] = SaidPassage(before.start, lead + words)
        else:
            found.append(SaidPassage(piece.words_start, words))
    return found


def _told(sentence: Sentence, pieces: list[Quotation], utterance: Utterance) -> list[SaidPassage]:
    """Return a sentence in reported speech, cut behind each quotation but the last."""
    letters = list(sentence.text)
    for first, last in utterance.telling:
        start, end = max(first, sentence.start), min(last, sentence.end)
        if start < end:
            letters[start - sentence.start : end - sentence.start] = " " * (end - start)
    blanked = "".join(letters)
    cuts = [0, *(each.end - sentence.start for each in pieces[:-1]), len(blanked)]
    return [
        SaidPassage(sentence.start + first, blanked[first:last])
        for first, last in pairwise(cuts)
        if re.search(r"\w", blanked[first:last])
    ]
