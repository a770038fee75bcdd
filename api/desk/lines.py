"""Events as lines of a list: what each says in short, whom it names, when it happened."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from api.desk.frame import Frame
from api.desk.page import Data
from api.desk.shown import short
from domain.accept import references
from domain.catalogue import ACTS
from domain.instants import DAY, EARLIEST, LATEST, full_text
from domain.items import Item
from projections.answers import standing_of

_SAYS = ("summary", "title", "name", "heading", "reason", "text")
"""The field that says most of an event: the first of these that it has."""
_TITLED = ("title", *_SAYS)
"""The same of what has a title of its own."""


class Facts(NamedTuple):
    """What a list needs of an event that no clock changes."""

    says: str | None
    occurred: str | None
    target: str | None
    named: frozenset[tuple[str, str]]
    first: tuple[str, str] | None
    publishers: tuple[str, ...]
    sources: tuple[Mapping[str, Any], ...]

    def of(self, kind: str) -> list[str]:
        """Return the slugs of one kind that it names, in order."""
        return sorted(slug for named, slug in self.named if named == kind)


@lru_cache(maxsize=2**14)
def facts(kind: str, body: bytes, rests: bytes) -> Facts:
    """Return what an event says, whom it names and who reported it."""
    value, ground = orjson.loads(body), orjson.loads(rests)
    erased = bool(value.get("erased"))
    named = [] if erased else [(kind, slug) for _, kind, slug in references(kind, value)]
    says = _TITLED if kind == "negotiation-opened" else _SAYS
    told = next((str(value[name]) for name in says if value.get(name)), None)
    return Facts(
        told and short(told, 240),
        value.get("occurred") if isinstance(value.get("occurred"), str) else None,
        str(value["event"]) if kind in ACTS and not erased else None,
        frozenset(named),
        named[0] if named else None,
        tuple(dict.fromkeys(each["publisher"] for each in ground["sources"]
                            if each.get("publisher"))),
        tuple(ground["sources"]),
    )  # fmt: skip


def facts_of(item: Item) -> Facts:
    return facts(item.type, item.body, item.rests)


def line(frame: Frame, item: Item) -> Data:
    """Return one event as a line of a list."""
    told = facts_of(item)
    about = told
    if told.target and (target := frame.view.raw(told.target)):
        about = facts_of(target)
    parties, issues = frame.names("party"), frame.names("issue")
    return {
        "event": item.event,
        "type": item.type,
        "seq": item.seq,
        "says": told.says or about.says or _named(frame, item, about),
        "occurred": told.occurred,
        "known_at": full_text(item.known_at) if item.news else None,
        "recorded_at": full_text(item.recorded_at),
        "out_after": max(0, item.known_at - item.last) if item.news and dated(item) else None,
        "standing": standing_of(item, frame.view),
        "parties": [parties.get(slug, slug) for slug in about.of("party")],
        "issues": [issues.get(slug, slug) for slug in about.of("issue")],
        "publishers": list(told.publishers),
        "sources": list(told.sources),
    }


def _named(frame: Frame, item: Item, about: Facts) -> str | None:
    """Return what an event is about, where it says nothing in words of its own."""
    if item.type == "watch-recorded":
        return frame.words.get(f"events.watch.{item.value.get('result')}", "") or None
    return name(frame, *about.first) if about.first else None


def name(frame: Frame, kind: str, slug: str) -> str:
    """Return the name of a thing, or its slug."""
    known = kind in ("party", "person", "issue", "plan", "meeting")
    return frame.names(kind).get(slug, slug) if known else slug


def dated(item: Item) -> bool:
    """Tell whether both ends of when it happened are known."""
    return item.lo > EARLIEST and item.last < LATEST - DAY
