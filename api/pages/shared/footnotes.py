"""The sources of a brief by number, for readers of paper."""

from __future__ import annotations

from collections.abc import Iterable

from domain.model import Json


def number_sources(lines: Iterable[Json]) -> list[Json]:
    """Return each page that lines rest on, in their order; number the sources of the lines by it.

    A source without an address has no number.
    """
    footnotes: dict[str, Json] = {}
    for line in lines:
        for source in line["sources"]:
            if url := source.get("url"):
                note = {"publisher": source.get("publisher"), "url": url}
                footnotes.setdefault(url, {"number": len(footnotes) + 1, **note})
                source["note"] = footnotes[url]["number"]
    return list(footnotes.values())
