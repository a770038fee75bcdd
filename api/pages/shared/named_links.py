"""Names within a text as links: each leads to the page of what it names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from api.pages.shared.things import thing_path
from domain.model import Json

_EDGES = " \t“”\"'«».,:;()–—"
"""What stands at the edges of words, and is no part of a link."""


class TextPart(NamedTuple):
    """A part of a text; with a path below the negotiation it is a link."""

    text: str
    path: str | None = None
    is_own: bool = False


def link_names(text: str, named: Iterable[Json], own_path: str | None = None) -> list[TextPart]:
    """Return a text in parts: each name where it first stands leads to its page, and of what is
    left the longest leads to the page of the text's own, if it has one."""
    parts = _split_at_names(
        text, {each["name"]: path for each in named if (path := _path_of(each))}
    )
    rest = [number for number, part in enumerate(parts) if part.path is None]
    if own_path is None or not rest:
        return parts
    longest = max(rest, key=lambda number: len(parts[number].text.strip(_EDGES)))
    whole = parts[longest].text
    words = whole.strip(_EDGES) if len(parts) > 1 else whole
    before, _, after = whole.partition(words)
    own = [TextPart(before), TextPart(words, own_path, is_own=True), TextPart(after)]
    return [*parts[:longest], *(part for part in own if part.text), *parts[longest + 1 :]]


def _path_of(named: Json) -> str | None:
    kind, slug = named["kind"], named["slug"]
    return f"plans/{slug}" if kind == "plan" else thing_path(kind, slug)


def _split_at_names(text: str, paths: dict[str, str]) -> list[TextPart]:
    cuts = list(_find_names(text, paths))
    bounds = [0, *(bound for cut in cuts for bound in cut), len(text)]
    taken = set(cuts)
    return [
        TextPart(text[start:end], paths[text[start:end]] if (start, end) in taken else None)
        for start, end in pairwise(bounds)
        if start < end
    ]


def _find_names(text: str, names: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Yield where names first stand as words of their own, of two that overlap the longer."""
    by_length = sorted(filter(None, names), key=len, reverse=True)
    if not by_length:
        return
    pattern = rf"(?<!\w)(?:{'|'.join(map(re.escape, by_length))})(?!\w)"
    seen = set[str]()
    for found in re.finditer(pattern, text):
        if found[0] not in seen:
            seen.add(found[0])
            yield found.span()
