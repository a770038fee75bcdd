"""One sentence for a change of a cell, in the language of a page."""

from __future__ import annotations

from typing import Any

from api.desk.called import Names
from api.desk.frame import Frame
from api.desk.page import Data
from api.desk.shown import short
from api.desk.turns import MOST, date_of, dates_of, spoken, stance
from projections.view import View


class Sentences:
    """Writes sentences; names are those that are known at the end of what is compared."""

    def __init__(self, frame: Frame, end: View) -> None:
        self.dates, self.t = frame.dates, frame.words
        self.names = Names(end, frame.words)

    def of(self, change: Data) -> str:
        """Return the sentence of one change: what is new, gone or otherwise."""
        before, after = change["before"], change["after"]
        turn = "new" if before is None else "gone" if after is None else "changed"
        told: str = getattr(self, f"_{change['kind']}")(turn, before, after or before)
        return told[:1].upper() + told[1:].replace(" ….", " …").replace("?.", "?")

    def say(self, key: str, **values: Any) -> str:
        return self.t(f"compare.told.{key}", **values)

    def stance(self, value: Data | None) -> str:
        word = stance(value or {})
        return self.t.get(f"stance.{word}", word)

    def _subject(self, value: Data) -> str:
        if value.get("issue"):
            return self.names.of("issue", value["issue"])
        plan, point = str(value.get("plan")), str(value.get("point"))
        return self.say("point-of", point=self.names.point(plan, point),
                        plan=self.names.of("plan", plan))  # fmt: skip

    def _position(self, turn: str, before: Data | None, shown: Data) -> str:
        party, subject = self.names.of("party", shown["party"]), self._subject(shown)
        if turn == "changed" and self.stance(before) == self.stance(shown):
            turn = "reworded"
        return self.say(f"position-{turn}", party=party, subject=subject,
                        stance=self.stance(shown), before=self.stance(before))  # fmt: skip

    def _attributed(self, turn: str, before: Data | None, shown: Data) -> str:
        by = shown.get("attributed_by")
        speaker = self.names.speaker(by) if by else self.say("somebody")
        return self.say(f"attributed-{turn}", party=self.names.of("party", shown["party"]),
                        subject=self._subject(shown), stance=self.stance(shown),
                        speaker=speaker)  # fmt: skip

    def _meeting(self, turn: str, before: Data | None, shown: Data) -> str:
        name = short(shown.get("title") or shown["meeting"], 110)
        status = self.t.get(f"status.{shown.get('status')}", str(shown.get("status")))
        was = (before or {}).get("status")
        if turn == "changed" and was == shown.get("status"):
            turn = self._moved(before or {}, shown)
        return self.say(f"meeting-{turn}", name=name, status=status, when=self._when(shown),
                        before=self.t.get(f"status.{was}", str(was)))  # fmt: skip

    def _moved(self, before: Data, shown: Data) -> str:
        if date_of(before) == date_of(shown):
            return "detailed"
        return "moved" if date_of(shown) else "disputed" if dates_of(shown) else "undated"

    def _when(self, shown: Data) -> str:
        dates = [date_of(shown)] if date_of(shown) else dates_of(shown)
        told = [str(self.dates.when(each).striptags()) for each in dates]
        return self.say("or").join(told) or self.say("some-day")

    def _plan(self, turn: str, before: Data | None, shown: Data) -> str:
        name = short(shown.get("title") or shown["plan"], 110)
        status = shown.get("status")
        was = (before or {}).get("status")
        if turn == "changed" and was != status:
            turn = "status"
        known = self.t.get(f"plan-status.{status}", str(status or self.say("no-status")))
        return self.say(f"plan-{turn}", name=name, status=known,
                        before=self.t.get(f"plan-status.{was}", str(was or "")))  # fmt: skip

    def _role(self, turn: str, before: Data | None, shown: Data) -> str:
        return self.say(f"role-{turn}", person=self.names.of("person", shown["person"]),
                        title=short(shown["title"], 90),
                        party=self.names.of("party", shown["party"]))  # fmt: skip

    def _statement(self, turn: str, before: Data | None, shown: Data) -> str:
        if turn == "changed" and shown.get("withdrawn") and not (before or {}).get("withdrawn"):
            turn = "taken-back"
        words = str(shown.get("summary") or shown.get("text") or self.t("stance.disputed"))
        speaker = self.names.speaker(shown.get("speaker"))
        return self.say(f"statement-{turn}", told=short(spoken(speaker, words), MOST))

    def _withdrawn(self, turn: str, before: Data | None, shown: Data) -> str:
        what = shown.get("summary") or shown.get("title")
        what = what or self.t.get(f"events.types.{shown.get('type')}", str(shown.get("type")))
        return self.say(f"withdrawn-{turn}", summary=short(what, MOST))
