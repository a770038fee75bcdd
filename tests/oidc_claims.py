"""What the identity provider of tests says of its people besides their sub."""

from __future__ import annotations

from typing import Any

from oauth2_provider.oauth2_validators import OAuth2Validator


class ClaimsOfGroups(OAuth2Validator):  # type: ignore[misc]  # of a library without types
    """Tells the groups of a person as roles, and their name."""

    oidc_claim_scope = None

    def get_additional_claims(self, request: Any) -> dict[str, Any]:
        groups = request.user.groups.values_list("name", flat=True)
        return {"roles": list(groups), "preferred_username": request.user.username}
