"""What accounts disagree on: every account is shown, none is chosen."""

from __future__ import annotations

from typing import Protocol

from api.models.base import Rival
from domain.model import Json


class WithRivals(Protocol):
    """An answer whose fields may be disputed."""

    @property
    def rivals(self) -> tuple[Rival, ...]: ...


Disputed = WithRivals | Json
"""An answer, or the own fields of an event."""
BETWEEN_ACCOUNTS = " / "


def rival_values(value: Disputed, field: str) -> list[object]:
    """Return what accounts say of a field that they disagree on, each once; empty where none do."""
    if isinstance(value, dict):
        rivals = [rival["value"] for rival in value.get("rivals") or () if rival["field"] == field]
    else:
        rivals = [rival.value for rival in value.rivals if rival.field == field]
    return [rival for at, rival in enumerate(rivals) if rival not in (None, *rivals[:at])]


def disputed_text(value: Disputed, field: str) -> str | None:
    """Return a text; where accounts differ, the words of each."""
    if text := value.get(field) if isinstance(value, dict) else getattr(value, field, None):
        return str(text)
    return BETWEEN_ACCOUNTS.join(map(str, rival_values(value, field))) or None
