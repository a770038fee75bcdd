"""An article as a further source of what is recorded already, in place of a draft of its own."""

from __future__ import annotations

from collections.abc import Sequence

from api.access.caller import STAFF, Caller
from api.inbox.bodies import ArticleFacts, merge_facts
from api.inbox.deciding import change_events, require_whole
from api.inbox.naming import rename_in
from api.inbox.reports import fill_report
from api.session import open_session
from domain.basis import Question
from domain.errors import NotFoundError
from domain.introductions import own_introduction
from domain.model import Json
from ledger import articles, drafts
from ledger.database import ReadableLedger
from ledger.drafts import FoundDraft
from projections.answer_json import Item


def report_instead(
    ledger: ReadableLedger, caller: Caller, draft: FoundDraft, event_id: str
) -> None:
    """Make a draft a further report of an event that is recorded, with publisher, address, quote
    and hash of its article; others that name what it would have introduced name what is there.

    Raises NotFoundError where there is no such event, and what changing drafts raises.
    """
    require_whole(draft)
    negotiation = draft.row.negotiation
    target = _find_event(ledger, negotiation, event_id)
    with ledger.open_snapshot() as c:
        row = articles.read_article(c, negotiation, draft.row.article)
        others = drafts.list_drafts(c, negotiation, article=draft.row.article)
    reports = draft.event.get("reports") or []
    event: Json = {"type": "report-added", "event": target.event, "reports": reports}
    if row.text:
        event = fill_report(event, merge_facts(row, ArticleFacts()), draft.original["span"])
    change_events(
        ledger, caller, [(draft, event), *_follow_slug(draft, target, _without(draft, others))]
    )


def _find_event(ledger: ReadableLedger, negotiation: str, event_id: str) -> Item:
    with open_session(ledger, negotiation, STAFF) as session:
        view = session.open_view(session.resolve_basis(Question()))
        if item := view.find_visible_item(event_id):
            return item
    raise NotFoundError(
        f"there is no event {event_id!r}",
        hint=f"GET /v1/negotiations/{negotiation}/events lists what is recorded",
    )


def _without(draft: FoundDraft, others: Sequence[FoundDraft]) -> list[FoundDraft]:
    return [each for each in others if each.row.id != draft.row.id]


def _follow_slug(
    draft: FoundDraft, target: Item, others: Sequence[FoundDraft]
) -> list[tuple[FoundDraft, Json]]:
    """Return the drafts that name what this one would have introduced, as they name the recorded
    one."""
    own = own_introduction(draft.event["type"], draft.event, draft.row.id)
    known = own_introduction(target.type, dict(target.own_fields), target.event)
    if own is None or known is None or own.kind != known.kind:
        return []
    return rename_in(others, own.kind, own.slug, known.slug)
