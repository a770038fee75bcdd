"""Each thing that an answer lists, as a paragraph: what it is, and below it what was said."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from api.cli.terminal import wrap_text
from api.cli.value_text import NULL_WORDS, is_disputed, rival_values, rivals_text, value_text
from api.cli.wording import Wording, sources_text
from api.listed_words import SHORT_FORMS
from api.models.answers import Meeting, PersonRoles, Role
from api.models.base import Disputable
from api.models.events import Brief, Claim, StatedPosition, Statement
from api.models.plans import Plan, Point
from api.models.positions import Position
from api.stance_words import answer_word, given_answer


class Paragraph(NamedTuple):
    """One entry of a section: its first line, and what is indented below it."""

    head: str
    body: str = ""


Describe = Callable[[Wording, Any], Paragraph]
"""How one item of a list is told."""


def section_lines(title: str, paragraphs: Sequence[Paragraph]) -> Iterator[str]:
    """Yield a section as lines of 80 columns, none where it is empty."""
    if paragraphs:
        yield title
        yield from paragraph_lines(paragraphs, "  ")
        yield ""


def paragraph_lines(paragraphs: Iterable[Paragraph], indent: str = "") -> Iterator[str]:
    for head, body in paragraphs:
        yield from wrap_text(head, indent, indent + "  ")
        yield from wrap_text(body, indent + "    ", indent + "    ")


def join_names(names: Iterable[str]) -> str:
    """Return names as ``North, South and West``."""
    *first, last = [*names] or [""]
    return " and ".join(filter(None, [", ".join(first), last]))


def join_texts(separator: str, *texts: str | None) -> str:
    """Return the texts that there are; a sentence before a semicolon loses its full stop."""
    given = list(filter(None, texts))
    if separator == "; ":
        given[:-1] = [text.removesuffix(".") for text in given[:-1]]
    return separator.join(given)


def meeting_paragraph(wording: Wording, item: Meeting) -> Paragraph:
    time_text = wording.own_date(item.occurred, item.tz)
    if not time_text and item.expected:
        time_text = f"expected {wording.own_date(item.expected, item.expected_tz)}"
    if not time_text and item.disputed:
        time_text = f"disputed: {rival_values(wording, item, 'occurred')}"
    head = f"{item.status:<10} {time_text or 'undated'}  {wording.title(item.meeting, item.title)}"
    going_on = {True: "going on", None: "end not known", False: None}[item.ongoing]
    has_own_end = item.concluded and item.concluded != item.occurred
    concluded_on = wording.own_date(item.concluded, item.concluded_tz)
    concluded = f"concluded {concluded_on}" if has_own_end else None
    disputed = rivals_text(wording, item, "occurred")
    part = f"part of {wording.name('meeting', item.part_of)}" if item.part_of else None
    heads = _heads_text(wording, item)
    said = (item.place, part, item.outcome, item.summary, heads, disputed)
    body = join_texts("; ", going_on, concluded, *said)
    return Paragraph(head, body + sources_text(item))


def _heads_text(wording: Wording, item: Meeting) -> str | None:
    """Return who led the side of which party."""
    heads = (
        join_texts(" for ", wording.name("person", each.person), wording.name("party", each.party))
        for each in item.participants
        if each.head
    )
    names = ", ".join(heads)
    return f"led by {names}" if names else None


def meeting_sort_key(item: Meeting) -> str:
    return (item.occurred or item.expected or rival_values(Wording(), item, "occurred")).lstrip("[")


def listed_paragraph(kind: str, wording: Wording, item: Disputable) -> Paragraph:
    """Say in short what a state lists: a deadline, a vote, an incident."""
    form, value = SHORT_FORMS[kind], item.to_json()
    time_text = (
        wording.date(form.time_of(item)) or rival_values(wording, item, form.time) or "undated"
    )
    time_text = join_texts(" ", time_text, wording.own_zone(form.time_of(item), value.get("tz")))
    name = wording.title(value.get(kind) or "", form.name_of(item))
    details = (
        join_texts(
            " ", label, None if value[field] is True else value_text(wording, value[field], field)
        )
        for label, field in form.details
        if value.get(field)
    )
    word = value_text(wording, value.get(form.word) or None, disputed=is_disputed(item, form.word))
    head = f"{word:<10} {time_text}  {name}"
    body = join_texts("; ", *details, rivals_text(wording, item, form.time))
    return Paragraph(head, body + sources_text(item))


def position_paragraph(wording: Wording, item: Position) -> Paragraph:
    quote = f'"{item.quote}"' if item.quote else None
    body = join_texts(" ", item.summary, quote)
    if item.mixed:
        body = " / ".join(
            join_texts(": ", stance_text(wording, candidate), candidate.summary)
            for candidate in item.candidates
        )
    since = f" since {wording.date(item.since)}" if item.since else ""
    head = f"{cell_label(wording, item)}: {stance_text(wording, item)}{since}"
    body = join_texts("; ", body, rivals_text(wording, item))
    return Paragraph(head, body + sources_text(item))


def stated_paragraph(wording: Wording, item: StatedPosition) -> Paragraph:
    """Return one statement of a position, as its history lists it."""
    quote = f'"{item.quote}"' if item.quote else None
    head = f"{wording.date(item.occurred) or 'undated'}  {stance_text(wording, item)}"
    if item.attributed_by:
        head += f", said by {wording.within(wording.reference(item.attributed_by))}"
    body = join_texts("; ", join_texts(" ", item.summary, quote), rivals_text(wording, item))
    return Paragraph(head, body + sources_text(item))


def stance_text(wording: Wording, item: Position | StatedPosition) -> str:
    """Return the words that the pages show for a position: its stance, and its answer if any."""
    answer = given_answer(wording.answers, item.issue, item.answer)
    return wording.stance(answer_word(item)) + (f" ({answer})" if answer else "")


def cell_label(
    wording: Wording, item: Position | StatedPosition, *, is_within: bool = False
) -> str:
    """Return whose position it is, and on what; with an article where it is within a sentence."""

    def told(field: str) -> str:
        value = getattr(item, field)
        return value_text(wording, value, field, disputed=is_disputed(item, field))

    subject = told("issue") if item.issue or not item.plan else f"{told('plan')}, {told('point')}"
    party = wording.within(told("party")) if is_within else told("party")
    return f"{party} on {subject}"


def claim_paragraph(wording: Wording, item: Claim) -> Paragraph:
    body = f'"{item.quote}"' if item.quote else item.summary or ""
    earlier = f", {item.earlier_claims} before" if item.earlier_claims else ""
    stance = stance_text(wording, item)
    claimant = _claimant_text(wording, item)
    head = f"{claimant} says of {cell_label(wording, item, is_within=True)}: {stance}{earlier}"
    return Paragraph(head, join_texts("; ", body, rivals_text(wording, item)) + sources_text(item))


def _claimant_text(wording: Wording, item: Claim) -> str:
    kind, _, name = (item.claimant or "").partition(":")
    if kind == "publisher":
        return f"an unnamed source of {name}"
    return wording.reference(item.claimant) or "an unnamed source"


def plan_paragraph(wording: Wording, item: Plan) -> Paragraph:
    with_text = sum(bool(point.text) for point in item.points)
    n = len(item.points)
    counted = f"{n} point{'s' * (n != 1)} named, {with_text} with text"
    parts = [counted if n else "no points named"]
    parts += [f"{item.claimed_points} claimed"] if item.claimed_points is not None else []
    pending = item.more["pending"].count if "pending" in item.more else len(item.pending)
    parts += [f"{pending} amendment{'s' * (pending > 1)} pending"] if pending else []
    parts += [f"{len(item.agreed)} agreed"] if item.agreed else []
    names = (wording.name("party", each) for each in item.sponsors)
    sponsors = join_names(map(wording.within, names))
    parts += [f"by {sponsors}"] if sponsors else []
    parts += filter(None, [rivals_text(wording, item)])
    head = f"{wording.title(item.plan, item.title)} ({_plan_status(item)})"
    return Paragraph(head, ", ".join(parts) + sources_text(item, *item.points))


def _plan_status(item: Plan) -> str:
    return item.status or f"status {NULL_WORDS[is_disputed(item, 'status')]}"


def point_paragraph(item: Point) -> Paragraph:
    """Return a point of a plan with its whole text."""
    number = f"{item.number}." if item.number else f"{item.point}:"
    status = None if item.text_status in (None, "verbatim") else f"({item.text_status})"
    order = "(order uncertain)" if item.order else None
    text = join_texts(" ", item.text or "text not known", status, order) + sources_text(item)
    if item.heading:
        return Paragraph(f"{number} {item.heading}", text)
    return Paragraph(f"{number} {text}")


def statement_paragraph(wording: Wording, item: Statement) -> Paragraph:
    speaker = wording.reference(item.speaker) or "speaker disputed"
    withdrawn = " (withdrawn)" if item.withdrawn else ""
    head = f"{wording.own_date(item.occurred, item.tz) or 'undated'}  {speaker}{withdrawn}"
    body = join_texts("; ", item.summary, _reply_text(wording, item), rivals_text(wording, item))
    return Paragraph(head, body + sources_text(item))


def _reply_text(wording: Wording, item: Statement) -> str | None:
    slug = item.reply_to
    name = wording.names.get(("statement", slug or ""), f"the statement {slug}")
    return f"in reply to {name}" if slug else None


def brief_paragraph(wording: Wording, item: Brief) -> Paragraph:
    head = wording.date(item.occurred) or "undated"
    return Paragraph(
        head, join_texts("; ", item.text, rivals_text(wording, item)) + sources_text(item)
    )


def role_paragraph(wording: Wording, role: Role) -> Paragraph:
    person = wording.name("person", role.person)
    return Paragraph(f"{person}, {_role_text(wording, role)}")


def person_paragraph(wording: Wording, person: PersonRoles, *, also: bool = False) -> Paragraph:
    """Return a person with the roles held, ``also`` with all other names."""
    name = wording.name("person", person.person)
    head = join_texts(": ", person.person, name)
    others = [each for each in (person.names or {}).values() if each != name] if also else []
    head += f" ({', '.join(dict.fromkeys(others))})" if others else ""
    roles = "; ".join(_role_text(wording, role) for role in person.roles)
    return Paragraph(head, roles + sources_text(person))


def _role_text(wording: Wording, role: Role) -> str:
    start, slash, end = (role.since or "").partition("/")
    since = f"at the latest since {end}" if slash and start in ("", "..") else None
    since = since or (f"since {start}" if start else None)
    return join_texts(", ", f"{role.title} ({wording.name('party', role.party)})", since)
