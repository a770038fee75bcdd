# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Sentences of a text: a quotation is never cut by the sentence that it stands in."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from intake.rules.layout import Block
from intake.rules.quotations import Quotation
from intake.rules.words import TextWord, split_words, word_set

MAX_SENTENCE_CHARS = 4_000
"""A sentence that is longer is cut there."""
_END = re.compile(r"[.!?…]+[\"”’'»)\]]*(?=\s|$)")
_ABBREVIATIONS = word_set(
    "mr mrs ms dr prof st sen rep gov gen col lt jan feb mar apr jun jul aug sept sep oct nov dec "
    "no vs etc inc ltd co corp jr sr approx art para fig p pp e.g i.e u.s u.k u.n e.u a.m p.m им "
    "ім ст м р рр ін млн млрд тис грн див напр вул проф акад"
)
_MASK = "\u00b7"


@dataclass(frozen=True)
class Sentence:
    """A sentence: where it stands, in which block, and the quotations in it."""

    text: str
    start: int
    end: int
    block: int
    quotations: tuple[Quotation, ...] = ()

    @cached_property
    def masked(self) -> str:
        """The text of which every letter within a quotation is masked, at the same length."""
        letters = list(self.text)
        for quotation in self.quotations:
            first = max(quotation.words_start - self.start, 0)
            last = min(quotation.words_end - self.start, len(letters))
            letters[first:last] = _MASK * (last - first)
        return "".join(letters)

    @cached_property
    def words(self) -> list[TextWord]:
        """The words outside of quotations, with their places in the article."""
        return split_words(self.masked, self.start)

    @cached_property
    def all_words(self) -> list[TextWord]:
        """All words, also those that are quoted."""
        return split_words(self.text, self.start)

    @cached_property
    def times_read(self) -> dict[object, Any]:
        """What was read of the times in it, by how they were asked for."""
        return {}

    @cached_property
    def is_bare_quotation(self) -> bool:
        """Whether nothing stands beside one quotation or several."""
        return bool(self.quotations) and not self.words

    def slice(self, start: int, end: int) -> str:
        """Return what stands between two places of the article."""
        return self.text[max(start - self.start, 0) : end - self.start]


def split_sentences(text: str, blocks: list[Block], quotations: list[Quotation]) -> list[Sentence]:
    """Return the sentences of the blocks that are body."""
    starts = [quotation.start for quotation in quotations]
    found: list[Sentence] = []
    for index, block in enumerate(blocks):
        first = bisect_left(starts, block.start)
        last = bisect_left(starts, block.end)
        inside = quotations[first:last]
        for start, end in _cut_block(text, block, inside):
            own = tuple(each for each in inside if start <= each.start < end)
            found.append(Sentence(text[start:end], start, end, index, own))
    return found


def _cut_block(text: str, block: Block, quotations: list[Quotation]) -> list[tuple[int, int]]:
    ends: list[int] = []
    quotation_index = 0
    for match in _END.finditer(text, block.start, block.end):
        while (
            quotation_index < len(quotations) and quotations[quotation_index].end <= match.start()
        ):
            quotation_index += 1
        holding = (
            quotations[quotation_index]
            if quotation_index < len(quotations)
            and quotations[quotation_index].start < match.start()
            else None
        )
        if holding is not None and not (
            match.end() >= holding.end
            and _starts_sentence(text, match.end(), block.end)
            and match[0][0] in ".!?…"
        ):
            continue
        if holding is None and not _is_end(text, match, block):
            continue
        ends.append(match.end())
    return _to_spans(text, block, ends)


def _starts_sentence(text: str, position: int, end: int) -> bool:
    rest = text[position : min(end, position + 12)].lstrip()
    return not rest or rest[0].isupper() or rest[0] in '“«"„‘(—–' or rest[0].isdigit()


def _is_end(text: str, match: re.Match[str], block: Block) -> bool:
    if not _starts_sentence(text, match.end(), block.end):
        return False
    if match[0][0] != ".":
        return True
    before = text[max(block.start, match.start() - 12) : match.start()]
    word = re.split(r"[\s(\[“\"«]", before)[-1].casefold()
    if word in _ABBREVIATIONS and match.end() < block.end:
        return word in ("a.m", "p.m", "р", "etc")
    return not (len(word) == 1 and word.isalpha() and word not in "iяюіоу")


def _to_spans(text: str, block: Block, ends: list[int]) -> list[tuple[int, int]]:
    spans, start = [], block.start
    for end in [*ends, block.end]:
        while start < end and text[start].isspace():
            start += 1
        while start < end:
            cut = min(end, start + MAX_SENTENCE_CHARS)
            spans.append((start, cut))
            start = cut
    return spans
