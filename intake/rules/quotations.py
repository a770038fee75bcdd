# ruff: noqa: RUF001  # quotation marks are meant
"""Quotations in a text: where each begins and ends, in any usual marks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from intake.rules.layout import Block
from intake.rules.verbs import SAYING
from intake.rules.words import fold_word

_CLOSING = {"“": "”“", "„": "“”", "«": "»", "‹": "›", "‘": "’", '"': '"', "'": "'", "”": "”"}
MAX_QUOTATION_CHARS = 5_000
"""A quotation that is longer is taken for marks that do not match."""
MAX_UNMATCHED = 20
"""After so many marks that nothing closes the rest of a paragraph is taken as it stands."""


@dataclass(frozen=True, slots=True)
class Quotation:
    """Where a quotation stands with its marks, and where its words do."""

    start: int
    end: int
    words_start: int
    words_end: int
    is_open: bool = False


def find_quotations(text: str, blocks: list[Block]) -> list[Quotation]:
    """Return the outermost quotations of blocks, in order.

    One that ends with its paragraph goes on in the next where that begins with a mark.
    """
    uses_single = not any(mark in text for mark in '“„«"')
    found: list[Quotation] = []
    for index, block in enumerate(blocks):
        following = blocks[index + 1] if index + 1 < len(blocks) else None
        goes_on = following is not None and text[following.start] in '“«"„'
        for each in _scan_block(text, block, uses_single=uses_single, goes_on=goes_on):
            found += _without_speaker(each, text)
    return found


def _without_speaker(quotation: Quotation, text: str) -> list[Quotation]:
    """Return the parts of a quotation within whose marks its speaker is named, as Ukrainian papers
    do it."""
    found: list[Quotation] = []
    start, words_start = quotation.start, quotation.words_start
    for match in _SPEAKER_WITHIN.finditer(text, quotation.words_start, quotation.words_end):
        if fold_word(match["verb"]) not in SAYING:
            continue
        end = match.start() + 1
        found.append(Quotation(start, end, words_start, end))
        start = words_start = match.end()
    if start < quotation.words_end:
        is_open = quotation.is_open
        found.append(Quotation(start, quotation.end, words_start, quotation.words_end, is_open))
    return found


_SPEAKER_WITHIN = re.compile(
    r"[,.!?…]\s*[–—-]\s+(?P<verb>[а-яіїєґ'’ʼ]{3,20})(?:\s+[\w'’ʼ.-]{1,30}){0,6}?"
    r"(?:[,.]\s*[–—-]\s+|[.]?(?=[»“”\"]))"
)


def _scan_block(text: str, block: Block, *, uses_single: bool, goes_on: bool) -> list[Quotation]:
    found: list[Quotation] = []
    unmatched, position, end = 0, block.start, block.end
    last_close = {mark: text.rfind(mark, block.start, end) for mark in "”“»›’\"'"}
    while position < end and unmatched < MAX_UNMATCHED:
        mark = text[position]
        if mark not in _CLOSING or not _opens(text, position, block.start, uses_single):
            position += 1
            continue
        closing = _find_close(text, position, end, last_close)
        if closing is None:
            if goes_on and mark in '“«"„' and end - position <= MAX_QUOTATION_CHARS:
                found.append(Quotation(position, end, position + 1, end, is_open=True))
                break
            unmatched, position = unmatched + 1, position + 1
            continue
        found.append(Quotation(position, closing + 1, position + 1, closing))
        position = closing + 1
    return found


def _opens(text: str, position: int, start: int, uses_single: bool) -> bool:
    mark = text[position]
    before = text[position - 1] if position > start else " "
    after = text[position + 1] if position + 1 < len(text) else " "
    if after.isspace() or mark in "”":
        return False
    if mark == "'":
        return uses_single and not before.isalnum() and after.isalnum()
    if mark == "‘":
        return not before.isalnum()
    return mark != '"' or not before.isalnum()


def _find_close(text: str, position: int, end: int, last_close: dict[str, int]) -> int | None:
    """Return where the mark stands that closes the one at a position; marks of the same pair in
    between are nested."""
    mark, depth = text[position], 1
    closing = _CLOSING[mark]
    if all(last_close.get(each, -1) <= position for each in closing):
        return None
    limit = min(end, position + MAX_QUOTATION_CHARS)
    for index in range(position + 1, limit):
        letter = text[index]
        if letter in closing and _closes(text, index, mark):
            depth -= 1
            if depth == 0:
                return index
        elif letter == mark and mark in "“«„" and mark not in closing:
            depth += 1
    return None


def _closes(text: str, index: int, mark: str) -> bool:
    after = text[index + 1] if index + 1 < len(text) else " "
    if mark in "'‘":
        return not after.isalnum()
    if mark == '"':
        return not text[index - 1].isspace() or not after.isalnum()
    return True
