"""What accounts disagree on: every account is shown, none is chosen."""

from __future__ import annotations

from domain.model import Json

BETWEEN_ACCOUNTS = " / "


def rival_values(value: Json, field: str) -> list[object]:
    """Return what accounts say of a field that they disagree on, each once; empty where none do."""
    rivals = [rival["value"] for rival in value.get("rivals") or () if rival["field"] == field]
    return [rival for at, rival in enumerate(rivals) if rival not in (None, *rivals[:at])]


def disputed_text(value: Json, field: str) -> str | None:
    """Return a text of an event; where accounts differ, the words of each."""
    if value.get(field):
        return str(value[field])
    return BETWEEN_ACCOUNTS.join(map(str, rival_values(value, field))) or None
