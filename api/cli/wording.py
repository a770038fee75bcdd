"""How slugs, dates and sources are written for a reader: by name, in a zone, with their number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

import orjson

from api.articles import with_article
from api.models.base import Provenance
from api.stance_words import AnswerWords
from domain.instants import from_rfc3339, local_datetime

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)")


@cache
def page_words() -> Mapping[str, Any]:
    """Return the English words of the pages, which the command line shares."""
    words = resources.files("api.pages.words").joinpath("en.json").read_bytes()
    shared: dict[str, Any] = orjson.loads(words)
    return shared


@dataclass(frozen=True)
class Wording:
    """What is written for the slugs, answers and dates of one negotiation.

    ``names`` are by kind and slug; a slug that has none is written as it is, and so is each where
    the reader asked for slugs.
    """

    zone: str = "UTC"
    names: Mapping[tuple[str, str], str] = field(default_factory=dict)
    answers: AnswerWords = field(default_factory=dict)
    with_slugs: bool = False
    english_names: Mapping[str, str] = field(default_factory=dict)
    """How parties stand within a sentence, by name, where their registrations say so."""

    def within(self, name: str) -> str:
        """Return the name of a party as it stands within a sentence."""
        return with_article(name, "en", self.english_names.get(name))

    def name(self, kind: str, slug: str | None) -> str:
        return self.names.get((kind, slug or ""), slug or "")

    def title(self, slug: str, title: str | None) -> str:
        """Return the title of a thing that has its own, such as a meeting."""
        return slug if self.with_slugs else title or slug

    def stance(self, word: str) -> str:
        """Return a stance, ``mixed``, ``disputed`` or ``withdrawn`` as the pages write it."""
        return word if self.with_slugs else str(page_words()["stance"].get(word, word))

    def reference(self, text: str | None) -> str:
        """Return the name of a thing given as ``kind:slug``, or of a bare slug."""
        kind, _, slug = (text or "").rpartition(":")
        return self.name(kind, slug)

    def date(self, expression: str | None) -> str:
        """Return a time expression with its instants in the zone of the question."""
        return INSTANT.sub(self._local_instant, expression or "")

    def own_date(self, expression: str | None, tz: str | None) -> str:
        """Return a time expression, a day with its zone where that is another."""
        zone = self.own_zone(expression, tz)
        return f"{self.date(expression)} {zone}" if zone else self.date(expression)

    def own_zone(self, expression: str | None, tz: str | None) -> str | None:
        """Return the zone in which a day is written, where that is another than the question's."""
        is_day = bool(expression) and not INSTANT.search(expression or "")
        return tz if is_day and tz != self.zone else None

    def moment(self, instant: str) -> str:
        """Return date and time of an RFC 3339 instant, with the zone."""
        return f"{local_datetime(from_rfc3339(instant), self.zone):%Y-%m-%d %H:%M:%S} {self.zone}"

    def __or__(self, later: Wording) -> Wording:
        """Return the same with what a later wording adds or calls otherwise."""
        names = {**self.names, **later.names}
        answers = {**self.answers, **later.answers}
        english_names = {**self.english_names, **later.english_names}
        return Wording(later.zone, names, answers, later.with_slugs, english_names)

    def _local_instant(self, match: re.Match[str]) -> str:
        local = local_datetime(from_rfc3339(match[0]), self.zone)
        precision = "seconds" if local.second else "minutes"
        return local.replace(microsecond=0).isoformat(timespec=precision).replace("+00:00", "Z")


def sources_text(*items: Provenance) -> str:
    """Return the publishers that items rest on, and whether that is a single source."""
    sources = [source for item in items for source in item.sources]
    names = list(filter(None, dict.fromkeys(each.publisher or each.url or "" for each in sources)))
    is_single = all(item.single_source for item in items) and (len(items) == 1 or len(names) == 1)
    mark = "; single source" if is_single else ""
    return f" [{', '.join(names)}{mark}]" if names else ""
