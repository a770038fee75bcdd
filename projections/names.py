"""Names: the parties and persons that a name means, in any spelling that is registered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from projections.full_text import Term
from projections.words import index_words, split_query, split_words

if TYPE_CHECKING:
    from projections.view import View

NAMED_TYPES = {"party-registered": "party", "person-registered": "person"}


class NamedThing(NamedTuple):
    """A party or person with all its names as registered, ``also`` under other slugs."""

    kind: str
    slug: str
    names: tuple[str, ...]
    also: tuple[str, ...] = ()


def read_named_things(view: View) -> Iterator[NamedThing]:
    """Yield the parties and persons that show, but not what is disputed of them."""
    for type, kind in NAMED_TYPES.items():
        for item in view.visible_records(type):
            fields = item.own_fields
            names = (fields.get("name"), *(fields.get("names") or {}).values())
            if fields.get(kind):
                also = tuple(fields.get("also", ()))
                yield NamedThing(kind, fields[kind], tuple(filter(None, names)), also)


def find_named(view: View, text: str) -> list[NamedThing]:
    """Return whom a typed slug or name means: a name has words that begin with each of its own."""
    wanted = [index_words(each) for each in split_query(text)]
    things = list(read_named_things(view)) if wanted else []
    same = [thing for thing in things if text in (thing.slug, *thing.also)]
    return same or [
        thing
        for thing in things
        if any(
            all(_holds(split_words(name), beginnings) for beginnings in wanted)
            for name in (thing.slug, *thing.also, *thing.names)
        )
    ]


def read_terms(view: View, query: str) -> list[Term]:
    """Return what a query wants, with the slugs of those who have such a name."""
    terms = [Term(each, index_words(each)) for each in split_query(query)]
    things = [
        (split_words(slug), split_words(" ".join([*others, *thing.names])))
        for thing in (read_named_things(view) if terms else ())
        for slug in (thing.slug, *thing.also)
        for others in [{thing.slug, *thing.also} - {slug}]
    ]
    return [
        term._replace(
            slugs=[
                slug
                for slug, names in things
                if _holds(names, term.beginnings) and not _holds(slug, term.beginnings)
            ]
        )
        for term in terms
    ]


def _holds(words: Sequence[str], beginnings: Sequence[str]) -> bool:
    return all(any(word.startswith(each) for word in words) for each in beginnings)
