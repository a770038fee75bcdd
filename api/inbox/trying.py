"""Trying what a draft would change, after those of its article that are accepted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace

from api.access.caller import Caller
from api.answers import read_as
from api.inbox.recording import build_batch, order_batch, point_to_drafts
from api.models.changes import AnyChange
from api.preview import Rehearsed, rehearse
from domain.errors import MinutebookError, Reason
from domain.model import Json
from ledger.database import ReadableLedger
from ledger.drafts import FoundDraft
from projections.answers import diff
from projections.answers.registrations import compare_registrations


def preview_draft(
    ledger: ReadableLedger, caller: Caller, draft: FoundDraft, accepted: Sequence[FoundDraft]
) -> Json:
    """Return what a draft would change if it were recorded after those that are accepted, as
    staff see it now; ``refused`` says why it cannot be, with its ``errors``, and ``warnings`` what
    in it looks like a slip.

    Accepted ones that are at fault themselves are left out.
    """
    told: Json = {
        "refused": None,
        **{name: [] for name in ("errors", "warnings", "changes", "registrations")},
    }
    if draft.is_erased or draft.is_recorded:
        return told
    others = [
        each
        for each in accepted
        if each.row.id != draft.row.id and not (each.is_recorded or each.is_erased)
    ]
    while True:
        try:
            return told | _rehearse(ledger, caller, [*order_batch(others), draft])
        except MinutebookError as error:
            faulty = {each.pointer[1:].partition("/")[0] for each in error.reasons}
            kept = [each for each in others if each.row.id not in faulty]
            if len(kept) == len(others):
                errors = [asdict(each) for each in _point_to_fields(draft, error.reasons)]
                return told | {"refused": error.detail, "errors": errors}
            others = kept


def _point_to_fields(draft: FoundDraft, reasons: Sequence[Reason]) -> list[Reason]:
    """Return the reasons about one draft, by their fields."""
    own = [each for each in reasons if each.pointer[1:].partition("/")[0] == draft.row.id]
    return [replace(each, pointer=f"/{each.pointer[1:].partition('/')[2]}") for each in own]


def _rehearse(ledger: ReadableLedger, caller: Caller, found: Sequence[FoundDraft]) -> Json:
    """Return what the last of some drafts would change. Raises MinutebookError that points to
    drafts."""
    negotiation = found[-1].row.negotiation
    submission = build_batch(found).to_submission(negotiation, caller, caller.recorded_by)

    def tell(rehearsed: Rehearsed) -> Json:
        if not rehearsed.recorded:
            return {}
        after = rehearsed.after
        before = replace(after, seq=max(each["seq"] for each in rehearsed.recorded) - 1)
        open_view = rehearsed.session.open_view
        warnings = point_to_drafts(found, [Reason(**each) for each in rehearsed.warnings])
        changes = diff.diff_bases(open_view, before, after)
        return {
            "warnings": list(map(asdict, _point_to_fields(found[-1], warnings))),
            "changes": [each.to_json() for each in read_as(list[AnyChange], changes)],
            "registrations": compare_registrations(open_view(before), open_view(after)),
        }

    try:
        return rehearse(ledger, submission, tell)
    except MinutebookError as error:
        error.reasons = point_to_drafts(found, error.reasons)
        raise
