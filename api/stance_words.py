"""The one word that is shown for a stance, on pages and the command line."""

from __future__ import annotations

from collections.abc import Mapping

from domain.cells import ResolvedPosition


def label_word(label: str | None) -> str:
    """Return the word of one row: its stance, withdrawn for None, disputed where it is empty."""
    return "withdrawn" if label is None else label or "disputed"


def position_word(position: ResolvedPosition | None) -> str | None:
    """Return the word of a resolved position: a stance, mixed, disputed or withdrawn."""
    if position is None:
        return None
    return "mixed" if position.mixed else label_word(position.winner.label)


def answer_word(value: Mapping[str, object] | None) -> str | None:
    """Return the word of a position in an answer, the same as ``position_word`` gives."""
    if value is None:
        return None
    if value.get("mixed"):
        return "mixed"
    return label_word(
        None if value.get("type") == "position-withdrawn" else str(value.get("stance") or "")
    )
