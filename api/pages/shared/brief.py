"""Changes as a brief: one sentence each, with its cause; points of one plan stand together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from api.pages.shared.page_context import PageContext
from api.pages.shared.sanitize import url_host
from api.pages.shared.sentences import (
    SentenceWriter,
    causing_event,
    change_path,
    change_summary,
    distinct_sources,
    point_transition,
    state_word,
)
from domain.model import Json
from projections.view import View

GROUPS = ("positions", "meetings", "plans", "roles", "statements")
"""The parts of a brief, in order."""
COLUMNS = (
    "group",
    "kind",
    "subject",
    "sentence",
    "cause",
    "before",
    "after",
    "published",
    "known_at",
    "events",
    "sources",
)
CAUSES = ("world", "knowledge", "record", "clock")
_GROUP_OF_KIND = {
    "position": "positions",
    "attributed": "positions",
    "meeting": "meetings",
    "plan": "plans",
    "point": "plans",
    "role": "roles",
    "statement": "statements",
    "withdrawn": "statements",
}
_MAX_NUMBERS = 12
"""Numbers of points within a sentence."""


class BriefWriter:
    """Tells changes in the language of a page."""

    def __init__(self, frame: PageContext, end: View) -> None:
        self.sentence_writer = SentenceWriter(frame, end)

    def write_brief(self, changes: Iterable[Json]) -> Json:
        """Return the sentences of a brief, how many changes they tell, and of which causes."""
        all_changes = list(changes)
        lines = [
            self._brief_line(each, self.sentence_writer.write_sentence(each))
            for each in all_changes
            if each["kind"] != "point"
        ]
        lines += self._point_lines([each for each in all_changes if each["kind"] == "point"])
        lines.sort(key=lambda each: (GROUPS.index(each["group"]), each["order"], each["sentence"]))
        causes = {cause: sum(each["cause"] == cause for each in all_changes) for cause in CAUSES}
        return {"n": len(all_changes), "causes": causes, "lines": lines}

    def _brief_line(self, change: Json, sentence: str) -> Json:
        value = change["after"] or change["before"]
        return {
            "group": _GROUP_OF_KIND[change["kind"]],
            "kind": change["kind"],
            "subject": change["subject"],
            "sentence": sentence,
            "summary": change_summary(change["kind"], value),
            "points": [],
            "changes": 1,
            "cause": change["cause"],
            "before": state_word(change["kind"], change["before"]),
            "after": state_word(change["kind"], change["after"]),
            "gone": change["after"] is None,
            "occurred": value.get("occurred") or value.get("since"),
            "known_at": value.get("known_at"),
            "path": change_path(change["kind"], value, change),
            "event": causing_event(change),
            "events": change["events"],
            "sources": distinct_sources(value.get("sources") or []),
            "order": str(value.get("known_at") or ""),
        }

    def _point_lines(self, changes: list[Json]) -> Iterator[Json]:
        """Yield one line for the points of a plan that changed alike."""
        alike_changes: dict[tuple[str, ...], list[Json]] = {}
        for each in changes:
            plan = each["subject"].partition("/")[0]
            alike_changes.setdefault((plan, point_transition(each), each["cause"]), []).append(each)
        for (plan, transition, _), members in alike_changes.items():
            values = [each["after"] or each["before"] for each in members]
            numbers = sorted(
                (str(one.get("number") or one["point"]) for one in values),
                key=lambda one: (len(one), one),
            )
            number_list = ", ".join(numbers[:_MAX_NUMBERS]) + (
                " …" if len(numbers) > _MAX_NUMBERS else ""
            )
            sentence = self.sentence_writer.fill_phrase(
                f"points-{transition}",
                n=len(members),
                numbers=number_list,
                plan=self.sentence_writer.names.display_name("plan", plan),
            )
            all_sources = [source for one in values for source in one.get("sources") or []]
            events = list(dict.fromkeys(event for each in members for event in each["events"]))
            yield {
                **self._brief_line(members[0], sentence),
                "subject": plan,
                "path": f"plans/{plan}",
                "points": [
                    {
                        "point": one["point"],
                        "heading": one.get("heading"),
                        "number": one.get("number"),
                        "text": one.get("text"),
                    }
                    for one in values
                ],
                "changes": len(members),
                "events": events,
                "sources": distinct_sources(all_sources),
            }


def brief_rows(brief: Json) -> Iterator[Json]:
    """Yield the lines of a brief as a table has them."""
    for each in brief["lines"]:
        publishers = [one.get("publisher") or url_host(one.get("url")) for one in each["sources"]]
        dates = [str(one.get("published")) for one in each["sources"]]
        yield {
            **each,
            "events": " ".join(each["events"]),
            "sources": "; ".join(publishers),
            "published": "; ".join(dates),
        }
