"""Registrations among drafts: whom they register, and where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from domain.acceptance import find_references
from domain.catalogue import CLASS_BY_TYPE
from domain.model import Json
from intake.draft import DraftEvent

REGISTRATIONS = {"person": "person-registered", "party": "party-registered"}
REGISTERED_KINDS = {kind: name for name, kind in REGISTRATIONS.items()}


def order_drafts(drafts: Iterable[DraftEvent]) -> list[DraftEvent]:
    """Return drafts in the order of the text, those at one place as they were; a registration comes
    before the first that names whom it registers."""
    found = list(drafts)
    named_at: dict[tuple[str, str] | None, int] = {}
    for each in found:
        for named in list_named(each.event):
            named_at[named] = min(each.span[0], named_at.get(named, each.span[0]))

    def place_of(draft: DraftEvent) -> tuple[int, bool]:
        start, own = draft.span[0], registered_in(draft.event)
        return min(start, named_at.get(own, start)), own is None

    return sorted(found, key=place_of)


def list_named(event: Json) -> Iterator[tuple[str, str]]:
    """Yield kind and slug of everything that an event names."""
    if event["type"] in CLASS_BY_TYPE:
        for _, kind, slug in find_references(event["type"], event):
            yield kind, slug


def registered_in(event: Json) -> tuple[str, str] | None:
    """Return kind and slug of whom an event registers."""
    kind = REGISTERED_KINDS.get(event.get("type", ""))
    return (kind, event[kind]) if kind else None
