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


def words_of(payload: Any) -> list[str]:
    """Return the words of every text of a payload."""
    return words("\n".join(_texts(payload)))


def _texts(payload: Any) -> Iterator[str]:
    if isinstance(payload, str):
        yield payload
    elif isinstance(payload, dict):
        for each in payload.values():
            yield from _texts(each)
    elif isinstance(payload, list | tuple):
        for each in payload:
            yield from _texts(each)
