"""What something is called, by language: the title that was told last, and its names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.model import Json


def merge_titles(values: Iterable[Json]) -> Json:
    """Return ``title`` and ``names`` of what several events tell of, the oldest first, each where
    any tells it. With a title its names begin anew: those of one before do not translate it."""
    merged: Json = {}
    for value in values:
        names = value.get("names") or {}
        if title := value.get("title"):
            merged = {"title": title, "names": names}
        elif names:
            merged = {**merged, "names": {**merged.get("names", {}), **names}}
    return {field: value for field, value in merged.items() if value}
