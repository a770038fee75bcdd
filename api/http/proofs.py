"""Auditing over HTTP: signed checkpoints, tiles, leaves and proofs (C2SP, RFC 6962)."""

from __future__ import annotations

import base64
import re
import struct
from contextlib import suppress
from typing import Annotated

import orjson
from fastapi import Path, Query, Request
from starlette.responses import PlainTextResponse, Response

from api.access.route_scope import caller_of
from api.http.interface_router import interface_router
from api.http.openapi import route_docs
from api.http.query_params import NaturalNumber, StrictQuery
from api.http.responses import JSON, OCTET_STREAM, json_response
from api.models.documents import ConsistencyProof, InclusionProof, KeyHistory, Leaf
from api.services import services_of
from api.session import Session
from domain.basis import Question
from domain.errors import BusyError, NoProofError, UnknownNegotiationError
from ledger import log
from ledger.database import Cursor
from ledger.proofs import merkle, stored_cosignatures
from ledger.proofs.key_history import build_key_history
from ledger.proofs.signed_note import Checkpoint

router = interface_router(prefix="/v1/audit", tags=["proofs"])
CACHE_FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}
CACHE_REVALIDATE = {"Cache-Control": "no-cache"}


class ProofFileQuery(StrictQuery):
    seq: Annotated[int, Query(ge=1, le=2**53 - 1, description="Seq of the event to prove.")]


class InclusionQuery(ProofFileQuery):
    size: Annotated[
        NaturalNumber | None, Query(description="Size of the tree; default: all events.")
    ] = None


class ConsistencyQuery(StrictQuery):
    from_: Annotated[NaturalNumber, Query(alias="from", description="Size of the earlier tree.")]
    to: Annotated[
        NaturalNumber | None, Query(description="Size of the later tree; default: all events.")
    ] = None


@router.get(
    "/checkpoint",
    **route_docs("checkpoint", None, "The newest signed checkpoint", media="text/plain"),
)
def get_checkpoint(request: Request) -> Response:
    """The newest signed checkpoint, at most a second behind the head."""
    with services_of(request).ledger.open_snapshot() as c:
        return PlainTextResponse(require_newest_note(c), headers=CACHE_REVALIDATE)


@router.get("/key", **route_docs("audit-key", None, "The verifier key", media="text/plain"))
def get_verifier_key(request: Request) -> Response:
    """The verifier key of the newest checkpoints, and of receipts."""
    ledger = services_of(request).ledger
    with ledger.open_snapshot() as c:
        key = ledger.read_keys(c).current
    return PlainTextResponse(key.to_text() + "\n", headers=CACHE_REVALIDATE)


@router.get(
    "/keys", **route_docs("audit-keys", None, "All keys of the log, and their spans", KeyHistory)
)
def get_key_history(request: Request) -> Response:
    """All keys that signed checkpoints, the first to the current one, with what proves each change.

    A file of it is what ``verify --keys`` and ``verify_bundle.py --keys`` read.
    """
    ledger = services_of(request).ledger
    with ledger.open_snapshot() as c:
        history = build_key_history(c, ledger.read_keys(c))
    return json_response(history, headers=CACHE_REVALIDATE)


@router.get(
    "/proofs/inclusion",
    **route_docs("inclusion", "read", "Proof that an event is in the tree", InclusionProof),
)
def get_inclusion_proof(request: Request, query: Annotated[InclusionQuery, Query()]) -> Response:
    """Prove that an event is in the tree of a size: one that you may see, or by the scope audit."""
    _require_visible(request, query.seq)
    with services_of(request).ledger.open_snapshot() as c:
        read_node, size = log.node_reader(c), _check_tree_size(c, query.size)
        path = merkle.inclusion_proof(read_node, query.seq - 1, size)
        proof = {
            "seq": query.seq,
            "size": size,
            "leaf_hash": read_node(0, query.seq - 1).hex(),
            "root_hash": merkle.compute_root(read_node, size).hex(),
            "path": [node.hex() for node in path],
        }
    return json_response(proof, headers=_cache_headers(query.size))


@router.get(
    "/proofs/inclusion.tlog-proof",
    **route_docs("tlog-proof", "read", "A proof as a file", media="text/plain"),
)
def get_tlog_proof(request: Request, query: Annotated[ProofFileQuery, Query()]) -> Response:
    """The same against the newest checkpoint, as a file to keep (C2SP tlog-proof)."""
    _require_visible(request, query.seq)
    with services_of(request).ledger.open_snapshot() as c:
        note = require_newest_note(c)
        size = Checkpoint.parse(note).size
        path = merkle.inclusion_proof(log.node_reader(c), query.seq - 1, size)
    lines = ["c2sp.org/tlog-proof@v1", f"index {query.seq - 1}"]
    lines += [base64.b64encode(node).decode() for node in path]
    disposition = {"Content-Disposition": f'attachment; filename="seq-{query.seq}.tlog-proof"'}
    return PlainTextResponse(
        "\n".join([*lines, "", note]), headers={**CACHE_REVALIDATE, **disposition}
    )


@router.get(
    "/proofs/consistency",
    **route_docs(
        "consistency", "read", "Proof that one tree begins with another", ConsistencyProof
    ),
)
def get_consistency_proof(
    request: Request, query: Annotated[ConsistencyQuery, Query()]
) -> Response:
    """Prove that the tree of one size begins with that of another."""
    with services_of(request).ledger.open_snapshot() as c:
        read_node, later_size = log.node_reader(c), _check_tree_size(c, query.to)
        path = merkle.consistency_proof(read_node, query.from_, later_size)
        proof = {
            "from": query.from_,
            "to": later_size,
            "from_root": merkle.compute_root(read_node, query.from_).hex(),
            "to_root": merkle.compute_root(read_node, later_size).hex(),
            "path": [node.hex() for node in path],
        }
    return json_response(proof, headers=_cache_headers(query.to))


@router.get("/leaves/{seq}", **route_docs("leaf", "audit", "The exact bytes of a leaf", Leaf))
def get_leaf(request: Request, seq: Annotated[int, Path(ge=1, le=2**53 - 1)]) -> Response:
    """The exact bytes of a leaf."""
    with services_of(request).ledger.open_snapshot() as c:
        for leaf in log.read_leaves(c, after=seq - 1, limit=1):
            return Response(leaf, headers=CACHE_FOREVER, media_type=JSON)
    raise NoProofError(f"the log has no seq {seq}", hint="/v1/audit/checkpoint says its size")


@router.get(
    "/tile/{place:path}",
    **route_docs("tile", "audit", "A tile of hashes or entries", media=OCTET_STREAM),
)
def get_tile(request: Request, place: str) -> Response:
    """A tile of hashes, or of entries, at its C2SP address."""
    level, index, width = _parse_tile_address(place)
    with services_of(request).ledger.open_snapshot() as c:
        size = _check_tree_size(c, None)
        hashes = merkle.read_tile(log.node_reader(c), max(level, 0), index, width, size)
        if level >= 0:
            return Response(b"".join(hashes), headers=CACHE_FOREVER, media_type=OCTET_STREAM)
        leaves = log.read_leaves(c, after=index * merkle.TILE_WIDTH, limit=width)
        body = b"".join(struct.pack(">H", len(leaf)) + leaf for leaf in leaves)
    return Response(body, headers=CACHE_FOREVER, media_type=OCTET_STREAM)


_TILE_ADDRESS = re.compile(
    r"(0|[1-9]\d?|entries)/((?:x\d{3}/)*\d{3})(?:\.p/([1-9]\d{0,2}))?", re.ASCII
)


def _parse_tile_address(text: str) -> tuple[int, int, int]:
    """Read a tile's address: level (-1 for entries), index and width. Raises NoProofError."""
    match = _TILE_ADDRESS.fullmatch(text)
    width = int(match[3] or merkle.TILE_WIDTH) if match else 0
    if not match or (match[3] and width >= merkle.TILE_WIDTH):
        hint = "level/index, as 0/x001/234 or entries/000.p/17 (C2SP tlog-tiles)"
        raise NoProofError(f"{text[:80]!r} is not the address of a tile", hint=hint)
    level = -1 if match[1] == "entries" else int(match[1])
    return level, int(match[2].replace("x", "").replace("/", "")), width


def require_newest_note(c: Cursor) -> str:
    """Return the newest signed note. Raises BusyError before the first."""
    note = stored_cosignatures.read_newest_note(c)
    if note is None:
        raise BusyError("no checkpoint is signed yet", hint="a server signs one in a second")
    return note


def _require_visible(request: Request, seq: int) -> None:
    """Refuse to tell a caller of an event that it cannot see, or that is not there, alike."""
    ledger, caller = services_of(request).ledger, caller_of(request)
    if caller.may("audit"):
        return
    reader = caller.read_as(caller.audience)
    with ledger.open_snapshot() as c:
        for leaf in map(orjson.loads, log.read_leaves(c, after=seq - 1, limit=1)):
            with suppress(UnknownNegotiationError):
                session = Session(c, leaf["negotiation"], ledger.clock, reader)
                view = session.open_view(session.resolve_basis(Question()))
                if view.find_visible_item(leaf["id"]):
                    return
    raise NoProofError(
        f"there is no event {seq} that you can see",
        hint="a key with the scope audit gets the proof of every event",
    )


def _check_tree_size(c: Cursor, requested: int | None) -> int:
    head, _ = log.read_head(c)
    if requested is not None and requested > head:
        hint = f"the log has {head} events; leave the size out for all of them"
        raise NoProofError(f"there is no tree of size {requested} yet", hint=hint)
    return head if requested is None else requested


def _cache_headers(requested_size: int | None) -> dict[str, str]:
    """Return how long a proof may be cached: permanently, unless it is of the newest tree."""
    return CACHE_REVALIDATE if requested_size is None else CACHE_FOREVER
