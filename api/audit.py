"""Auditing over HTTP: signed checkpoints, tiles, leaves and proofs (C2SP, RFC 6962)."""

from __future__ import annotations

import base64
import re
import struct
from typing import Annotated

import orjson
from fastapi import APIRouter, Path, Query, Request
from starlette.responses import PlainTextResponse, Response

from api.documented import documented
from api.questions import Count, Once, Parameters
from domain.refusals import BusyError, NoProofError
from ledger import evidence, log, tree
from ledger.cursor import Cursor
from ledger.notes import Checkpoint

router = APIRouter(prefix="/v1/audit", dependencies=[Once])
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
BRIEFLY = {"Cache-Control": "no-cache"}
BYTES = "application/octet-stream"


class Inclusion(Parameters):
    seq: Annotated[int, Query(ge=1, le=2**53 - 1, description="Of the event to prove.")]
    size: Annotated[Count | None, Query(description="Of the tree; default: all events.")] = None


class Consistency(Parameters):
    from_: Annotated[Count, Query(alias="from", description="Size of the earlier tree.")]
    to: Annotated[Count | None, Query(description="Size of the later one; default: all.")] = None


class ProofFile(Parameters):
    seq: Annotated[int, Query(ge=1, le=2**53 - 1, description="Of the event to prove.")]


@router.get("/checkpoint", **documented("checkpoint"))
def checkpoint(request: Request) -> Response:
    """The newest signed checkpoint, at most a second behind the head."""
    with request.app.state.ledger.reading() as c:
        return PlainTextResponse(newest(c), headers=BRIEFLY)


@router.get("/key", **documented("audit-key"))
def key(request: Request) -> Response:
    """The verifier key of the checkpoints."""
    return PlainTextResponse(request.app.state.ledger.verifier.text() + "\n", headers=BRIEFLY)


@router.get("/proofs/inclusion", **documented("inclusion"))
def inclusion(request: Request, asked: Annotated[Inclusion, Query()]) -> Response:
    """Prove that an event is in the tree of a size."""
    with request.app.state.ledger.reading() as c:
        read, size = log.nodes(c), _size(c, asked.size)
        path = tree.inclusion(read, asked.seq - 1, size)
        found = {
            "seq": asked.seq,
            "size": size,
            "leaf_hash": read(0, asked.seq - 1).hex(),
            "root_hash": tree.root(read, size).hex(),
            "path": [each.hex() for each in path],
        }
    return _json(found, for_ever=asked.size is not None)


@router.get("/proofs/inclusion.tlog-proof", **documented("tlog-proof"))
def tlog_proof(request: Request, asked: Annotated[ProofFile, Query()]) -> Response:
    """The same against the newest checkpoint, as a file to keep (C2SP tlog-proof)."""
    with request.app.state.ledger.reading() as c:
        note = newest(c)
        size = Checkpoint.parse(note).size
        path = tree.inclusion(log.nodes(c), asked.seq - 1, size)
    lines = ["c2sp.org/tlog-proof@v1", f"index {asked.seq - 1}"]
    lines += [base64.b64encode(each).decode() for each in path]
    name = {"Content-Disposition": f'attachment; filename="seq-{asked.seq}.tlog-proof"'}
    return PlainTextResponse("\n".join([*lines, "", note]), headers={**BRIEFLY, **name})


@router.get("/proofs/consistency", **documented("consistency"))
def consistency(request: Request, asked: Annotated[Consistency, Query()]) -> Response:
    """Prove that the tree of one size begins with that of another."""
    with request.app.state.ledger.reading() as c:
        read, to = log.nodes(c), _size(c, asked.to)
        path = tree.consistency(read, asked.from_, to)
        found = {
            "from": asked.from_,
            "to": to,
            "from_root": tree.root(read, asked.from_).hex(),
            "to_root": tree.root(read, to).hex(),
            "path": [each.hex() for each in path],
        }
    return _json(found, for_ever=asked.to is not None)


@router.get("/leaves/{seq}", **documented("leaf"))
def leaf(request: Request, seq: Annotated[int, Path(ge=1, le=2**53 - 1)]) -> Response:
    """The exact bytes of a leaf."""
    with request.app.state.ledger.reading() as c:
        for found in log.leaves(c, after=seq - 1, limit=1):
            return Response(found, headers=FOR_EVER, media_type="application/json")
    raise NoProofError(f"the log has no seq {seq}", hint="/v1/audit/checkpoint says its size")


@router.get("/tile/{place:path}", **documented("tile"))
def tile(request: Request, place: str) -> Response:
    """A tile of hashes, or of entries, at its C2SP address."""
    level, index, width = _place(place)
    with request.app.state.ledger.reading() as c:
        size = _size(c, None)
        hashes = tree.tile(log.nodes(c), max(level, 0), index, width, size)
        if level >= 0:
            return Response(b"".join(hashes), headers=FOR_EVER, media_type=BYTES)
        entries = log.leaves(c, after=index * tree.TILE, limit=width)
        body = b"".join(struct.pack(">H", len(each)) + each for each in entries)
    return Response(body, headers=FOR_EVER, media_type=BYTES)


_TILE = re.compile(r"(0|[1-9]\d?|entries)/((?:x\d{3}/)*\d{3})(?:\.p/([1-9]\d{0,2}))?", re.ASCII)


def _place(text: str) -> tuple[int, int, int]:
    """Read a tile's address: level (-1 for entries), index and width. Raises NoProofError."""
    found = _TILE.fullmatch(text)
    width = int(found[3] or tree.TILE) if found else 0
    if not found or (found[3] and width >= tree.TILE):
        hint = "level/index, as 0/x001/234 or entries/000.p/17 (C2SP tlog-tiles)"
        raise NoProofError(f"{text[:80]!r} is no address of a tile", hint=hint)
    level = -1 if found[1] == "entries" else int(found[1])
    return level, int(found[2].replace("x", "").replace("/", "")), width


def newest(c: Cursor) -> str:
    """Return the newest signed note. Raises BusyError before the first."""
    note = evidence.newest_note(c)
    if note is None:
        raise BusyError("no checkpoint is signed yet", hint="try again in a second")
    return note


def _size(c: Cursor, asked: int | None) -> int:
    head, _ = log.head(c)
    if asked is not None and asked > head:
        hint = f"the log has {head} events; leave the size out for all of them"
        raise NoProofError(f"there is no tree of size {asked} yet", hint=hint)
    return head if asked is None else asked


def _json(found: dict[str, object], *, for_ever: bool) -> Response:
    headers = FOR_EVER if for_ever else BRIEFLY
    return Response(orjson.dumps(found), headers=headers, media_type="application/json")
