"""Deadlines, votes, incidents and briefs as pages show them."""

from __future__ import annotations

from datetime import date

from api.answers import Answers
from api.listed_words import SHORT_FORMS
from api.models.answers import Deadline
from api.models.base import Disputable
from api.pages.events.event_lines import find_own_zone
from api.pages.shared.disputes import rival_values
from api.pages.shared.page_context import PageContext
from domain.edtf import parse_span
from domain.instants import LATEST
from domain.model import Json
from projections.answers.listed_kinds import LISTED_KINDS, TOLD_ONCE

MAX_SHOWN = 20
"""Votes and incidents that a page shows; the log has the rest."""


def show_deadlines(frame: PageContext) -> list[Json]:
    """Return the deadlines, the one that ends last first; one without an end comes before all."""
    deadlines = [_deadline_entry(frame, deadline) for deadline in frame.answers.deadlines()]
    return sorted(
        deadlines, key=lambda each: (each["last_day"] or "9999", each["deadline"]), reverse=True
    )


def _deadline_entry(frame: PageContext, deadline: Deadline) -> Json:
    last_day = _last_day(frame, deadline)
    return {
        **_entry(deadline),
        "title": deadline.title or deadline.deadline,
        "by": frame.display_names.claimant_name(deadline.by),
        "on": [frame.name_of("party", slug) for slug in deadline.on],
        "dues": [deadline.due] if deadline.due else rival_values(deadline, "due"),
        "own_zone": find_own_zone(frame, deadline.events, deadline.due) if deadline.due else None,
        "last_day": str(last_day) if last_day else None,
    }


def _last_day(frame: PageContext, deadline: Deadline) -> date | None:
    """Return the day on which a deadline ends, as it was written; null where it has none."""
    span = parse_span(deadline.due, frame.view.zone)
    if deadline.due is None or span.hi >= LATEST:
        return None
    return frame.dates.to_local((span.end or span.start).last).date()


def changed_listed(frame: PageContext, earlier: Answers) -> list[Json]:
    """Return the deadlines, votes and incidents that are new or stand otherwise than earlier:
    what each is called, its word then and now, and its time."""
    changed = []
    for kind in LISTED_KINDS:
        form = SHORT_FORMS[kind.kind]
        before = {getattr(value, kind.kind): value for value in earlier.listed(kind)}
        for value in frame.answers.listed(kind):
            slug = getattr(value, kind.kind)
            old = before.get(slug)
            word, when = form.word_of(value), form.time_of(value)
            if old is None or (form.word_of(old), form.time_of(old)) != (word, when):
                line = {"kind": kind.kind, "word": word, "when": when}
                line["name"] = form.name_of(value) or slug
                changed.append({**line, "before": form.word_of(old) if old else None})
    return changed


def show_told_once(frame: PageContext) -> list[Json]:
    """Return, of each kind that is told once, the newest as lines."""
    return [
        {"kind": kind.kind, "list": kind.list_name, "type": kind.event_type, "items": items}
        for kind in TOLD_ONCE
        if (
            items := [
                _line(frame, kind.kind, item) for item in frame.answers.newest(kind, MAX_SHOWN)
            ]
        )
    ]


def _line(frame: PageContext, kind: str, item: Disputable) -> Json:
    form, entry = SHORT_FORMS[kind], _entry(item)
    when = form.time_of(item)
    entry["word"], entry["when"] = form.word_of(item), when
    entry["name"] = form.name_of(item) or entry[kind] or ""
    entry["own_zone"] = find_own_zone(frame, item.events, when) if when else None
    entry["details"] = [
        (field, _detail_text(frame, field, entry[field]))
        for _, field in form.details
        if entry[field]
    ]
    return entry


def _detail_text(frame: PageContext, field: str, value: object) -> str:
    """Return counts as ``for: 7, against: 2``, votes as ``North: for``, parties by their names."""
    if isinstance(value, dict):
        given = {name: each for name, each in value.items() if each is not None}
        if "party" in given:
            party = frame.name_of("party", str(given.pop("party")))
            return f"{party}: {', '.join(_word(frame, str(each)) for each in given.values())}"
        return ", ".join(f"{_word(frame, name)}: {each}" for name, each in given.items())
    if isinstance(value, list):
        return ", ".join(_detail_text(frame, field, each) for each in value)
    return frame.name_of("party", str(value)) if field == "parties" else str(value)


def _word(frame: PageContext, name: str) -> str:
    return frame.words.get(f"listed.value.{name}", name)


def show_briefs(frame: PageContext) -> list[Json]:
    """Return the briefs, newest first."""
    return [_entry(brief) for brief in frame.answers.briefs()]


def _entry(item: Disputable) -> Json:
    value = item.model_dump(mode="json", by_alias=True)
    sources = [source.to_json() for source in item.sources]
    return {**value, "sources": sources, "event": item.events[0]}
