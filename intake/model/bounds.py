"""What a model may not do, whatever it answers; most raise OutOfBoundsError with the reason."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from domain.acceptance import find_references
from domain.catalogue import ACT_TYPES, BOOKKEEPING_TYPES, CLASS_BY_TYPE, EDITORIAL_TYPES
from domain.model import Json
from intake.model.filling import OutOfBoundsError
from intake.model.numbered_text import NumberedSentence
from intake.model.vocabulary import ACTOR_KINDS, PLACEHOLDER
from intake.rules.cast import Cast

MAX_SPREAD = 10
"""Sentences from the first to the last that one draft rests on."""
GIVES_ORDERS = "the passage gives orders to its reader"
ACTOR_FIELDS = {
    "statement-made": "speaker",
    "position-stated": "party",
    "position-withdrawn": "party",
    "plan-endorsed": "party",
    "plan-rejected": "party",
    "plan-signed": "party",
    "role-assumed": "person",
    "role-ended": "person",
}
"""The field that says whose deed an event is."""
OWN_ATTRIBUTIONS = ("self", "delegate", "spokesperson", "joint")


def refuse_type(name: object) -> str:
    """Return why a model may not draft a type."""
    if name in ACT_TYPES:
        return f"a model may not draft an act on an event, such as {name}"
    if name in BOOKKEEPING_TYPES or name in EDITORIAL_TYPES:
        return f"a model may not draft {name}; only people write the record"
    if name in CLASS_BY_TYPE:
        return f"a model is not told what {name} needs"
    return "the model names a type that is not in the catalogue"


def check_spread(numbers: Sequence[int]) -> None:
    """Refuse sentences that lie too far apart to be one passage."""
    if max(numbers) - min(numbers) >= MAX_SPREAD:
        raise OutOfBoundsError("the sentences that the model names lie too far apart")


def check_orders(kind: str, passage: Sequence[NumberedSentence]) -> None:
    """Refuse what a passage orders its reader to record; what is quoted stays a statement."""
    if any(each.own_orders for each in passage):
        raise OutOfBoundsError(GIVES_ORDERS)
    if kind != "statement-made" and any(each.quoted_orders for each in passage):
        told = "the passage quotes orders to its reader, so it is a statement at most"
        raise OutOfBoundsError(told)


def check_introduced(kind: str, fields: Json) -> None:
    """Refuse an event that names somebody new whom the answer does not introduce."""
    for pointer, _, slug in find_references(kind, fields):
        if PLACEHOLDER.search(slug):
            told = f"{_dotted(pointer)}: the model names somebody whom it does not introduce"
            raise OutOfBoundsError(told)


def check_actor(kind: str, fields: Json, named: Collection[str], cast: Cast) -> None:
    """Refuse an event of somebody who is not among those that are named."""
    name = ACTOR_FIELDS.get(kind)
    if name is None:
        return
    value = fields[name]
    actor = value if name == "speaker" else f"{name}:{value}"
    if not _is_named(actor, named, cast):
        told = f"{name}: the passage does not name {actor.partition(':')[2]}"
        raise OutOfBoundsError(told)


def check_speaker(
    kind: str, fields: Json, passage: Sequence[NumberedSentence], named: Collection[str], cast: Cast
) -> None:
    """Refuse a statement whose speaker only its context names while somebody else speaks in it.

    ``named`` are those whom the passage itself names.
    """
    if kind != "statement-made" or _is_named(fields["speaker"], named, cast):
        return
    others = [speaker for each in passage for speaker in each.speakers]
    if others:
        other = others[0].partition(":")[2]
        raise OutOfBoundsError(f"speaker: in the passage {other} speaks, and nobody else is named")


def _is_named(actor: str, named: Collection[str], cast: Cast) -> bool:
    """Return whether an actor is named, a party also by somebody who acts for it."""
    kind, _, slug = actor.partition(":")
    return actor in named or (kind == "party" and slug in map(cast.party_of, named))


def drop_unnamed(kind: str, fields: Json, named: Collection[str], cast: Cast) -> list[str]:
    """Drop the actors whom the passage does not name, and return notes of it.

    Whose deed the event is stays, and so does what it is about.
    """
    own = f"/{ACTOR_FIELDS.get(kind, '')}"
    unnamed = {
        pointer: f"{_dotted(pointer)}: the passage does not name {slug}"
        for pointer, named_kind, slug in find_references(kind, fields)
        if named_kind in ACTOR_KINDS
        and pointer != own
        and not pointer.startswith("/about/")
        and not _is_named(f"{named_kind}:{slug}", named, cast)
    }
    kept = _keep(fields, "", unnamed)
    fields.clear()
    fields.update({name: value for name, value in kept.items() if value != []})
    return list(unnamed.values())


def _dotted(pointer: str) -> str:
    return pointer.strip("/").replace("/", ".")


def _keep(value: Any, pointer: str, dropped: Collection[str]) -> Any:
    """Return a value without what stands at some places; None for an item that is left bare."""
    if isinstance(value, list):
        items = [
            _keep(each, f"{pointer}/{index}", dropped)
            for index, each in enumerate(value)
            if f"{pointer}/{index}" not in dropped
        ]
        return [each for each in items if each is not None]
    if not isinstance(value, dict):
        return value
    kept = {
        name: _keep(each, f"{pointer}/{name}", dropped)
        for name, each in value.items()
        if f"{pointer}/{name}" not in dropped
    }
    names_nobody = len(kept) < len(value) and not any(each in kept for each in ACTOR_KINDS)
    return None if pointer and names_nobody else kept


def settle_attribution(fields: Json, passage: Iterable[NumberedSentence], cast: Cast) -> list[str]:
    """Make a stance that its party does not tell in the passage one that is told by others, which
    moves nothing; return notes of it."""
    party = fields["party"]
    speakers = [speaker for each in passage for speaker in each.speakers]
    if fields.get("attribution") not in OWN_ATTRIBUTIONS or party in map(cast.party_of, speakers):
        return []
    others = [each for each in speakers if cast.party_of(each) != party]
    fields["attribution"] = "third-party"
    fields.pop("attributed_by", None)
    if others:
        fields["attributed_by"] = others[0]
    return [f"attribution: nobody speaks for {party} in the passage"]
