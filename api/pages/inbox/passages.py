"""The text of an article, cut where the passages of drafts begin and end."""

from __future__ import annotations

from collections.abc import Sequence

from domain.model import Json

MAX_SHOWN_CHARS = 120_000
"""Code points of a text that a page shows."""


def cut_text(text: str, drafts: Sequence[Json], current: Json | None = None) -> list[Json]:
    """Return pieces of a text in order, each with the first draft that rests on it, or none.

    Where passages overlap, that of the current draft goes before, else the one that begins last.
    """
    shown = text[:MAX_SHOWN_CHARS]
    spans = sorted(
        (start, end, each["draft"])
        for each in drafts
        if each["span"]
        for start, end in _list_parts(each, current)
        if start < end
    )
    pieces: list[Json] = []
    at = 0
    for index, (start, end, draft) in enumerate(spans):
        next_start = spans[index + 1][0] if index + 1 < len(spans) else len(shown)
        start, end = max(start, at), min(end, len(shown))
        if next_start > start:
            end = min(end, next_start)
        if end <= start:
            continue
        pieces += [_piece(shown[at:start]), _piece(shown[start:end], draft)]
        at = end
    return [each for each in (*pieces, _piece(shown[at:])) if each["text"]]


def _list_parts(draft: Json, current: Json | None) -> list[tuple[int, int]]:
    """Return where the passage of a draft is marked: not where that of the current one is."""
    start, end = draft["span"]
    if not (current and current["span"]) or draft["draft"] == current["draft"]:
        return [(start, end)]
    first, last = current["span"]
    return [(start, min(end, first)), (max(start, last), end)]


def _piece(text: str, draft: str | None = None) -> Json:
    return {"text": text, "draft": draft}
