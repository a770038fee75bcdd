"""The oracle for what statements and meetings name of their own kind: in vain, or in a circle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

NAMED_IN_VAIN = {"reply_to": "reply-without-statement", "copy_of": "copy-without-statement"}
NAMED_IN_A_CIRCLE = {"reply_to": "circular-replies", "copy_of": "circular-copies"}


def phantom_links(
    shown: Sequence[Any], happened: Sequence[Any], parts: Mapping[str, tuple[str | None, list[Any]]]
) -> list[list[str]]:
    """Return the anomalies; of meetings is given what each is part of, and its events by tie
    order."""
    return _of_statements(shown, happened) + _of_meetings(shown, parts)


def _of_statements(shown: Sequence[Any], happened: Sequence[Any]) -> list[list[str]]:
    statements = [x for x in shown if x.type == "statement-made" and x.standing != "withdrawn"]
    known = {x.fields.get("statement") for x in statements}
    said = sorted((x for x in happened if x.type == "statement-made"), key=lambda x: -x.seq)
    first = {x.fields["statement"]: x for x in said if x.fields.get("statement")}
    found = []
    for name, kind in NAMED_IN_VAIN.items():
        named = [(x.id, x.fields.get(name)) for x in said]
        found += [[kind, event] for event, other in named if other and other not in known]
        links = {slug: x.fields.get(name) for slug, x in first.items()}
        found += [[NAMED_IN_A_CIRCLE[name], first[slug].id] for slug in _least_of_circles(links)]
    return found


def _of_meetings(
    shown: Sequence[Any], parts: Mapping[str, tuple[str | None, list[Any]]]
) -> list[list[str]]:
    founding = [x for x in shown if x.type in ("meeting-announced", "meeting-held")]
    known = {x.fields.get("meeting") for x in founding if x.standing != "withdrawn"}
    found = [
        ["part-without-meeting", x.id]
        for _, events in parts.values()
        for x in events
        if x.fields.get("part_of") and x.fields["part_of"] not in known
    ]
    for slug in _least_of_circles({slug: part for slug, (part, _) in parts.items()}):
        part, events = parts[slug]
        found.append(
            ["circular-parts", [x.id for x in events if x.fields.get("part_of") == part][-1]]
        )
    return found


def _least_of_circles(links: Mapping[str, str | None]) -> list[str]:
    """Return of each circle its least member: what it leads to, it is among."""
    return [slug for slug in links if slug == min(_led_to(links, slug), default=None)]


def _led_to(links: Mapping[str, str | None], slug: str) -> list[str]:
    """Return all that a thing leads to if it leads back to itself."""
    path: list[str] = []
    at = links.get(slug)
    while at is not None and at not in path:
        path.append(at)
        at = links.get(at)
    return path if slug in path else []
