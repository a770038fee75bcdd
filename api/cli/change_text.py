"""What changed, as text: between two dates, not yet known on one, or event by event."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from api.cli.basis_text import basis_heading, filter_lines, heading_lines
from api.cli.item_text import event_label, join_texts, plain_text, stance_text
from api.cli.options import wrap_text
from api.cli.wording import Wording, rivals_text
from api.models.base import BasisEcho, Disputable, Provenance
from api.models.changes import AnyChange, AnyStoryChange, Gap, ReplayStep
from api.models.events import Endorsement, StatedPosition, Vote
from api.models.positions import Position

CHANGED_FIELDS = (
    "status",
    "result",
    "occurred",
    "expected",
    "due",
    "title",
    "motion",
    "summary",
    "text",
)
DATE_FIELDS = ("occurred", "expected", "due")


def diff_text(
    old: BasisEcho, new: BasisEcho, changes: Sequence[AnyChange], wording: Wording
) -> str:
    """Return what changed between two bases, one paragraph a change."""
    headings = [f"from {basis_heading(old)}", f"to   {basis_heading(new)}"]
    lines = [*headings, *filter_lines(new), "", *_changes_lines(wording, changes)]
    return "\n".join(lines if changes else [*lines, "Nothing changed."])


def gap_text(basis: BasisEcho, gap: Gap, wording: Wording) -> str:
    """Return what was not yet known on a date, and what was known but not recorded here."""
    lines = heading_lines(basis)
    for title, nothing, changes in (
        ("NOT YET KNOWN", "Nothing that happened by then came out later.", gap.not_yet_known),
        ("KNOWN, BUT NOT RECORDED HERE", "Nothing that was known was missing.", gap.missed),
    ):
        lines += [title, *(_changes_lines(wording, changes, "  ") if changes else [f"  {nothing}"])]
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
        label += f" of #{target.seq} {event_label(wording, target)}"
    lines = wrap_text(f"#{event.seq} {recorded_text}  {label}{title_text}", "", "  ")
    for change in changes:
        lines += _change_lines(wording, change, margin="  ")
    return "\n".join([*lines, ""] if changes else lines)


def _changes_lines(
    wording: Wording, changes: Sequence[AnyChange], margin: str = ""
) -> Iterator[str]:
    for change in changes:
        yield from _change_lines(wording, change, f" ({change.cause})", margin)


def _change_lines(
    wording: Wording, change: AnyChange | AnyStoryChange, cause_text: str = "", margin: str = ""
) -> Iterator[str]:
    subject = _subject_text(wording, change)
    yield from wrap_text(f"{change.kind} {subject}{cause_text}", margin, margin + "  ")
    for label, value in (("before", change.before), ("after", change.after)):
        first_indent = f"{margin}    {label + ':':<8}"
        yield from wrap_text(_value_summary(wording, value), first_indent, " " * len(first_indent))


def _subject_text(wording: Wording, change: AnyChange | AnyStoryChange) -> str:
    """Return what a cell is about, by name where its slugs have one."""
    slugs = change.subject.partition("#")[0].split("/")
    match change.kind, slugs:
        case "position" | "attributed", [party, issue]:
            return f"{wording.name('party', party)} on {wording.name('issue', issue)}"
        case "position" | "attributed", [party, plan, point]:
            return f"{wording.name('party', party)} on {plan}, {point}"
        case "role", [person, party, *title]:
            names = wording.name("person", person), wording.name("party", party)
            return "/".join([*names, *title])
        case "endorsement", [plan, party]:
            return f"{plan}/{wording.name('party', party)}"
    return "/".join(slugs)


def _value_summary(wording: Wording, value: Provenance | None) -> str:
    if value is None:
        return "-"
    parts = ["withdrawn"] if getattr(value, "withdrawn", False) else []
    parts += [rivals_text(value)] if isinstance(value, Disputable) else []
    if isinstance(value, Position | StatedPosition):
        parts += [stance_text(wording, value), value.summary or ""]
    elif isinstance(value, Endorsement):
        parts += [value.type.removeprefix("plan-"), wording.date(value.occurred or "")]
        parts += [*(value.points or ()), *(value.conditions or ())]
    else:
        for name in CHANGED_FIELDS:
            text = str(getattr(value, name, None) or "")
            parts.append(wording.date(text) if name in DATE_FIELDS else text)
        if isinstance(value, Vote):
            parts.append(plain_text(wording, value.to_json().get("counts") or ""))
    return join_texts("; ", *dict.fromkeys(parts)) or "known"
