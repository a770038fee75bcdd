"""The identity provider over HTTP: its metadata and keys, and codes exchanged for ID tokens."""

from __future__ import annotations

import time
from collections.abc import Sequence
from threading import BoundedSemaphore, Lock
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

import httpx
import orjson

from api.access.oidc.flow import SignInFlow
from api.access.oidc.id_token import find_key, read_key_id, refusal, verify_token
from api.access.oidc.settings import OidcSettings
from api.settings_files import check_address
from domain.errors import BusyError, KeyRequiredError
from domain.model import Json

TIMEOUT = 5.0
"""Seconds that each answer of the provider may take."""
MAX_BYTES = 1024 * 1024
METADATA_LIFETIME = 3600.0
"""Seconds after which metadata and keys are read again; keys also when a token names another."""
EXCHANGES = 4
"""Codes that a process exchanges at once."""


class Metadata(NamedTuple):
    """Where a provider is asked (OpenID Connect Discovery 1.0), and when that was read."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    takes_basic: bool
    names_itself: bool
    read_at: float


class OidcProvider:
    """The provider of the settings. ``transport`` stands for its network."""

    def __init__(
        self, settings: OidcSettings, transport: httpx.BaseTransport | None = None
    ) -> None:
        self.settings = settings
        self._client = httpx.Client(timeout=TIMEOUT, transport=transport)
        self._slots, self._lock = BoundedSemaphore(EXCHANGES), Lock()
        self._metadata: Metadata | None = None
        self._keys: tuple[float, Sequence[Json]] = (0.0, ())

    def authorization_address(self, flow: SignInFlow) -> str:
        """Return where a browser goes to sign in. Raises BusyError."""
        endpoint = self._read_metadata().authorization_endpoint
        query = urlencode(
            {
                "response_type": "code",
                "client_id": self.settings.client_id,
                "redirect_uri": self.settings.redirect_uri,
                "scope": " ".join(self.settings.scopes),
                "state": flow.state,
                "nonce": flow.nonce,
                "code_challenge": flow.challenge,
                "code_challenge_method": "S256",
            }
        )
        return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{query}"

    def is_own_answer(self, issuer: str | None) -> bool:
        """Return whether an answer that names an issuer, or none, is of this provider (RFC 9207).

        Raises BusyError.
        """
        if issuer is None:
            return not self._read_metadata().names_itself
        return issuer == self.settings.issuer

    def redeem(self, flow: SignInFlow, code: str) -> Json:
        """Exchange a code for the claims about who signed in.

        Raises KeyRequiredError where the provider or its token does not vouch for anybody,
        BusyError.
        """
        if not self._slots.acquire(blocking=False):
            raise BusyError("too many people sign in at once", hint="try again in a second")
        try:
            token = self._exchange(flow, code)
            key_id = read_key_id(token, self.settings)
            key = find_key(self._read_keys(), key_id) or find_key(self._read_keys(0.0), key_id)
            if key is None:
                raise refusal("it is signed by a key that the provider does not show")
            return verify_token(token, key, self.settings, flow.nonce)
        finally:
            self._slots.release()

    def close(self) -> None:
        self._client.close()

    def _exchange(self, flow: SignInFlow, code: str) -> str:
        metadata, settings = self._read_metadata(), self.settings
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": settings.redirect_uri,
            "code_verifier": flow.verifier,
        }
        secret, basic = settings.client_secret, None
        if secret and metadata.takes_basic:
            quoted = (urlencode({"": each})[1:] for each in (settings.client_id, secret))
            basic = httpx.BasicAuth(*quoted)  # RFC 6749, section 2.3.1
        else:
            form |= {"client_id": settings.client_id}
            form |= {"client_secret": secret} if secret else {}
        answer = self._ask("POST", metadata.token_endpoint, data=form, auth=basic)
        if "error" in answer:
            raise KeyRequiredError(
                f"the identity provider does not take this sign-in: {str(answer['error'])[:80]}",
                hint="sign in again; a sign-in counts once, within ten minutes",
            )
        return answer.get("id_token", "")  # type: ignore[no-any-return]  # looked at by its reader

    def _read_metadata(self) -> Metadata:
        with self._lock:
            known = self._metadata
            if known and time.monotonic() < known.read_at + METADATA_LIFETIME:
                return known
            issuer = self.settings.issuer
            path = "/.well-known/openid-configuration"
            answer = self._ask("GET", issuer.rstrip("/") + path)
            if answer.get("issuer") != issuer:
                raise BusyError(
                    f"the identity provider at {issuer} calls itself another issuer",
                    hint="write issuer exactly as the provider does",
                )
            try:
                authorize, token, keys = (
                    check_address(str(answer[name]))
                    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")
                )
            except (KeyError, ValueError):
                raise _unclear(issuer) from None
            ways = answer.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
            self._metadata = Metadata(
                authorization_endpoint=authorize,
                token_endpoint=token,
                jwks_uri=keys,
                takes_basic="client_secret_basic" in ways,
                names_itself=bool(answer.get("authorization_response_iss_parameter_supported")),
                read_at=time.monotonic(),
            )
            return self._metadata

    def _read_keys(self, lifetime: float = METADATA_LIFETIME) -> Sequence[Json]:
        """Return the keys of the provider, read again where they were read longer ago."""
        address = self._read_metadata().jwks_uri
        with self._lock:
            read_at, keys = self._keys
            if not keys or time.monotonic() >= read_at + lifetime:
                found = self._ask("GET", address).get("keys")
                if not isinstance(found, list):
                    raise _unclear(address)
                keys = [each for each in found if isinstance(each, dict)]
                self._keys = time.monotonic(), keys
            return keys

    def _ask(self, method: str, address: str, **given: object) -> Json:
        """Return the JSON object that the provider answers. Raises BusyError."""
        body = bytearray()
        try:
            with self._client.stream(method, address, **given) as response:  # type: ignore[arg-type]  # as its names say
                for chunk in response.iter_bytes():
                    body += chunk
                    if len(body) > MAX_BYTES:
                        raise _unclear(address)
                answer = orjson.loads(body)
        except (httpx.HTTPError, httpx.InvalidURL):
            hint = "try again in a minute, or sign in with a key"
            raise BusyError("the identity provider does not answer", hint=hint) from None
        except orjson.JSONDecodeError:
            raise _unclear(address) from None
        is_told = response.status_code == 200 or "error" in answer
        if not isinstance(answer, dict) or not is_told:
            raise _unclear(address)
        return answer


def _unclear(address: str) -> BusyError:
    host = urlsplit(address).netloc
    detail = f"the identity provider at {host} does not answer as it should"
    return BusyError(detail, hint="try again in a minute, or sign in with a key")
