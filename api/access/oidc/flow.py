"""One sign-in at an identity provider: what its browser keeps, and what follows from that."""

from __future__ import annotations

import base64
import hmac
import secrets
from dataclasses import dataclass
from hashlib import sha256

from starlette.types import Scope

from api.access.sessions import COOKIE_TERMS, read_cookie

FLOW_COOKIE = "__Host-minutebook-oidc"
FLOW_SECONDS = 600
"""Seconds that a person has at the provider."""
SECRET_LENGTH = 43


@dataclass(frozen=True, slots=True)
class SignInFlow:
    """A sign-in that a browser began: state, nonce and PKCE verifier follow from one secret that it
    alone has, so no process keeps anything of it."""

    secret: str
    next_address: str

    @classmethod
    def begin(cls, next_address: str) -> SignInFlow:
        return cls(secrets.token_urlsafe(32), next_address)

    @classmethod
    def read(cls, connection: Scope) -> SignInFlow | None:
        """Return the sign-in that a browser began, None where it began none."""
        secret, _, encoded = (read_cookie(connection, FLOW_COOKIE) or "").partition(".")
        try:
            next_address = base64.urlsafe_b64decode(encoded + "==").decode()
        except ValueError:
            return None
        return cls(secret, next_address) if len(secret) == SECRET_LENGTH else None

    @property
    def cookie(self) -> str:
        """The cookie that keeps it."""
        encoded = _encode(self.next_address.encode())
        return f"{FLOW_COOKIE}={self.secret}.{encoded}; {COOKIE_TERMS}; Max-Age={FLOW_SECONDS}"

    @property
    def state(self) -> str:
        return self._derive("state")

    @property
    def nonce(self) -> str:
        return self._derive("nonce")

    @property
    def verifier(self) -> str:
        """The verifier of PKCE (RFC 7636), 43 characters."""
        return self._derive("verifier")

    @property
    def challenge(self) -> str:
        """What the provider is told of the verifier at first: S256."""
        return _encode(sha256(self.verifier.encode()).digest())

    def _derive(self, purpose: str) -> str:
        return _encode(hmac.digest(self.secret.encode(), purpose.encode(), "sha256"))


ENDED_FLOW_COOKIE = f"{FLOW_COOKIE}=; {COOKIE_TERMS}; Max-Age=0"


def _encode(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
