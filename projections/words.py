"""Full text: which words an event holds. Both views and every database tokenise by this alone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

_WORD = re.compile(r"[^\W_]+")


def words(text: str) -> list[str]:
    """Return the words of a text, without case and accents: ``Straße naïve`` is strasse, naive."""
    if text.isascii():
        return _WORD.findall(text.lower())
    apart = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(each for each in apart if not unicodedata.combining(each)))


def holds(held: Iterable[str], wanted: Sequence[str]) -> bool:
    """Tell whether each word asked for begins one of these."""
    distinct = set(held)
    return all(any(word.startswith(prefix) for word in distinct) for prefix in wanted)


def words_of(payload: Any) -> Iterator[str]:
    """Yield the words of every text of a payload."""
    match payload:
        case str():
            yield from words(payload)
        case dict():
            for each in payload.values():
                yield from words_of(each)
        case list() | tuple():
            for each in payload:
                yield from words_of(each)
