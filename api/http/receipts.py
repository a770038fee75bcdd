"""Receipts: a pinned answer with the events it rests on and their proofs, verifiable offline.

A receipt shows no more than its audience may see: of an event recorded with a report hidden from
that audience it has only the leaf, which is a salted commitment.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import AfterValidator, Field
from starlette.responses import Response

from api.http.openapi import route_docs
from api.http.query_params import BasisQuery, NegotiationPath
from api.http.responses import JSON, build_address
from api.http.state import positions_answer
from api.models.documents import Receipt
from api.session import Session, open_session, services_of
from domain.basis import Basis, LogTimeline, Question
from domain.errors import InvalidQuestionError, TamperedError
from domain.events import SLUG_REGEX, parse_event_id
from domain.model import Json, Viewer
from domain.resolution import is_fully_visible
from ledger import log
from ledger.database import ReadableLedger
from ledger.proofs import leaf_records
from ledger.proofs.leaf_records import LeafRecord
from ledger.proofs.merkle import canonical_json, inclusion_proof, leaf_hash, root_from_inclusion
from ledger.proofs.signed_note import Verifier
from ledger.proofs.stored_cosignatures import read_cosigned_note
from ledger.proofs.verify_bundle import provenance_ids
from projections import answers
from projections.answers.listed_kinds import LISTED_KIND_BY_NAME
from projections.view import View

router = APIRouter(prefix="/v1/negotiations", tags=["receipts and exports"])
RECEIPT_FORMAT = "minutebook-receipt-1"
_CITABLE_PATTERN = (
    f"^(state|positions(/{SLUG_REGEX}/{SLUG_REGEX})?|plans(/{SLUG_REGEX})?|meetings"
    f"|briefs|{'|'.join(LISTED_KIND_BY_NAME)}"
    "|events/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$"
)
CITABLE_HINT = (
    "write state, positions, positions/PARTY/ISSUE, plans, plans/PLAN, meetings, deadlines, "
    "votes, incidents, briefs or events/ID"
)


def _check_citable(value: str) -> str:
    if not re.fullmatch(_CITABLE_PATTERN, value):
        raise ValueError(f"no receipt can cite {value!r}; {CITABLE_HINT}")
    return value


class ReceiptQuery(BasisQuery):
    of: Annotated[
        str,
        AfterValidator(_check_citable),
        Field(description="The cited answer.", json_schema_extra={"pattern": _CITABLE_PATTERN}),
    ] = "state"


@router.get(
    "/{negotiation}/receipt",
    **route_docs("receipt", "A citation receipt, verifiable offline", Receipt),
)
def get_receipt(
    request: Request, negotiation: NegotiationPath, query: Annotated[ReceiptQuery, Query()]
) -> Response:
    """A citation receipt: a pinned answer, its hash, its events and their proofs."""
    ledger = services_of(request).ledger
    key = ledger.verifier
    body = build_receipt(ledger, key, negotiation, query.to_question, query.of)
    return Response(body, headers={"Cache-Control": "no-store"}, media_type=JSON)


def build_receipt(
    ledger: ReadableLedger,
    key: Verifier,
    negotiation: str,
    read_question: Callable[[LogTimeline], Question],
    cited: str,
) -> bytes:
    """Return the receipt of an answer, as canonical JSON. Raises BusyError until it is signed."""
    with open_session(ledger, negotiation) as session:
        basis = pinned_basis(session, read_question(session.log_timeline))
        view = session.open_view(basis)
        data = answers.to_plain(_cited_answer(session, view, cited))
        cited_leaves = leaf_records.read_leaf_records(
            session.cursor, list(set(provenance_ids(data)))
        )
        visible_ids = _visible_ids(session, view, cited_leaves)
    leaf_records.await_checkpoint(ledger, basis.seq)
    answer = canonical_json({"basis": basis.to_json(), "data": data})
    return canonical_json(
        {
            "format": RECEIPT_FORMAT,
            "negotiation": negotiation,
            "address": build_address(
                f"/v1/negotiations/{negotiation}/{cited}", basis.pinned_params()
            ),
            "basis": basis.to_json(),
            "answer_hash": sha256(answer).hexdigest(),
            "answer": answer.decode(),
            **_prove_events(ledger, key, basis.seq, cited_leaves, visible_ids),
        }
    )


def pinned_basis(session: Session, question: Question) -> Basis:
    """Resolve a question, then the question that the pinned address of its answer asks."""
    basis = session.resolve_basis(question)
    return session.resolve_basis(
        Question(
            basis.preset,
            known_at=basis.known_at,
            valid_at=basis.valid_at,
            seq=basis.seq,
            audience=basis.audience,
            exclude_source=basis.exclude_source,
            only_source=basis.only_source,
            min_sources=basis.min_sources,
            tz=basis.tz,
        )
    )


def _cited_answer(session: Session, view: View, cited: str) -> Any:
    match cited.split("/"):
        case ["state"]:
            return session.build_state(view)
        case ["positions"]:
            return positions_answer(view)
        case ["positions", party, issue]:
            return answers.find_cell(view, party, issue)
        case ["plans"]:
            return answers.select_plans(view)
        case ["plans", plan]:
            return answers.find_plan(view, plan)
        case ["meetings"]:
            return answers.select_meetings(view)
        case ["briefs"]:
            return answers.select_briefs(view)
        case [list_name] if list_name in LISTED_KIND_BY_NAME:
            return list(LISTED_KIND_BY_NAME[list_name].select(view))
        case ["events", event] if parse_event_id(event) == event:
            return session.event_with_acts(view, event)
        case _:
            detail = f"no receipt can cite {cited!r}"
            raise InvalidQuestionError.for_field("of", detail, CITABLE_HINT)


def _visible_ids(session: Session, view: View, cited_leaves: list[LeafRecord]) -> set[str]:
    """Return the ids of the events whose recorded bytes the audience may see now."""
    viewer = Viewer(view.basis.audience)
    return {
        entry.id
        for entry in log.read_entries_by_id(session.cursor, [record.id for record in cited_leaves])
        if view.find_visible_item(entry.id)
        and is_fully_visible(entry, viewer, session.log_timeline.now)
    }


def _prove_events(
    ledger: ReadableLedger,
    key: Verifier,
    seq: int,
    cited_leaves: list[LeafRecord],
    visible_ids: set[str],
) -> Json:
    """Return a checkpoint that covers a seq and each event's path to it. Raises TamperedError."""
    with ledger.open_snapshot() as c:
        note = read_cosigned_note(c, seq) or ""
        signed_checkpoint, read_node, events = key.open_note(note), log.node_reader(c), []
        for record in cited_leaves:
            index, size = record.seq - 1, signed_checkpoint.size
            path = inclusion_proof(read_node, index, size)
            root = root_from_inclusion(leaf_hash(record.leaf.encode()), index, size, path)
            if root != signed_checkpoint.root:
                detail = f"seq {record.seq} is not what was signed"
                raise TamperedError(detail, hint="run minutebook verify")
            is_visible = record.id in visible_ids
            events.append(
                {
                    "seq": record.seq,
                    "leaf": record.leaf,
                    "payload": record.payload if is_visible else None,
                    "salt": record.salt if is_visible else None,
                    "path": [node.hex() for node in path],
                }
            )
    return {"events": events, "checkpoint": note, "key": key.to_text()}
