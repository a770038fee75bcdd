"""Drafts as a database has them: events that an article suggests, until a person decides.

They lie beside the log. The id of a draft becomes that of its event, so what is recorded of it is
found in the log itself, and nothing is recorded twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Literal, NamedTuple, get_args
from uuid import UUID

import orjson

from domain.errors import AlreadyDecidedError, MovedOnError, NotFoundError
from domain.instants import Instant
from domain.model import Json
from ledger.database import Cursor, has_table
from ledger.proposals import ProposalStatus

DraftStatus = Literal["open", "accepted", "discarded"]
STATUSES: tuple[DraftStatus, ...] = get_args(DraftStatus)

REREAD = "reread"
"""In what was read: the event that a later reading found in its place, null for none."""


class StoredDraft(NamedTuple):
    """One draft: the columns of ``draft``, in their order.

    ``original`` is the draft as it was read and ``event`` its event as it stands, both as JSON and
    empty once they were erased. ``type`` is that of the event as it was read.
    """

    id: str
    negotiation: str
    article: str
    place: int
    type: str
    original: bytes
    event: bytes
    status: DraftStatus = "open"
    changed_by: str | None = None
    changed_at: Instant | None = None
    decided_by: str | None = None
    decided_at: Instant | None = None
    proposal: str | None = None


class FoundDraft(NamedTuple):
    """A draft, the seq of its event in the log, and the status of the proposal that holds it."""

    row: StoredDraft
    seq: int | None
    proposal_status: ProposalStatus | None

    @property
    def is_recorded(self) -> bool:
        return self.seq is not None

    @property
    def is_proposed(self) -> bool:
        """Whether its event waits for a second person."""
        return self.seq is None and self.proposal_status == "waiting"

    @property
    def is_free(self) -> bool:
        """Whether its event may still be changed."""
        return not (self.is_recorded or self.is_proposed or self.is_erased)

    @property
    def is_erased(self) -> bool:
        return not self.row.event

    @property
    def version(self) -> str:
        """What tells whether it is still as it was seen: 16 hex digits of its status and event."""
        seen = b"\n".join((self.row.status.encode(), self.row.event))
        return sha256(seen).hexdigest()[:16]

    @property
    def made_at(self) -> Instant:
        """When it was made, to the millisecond, as its id says (UUIDv7)."""
        return (UUID(self.row.id).int >> 80) * 1000

    @property
    def original(self) -> Json:
        """The draft as it was read: event, span, why, confidence, alternatives, checks."""
        found: Json = orjson.loads(self.row.original or b"{}")
        return found

    @property
    def event(self) -> Json:
        """The event as it stands, without an id."""
        found: Json = orjson.loads(self.row.event or b"{}")
        return found

    @property
    def is_stale(self) -> bool:
        """Whether its article was read otherwise since somebody changed or accepted it."""
        return REREAD in self.original

    @property
    def changes(self) -> list[Json]:
        """What was changed of the event as it was read: field, before and after."""
        return list(compare_fields(self.original.get("event", {}), self.event))

    def require_free(self) -> None:
        """Raise AlreadyDecidedError where the event was recorded or waits for a second person."""
        if self.is_recorded:
            raise AlreadyDecidedError(
                f"the draft {self.row.id} was recorded as seq {self.seq}",
                hint=f"correct or retract the event {self.row.id}, which has the same id",
            )
        if self.is_proposed:
            raise AlreadyDecidedError(
                f"the draft {self.row.id} waits in the proposal {self.row.proposal}",
                hint="withdraw or return that proposal first",
            )

    def require_version(self, version: str) -> None:
        """Raise MovedOnError, which says who changed what, where it is no longer as it was seen."""
        if version == self.version:
            return
        row = self.row
        name = row.decided_by or row.changed_by or "another reading"
        raise MovedOnError(
            f"the draft {row.id} is {row.status} and no longer as you saw it, by {name!r}",
            hint="look at what stands now, then send it again with its new version",
        )


def compare_fields(old: Mapping[str, object], new: Mapping[str, object]) -> Iterator[Json]:
    """Yield the fields in which two events differ, each with both values, null for none.

    What lies in reports is named one by one, as ``reports.quote`` of the first; of events of two
    types only these are.
    """
    if old.get("type") != new.get("type"):
        yield {"field": "type", "before": old.get("type"), "after": new.get("type")}
        return
    for name in dict.fromkeys([*old, *new]):
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        if name == "reports" and _is_one(before) and _is_one(after):
            for each in compare_fields(before[0], after[0]):  # type: ignore[index]  # lists of one
                yield {**each, "field": f"reports.{each['field']}"}
        else:
            yield {"field": name, "before": before, "after": after}


def _is_one(value: object) -> bool:
    return isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict)


def read_draft(c: Cursor, negotiation: str, draft_id: str) -> FoundDraft:
    """Return a draft. Raises NotFoundError."""
    names = {"negotiation": negotiation, "id": draft_id}
    found = _select(c, "draft.id = :id AND draft.negotiation = :negotiation", **names)
    if not found:
        raise NotFoundError(
            f"there is no draft {draft_id!r}",
            hint=f"GET /v1/negotiations/{negotiation}/drafts lists them",
        )
    return found[0]


def list_drafts(
    c: Cursor,
    negotiation: str,
    *,
    status: DraftStatus | None = None,
    article: str | None = None,
    after: tuple[str, int] = ("", -1),
    limit: int = 1000,
) -> list[FoundDraft]:
    """Return drafts of a negotiation by article, oldest first, and in the order of its text.

    ``after`` is article and place of the last one of the page before.
    """
    return _select(
        c,
        """
        draft.negotiation = :negotiation AND draft.status = coalesce(:status, draft.status)
        AND article = coalesce(:article, article) AND (article, place) > (:after, :place)
        ORDER BY article, place LIMIT :limit
        """,
        negotiation=negotiation,
        status=status,
        article=article,
        after=after[0],
        place=after[1],
        limit=limit,
    )


def list_decided(
    c: Cursor, negotiation: str, since: Instant, until: Instant, limit: int
) -> list[FoundDraft]:
    """Return drafts that were decided in a period, the last ones first."""
    return _select(
        c,
        """
        draft.negotiation = :negotiation AND draft.status <> 'open'
        AND draft.decided_at >= :since AND draft.decided_at < :until
        ORDER BY draft.decided_at DESC, draft.id DESC LIMIT :limit
        """,
        negotiation=negotiation,
        since=since,
        until=until,
        limit=limit,
    )


def count_open(c: Cursor, negotiation: str) -> int:
    """Return how many drafts of a negotiation are open."""
    if not has_table(c, "draft"):  # a log of an older version that is only read
        return 0
    c.execute(
        "SELECT count(*) FROM draft WHERE negotiation = :negotiation AND status = 'open'",
        {"negotiation": negotiation},
    )
    count: int = c.fetchone()[0]
    return count


_COLUMNS = ", ".join(f"draft.{name}" for name in StoredDraft._fields)


def _select(c: Cursor, condition: str, **values: object) -> list[FoundDraft]:
    if not has_table(c, "draft"):  # a log of an older version that is only read
        return []
    c.execute(
        f"""
        SELECT {_COLUMNS}, event.seq, proposal.status
        FROM draft LEFT JOIN event ON event.id = draft.id
        LEFT JOIN proposal ON proposal.id = draft.proposal
        WHERE {condition}
        """,  # noqa: S608  # only constants are put in
        values,
    )
    return [FoundDraft(StoredDraft(*row[:-2]), row[-2], row[-1]) for row in c.fetchall()]
