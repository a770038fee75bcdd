"""Another name of somebody who is registered, which an article brings as a stranger."""

from __future__ import annotations

from collections.abc import Sequence

from api.access.caller import Caller
from api.inbox.bringing import REGISTERED_KINDS
from api.inbox.deciding import change_events, is_valid
from domain.model import Json
from ledger.database import ReadableLedger
from ledger.drafts import FoundDraft
from projections.answer_json import Item

SLUG_FIELDS = {"person": ("person",), "party": ("party", "on_behalf_of", "sponsors", "proposed_by")}
"""Fields that name somebody of a kind by the slug alone."""


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
    renamed = [
        (each, rename(each.event, kind, *slugs))
        for each in others
        if each.is_free
        and each.row.status != "discarded"
        and each.event["type"] not in REGISTERED_KINDS
        and is_valid(each)
    ]
    changed = [(each, event) for each, event in renamed if event != each.event]
    change_events(ledger, caller, [(draft, event), *changed])


def rename(value: Json, kind: str, old: str, new: str, field: str = "") -> Json:
    """Return an event that names somebody by another slug: as ``person:slug``, and in fields of its
    kind by the slug alone."""
    if isinstance(value, dict):
        return {name: rename(each, kind, old, new, name) for name, each in value.items()}
    if isinstance(value, list):
        return [rename(each, kind, old, new, field) for each in value]
    if value == f"{kind}:{old}":
        return f"{kind}:{new}"
    return new if field in SLUG_FIELDS[kind] and value == old else value
