"""Receipts: an answer with the events it rests on and their proofs, signed by the key of the log.

A receipt shows no more than its audience may see: of an event recorded with a report hidden from
that audience it has only the leaf, which is a salted commitment.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from typing import Annotated

import orjson
from fastapi import Query, Request
from pydantic import AfterValidator, Field
from starlette.responses import Response

from api.access.caller import Caller
from api.access.route_scope import caller_of
from api.http.cited_answers import CITABLE_PATTERN, CitedAnswer, ask_cited, check_citable
from api.http.interface_router import interface_router
from api.http.openapi import route_docs
from api.http.query_params import BasisQuery, NegotiationPath, OptionalText
from api.services import ReadRouter, Services, services_of
from api.session import Session, open_session
from domain.basis import Question
from domain.events import Audience
from domain.instants import Instant, to_rfc3339
from domain.model import Json, Viewer
from domain.open_fields import is_fully_visible
from ledger import log
from ledger.database import Cursor, ReadableLedger
from ledger.proofs import leaf_records
from ledger.proofs.key_history import prove_changes
from ledger.proofs.leaf_records import LeafRecord, prove_record
from ledger.proofs.merkle import canonical_json
from ledger.proofs.signed_note import LogKey
from ledger.proofs.stored_cosignatures import read_cosigned_note
from ledger.proofs.verify_bundle import RECEIPT_FORMAT, provenance_ids

router = interface_router(prefix="/v1/negotiations", tags=["receipts and exports"])
PLAIN_TEXT = "text/plain"
_OWN = "Of an answer that takes it, as that answer reads it."
OwnParam = Annotated[OptionalText, Field(description=_OWN)]


class ReceiptQuery(BasisQuery):
    of: Annotated[
        str,
        AfterValidator(check_citable),
        Field(description="The cited answer.", json_schema_extra={"pattern": CITABLE_PATTERN}),
    ] = "state"
    from_: Annotated[OptionalText, Field(alias="from", description=_OWN)] = None
    to: OwnParam = None
    to_plan: OwnParam = None
    q: OwnParam = None
    speaker: OwnParam = None
    party: OwnParam = None
    about: OwnParam = None
    status: OwnParam = None
    whole: OwnParam = None
    limit: OwnParam = None
    cursor: OwnParam = None


@router.get(
    "/{negotiation}/receipt",
    **route_docs(
        "receipt", "read", "A signed citation receipt, verifiable offline", media=PLAIN_TEXT
    ),
)
def get_receipt(
    request: Request, negotiation: NegotiationPath, query: Annotated[ReceiptQuery, Query()]
) -> Response:
    """A citation receipt: an answer, its hash, its events and their proofs, as a signed note.

    Its lines: the format, the address, the SHA-256 of the answer, the answer as the address gives
    it, and the proofs as JSON; then the signature of the log's key.
    """
    params = [pair for pair in request.query_params.multi_items() if pair[0] != "of"]
    services, caller = services_of(request), caller_of(request)
    body = build_receipt(services, caller, negotiation, query.audience, query.of, params)
    return Response(body, headers={"Cache-Control": "no-store"}, media_type=PLAIN_TEXT)


class _OneSnapshot(ReadableLedger):
    """A ledger at one moment: whatever is asked of it is answered from one snapshot."""

    def __init__(self, ledger: ReadableLedger, c: Cursor, now: Instant) -> None:
        super().__init__(ledger.datastore, lambda: now)
        self._cursor = c

    @contextmanager
    def open_snapshot(self) -> Iterator[Cursor]:
        yield self._cursor


@dataclass(frozen=True, slots=True)
class _Cited:
    answer: CitedAnswer
    leaves: list[LeafRecord]
    visible_ids: set[str]
    moment: Json | None
    """When, and up to which seq of the log, what is not pinned was answered."""


def build_receipt(
    services: Services,
    caller: Caller,
    negotiation: str,
    audience: Audience,
    cited: str,
    params: list[tuple[str, str]],
) -> str:
    """Return the receipt of an answer. Raises BusyError until all that it rests on is signed."""
    ledger = services.ledger
    with open_session(ledger, negotiation, caller.read_as(audience)) as session:
        found = _answer_at_once(services, session, caller, cited, params)
    seq = (found.moment or found.answer.basis)["seq"]
    leaf_records.await_checkpoint(ledger, seq)
    key, proven = _prove_events(ledger, seq, found)
    proofs = {
        "asked": found.moment,
        "negotiation": negotiation,
        "program": version("minutebook"),
        **proven,
    }
    lines = [
        RECEIPT_FORMAT,
        found.answer.address,
        sha256(found.answer.body).hexdigest(),
        found.answer.body.decode(),
        canonical_json(proofs).decode(),
    ]
    return key.sign_text("".join(f"{line}\n" for line in lines))


def _answer_at_once(
    services: Services, session: Session, caller: Caller, cited: str, params: list[tuple[str, str]]
) -> _Cited:
    now, head = session.log_timeline.now, session.log_timeline.head
    ledger = _OneSnapshot(services.ledger, session.cursor, now)
    asked = Services(ledger, ReadRouter(ledger), services.comparer, services.gate)
    answer = ask_cited(asked, caller, session.negotiation, cited, params)
    is_pinned = answer.basis["pinned"]
    ids = set(provenance_ids(orjson.loads(answer.body)))
    leaves = leaf_records.read_leaf_records(session.cursor, list(ids))
    moment = None if is_pinned else {"at": to_rfc3339(now), "seq": head}
    return _Cited(answer, leaves, _visible_ids(session, answer.basis, leaves), moment)


def _visible_ids(session: Session, basis: Json, leaves: list[LeafRecord]) -> set[str]:
    """Return the ids of the events whose recorded bytes the audience may see now."""
    now, viewer = session.log_timeline.now, Viewer(session.reader.audience)
    view = session.open_view(
        session.resolve_basis(
            Question(
                "hindsight",
                exclude_source=tuple(basis["exclude_source"]),
                only_source=tuple(basis["only_source"]),
                min_sources=basis["min_sources"],
            ),
            refuse_unknown=False,
        )
    )
    return {
        entry.id
        for entry in log.read_entries_by_id(session.cursor, [record.id for record in leaves])
        if view.find_visible_item(entry.id) and is_fully_visible(entry, viewer, now)
    }


def _prove_events(ledger: ReadableLedger, seq: int, cited: _Cited) -> tuple[LogKey, Json]:
    """Return the key that signs the receipt, and a checkpoint of it that covers a seq, with paths
    to it from each event and from those that changed the key of the log, if any.

    Raises TamperedError.
    """
    with ledger.open_snapshot() as c:
        keys = ledger.read_keys(c)
        note = read_cosigned_note(c, max(seq, keys.last_change)) or ""
        checkpoint, read_node = keys.open_note(note), log.node_reader(c)
        events = [
            prove_record(read_node, record, checkpoint, is_visible=record.id in cited.visible_ids)
            for record in cited.leaves
        ]
        changes = prove_changes(c, keys, checkpoint)
        key = ledger.find_key(keys)
    proofs = {"events": events, "checkpoint": note, "key": key.verifier.to_text()}
    return key, proofs | ({"keys": changes} if changes else {})
