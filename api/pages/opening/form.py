"""What opens a negotiation: its title, and who and what it is about, as one batch of events."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, get_args

from api.pages.record.fields import FormField
from api.pages.record.values import FieldFault, row_numbers
from api.pages.shared.page import is_slug
from domain.catalogue import PartyRegistered
from domain.model import Json
from domain.slugs import make_slug

PARTY_KINDS = tuple(
    kind
    for option in get_args(PartyRegistered.model_fields["kind"].annotation)
    for kind in get_args(option)
)
FIELDS = (
    FormField("title", "text", is_required=True, is_wanted=True),
    FormField("negotiation", "new"),
    FormField("timezone", "text"),
    FormField("summary", "long"),
    FormField(
        "parties",
        "rows",
        fields=(FormField("name", "text"), FormField("kind", "choice", choices=PARTY_KINDS)),
    ),
    FormField("people", "rows", fields=(FormField("name", "text"),)),
    FormField(
        "issues",
        "rows",
        fields=(
            FormField("title", "text"),
            FormField("question", "long"),
            FormField("answers", "lines"),
        ),
    ),
)
ROWS = {
    "parties": ("party-registered", "party", "name"),
    "people": ("person-registered", "person", "name"),
    "issues": ("issue-defined", "issue", "title"),
}
"""Of each list the type of event that its rows make, the kind of its slug, and what names it."""


class NewNegotiation(NamedTuple):
    """The slug and events of a new negotiation, the row of the form of each, and what is wrong."""

    slug: str
    events: list[Json]
    rows: list[str]
    faults: dict[str, list[FieldFault]]


def read_opening(sent: Mapping[str, str]) -> NewNegotiation:
    """Return what a form opens; what is registered gets its slug from its name."""
    texts = {name: text.replace("\r\n", "\n").strip() for name, text in sent.items()}
    own = ("title", "timezone", "summary")
    first: Json = {"type": "negotiation-opened", **_given(texts, "", own)}
    rows = [row for name in ROWS for row in _read_rows(texts, name)]
    faults: dict[str, list[FieldFault]] = {}
    slug = texts.get("negotiation") or make_slug(texts.get("title", ""))
    if not first.get("title"):
        faults["title"] = [FieldFault("title-missing")]
    elif not is_slug(slug):
        faults["negotiation"] = [FieldFault("slug-missing")]
    for row, event in rows:
        name = ROWS[row.partition(".")[0]]
        if not event.get(name[1]):
            faults[f"{row}.{name[2]}"] = [FieldFault("slug-unmade")]
    faults |= _find_repeats(rows)
    return NewNegotiation(
        slug, [first, *(event for _, event in rows)], ["", *(r for r, _ in rows)], faults
    )


def _find_repeats(rows: Iterable[tuple[str, Json]]) -> dict[str, list[FieldFault]]:
    """Return the fields that repeat a name of the same list, or an answer of the same issue."""
    faults: dict[str, list[FieldFault]] = {}
    names = set[tuple[str, str]]()
    for row, event in rows:
        name = row.partition(".")[0]
        field = ROWS[name][2]
        text = event.get(field, "")
        if text and (name, _plain(text)) in names:
            faults[f"{row}.{field}"] = [FieldFault("name-twice", text)]
        names.add((name, _plain(text)))
        labels = Counter(_plain(each["label"]) for each in event.get("answers", ()))
        if twice := [label for label, count in labels.items() if count > 1]:
            faults[f"{row}.answers"] = [FieldFault("name-twice", label) for label in twice]
    return faults


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _given(texts: Mapping[str, str], prefix: str, names: tuple[str, ...]) -> Json:
    return {name: text for name in names if (text := texts.get(f"{prefix}{name}"))}


def _read_rows(texts: Mapping[str, str], name: str) -> Iterator[tuple[str, Json]]:
    """Yield the rows of a list that are not blank, each with the event that it makes."""
    type_, kind, named = ROWS[name]
    taken: set[str] = set()
    for number in row_numbers(texts, name):
        row = f"{name}.{number}"
        event = _given(texts, f"{row}.", (named, "kind", "question"))
        if answers := list(_read_answers(texts.get(f"{row}.answers", ""))):
            event["answers"] = answers
        if not event:
            continue
        slug = make_slug(event.get(named, ""), taken)
        taken.add(slug)
        yield row, {"type": type_, **({kind: slug} if slug else {}), **event}


def _read_answers(text: str) -> Iterator[Json]:
    """Yield the answers of an issue, one a line, in the order of their scale; a number is kept."""
    taken: set[str] = set()
    for number, label in enumerate(filter(None, map(str.strip, text.split("\n"))), 1):
        slug = make_slug(label, taken) or f"answer-{number}"
        taken.add(slug)
        digits = label.replace(",", "").replace("\u00a0", "").replace(" ", "")
        value = {"value": int(digits)} if re.fullmatch("[0-9]{1,15}", digits) else {}
        yield {"answer": slug, "label": label, **value}
