"""Receipts: an answer pinned, with the events it rests on and what proves them, to check offline.

A receipt holds no more than its audience may see: of an event that was recorded with a report kept
from that audience, only the leaf is given, which is a salted commitment.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import AfterValidator, Field
from starlette.responses import Response

from api.archive import Desk, at_desk
from api.as_of import matrix, whole_event
from api.documented import documented
from api.questions import Asking, Once, Slug
from api.replies import JSON, address_of
from domain.basis import Basis, Question
from domain.disclosure import disclosed
from domain.refusals import InvalidQuestionError, Reason, TamperedError
from domain.versions import Reader
from ledger import evidence, log
from ledger.canonical import canonical
from ledger.evidence import Exhibit
from ledger.notes import Verifier
from ledger.reading import Readable
from ledger.tree import inclusion, leaf_hash, root_of_inclusion
from ledger.verify_bundle import rested_on
from projections import answers
from projections.view import View

router = APIRouter(prefix="/v1/negotiations", dependencies=[Once])
FORMAT = "minutebook-receipt-1"
_SLUG = "[a-z0-9][a-z0-9-]{0,62}"
_OF = (
    f"^(state|positions(/{_SLUG}/{_SLUG})?|plans(/{_SLUG})?|meetings"
    "|events/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$"
)
Json = dict[str, Any]


REMEDY = "write state, positions, positions/PARTY/ISSUE, plans, plans/PLAN, meetings or events/ID"


def _citable(value: str) -> str:
    if not re.fullmatch(_OF, value):
        raise ValueError(f"there is no receipt of {value!r}; {REMEDY}")
    return value


class Receipts(Asking):
    of: Annotated[
        str,
        AfterValidator(_citable),
        Field(description="The answer that is cited.", json_schema_extra={"pattern": _OF}),
    ] = "state"


@router.get("/{negotiation}/receipt", **documented("receipt"))
def receipt(request: Request, negotiation: Slug, asking: Annotated[Receipts, Query()]) -> Response:
    """A citation receipt: a pinned answer, its hash, its events and their proofs."""
    ledger = request.app.state.ledger
    key = ledger.checkpoints.key.verifier
    body = made(ledger, key, negotiation, asking.question(), asking.of)
    return Response(body, headers={"Cache-Control": "no-store"}, media_type=JSON)


def made(
    ledger: Readable, key: Verifier, negotiation: str, question: Question, of: str
) -> bytes:  # fmt: skip
    """Return the receipt of an answer, as canonical JSON. Raises BusyError until it is signed."""
    with at_desk(ledger, negotiation) as desk:
        basis = pinned(desk, question)
        view = desk.view(basis)
        data = answers.spelled_out(_answer(desk, view, of))
        exhibits = evidence.by_ids(desk.c, list(set(rested_on(data))))
        shown = _shown(desk, view, exhibits)
    evidence.await_signed(ledger, basis.seq)
    answer = canonical({"basis": basis.echo(), "data": data})
    return canonical(
        {
            "format": FORMAT,
            "negotiation": negotiation,
            "address": address_of(f"/v1/negotiations/{negotiation}/{of}", basis.pin()),
            "basis": basis.echo(),
            "answer_hash": sha256(answer).hexdigest(),
            "answer": answer.decode(),
            **_proofs(ledger, key, exhibits, shown),
        }
    )


def pinned(desk: Desk, question: Question) -> Basis:
    """Resolve a question, then the question that the pinned address of its answer asks."""
    basis = desk.basis(question)
    return desk.basis(
        Question(
            basis.preset, known_at=basis.known_at, valid_at=basis.valid_at, seq=basis.seq,
            audience=basis.audience, exclude_source=basis.exclude_source,
            min_sources=basis.min_sources, tz=basis.tz,
        )
    )  # fmt: skip


def _answer(desk: Desk, view: View, of: str) -> Any:
    match of.split("/"):
        case ["state"]:
            return answers.state(view)
        case ["positions"]:
            return matrix(view)
        case ["positions", party, issue]:
            return answers.cell(view, party, issue)
        case ["plans"]:
            return answers.plans(view)
        case ["plans", plan]:
            return answers.plan(view, plan)
        case ["meetings"]:
            return answers.meetings(view)
        case ["events", event] if _is_uuid(event):
            return whole_event(desk, view, event)
        case _:
            detail = f"there is no receipt of {of!r}"
            reasons = [Reason("of", detail, REMEDY)]
            raise InvalidQuestionError(detail, hint=REMEDY, reasons=reasons)


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _shown(desk: Desk, view: View, exhibits: list[Exhibit]) -> set[str]:
    """Return the ids of the events whose recorded bytes the audience may see by now."""
    reader = Reader(view.basis.audience)
    return {
        entry.id
        for entry in log.by_ids(desk.c, [each.id for each in exhibits])
        if view.item(entry.id) and disclosed(entry, reader, desk.log.now)
    }


def _proofs(ledger: Readable, key: Verifier, exhibits: list[Exhibit], shown: set[str]) -> Json:
    """Return the newest checkpoint and each event's path to it. Raises TamperedError."""
    with ledger.reading() as c:
        note = evidence.newest_note(c) or ""
        signed, nodes, events = key.opened(note), log.nodes(c), []
        for each in exhibits:
            path = inclusion(nodes, each.seq - 1, signed.size)
            leaf = leaf_hash(each.leaf.encode())
            if root_of_inclusion(leaf, each.seq - 1, signed.size, path) != signed.root:
                raise TamperedError(f"seq {each.seq} is not what was signed", hint="verify it all")
            open_ = each.id in shown
            events.append(
                {"seq": each.seq, "leaf": each.leaf, "payload": each.payload if open_ else None,
                 "salt": each.salt if open_ else None, "path": [node.hex() for node in path]}
            )  # fmt: skip
    return {"events": events, "checkpoint": note, "key": key.text()}
