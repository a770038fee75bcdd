"""What the core refuses, in the language of a page.

The core speaks English. The dictionary of another language has its sentences as keys, with names in
braces for what differs; what it lacks stays English, and is marked as such.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import NamedTuple

import orjson
from markupsafe import Markup

from api.pages.shared.i18n import LANGUAGES, Translations
from api.pages.shared.sanitize import escape_invisible

_SLOT = re.compile(r"(?<!\{)\{(\w+)\}(?!\})")


class _Sentence(NamedTuple):
    pattern: re.Pattern[str]
    translation: str


def translate_refusal(words: Translations, text: str | None, remedy: str | None = None) -> Markup:
    """Return what was refused, and the remedy after it, in the language of a page; each of them in
    English, marked so, where that lacks it."""
    if remedy:
        return Markup("{}; {}").format(*(translate_refusal(words, each) for each in (text, remedy)))
    told = _translate(words.lang, text or "")
    if told is not None:
        return Markup("<bdi>{}</bdi>").format(escape_invisible(told))
    return Markup('<bdi lang="{}">{}</bdi>').format(LANGUAGES[0], escape_invisible(text))


def _translate(lang: str, text: str) -> str | None:
    """Return a sentence of the core in a language; None where that lacks it."""
    if lang == LANGUAGES[0]:
        return text
    for sentence in _read_sentences(lang):
        if found := sentence.pattern.fullmatch(text):
            slots = {
                name: _translate(lang, given) or given for name, given in found.groupdict().items()
            }
            return sentence.translation.format(**slots)
    return None


@cache
def _read_sentences(lang: str) -> tuple[_Sentence, ...]:
    """Return the sentences of a language, those that say most in words of their own first."""
    file = resources.files("api.pages").joinpath("words", f"refusals-{lang}.json")
    entries: dict[str, str] = orjson.loads(file.read_bytes())
    keys = sorted(entries, key=lambda key: (len(_SLOT.findall(key)), -len(_SLOT.sub("", key))))
    return tuple(_Sentence(_compile(key), entries[key]) for key in keys)


def _compile(key: str) -> re.Pattern[str]:
    parts = _SLOT.split(key)
    literals = (re.escape(part.replace("{{", "{").replace("}}", "}")) for part in parts[::2])
    slots = (f"(?P<{name}>.+?)" for name in parts[1::2])
    return re.compile(next(literals) + "".join(map("".join, zip(slots, literals, strict=True))))
