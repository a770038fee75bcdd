"""The words of the pages: one dictionary for each language, in words/."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, get_args

import orjson
from starlette.requests import Request

from api.desk.asked import Language

LANGUAGES: tuple[Language, ...] = get_args(Language)


class Words:
    """The dictionary of one language. Keys are dotted: section, then name."""

    def __init__(self, lang: Language) -> None:
        text = resources.files("api.desk").joinpath("words", f"{lang}.json").read_bytes()
        self.lang, self.entries = lang, _flat(orjson.loads(text))

    def __call__(self, key: str, n: int | None = None, **values: Any) -> str:
        """Return a text, its ``{names}`` filled in; with n, the form of it that a number takes."""
        if key not in self.entries:
            key = f"{key}.{_plural(self.lang, n or 0)}"
        return self.entries[key].format(n=n, **values)

    def get(self, key: str, otherwise: str) -> str:
        """Return a text, or something else where there is none, as for a code of an event."""
        return self.entries.get(key, otherwise)


@cache
def words(lang: Language) -> Words:
    return Words(lang)


def _flat(tree: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in tree.items():
        found |= _flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {
            f"{prefix}{name}": value
        }  # fmt: skip
    return found


def _plural(lang: Language, n: int) -> str:
    """Return the plural category of a whole number (CLDR)."""
    if lang == "en":
        return "one" if n == 1 else "many"
    if n % 10 == 1 and n % 100 != 11:
        return "one"
    return "few" if n % 10 in (2, 3, 4) and n % 100 not in (12, 13, 14) else "many"


def preferred(accepted: str) -> Language:
    """Return the language that an Accept-Language header likes best; English where none fits."""
    liked: list[tuple[float, Language]] = []
    for part in accepted.lower().split(","):
        name, _, rest = part.strip().partition(";")
        given = re.search(r"q\s*=\s*([01](?:\.\d*)?)", rest)
        for lang in LANGUAGES:
            if name.partition("-")[0].strip() == lang:
                liked.append((float(given[1]) if given else 1.0, lang))
    best = max(liked, key=lambda pair: pair[0], default=(0.0, LANGUAGES[0]))
    return best[1] if best[0] > 0 else LANGUAGES[0]


def language(request: Request, asked: Any = None) -> Words:
    """Return the words of the language that was asked for, or that the browser prefers."""
    return words(asked or preferred(request.headers.get("accept-language", "")))
