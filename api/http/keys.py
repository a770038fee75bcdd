"""Keys over HTTP: making one, listing and revoking them, for who has the scope admin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Path, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.access.caller import KeyScope
from api.access.gate import KeyGate
from api.access.keys import KeyGrant, is_expired, make_secret
from api.http.interface_router import interface_router
from api.http.openapi import route_docs
from api.http.query_params import PlainSlug
from api.http.responses import json_response
from api.models.documents import Key, KeyList, NewKey
from api.services import Services, services_of
from api.writing import run_in_writer
from domain.asked_dates import DateReader
from domain.errors import NotAllowedError
from domain.events import SLUG_PATTERN, Audience
from domain.instants import Instant, to_rfc3339
from domain.model import Json
from ledger import access_keys
from ledger.access_keys import StoredKey
from ledger.database import Cursor, ResultT, is_permission_error

router = interface_router(prefix="/v1/keys", tags=["keys"])
NEVER_STORED = {"Cache-Control": "no-store"}


class KeyRequest(BaseModel):
    """What a new key is to be called and to allow."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[
        PlainSlug, Field(description="What stands in the record as recorded_by; never given again.")
    ]
    scopes: Annotated[
        tuple[KeyScope, ...],
        Field(description="append includes propose, admin includes all, and each of them read."),
    ] = ("read",)
    audience: Annotated[
        Audience | None,
        Field(description="The most that it may see; staff for every scope but read, else public."),
    ] = None
    negotiations: Annotated[
        tuple[PlainSlug, ...],
        Field(max_length=100, description="Those that exist for it, by slug; none mean every one."),
    ] = ()
    expires: Annotated[
        str | None,
        Field(description="An instant, or a day of UTC at whose end it expires; null: never."),
    ] = None

    def to_grant(self, now: Instant) -> KeyGrant:
        """Return the grant with its date read. Raises InvalidQuestionError."""
        dates = DateReader("UTC", now)
        expires_at = None if self.expires is None else dates.read("expires", self.expires)
        return KeyGrant(self.name, self.scopes, self.audience, self.negotiations, expires_at)


@router.get("", **route_docs("keys", "admin", "List the keys", KeyList))
def list_keys(request: Request) -> Response:
    """All keys, also those that expired or were revoked, by name; none of their secrets."""
    ledger = services_of(request).ledger
    with ledger.open_snapshot() as c:
        keys = [key_to_json(key, ledger.clock()) for key in access_keys.read_keys(c)]
    return json_response({"keys": keys}, NEVER_STORED)


@router.post("", **route_docs("create-key", "admin", "Make a key", NewKey, status=201))
def create_key(request: Request, key_request: KeyRequest) -> Response:
    """Make a key. Its secret is in this answer alone: the ledger keeps only a hash."""
    services, secret = services_of(request), make_secret()
    now = services.ledger.clock()
    key = key_request.to_grant(now).to_stored(secret, now)
    _change_keys(services, lambda c: access_keys.insert_key(c, key))
    answer = {"secret": secret, "key": key_to_json(key, now)}
    response = json_response(answer, NEVER_STORED)
    response.status_code = 201
    return response


@router.post("/{name}/revoke", **route_docs("revoke-key", "admin", "Revoke a key", Key))
def revoke_key(
    request: Request,
    name: Annotated[str, Path(pattern=SLUG_PATTERN, description="Name of the key.")],
) -> Response:
    """Revoke a key for good: within a second, also for streams that are open."""
    services = services_of(request)
    now = services.ledger.clock()
    key = _change_keys(services, lambda c: access_keys.revoke_key(c, name, now=now))
    return json_response(key_to_json(key, now), NEVER_STORED)


def _change_keys(services: Services, change: Callable[[Cursor], ResultT]) -> ResultT:
    """Change the keys of a ledger, which its gate then knows.

    Raises NotAllowedError where the role that serves a database may not.
    """

    def write(c: Cursor) -> ResultT:
        try:
            return change(c)
        except Exception as error:
            if not is_permission_error(error):
                raise
            raise NotAllowedError(
                "the role that uses the database may not change keys",
                hint="run minutebook keys with --db as the owner of the database",
            ) from error

    result = run_in_writer(services.ledger, write)
    if isinstance(services.gate, KeyGate):
        services.gate.keys.refresh()
    return result


def key_to_json(key: StoredKey, now: Instant) -> Json:
    """Return what may be told of a key."""
    return {
        "name": key.name,
        "status": "revoked" if key.revoked_at else "expired" if is_expired(key, now) else "valid",
        "scopes": key.scopes,
        "audience": key.audience,
        "negotiations": key.negotiations,
        "created_at": to_rfc3339(key.created_at),
        "expires_at": None if key.expires_at is None else to_rfc3339(key.expires_at),
        "revoked_at": None if key.revoked_at is None else to_rfc3339(key.revoked_at),
    }
