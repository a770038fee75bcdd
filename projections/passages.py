"""Passages: where in an event a search found what it wanted."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, chain
from typing import NamedTuple

import orjson

from domain.acceptance import find_references
from domain.model import Json
from projections.answer_json import Item
from projections.full_text import REPORT_TEXTS, Term
from projections.words import normalize_text, split_query, split_tokens, split_words

LENGTH, LEAD = 160, 50
"""Characters of a passage, and of these before the first match."""
MAX_MATCHES = 20
HIDDEN_FIELDS = ("event", "type", "rivals", "disputed")
"""What an answer adds to an event, and what is disputed of it."""


class Match(NamedTuple):
    """The tokens from one place to before another, which hold a term."""

    start: int
    end: int
    term: int


def find_passage(item: Item, terms: Sequence[Term]) -> Json | None:
    """Return the text of an event that holds most of the terms, cut to what stands around them.

    ``match`` are pairs of offsets in characters of ``text``. None where what is found is not shown.
    """
    best: tuple[tuple[int, bool], str, list[str], list[Match]] | None = None
    for field, text in chain(read_texts(item), _read_spellings(item, terms)):
        folded = _fold(text)
        if not any(term.wanted in folded for term in terms):
            continue
        tokens = split_tokens(text)
        matches = list(_find_matches(tokens, terms))
        rank = len({match.term for match in matches}), len(tokens) > 1
        if matches and (best is None or rank > best[0]):
            best = rank, field, tokens, matches
            if rank == (len(terms), True):
                break
    return best and {"field": best[1], **_cut_passage(best[2], best[3])}


def split_passage(passage: Json) -> list[tuple[str, bool]]:
    """Return the text of a passage in parts, each with whether it is a match."""
    text, parts, last = passage["text"], list[tuple[str, bool]](), 0
    for start, end in passage["match"]:
        parts += [(text[last:start], False), (text[start:end], True)]
        last = end
    return [part for part in (*parts, (text[last:], False)) if part[0]]


def read_texts(item: Item) -> Iterator[tuple[str, str]]:
    """Yield JSON pointer and text of all that the answer shows of an event."""
    shown = {name: each for name, each in item.own_fields.items() if name not in HIDDEN_FIELDS}
    yield from _texts_within("", shown)
    for at, report in enumerate(orjson.loads(item.reports)):
        named = {name: report[name] for name in REPORT_TEXTS if report.get(name)}
        yield from _texts_within(f"/reports/{at}", named)


def _read_spellings(item: Item, terms: Sequence[Term]) -> Iterator[tuple[str, str]]:
    """Yield pointer and name of each party and person that an event names by its slug, where the
    name holds a term."""
    spellings = {key: text for term in terms for key, text in term.spellings.items()}
    for pointer, kind, slug in find_references(item.type, item.own_fields) if spellings else ():
        kinds = ("person", "party") if kind == "speaker" else (kind,)
        texts = (spellings.get((each, slug)) for each in kinds)
        yield from ((pointer, text) for text in texts if text)


def _texts_within(pointer: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield pointer, value
    elif isinstance(value, dict | list):
        members = value.items() if isinstance(value, dict) else enumerate(value)
        for name, member in members:
            part = str(name).replace("~", "~0").replace("/", "~1")
            yield from _texts_within(f"{pointer}/{part}", member)


def _find_matches(tokens: Sequence[str], terms: Sequence[Term]) -> Iterator[Match]:
    """Yield what holds a term: a word, or a run of graphemes in a script without blanks."""
    sizes = [_count_tokens(term.wanted) for term in terms]
    end = 0
    for at in range(len(tokens)) if max(sizes) > 1 else _candidate_places(tokens, terms):
        words = split_words(tokens[at]) if at >= end else []
        for number, term in enumerate(terms) if words else ():
            size = sizes[number]
            held = words if size == 1 else split_query("".join(tokens[at : at + size]))[:1]
            is_held = any(each.startswith(term.wanted) for each in held)
            if is_held:
                end = at + size
                yield Match(at, end, number)
                break


@lru_cache(maxsize=2**8)
def _count_tokens(wanted: str) -> int:
    return len(split_tokens(wanted))


def _candidate_places(tokens: Sequence[str], terms: Sequence[Term]) -> list[int]:
    """Return the places of the tokens in which any of some words stands."""
    text = "".join(tokens)
    if text.isascii():  # where a word is in one token, with signs or blanks between
        folded, ends = text.lower(), list(accumulate(map(len, tokens)))
        found = (each.start() for term in terms for each in re.finditer(term.wanted, folded))
        return sorted({bisect_right(ends, start) for start in found})
    words = list(map(_fold, tokens))
    return sorted({at for term in terms for at, word in enumerate(words) if term.wanted in word})


def _fold(text: str) -> str:
    """Return a text as what a query wants is compared with."""
    return text.lower() if text.isascii() else normalize_text(text)


def _cut_passage(tokens: Sequence[str], matches: Sequence[Match]) -> Json:
    """Return the text around the first match, with an ellipsis where it was cut."""
    places = [0, *accumulate(map(len, tokens))]
    first = matches[0]
    start = min(bisect_left(places, places[first.start] - LEAD), first.start)
    end = max(bisect_right(places, places[start] + LENGTH) - 1, first.end)
    last = min(places[end], places[first.start] + 2 * LENGTH)
    before, after = "…" * (start > 0), "…" * (last < places[-1])
    shift = len(before) - places[start]
    return {
        "text": before + "".join(tokens[start:end])[: last - places[start]] + after,
        "match": [
            [places[match.start] + shift, min(places[match.end], last) + shift]
            for match in matches[:MAX_MATCHES]
            if match.end <= end
        ],
    }
