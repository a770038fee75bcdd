"""Drafts as a database has them: events that an article suggests, until a person decides.

They lie beside the log. The id of a draft becomes that of its event, so what is recorded of it is
found in the log itself, and nothing is recorded twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple, get_args

import orjson

from domain.errors import AlreadyDecidedError, NotFoundError
from domain.instants import Instant
from domain.model import Json
from ledger import articles
from ledger.database import Cursor, has_table, insert_rows, select_by_values
from ledger.proposals import ProposalStatus, lock_head

DraftStatus = Literal["open", "accepted", "discarded"]
STATUSES: tuple[DraftStatus, ...] = get_args(DraftStatus)
MIN_QUOTE = 20
"""Characters of a quote by which an erasure finds the texts that hold it."""


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


def compare_fields(old: Mapping[str, object], new: Mapping[str, object]) -> Iterator[Json]:
    """Yield the fields in which two events differ, each with both values, null for none.

    What lies in reports is named one by one, as ``reports.quote`` of the first.
    """
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


def insert_drafts(c: Cursor, rows: Sequence[StoredDraft]) -> None:
    insert_rows(c, "draft", rows)


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


def write_event(c: Cursor, draft: FoundDraft, event: Json, *, by: str, now: Instant) -> None:
    """Replace the event of a draft that is free, in the caller's transaction.

    Raises AlreadyDecidedError.
    """
    lock_head(c)
    read_draft(c, draft.row.negotiation, draft.row.id).require_free()
    c.execute(
        """
        UPDATE draft SET event = :event, changed_by = :by, changed_at = :now WHERE id = :id
        """,
        {"event": orjson.dumps(event), "by": by, "now": now, "id": draft.row.id},
    )


def write_status(
    c: Cursor, draft: FoundDraft, status: DraftStatus, *, by: str, now: Instant
) -> None:
    """Accept or discard a draft that is free, or open it again; the same again is nothing new.

    Raises AlreadyDecidedError.
    """
    lock_head(c)
    current = read_draft(c, draft.row.negotiation, draft.row.id)
    if current.row.status == status:
        return
    current.require_free()
    is_open = status == "open"
    c.execute(
        """
        UPDATE draft SET status = :status, decided_by = :by, decided_at = :now, proposal = NULL
        WHERE id = :id
        """,
        {
            "status": status,
            "by": None if is_open else by,
            "now": None if is_open else now,
            "id": draft.row.id,
        },
    )


def write_accepted(
    c: Cursor, draft: FoundDraft, *, by: str, now: Instant, proposal: str | None
) -> None:
    """Say that a draft was accepted as it stood here, and which proposal holds its event; who
    accepted it before stays."""
    c.execute(
        """
        UPDATE draft SET status = 'accepted', event = :event,
            proposal = coalesce(:proposal, proposal),
            decided_by = CASE WHEN status = 'accepted' THEN decided_by ELSE :by END,
            decided_at = CASE WHEN status = 'accepted' THEN decided_at ELSE :now END
        WHERE id = :id
        """,
        {"id": draft.row.id, "event": draft.row.event, "by": by, "now": now, "proposal": proposal},
    )


def delete_untouched(c: Cursor, article: str) -> None:
    """Delete the drafts of an article that nobody changed or decided, as it is read again."""
    c.execute(
        """
        DELETE FROM draft WHERE article = :article AND status = 'open' AND changed_at IS NULL
        """,
        {"article": article},
    )


def forget_event(
    c: Cursor, negotiation: str, event_id: str, payload: bytes, *, by: str, now: Instant
) -> None:
    """Delete every copy that the inbox has of an event: drafts of it and of its quotes, and texts
    with one of these; what is open of them is discarded."""
    if not has_table(c, "draft"):  # a log of an older version
        return
    reports = orjson.loads(payload or b"{}").get("reports") or ()
    hashes = {each.get("sha256") for each in reports}
    quotes = [each["quote"] for each in reports if len(each.get("quote") or "") >= MIN_QUOTE]
    for article, sha256, text in articles.list_texts(c, negotiation):
        if sha256 in hashes or any(quote.encode() in text for quote in quotes):
            articles.delete_text(c, article, now)
    emptied = {event_id}
    for draft in _select(c, "draft.negotiation = :negotiation", negotiation=negotiation):
        if draft.row.id == event_id:
            articles.delete_text(c, draft.row.article, now)
        elif not draft.is_recorded and any(
            _holds(value, quotes) for value in (draft.original, draft.event)
        ):
            emptied.add(draft.row.id)
    for row in select_by_values(
        c, "SELECT id, status FROM draft WHERE id {in_values}", sorted(emptied)
    ):
        draft_id, status = row
        c.execute(
            "UPDATE draft SET original = :empty, event = :empty WHERE id = :id",
            {"empty": b"", "id": draft_id},
        )
        if status == "open":
            c.execute(
                """
                UPDATE draft SET status = 'discarded', decided_by = :by, decided_at = :now
                WHERE id = :id
                """,
                {"by": by, "now": now, "id": draft_id},
            )


def _holds(value: object, quotes: Sequence[str]) -> bool:
    """Return whether a text somewhere within a value has one of the quotes."""
    if isinstance(value, str):
        return any(quote in value for quote in quotes)
    if isinstance(value, dict):
        return any(_holds(each, quotes) for each in value.values())
    return isinstance(value, list) and any(_holds(each, quotes) for each in value)


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
