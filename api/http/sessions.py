"""Sessions over HTTP: who is signed in, and ending that, for who has the scope admin."""

from __future__ import annotations

from typing import Annotated

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.http.interface_router import interface_router
from api.http.openapi import route_docs
from api.http.responses import json_response
from api.models.documents import EndedSessions, SessionList
from api.services import server_services
from domain.errors import NotFoundError
from domain.instants import to_rfc3339

router = interface_router(prefix="/v1/sessions", tags=["keys"])
NEVER_STORED = {"Cache-Control": "no-store"}


class NamedSessions(BaseModel):
    """Whose sessions are meant."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[
        str, Field(max_length=200, description="What stands in the record as recorded_by.")
    ]
    id: Annotated[
        str | None, Field(max_length=200, description="The one that is ended; default: all.")
    ] = None


@router.get("", **route_docs("sessions", "admin", "List the sessions", SessionList))
def list_sessions(request: Request) -> Response:
    """The sessions that hold now, by name; none of their tokens."""
    listed = [
        {
            "id": each.stored.id,
            "name": each.stored.name,
            "role": each.stored.role,
            "created_at": to_rfc3339(each.stored.created_at),
            "used_at": to_rfc3339(each.stored.used_at),
            "ends_at": to_rfc3339(each.ends_at),
        }
        for each in server_services(request.app).gate.sessions.read_held()
    ]
    return json_response({"sessions": listed}, NEVER_STORED)


@router.post("/end", **route_docs("end-sessions", "admin", "End sessions", EndedSessions))
def end_sessions(request: Request, named: NamedSessions) -> Response:
    """End each session of one name, or the one with an id: within a second, also its open streams.
    A key of that name can begin another, until it is revoked."""
    ended = server_services(request.app).gate.sessions.end(named.name, named.id)
    if named.id is not None and not ended:
        hint = "GET /v1/sessions lists those that hold"
        raise NotFoundError(f"{named.name} has no session {named.id!r:.80}", hint=hint)
    return json_response({"name": named.name, "ended": ended}, NEVER_STORED)
