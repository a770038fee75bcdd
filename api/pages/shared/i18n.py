"""The words of the pages: one dictionary for each language, in words/."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import cast, get_args

import orjson
from babel import Locale, negotiate_locale
from babel.numbers import format_decimal
from markupsafe import Markup, escape
from starlette.requests import Request

from api.http.responses import accept_weights
from api.pages.shared.page import Language, PageParams, parse_params
from api.pages.shared.sanitize import escape_invisible

_NO_COUNTS = {"seq", "year", "number"}
"""What is filled in as a number and counts nothing."""
LANGUAGES: tuple[Language, ...] = get_args(Language)


class Translations:
    """The dictionary of one language. Keys are dotted: section, then name."""

    def __init__(self, lang: Language) -> None:
        text = resources.files("api.pages").joinpath("words", f"{lang}.json").read_bytes()
        self.locale = Locale(lang)
        self.lang, self.entries = lang, _flatten_entries(orjson.loads(text))

    def __call__(self, key: str, n: int | None = None, **values: object) -> str:
        """Return a text, its ``{names}`` filled in; with n, the form of it that a number takes: of
        none, where one is written, words instead of a zero.

        Where an element is filled in, the text around it is escaped, and the whole is HTML.
        """
        if key not in self.entries:
            key = f"{key}.{self._plural_form(key, n or 0)}"
        text = self.entries[key]
        if any(isinstance(value, Markup) for value in values.values()):
            text = escape(text)
            values = {name: escape_invisible(value) for name, value in values.items()}
        counts = {
            name: self.format_count(value)
            for name, value in (("n", n), *values.items())
            if type(value) is int and name not in _NO_COUNTS
        }
        return text.format(**{"n": n, **values, **counts})

    def _plural_form(self, key: str, n: int) -> str:
        if n == 0 and f"{key}.zero" in self.entries:
            return "zero"
        category: str = self.locale.plural_form(n)
        return "many" if category == "other" else category

    def format_count(self, count: int) -> str:
        """Return a number with its thousands apart, as the language has it."""
        if 0 <= count < 1000:
            return str(count)
        return format_decimal(count, locale=self.locale)

    def month_name(self, month: int) -> str:
        """Return a month, 1 to 12, as it is called without a day."""
        return str(self.locale.months["stand-alone"]["wide"][month])

    def month_in_date(self, month: int, *, brief: bool = False) -> str:
        """Return a month, 1 to 12, as it is written after a day."""
        return str(self.locale.months["format"]["abbreviated" if brief else "wide"][month])

    def get(self, key: str, fallback: str) -> str:
        """Return a text, or something else where there is none, as for a code of an event."""
        return self.entries.get(key, fallback)


@cache
def load_translations(lang: Language) -> Translations:
    return Translations(lang)


def _flatten_entries(tree: Mapping[str, object], prefix: str = "") -> dict[str, str]:
    entries: dict[str, str] = {}
    for name, value in tree.items():
        entries |= (
            _flatten_entries(value, f"{prefix}{name}.")
            if isinstance(value, Mapping)
            else {f"{prefix}{name}": str(value)}
        )
    return entries


def preferred_language(accept_language: str) -> Language:
    """Return the language that an Accept-Language header prefers; English where none matches."""
    weights = accept_weights(accept_language)
    accepted = [
        name for name in sorted(weights, key=weights.__getitem__, reverse=True) if weights[name]
    ]
    lang = negotiate_locale(accepted, LANGUAGES, sep="-") or LANGUAGES[0]
    return cast("Language", lang)


def request_translations(request: Request, requested: object = None) -> Translations:
    """Return the words of the language that was asked for, or that the browser prefers."""
    return load_translations(
        requested or preferred_language(request.headers.get("accept-language", ""))
    )


def request_words(request: Request) -> Translations:
    """Return the words for a page outside of any negotiation, whose query is not checked yet."""
    params = parse_params(PageParams, request.query_params.multi_items()).params
    return request_translations(request, params.lang)
