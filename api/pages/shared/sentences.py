"""One sentence for a change of a cell, in the language of a page."""

from __future__ import annotations

from typing import Any

from api.pages.shared.change_summary import (
    MAX_SUMMARY_CHARS,
    disputed_dates,
    meeting_date,
    quote_speaker,
    stance_word,
)
from api.pages.shared.display_names import DisplayNames
from api.pages.shared.page import Data
from api.pages.shared.page_context import PageContext
from api.pages.shared.sanitize import shorten_text
from projections.view import View


class SentenceWriter:
    """Writes sentences; names are those that are known at the end of what is compared."""

    def __init__(self, frame: PageContext, end: View) -> None:
        self.dates, self.words = frame.dates, frame.words
        self.names = DisplayNames(end, frame.words)

    def write_sentence(self, change: Data) -> str:
        """Return the sentence of one change: what is new, gone or otherwise."""
        before, after = change["before"], change["after"]
        transition = "new" if before is None else "gone" if after is None else "changed"
        sentence: str = getattr(self, f"_{change['kind']}")(transition, before, after or before)
        return sentence[:1].upper() + sentence[1:].replace(" ….", " …").replace("?.", "?")

    def fill_phrase(self, key: str, **values: Any) -> str:
        return self.words(f"compare.told.{key}", **values)

    def stance_label(self, value: Data | None) -> str:
        stance_key = stance_word(value or {})
        return self.words.get(f"stance.{stance_key}", stance_key)

    def _subject_name(self, value: Data) -> str:
        if value.get("issue"):
            return self.names.display_name("issue", value["issue"])
        plan, point = str(value.get("plan")), str(value.get("point"))
        return self.fill_phrase(
            "point-of",
            point=self.names.point_name(plan, point),
            plan=self.names.display_name("plan", plan),
        )

    def _position(self, transition: str, before: Data | None, value: Data) -> str:
        party, subject = self.names.display_name("party", value["party"]), self._subject_name(value)
        if transition == "changed" and self.stance_label(before) == self.stance_label(value):
            transition = "reworded"
        return self.fill_phrase(
            f"position-{transition}",
            party=party,
            subject=subject,
            stance=self.stance_label(value),
            before=self.stance_label(before),
        )

    def _attributed(self, transition: str, before: Data | None, value: Data) -> str:
        speaker_slug = value.get("attributed_by")
        speaker = (
            self.names.speaker_name(speaker_slug) if speaker_slug else self.fill_phrase("somebody")
        )
        return self.fill_phrase(
            f"attributed-{transition}",
            party=self.names.display_name("party", value["party"]),
            subject=self._subject_name(value),
            stance=self.stance_label(value),
            speaker=speaker,
        )

    def _meeting(self, transition: str, before: Data | None, value: Data) -> str:
        name = shorten_text(value.get("title") or value["meeting"], 110)
        status = self.words.get(f"status.{value.get('status')}", str(value.get("status")))
        earlier_status = (before or {}).get("status")
        if transition == "changed" and earlier_status == value.get("status"):
            transition = self._meeting_transition(before or {}, value)
        return self.fill_phrase(
            f"meeting-{transition}",
            name=name,
            status=status,
            when=self._meeting_dates(value),
            before=self.words.get(f"status.{earlier_status}", str(earlier_status)),
        )

    def _meeting_transition(self, before: Data, value: Data) -> str:
        if meeting_date(before) == meeting_date(value):
            return "detailed"
        return (
            "moved" if meeting_date(value) else "disputed" if disputed_dates(value) else "undated"
        )

    def _meeting_dates(self, value: Data) -> str:
        dates = [meeting_date(value)] if meeting_date(value) else disputed_dates(value)
        date_texts = [str(self.dates.span_element(each).striptags()) for each in dates]
        return self.fill_phrase("or").join(date_texts) or self.fill_phrase("some-day")

    def _plan(self, transition: str, before: Data | None, value: Data) -> str:
        name = shorten_text(value.get("title") or value["plan"], 110)
        status = value.get("status")
        earlier_status = (before or {}).get("status")
        if transition == "changed" and earlier_status != status:
            transition = "status"
        status_label = self.words.get(
            f"plan-status.{status}", str(status or self.fill_phrase("no-status"))
        )
        return self.fill_phrase(
            f"plan-{transition}",
            name=name,
            status=status_label,
            before=self.words.get(f"plan-status.{earlier_status}", str(earlier_status or "")),
        )

    def _role(self, transition: str, before: Data | None, value: Data) -> str:
        return self.fill_phrase(
            f"role-{transition}",
            person=self.names.display_name("person", value["person"]),
            title=shorten_text(value["title"], 90),
            party=self.names.display_name("party", value["party"]),
        )

    def _statement(self, transition: str, before: Data | None, value: Data) -> str:
        if (
            transition == "changed"
            and value.get("withdrawn")
            and not (before or {}).get("withdrawn")
        ):
            transition = "taken-back"
        statement_text = str(
            value.get("summary") or value.get("text") or self.words("stance.disputed")
        )
        speaker = self.names.speaker_name(value.get("speaker"))
        return self.fill_phrase(
            f"statement-{transition}",
            told=shorten_text(quote_speaker(speaker, statement_text), MAX_SUMMARY_CHARS),
        )

    def _withdrawn(self, transition: str, before: Data | None, value: Data) -> str:
        summary = value.get("summary") or value.get("title")
        summary = summary or self.words.get(
            f"events.types.{value.get('type')}", str(value.get("type"))
        )
        return self.fill_phrase(
            f"withdrawn-{transition}", summary=shorten_text(summary, MAX_SUMMARY_CHARS)
        )
