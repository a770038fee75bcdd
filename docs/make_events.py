"""Writes docs/events.md from the classes of the catalogue: ``python -m docs.make_events``."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Strict
from pydantic.fields import FieldInfo

from domain import acceptance, briefs, catalogue, events, incidents, votes

PAGE = Path(__file__).with_name("events.md")
EXAMPLES_TITLE = "\n## Examples\n"

HEAD = """\
# Events

This page is generated from the classes in `domain/catalogue.py` by `make docs`, up to the [examples](#examples); a test checks that it is current.
An event is one JSON object.
Fields in **bold** are required; all other fields are optional.
A field that a type does not have is refused, never ignored, and so is a duplicate key in an object.
Values are strict: a string is not converted to a number.
[time.md](time.md) explains the time fields, [glossary.md](glossary.md) the terms.

## How to read the field types

| written | is |
|---|---|
| span | an EDTF expression of the [profile](time.md#spans), at most 200 characters |
| text | a string of at most 65,536 bytes in UTF-8, without NUL and without lone surrogates |
| … slug | `[a-z0-9][a-z0-9-]{0,62}`; parties, persons and issues must be registered first, and [one event introduces](time.md#one-introduction) a slug |
| speaker | `person:slug` or `party:slug`; a bare slug is a person, else a party, and is stored with its kind |
| `kind:slug` | as `meeting:geneva`; the kinds are party, person, issue, meeting, statement, plan, point, amendment, document, deadline, vote, incident, brief |
| zone | an IANA time zone, as `Europe/Kyiv` |
| link | an address that starts with `http://` or `https://` |
| digest | SHA-256 in lower-case hex |
| integer | from −(2^53 − 1) to 2^53 − 1 |
| list: … | a JSON array, empty by default |
| map | a JSON object from short ASCII keys to texts; of `names` and `questions` the keys are languages, as `uk`, in which pages show a name, a title, an answer or a question |
"""  # noqa: E501  # prose: a sentence, or a row, is one line

EDITORIAL = (
    "No news: it moves nothing, is counted nowhere, and is absent where sources are filtered."
)
BOOKKEEPING = "Bookkeeping: without a report it shows once admitted news names it."
WATCH = "Bookkeeping that nothing names: without a report only staff see it."
OWN = "An act of the recorder: it takes no report and counts from its target's known time."
ERASED = "A body of this type is refused: erasure has a path of its own."
ACT = "An act on an earlier event."
REPORTED = "An act on an earlier event; it needs at least one report."
SUBJECT = "Give either `issue`, or `plan` and `point`."
SOMEBODY = "Give `party`, `person` or both."


def page() -> str:
    """Return the page, which keeps its examples; ``tests.documented`` writes their answers."""
    parts = [HEAD, _common(), _nested(), "## Types"]
    parts += [_type(name, cls) for name, cls in catalogue.CLASS_BY_TYPE.items()]
    generated = "\n\n".join(part.strip("\n") for part in parts) + "\n"
    _, examples_title, examples = PAGE.read_text().partition(EXAMPLES_TITLE)
    return generated + examples_title + examples


def _common() -> str:
    rows = _table(events.Event, skip=("type",))
    return (
        "## Fields of every event\n\n" + rows + "\n\nThe server adds `seq`, `recorded_at`,"
        " `recorded_by`, `negotiation` and `leaf_hash`; a body that holds one of them is refused."
    )


def _nested() -> str:
    kinds = [
        ("report", events.Report),
        ("answer of an issue", catalogue.IssueAnswer),
        ("participant", catalogue.Participant),
        ("plan point", catalogue.PlanPoint),
        ("operation", catalogue.Operation),
        ("published text", catalogue.PublishedText),
        ("counts of a vote", votes.VoteCounts),
        ("vote of a party", votes.PartyVote),
        ("casualties", incidents.Casualties),
        ("period of knowledge", catalogue.VisiblePeriod),
    ]
    parts = ["## Objects inside events"]
    for name, cls in kinds:
        more = f"\n{SOMEBODY}" if cls is catalogue.Participant else ""
        parts.append(f"### {name}\n\n{_sentence(cls)}{more}\n\n{_table(cls)}")
    return "\n\n".join(parts)


def _type(name: str, cls: type[events.Event]) -> str:
    lines = [_sentence(cls), *_notes(name, cls), f"Topic: `{catalogue.topic_of(name)}`."]
    table = _table(cls, skip=("type", *events.Event.model_fields))
    return f"### {name}\n\n" + "\n".join(lines) + (f"\n\n{table}" if table else "")


def _notes(name: str, cls: type[events.Event]) -> Iterator[str]:
    if issubclass(cls, catalogue.PositionStated.__base__ or ()):
        yield SUBJECT
    if name == "payload-erased":
        yield ERASED
    elif name in catalogue.RECORDER_ACT_TYPES:
        yield OWN
    elif name in catalogue.ACT_TYPES:
        yield REPORTED if name in acceptance._REPORT_REQUIRED else ACT
    elif name in catalogue.BOOKKEEPING_TYPES:
        yield WATCH if name == "watch-recorded" else BOOKKEEPING
    elif name in catalogue.EDITORIAL_TYPES:
        yield EDITORIAL


def _sentence(cls: type[BaseModel]) -> str:
    return " ".join((cls.__doc__ or "").split())


def _table(cls: type[BaseModel], skip: tuple[str, ...] = ()) -> str:
    hints = typing.get_type_hints(cls, include_extras=True)
    rows = [
        f"| {_name(name, field)} | {_field_kind(name, hints[name])}{_default(field)} |"
        for name, field in cls.model_fields.items()
        if name not in skip
    ]
    return "\n".join(["| field | value |", "|---|---|", *rows]) if rows else ""


def _name(name: str, field: FieldInfo) -> str:
    shown = f"`{field.alias or name}`"
    return f"**{shown}**" if field.is_required() else shown


def _default(field: FieldInfo) -> str:
    return f"; default {field.default}" if isinstance(field.default, str) else ""


NAMED: tuple[tuple[Any, str], ...] = (
    (events.Speaker, "speaker"),
    (events.Subject, "`kind:slug`"),
    (events.SpanText, "span"),
    (briefs.BriefText, f"text of at most {briefs.MAX_BRIEF_LENGTH:,} characters"),
    (incidents.GivenNumber, "integer from 0, or text as the source gives it"),
    (votes.VoteCount, "integer from 0"),
    (votes.VoteCounts, "counts of a vote"),
    (votes.PartyVote, "vote of a party"),
    (incidents.Casualties, "casualties"),
    (events.Text, "text"),
    (events.Zone, "zone"),
    (events.Link, "link"),
    (events.Digest, "digest"),
    (events.EventId, "UUID of an event recorded earlier in the same negotiation"),
    (events.Labels, "map"),
    (catalogue.FieldChanges, "map from field to new value"),
    (catalogue.PointCount, "integer from 0"),
    (events.Report, "report"),
    (catalogue.IssueAnswer, "answer of an issue"),
    (events.Slug, "slug"),
    (catalogue.Participant, "participant"),
    (catalogue.PlanPoint, "plan point"),
    (catalogue.Operation, "operation"),
    (catalogue.PublishedText, "published text"),
    (catalogue.VisiblePeriod, "period of knowledge"),
    (UUID, "UUID"),
    (bool, "true or false"),
    (int, "integer"),
    (float, "number"),
)


def _field_kind(name: str, hint: Any) -> str:
    return "UUID" if name == "id" else _kind(hint)  # it names no earlier event


def _kind(hint: Any) -> str:
    for known, shown in NAMED:
        if hint == known:
            return shown
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Literal:
        return ", ".join(str(value) for value in arguments)
    if origin is tuple:
        return f"list: {_kind(arguments[0])}"
    if origin in (typing.Union, types.UnionType):
        return " or ".join(_each(arguments))
    if origin is Annotated:
        return _annotated(arguments[0], arguments[1:])
    raise TypeError(f"no words for {hint}")


def _each(arguments: tuple[Any, ...]) -> Iterator[str]:
    yield from (_kind(each) for each in arguments if each is not type(None))


def _annotated(inner: Any, marks: tuple[Any, ...]) -> str:
    for mark in marks:
        if isinstance(mark, events.SlugOf):
            return f"{mark.kind} slug"
    own = [mark for mark in marks if not isinstance(mark, FieldInfo | Strict)]
    settings = [mark for mark in marks if isinstance(mark, FieldInfo)]
    least = any(getattr(each, "min_length", None) for mark in settings for each in mark.metadata)
    bare = Annotated[(inner, *own)] if own else inner
    return _kind(bare) + (", at least one" if least else "")


if __name__ == "__main__":
    PAGE.write_text(page())
