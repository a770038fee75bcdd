# ruff: noqa: RUF001  # Cyrillic letters are meant
"""The clauses of what was said, each of which may tell a stance."""

from __future__ import annotations

import re

_CLAUSES = re.compile(
    r"[.!?;…](?:[\"”’»]*)\s+|"
    r",\s+(?:but|while|whereas|although|though|але|однак|проте|хоча)\s+"
    r"(?!only\b|not (?:in|inside|at|on|for|before|until|without)\b|лише\b|тільки\b)|"
    r"\s+(?:but|while|yet) (?=(?:also |still )?(?:wants?|wanted|demands?|demanded|rejects?|"
    r"rejected|insists?|insisted|refuses?|refused|opposes?|opposed|"
    r"(?:will|would|does|did|is|are) not)\b)|"
    r"[\"”»]\s+but said that\s+",
    re.IGNORECASE,
)
_LEAD = re.compile(r"(?:[\s,“\"«]|(?:that|and|що|і)\s)*", re.IGNORECASE)


def split_clauses(text: str, start: int) -> list[tuple[int, int]]:
    """Return the clauses of a passage that begins at a place, as places in the article."""
    spans, position = [], 0
    for found in _CLAUSES.finditer(text):
        end = found.start() + (1 if text[found.start()] in ".!?;…" else 0)
        spans.append((start + position, start + end))
        position = found.end()
    spans.append((start + position, start + len(text)))
    trimmed = (_trim(text, first - start, last - start) for first, last in spans)
    return [(start + first, start + last) for first, last in trimmed if last - first > 3]


def _trim(text: str, first: int, last: int) -> tuple[int, int]:
    """Leave out blanks, marks and the word that at the ends of a clause."""
    lead = _LEAD.match(text, first, last)
    first = lead.end() if lead else first
    return first, first + len(text[first:last].rstrip(' ,“”"«»'))
