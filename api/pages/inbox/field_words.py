"""Values of drafts in the words of the page: names for slugs, dates as people write them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from api.pages.record.fields import FormField, form_fields, report_fields
from api.pages.record.preview import field_in_words
from api.pages.record.things import ThingNames
from api.pages.shared.page_context import PageContext
from domain.catalogue import CLASS_BY_TYPE
from domain.errors import Reason
from domain.model import Json
from ledger.drafts import compare_fields

REPORTS = "reports."


def say_differences(
    frame: PageContext, names: ThingNames, before: Json, after: Json
) -> Iterator[Json]:
    """Yield the fields in which two events differ, with both values in words, empty for none."""
    for change in compare_fields(before, after):
        yield {
            "name": change["field"].rpartition(".")[2],
            "before": say_value(frame, names, before, change["field"], change["before"]),
            "after": say_value(frame, names, after, change["field"], change["after"]),
        }


def say_value(frame: PageContext, names: ThingNames, event: Json, name: str, value: object) -> Json:
    """Return a value that a field of an event may have, in words; ``word`` is one of a choice."""
    kind = str(event.get("type"))
    if name == "type":
        return {"text": frame.words.get(f"events.types.{value}", str(value)), "word": None}
    each = _find_field(kind, name)
    if each is None or value is None:
        return {"text": "" if value is None else str(value), "word": None}
    if each.input == "choice":
        return {"text": "", "word": value}
    around = {"type": kind} if name.startswith(REPORTS) else event
    said = field_in_words(frame, names, each, {**around, each.name: value})
    return {"text": said or str(value), "word": None}


def _find_field(kind: str, name: str) -> FormField | None:
    if name.startswith(REPORTS):
        fields: Sequence[FormField] = report_fields()
    else:
        fields = form_fields(kind) if kind in CLASS_BY_TYPE else ()
    return next((each for each in fields if each.name == name.removeprefix(REPORTS)), None)


def say_alternatives(
    frame: PageContext, names: ThingNames, event: Json, offered: list[Json]
) -> list[Json]:
    """Return the other values that fields of a draft may have, by their numbers; of a draft that is
    of another type now only those of fields that it still has."""
    return [
        {
            "number": number,
            "name": each["field"],
            "is_taken": event.get(each["field"]) == each["value"],
            **say_value(frame, names, event, each["field"], each["value"]),
        }
        for number, each in enumerate(offered)
        if _find_field(str(event.get("type")), each["field"])
    ]


def say_reasons(reasons: Sequence[Reason]) -> list[Json]:
    """Return what is wrong, each with the names of the fields that lead to its place."""
    return [
        {
            "path": [part for part in each.pointer.split("/") if part and not part.isdecimal()],
            "detail": each.detail,
            "hint": each.hint,
        }
        for each in reasons
    ]
