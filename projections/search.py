"""Search: the news that holds all that a query wants."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from domain.acceptance import find_references
from domain.model import Json
from projections.answer_json import Item
from projections.full_text import Term
from projections.names import read_terms
from projections.passages import find_passage, read_texts
from projections.words import normalize_text, split_words

if TYPE_CHECKING:
    from projections.view import View


def find_news(view: View, query: str) -> Iterator[Item]:
    """Yield the news that holds each word of a query, newest first.

    A word begins one of the event's, or one in a name of a party or person that it names.
    """
    return find_with_terms(view, read_terms(view, query))


def find_hits(view: View, query: str) -> Iterator[tuple[Item, Json | None]]:
    """Yield the same news, each with the passage found."""
    terms = read_terms(view, query)
    for item in find_with_terms(view, terms):
        yield item, find_passage(item, terms)


def find_with_terms(view: View, terms: Sequence[Term]) -> Iterator[Item]:
    """Yield the news that holds each of some terms, newest first."""
    return (item for item in view.search_news(terms) if surely_holds(item, terms))


def surely_holds(item: Item, terms: Sequence[Term]) -> bool:
    """Return whether what may hold some terms does, and has not merely their pairs, or the words of
    a slug."""
    uncertain = [term for term in terms if len(term.beginnings) > 1 or term.subjects]
    return not uncertain or _holds_each(item, uncertain)


def _holds_each(item: Item, terms: Sequence[Term]) -> bool:
    texts = normalize_text("\n".join([item.type, *(text for _, text in read_texts(item))]))
    words = split_words(texts)
    named = {(kind, slug) for _, kind, slug in find_references(item.type, item.own_fields)}
    if any(kind == "speaker" for kind, _ in named):  # as older logs have it
        named |= {(kind, slug) for _, slug in named for kind in ("party", "person")}
    return all(
        _holds_wanted(texts, words, term) or not named.isdisjoint(term.subjects) for term in terms
    )


def _holds_wanted(texts: str, words: Sequence[str], term: Term) -> bool:
    if len(term.beginnings) > 1:
        return term.wanted in texts
    return any(word.startswith(term.wanted) for word in words)
