"""Proposals as a database has them: what waits for a second person, and what was decided.

They lie beside the log. Whoever changes one holds the head row, so none is decided twice, and none
is accepted without being recorded.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from hashlib import sha256
from typing import Literal, NamedTuple, get_args

import orjson

from domain.errors import AlreadyDecidedError, NotAllowedError, NotFoundError, TooManyRequestsError
from domain.instants import DAY, Instant, to_rfc3339
from domain.model import Json
from ledger import access_keys
from ledger.append import OWNER_NAME
from ledger.database import Cursor, has_table, insert_rows

ProposalStatus = Literal["waiting", "accepted", "returned", "withdrawn"]
STATUSES: tuple[ProposalStatus, ...] = get_args(ProposalStatus)
MAX_WAITING, MAX_WAITING_BYTES = 100, 64 * 2**20
"""Proposals of one name that wait at once, and bytes of their bodies."""
MAX_WORD = 2000
"""Characters of what is said of a decision."""
ERASED_WORD = "an event that it repeats was erased"
"""What is said of a proposal that an erasure returns."""


class Proposal(NamedTuple):
    """One proposal: the columns of ``proposal``, in their order.

    ``body`` is what came, of ``media_type``; empty once it was deleted. ``size`` counts its bytes
    and ``events`` its events. ``preview`` is what it would have changed when it came, as JSON,
    ``contents`` the hashes of its payloads and its ids, ``answer`` that of its recording.
    """

    id: str
    negotiation: str
    proposed_by: str
    proposed_at: Instant
    media_type: str
    body: bytes
    size: int
    events: int
    preview: bytes
    contents: str
    status: ProposalStatus = "waiting"
    decided_by: str | None = None
    decided_at: Instant | None = None
    word: str | None = None
    answer: bytes = b""

    @property
    def is_deleted(self) -> bool:
        """Whether only names, times and places are left."""
        return not self.body

    @property
    def recorded(self) -> list[Json]:
        """What was recorded when it was accepted."""
        answer: Json = orjson.loads(self.answer or b"{}")
        recorded: list[Json] = answer.get("recorded", [])
        return recorded


class Decision(NamedTuple):
    """That somebody accepts, returns or withdraws a proposal, with a word."""

    proposal: str
    status: ProposalStatus
    decided_by: str
    word: str | None = None


def list_contents(ids: Collection[str], payloads: Collection[bytes]) -> str:
    """Return by what an erasure finds a proposal: its ids, and the hashes of its payloads."""
    return orjson.dumps([*ids, *(sha256(each).hexdigest() for each in payloads)]).decode()


def lock_head(c: Cursor) -> None:
    """Let no other process record, or change a proposal, until the transaction ends."""
    c.execute("UPDATE head SET size = size WHERE one = 1")


def insert_proposal(c: Cursor, proposal: Proposal) -> Proposal:
    """Add a proposal, and return it; or the same that waits already.

    Raises NotAllowedError where there are no keys, and so nobody else, TooManyRequestsError where
    too much of its proposer waits.
    """
    lock_head(c)
    if proposal.proposed_by == OWNER_NAME and access_keys.read_stamp(c)[0] == 0:
        raise NotAllowedError(
            "there are no keys yet, so everyone has one name and nobody else could accept this",
            hint="make keys: minutebook keys create NAME --scope propose; or record it at once",
        )
    same = _select(
        c,
        "status = 'waiting' AND negotiation = :negotiation AND proposed_by = :proposed_by"
        " AND size = :size AND media_type = :media_type AND body = :body",
        **proposal._asdict(),
    )
    if same:
        return same[0]
    c.execute(
        """
        SELECT count(*), coalesce(sum(size), 0) FROM proposal
        WHERE status = 'waiting' AND proposed_by = :name
        """,
        {"name": proposal.proposed_by},
    )
    count, size = c.fetchone()
    if count >= MAX_WAITING or size + proposal.size > MAX_WAITING_BYTES:
        raise TooManyRequestsError(
            f"{count} proposals of {proposal.proposed_by!r} wait already, {size} bytes in all",
            hint=f"at most {MAX_WAITING} wait, of {MAX_WAITING_BYTES} bytes: withdraw some",
        )
    insert_rows(c, "proposal", [proposal])
    return proposal


def read_proposal(c: Cursor, negotiation: str, proposal_id: str) -> Proposal:
    """Return a proposal. Raises NotFoundError."""
    names = {"id": proposal_id, "negotiation": negotiation}
    found = _select(c, "id = :id AND negotiation = :negotiation", **names)
    if not found:
        raise NotFoundError(
            f"there is no proposal {proposal_id!r}",
            hint=f"GET /v1/negotiations/{negotiation}/proposals lists them",
        )
    return found[0]


def list_proposals(
    c: Cursor,
    negotiation: str,
    *,
    status: ProposalStatus | None = None,
    proposed_by: str | None = None,
    before: str | None = None,
    limit: int = 100,
) -> list[Proposal]:
    """Return proposals of a negotiation without body and preview, the newest first.

    ``before`` is the id of the last one of the page before.
    """
    return _select(
        c,
        """
        negotiation = :negotiation AND status = coalesce(:status, status)
        AND proposed_by = coalesce(:proposed_by, proposed_by) AND id < coalesce(:before, 'z')
        ORDER BY id DESC LIMIT :limit
        """,
        _SHORT_COLUMNS,
        empty=b"",
        negotiation=negotiation,
        status=status,
        proposed_by=proposed_by,
        before=before,
        limit=limit,
    )


def count_waiting(c: Cursor, negotiation: str | None = None, proposed_by: str | None = None) -> int:
    """Return how many proposals wait, of one negotiation or all, and of one name or all."""
    if not has_table(c, "proposal"):  # a log of an older version that is only read
        return 0
    c.execute(
        """
        SELECT count(*) FROM proposal
        WHERE status = 'waiting' AND negotiation = coalesce(:negotiation, negotiation)
        AND proposed_by = coalesce(:name, proposed_by)
        """,
        {"negotiation": negotiation, "name": proposed_by},
    )
    count: int = c.fetchone()[0]
    return count


def find_earlier_answer(c: Cursor, decision: Decision) -> Json | None:
    """Return the answer of a proposal that was accepted by the same person before.

    Raises AlreadyDecidedError where something else was decided.
    """
    ((status, decided_by, decided_at, answer),) = _decided(c, decision.proposal)
    if status == "waiting":
        return None
    if (status, decided_by) == (decision.status, decision.decided_by):
        earlier: Json = orjson.loads(answer or b"{}")
        return earlier
    raise AlreadyDecidedError(
        f"the proposal was {status} by {decided_by!r} on {to_rfc3339(decided_at)}",
        hint="a decision stands; what should be otherwise is proposed again, or corrected",
    )


def _decided(c: Cursor, proposal_id: str) -> Sequence[tuple[str, str, Instant, bytes]]:
    c.execute(
        "SELECT status, decided_by, decided_at, answer FROM proposal WHERE id = :id",
        {"id": proposal_id},
    )
    return [tuple(row) for row in c.fetchall()]


def write_decision(
    c: Cursor, decision: Decision, *, now: Instant, answer: Json | None = None
) -> None:
    """Write down what was decided of a proposal that waits; the caller holds the head row.

    Of what was recorded only its place in the log is kept.
    """
    stored = b"" if answer is None else orjson.dumps(answer | {"warnings": []})
    c.execute(
        """
        UPDATE proposal
        SET status = :status, decided_by = :decided_by, decided_at = :now, word = :word,
            answer = :answer
        WHERE id = :proposal
        """,
        {**decision._asdict(), "now": now, "answer": stored},
    )


def decide_unrecorded(c: Cursor, decision: Decision, *, now: Instant) -> None:
    """Return or withdraw a proposal, in the caller's transaction; the same again is nothing new.

    Raises AlreadyDecidedError.
    """
    lock_head(c)
    if find_earlier_answer(c, decision) is None:
        write_decision(c, decision, now=now)


def delete_old_bodies(c: Cursor, *, days: int, now: Instant) -> None:
    """Delete the bodies of what was decided as many days ago; names, words and places stay."""
    c.execute(
        """
        UPDATE proposal SET body = :empty, preview = :empty, contents = '[]'
        WHERE status <> 'waiting' AND decided_at <= :until AND length(body) > 0
        """,
        {"empty": b"", "until": now - days * DAY},
    )


def forget_event(c: Cursor, event_id: str, state: bytes, *, erased_by: str, now: Instant) -> None:
    """Delete every copy that proposals have of an event; what waits with one is returned."""
    marks = {event_id, sha256(state).hexdigest()}
    c.execute("SELECT id, status, contents, answer FROM proposal")
    for proposal_id, status, contents, answer in c.fetchall():
        recorded = orjson.loads(answer or b"{}").get("recorded", [])
        if marks.isdisjoint(orjson.loads(contents)) and event_id not in {
            each["id"] for each in recorded
        }:
            continue
        if status == "waiting":
            decision = Decision(proposal_id, "returned", erased_by)
            write_decision(c, decision, now=now)
        c.execute(
            """
            UPDATE proposal SET body = :empty, preview = :empty, contents = '[]', word = :word
            WHERE id = :id
            """,
            {"empty": b"", "id": proposal_id, "word": ERASED_WORD},
        )


_COLUMNS = ", ".join(Proposal._fields)
_SHORT_COLUMNS = _COLUMNS.replace(" body", " :empty AS body").replace(
    " preview", " :empty AS preview"
)


def _select(c: Cursor, condition: str, columns: str = _COLUMNS, **values: object) -> list[Proposal]:
    if not has_table(c, "proposal"):  # a log of an older version that is only read
        return []
    c.execute(f"SELECT {columns} FROM proposal WHERE {condition}", values)  # noqa: S608  # only constants are put in
    return [Proposal(*row) for row in c.fetchall()]
