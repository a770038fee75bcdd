# Cyrillic letters are meant
"""The day from which the dates of an article are counted, and the zone of its days."""

from __future__ import annotations

import re
from datetime import date

from domain.edtf import parse_span
from domain.errors import InvalidSpanError
from domain.plain_dates import read_plain_date
from intake.rules.layout import Block, split_blocks

_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    "sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|січня|лютого|березня|квітня|"
    "травня|червня|липня|серпня|вересня|жовтня|листопада|грудня"
)
DATE_PATTERN = (
    rf"\b\d{{1,2}}(?:st|nd|rd|th)?\.? (?:{_MONTHS})\.?,? \d{{4}}\b|"
    rf"\b(?:{_MONTHS})\.? \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}\b|\b\d{{4}}-\d{{2}}-\d{{2}}\b|"
    r"\b\d{1,2}\.\d{1,2}\.\d{4}\b"
)
"""A day with its month and year."""
_DATELINE = re.compile(DATE_PATTERN, re.IGNORECASE)
_HEAD_BLOCKS, _HEAD_CHARS = 8, 4_000
_MAX_AGE_DAYS = 50 * 365


def find_anchor(text: str, blocks: list[Block], published: str | None, zone: str) -> date | None:
    """Return the day of publication as it is given, or else the date that the head of the article
    bears; None where neither tells one."""
    return _day_of(published, zone) or _dateline(text, blocks)


def find_dateline(text: str, today: date) -> date | None:
    """Return the date that the head of a text bears; None where it bears none, or one generations
    back, which is what it tells of rather than its own."""
    head = text[:_HEAD_CHARS]
    found = _dateline(head, split_blocks(head))
    return found if found and (today - found).days <= _MAX_AGE_DAYS else None


def _day_of(published: str | None, zone: str) -> date | None:
    if not published:
        return None
    try:
        span = parse_span(published, zone)
    except InvalidSpanError:
        return None
    found = re.match(r"\[?(\d{4}-\d{2}-\d{2})", published)
    if found and "/" not in published and ".." not in published:
        return date.fromisoformat(found[1])
    if span.lo is None or span.hi is None:
        return None
    ends = re.findall(r"\d{4}-\d{2}-\d{2}", published)
    return date.fromisoformat(ends[-1]) if ends else None


def _dateline(text: str, blocks: list[Block]) -> date | None:
    for block in blocks[:_HEAD_BLOCKS]:
        line = text[block.line_start : min(block.end, block.line_start + 200)]
        for found in _DATELINE.finditer(line):
            meant = read_plain_date(found[0].replace(",", ""), None).expression
            if meant and re.fullmatch(r"\d{4}-\d{2}-\d{2}", meant):
                return date.fromisoformat(meant)
    return None
