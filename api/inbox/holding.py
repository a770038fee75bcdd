"""What holds a batch back until a person looks again: drafts that may repeat what was recorded
since they were made, that rest on what was discarded, or that were read otherwise meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import shorten
from typing import NamedTuple

from api.access.caller import STAFF
from api.inbox.repeats import Repeat, find_repeats
from api.session import open_session
from domain.acceptance import find_references
from domain.catalogue import CLASS_BY_TYPE
from domain.errors import Reason, UnsettledDraftsError
from domain.events import Event
from domain.introductions import own_introduction
from domain.model import Json
from ledger import introductions
from ledger.database import Cursor, ReadableLedger
from ledger.drafts import FoundDraft
from ledger.write_state import ReservedSlug

MAX_SAID = 120
"""Characters of what a recorded event says, in a refusal."""


class DroppedLink(NamedTuple):
    """A field of a draft that names what only a discarded draft introduces; it can be left out."""

    pointer: str
    kind: str
    slug: str
    discarded: str
    """The draft that was discarded."""


def hold_repeats(
    ledger: ReadableLedger, negotiation: str, found: Sequence[FoundDraft], events: Sequence[Event]
) -> int:
    """Return the seq up to which nothing was recorded that drafts may repeat since they were made.

    ``events`` are those of the drafts. Raises UnsettledDraftsError, which names each such draft and
    what it may repeat; BusyError while the index is behind.
    """
    with open_session(ledger, negotiation, STAFF) as session:
        reasons = list(map(_tell_repeat, find_repeats(session, found, events)))
        last_seq = session.last_seq
    _raise(reasons, "some drafts may repeat what was recorded since they were made")
    return last_seq


def _tell_repeat(repeat: Repeat) -> Reason:
    item = repeat.item
    named = (item.own_fields.get(name) for name in ("summary", "title", "text", "meeting"))
    says = shorten(str(next(filter(None, named), item.type)), MAX_SAID, placeholder="…")
    return Reason(
        f"/{repeat.draft.row.id}",
        f"may repeat what was recorded meanwhile as seq {item.seq}, {says}",
        f"add its source to the event {item.event}, or record it all the same with repeats",
    )


def hold_unsettled(
    ledger: ReadableLedger, found: Sequence[FoundDraft], others: Sequence[FoundDraft]
) -> None:
    """Raise UnsettledDraftsError where drafts are stale, or name what was discarded of others."""
    new = [each for each in found if not each.is_recorded]
    reasons = [
        Reason(
            f"/{each.row.id}",
            "the article was read otherwise since this was accepted or corrected",
            "look at what it reads now, then accept or correct it again",
        )
        for each in new
        if each.is_stale
    ]
    with ledger.open_snapshot() as c:
        for each in new:
            reasons += [
                Reason(
                    f"/{each.row.id}{link.pointer}",
                    f"names the {link.kind} {link.slug}, whose draft was discarded",
                    "leave it out, or accept that draft too",
                )
                for link in find_dropped_links(c, each, others)
            ]
    _raise(reasons, "some drafts are to be looked at again")


def _raise(reasons: Sequence[Reason], detail: str) -> None:
    if reasons:
        raise UnsettledDraftsError(detail, hint=reasons[0].hint, reasons=reasons)


def find_dropped_links(
    c: Cursor, draft: FoundDraft, others: Sequence[FoundDraft]
) -> Iterator[DroppedLink]:
    """Yield the links of a draft, which it need not have, to what only discarded ones introduce."""
    introduced: dict[tuple[str, str], str | None] = {}
    for each in others:
        if own := own_introduction(str(each.event.get("type")), each.event, each.row.id):
            is_dropped = each.row.status == "discarded" and not each.is_recorded
            place = (own.kind, own.slug)
            introduced[place] = introduced.get(place, each.row.id) if is_dropped else None
    kind = str(draft.event.get("type"))
    if kind not in CLASS_BY_TYPE:
        return
    required = {
        field.alias or name
        for name, field in CLASS_BY_TYPE[kind].model_fields.items()
        if field.is_required()
    }
    for pointer, named, slug in find_references(kind, draft.event):
        field, *inner = pointer[1:].split("/")
        discarded = introduced.get((named, slug))
        if discarded is None or field in required or len(inner) > 1:
            continue
        reserved = ReservedSlug(draft.row.negotiation, named, slug)
        if introductions.find_introducer(c, reserved) is None:
            yield DroppedLink(pointer, named, slug, discarded)


def list_dropped_links(
    ledger: ReadableLedger, draft: FoundDraft, others: Sequence[FoundDraft]
) -> list[DroppedLink]:
    """Return the links of a draft that can be left out."""
    with ledger.open_snapshot() as c:
        return list(find_dropped_links(c, draft, others))


def leave_out(event: Json, pointer: str) -> Json:
    """Return an event without the link at a place, which is a field or one of its list."""
    field, _, index = pointer[1:].partition("/")
    rest = {name: value for name, value in event.items() if name != field}
    if not index:
        return rest
    kept = [each for place, each in enumerate(event[field]) if place != int(index)]
    return {**rest, field: kept} if kept else rest
