"""Answers as text for 80 columns, the same in a terminal and in a pipe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from api.cli.left_off import CLAIMS_TITLE, UNREALISED_TITLE, left_off_texts
from api.cli.options import wrap_text
from api.listed_words import SHORT_FORMS
from api.models.answers import (
    Anomaly,
    CellChange,
    CellValue,
    Change,
    Coverage,
    Meeting,
    Role,
    State,
)
from api.models.base import BasisEcho, Disputable, Source
from api.models.events import AnyEvent, Claim, EventItem, StatedPosition, Statement
from api.models.plans import StatePlan
from api.models.positions import Position
from api.stance_words import AnswerWords, answer_word, given_answer
from domain.instants import from_rfc3339, local_datetime

SUBJECT_FIELDS = (
    "meeting",
    "statement",
    "deadline",
    "vote",
    "incident",
    "brief",
    "party",
    "issue",
    "plan",
    "point",
    "person",
)
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


ANOMALY_SENTENCES = {
    "published-before-occurred": "{label} was published before its time, {occurred}.",
    "operation-without-point": "{op} of point {point} of {plan}, which no text introduced.",
    "amendment-without-proposal": "Amendment {amendment} of {plan} was decided, but not proposed.",
    "deadline-not-set": "{type} of {deadline}, which nothing set.",
    "meeting-without-announcement": "{type} of {meeting}, which nothing announced or held.",
    "second-introduction": "{plan} is introduced a second time; the first one counts.",
    "stance-without-point": "A stance on point {point} of {plan}, which no plan has.",
}


class Paragraph(NamedTuple):
    """One entry of a section: its first line, and what is indented below it."""

    head: str
    body: str = ""


def state_text(basis: BasisEcho, state: State, coverage: Coverage, answers: AnswerWords) -> str:
    """Return a state, section by section; empty sections are left out.

    ``coverage`` is whole where that of the state may be cut.
    """
    if not any(value for name, value in state if name not in ("coverage", "more")):
        return "\n".join(["Nothing was known of this negotiation yet.", *_filter_lines(basis)])
    opening = state.negotiation
    lines = [
        (opening and opening.title) or "A negotiation whose opening was not known yet",
        _basis_heading(basis),
        *_filter_lines(basis),
        *wrap_text((opening and opening.summary) or "", ""),
        *wrap_text(coverage_text(coverage), ""),
        "",
    ]
    sections: dict[str, Iterable[Paragraph]] = {
        "MEETINGS": map(_meeting_paragraph, sorted(state.meetings, key=_meeting_sort_key)),
        **{
            f"{kind.upper()}S": map(partial(_listed_paragraph, kind), getattr(state, f"{kind}s"))
            for kind in SHORT_FORMS
        },
        "POSITIONS": map(partial(_position_paragraph, answers), state.positions),
        CLAIMS_TITLE: map(partial(_claim_paragraph, answers), state.attributed),
        "PLANS": map(_plan_paragraph, state.plans),
        "LATEST STATEMENTS": map(_statement_paragraph, state.statements),
        "DISPUTED": map(_disputed_paragraph, state.disputed),
        "WITHDRAWN": map(_event_paragraph, state.withdrawn),
        "POSSIBLY HAPPENED": map(_event_paragraph, state.possible),
        "SCHEDULED": map(_event_paragraph, state.scheduled),
        UNREALISED_TITLE: map(_event_paragraph, state.unrealised),
        "LEGALLY ERASED": map(_event_paragraph, state.erased),
        "ROLES": map(_role_paragraph, state.roles),
        "ANOMALIES": map(_anomaly_paragraph, state.anomalies),
    }
    for title, paragraphs in sections.items():
        left_off = map(Paragraph, left_off_texts(state, title))
        lines += _section_lines(title, [*paragraphs, *left_off])
    return "\n".join(lines).rstrip()


def _role_paragraph(role: Role) -> Paragraph:
    start, slash, end = (role.since or "").partition("/")
    since = f"at the latest since {end}" if slash and start in ("", "..") else None
    since = since or (f"since {start}" if start else None)
    return Paragraph(_join_texts(", ", f"{role.person}, {role.title} ({role.party})", since))


def coverage_text(coverage: Coverage) -> str:
    """Return until when somebody looked for news, and on which days nobody did."""
    if not coverage.recorded:
        return "Coverage is not recorded."
    watch, gaps = coverage.last_watch, coverage.gaps
    sentences = [f"Watched until {watch.to}." if watch else "No watch succeeded."]
    if gaps:
        days = sum(gap.days for gap in gaps)
        last = gaps[-1]
        period = last.to if last.from_ == last.to else f"{last.from_} to {last.to}"
        sentences.append(f"No watch covers {days} day{'s' * (days > 1)}, lastly {period}.")
    return " ".join(sentences)


def _basis_heading(basis: BasisEcho) -> str:
    """Return in one line what an answer is as of."""
    preset_text = {
        "as-known": "as known at",
        "as-recorded": "as recorded in this ledger at",
        "hindsight": "in hindsight, as of",
    }[basis.basis]
    zone = basis.tz
    as_of = _moment_text(basis.valid_at if basis.as_of is None else basis.as_of, zone)
    clocks = {
        "known_at": _moment_text(basis.known_at, zone),
        "valid_at": _moment_text(basis.valid_at, zone),
    }
    if basis.basis == "hindsight":
        del clocks["known_at"]
    other_clocks = [f"{name} {moment}" for name, moment in clocks.items() if moment != as_of]
    return ", ".join([f"{preset_text} {as_of}", f"audience {basis.audience}", *other_clocks])


def _filter_lines(basis: BasisEcho) -> list[str]:
    """Return which reports count where not all do, as a paragraph."""
    filters = [f"without {name}" for name in basis.exclude_source]
    if basis.only_source:
        filters.append(f"only {' and '.join(basis.only_source)}")
    if basis.min_sources > 1:
        filters.append(f"{basis.min_sources} independent sources or more")
    filters += [f"no report names {name}" for name in basis.unmatched]
    return wrap_text(f"filtered: {', '.join(filters)}", "", "  ") if filters else []


def _moment_text(moment: str, zone: str) -> str:
    """Return date and time as they are in a zone."""
    return f"{local_datetime(from_rfc3339(moment), zone):%Y-%m-%d %H:%M:%S} {zone}"


def _section_lines(title: str, paragraphs: Sequence[Paragraph]) -> Iterator[str]:
    if paragraphs:
        yield title
        for head, body in paragraphs:
            yield from wrap_text(head, "  ", "    ")
            yield from wrap_text(body, "      ", "      ")
        yield ""


def _sources_text(sources: Iterable[Source]) -> str:
    names = dict.fromkeys(source.publisher or source.url or "" for source in sources)
    return f" [{', '.join(filter(None, names))}]" if any(names) else ""


def _rival_values(item: Disputable, field: str) -> str:
    values = dict.fromkeys(str(rival.value) for rival in item.rivals if rival.field == field)
    return " or ".join(values)


def _join_texts(separator: str, *texts: str | None) -> str:
    return separator.join(filter(None, texts))


def _listed_paragraph(kind: str, item: Disputable) -> Paragraph:
    """Say in short what a state lists: a deadline, a vote, an incident."""
    form, value = SHORT_FORMS[kind], item.to_json()
    time_text = value.get(form.time) or _rival_values(item, form.time) or "undated"
    name = form.name_of(value) or value.get(kind) or ""
    details = (
        _join_texts(" ", label, None if value[field] is True else _plain_text(value[field]))
        for label, field in form.details
        if value.get(field)
    )
    head = f"{form.word_of(value):<10} {time_text}  {name}"
    return Paragraph(head, "; ".join(details) + _sources_text(item.sources))


def _plain_text(value: object) -> str:
    """Return counts as ``for 7, against 2`` and votes as ``north for, south against``."""
    if isinstance(value, list):
        return ", ".join(
            " ".join(map(str, each.values())) if isinstance(each, dict) else str(each)
            for each in value
        )
    if isinstance(value, dict):
        return ", ".join(f"{name} {each}" for name, each in value.items())
    return str(value)


def _meeting_sort_key(item: Meeting) -> str:
    return (item.occurred or item.expected or _rival_values(item, "occurred")).lstrip("[")


def _meeting_paragraph(item: Meeting) -> Paragraph:
    time_text = item.occurred or ""
    if not time_text and item.expected:
        time_text = f"expected {item.expected}"
    if not time_text and item.disputed:
        time_text = f"disputed: {_rival_values(item, 'occurred')}"
    head = f"{item.status:<10} {time_text or 'undated'}  {item.title or item.meeting}"
    going_on = {True: "going on", None: "end not known", False: None}[item.ongoing]
    has_own_end = item.concluded and item.concluded != item.occurred
    concluded = f"concluded {item.concluded}" if has_own_end else None
    return Paragraph(
        head, _join_texts("; ", going_on, concluded, item.place, item.outcome, item.summary)
    )


def _position_paragraph(answers: AnswerWords, item: Position) -> Paragraph:
    quote = f'"{item.quote}"' if item.quote else None
    body = _join_texts(" ", item.summary, quote)
    if item.mixed:
        body = " / ".join(
            _join_texts(": ", _stance_text(answers, candidate), candidate.summary)
            for candidate in item.candidates
        )
    since = f" since {item.since}" if item.since else ""
    head = f"{_cell_label(item)}: {_stance_text(answers, item)}{since}"
    return Paragraph(head, body + _sources_text(item.sources))


def _stance_text(answers: AnswerWords, item: Position | StatedPosition) -> str:
    """Return the words that the pages show for a position: its stance, and its answer if any."""
    fields = dict(item)
    answer = given_answer(answers, fields)
    return (answer_word(fields) or "") + (f" ({answer})" if answer else "")


def _cell_label(item: Position | StatedPosition) -> str:
    return f"{item.party} on {item.issue or f'{item.plan}, {item.point}'}"


def _claimant_text(item: Claim) -> str:
    kind, _, name = (item.claimant or "").partition(":")
    if kind == "publisher":
        return f"an unnamed source of {name}"
    return name or "an unnamed source"


def _claim_paragraph(answers: AnswerWords, item: Claim) -> Paragraph:
    body = f'"{item.quote}"' if item.quote else item.summary or ""
    earlier = f", {item.earlier_claims} before" if item.earlier_claims else ""
    stance = _stance_text(answers, item)
    head = f"{_claimant_text(item)} says of {_cell_label(item)}: {stance}{earlier}"
    return Paragraph(head, body + _sources_text(item.sources))


def _plan_paragraph(item: StatePlan) -> Paragraph:
    with_text = sum(bool(point.text) for point in item.points)
    parts = [f"{len(item.points)} points known, {with_text} with text"]
    parts += [f"{item.claimed_points} claimed"] if item.claimed_points is not None else []
    pending = item.more["pending"].count if "pending" in item.more else len(item.pending)
    parts += [f"{pending} amendment{'s' * (pending > 1)} pending"] if pending else []
    parts += [f"{len(item.agreed)} agreed"] if item.agreed else []
    parts += ["disputed"] if item.disputed else []
    sources = [source for part in (item, *item.points) for source in part.sources]
    head = f"{item.plan}: {item.title or 'untitled'} ({item.status or 'no status'})"
    return Paragraph(head, ", ".join(parts) + _sources_text(sources))


def _statement_paragraph(item: Statement) -> Paragraph:
    speaker = (item.speaker or "").partition(":")[2]
    head = f"{item.occurred or 'undated'}  {speaker}{' (withdrawn)' if item.withdrawn else ''}"
    return Paragraph(head, (item.summary or "") + _sources_text(item.sources))


def _disputed_paragraph(item: AnyEvent) -> Paragraph:
    fields = dict.fromkeys(rival.field for rival in item.rivals)
    body = "; ".join(f"{field}: {_rival_values(item, field)}" for field in fields)
    return Paragraph(_event_label(item), body)


def _event_paragraph(item: AnyEvent) -> Paragraph:
    summary = getattr(item, "summary", None)
    return Paragraph(f"{item.occurred or 'undated'}  {_event_label(item)}", summary or "")


def _event_label(item: AnyEvent) -> str:
    subjects = (getattr(item, name, None) for name in SUBJECT_FIELDS)
    return f"{item.type} {_join_texts('/', *subjects)}".rstrip()


def _anomaly_paragraph(item: Anomaly) -> Paragraph:
    """Say in a sentence what does not add up, and which event it is about."""
    sentence = ANOMALY_SENTENCES.get(str(getattr(item, "kind", None)), "{kind}")
    fields = {"kind": "anomaly", **dict(item)}
    label = _event_label(item) if isinstance(item, EventItem) else ""
    event = getattr(item, "event", None) or next(iter(item.events), "")
    return Paragraph(sentence.format_map(fields | {"label": label}), f"event {event}")


def diff_text(
    old: BasisEcho, new: BasisEcho, changes: Sequence[Change], answers: AnswerWords
) -> str:
    """Return what changed between two bases, one paragraph a change."""
    headings = [f"from {_basis_heading(old)}", f"to   {_basis_heading(new)}"]
    lines = [*headings, *_filter_lines(new), ""]
    for change in changes:
        lines += _change_lines(answers, change, f" ({change.cause})")
    return "\n".join(lines if changes else [*lines, "Nothing changed."])


def _change_lines(
    answers: AnswerWords, change: CellChange, cause_text: str = "", margin: str = ""
) -> Iterator[str]:
    subject = change.subject.partition("#")[0]
    yield from wrap_text(f"{change.kind} {subject}{cause_text}", margin, margin + "  ")
    for label, value in (("before", change.before), ("after", change.after)):
        first_indent = f"{margin}    {label + ':':<8}"
        yield from wrap_text(_value_summary(answers, value), first_indent, " " * len(first_indent))


def _value_summary(answers: AnswerWords, value: CellValue | None) -> str:
    if value is None:
        return "-"
    parts = ["disputed"] if getattr(value, "disputed", False) else []
    if isinstance(value, Position | StatedPosition):
        parts += filter(None, (_stance_text(answers, value), value.summary))
    else:
        parts += [str(part) for name in CHANGED_FIELDS if (part := getattr(value, name, None))]
    return "; ".join(dict.fromkeys(parts)) or "known"


def replay_heading(basis: BasisEcho) -> str:
    """Return on which basis a replay shows the events."""
    preset_text = basis.basis.replace("-", " ")
    heading = f"events {preset_text}, audience {basis.audience}"
    return "\n".join([heading, *_filter_lines(basis)])


def replay_step_text(event: AnyEvent, changes: Sequence[CellChange], answers: AnswerWords) -> str:
    """Return one step of a replay: an event, and what it changed."""
    recorded_text = (event.recorded_at or "").replace(".000000", "")
    title = getattr(event, "name", None) or getattr(event, "title", None)
    title_text = f": {title}" if title and not changes else ""
    lines = wrap_text(f"#{event.seq} {recorded_text}  {_event_label(event)}{title_text}", "", "  ")
    for change in changes:
        lines += _change_lines(answers, change, margin="  ")
    return "\n".join([*lines, ""] if changes else lines)
