"""One sentence for a change of a cell, in the language of a page."""

from __future__ import annotations

import re

from api.listed_words import SHORT_FORMS
from api.pages.shared.display_names import DisplayNames
from api.pages.shared.disputes import BETWEEN_ACCOUNTS, disputed_text, rival_values
from api.pages.shared.page_context import PageContext
from api.pages.shared.sanitize import shorten_text
from api.stance_words import answer_word, is_restated
from domain.model import Json
from projections.answer_json import Item
from projections.view import View


class SentenceWriter:
    """Writes sentences; names are those that are known at the later end of what is compared."""

    def __init__(self, frame: PageContext, end: View) -> None:
        self.dates, self.words = frame.dates, frame.words
        self.names, self.end = DisplayNames(end, frame.words), end

    def write_sentence(self, change: Json) -> str:
        """Return the sentence of one change: what is new, gone or otherwise."""
        before, after = change["before"], change["after"]
        transition = "new" if before is None else "gone" if after is None else "changed"
        if change["kind"] == "position" and before and self._is_corrected(change):
            transition = "annulled" if after is None else "corrected"
        if change["kind"] in SHORT_FORMS:
            sentence = self._listed(change["kind"], transition, before, after or before)
        else:
            sentence = getattr(self, f"_{change['kind']}")(transition, before, after or before)
        return sentence[:1].upper() + _SECOND_FULL_STOP.sub("", sentence[1:])

    def find_causing_item(self, change: Json) -> Item | None:
        """Return the event that made a change, as held at the end."""
        event = causing_event(change)
        return self.end.find_item(event) if event else None

    def _is_corrected(self, change: Json) -> bool:
        """Return whether a change is none of the party's: its statement was told otherwise."""
        item = self.find_causing_item(change)
        return item is not None and item.type in _RETELLING_TYPES

    def fill_phrase(self, key: str, n: int | None = None, **values: object) -> str:
        return self.words(f"compare.told.{key}", n, **values)

    def stance_label(self, value: Json | None) -> str:
        stance_key = answer_word(value) or "none"
        stance = self.words.get(f"stance.{stance_key}", stance_key)
        answer = self.names.given_answer(value or {})
        return f"{stance} ({shorten_text(answer, 90)})" if answer else stance

    def _subject_name(self, value: Json) -> str:
        if value.get("issue"):
            return self.names.display_name("issue", value["issue"])
        plan, point = str(value.get("plan")), str(value.get("point"))
        return self.fill_phrase(
            "point-of",
            point=self.names.point_name(plan, point),
            plan=self.names.display_name("plan", plan),
        )

    def _position(self, transition: str, before: Json | None, value: Json) -> str:
        stance, earlier_stance = self.stance_label(value), self.stance_label(before)
        if transition == "changed" and is_restated(before or {}, value):
            is_newly_disputed = value.get("disputed") and not (before or {}).get("disputed")
            transition = "disputed" if is_newly_disputed else "reworded"
        return self.fill_phrase(
            f"position-{transition}",
            party=self.names.display_name("party", value["party"]),
            subject=self._subject_name(value),
            stance=stance,
            before=earlier_stance,
        )

    def _attributed(self, transition: str, before: Json | None, value: Json) -> str:
        speaker = value.get("attributed_by")
        return self.fill_phrase(
            f"attributed-{transition}",
            party=self.names.display_name("party", value["party"]),
            subject=self._subject_name(value),
            stance=self.stance_label(value),
            speaker=self.names.speaker_name(speaker) if speaker else self.fill_phrase("somebody"),
        )

    def _meeting(self, transition: str, before: Json | None, value: Json) -> str:
        status, earlier_status = value.get("status"), (before or {}).get("status")
        if transition == "changed" and earlier_status == status:
            transition = _meeting_transition(before or {}, value)
        if transition in ("new", "changed") and status == "cancelled":
            transition = "cancelled"
        return self.fill_phrase(
            f"meeting-{transition}",
            name=shorten_text(value.get("title") or value["meeting"], 110),
            status=self.words.get(f"status.{status}", str(status)),
            when=self._meeting_dates(value),
            before=self.words.get(f"status.{earlier_status}", str(earlier_status)),
        )

    def _meeting_dates(self, value: Json) -> str:
        dates = [meeting_date(value)] if meeting_date(value) else disputed_dates(value)
        date_texts = [str(self.dates.span_element(date).striptags()) for date in dates]
        return self.fill_phrase("or").join(date_texts) or self.fill_phrase("some-day")

    def _plan(self, transition: str, before: Json | None, value: Json) -> str:
        status, earlier_status = value.get("status"), (before or {}).get("status")
        if transition == "changed" and earlier_status != status:
            transition = "status"
        no_status = self.fill_phrase("no-status")
        return self.fill_phrase(
            f"plan-{transition}",
            name=shorten_text(value.get("title") or value["plan"], 110),
            status=self.words.get(f"plan-status.{status}", str(status or no_status)),
            before=self.words.get(f"plan-status.{earlier_status}", str(earlier_status or "")),
        )

    def _amendment(self, transition: str, before: Json | None, value: Json) -> str:
        status, earlier_status = value["status"], (before or value)["status"]
        if transition == "changed" and status == earlier_status:
            transition = "reworded"
        return self.fill_phrase(
            f"amendment-{transition}",
            name=value["amendment"],
            plan=self.names.display_name("plan", value["plan"]),
            status=self.fill_phrase(f"amendment-status.{status}"),
            before=self.fill_phrase(f"amendment-status.{earlier_status}"),
        )

    def _endorsement(self, transition: str, before: Json | None, value: Json) -> str:
        plan, party = str(value.get("plan")), value.get("party")
        scope = self.names.display_name("plan", plan)
        if value.get("points"):
            numbers = ", ".join(self.names.point_name(plan, point) for point in value["points"])
            scope = self.fill_phrase("endorsement-points", plan=scope, numbers=numbers)
        return self.fill_phrase(
            f"endorsement-{transition}",
            party=self.names.display_name("party", party)
            if party
            else self.fill_phrase("somebody"),
            act=self.fill_phrase(f"endorsement-act.{value['type']}"),
            scope=scope,
        )

    def _agreement(self, transition: str, before: Json | None, value: Json) -> str:
        return self.fill_phrase(f"agreement-{transition}", subject=self._subject_name(value))

    def _role(self, transition: str, before: Json | None, value: Json) -> str:
        return self.fill_phrase(
            f"role-{transition}",
            person=self.names.display_name("person", value["person"]),
            title=shorten_text(value["title"], 90),
            party=self.names.display_name("party", value["party"]),
        )

    def _statement(self, transition: str, before: Json | None, value: Json) -> str:
        was_withdrawn = bool((before or {}).get("withdrawn"))
        if transition == "changed" and value.get("withdrawn") and not was_withdrawn:
            transition = "taken-back"
        speaker = self.names.speaker_name(value.get("speaker"))
        return self.fill_phrase(f"statement-{transition}", told=self._quoted(speaker, value))

    def _quoted(self, speaker: str, value: Json) -> str:
        """Return who said what; where accounts differ, the words of each, marked disputed."""
        accounts = rival_values(value, "summary") or rival_values(value, "text")
        if not accounts:
            text = str(value.get("summary") or value.get("text") or "")
            return shorten_text(quote_speaker(speaker, text), MAX_SUMMARY_CHARS)
        texts = [shorten_text(str(account), MAX_SUMMARY_CHARS) for account in accounts]
        mark = self.words("stance.disputed")
        return f"{quote_speaker(speaker, BETWEEN_ACCOUNTS.join(texts))} ({mark})"

    def _listed(self, kind: str, transition: str, before: Json | None, value: Json) -> str:
        """Return the sentence about what a state lists: a deadline, a vote, an incident."""
        form = SHORT_FORMS[kind]
        word, earlier_word = form.word_of(value), form.word_of(before)
        if transition == "changed" and before and word == earlier_word:
            is_moved = before.get(form.time) != value.get(form.time)
            transition = "moved" if is_moved else "detailed"
        return self.fill_phrase(
            f"{kind}-{transition}",
            name=shorten_text(form.name_of(value) or str(value.get(kind) or ""), 110),
            status=self.words.get(f"listed.{kind}.{word}", word),
            when=self._listed_dates(value, form.time),
            before=self.words.get(f"listed.{kind}.{earlier_word}", earlier_word),
        )

    def _listed_dates(self, value: Json, field: str) -> str:
        dates = [value[field]] if value.get(field) else rival_values(value, field)
        date_texts = [str(self.dates.span_element(str(date)).striptags()) for date in dates]
        return self.fill_phrase("or").join(date_texts) or self.fill_phrase("some-day")

    def _withdrawn(self, transition: str, before: Json | None, value: Json) -> str:
        event_type = str(value.get("type"))
        type_name = self.words.get(f"events.types.{event_type}", event_type)
        summary = disputed_text(value, "summary") or value.get("title") or type_name
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
MAX_SUMMARY_CHARS = 150
"""Characters of a summary within a sentence."""


def quote_speaker(speaker: str, words: str) -> str:
    """Return who said what, without naming twice whom the words name at their beginning."""
    first, colon, rest = words.partition(":")
    if colon and first and first in speaker:
        words = rest.strip()
    elif any(words.startswith(f"{name} ") for name in (speaker, *speaker.split()[-1:])):
        return words
    return f"{speaker}: {words}" if speaker else words


def _meeting_transition(before: Json, value: Json) -> str:
    if meeting_date(before) == meeting_date(value):
        return "detailed"
    return "moved" if meeting_date(value) else "disputed" if disputed_dates(value) else "undated"


def meeting_date(value: Json) -> str | None:
    """Return when a meeting took place, or should; when it ended, where only its start was told."""
    occurred, concluded = value.get("occurred"), value.get("concluded")
    if occurred and concluded and occurred.endswith(("/..", "/")):
        occurred = concluded
    return occurred or value.get("expected")


def disputed_dates(value: Json) -> list[str]:
    """Return the dates that accounts of a meeting disagree on."""
    rivals = value.get("rivals") or []
    dates = {rival["value"] for rival in rivals if rival["field"] in ("occurred", "expected")}
    return sorted(str(date) for date in dates if date)


def state_word(kind: str, value: Json | None) -> str | None:
    """Return in one word how a cell stood."""
    if value is None:
        return None
    if kind in ("position", "attributed"):
        return answer_word(value)
    if kind in SHORT_FORMS:
        return SHORT_FORMS[kind].word_of(value)
    if kind in ("meeting", "plan", "amendment"):
        return value.get("status")
    if kind == "endorsement":
        return value.get("type")
    if kind == "agreement":
        return "agreed"
    return value.get("title") if kind == "role" else None


def change_summary(kind: str, value: Json) -> str | None:
    """Return the words behind a change, quoted where they are."""
    spoken_of = kind in ("position", "attributed", "meeting")
    text = disputed_text(value, "summary") if spoken_of else None
    if kind in ("position", "attributed"):
        text = value.get("quote") or text
    return shorten_text(text, MAX_SUMMARY_CHARS) or None


def change_path(change: Json) -> str | None:
    """Return where more is to be read of a change."""
    if change["kind"] in ("plan", "amendment", "agreement"):
        return f"plans/{(change['after'] or change['before'])['plan']}"
    return f"events/{causing_event(change)}" if change["events"] else None


def causing_event(change: Json) -> str | None:
    """Return the event that made the change: the last that did not stand behind the cell before."""
    before = (change["before"] or {}).get("events") or []
    new_events = [event for event in change["events"] if event not in before]
    last: str | None = next(reversed(new_events or change["events"]), None)
    return last


def is_ending(change: Json) -> bool:
    """Return whether a change is that something ended, was withdrawn or called off."""
    before, after = change["before"] or {}, change["after"]
    if after is None or (change["kind"] == "withdrawn" and not before):
        return True
    if change["kind"] == "statement":
        return bool(after.get("withdrawn") and not before.get("withdrawn"))
    is_cancelled = change["kind"] == "meeting" and after.get("status") == "cancelled"
    return is_cancelled and before.get("status") != "cancelled"


def point_transition(change: Json) -> str:
    """Return what became of a point: seen for the first time, another text, or all else."""
    before, after = change["before"], change["after"]
    if before is None or after is None:
        return "new" if before is None else "gone"
    if before.get("text") != after.get("text"):
        return "seen" if not before.get("text") else "reworded"
    return "changed"


def distinct_sources(sources: list[Json]) -> list[Json]:
    """Return the sources of a line, each publisher's page once."""
    by_address = {source.get("url") or source.get("publisher"): source for source in sources}
    return list(by_address.values())[:4]
