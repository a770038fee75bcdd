"""A witness over HTTP (C2SP tlog-witness)."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ledger.proofs.witness_request import MAX_BODY
from ledger.witness import Reply, Witness


def create_witness_app(witness: Witness) -> Starlette:
    """Return the two addresses of a witness; both prefixes of the protocol are the root."""

    async def add_checkpoint(request: Request) -> Response:
        body = b""
        async for piece in request.stream():
            body += piece
            if len(body) > MAX_BODY:
                return _response(Reply(413, f"a request has at most {MAX_BODY} bytes\n"))
        return _response(await run_in_threadpool(witness.add_checkpoint, body))

    async def show_checkpoint(request: Request) -> Response:
        return _response(witness.show_checkpoint(request.url.path))

    return Starlette(
        routes=[
            Route("/add-checkpoint", add_checkpoint, methods=["POST"]),
            Route("/{origin_hash}/checkpoint", show_checkpoint, methods=["GET"]),
        ]
    )


def _response(reply: Reply) -> Response:
    return Response(reply.text, reply.status, headers={"Content-Type": reply.media_type})
