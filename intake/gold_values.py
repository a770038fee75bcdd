"""Quotations and times of a draft as they are held against those of gold."""

from __future__ import annotations

import difflib
import re
import unicodedata
from functools import lru_cache

from domain.edtf import Span, parse_span
from domain.errors import InvalidSpanError
from domain.instants import is_zone
from domain.model import Json
from intake.registry import Registry


def quotes_of(event: Json) -> list[str]:
    """Return every quotation that an event carries."""
    found = [event.get("text"), event.get("quote")]
    reports = event.get("reports")
    if isinstance(reports, list):
        found += [each.get("quote") for each in reports if isinstance(each, dict)]
    return [each for each in found if isinstance(each, str) and each.strip()]


def best_quote(gold: Json, draft: Json) -> float:
    """Return the share of characters in which the likest quotations of two events agree."""
    pairs = ((one, other) for one in quotes_of(gold) for other in quotes_of(draft))
    return max((_likeness_of_words(one, other) for one, other in pairs), default=0.0)


def is_verbatim(quote: str, text: str) -> bool:
    """Return whether every piece of a quotation stands in a text, white space aside."""
    squeezed = " ".join(text.split())
    pieces = re.split(r"\s*\[?(?:…|\.\.\.)\]?\s*", quote)
    return all(" ".join(piece.split()) in squeezed for piece in pieces if piece.strip())


@lru_cache(maxsize=4096)
def plain_words(text: str) -> str:
    """Return letters and digits alone, small and without accents."""
    decomposed = unicodedata.normalize("NFKD", text.replace("\u2019", "'").replace("\u2018", "'"))
    kept = "".join(each for each in decomposed if not unicodedata.combining(each)).casefold()
    return re.sub(r"[^\w]+", " ", kept).strip()


def _likeness_of_words(one: str, other: str) -> float:
    first, second = plain_words(one), plain_words(other)
    if not first or not second:
        return 0.0
    matcher = difflib.SequenceMatcher(None, first, second, autojunk=False)
    shared = sum(block.size for block in matcher.get_matching_blocks())
    return shared / max(len(first), len(second))


def zone_of(event: Json, registry: Registry) -> str:
    """Return the zone of an event's days; one that does not exist counts as the negotiation's."""
    zone = event.get("tz")
    return zone if isinstance(zone, str) and is_zone(zone) else registry.timezone


def _read_span(expression: object, zone: str) -> Span | None:
    if expression is not None and not isinstance(expression, str):
        return None
    try:
        return parse_span(expression, zone)
    except InvalidSpanError:
        return None


def has_same_bounds(wanted: object, given: object, zones: tuple[str, str]) -> bool:
    """Return whether two time expressions have the same outer bounds."""
    one, other = _read_span(wanted, zones[0]), _read_span(given, zones[1])
    return one is not None and other is not None and (one.lo, one.hi) == (other.lo, other.hi)


def can_be_one_moment(wanted: object, given: object, zones: tuple[str, str]) -> bool:
    """Return whether two time expressions overlap; an unknown time meets only an unknown one."""
    if wanted is None or given is None:
        return wanted is given
    one, other = _read_span(wanted, zones[0]), _read_span(given, zones[1])
    if one is None or other is None:
        return False
    return one.lo < _end_of(other) and other.lo < _end_of(one)


def _end_of(span: Span) -> int:
    """Return the first moment after a span: that of an instant lies a microsecond later."""
    last = span.end or span.start
    return span.hi + (1 if last.exact else 0)
