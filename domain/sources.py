"""Sources: how publishers are compared, and whose reporting a report counts as."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from domain.errors import InvalidQuestionError, Reason

MAX_COMPARED_CHARS = 100
"""How much of a name is compared with others to find the nearest, and shown."""
MAX_REFUSED_NAMES = 5
"""How many unknown names are refused one by one."""
MAX_NEAREST_NAMES = 3
"""How many names are offered for one that nobody bears."""


@lru_cache(maxsize=2**14)
def publisher_key(name: str) -> str:
    """Return what publishers are compared by: NFKC, case-folded, blanks collapsed."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def source_keys(report: Mapping[str, Any]) -> set[str]:
    """Return the keys of the publisher of a report and of the one whose reporting it repeats."""
    names = (report.get("publisher"), report.get("origin"))
    return {publisher_key(name) for name in names if name} - {""}


def origin_name(report: Mapping[str, Any]) -> str:
    """Return whose reporting this is: the origin, else the publisher; empty where nobody is."""
    for name in (report.get("origin"), report.get("publisher")):
        if name and publisher_key(name):
            return str(name)
    return ""


def origin_key(report: Mapping[str, Any]) -> str:
    """Return the key of whose reporting this is; empty where the report names nobody."""
    return publisher_key(origin_name(report))


def distinct_names(names: Iterable[str]) -> tuple[str, ...]:
    """Return names in order, each publisher once, no blank ones."""
    by_key = {publisher_key(name): name for name in sorted(names, reverse=True)}
    return tuple(sorted(name for key, name in by_key.items() if key))


def check_names(asked: Mapping[str, Iterable[str]], known: Mapping[str, str]) -> None:
    """Refuse names that nobody bears, with the nearest ones that somebody does.

    ``asked`` are names by parameter, ``known`` names by their keys. Raises InvalidQuestionError.
    """
    unknown = [
        (param, name)
        for param, names in asked.items()
        for name in names
        if publisher_key(name) not in known
    ]
    reasons = [
        Reason(param, f"no report names {name[:MAX_COMPARED_CHARS]!r}", _nearest_hint(name, known))
        for param, name in unknown[:MAX_REFUSED_NAMES]
    ]
    if reasons:
        detail = "; ".join(f"{reason.pointer}: {reason.detail}" for reason in reasons)
        raise InvalidQuestionError(detail, hint=reasons[0].hint, reasons=reasons)


def _nearest_hint(name: str, known: Mapping[str, str]) -> str:
    """Return the names nearest to one; the first in order where none is near."""
    names = {key[:MAX_COMPARED_CHARS]: each for key, each in sorted(known.items())}
    if not names:
        return "no report that this audience sees has a publisher; leave the parameter out"
    wanted = publisher_key(name)[:MAX_COMPARED_CHARS]
    near = get_close_matches(wanted, names, MAX_NEAREST_NAMES, 0.5)
    offered = ", ".join(repr(names[key]) for key in near or list(names)[:MAX_NEAREST_NAMES])
    return f"the nearest names are {offered}" if near else f"publishers are named such as {offered}"
