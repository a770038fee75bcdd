"""Names: the parties and persons that a name means, in any spelling that is registered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

from projections.full_text import Term
from projections.words import index_words, normalize_text, split_query, split_words

if TYPE_CHECKING:
    from projections.view import View

NAMED_TYPES = {"party-registered": "party", "person-registered": "person"}
MAX_COMPARED_CHARS = 100
"""How much of a name is compared with others to find the nearest."""
MAX_NEAREST_NAMES = 3
LEAST_LIKENESS = 0.65
"""How much of two spellings is the same, from 0 to 1, where one may stand for the other."""


class NamedThing(NamedTuple):
    """What has a slug and names, such as a party with all that are registered; ``also`` are the
    slugs of further registrations of it."""

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
    """Return the parties and persons that a typed slug or name means."""
    return match_named(read_named_things(view), text)


def match_named(named: Iterable[NamedThing], text: str) -> list[NamedThing]:
    """Return what a typed slug or name means: a name has words that begin with each of its own."""
    wanted = split_query(text)
    things = list(named) if wanted else []
    same = [thing for thing in things if text in (thing.slug, *thing.also)]
    return same or [
        thing
        for thing in things
        if any(
            all(_holds(name, each) for each in wanted)
            for name in (thing.slug, *thing.also, *thing.names)
        )
    ]


def nearest_names(text: str, names: Iterable[str]) -> list[str]:
    """Return the names that are spelt nearly like a text, or of which a word is; nearest first."""
    spellings: dict[str, str] = {}
    for name in names:
        whole = normalize_text(name)[:MAX_COMPARED_CHARS]
        for spelling in (whole, *whole.split()):
            spellings.setdefault(spelling, name)
    wanted = normalize_text(text.strip())[:MAX_COMPARED_CHARS]
    near = get_close_matches(wanted, spellings, MAX_NEAREST_NAMES, LEAST_LIKENESS)
    return list(dict.fromkeys(spellings[spelling] for spelling in near))


def nearest_registered_names(view: View, text: str) -> list[str]:
    """Return those of the parties and persons that show, in any spelling that is registered."""
    return nearest_names(text, chain.from_iterable(each.names for each in read_named_things(view)))


def read_terms(view: View, query: str) -> list[Term]:
    """Return what a query wants, with those who have such a name."""
    wanted = split_query(query)
    things = list(read_named_things(view)) if wanted else []
    return [_read_term(each, things) for each in wanted]


def _read_term(wanted: str, things: Iterable[NamedThing]) -> Term:
    spellings = {
        (thing.kind, slug): _spelling(thing, found)
        for thing in things
        for found in islice(_names_that_hold(thing, wanted), 1)
        for slug in (thing.slug, *thing.also)
        if not _holds(slug, wanted)
    }
    slugs = [split_words(slug) for _, slug in spellings]
    return Term(wanted, index_words(wanted), slugs, list(spellings), spellings)


def _names_that_hold(thing: NamedThing, wanted: str) -> Iterator[str]:
    names = (*thing.names, thing.slug, *thing.also)
    return (name for name in names if _holds(name, wanted))


def _spelling(thing: NamedThing, found: str) -> str:
    """Return the name that was found, after the one by which the thing is known."""
    known = next(iter(thing.names), found)
    return found if found == known else f"{known} ({found})"


def _holds(name: str, wanted: str) -> bool:
    """Return whether a name has a word that begins so, or a run with what is wanted in it."""
    words, beginnings = split_words(name), index_words(wanted)
    return all(any(word.startswith(each) for word in words) for each in beginnings) and (
        len(beginnings) == 1 or wanted in normalize_text(name)
    )
