"""What a reader drafted from an article, as lines for people."""

from __future__ import annotations

from collections.abc import Iterator

from api.cli.terminal import wrap_text
from domain.model import Json
from intake.draft import DraftEvent, HeldBack, Reading
from intake.registry import Registry

GENRES = {
    "report": "a report",
    "transcript": "a transcript",
    "live-blog": "a live blog",
    "thread": "a thread of posts",
    "communique": "a communiqué",
    "opinion": "an opinion",
}
MAX_PASSAGE = 100


def reading_text(reading: Reading, registry: Registry, text: str) -> str:
    """Return what was read: how dates were understood, each draft, and what was held back."""
    anchor = f"dates counted from {reading.anchor}" if reading.anchor else "no day to count from"
    lines = [f"{GENRES[reading.genre]}, {anchor} ({reading.zone})"]
    for number, draft in enumerate(reading.drafts, 1):
        lines += ["", *_draft_lines(number, draft, registry)]
    if not reading.drafts:
        lines += ["", "nothing was drafted"]
    if reading.held_back:
        lines += ["", f"held back: {len(reading.held_back)}"]
        for held in reading.held_back:
            lines += _held_lines(held, text)
    return "\n".join(lines)


def _draft_lines(number: int, draft: DraftEvent, registry: Registry) -> Iterator[str]:
    lead = f"{number}. "
    yield from wrap_text(f"{lead}{describe_event(draft.event, registry)}", "", " " * len(lead))
    why = f"{draft.type}, {draft.confidence:.0%} sure. {draft.why}"
    yield from wrap_text(why, " " * len(lead), " " * len(lead))


def describe_event(event: Json, registry: Registry) -> str:
    """Return one sentence that says what a draft event tells."""
    when = f" ({event['occurred']})" if event.get("occurred") else " (day not told)"
    title = str(event.get("title") or event.get("meeting") or event.get("plan") or "")
    match event["type"]:
        case "statement-made":
            return f"{event['summary']}{when}"
        case "position-stated":
            issue = _title_of(event.get("issue"), registry)
            teller = event.get("attributed_by")
            says = f", says {_name_of(str(teller), registry)}" if teller else ""
            return f"{event['stance']} on {issue}{says}: {event['summary']}{when}"
        case "meeting-held":
            return f"{title} took place{when}"
        case "meeting-concluded":
            return f"{title} ended: {event['outcome']}{when}"
        case "meeting-announced":
            return f"{title} is announced for {event.get('expected') or 'a day not told'}"
        case "meeting-rescheduled":
            return f"{title} is moved to {event.get('expected') or 'a day not told'}"
        case "meeting-cancelled":
            return f"{title} is called off{when}"
        case "report-added":
            told = registry.name_of_event(str(event["event"])) or f"event {event['event']}"
            return f"a further report of {told}"
        case "person-registered":
            return f"{event['name']} is not registered yet"
        case "deadline-set" | "deadline-extended":
            return f"{title or event['deadline']}: due {event['due']}"
        case "vote-held":
            return f"vote on {event['motion']}: {event.get('result') or 'unknown'}{when}"
        case _:
            return f"{event['type'].replace('-', ' ')}: {title or _rest(event)}{when}"


def _rest(event: Json) -> str:
    return str(event.get("person") or event.get("document") or event.get("event") or "")


def _title_of(slug: object, registry: Registry) -> str:
    return next((issue.title for issue in registry.issues if issue.slug == slug), str(slug))


def _name_of(actor: str, registry: Registry) -> str:
    kind, _, slug = actor.partition(":")
    known = registry.person_by_slug if kind == "person" else registry.party_by_slug
    return known[slug].name if slug in known else slug


def _held_lines(held: HeldBack, text: str) -> Iterator[str]:
    passage = " ".join(text[held.span[0] : held.span[1]].split())
    if len(passage) > MAX_PASSAGE:
        passage = f"{passage[: MAX_PASSAGE - 1]}…"
    yield from wrap_text(f"{held.reason} “{passage}”", "  ", "  ")
