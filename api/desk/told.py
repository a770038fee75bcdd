"""Changes told in words: one sentence each, with its cause; points of one plan stand together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from api.desk.frame import Frame
from api.desk.page import Data
from api.desk.shown import host, short
from domain.items import Item
from projections import answers
from projections.view import View

GROUPS = ("positions", "meetings", "plans", "roles", "statements")
"""The parts of a brief, in order."""
COLUMNS = ("group", "kind", "subject", "sentence", "cause", "before", "after", "published",
           "known_at", "events", "sources")  # fmt: skip
CAUSES = ("world", "knowledge", "record", "clock")
_GROUP = {"position": "positions", "attributed": "positions", "meeting": "meetings",
          "plan": "plans", "point": "plans", "role": "roles", "statement": "statements",
          "withdrawn": "statements"}  # fmt: skip
_NAMED = {"party": ("party-registered", "name"), "person": ("person-registered", "name"),
          "issue": ("issue-defined", "title")}  # fmt: skip
_MOST = 150
"""Characters of a summary within a sentence."""


@dataclass
class Names:
    """The names of what sentences speak of, read once where one is asked for."""

    view: View
    found: dict[str, dict[str, str]] = field(default_factory=dict)

    def of(self, kind: str, slug: Any) -> str:
        """Return a name, or the slug where nothing is registered under it."""
        if kind not in self.found:
            self.found[kind] = self._plans() if kind == "plan" else self._registered(kind)
        return short(self.found[kind].get(str(slug)) or slug, 90)

    def speaker(self, named: Any) -> str:
        """Return the name of a speaker, written as kind and slug."""
        kind, _, slug = str(named or "").rpartition(":")
        return self.of(kind, slug) if kind in _NAMED else slug

    def _registered(self, kind: str) -> dict[str, str]:
        type_, name = _NAMED[kind]
        items: list[Item] = self.view.registered(type_)
        return {str(item.value.get(kind)): str(item.value.get(name) or "") for item in items}

    def _plans(self) -> dict[str, str]:
        found = answers.spelled_out(answers.plans(self.view))
        return {each["plan"]: each["title"] or "" for each in found}


class Telling:
    """Tells changes in the language of a page."""

    def __init__(self, frame: Frame, end: View) -> None:
        self.frame, self.t, self.names = frame, frame.words, Names(end)

    def brief(self, changes: Iterable[Data]) -> Data:
        """Return the sentences of a brief, how many changes they tell, and of which causes."""
        found = list(changes)
        lines = [self._line(each, self._sentence(each), 1)
                 for each in found if each["kind"] != "point"]  # fmt: skip
        lines += self._points([each for each in found if each["kind"] == "point"])
        lines.sort(key=lambda each: (GROUPS.index(each["group"]), each["order"], each["sentence"]))
        causes = {cause: sum(each["cause"] == cause for each in found) for cause in CAUSES}
        return {"n": len(found), "causes": causes, "lines": lines}

    def _line(self, change: Data, sentence: str, n: int) -> Data:
        shown = change["after"] or change["before"]
        when = shown.get("occurred") or shown.get("expected") or shown.get("since")
        return {
            "group": _GROUP[change["kind"]],
            "kind": change["kind"],
            "subject": change["subject"],
            "sentence": sentence[:1].upper() + sentence[1:].replace(" ….", " …"),
            "summary": self._summary(change["kind"], shown),
            "changes": n,
            "cause": change["cause"],
            "before": self._word(change["kind"], change["before"]),
            "after": self._word(change["kind"], change["after"]),
            "gone": change["after"] is None,
            "occurred": when,
            "known_at": shown.get("known_at"),
            "path": self._path(change["kind"], shown, change),
            "event": change["events"][0] if change["events"] else None,
            "events": change["events"],
            "sources": _distinct(shown.get("sources") or []),
            "order": str(shown.get("known_at") or ""),
        }

    def _word(self, kind: str, value: Data | None) -> str | None:
        """Return in one word how a cell stood."""
        if value is None:
            return None
        if kind in ("position", "attributed"):
            return _stance(value)
        if kind in ("meeting", "plan"):
            return value.get("status")
        return value.get("title") if kind == "role" else None

    def _summary(self, kind: str, value: Data) -> str | None:
        if kind in ("position", "attributed"):
            return short(value.get("quote") or value.get("summary"), _MOST) or None
        if kind == "meeting":
            return short(value.get("summary"), _MOST) or None
        return None

    def _path(self, kind: str, shown: Data, change: Data) -> str | None:
        if kind == "plan":
            return f"plans/{shown['plan']}"
        return f"events/{change['events'][0]}" if change["events"] else None

    # Sentences.

    def _sentence(self, change: Data) -> str:
        before, after = change["before"], change["after"]
        turn = "new" if before is None else "gone" if after is None else "changed"
        tell = getattr(self, f"_{change['kind']}")
        told: str = tell(turn, before, after or before)
        return told

    def _say(self, key: str, **values: Any) -> str:
        return self.t(f"compare.told.{key}", **values)

    def _stance(self, value: Data | None) -> str:
        word = _stance(value or {})
        return self.t.get(f"stance.{word}", str(word))

    def _subject(self, value: Data) -> str:
        if value.get("issue"):
            return self.names.of("issue", value["issue"])
        plan = self.names.of("plan", value.get("plan"))
        return self._say("point-of", point=str(value.get("point")), plan=plan)

    def _position(self, turn: str, before: Data | None, shown: Data) -> str:
        party, subject = self.names.of("party", shown["party"]), self._subject(shown)
        if turn == "changed" and self._stance(before) == self._stance(shown):
            turn = "reworded"
        return self._say(f"position-{turn}", party=party, subject=subject,
                         stance=self._stance(shown), before=self._stance(before))  # fmt: skip

    def _attributed(self, turn: str, before: Data | None, shown: Data) -> str:
        by = shown.get("attributed_by")
        speaker = self.names.speaker(by) if by else self._say("somebody")
        return self._say(f"attributed-{turn}", party=self.names.of("party", shown["party"]),
                         subject=self._subject(shown), stance=self._stance(shown),
                         speaker=speaker)  # fmt: skip

    def _meeting(self, turn: str, before: Data | None, shown: Data) -> str:
        name = short(shown.get("title") or shown["meeting"], 110)
        status = self.t.get(f"status.{shown.get('status')}", str(shown.get("status")))
        was = (before or {}).get("status")
        date = shown.get("occurred") or shown.get("expected")
        when = self.frame.dates.when(date).striptags() if date else self._say("some-day")
        if turn == "changed" and was == shown.get("status"):
            turn = "moved" if date != _date(before) else "detailed"
        return self._say(f"meeting-{turn}", name=name, status=status, when=when,
                         before=self.t.get(f"status.{was}", str(was)))  # fmt: skip

    def _plan(self, turn: str, before: Data | None, shown: Data) -> str:
        name = short(shown.get("title") or shown["plan"], 110)
        status = shown.get("status")
        was = (before or {}).get("status")
        if turn == "changed" and was != status:
            turn = "status"
        known = self.t.get(f"plan-status.{status}", str(status or self._say("no-status")))
        return self._say(f"plan-{turn}", name=name, status=known,
                         before=self.t.get(f"plan-status.{was}", str(was or "")))  # fmt: skip

    def _role(self, turn: str, before: Data | None, shown: Data) -> str:
        return self._say(f"role-{turn}", person=self.names.of("person", shown["person"]),
                         title=short(shown["title"], 90),
                         party=self.names.of("party", shown["party"]))  # fmt: skip

    def _statement(self, turn: str, before: Data | None, shown: Data) -> str:
        if turn == "changed" and shown.get("withdrawn") and not (before or {}).get("withdrawn"):
            turn = "taken-back"
        return self._say(f"statement-{turn}", speaker=self.names.speaker(shown.get("speaker")),
                         summary=short(self._words(shown), _MOST))  # fmt: skip

    def _words(self, shown: Data) -> str:
        """Return what was said, or that it is disputed what was."""
        return str(shown.get("summary") or shown.get("text") or self.t("stance.disputed"))

    def _withdrawn(self, turn: str, before: Data | None, shown: Data) -> str:
        what = shown.get("summary") or shown.get("title") or shown.get("type")
        return self._say(f"withdrawn-{turn}", summary=short(what, _MOST))

    def _points(self, changes: list[Data]) -> Iterator[Data]:
        """Yield one line for the points of a plan that changed alike."""
        alike: dict[tuple[str, ...], list[Data]] = {}
        for each in changes:
            plan = each["subject"].partition("/")[0]
            alike.setdefault((plan, _point_turn(each), each["cause"]), []).append(each)
        for (plan, turn, _), members in alike.items():
            shown = [each["after"] or each["before"] for each in members]
            numbers = [str(one.get("number") or one["point"]) for one in shown]
            listed = ", ".join(sorted(numbers, key=lambda one: (len(one), one))[:12])
            if len(numbers) > 12:
                listed += " …"
            sentence = self._say(f"points-{turn}", n=len(members), numbers=listed,
                                 plan=self.names.of("plan", plan))  # fmt: skip
            line = self._line(members[0], sentence, len(members))
            every = [source for one in shown for source in one.get("sources") or []]
            events = list(dict.fromkeys(event for each in members for event in each["events"]))
            yield {**line, "subject": plan, "path": f"plans/{plan}", "events": events,
                   "sources": _distinct(every)}  # fmt: skip


def _stance(value: Data) -> str:
    if value.get("mixed"):
        return "mixed"
    if value.get("rivals"):
        return "disputed"
    word: str = value.get("stance") or "none"
    return word


def _date(value: Data | None) -> Any:
    return (value or {}).get("occurred") or (value or {}).get("expected")


def _point_turn(change: Data) -> str:
    before, after = change["before"], change["after"]
    if before is None or after is None:
        return "new" if before is None else "gone"
    if before.get("text") != after.get("text"):
        return "seen" if not before.get("text") else "reworded"
    return "changed"


def _distinct(sources: list[Data]) -> list[Data]:
    """Return the sources of a line, each publisher's page once."""
    found = {(each.get("url") or each.get("publisher")): each for each in sources}
    return list(found.values())[:4]


def rows(brief: Data) -> Iterator[Data]:
    """Yield the lines of a brief as a table has them."""
    for each in brief["lines"]:
        named = [one.get("publisher") or host(one.get("url")) for one in each["sources"]]
        dates = [str(one.get("published")) for one in each["sources"]]
        yield {**each, "events": " ".join(each["events"]), "sources": "; ".join(named),
               "published": "; ".join(dates)}  # fmt: skip
