"""Events as lines of a list: what each says in short, whom it names, when it happened."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

import orjson

from api.pages.shared.dates import own_zone_city
from api.pages.shared.disputes import rival_values, title_of
from api.pages.shared.i18n import Translations
from api.pages.shared.page_context import PageContext
from api.pages.shared.sanitize import shorten_text
from api.pages.shared.things import FOLDERS
from domain.acceptance import find_references
from domain.catalogue import ACT_TYPES
from domain.edtf import parse_span
from domain.instants import HOUR, LATEST, to_rfc3339
from domain.model import Json
from projections.answer_json import Item

_TEXT_FIELDS = ("summary", "title", "motion", "name", "heading", "reason", "text")
"""The field that says most of an event: the first of these that it has."""
_TITLE_FIRST_FIELDS = ("title", *_TEXT_FIELDS)
"""The same of what has a title of its own."""
SHORTEST_DAY = 23 * HOUR
"""A day on which clocks are put forward."""


class EventFacts(NamedTuple):
    """What a list needs of an event that no clock changes."""

    text: str | None
    occurred: str | None
    tz: str | None
    target: str | None
    named_things: frozenset[tuple[str, str]]
    first_named: tuple[str, str] | None
    publishers: tuple[str, ...]
    sources: tuple[Mapping[str, object], ...]

    def slugs_of_kind(self, kind: str) -> list[str]:
        """Return the slugs of one kind that it names, in order."""
        return sorted(slug for named, slug in self.named_things if named == kind)


@lru_cache(maxsize=2**14)
def extract_facts(
    kind: str, body: bytes, provenance_json: bytes, words: Translations
) -> EventFacts:
    """Return what an event says, whom it names and who reported it."""
    value, sources = orjson.loads(body), orjson.loads(provenance_json)["sources"]
    publishers = [source.get("publisher") for source in sources]
    erased = bool(value.get("erased"))
    named_slugs = [] if erased else [(kind, slug) for _, kind, slug in find_references(kind, value)]
    text_fields = _TITLE_FIRST_FIELDS if kind == "negotiation-opened" else _TEXT_FIELDS
    text = next(filter(None, (title_of(words, value, name) for name in text_fields)), None)
    return EventFacts(
        text and shorten_text(text, 240),
        _date_of(kind, value),
        value.get("tz") if isinstance(value.get("tz"), str) else None,
        str(value["event"]) if kind in ACT_TYPES and not erased else None,
        frozenset(named_slugs),
        named_slugs[0] if named_slugs else None,
        tuple(dict.fromkeys(filter(None, publishers))),
        tuple(sources),
    )


def _date_of(kind: str, value: Json) -> str | None:
    """Return when an event happened; of a watch the period in which news was looked for."""
    if isinstance(value.get("occurred"), str):
        return str(value["occurred"])
    if kind != "watch-recorded" or "from" not in value:
        return None
    first, last = (str(value[name]) for name in ("from", "to"))
    return first if first == last or "/" in first + last else f"{first}/{last}"


def item_facts(item: Item, words: Translations) -> EventFacts:
    return extract_facts(item.type, item.body, item.provenance, words)


def event_line(frame: PageContext, item: Item) -> Json:
    """Return one event as a line of a list."""
    facts = item_facts(item, frame.words)
    subject_facts = facts
    if facts.target and (target := frame.view.find_item(facts.target)):
        subject_facts = item_facts(target, frame.words)
    named = _named_things(frame, subject_facts)
    return {
        "event": item.event,
        "type": item.type,
        "seq": item.seq,
        "says": facts.text or subject_facts.text or _subject_text(frame, item, subject_facts),
        "occurred": facts.occurred,
        "is_act": item.type in ACT_TYPES,
        "accounts_of_date": rival_values(item.own_fields, "occurred") if item.disputed else [],
        "own_zone": own_zone_city(facts.occurred, facts.tz, frame.view.zone, frame.words.lang),
        "known_at": to_rfc3339(item.known_at) if item.has_known_at else None,
        "recorded_at": to_rfc3339(item.recorded_at),
        "out_after": lags_until_known(frame, item),
        "standing": item.standing_at(frame.view.basis.valid_at),
        "disputed": item.disputed,
        "parties": list(dict.fromkeys(each["name"] for each in named if each["kind"] == "party")),
        "issues": [each["name"] for each in named if each["kind"] == "issue"],
        "named": named,
        "publishers": list(facts.publishers),
        "sources": list(facts.sources),
    }


def _named_things(frame: PageContext, facts: EventFacts) -> list[Json]:
    """Return the parties, persons and issues that an event names, each once, also where it was
    registered twice."""
    slug_of = frame.view.merges.slug_of
    return [
        {"kind": kind, "slug": slug, "name": frame.name_of(kind, slug)}
        for kind in FOLDERS
        for slug in dict.fromkeys(slug_of(kind, each) for each in facts.slugs_of_kind(kind))
    ]


def _subject_text(frame: PageContext, item: Item, subject_facts: EventFacts) -> str | None:
    """Return what an event is about, where it says nothing in words of its own."""
    if item.type == "watch-recorded":
        return frame.words.get(f"events.watch.{item.own_fields.get('result')}", "") or None
    return frame.name_of(*subject_facts.first_named) if subject_facts.first_named else None


def lags_until_known(frame: PageContext, item: Item) -> tuple[int, int] | None:
    """Return how much later than it happened an event became known: at least, and at most.

    Each is counted from the end of a day: the last of a span that may have been, and the first,
    which may be as short as 23 hours.
    """
    if not item.has_known_at or not item.has_known_dates:
        return None
    value = item.own_fields
    text = value.get("occurred")
    span = parse_span(text if isinstance(text, str) else None, value.get("tz") or frame.view.zone)
    last = max(item.last, span.end.last) if span.end and span.hi < LATEST else item.last
    first = item.lo if span.start.exact else min(item.lo + SHORTEST_DAY - 1, last)
    return max(0, item.known_at - last), max(0, item.known_at - first)
