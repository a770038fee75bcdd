"""Changes as a brief: one sentence each, with its cause; points of one plan stand together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from api.desk.frame import Frame
from api.desk.page import Data
from api.desk.sentences import Sentences
from api.desk.shown import host
from api.desk.turns import distinct, newest, path, summary, turn, word
from projections.view import View

GROUPS = ("positions", "meetings", "plans", "roles", "statements")
"""The parts of a brief, in order."""
COLUMNS = ("group", "kind", "subject", "sentence", "cause", "before", "after", "published",
           "known_at", "events", "sources")  # fmt: skip
CAUSES = ("world", "knowledge", "record", "clock")
_GROUP = {"position": "positions", "attributed": "positions", "meeting": "meetings",
          "plan": "plans", "point": "plans", "role": "roles", "statement": "statements",
          "withdrawn": "statements"}  # fmt: skip
_LISTED = 12
"""Numbers of points within a sentence."""


class Telling:
    """Tells changes in the language of a page."""

    def __init__(self, frame: Frame, end: View) -> None:
        self.sentences = Sentences(frame, end)

    def brief(self, changes: Iterable[Data]) -> Data:
        """Return the sentences of a brief, how many changes they tell, and of which causes."""
        found = list(changes)
        lines = [self._line(each, self.sentences.of(each))
                 for each in found if each["kind"] != "point"]  # fmt: skip
        lines += self._points([each for each in found if each["kind"] == "point"])
        lines.sort(key=lambda each: (GROUPS.index(each["group"]), each["order"], each["sentence"]))
        causes = {cause: sum(each["cause"] == cause for each in found) for cause in CAUSES}
        return {"n": len(found), "causes": causes, "lines": lines}

    def _line(self, change: Data, sentence: str) -> Data:
        shown = change["after"] or change["before"]
        return {
            "group": _GROUP[change["kind"]],
            "kind": change["kind"],
            "subject": change["subject"],
            "sentence": sentence,
            "summary": summary(change["kind"], shown),
            "points": [],
            "changes": 1,
            "cause": change["cause"],
            "before": word(change["kind"], change["before"]),
            "after": word(change["kind"], change["after"]),
            "gone": change["after"] is None,
            "occurred": shown.get("occurred") or shown.get("since"),
            "known_at": shown.get("known_at"),
            "path": path(change["kind"], shown, change),
            "event": newest(change),
            "events": change["events"],
            "sources": distinct(shown.get("sources") or []),
            "order": str(shown.get("known_at") or ""),
        }

    def _points(self, changes: list[Data]) -> Iterator[Data]:
        """Yield one line for the points of a plan that changed alike."""
        alike: dict[tuple[str, ...], list[Data]] = {}
        for each in changes:
            plan = each["subject"].partition("/")[0]
            alike.setdefault((plan, turn(each), each["cause"]), []).append(each)
        for (plan, became, _), members in alike.items():
            shown = [each["after"] or each["before"] for each in members]
            numbers = sorted((str(one.get("number") or one["point"]) for one in shown),
                             key=lambda one: (len(one), one))  # fmt: skip
            listed = ", ".join(numbers[:_LISTED]) + (" …" if len(numbers) > _LISTED else "")
            sentence = self.sentences.say(f"points-{became}", n=len(members), numbers=listed,
                                          plan=self.sentences.names.of("plan", plan))  # fmt: skip
            every = [source for one in shown for source in one.get("sources") or []]
            events = list(dict.fromkeys(event for each in members for event in each["events"]))
            yield {**self._line(members[0], sentence), "subject": plan, "path": f"plans/{plan}",
                   "points": [{"point": one["point"], "heading": one.get("heading"),
                               "number": one.get("number"), "text": one.get("text")}
                              for one in shown],
                   "changes": len(members), "events": events,
                   "sources": distinct(every)}  # fmt: skip


def rows(brief: Data) -> Iterator[dict[str, Any]]:
    """Yield the lines of a brief as a table has them."""
    for each in brief["lines"]:
        named = [one.get("publisher") or host(one.get("url")) for one in each["sources"]]
        dates = [str(one.get("published")) for one in each["sources"]]
        yield {**each, "events": " ".join(each["events"]), "sources": "; ".join(named),
               "published": "; ".join(dates)}  # fmt: skip
