# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Whose a communiqué is: the sides that issue it, whoever else it names."""

from __future__ import annotations

import re

from intake.rules.cast import Cast
from intake.rules.layout import Block
from intake.rules.sentences import Sentence

_SIGNED = re.compile(r"(?:signed )?(?:for|on behalf of|за|від)\s", re.IGNORECASE)
_DEFINED = re.compile(
    r"\b(?:hereinafter|hereafter|referred to as|далі|надалі)\b[^.;\n]{0,60}?"
    r"\b(?:sides|parties|сторони)\b|[(][“\"«]?(?:the )?(?:sides|parties|сторони)[”\"»]?[)]",
    re.IGNORECASE,
)
"""Where a text says whom it will call the parties."""
_JOINTLY = re.compile(
    r"\b(?:joint|communiqu[eé]|declaration|agreed minutes|delegations?|representatives|ministers|"
    r"presidents|leaders|спільн\w+|комюніке|делегаці\w+|міністр\w+)\b",
    re.IGNORECASE,
)
_AND = re.compile(r"[^.;,]{0,60}?\b(?:and|та|і|й)\b[^.;,]{0,60}|,[^.;,]{0,60}")
_HEAD_BLOCKS = 8


def find_signatories(text: str, blocks: list[Block], cast: Cast) -> list[str]:
    """Return the parties that issue a communiqué together: who signs it, else whom it defines as
    its parties, else who stand side by side where it says who met; none where that is one alone."""
    signed = [
        party
        for block in blocks
        if _SIGNED.match(text, block.line_start, block.end)
        for party in _parties_in(text[block.line_start : block.end], cast)[:1]
    ]
    if len(signed := list(dict.fromkeys(signed))) > 1:
        return signed
    if (defined := _DEFINED.search(text)) is not None:
        start = max(text.rfind(mark, 0, defined.start()) for mark in "\n.") + 1
        if len(found := _parties_in(text[start : defined.start()], cast)) > 1:
            return found
    for block in blocks[:_HEAD_BLOCKS]:
        line = text[block.line_start : block.end]
        if _JOINTLY.search(line) and len(found := _side_by_side(line, cast)) > 1:
            return found
    return []


def _parties_in(line: str, cast: Cast) -> list[str]:
    return list(dict.fromkeys(party for _, _, party in _named_in(line, cast)))


def _side_by_side(line: str, cast: Cast) -> list[str]:
    """Return the parties of the first row in a line: of Ukraine and the United States."""
    row: list[tuple[int, int, str]] = []
    for each in _named_in(line, cast):
        if row and not _AND.fullmatch(line, row[-1][1], each[0]):
            if len({party for _, _, party in row}) > 1:
                break
            row = []
        row.append(each)
    return list(dict.fromkeys(party for _, _, party in row))


def _named_in(line: str, cast: Cast) -> list[tuple[int, int, str]]:
    """Return where a line names parties that may sign, in order."""
    kinds = {each.slug: each.kind for each in cast.registry.parties}
    return [
        (mention.start, mention.end, party)
        for mention in cast.find_mentions(Sentence(line, 0, len(line), 0))
        if (party := cast.party_of(mention.actor) or mention.party)
        and kinds.get(party) not in ("mediator", "organisation")
    ]
