"""What a statement or meeting names of its own kind: nobody made it, or it leads back in a circle.
Accepted, since news arrives out of order, with a word of warning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from domain.cells import CellEntry
from domain.errors import Reason
from domain.introductions import (
    FindIntroducer,
    FindTarget,
    Introduction,
    effective_value,
    number_next,
    read_numbered,
)
from domain.model import Json, Version
from domain.own_acts import OwnActs

STATEMENT_LINKS = ("reply_to", "copy_of")
"""The fields in which a statement names another one."""
FOUNDING_TYPES = ("meeting-announced", "meeting-held")
"""What a meeting is known by; all else is told of one. Both can say what it is part of."""
MADE, PART, AWAITED = "meeting", "meeting-part", "awaited-statement"
LINK_KINDS = (MADE, PART, AWAITED)
"""What is noted of events so that links can be checked: which meetings are known, which are part
of one, and which statements are named before anybody made them."""
MAX_STEPS, MAX_PARTS = 10_000, 64
"""How far links of statements, and those of meetings, are followed to warn of a circle; answers
find longer ones too."""
Ended = set[tuple[str, str]]
"""Fields and slugs from which links are known to end, not to lead back."""
WITHOUT_STATEMENT, CIRCULAR_STATEMENT = "without-statement", "circular-statement"
"""The kinds of the cells of statements that name one that nobody made, by its slug, and of those
that may name themselves through others, by their own."""


class LinkWords(NamedTuple):
    """How a link is spoken of: what it names, and how."""

    kind: str
    verb: str


LINK_WORDS = {
    "reply_to": LinkWords("statement", "replies to"),
    "copy_of": LinkWords("statement", "is a copy of"),
    "part_of": LinkWords("meeting", "is part of"),
}
LINKS_BY_TYPE = {"statement-made": STATEMENT_LINKS, **dict.fromkeys(FOUNDING_TYPES, ("part_of",))}


def made_statement(version: Version) -> str | None:
    """Return the statement that an event makes, on whatever day or terms, unless withdrawn."""
    is_made = version.entry.type == "statement-made" and not version.withdrawn
    return version.payload.get("statement") if is_made else None


def link_entries(version: Version) -> Iterator[CellEntry]:
    """Yield the cells of statements without which this one names nothing."""
    if version.entry.type == "statement-made" and version.affects_state:
        yield from link_entries_of(version.payload)


def link_entries_of(fields: Json) -> Iterator[CellEntry]:
    """Yield the same by the fields of a statement that counts."""
    for part, name in enumerate(STATEMENT_LINKS):
        if target := fields.get(name):
            yield CellEntry(WITHOUT_STATEMENT, (target,), name, part)


def circular_entry(slug: str, entry: CellEntry) -> CellEntry:
    """Return the cell of a statement whose link may lead back to itself."""
    return CellEntry(CIRCULAR_STATEMENT, (slug,), entry.label, entry.part)


def find_circles(links: Mapping[str, str | None]) -> list[tuple[str, ...]]:
    """Return the circles in which things name each other, each from its least slug on, in order."""
    circles = list[tuple[str, ...]]()
    passed = set[str]()
    for start in sorted(links):
        path: dict[str, int] = {}
        slug: str | None = start
        while slug is not None and slug not in path and slug not in passed:
            path[slug] = len(path)
            slug = links.get(slug)
        if slug is not None and slug in path:
            circles.append(from_least(list(path)[path[slug] :]))
        passed.update(path)
    return sorted(circles)


def from_least(circle: list[str]) -> tuple[str, ...]:
    first = circle.index(min(circle))
    return (*circle[first:], *circle[:first])


def introduce_links(
    kind: str, value: Json, event: str, find_target: FindTarget, find_introducer: FindIntroducer
) -> Iterator[Introduction]:
    """Yield that a meeting is known or part of another by this event, or that it names a statement
    that nobody made so far."""
    subject_type, subject = effective_value(kind, value, find_target)
    if subject_type in FOUNDING_TYPES and subject.get("meeting"):
        yield Introduction(MADE, str(subject["meeting"]), event)
        if "part_of" in _innermost(value):
            yield number_next(PART, str(subject["meeting"]), event, find_introducer)
    for name in STATEMENT_LINKS if subject_type == "statement-made" else ():
        target = subject.get(name)
        if target and find_introducer("statement", str(target)) is None:
            yield Introduction(AWAITED, str(target), event)


def find_phantom_links(
    value: Json, find_target: FindTarget, find_introducer: FindIntroducer, ended: Ended
) -> Iterator[Reason]:
    """Yield what a new event names of its own kind that nothing recorded so far has, and where it
    closes a circle. ``ended`` is what was found before of the same submission, and is added to."""
    subject_type, subject = effective_value(value["type"], value, find_target)
    given = _innermost(value)
    for name in LINKS_BY_TYPE.get(subject_type, ()):
        target = subject.get(name)
        if not (isinstance(target, str) and name in given):
            continue
        pointer = _pointer(value, name)
        kind, verb = LINK_WORDS[name]
        own = str(subject.get(kind))
        founder = find_introducer(kind, target)
        if founder is None or OwnActs(find_target, find_introducer).find_voids(founder):
            hint = f"if the slug is mistyped, correct it; if the {kind} follows, do nothing"
            yield Reason(pointer, f"no {kind} {target!r} is recorded so far", hint)
        elif circle := _find_circle(name, own, target, value, find_target, find_introducer, ended):
            first, *others = map(repr, circle)
            path = ", which ".join(f"{verb} {each}" for each in others)
            yield Reason(pointer, f"{kind} {first} {path}", f"correct {name} of one of them")


def names_link(value: Json) -> bool:
    """Return whether an event names another of its kind, be it by correcting one."""
    return not LINK_WORDS.keys().isdisjoint(_innermost(value))


def _innermost(value: Json) -> Json:
    """Return the fields that an event gives, however deep in an act on an act."""
    changes = value.get("changes")
    return _innermost(changes) if isinstance(changes, dict) else value


def _pointer(value: Json, name: str) -> str:
    changes = value.get("changes")
    return f"/changes{_pointer(changes, name)}" if isinstance(changes, dict) else f"/{name}"


def _find_circle(
    name: str,
    own: str,
    target: str,
    value: Json,
    find_target: FindTarget,
    find_introducer: FindIntroducer,
    ended: Ended,
) -> list[str]:
    """Return the slugs from one back to itself; none if its links end.

    In order, only a statement that was awaited can close a circle: the last of it to be made.
    """
    if name == "part_of":
        find_next = _find_part_of
    elif value.get("changes") or find_introducer(AWAITED, own):
        find_next = _find_linked
    else:
        return []
    path = {own: None}
    limit = MAX_PARTS if name == "part_of" else MAX_STEPS
    slug: str | None = target
    while slug and slug not in path and (name, slug) not in ended and len(path) < limit:
        path[slug] = None
        slug = find_next(name, slug, find_target, find_introducer)
    if slug == own:
        return [*path, own]
    if slug is None or (name, slug) in ended:
        ended.update((name, each) for each in path)
    return []


def _find_linked(
    name: str, slug: str, find_target: FindTarget, find_introducer: FindIntroducer
) -> str | None:
    """Return what a statement names as it stands corrected by the recorder."""
    founder = find_introducer("statement", slug)
    own_acts = OwnActs(find_target, find_introducer)
    if founder is None or own_acts.find_voids(founder):
        return None
    return own_acts.read_standing(founder).get(name)


def _find_part_of(
    name: str, slug: str, find_target: FindTarget, find_introducer: FindIntroducer
) -> str | None:
    """Return what the newest event to say so makes a meeting part of."""
    own_acts = OwnActs(find_target, find_introducer)
    found = None
    for event in read_numbered(PART, slug, find_introducer):
        if (target := find_target(event)) and not own_acts.find_voids(event):
            found = effective_value(target.type, target.payload, find_target)[1].get(name, found)
    return found
