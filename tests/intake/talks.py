"""Two small negotiations, and what the reader `rules` makes of an article on one of them."""

from __future__ import annotations

from typing import Any

from intake.article import Article
from intake.draft import DraftEvent, Reading
from intake.registry import Registry
from intake.rules import read_article
from intake.rules.cast import Cast
from intake.rules.layout import split_blocks
from intake.rules.mentions import Mention
from intake.rules.quotations import find_quotations
from intake.rules.sentences import Sentence, split_sentences

RECORDED = "11111111-1111-4111-8111-111111111111"


def _person(slug: str, name: str, party: str, title: str, authority: str) -> dict[str, Any]:
    role = {"title": title, "authority": authority}
    return {"slug": slug, "name": name, "party": party, "roles": [role]}


PEACE = Registry.from_gold(
    {
        "timezone": "Europe/Kyiv",
        "parties": [
            {"slug": "ukraine", "name": "Ukraine", "kind": "state"},
            {"slug": "russia", "name": "Russia", "kind": "state"},
            {"slug": "united-states", "name": "United States", "names": {"abbr": "US"}},
        ],
        "persons": [
            _person("volodymyr-zelensky", "Volodymyr Zelenskyy", "ukraine", "President",
                    "head-of-state"),
            _person("rustem-umerov", "Rustem Umerov", "ukraine", "Head of delegation",
                    "head-of-delegation"),
            _person("dmitry-peskov", "Dmitry Peskov", "russia", "Kremlin spokesman",
                    "spokesperson"),
            _person("steve-witkoff", "Steve Witkoff", "united-states",
                    "Special envoy of the president", "envoy"),
        ],
        "issues": [
            {"slug": "territory", "title": "Territory", "keywords": ["land", "territor", "Донбас",
                                                                     "територіальні поступки"]},
            {"slug": "guarantees", "title": "Security guarantees",
             "keywords": ["security guarantees", "гарантії безпеки", "гарантій безпеки"]},
        ],
    }
)  # fmt: skip
STRIKE = Registry.from_gold(
    {
        "timezone": "Europe/London",
        "parties": [
            {"slug": "dockers", "name": "Dockers' Union", "kind": "union"},
            {"slug": "harbour", "name": "Harbour Ltd", "names": {"plain": "the company"},
             "kind": "company"},
            {"slug": "acas", "name": "Acas", "kind": "mediator"},
        ],
        "persons": [
            _person("ann-reed", "Ann Reed", "dockers", "General secretary", "head-of-delegation"),
            _person("tom-blake", "Tom Blake", "harbour", "Chief executive", "head-of-delegation"),
        ],
        "issues": [
            {"slug": "pay", "title": "Pay", "keywords": ["pay", "%", "wage"]},
            {"slug": "night-shifts", "title": "Night shifts", "keywords": ["night shifts"]},
        ],
        "meetings": [
            {"slug": "round-2", "title": "Second round", "status": "announced",
             "expected": "2026-03-10", "place": "Dover", "event": RECORDED},
            {"slug": "round-1", "title": "First round", "status": "held",
             "occurred": "2026-02-20", "event": RECORDED},
        ],
        "deadlines": [
            {"slug": "answer", "title": "Answer to the offer", "due": "2026-03-20",
             "status": "open"},
        ],
        "statements": [
            {"slug": "no-deal", "speaker": "person:ann-reed", "text": "There is no deal.",
             "event": RECORDED},
        ],
    }
)  # fmt: skip
PUBLISHED = "2026-03-12"
"""A Thursday."""


def read(text: str, registry: Registry = STRIKE, published: str | None = PUBLISHED) -> Reading:
    return read_article(Article(text=text, published=published), registry)


def drafts(
    text: str, type_: str, registry: Registry = STRIKE, published: str | None = PUBLISHED
) -> list[DraftEvent]:
    """Return the drafts of one type that an article makes."""
    return [each for each in read(text, registry, published).drafts if each.type == type_]


def fields(
    text: str, type_: str, *names: str, registry: Registry = STRIKE
) -> list[tuple[Any, ...]]:
    """Return some fields of each draft of one type."""
    return [tuple(each.event.get(name) for name in names) for each in drafts(text, type_, registry)]


def sentences(text: str) -> list[Sentence]:
    blocks = split_blocks(text)
    return split_sentences(text, blocks, find_quotations(text, blocks))


def mentions(text: str, registry: Registry = STRIKE) -> list[Mention]:
    return Cast(registry).find_mentions(sentences(text)[0])
