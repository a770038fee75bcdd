"""The part of the oracle that knows search: which news holds all that a query wants."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.reference import Entry, Life

WITHOUT_BLANKS = (
    "CJK UNIFIED",
    "IDEOGRAPHIC ITERATION",
    "HIRAGANA",
    "KATAKANA",
    "BOPOMOFO",
    "THAI",
    "LAO",
    "KHMER",
    "MYANMAR",
    "TIBETAN",
)
"""How the names of letters begin in scripts that write no blanks between words."""
VOWEL_CLASSES = {0, 8, 9, 84, 91, 103, 118, 129, 130, 132}
"""Combining classes of what is no accent: vowel signs, what takes a vowel off, voicing."""
OF_PARTIES = ("party", "by", "sponsors", "on", "parties", "proposed_by", "invitees")


def found_ids(
    query: str, news: list[Life], names: dict[str, set[str]], reports: dict[str, list[Entry]]
) -> list[str]:
    """Return the news that holds each part of a query, newest first.

    ``names`` are those of each party and person that shows, such as ``party:north``; ``reports``
    those of each event that this audience sees.
    """
    wanted = _parts(query)
    return [
        life.id
        for life in sorted(news, key=lambda life: -life.seq)
        if wanted and all(_holds(life, part, names, reports[life.id]) for part in wanted)
    ]


def registered_names(registered: list[Life], same: dict[str, str]) -> dict[str, set[str]]:
    """Return all names of each party and person, shared by those that are the same."""
    names: dict[str, set[str]] = {}
    for life in registered:
        kind = life.type.removesuffix("-registered")
        subject = f"{kind}:{life.fields[kind]}"
        own = {life.fields[kind], life.fields["name"], *(life.fields.get("names") or {}).values()}
        names.setdefault(same.get(subject, subject), set()).update(filter(None, own))
    return names | {other: names[first] for other, first in same.items() if first in names}


def _holds(life: Life, wanted: str, names: dict[str, set[str]], reports: list[Entry]) -> bool:
    texts = [text for name, value in life.fields.items() for text in _texts(name, value)]
    texts += [
        report[name]
        for report in reports
        for name in ("publisher", "origin", "title", "quote")
        if report.get(name)
    ]
    texts += [name for subject in set(_named(life.fields)) for name in names.get(subject, ())]
    return any(_is_in(wanted, part) for text in texts for part in _parts(text))


def _texts(name: str, value: Any) -> Iterator[str]:
    if isinstance(value, str) and name not in ("id", "recorded_at"):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _texts("" if key == "id" else key, each)
    elif isinstance(value, list) and name != "reports":
        for each in value:
            yield from _texts("", each)


def _named(fields: Any) -> Iterator[str]:
    """Yield each party and person that an event names, such as ``party:north``."""
    for name, value in fields.items():
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict):
                yield from _named(each)
            elif isinstance(each, str):
                kind = "party" if name in OF_PARTIES else name
                yield each if ":" in each else f"{kind}:{each}"


def _is_in(wanted: str, part: str) -> bool:
    """A word begins so; a run without blanks has it anywhere, from where a letter begins."""
    if not _is_without_blanks(wanted[0]):
        return part.startswith(wanted)
    starts = [at for at, char in enumerate(part) if at == 0 or unicodedata.category(char)[0] != "M"]
    return any(part.startswith(wanted, at) for at in starts)


def _parts(text: str) -> list[str]:
    """Return the words of a text, and its runs in scripts without blanks."""
    parts, before = list[str](), ""
    for char in _folded(text):
        category = unicodedata.category(char)
        kind = ""
        if category[0] in "LM" or category == "Nd":
            kind = "run" if _is_without_blanks(char) else "word"
            kind = before if category[0] == "M" and kind == "word" and before else kind
        if kind and kind == before:
            parts[-1] += char
        elif kind:
            parts.append(char)
        before = kind
    return parts


def _is_without_blanks(char: str) -> bool:
    return unicodedata.name(char, "").startswith(WITHOUT_BLANKS)


def _folded(text: str) -> str:
    """Return a text without case, accents and signs without a shape."""
    plain = text.replace("\u0131", "i").replace("\u02bc", "'").replace("\u200b", " ")
    chars = unicodedata.normalize("NFKD", plain).casefold()
    return unicodedata.normalize("NFC", "".join(char for char in chars if not _is_ignored(char)))


def _is_ignored(char: str) -> bool:
    category = unicodedata.category(char)
    is_accent = category[0] == "M" and unicodedata.combining(char) not in VOWEL_CLASSES
    return is_accent or category == "Cf" or char == "\u0640"
