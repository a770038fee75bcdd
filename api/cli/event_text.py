"""Each event as a paragraph: what it is and about whom, and below it what was said."""

from __future__ import annotations

from collections.abc import Mapping

from api.cli.item_text import Paragraph, join_texts
from api.cli.value_text import rivals_text, value_text
from api.cli.wording import Wording, sources_text
from api.listed_words import SHORT_FORMS
from api.models.answers import Anomaly
from api.models.events import ActItem, AnyEvent, EventItem, StatedPosition
from domain.catalogue import BOOKKEEPING_TYPES

SUBJECT_FIELDS = (
    "document",
    "meeting",
    "statement",
    *SHORT_FORMS,
    "brief",
    "party",
    "issue",
    "plan",
    "amendment",
    "point",
    "person",
)
GIST_FIELDS = ("summary", "motion", "title", "name", "text", "reason")
ANOMALY_SENTENCES = {
    "published-before-occurred": "{label} was published before its time, {occurred}.",
    "operation-without-point": "{op} of point {point} of {plan}, which no text introduced.",
    "amendment-without-proposal": "Amendment {amendment} of {plan} was decided, but not proposed.",
    "deadline-not-set": "{type} of {deadline}, which nothing set.",
    "meeting-without-announcement": "{type} of {meeting}, which nothing announced or held.",
    "second-introduction": "{plan} is introduced a second time; the first one counts.",
    "verdict-without-plan": "A verdict of {party} on {plan}, which nothing introduced.",
    "verdict-without-point": "A verdict of {party} on point {point}, which {plan} does not have.",
    "withdrawal-without-statement": "{statement} is withdrawn, but nobody made it.",
    "withdrawal-without-position": "{party} withdraws a stance that it had not taken.",
    "stance-without-point": "A stance on point {point} of {plan}, which no plan has.",
    "resolution-without-dispute": "A dispute about {target} is resolved, but nobody disputed it.",
    "reversal-without-retraction": "{target} is said to stand again, but nobody retracted it.",
    "text-without-point": "A text of point {point}, which {target} does not have.",
    "reply-without-statement": "{statement} replies to {reply_to}, which nobody made.",
    "copy-without-statement": "{statement} is a copy of {copy_of}, which nobody made.",
    "part-without-meeting": "{meeting} is part of {part_of}, which nothing announced or held.",
    "circular-replies": "Each replies to the next one, the last to the first: {statements}.",
    "circular-copies": "Each is a copy of the next one, the last of the first: {statements}.",
    "circular-parts": "Each is part of the next one, the last of the first: {meetings}.",
}


def disputed_paragraph(wording: Wording, item: AnyEvent) -> Paragraph:
    return Paragraph(event_label(wording, item), rivals_text(wording, item) + sources_text(item))


def event_paragraph(wording: Wording, item: AnyEvent) -> Paragraph:
    head = f"{wording.date(item.occurred) or 'undated'}  {event_label(wording, item)}"
    return Paragraph(head, untold_gist(wording, item) + sources_text(item))


def event_gist(item: AnyEvent) -> str:
    """Return in its own words what an event is about: what it says, else what it is called."""
    texts = (getattr(item, name, None) for name in GIST_FIELDS)
    return next((str(text) for text in texts if text), "")


def untold_gist(wording: Wording, item: AnyEvent) -> str:
    """Return the gist of an event, but for a title that its label says already."""
    gist = event_gist(item)
    return "" if gist in _subject_names(wording, item) else gist


def withdrawn_paragraph(
    wording: Wording, retractions: Mapping[str, ActItem], item: AnyEvent
) -> Paragraph:
    """Return an event that was taken back: by whom, when and why."""
    head, body = event_paragraph(wording, item)
    acts = (retractions[event] for event in item.events if event in retractions)
    return Paragraph(
        head, join_texts("; ", body, *(_retraction_text(wording, act) for act in acts))
    )


def _retraction_text(wording: Wording, act: ActItem) -> str:
    report = next(iter(act.reports or ()), None)
    published = wording.date(str(report.published)) if report else None
    publisher = f"by {report.publisher}" if report and report.publisher else None
    said = join_texts(" ", "withdrawn", published, publisher)
    return join_texts(": ", said, act.reason)


def event_label(wording: Wording, item: AnyEvent) -> str:
    """Return type and subjects, by name except where the event gives a slug its name."""
    said_in = _said_in(wording, item)
    subjects = join_texts("/", *_subject_names(wording, item))
    return join_texts(" ", item.type, subjects, said_in and f"({said_in})")


def _said_in(wording: Wording, item: AnyEvent) -> str | None:
    """Return the name of the statement in which a position was stated."""
    slug = item.statement if isinstance(item, StatedPosition) else None
    return wording.name("statement", slug) if slug and not wording.with_slugs else None


def _subject_names(wording: Wording, item: AnyEvent) -> list[str]:
    if item.type in BOOKKEEPING_TYPES:
        wording = Wording(with_slugs=True)
    subjects = {name: slug for name in SUBJECT_FIELDS if (slug := getattr(item, name, None))}
    names = {name: wording.name(name, slug) for name, slug in subjects.items()}
    if "statement" in names and not wording.with_slugs:
        names["statement"] = wording.reference(getattr(item, "speaker", None)) or names["statement"]
    if _said_in(wording, item):
        del names["statement"]
    return list(names.values())


def anomaly_paragraph(wording: Wording, item: Anomaly) -> Paragraph:
    """Say in a sentence what does not add up, and which event it is about."""
    sentence = ANOMALY_SENTENCES.get(str(getattr(item, "kind", None)), "{kind}")
    disputed = {rival.field for rival in getattr(item, "rivals", ())}
    fields = {
        name: value_text(wording, value, name, disputed=name in disputed)
        for name, value in {"kind": "anomaly", **dict(item)}.items()
        if value is None or isinstance(value, str | int | tuple)
    }
    label = event_label(wording, item) if isinstance(item, EventItem) else ""
    event = getattr(item, "event", None) or next(iter(item.events), "")
    return Paragraph(sentence.format_map(fields | {"label": label}), f"event {event}")
