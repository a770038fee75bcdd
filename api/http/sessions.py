"""Sessions over HTTP: who is signed in, and ending that, for who has the scope admin."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.access.route_scope import ScopedRoute
from api.http.openapi import route_docs
from api.http.responses import json_response
from api.models.documents import EndedSessions, SessionList
from api.services import server_services
from domain.instants import to_rfc3339

router = APIRouter(prefix="/v1/sessions", tags=["keys"], route_class=ScopedRoute)
NEVER_STORED = {"Cache-Control": "no-store"}


class NamedSessions(BaseModel):
    """Whose sessions are meant."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[
        str, Field(max_length=200, description="What stands in the record as recorded_by.")
    ]


@router.get("", **route_docs("sessions", "admin", "List the sessions", SessionList))
def list_sessions(request: Request) -> Response:
    """The sessions that hold now, by name; none of their tokens."""
    sessions = server_services(request.app).gate.sessions
    listed = [
        {
            "name": each.name,
            "role": each.role,
            "created_at": to_rfc3339(each.created_at),
            "used_at": to_rfc3339(each.used_at),
            "ends_at": to_rfc3339(each.created_at + sessions.terms.lifetime),
        }
        for each in sorted(sessions.read_live(), key=lambda each: (each.name, each.created_at))
    ]
    return json_response({"sessions": listed}, NEVER_STORED)


@router.post("/end", **route_docs("end-sessions", "admin", "End sessions", EndedSessions))
def end_sessions(request: Request, named: NamedSessions) -> Response:
    """End each session of one name: within a second, also its open streams. A key of that name can
    begin another, until it is revoked."""
    sessions = server_services(request.app).gate.sessions
    ended = sessions.count_of(named.name)
    sessions.end_all_of(named.name)
    return json_response({"name": named.name, "ended": ended}, NEVER_STORED)
