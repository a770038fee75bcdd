"""Feeds in Atom and RSS: which articles they name, and what they say of each."""

from __future__ import annotations

import re
import time
from typing import NamedTuple

from domain.errors import InvalidQuestionError
from intake.fetching import OF_THE_WEB

ENCODING = re.compile(rb"\s*<\?xml[^>]{0,100}?\sencoding=[\"']([\w.-]+)")
MAX_ENTRIES = 500
"""Entries of a feed that are looked at, the first ones."""


class FeedEntry(NamedTuple):
    """One article that a feed names; ``published`` is an instant in UTC, ``html`` what the feed
    itself has of its words."""

    url: str
    title: str | None
    published: str | None
    html: str


class ParsedFeed(NamedTuple):
    """What a feed holds."""

    title: str | None
    entries: list[FeedEntry]


def parse_feed(body: bytes, url: str) -> ParsedFeed:
    """Read a feed that came from an address. Raises InvalidQuestionError where it is none."""
    import feedparser  # type: ignore[import-untyped]  # it has no types; loaded for feeds alone

    named = ENCODING.match(body)
    encoding = named[1].decode()[:40] if named else "utf-8"
    if not (OF_THE_WEB.match(encoding) or encoding.lower() in ("utf-8", "utf8", "us-ascii")):
        detail = f"the feed is in {encoding}, in which no feeds are written"
        raise InvalidQuestionError.for_field("url", detail, "name the address of another feed")
    found = feedparser.parse(body, response_headers={"content-location": url})
    if not found.get("version"):
        raise InvalidQuestionError.for_field(
            "url", "the answer is neither Atom nor RSS", "name the address of a feed"
        )
    entries = [
        FeedEntry(link, each.get("title"), _published(each), _words(each))
        for each in found.entries[:MAX_ENTRIES]
        if (link := str(each.get("link") or "")).startswith(("http://", "https://"))
    ]
    return ParsedFeed(found.feed.get("title"), entries)


def _published(entry: dict[str, object]) -> str | None:
    moment = entry.get("published_parsed") or entry.get("updated_parsed")
    if not isinstance(moment, time.struct_time):
        return None
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", moment)


def _words(entry: dict[str, object]) -> str:
    contents = entry.get("content")
    if isinstance(contents, list) and contents:
        return str(contents[0].get("value") or "")
    return str(entry.get("summary") or "")
