"""An act in the log, such as a correction: what it bears on, and what it does to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from api.cli.answer_names import shorten_name
from api.cli.client import Client, Params
from api.cli.event_text import event_gist, event_label, untold_gist
from api.cli.item_text import Paragraph, join_texts
from api.cli.options import negotiation_path
from api.cli.value_text import quoted_value
from api.cli.wording import Wording, sources_text
from api.models.base import Answer
from api.models.events import ActItem, AnyEvent
from domain.catalogue import BOOKKEEPING_TYPES
from domain.errors import NotFoundError

Targets = Mapping[int, AnyEvent]
"""The event that each act bears on, as it stood just before, by the seq of the act."""


def ask_targets(
    client: Client, negotiation: str, params: Params, events: Sequence[AnyEvent]
) -> dict[int, AnyEvent]:
    """Return of each act the event that it bears on, as it stood before, where it shows."""
    targets = {}
    for act in events:
        if isinstance(act, ActItem) and act.seq:
            before = {**params, "recorded_at": None, "seq": act.seq - 1}
            path = negotiation_path(negotiation, "events", act.event)
            try:
                targets[act.seq] = client.get(path, before).read(Answer[AnyEvent]).data
            except NotFoundError:
                continue
    return targets


def log_paragraph(targets: Targets, wording: Wording, item: AnyEvent) -> Paragraph:
    """Return an event as the log lists it, an act with what it bears on and does."""
    target = targets.get(item.seq or 0)
    head = f"#{item.seq} {wording.date(item.recorded_at)}  {event_label(wording, item)}"
    effects: Iterable[str] = ()
    if isinstance(item, ActItem):
        head += bears_on_text(wording, target)
        effects = effect_texts(wording, item, target)
    time_text = wording.date(item.occurred)
    standing = None if item.standing == "happened" else item.standing
    gist = untold_gist(wording, item)
    return Paragraph(
        head, join_texts("; ", time_text, standing, *effects, gist) + sources_text(item)
    )


def bears_on_text(wording: Wording, target: AnyEvent | None) -> str:
    """Return seq, type and subjects of the event that an act bears on."""
    if target is None:
        return " of an event that does not show"
    name = event_gist(target) if target.type in BOOKKEEPING_TYPES and not wording.with_slugs else ""
    label = join_texts(": ", event_label(wording, target), shorten_name(name))
    return f" of #{target.seq} {label}"


def effect_texts(wording: Wording, act: ActItem, target: AnyEvent | None) -> Iterator[str]:
    """Say field by field what an act changes or contradicts, and which texts it brings."""
    before = target.to_json() if target else {}
    for field, new in (act.changes or {}).items():
        old = quoted_value(wording, before.get(field), field)
        new_text = quoted_value(wording, new, field)
        yield f"{_label(field)}: {f'{old} → ' if target else ''}{new_text}"
    for field, rival in (act.rival or {}).items():
        values = [before.get(field), rival] if target else [rival]
        told = " or ".join(quoted_value(wording, each, field) for each in values)
        yield f"{_label(field)} disputed: {told}"
    for point in act.points or ():
        yield f"text of {point.number or point.point}: {shorten_name(point.text)}"
    if act.type == "report-added":
        for report in act.reports or ():
            publisher = report.publisher or "an unnamed source"
            yield f"report of {publisher}, {wording.date(str(report.published))}"


def _label(field: str) -> str:
    return field.replace("_", " ")
