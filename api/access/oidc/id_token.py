"""The ID token: what a provider vouches for (OpenID Connect Core 1.0, section 3.1.3.7)."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from typing import Any

import jwt
from jwt import PyJWK

from api.access.oidc.settings import OidcSettings
from domain.errors import KeyRequiredError
from domain.model import Json

MAX_LENGTH = 32 * 1024
REQUIRED = ["iss", "sub", "aud", "exp", "iat", "nonce"]


def read_key_id(token: object, settings: OidcSettings) -> str | None:
    """Return which key a token says that it is signed by, None where it names none.

    Raises KeyRequiredError where it is no token, or not signed by an algorithm that is taken.
    """
    if not isinstance(token, str) or len(token) > MAX_LENGTH:
        raise refusal("it is no ID token")
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError:
        raise refusal("it is no ID token") from None
    if header.get("alg") not in settings.algorithms:
        raise refusal(f"it is not signed by {' or '.join(settings.algorithms)}")
    key_id = header.get("kid")
    return key_id if isinstance(key_id, str) else None


def find_key(keys: Sequence[Json], key_id: str | None) -> PyJWK | None:
    """Return the key of an ID, or the only one where none is named; no secret is ever one."""
    signing = [
        each for each in keys if each.get("use", "sig") == "sig" and each.get("kty") != "oct"
    ]
    found = [each for each in signing if key_id is None or each.get("kid") == key_id]
    if len(found) != 1:
        return None
    try:
        return PyJWK(found[0])
    except jwt.PyJWTError:
        return None


def verify_token(token: str, key: PyJWK, settings: OidcSettings, nonce: str) -> Json:
    """Return the claims of a token that was made for this client and this sign-in, and holds now.

    Raises KeyRequiredError.
    """
    given = key._jwk_data.get("alg")
    algorithms = [each for each in settings.algorithms if given in (None, each)]
    try:
        claims: Json = jwt.decode(
            token,
            key.key,
            algorithms=algorithms,
            audience=settings.client_id,
            issuer=settings.issuer,
            leeway=settings.leeway,
            options={"require": REQUIRED},
        )
    except jwt.PyJWTError as error:
        raise refusal(str(error)) from None
    audiences: Any = claims["aud"]
    is_for_others = isinstance(audiences, list) and len(audiences) > 1
    if claims.get("azp", None if is_for_others else settings.client_id) != settings.client_id:
        raise refusal("it was made for another client")
    told = claims["nonce"]
    if not isinstance(told, str) or not hmac.compare_digest(told.encode(), nonce.encode()):
        raise refusal("it was made for another sign-in")
    return claims


def refusal(reason: str) -> KeyRequiredError:
    """Return the error that says why a token is not taken."""
    detail = f"the ID token of the identity provider is not taken: {reason}"
    return KeyRequiredError(detail, hint="sign in again; if it stays so, tell who runs the server")
