"""Full text: which words an event holds. Both views and every database tokenise by this alone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

_WORD_PATTERN = re.compile(r"[^\W_]+")


def split_words(text: str) -> list[str]:
    """Return the words of a text, without case and accents: ``Straße naïve`` is strasse, naive."""
    if text.isascii():
        return _WORD_PATTERN.findall(text.lower())
    apart = unicodedata.normalize("NFKD", text.casefold())
    return _WORD_PATTERN.findall("".join(each for each in apart if not unicodedata.combining(each)))


def holds_all(words: Iterable[str], wanted: Sequence[str]) -> bool:
    """Tell whether each word asked for begins one of these."""
    distinct = set(words)
    return all(any(word.startswith(prefix) for word in distinct) for prefix in wanted)


def payload_words(payload: object) -> list[str]:
    """Return the words of every text of a payload."""
    return split_words("\n".join(_payload_texts(payload)))


def _payload_texts(payload: object) -> Iterator[str]:
    if isinstance(payload, str):
        yield payload
    elif isinstance(payload, dict):
        for each in payload.values():
            yield from _payload_texts(each)
    elif isinstance(payload, list | tuple):
        for each in payload:
            yield from _payload_texts(each)
