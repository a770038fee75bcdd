"""The gate: who a request is from, by its key or session, by what is open to all, or by its
machine.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import MutableMapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Literal

from api.access.caller import OWNER, PUBLIC, Caller
from api.access.keys import KeyRing
from api.access.oidc.provider import OidcProvider
from api.access.oidc.settings import OidcSettings
from api.access.sessions import DEFAULT_TERMS, PageSession, SessionRing, SessionTerms
from api.limits.rates import RequestRates
from domain.errors import KeyRequiredError, MinutebookError, NotAllowedError
from domain.instants import Instant
from ledger.access_sessions import StoredSession
from ledger.writer import Ledger

AnonymousPolicy = Literal["public", "none"]
"""What a request without a key may ask once there are keys: as the public, or nothing."""
Connection = MutableMapping[str, Any]
"""An ASGI scope."""
READING_METHODS = ("GET", "HEAD", "OPTIONS")
FAILED_SIGN_INS = 20
"""Sign-ins that may fail from one machine in a minute; who has a key is let in all the same."""
CHECKED_FORM = "checked_form"
"""Marks a connection whose form has the token of its session."""
BEARER = re.compile(r"bearer +(\S+) *", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class AccessPolicy:
    """Whom a server answers.

    ``hosts`` are the names it is known by besides those of its own machine. ``owner_secret`` is
    left where only the owner of the ledger can read it.
    """

    hosts: frozenset[str] = frozenset()
    anonymous: AnonymousPolicy = "public"
    owner_secret: str | None = None
    session_terms: SessionTerms = DEFAULT_TERMS
    oidc: OidcSettings | None = None


class Gate:
    """Within one process: whoever opened the ledger asks and records, by default as its owner."""

    is_keyless = False
    """Whether all who can reach it may do everything."""
    answers_public = True
    """Whether what the public may see needs no key."""

    def __init__(self, caller: Caller = OWNER) -> None:
        self.caller = caller

    def identify(self, connection: Connection) -> Caller:
        """Return who a request is from.

        Raises KeyRequiredError where its key is not valid or it needs one, NotAllowedError where
        a server without keys is asked from another machine, BusyError where keys cannot be read.
        """
        return self.caller

    def find_session(self, connection: Connection) -> PageSession | None:
        """Return the session that a request is from, None where it is from none that holds."""
        return None


class KeyGate(Gate):
    """Before a server: callers are known by their keys, or by the sessions of people."""

    def __init__(self, keys: KeyRing, ledger: Ledger, policy: AccessPolicy) -> None:
        super().__init__()
        self.keys, self.policy = keys, policy
        self.provider = OidcProvider(policy.oidc) if policy.oidc else None
        self.sessions = SessionRing(ledger, policy.session_terms, self._find_holder)
        self.failed_sign_ins = RequestRates(FAILED_SIGN_INS)

    @property
    def is_keyless(self) -> bool:  # type: ignore[override]  # as long as there are no keys
        return self.keys.is_empty and self.provider is None

    @property
    def answers_public(self) -> bool:  # type: ignore[override]  # as above
        return self.is_keyless or self.policy.anonymous == "public"

    def identify(self, connection: Connection) -> Caller:
        given = [value for name, value in connection["headers"] if name == b"authorization"]
        if given:
            return self._find_caller(given)
        if session := self.find_session(connection):
            return session.caller
        if self.provider or self.keys.has_any():
            if self.policy.anonymous == "none":
                raise KeyRequiredError("this server answers only to keys", hint=HEADER_HINT)
            return PUBLIC
        if not is_loopback(connection.get("client")):
            raise NotAllowedError(
                "this server has no keys yet, so it answers only its own machine",
                hint="on that machine, make the first key: minutebook keys create NAME",
            )
        return OWNER

    def find_session(self, connection: Connection) -> PageSession | None:
        """As above; what changes something is from a session only by its form token."""
        is_form = connection["method"] in READING_METHODS or connection.get(CHECKED_FORM)
        if not is_form or any(name == b"authorization" for name, _ in connection["headers"]):
            return None
        return self.sessions.find(connection)

    def find_rights(self, connection: Connection) -> object | None:
        """Return all on which the answer to a request depends, or None where it gets none."""
        try:
            caller = self.identify(connection)
        except MinutebookError:
            return None
        connection["caller"] = caller  # an answer from memory passes no route that says it
        return caller.rights

    def _find_caller(self, given: list[bytes]) -> Caller:
        match = BEARER.fullmatch(given[0].decode("latin-1")) if len(given) == 1 else None
        if match is None:
            raise KeyRequiredError("the Authorization is not one Bearer key", hint=HEADER_HINT)
        secret, owner_secret = match[1], self.policy.owner_secret
        if owner_secret and hmac.compare_digest(secret.encode(), owner_secret.encode()):
            return OWNER
        return self.keys.find_caller(secret)

    def _find_holder(self, session: StoredSession) -> tuple[Caller, Instant | None]:
        if session.role is None:
            return self.keys.find_named(session.name)
        if self.provider is None:
            raise KeyRequiredError("this server has no identity provider any more")
        return self.provider.settings.find_caller(session), None


class OwnerGate(KeyGate):
    """Within one process, with the keys and sessions of a server: who opened the ledger asks."""

    def identify(self, connection: Connection) -> Caller:
        return self.caller


HEADER_HINT = "send Authorization: Bearer KEY; who runs the server gives keys"


def is_loopback(client: tuple[str, int] | None) -> bool:
    """Return whether a peer is on this machine."""
    try:
        return client is not None and ip_address(client[0]).is_loopback
    except ValueError:
        return False
