"""Changes as a brief: one sentence each, with its cause; points of one plan stand together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from api.listed_words import LIST_NAMES
from api.models.answers import Deadline, Meeting, Role
from api.models.base import Disputable, Provenance, Source
from api.models.changes import AnyChange
from api.pages.shared.change_facts import (
    MAX_SUMMARY_CHARS,
    PointChange,
    PositionChange,
    causing_event,
    change_path,
    change_summary,
    distinct_sources,
    is_ending,
    is_worded_later,
    point_transition,
    state_word,
)
from api.pages.shared.disputes import show_disputes
from api.pages.shared.field_text import texts_word
from api.pages.shared.first_told import TOLD_AGAIN, Tellings, find_teller, find_tellings
from api.pages.shared.merger_facts import is_by_merger, merged_since
from api.pages.shared.overdue import overdue_deadline, overdue_meeting
from api.pages.shared.page_context import PageContext
from api.pages.shared.sanitize import shorten_text, url_host
from api.pages.shared.sentences import OwnDate, SentenceWriter
from domain.edtf import parse_span
from domain.instants import EARLIEST, to_rfc3339
from domain.model import Json
from domain.point_order import number_key
from projections.answer_json import Item
from projections.answers.diff import Cause
from projections.answers.listed_kinds import TRACKED_KINDS
from projections.view import View

GROUPS = (
    "parties",
    "positions",
    "claims",
    "meetings",
    *LIST_NAMES.values(),
    "plans",
    "roles",
    "statements",
)
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
CAUSES: tuple[Cause, ...] = ("world", "knowledge", "record", "clock")
GROUP_OF_KIND = {
    "party": "parties",
    "person": "parties",
    "position": "positions",
    "attributed": "claims",
    "meeting": "meetings",
    "plan": "plans",
    "point": "plans",
    "amendment": "plans",
    "endorsement": "plans",
    "agreement": "plans",
    "role": "roles",
    "statement": "statements",
    "withdrawn": "statements",
    **LIST_NAMES,
}
_TIME_FIELDS = ("concluded", "closed", "occurred", "last_stated", "since", "due")
"""What says when something took place; of what ended, its end."""
_ZONE_FIELDS = {"concluded": "concluded_tz", "closed": "closed_tz"}
_TRACKED = {kind.kind for kind in TRACKED_KINDS}
NO_DATE = OwnDate(None, None)
_MAX_NUMBERS = 12
"""Numbers of points within a sentence."""


class Origin(NamedTuple):
    """When what a sentence says happened, when it became known, and from whom."""

    date: OwnDate
    known_at: str | None
    sources: tuple[Source, ...]


class BriefWriter(SentenceWriter):
    """Describes changes in the language of a page, line by line.

    Where the earlier end is given, a position is told by what it did not have.
    """

    def __init__(self, frame: PageContext, end: View, start: View | None = None) -> None:
        super().__init__(frame, end)
        self.start, self._tellings = start, Tellings()

    def write_preview(self, changes: Iterable[AnyChange]) -> list[Json]:
        """Return the lines of what would change, of which nothing is the cause yet."""
        lines: list[Json] = self.write_brief(changes)["lines"]
        return [line | {"cause": None} for line in lines]

    def write_brief(self, changes: Iterable[AnyChange]) -> Json:
        """Return the lines of a brief, how many changes there are, and of which causes."""
        all_changes = [change for change in changes if not _is_of_unknown_start(change)]
        self._read_events(all_changes)
        positions = [change for change in all_changes if change.kind == "position"]
        lines = [
            self._brief_line(change, self.write_sentence(change))
            for change in all_changes
            if change.kind not in ("point", "position")
        ]
        lines += self._position_lines(positions)
        lines += self._point_lines(change for change in all_changes if change.kind == "point")
        lines.sort(key=lambda line: (GROUPS.index(line["group"]), line["order"], line["sentence"]))
        cause_counts = Counter(change.cause for change in all_changes)
        causes = {cause: cause_counts[cause] for cause in CAUSES}
        return {"n": len(all_changes), "causes": causes, "lines": lines}

    def tell_origins(self, changes: Sequence[AnyChange]) -> list[Json]:
        """Return of each change since when it is known, because of what, and from whom."""
        self._read_events(changes)
        return list(map(self._show_origin, changes))

    def _read_events(self, changes: Sequence[AnyChange]) -> None:
        """Read what the changes rest on at once."""
        positions = [change for change in changes if change.kind == "position"]
        self._tellings = find_tellings(positions, self.start, self.end)
        self.end.find_items(event for change in changes for event in change.events)

    def _show_origin(self, change: AnyChange) -> Json:
        origin, teller = self._origin(change), self._find_teller(change)
        return {
            "kind": change.kind,
            "cause": change.cause,
            "occurred": origin.date.text,
            "tz": origin.date.tz,
            "known_at": origin.known_at,
            "overdue": self._overdue_since(change),
            "path": change_path(change, teller and teller.event),
            "event": teller.event if teller else causing_event(change),
            "sources": _show_sources(origin.sources),
        }

    def _overdue_since(self, change: AnyChange) -> str | None:
        """Return since when something is overdue: that is not since when it is known."""
        match change.after:
            case Meeting():
                late = overdue_meeting(self.frame, change.after)
            case Deadline():
                late = overdue_deadline(self.frame, change.after)
            case _:
                late = None
        return str(late["since"]) if late else None

    def _brief_line(self, change: AnyChange, sentence: str) -> Json:
        origin = self._show_origin(change)
        return {
            **origin,
            "group": GROUP_OF_KIND[change.kind],
            "subject": change.subject,
            "sentence": sentence,
            "named": [
                named._asdict() for named in self.names.take_noted() if named.name in sentence
            ],
            "summary": self._summary(change),
            "disputes": self._disputes(change),
            "points": [],
            "changes": 1,
            "before": state_word(change.kind, change.before),
            "after": state_word(change.kind, change.after),
            "gone": change.after is None,
            "events": list(dict.fromkeys([*self._told_by(change), *change.events])),
            "order": origin["known_at"] or "",
        }

    def _summary(self, change: AnyChange) -> str | None:
        """Return the words behind a change: those of the event that its sentence leads to, where
        others told the same after it."""
        teller = self._find_teller(change)
        is_told_again = change.kind == "position" or change.kind in TOLD_AGAIN
        if not is_told_again or teller is None or teller.event == change.events[-1]:
            return change_summary(change)
        fields = teller.own_fields
        return shorten_text(fields.get("quote") or fields.get("summary"), MAX_SUMMARY_CHARS) or None

    def _find_teller(self, change: AnyChange) -> Item | None:
        return find_teller(change, self.end, self._tellings)

    def _told_by(self, change: AnyChange) -> list[str]:
        """Return the events that tell where a position stands, the first one first."""
        return [item.event for item in self._tellings.get(change.subject, ())]

    def _disputes(self, change: AnyChange) -> list[Json]:
        """Return what accounts disagree on at the end."""
        after = change.after
        return show_disputes(self.frame, after, self.end) if isinstance(after, Disputable) else []

    def _origin(self, change: AnyChange) -> Origin:
        """Return when what a sentence says happened, when it became known, and from whom: of what
        ended, that is its end; of a wording, the wording."""
        value = change.value
        if is_ending(change) and (item := self.find_causing_item(change)):
            known_at = to_rfc3339(item.known_at) if item.has_known_at else None
            return Origin(_date_of_event(item), known_at, _sources_of(item))
        if told := self._tellings.get(change.subject, ()):
            known_at = to_rfc3339(told[0].known_at) if told[0].has_known_at else None
            sources = [source for item in told for source in _sources_of(item)]
            return Origin(_date_of_event(told[0]), known_at, tuple(sources))
        if is_by_merger(change, self.end) and (item := self.find_causing_item(change)):
            return Origin(NO_DATE, merged_since(item), _sources_of(item))
        if change.kind == "point" and (
            is_worded_later(change) or point_transition(change) in ("seen", "reworded")
        ):
            return Origin(NO_DATE, change.value.text_known_at, change.value.text_sources)
        if change.kind in TOLD_AGAIN and (item := self._find_teller(change)):
            known_at = to_rfc3339(item.known_at) if item.has_known_at else None
            return Origin(self._date(change), known_at, _sources_of(item))
        return Origin(self._date(change), value.known_at, value.sources)

    def _date(self, change: AnyChange) -> OwnDate:
        """Return when what stands in a cell happened; of what many events tell, the last that
        moved it."""
        if change.kind in _TRACKED and change.cause != "clock":
            return _date_of_event(self.find_causing_item(change))
        date = _date_of_value(change.value)
        if date.text and not hasattr(change.value, "tz"):
            made = _date_of_event(self.find_causing_item(change))
            return made if made.text == date.text else date
        return date

    def _position_lines(self, changes: Iterable[PositionChange]) -> Iterator[Json]:
        """Yield one line for the parties that came from and to the same answer alike."""
        alike_changes: dict[tuple[object, ...], list[PositionChange]] = {}
        for change in changes:
            origin = self._origin(change)
            key = *self.move_of(change), change.cause, origin.date, origin.known_at
            alike_changes.setdefault(key, []).append(change)
        for members in alike_changes.values():
            first = members[0]
            sources = [each for change in members for each in self._origin(change).sources]
            events = ((*self._told_by(change), *change.events) for change in members)
            yield {
                **self._brief_line(first, self.write_positions(members)),
                "changes": len(members),
                "events": list(dict.fromkeys(chain.from_iterable(events))),
                "sources": _show_sources(sources),
            }

    def _point_lines(self, changes: Iterable[PointChange]) -> Iterator[Json]:
        """Yield one line for the points of a plan that changed alike and at one time, in the order
        of their text."""
        alike_changes: dict[tuple[str, ...], list[PointChange]] = {}
        for change in changes:
            plan, origin = change.subject.partition("/")[0], self._origin(change)
            moment = str(origin.date.text or origin.known_at)
            key = plan, point_transition(change), change.cause, moment
            alike_changes.setdefault(key, []).append(change)
        for (plan, transition, _, _), members in alike_changes.items():
            members.sort(key=_place_of_point)
            points = [change.value for change in members]
            numbers = [str(point.number or point.point) for point in points]
            if (left := len(numbers) - _MAX_NUMBERS) > 0:
                numbers[_MAX_NUMBERS:] = [self.fill_phrase("more-parties", left)]
            sentence = self.fill_phrase(
                f"points-{transition}",
                n=len(members),
                texts=texts_word(self.words, len(points), sum(bool(p.text) for p in points)),
                numbers=", ".join(numbers),
                plan=self.names.display_name("plan", plan),
            )
            fields = ("point", "heading", "number", "text")
            sources = [each for change in members for each in self._origin(change).sources]
            events = dict.fromkeys(event for change in members for event in change.events)
            yield {
                **self._brief_line(members[0], sentence),
                "subject": plan,
                "path": f"plans/{plan}",
                "points": [{name: getattr(point, name) for name in fields} for point in points],
                "changes": len(members),
                "events": list(events),
                "sources": _show_sources(sources),
            }


def _date_of_event(item: Item | None) -> OwnDate:
    return OwnDate(item.own_fields.get("occurred"), item.own_fields.get("tz")) if item else NO_DATE


def _date_of_value(value: Provenance) -> OwnDate:
    for name in _TIME_FIELDS:
        if text := getattr(value, name, None):
            return OwnDate(text, getattr(value, _ZONE_FIELDS.get(name, "tz"), None))
    return NO_DATE


def _sources_of(item: Item) -> tuple[Source, ...]:
    return Provenance.model_validate_json(item.provenance).sources


def _show_sources(sources: Iterable[Source]) -> list[Json]:
    return [source.to_json() for source in distinct_sources(sources)]


def _place_of_point(change: PointChange) -> list[tuple[int, int, str]]:
    """Return by what the points of a line are sorted: their numbers as people read them."""
    return number_key(change.value.number or change.value.point)


def _is_of_unknown_start(change: AnyChange) -> bool:
    after = change.after
    return isinstance(after, Role) and is_start_unknown(after.since)


def is_start_unknown(since: str | None) -> bool:
    """Return whether an office is held since some unknown day: that is no news, whenever it became
    known."""
    return parse_span(since).start.lo == EARLIEST


def brief_rows(brief: Json) -> Iterator[Json]:
    """Yield the lines of a brief as a table has them."""
    for line in brief["lines"]:
        sources = line["sources"]
        yield {
            **line,
            "events": " ".join(line["events"]),
            "sources": "; ".join(
                source.get("publisher") or url_host(source.get("url")) for source in sources
            ),
            "published": "; ".join(str(source.get("published")) for source in sources),
        }
