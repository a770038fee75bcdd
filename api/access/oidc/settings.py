"""What a server knows of its identity provider: a TOML file that the setting ``oidc`` names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from api.access.caller import Caller, KeyScope
from api.access.keys import KeyGrant
from api.settings_files import (
    Address,
    SettingsPart,
    check_address,
    read_secret_file,
    read_settings_file,
)
from domain.errors import InvalidQuestionError, KeyRequiredError, MinutebookError
from domain.events import SLUG_PATTERN, Audience
from domain.model import Json
from ledger.access_sessions import StoredSession

Algorithm = Literal[
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"
]
"""Signatures by a private key; a secret that both sides share, or none at all, is never taken."""
CALLBACK_PATH = "/sign-in/oidc/callback"
MAX_NAME = 200
"""Characters of what stands in the record for a person."""


def _check_callback(address: str) -> str:
    if urlsplit(check_address(address)).path != CALLBACK_PATH:
        raise ValueError(f"write the address of this server with the path {CALLBACK_PATH}")
    return address


class RoleGrant(SettingsPart):
    """What people in a role may: as a key would let them."""

    scopes: tuple[KeyScope, ...] = ("read",)
    audience: Audience | None = None
    negotiations: tuple[Annotated[str, Field(pattern=SLUG_PATTERN)], ...] = ()

    def to_caller(self, name: str) -> Caller:
        grant = KeyGrant(name, self.scopes, self.audience, self.negotiations)
        return grant.to_caller()


class OidcSettings(SettingsPart):
    """The provider, this server as its client, and what its roles allow.

    Of several roles of a person the first of ``roles`` counts.
    """

    issuer: Address
    client_id: Annotated[str, Field(min_length=1)]
    client_secret_file: Path | None = None
    redirect_uri: Annotated[str, AfterValidator(_check_callback)]
    title: Annotated[str, Field(min_length=1, max_length=60)] = "single sign-on"
    algorithms: Annotated[tuple[Algorithm, ...], Field(min_length=1)] = ("RS256",)
    scopes: tuple[str, ...] = ("openid",)
    leeway: Annotated[int, Field(ge=0, le=300)] = 30
    """Seconds by which the clocks of provider and server may differ."""
    name_claim: str = "sub"
    roles_claim: str = "roles"
    roles: Annotated[dict[str, RoleGrant], Field(min_length=1)]

    @cached_property
    def client_secret(self) -> str | None:
        """The secret of this client, None where it has none and PKCE alone vouches for it.

        Raises InvalidQuestionError where its file cannot be read, or others can read it.
        """
        path = self.client_secret_file
        return None if path is None else read_secret_file(path)

    @property
    def issuer_name(self) -> str:
        """The issuer as it stands behind the names of its people: without its scheme."""
        return re.sub("^https?://", "", self.issuer).rstrip("/")

    def find_role(self, claims: Json) -> str | None:
        """Return the first of the roles here that claims name, None where they name none."""
        held = set(_read_roles(claims, self.roles_claim))
        return next((role for role in self.roles if role in held), None)

    def name_of(self, claims: Json) -> str:
        """Return what stands in the record for a person: the claim that names them, @, the issuer.

        No key has an @ in its name, and no issuer, so nobody else is ever called so. Raises
        KeyRequiredError where the claim is no such name.
        """
        value = claims.get(self.name_claim)
        text = value if isinstance(value, str) else ""
        name = f"{text}@{self.issuer_name}"
        if not text or not text.isprintable() or " " in text or len(name) > MAX_NAME:
            detail = f"the claim {self.name_claim} of the identity provider names nobody"
            hint = f"it takes 1 to {MAX_NAME} characters without spaces; see name_claim"
            raise KeyRequiredError(detail, hint=hint)
        return name

    def find_caller(self, session: StoredSession) -> Caller:
        """Return for whom a session stands.

        Raises KeyRequiredError where its role is none here any more, or of another provider.
        """
        grant = self.roles.get(session.role or "")
        if grant is None or not session.name.endswith(f"@{self.issuer_name}"):
            raise KeyRequiredError("the role of this session allows nothing here any more")
        return grant.to_caller(session.name)


def read_oidc_settings(path: Path) -> OidcSettings:
    """Read the file. Raises InvalidQuestionError naming each field that cannot be."""
    settings = read_settings_file(path, OidcSettings)
    for role, grant in settings.roles.items():
        _check_grant(path, role, grant)
    secret_file = settings.client_secret_file
    if secret_file and not secret_file.is_absolute():
        settings = settings.model_copy(update={"client_secret_file": path.parent / secret_file})
    _ = settings.client_secret  # says so now where it cannot be read
    return settings


def _check_grant(path: Path, role: str, grant: RoleGrant) -> None:
    try:
        grant.to_caller(role)
    except MinutebookError as error:
        detail = f"{path}: roles.{role}: {error.detail}"
        raise InvalidQuestionError(detail, hint=error.hint) from None


def _read_roles(claims: Json, path: str) -> Iterable[str]:
    """Return the roles in a claim: a text, or a list of texts, where dots lead deeper."""
    found: object = claims
    for part in [path] if path in claims else path.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    values = found if isinstance(found, list) else [found]
    return [each for each in values if isinstance(each, str)]
