"""One sentence for a change of a cell, in the language of a page."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from functools import cache
from typing import NamedTuple

from api.accounts import order_accounts
from api.listed_words import SHORT_FORMS
from api.models.answers import Meeting, Role
from api.models.base import Disputable
from api.models.changes import AnyChange
from api.models.events import AnyEvent, Endorsement, Party, Person, StatedPosition, Statement
from api.models.plans import Agreement, Amendment, PlanHead
from api.models.positions import Position
from api.pages.shared.change_facts import MAX_SUMMARY_CHARS, PositionChange, causing_event
from api.pages.shared.display_names import NotedNames, split_speaker
from api.pages.shared.disputes import (
    BETWEEN_ACCOUNTS,
    disputed_names,
    disputed_text,
    rival_values,
    title_of,
)
from api.pages.shared.field_text import listed_word
from api.pages.shared.merger_facts import is_by_merger, own_name
from api.pages.shared.page_context import PageContext
from api.pages.shared.sanitize import shorten_text
from api.stance_words import Stand, answer_word, is_restated, position_stand
from domain.cells import is_same_place
from projections.answer_json import Item
from projections.answers.positions import resolve_positions_on
from projections.view import View

MAX_COMPANY = 3
"""Parties that are named for giving the same answer; of more it is said how many."""


class SentenceWriter:
    """Writes sentences; names are those that are known at the later end of what is compared."""

    def __init__(self, frame: PageContext, end: View) -> None:
        self.frame, self.dates, self.words = frame, frame.dates, frame.words
        self.names, self.end = NotedNames(end, frame.words), end
        self._answers_at_end = cache(self._find_answers_at_end)

    def write_sentence(self, change: AnyChange) -> str:
        """Return the sentence of one change of anything but a point: what is new, gone or
        otherwise."""
        sentence = self._describe(change, _transition_of(change))
        return sentence[:1].upper() + _SECOND_FULL_STOP.sub("", sentence[1:])

    def write_positions(self, changes: Sequence[PositionChange]) -> str:
        """Return one sentence for the changes of positions that are one move of several parties."""
        sentence = self._describe_positions(changes)
        return sentence[:1].upper() + sentence[1:]

    def move_of(self, change: PositionChange) -> tuple[object, ...]:
        """Return what changes of positions have alike that are told in one sentence: those of one
        answer to another. All others stand alone."""
        value, before = change.value, change.before
        is_plain = change.after is not None and value.answer and not value.disputed
        if not is_plain or is_by_merger(change, self.end) or self._is_retold(change):
            return (change.subject,)
        earlier = (before.answer, answer_word(before)) if before else None
        return value.issue, value.answer, answer_word(value), earlier

    def _is_retold(self, change: PositionChange) -> bool:
        before = change.before
        return before is not None and (
            is_restated(before, change.value) or self._is_corrected(change)
        )

    def _describe_positions(self, changes: Sequence[PositionChange]) -> str:
        change, transition = changes[0], _transition_of(changes[0])
        if is_by_merger(change, self.end):
            return self._joint_position(change)
        if change.before and self._is_corrected(change):
            transition = "annulled" if change.after is None else "corrected"
        parties = [each.value.party for each in changes]
        return self._position(transition, change.before, change.value, parties)

    def _describe(self, change: AnyChange, transition: str) -> str:
        match change.kind:
            case "party" | "person":
                return self._registration(change.kind, change.after or change.value, change.before)
            case "position":
                return self._describe_positions([change])
            case "attributed":
                return self._attributed(transition, change.value)
            case "meeting":
                return self._meeting(transition, change.before, change.value)
            case "plan":
                return self._plan(transition, change.before, change.value)
            case "point":
                raise ValueError("points have sentences by plan")
            case "amendment":
                return self._amendment(transition, change.before, change.value)
            case "endorsement":
                return self._endorsement(transition, change.value)
            case "agreement":
                return self._agreement(transition, change.value)
            case "role":
                return self._role(transition, change.value)
            case "statement":
                return self._statement(transition, change.before, change.value)
            case "withdrawn":
                return self._withdrawn(transition, change.value)
        return self._listed(change.kind, transition, change.before, change.value)

    def find_causing_item(self, change: AnyChange) -> Item | None:
        """Return the event that made a change, as held at the end."""
        event = causing_event(change)
        return self.end.find_item(event) if event else None

    def _is_corrected(self, change: AnyChange) -> bool:
        """Return whether a change is none of the party's: its statement was told otherwise."""
        item = self.find_causing_item(change)
        return item is not None and item.type in _RETELLING_TYPES

    def _registration(self, kind: str, value: Party | Person, before: Party | Person | None) -> str:
        other = value.same_as or (before.same_as if before else None) or ""
        return self.fill_phrase(
            "registration-joined" if value.same_as else "registration-parted",
            name=disputed_text(value, "name") or getattr(value, kind),
            other=self.names.display_name(kind, other),
        )

    def _joint_position(self, change: PositionChange) -> str:
        """Return the sentence of a position that is made of other registrations than before, each
        under the name that it was registered by."""
        value, before = change.value, change.before
        return self.fill_phrase(
            "position-joint",
            party=own_name(self.end, value.party),
            former=own_name(self.end, (before or value).party),
            subject=self._subject_name(value),
            stance=self.stance_label(change.after),
            before=self.stance_label(before),
        )

    def fill_phrase(self, key: str, n: int | None = None, **values: object) -> str:
        return self.words(f"compare.told.{key}", n, **values)

    def stance_label(self, value: Position | StatedPosition | None) -> str:
        stance = self._stance_word(value)
        answer = self.names.given_answer(value.issue, value.answer) if value else None
        return f"{stance} ({shorten_text(answer, 90)})" if answer else stance

    def _subject_name(self, value: Position | StatedPosition | Agreement) -> str:
        if not isinstance(value, Agreement) and value.issue:
            return self.names.display_name("issue", value.issue)
        if not isinstance(value, Agreement) and not (value.plan and value.point):
            return disputed_names(self.names, value, "plan" if value.plan else "issue")
        plan, point = str(value.plan), str(value.point)
        return self.fill_phrase(
            "point-of",
            point=self.names.point_name(plan, point),
            plan=self.names.display_name("plan", plan),
        )

    def _position(
        self, transition: str, before: Position | None, value: Position, parties: Sequence[str]
    ) -> str:
        if transition == "changed" and before and is_restated(before, value):
            is_newly_disputed = value.disputed and not before.disputed
            transition = "disputed" if is_newly_disputed else "reworded"
        party = self._join_names(self.names.display_name("party", each) for each in parties)
        subject = self._subject_name(value)
        answer = self._answer_label(value)
        if answer and transition in ("new", "changed"):
            earlier_answer = self._answer_label(before)
            if not earlier_answer:
                key, earlier = "answer-new", None
            elif answer == earlier_answer:
                key, earlier = "answer-held", self._stance_word(before)
            else:
                key, earlier = "answer-changed", f"{earlier_answer} ({self._stance_word(before)})"
            return self.fill_phrase(
                key,
                party=party,
                subject=subject,
                answer=answer,
                stance=self._stance_word(value),
                before=earlier,
                company=self._company_of(value, parties),
            )
        return self.fill_phrase(
            f"position-{transition}",
            party=party,
            subject=subject,
            stance=self.stance_label(value),
            before=self.stance_label(before),
        )

    def _answer_label(self, value: Position | None) -> str | None:
        answer = self.names.given_answer(value.issue, value.answer) if value else None
        return shorten_text(answer, 90) if answer else None

    def _stance_word(self, value: Position | StatedPosition | None) -> str:
        stance_key = answer_word(value) if value else "none"
        return self.words.get(f"stance.{stance_key}", stance_key)

    def _join_names(self, names: Iterable[str]) -> str:
        *first, last = names
        return self.fill_phrase("both", names=", ".join(first), last=last) if first else last

    def _company_of(self, value: Position, parties: Container[str]) -> str:
        """Return who else holds, or refuses, the same answer at the end; nothing where nobody
        does."""
        stand = Stand(answer_word(value), value.answer)
        others = [
            self.names.display_name("party", party)
            for party, other in self._answers_at_end(str(value.issue))
            if is_same_place(other, stand) and party not in parties
        ]
        if not others:
            return ""
        named = others[:MAX_COMPANY]
        if len(others) > MAX_COMPANY:
            named.append(self.fill_phrase("more-parties", len(others) - MAX_COMPANY))
        return self.fill_phrase("company", names=self._join_names(named))

    def _find_answers_at_end(self, issue: str) -> list[tuple[str, Stand]]:
        """Return each party that answers an issue at the later end, with where it stands."""
        return [
            (party, position_stand(position))
            for party, position in resolve_positions_on(self.end, issue).items()
            if position.stance and position.answer
        ]

    def _attributed(self, transition: str, value: StatedPosition) -> str:
        speaker = value.attributed_by
        return self.fill_phrase(
            f"attributed-{transition}",
            party=disputed_names(self.names, value, "party"),
            subject=self._subject_name(value),
            stance=self.stance_label(value),
            speaker=self._claimant(speaker) if speaker else self.fill_phrase("somebody"),
        )

    def _claimant(self, speaker_ref: str) -> str:
        kind, slug = split_speaker(speaker_ref)
        return self.names.display_name(kind, slug) if kind else slug

    def _meeting(self, transition: str, before: Meeting | None, value: Meeting) -> str:
        status = value.status
        if transition == "changed" and before and before.status == status:
            transition = _meeting_transition(before, value)
        if transition in ("new", "changed") and status == "cancelled":
            transition = "cancelled"
        when = self._meeting_dates(value)
        if status in EXPECTED and meeting_date(value).text and transition != "moved":
            when = self.fill_phrase(f"expected-{status}", when=when)
        return self.fill_phrase(
            f"meeting-{transition}",
            name=shorten_text(title_of(self.words, value) or value.meeting, 110),
            status=self._meeting_status(value),
            when=when,
            before=self._meeting_status(before or value),
        )

    def _meeting_status(self, value: Meeting) -> str:
        """Return the status of a meeting, or that it goes on."""
        if value.ongoing:
            return self.words("meetings.ongoing")
        return self.words.get(f"status.{value.status}", value.status)

    def _meeting_dates(self, value: Meeting) -> str:
        told, tz = meeting_date(value)
        return self._dates_text([told] if told else disputed_dates(value), tz)

    def _dates_text(self, dates: Sequence[object], tz: str | None) -> str:
        """Return dates that were given in one zone, or that none is known."""
        date_texts = [str(self.dates.span_element(date, tz=tz).striptags()) for date in dates]
        return self.fill_phrase("or").join(date_texts) or self.fill_phrase("some-day")

    def _plan(self, transition: str, before: PlanHead | None, value: PlanHead) -> str:
        status, earlier_status = value.status, before.status if before else None
        if transition == "changed" and earlier_status != status:
            transition = "status"
        return self.fill_phrase(
            f"plan-{transition}",
            name=shorten_text(title_of(self.words, value) or value.plan, 110),
            status=self._plan_status(value),
            before=self._plan_status(before or value),
        )

    def _plan_status(self, plan: PlanHead) -> str:
        """Return the status of a plan, or that it is disputed, or not told."""
        if plan.status:
            return self.words.get(f"plan-status.{plan.status}", plan.status)
        is_disputed = bool(rival_values(plan, "status"))
        return self.fill_phrase("status-disputed" if is_disputed else "status-untold")

    def _amendment(self, transition: str, before: Amendment | None, value: Amendment) -> str:
        status, earlier_status = value.status, (before or value).status
        if transition == "changed" and status == earlier_status:
            transition = "reworded"
        return self.fill_phrase(
            f"amendment-{transition}",
            name=value.amendment,
            plan=self.names.display_name("plan", value.plan),
            status=self.fill_phrase(f"amendment-status.{status}"),
            before=self.fill_phrase(f"amendment-status.{earlier_status}"),
        )

    def _endorsement(self, transition: str, value: Endorsement) -> str:
        scope = disputed_names(self.names, value, "plan")
        if value.points and value.plan:
            numbers = ", ".join(self.names.point_name(value.plan, each) for each in value.points)
            scope = self.fill_phrase("endorsement-points", plan=scope, numbers=numbers)
        return self.fill_phrase(
            f"endorsement-{transition}",
            party=disputed_names(self.names, value, "party"),
            act=self.fill_phrase(f"endorsement-act.{value.type}"),
            scope=scope,
        )

    def _agreement(self, transition: str, value: Agreement) -> str:
        return self.fill_phrase(f"agreement-{transition}", subject=self._subject_name(value))

    def _role(self, transition: str, value: Role) -> str:
        return self.fill_phrase(
            f"role-{transition}",
            person=self.names.display_name("person", value.person),
            title=shorten_text(value.title, 90),
            party=self.names.plain_name("party", value.party),
        )

    def _statement(self, transition: str, before: Statement | None, value: Statement) -> str:
        if before and transition == "changed" and value.withdrawn and not before.withdrawn:
            transition = "taken-back"
        speaker = self.names.speaker_name(value.speaker)
        return self.fill_phrase(f"statement-{transition}", told=self._quoted(speaker, value))

    def _quoted(self, speaker: str, value: Statement) -> str:
        """Return who said what; where accounts differ, the words of each, marked disputed."""
        accounts = rival_values(value, "summary") or rival_values(value, "text")
        if not accounts:
            text = value.summary or value.text or ""
            told = quote_speaker(speaker, text, self.names.speaker_spellings(value.speaker))
            return shorten_text(told, MAX_SUMMARY_CHARS)
        texts = [shorten_text(str(account), MAX_SUMMARY_CHARS) for account in accounts]
        mark = self.words("stance.disputed")
        return f"{quote_speaker(speaker, BETWEEN_ACCOUNTS.join(texts))} ({mark})"

    def _listed(
        self, kind: str, transition: str, before: Disputable | None, value: Disputable
    ) -> str:
        """Return the sentence about what a state lists: a deadline, a vote, an incident."""
        form = SHORT_FORMS[kind]
        word, earlier_word = form.word_of(value), form.word_of(before) if before else None
        if transition == "changed" and before and word == earlier_word:
            is_moved = form.time_of(before) != form.time_of(value)
            transition = "moved" if is_moved else "detailed"
        return self.fill_phrase(
            f"{kind}-{transition}",
            name=shorten_text(
                title_of(self.words, value, form.name) or str(getattr(value, kind) or ""), 110
            ),
            status=self._listed_status(kind, word, value),
            when=self._dates_text(
                [form.time_of(value)] if form.time_of(value) else rival_values(value, form.time),
                getattr(value, "tz", None),
            ),
            before=listed_word(self.words, kind, earlier_word),
        )

    def _listed_status(self, kind: str, word: str | None, value: Disputable) -> str:
        """Return the word of what a state lists; of a deadline that was met late, that too."""
        status = listed_word(self.words, kind, word)
        is_late = getattr(value, "late", False)
        return f"{status}, {self.words('listed.late')}" if is_late else status

    def _withdrawn(self, transition: str, value: AnyEvent) -> str:
        type_name = self.words.get(f"events.types.{value.type}", value.type)
        title = title_of(self.words, value)
        summary = disputed_text(value, "summary") or title or type_name
        return self.fill_phrase(
            f"withdrawn-{transition}", summary=shorten_text(summary, MAX_SUMMARY_CHARS)
        )


_SECOND_FULL_STOP = re.compile(r"(?<=[^.][.!?…])\.(?=\s|$)")
"""The full stop of a sentence after words that end in one of their own."""
_RETELLING_TYPES = (
    "correction-published",
    "record-corrected",
    "event-retracted",
    "record-voided",
    "dispute-resolved",
)


def quote_speaker(speaker: str, words: str, spellings: Sequence[str] = ()) -> str:
    """Return who said what, without naming twice whom the words name at their beginning, by any of
    some names or, with a title, by the last word of one."""
    first, colon, rest = words.partition(":")
    names = [speaker, *spellings]
    if colon and first.strip() and any(_is_named(name, first) for name in names):
        words = rest.strip()
    elif any(words.startswith(f"{name} ") for name in (speaker, *speaker.split()[-1:])):
        return words
    return f"{speaker}: {words}" if speaker else words


def _is_named(name: str, told: str) -> bool:
    """Return whether some words are a name, a part of it, or its last word after a title, such as
    Prime Minister."""
    *title, last = told.split()
    is_titled = title and all(word[0].isupper() for word in title)
    return told in name or bool(is_titled and last == name.rpartition(" ")[2])


def _transition_of(change: AnyChange) -> str:
    return "new" if change.before is None else "gone" if change.after is None else "changed"


def _meeting_transition(before: Meeting, value: Meeting) -> str:
    if meeting_date(before) == meeting_date(value):
        return "ended" if before.ongoing and value.ongoing is False else "detailed"
    return (
        "moved" if meeting_date(value).text else "disputed" if disputed_dates(value) else "undated"
    )


EXPECTED = ("announced", "overdue")
"""The statuses of which the date is told as expected: it is not that of the announcement."""


class OwnDate(NamedTuple):
    """A date, and the zone of its own in which it was given."""

    text: str | None
    tz: str | None


def meeting_date(value: Meeting) -> OwnDate:
    """Return when a meeting took place, or should; when it ended, where only its start was told."""
    occurred, concluded = value.occurred, value.concluded
    if occurred and concluded and occurred.endswith(("/..", "/")):
        return OwnDate(concluded, value.concluded_tz)
    if occurred:
        return OwnDate(occurred, value.tz)
    is_past = value.status in ("held", "concluded", "possible")
    return OwnDate(
        value.expected, value.tz if is_past and not value.expected else value.expected_tz
    )


def disputed_dates(value: Meeting) -> list[str]:
    """Return the dates that accounts of a meeting disagree on."""
    dates = (*rival_values(value, "occurred"), *rival_values(value, "expected"))
    return order_accounts("occurred", dict.fromkeys(map(str, dates)), lambda date: date)
