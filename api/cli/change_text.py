"""What changed, as text: between two dates, not yet known on one, or event by event."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from api.cli.act_text import bears_on_text
from api.cli.basis_text import basis_heading, filter_lines, heading_lines
from api.cli.event_text import event_label
from api.cli.item_text import join_texts, stance_text
from api.cli.terminal import wrap_text
from api.cli.value_text import rivals_text, value_text
from api.cli.wording import Wording, page_words
from api.listed_words import SHORT_FORMS
from api.models.base import BasisEcho, Disputable, Provenance
from api.models.changes import AnyChange, AnyStoryChange, Gap, ReplayStep
from api.models.events import Endorsement, Party, Person, StatedPosition, Statement, Vote
from api.models.plans import Point
from api.models.positions import Position

CHANGED_FIELDS = ("status", "occurred", "expected", "title", "summary")
KIND_TEXTS = {"attributed": "claim about"}
NAMED_KINDS = ("meeting", "plan", *SHORT_FORMS)
"""Kinds of changes whose things have a title or motion, which names them."""


def diff_text(
    old: BasisEcho, new: BasisEcho, changes: Sequence[AnyChange], wording: Wording
) -> str:
    """Return what changed between two bases, one paragraph a change."""
    headings = [f"from {basis_heading(old)}", f"to   {basis_heading(new)}"]
    lines = [*headings, *filter_lines(new), "", *changes_lines(wording, changes)]
    return "\n".join(lines if changes else [*lines, "Nothing changed."])


def gap_text(basis: BasisEcho, gap: Gap, wording: Wording) -> str:
    """Return what was not yet known on a date, and what was known but not recorded here."""
    lines = heading_lines(basis)
    for title, nothing, changes in (
        ("NOT YET KNOWN", "Nothing that happened by then came out later.", gap.not_yet_known),
        ("KNOWN, BUT NOT RECORDED HERE", "Nothing that was known was missing.", gap.missed),
    ):
        lines += [title, *(changes_lines(wording, changes, "  ") if changes else [f"  {nothing}"])]
        lines += [""]
    return "\n".join(lines).rstrip()


def replay_heading(basis: BasisEcho) -> str:
    """Return on which basis a replay shows the events."""
    preset_text = basis.basis.replace("-", " ")
    heading = f"events {preset_text}, audience {basis.audience}"
    return "\n".join([heading, *filter_lines(basis)])


def replay_step_text(step: ReplayStep, wording: Wording) -> str:
    """Return one step of a replay: an event, what it bears on, and what it changed."""
    event, target, changes = step.event, step.target, step.changes
    recorded_text = wording.date(event.recorded_at)
    title = getattr(event, "name", None) or getattr(event, "title", None)
    title_text = f": {title}" if title and not changes else ""
    label = event_label(wording, event)
    if target:
        label += bears_on_text(wording, target)
    lines = wrap_text(f"#{event.seq} {recorded_text}  {label}{title_text}", "", "  ")
    for change in changes:
        lines += _change_lines(wording, change, margin="  ")
    return "\n".join([*lines, ""] if changes else lines)


def changes_lines(
    wording: Wording, changes: Sequence[AnyChange], margin: str = ""
) -> Iterator[str]:
    for change in changes:
        cause = page_words()["compare"]["cause"][change.cause]
        yield from _change_lines(wording, change, f" ({cause})", margin)


def preview_lines(wording: Wording, changes: Sequence[AnyChange], margin: str) -> Iterator[str]:
    """Yield what would change, of which nothing is the cause yet."""
    for change in changes:
        yield from _change_lines(wording, change, margin=margin)


def _change_lines(
    wording: Wording, change: AnyChange | AnyStoryChange, cause_text: str = "", margin: str = ""
) -> Iterator[str]:
    name, subject = _name_of(change), _subject_text(wording, change)
    subject = wording.title(subject, name)
    kind = KIND_TEXTS.get(change.kind, change.kind)
    yield from wrap_text(f"{kind} {subject}{cause_text}", margin, margin + "  ")
    named = None if wording.with_slugs else name
    before, after = (_value_text(wording, each, named) for each in (change.before, change.after))
    if before == after and change.before and change.after:
        after += f" ({', '.join(_changed_fields(change.before, change.after))} changed)"
    for label, text in (("before", before), ("after", after)):
        first_indent = f"{margin}    {label + ':':<8}"
        yield from wrap_text(text, first_indent, " " * len(first_indent))


def _name_of(change: AnyChange | AnyStoryChange) -> str | None:
    """Return the title by which a change names its thing, unless the title is what changed."""
    values = (each for each in (change.before, change.after) if each)
    titles = {getattr(each, "title", None) or getattr(each, "motion", None) for each in values}
    return titles.pop() if change.kind in NAMED_KINDS and len(titles) == 1 else None


def _changed_fields(before: Provenance, after: Provenance) -> list[str]:
    """Return the names of fields that differ, without those that say what the answer rests on."""
    old, new = before.to_json(), after.to_json()
    names = (name for name in old | new if name not in Provenance.model_fields)
    changed = [name.replace("_", " ") for name in names if old.get(name) != new.get(name)]
    return changed or ["sources"]


def _subject_text(wording: Wording, change: AnyChange | AnyStoryChange) -> str:
    """Return what a cell is about, by name where its slugs have one."""
    slugs = change.subject.partition("#")[0].split("/")
    match change.kind, slugs:
        case "position" | "attributed", [party, issue]:
            return f"{wording.name('party', party)} on {wording.name('issue', issue)}"
        case "position" | "attributed", [party, plan, point]:
            return f"{wording.name('party', party)} on {wording.name('plan', plan)}, {point}"
        case "party" | "person", [slug] if not wording.with_slugs:
            return getattr(change.after or change.before, "name", None) or slug
        case "role", [person, party, *title]:
            names = wording.name("person", person), wording.name("party", party)
            return "/".join([*names, *title])
        case "endorsement", [plan, party]:
            return f"{wording.name('plan', plan)}/{wording.name('party', party)}"
        case "point", [plan, point]:
            value = change.after or change.before
            number = None if wording.with_slugs else getattr(value, "number", None)
            return f"{number or point} of {wording.name('plan', plan)}"
        case "amendment" | "agreement", [plan, *parts]:
            return "/".join([wording.name("plan", plan), *parts])
        case _, [slug]:
            return wording.name(change.kind, slug)
    return "/".join(slugs)


def _value_text(wording: Wording, value: Provenance | None, named: str | None) -> str:
    """Return one side of a change; ``named`` is a title that is said already."""
    if value is None:
        return "-"
    parts = ["withdrawn"] if getattr(value, "withdrawn", False) else []
    parts += [rivals_text(wording, value)] if isinstance(value, Disputable) else []
    match value:
        case Position() | StatedPosition():
            parts += [stance_text(wording, value), _said_by(wording, value), value.summary or ""]
        case Party() | Person():
            other = wording.name(value.type.partition("-")[0], value.same_as)
            parts += [f"the same as {other}" if other else "counts by itself"]
        case Endorsement():
            parts += [value.type.removeprefix("plan-"), wording.date(value.occurred or "")]
            parts += [*(value.points or ()), *(value.conditions or ())]
        case Statement():
            speaker = wording.reference(value.speaker)
            parts += [wording.date(value.occurred or ""), speaker, value.summary or ""]
            parts += [f'"{value.text}"' if value.text else ""]
        case Point():
            parts += [value.text or "text not known"]
        case _:
            parts += [text for text in _changed_texts(wording, value) if text != named]
    if isinstance(value, Vote):
        parts.append(value_text(wording, value.to_json().get("counts") or ""))
    return join_texts("; ", *dict.fromkeys(parts)) or "known"


def _said_by(wording: Wording, value: Position | StatedPosition) -> str:
    speaker = value.attributed_by if isinstance(value, StatedPosition) else None
    return f"said by {wording.within(wording.reference(speaker))}" if speaker else ""


def _changed_texts(wording: Wording, value: Provenance) -> list[str]:
    form = value.SHORT_FORM if isinstance(value, Disputable) else None
    if form is None:
        return [_field_text(wording, value, name) for name in CHANGED_FIELDS]
    word, name, summary = (
        _field_text(wording, value, field) for field in (form.word, form.name, "summary")
    )
    return [word, wording.date(getattr(value, form.time)), name, summary]


def _field_text(wording: Wording, value: Provenance, name: str) -> str:
    text = str(getattr(value, name, None) or "")
    if name == "expected":
        is_over = getattr(value, "occurred", None)
        return "" if is_over or not text else f"expected {wording.date(text)}"
    return wording.date(text) if name == "occurred" else text
