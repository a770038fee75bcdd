"""How the cells of the index are named: those that answers are made of, and what events name."""

from __future__ import annotations

from domain.acceptance import find_references
from domain.cells import CellKey
from domain.introductions import MERGEABLE_TYPES
from domain.model import Json, Version
from domain.phantom_links import link_entries, made_statement

KEY_SEPARATOR = "\x1f"
"""Separates the slugs of a cell's key."""
SUBJECT_PREFIX = "@"
"""Goes before the kind of a cell that stands for a subject, a slug that events name."""
MERGED_SUBJECT = SUBJECT_PREFIX + "same-as"
"""The kind of cell that stands for all registrations that say what they are the same as."""
MADE_SUBJECT, LINKED_SUBJECT = SUBJECT_PREFIX + "made", SUBJECT_PREFIX + "linked"
"""The kinds of cells that stand for a statement: who makes it, and who replies to it or copies
it."""


def join_key(key: CellKey) -> str:
    """Return the key of a cell as its column holds it."""
    return KEY_SEPARATOR.join(key)


def subject_cells(version: Version) -> set[tuple[str, str]]:
    """Return kind and key of the cells of what a version names, of the statement that it makes, and
    of those that it links to."""
    subjects = _named_subjects(version.entry.type, version.payload)
    statement = made_statement(version)
    subjects |= {(MADE_SUBJECT, statement)} if statement else set()
    return subjects | {(LINKED_SUBJECT, link.key[0]) for link in link_entries(version)}


def _named_subjects(kind: str, value: Json) -> set[tuple[str, str]]:
    """Return kind and key of the cells of what an event names; registrations that are of the same
    have one too, by which they are found."""
    subjects = {(SUBJECT_PREFIX + named, slug) for _, named, slug in find_references(kind, value)}
    if kind in MERGEABLE_TYPES and value.get("same_as"):
        subjects.add((MERGED_SUBJECT, MERGEABLE_TYPES[kind]))
    return subjects


def key_range(prefix: CellKey) -> dict[str, str]:
    """Return the key, and the range of keys, that begin with these parts."""
    start = "".join(part + KEY_SEPARATOR for part in prefix)
    end = start[:-1] + chr(ord(KEY_SEPARATOR) + 1) if start else "\U0010ffff"
    return {"key": KEY_SEPARATOR.join(prefix), "key_start": start, "key_end": end}
