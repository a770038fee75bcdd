"""What events would change, were they recorded: they are, and it is undone once that is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple, TypeVar

import orjson

from api.access.caller import STAFF
from api.session import Session
from domain.basis import Basis, Question
from domain.model import Json
from ledger.database import Cursor, ReadableLedger
from ledger.submission import Submission
from projections.answers import diff
from projections.answers.registrations import compare_registrations

T = TypeVar("T")
MAX_PREVIEWED = 1000
"""The most events of which is told what they would change, as others wait to record meanwhile."""


class Rehearsed(NamedTuple):
    """A ledger with events that are not kept: a session on it for staff, and the bases of now,
    without these events and with them."""

    session: Session
    before: Basis
    after: Basis
    recorded: list[Json]
    warnings: list[Json]

    def name_new(self, found: Json, submission: Submission) -> Json:
        """Return what was found of events; those without an id of their own are called by their
        seqs, as the ids that they were given are not kept."""
        own_ids = {str(event.id) for event in submission.events if event.id}
        text = orjson.dumps(found).decode()
        for each in self.recorded:
            if each["id"] not in own_ids:
                text = text.replace(each["id"], f"new {each['seq']}")
        named: Json = orjson.loads(text)
        return named


def rehearse(ledger: ReadableLedger, submission: Submission, tell: Callable[[Rehearsed], T]) -> T:
    """Return what is told of a ledger with events that are not kept. Raises what refuses them."""

    def read(c: Cursor, answer: Json) -> T:
        session = Session(c, submission.negotiation, ledger.clock, STAFF)
        after = session.resolve_basis(Question())
        seqs = [each["seq"] for each in answer["recorded"]]
        before = replace(after, seq=min(seqs) - 1) if seqs else after
        return tell(Rehearsed(session, before, after, answer["recorded"], answer["warnings"]))

    return ledger.rehearse(submission, read)


def preview_changes(ledger: ReadableLedger, submission: Submission) -> Json:
    """Return which cells and registrations events would change, as staff see them now; nothing of
    more than ``MAX_PREVIEWED`` events. Raises what refuses them."""
    if len(submission.events) > MAX_PREVIEWED:
        return {}

    def tell(found: Rehearsed) -> Json:
        open_view = found.session.open_view
        before, after = open_view(found.before), open_view(found.after)
        told = {
            "changes": diff.diff_bases(open_view, found.before, found.after),
            "registrations": compare_registrations(before, after),
        }
        return found.name_new(told, submission)

    return rehearse(ledger, submission, tell)
