"""Search: the news that holds all that a query wants."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from domain.model import Json
from projections.answer_json import Item
from projections.full_text import Term
from projections.names import read_terms
from projections.passages import find_passage, read_texts
from projections.view import View
from projections.words import normalize_text, split_words


def find_news(view: View, query: str) -> Iterator[Item]:
    """Yield the news that holds each word of a query, newest first.

    A word begins one of the event's, or one in a name of a party or person that it names.
    """
    return _find_items(view, read_terms(view, query))


def find_hits(view: View, query: str) -> Iterator[tuple[Item, Json | None]]:
    """Yield the same news, each with the passage found."""
    terms = read_terms(view, query)
    for item in _find_items(view, terms):
        yield item, find_passage(item, terms)


def _find_items(view: View, terms: Sequence[Term]) -> Iterator[Item]:
    """Yield what has the words, without what has the pairs of a long run only apart."""
    runs = [term for term in terms if len(term.beginnings) > 1]
    for item in view.search_news(terms):
        if not runs or _holds_runs(item, runs):
            yield item


def _holds_runs(item: Item, runs: Sequence[Term]) -> bool:
    texts = normalize_text("\n".join(text for _, text in read_texts(item)))
    return all(
        term.wanted in texts or any(set(slug) <= set(split_words(texts)) for slug in term.slugs)
        for term in runs
    )
