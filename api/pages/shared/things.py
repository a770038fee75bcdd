"""What the pages of a person, a party and an issue share: whom one is of, and bounded lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, NamedTuple, TypeVar

from pydantic import BeforeValidator, Field

from api.http.query_params import OptionalText, empty_is_none
from api.pages.shared.page import PageParams
from api.pages.shared.page_context import PageContext
from domain.errors import NotFoundError
from domain.model import Json
from projections.names import nearest_names

FOLDERS = {"person": "people", "party": "parties", "issue": "issues"}
"""Where below a negotiation the pages of each kind are."""
MAX_SHOWN, MAX_ALL = 20, 500
"""How many of a list are shown, and how many where all are asked for."""
T = TypeVar("T")


class ThingParams(PageParams):
    """The parameters of a page of one person, party or issue."""

    all: Annotated[
        OptionalText,
        BeforeValidator(empty_is_none),
        Field(pattern="^[a-z-]+$", max_length=40, description="The list shown at full length."),
    ] = None


class Thing(NamedTuple):
    """A person, party or issue; ``fields`` are those of its registration.

    ``merged`` is the slug that was asked for, where this is what it is the same as. ``is_known``
    tells whether it is known as of the basis, and not only later.
    """

    kind: str
    slug: str
    name: str
    fields: Json
    merged: str | None
    is_known: bool

    @property
    def subject(self) -> str:
        """It as statements name it."""
        return f"{self.kind}:{self.slug}"

    def describe(self) -> Json:
        """Return what the head of its page says."""
        names = [
            {"language": language, "name": name}
            for language, name in (self.fields.get("names") or {}).items()
            if name != self.name
        ]
        return {
            "kind": self.kind,
            "slug": self.slug,
            "name": self.name,
            "merged": self.merged,
            "is_known": self.is_known,
            "names": names,
            "ids": self.fields.get("ids") or {},
            "also": self.fields.get("also") or [],
        }


def thing_path(kind: str, slug: str) -> str | None:
    """Return where the page of a thing is, below its negotiation; None where it has none."""
    return f"{FOLDERS[kind]}/{slug}" if kind in FOLDERS else None


def find_thing(frame: PageContext, kind: str) -> Thing:
    """Return whom the address names. Raises NotFoundError, and has the page tell the nearest."""
    asked = frame.request.path_params[kind]
    slug = frame.view.merges.slug_of(kind, asked)
    for names in (frame.display_names, frame.known_names):
        item = names.registered_items(kind).get(slug)
        if item is not None:
            is_known = names is frame.display_names
            merged = asked if slug != asked else None
            name = names.full_name(kind, slug)
            return Thing(kind, slug, name, item.own_fields, merged, is_known)
    raise _unknown(frame, kind, asked)


def _unknown(frame: PageContext, kind: str, asked: str) -> NotFoundError:
    known = frame.known_names.names_by_slug(kind)
    listed = {slug: known[slug] for slug in frame.known_names.registered_items(kind)}
    texts = {text: slug for slug, name in listed.items() for text in (slug, name)}
    near = dict.fromkeys(texts[text] for text in nearest_names(asked, texts))
    frame.suggestions = [(str(thing_path(kind, slug)), listed[slug]) for slug in near]
    hint = f"nearest: {', '.join(near)}" if near else f"see {frame.base}/people"
    return NotFoundError(f"no {kind} {asked[:80]!r} is known", hint=hint)


def show_list(
    frame: PageContext, name: str, read: Callable[[int], Sequence[T]], show: Callable[[T], Json]
) -> Json:
    """Return the first of a list, or all up to a bound if asked for, and whether there are more.

    ``read`` gives as many as it is asked for.
    """
    limit = MAX_ALL if frame.params.all == name else MAX_SHOWN
    found = read(limit + 1)
    return {
        "name": name,
        "items": [show(each) for each in found[:limit]],
        "more": len(found) > limit,
        "is_all": limit == MAX_ALL,
    }
