"""Deadlines, votes and incidents as pages show them."""

from __future__ import annotations

from datetime import date

from api.answers import Answers
from api.listed_words import SHORT_FORMS
from api.models.answers import Deadline
from api.models.base import Disputable
from api.pages.shared.dates import own_zone_city
from api.pages.shared.disputes import rival_values, show_disputes, title_of
from api.pages.shared.field_text import field_text
from api.pages.shared.marks import mark_meeting
from api.pages.shared.overdue import overdue_deadline
from api.pages.shared.page_context import PageContext
from domain.edtf import parse_span
from domain.instants import LATEST
from domain.model import Json
from projections.answers.listed_kinds import DEADLINES, LISTED_KINDS
from projections.answers.listing import ToldOnce

MAX_SHOWN = 20
"""Things of a kind, such as votes, that a page shows; the log has the rest."""


def show_deadlines(frame: PageContext) -> list[Json]:
    """Return the deadlines, the one that ends last first; one without an end comes before all."""
    deadlines = [_deadline_entry(frame, deadline) for deadline in frame.answers.deadlines()]
    return sorted(
        deadlines, key=lambda each: (each["last_day"] or "9999", each["deadline"]), reverse=True
    )


def _deadline_entry(frame: PageContext, deadline: Deadline) -> Json:
    last_day = _last_day(frame, deadline)
    return {
        **show_entry(frame, deadline),
        "title": title_of(frame.words, deadline) or deadline.deadline,
        "by": frame.display_names.claimant_name(deadline.by),
        "by_ref": deadline.by,
        "on": [_named(frame, "party", slug) for slug in deadline.on or ()],
        "dues": [deadline.due] if deadline.due else rival_values(deadline, "due"),
        "own_zone": own_zone_city(deadline.due, deadline.tz, frame.view.zone, frame.words.lang),
        "last_day": str(last_day) if last_day else None,
        "overdue": overdue_deadline(frame, deadline),
        "mark": mark_meeting(
            deadline.status, is_vague=False, is_disputed=not deadline.due and bool(deadline.rivals)
        ),
    }


def _named(frame: PageContext, kind: str, slug: str) -> Json:
    return {"kind": kind, "slug": slug, "name": frame.name_of(kind, slug)}


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
                line: Json = {
                    "kind": kind.kind,
                    kind.kind: slug,
                    "word": word,
                    "tz": getattr(value, "tz", None),
                    "disputes": show_disputes(frame, value),
                }
                line["dates"] = [when] if when else rival_values(value, form.time)
                line["name"] = title_of(frame.words, value, form.name) or slug
                line["before"], line["new"] = form.word_of(old) if old else None, old is None
                changed.append(line)
    return changed


def show_others(frame: PageContext) -> list[Json]:
    """Return, of each other kind that a state lists under a name of its own, the first as lines."""
    found = []
    for kind in LISTED_KINDS:
        items = frame.answers.listed(kind, MAX_SHOWN) if kind is not DEADLINES else ()
        if items:
            lines = [_line(frame, kind.kind, item) for item in items]
            found.append(
                {
                    "kind": kind.kind,
                    "list": kind.list_name,
                    "type": kind.event_type if isinstance(kind, ToldOnce) else None,
                    "items": lines,
                }
            )
    return found


def _line(frame: PageContext, kind: str, item: Disputable) -> Json:
    form, entry = SHORT_FORMS[kind], show_entry(frame, item)
    when = form.time_of(item)
    entry["word"] = form.word_of(item)
    entry["dates"] = [when] if when else rival_values(item, form.time)
    entry["name"] = title_of(frame.words, item, form.name) or entry[kind] or ""
    entry["own_zone"] = own_zone_city(when, entry.get("tz"), frame.view.zone, frame.words.lang)
    entry["details"] = [
        _detail(frame, field, entry[field]) for _, field in form.details if entry[field]
    ]
    return entry


def _detail(frame: PageContext, field: str, value: object) -> Json:
    """Return a field of what is listed in words, and which parties and people they name."""
    text = field_text(frame, field, value)
    named = [
        _named(frame, kind, slug)
        for kind in ("party", "person")
        for slug, name in frame.names_by_slug(kind).items()
        if name in text
    ]
    return {"field": field, "text": text, "named": named}


def show_entry(frame: PageContext, item: Disputable) -> Json:
    """Return all fields of what is listed, its sources, and each account of what is disputed."""
    value = item.model_dump(mode="json", by_alias=True)
    sources = [source.to_json() for source in item.sources]
    return {**value, "sources": sources, "disputes": show_disputes(frame, item)}
