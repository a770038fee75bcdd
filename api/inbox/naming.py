"""Other names: of somebody registered whom an article brings as a stranger, and slugs that are
taken."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from api.access.caller import Caller
from api.inbox.deciding import change_events, is_valid
from domain.introductions import own_introduction
from domain.model import Json
from domain.slugs import make_slug
from intake.registrations import REGISTERED_KINDS
from ledger.database import Cursor, ReadableLedger
from ledger.drafts import FoundDraft
from ledger.introductions import find_introducer
from ledger.write_state import ReservedSlug
from projections.answer_json import Item

SLUG_FIELDS = {
    "party": ("party", "on_behalf_of", "sponsors", "proposed_by"),
    "statement": ("statement", "copy_of", "reply_to"),
}
"""Fields that name something of a kind by the slug alone, where not only the one called like it."""
UNIQUE_KINDS = ("party", "person", "issue")
"""What is registered once: another slug would be another one."""


def make_alias(
    ledger: ReadableLedger,
    caller: Caller,
    draft: FoundDraft,
    known: Item,
    others: Sequence[FoundDraft],
) -> None:
    """Turn the registration of a stranger into another name of who is registered already, so that
    the reader knows it from then on; the other drafts of the article that are free name that one.

    ``known`` is the registration. Raises InvalidEventError, and what changing drafts raises.
    """
    kind = REGISTERED_KINDS[known.type]
    names = dict(known.own_fields.get("names") or {})
    name = str(draft.event.get("name") or "")
    labels = ("also", *(f"also-{number}" for number in range(2, len(names) + 3)))
    label = next(each for each in labels if each not in names)
    event = {
        "type": "record-corrected",
        "event": known.event,
        "changes": {"names": {**names, label: name}},
        "reason": f"Also called {name}.",
    }
    slugs = str(draft.event.get(kind)), str(known.own_fields[kind])
    change_events(ledger, caller, [(draft, event), *rename_in(others, kind, *slugs)])


def rename(value: Json, kind: str, old: str, new: str, field: str = "") -> Json:
    """Return an event that names something by another slug: as ``person:slug``, and in fields of
    its kind by the slug alone."""
    if isinstance(value, dict):
        return {name: rename(each, kind, old, new, name) for name, each in value.items()}
    if isinstance(value, list):
        return [rename(each, kind, old, new, field) for each in value]
    if value == f"{kind}:{old}":
        return f"{kind}:{new}"
    return new if field in SLUG_FIELDS.get(kind, (kind,)) and value == old else value


def rename_in(
    others: Sequence[FoundDraft], kind: str, old: str, new: str
) -> list[tuple[FoundDraft, Json]]:
    """Return the drafts that are free and name something by an old slug, each with its event that
    names it by the new one."""
    renamed = [
        (each, rename(each.event, kind, old, new))
        for each in others
        if each.is_free
        and each.row.status != "discarded"
        and each.event["type"] not in REGISTERED_KINDS
        and is_valid(each)
    ]
    return [(each, event) for each, event in renamed if event != each.event]


def free_slugs(c: Cursor, found: Sequence[FoundDraft]) -> list[FoundDraft]:
    """Return the drafts of a batch with other slugs for what they introduce where these were taken
    meanwhile; parties, persons and issues keep theirs."""
    batch = list(found)
    for draft in found:
        own = own_introduction(draft.event["type"], draft.event, draft.row.id)
        if own is None or draft.is_recorded or own.kind in UNIQUE_KINDS or "/" in own.slug:
            continue
        taken = _TakenSlugs(c, draft.row.negotiation, own.kind)
        if own.slug in taken:
            slug = make_slug(own.slug, taken)
            batch = [
                each._replace(
                    row=each.row._replace(
                        event=orjson.dumps(rename(each.event, own.kind, own.slug, slug))
                    )
                )
                for each in batch
            ]
    return batch


class _TakenSlugs:
    """The slugs of a kind that something recorded has."""

    def __init__(self, c: Cursor, negotiation: str, kind: str) -> None:
        self.c, self.negotiation, self.kind = c, negotiation, kind

    def __contains__(self, slug: object) -> bool:
        reserved = ReservedSlug(self.negotiation, self.kind, str(slug))
        return find_introducer(self.c, reserved) is not None
