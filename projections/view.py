"""What answers are built from: one negotiation as of a basis, folded or read from the index."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import chain, compress
from typing import NamedTuple, TypeVar

from domain.acceptance import REGISTRATION_TYPES
from domain.basis import Basis
from domain.catalogue import BOOKKEEPING_TYPES, EDITORIAL_TYPES, RECORDER_ACT_TYPES
from domain.cells import CellKey, CellRow
from domain.coverage import WatchedPeriod, watched_period
from domain.errors import InvalidQuestionError
from domain.held_json import dump_held
from domain.instants import DAY, Instant, local_microseconds
from domain.introductions import INTRODUCTION_FIELDS
from projections.answer_json import Item
from projections.full_text import Term
from projections.log_query import LogQuery, Place
from projections.merges import NO_MERGES, Merges
from projections.scope import Scope, Touched

T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")
P = TypeVar("P")
CellResolver = Callable[[Iterable[CellRow]], T]
LATER_HINT = "it may be known later, or to another audience"
ALL_ROWS = 2**62
"""More rows than any cell has."""


class KnownDay(NamedTuple):
    """A day on which news became known, in days since 1970, with how much did.

    Up to a day ``after_seq`` counts what was recorded after a seq, on that day
    ``after_seq_or_time`` also what became known later on it.
    """

    day: int
    event_count: int
    after_seq: int
    after_seq_or_time: int


class KnownType(NamedTuple):
    """How much news of one type became known on a day, in days since 1970."""

    day: int
    type: str
    event_count: int


class HappenedWeek(NamedTuple):
    """The Monday of a week in days since 1970, with how much news happened in the week."""

    monday: int
    event_count: int


MAX_HAPPENED_SPAN = 7 * DAY
"""The widest span of what counts as having happened on a day: the one in its middle."""


class NewsMoment(NamedTuple):
    """When a piece of news may have happened, from ``lo`` to ``last``, and when it became known.

    ``slug`` is what it names of the kind that was asked for; null where none was.
    """

    seq: int
    type: str
    standing: str
    disputed: bool
    lo: Instant
    last: Instant
    known_at: Instant
    slug: str | None


def happened_day(lo: Instant, last: Instant, zone: str) -> int:
    """Return the day, in days since 1970, of the middle of a span."""
    return local_microseconds((lo + last) // 2, zone) // DAY


class Watches(NamedTuple):
    """What somebody watched: whether any watch is recorded, the periods of those that did not fail,
    and the one of these that ends last."""

    recorded: bool
    periods: list[WatchedPeriod]
    last: Item | None


def group_by_week(days: Iterable[KnownDay]) -> dict[int, int]:
    """Return events by the Monday of their week, in days since 1970 and in order."""
    weeks: dict[int, int] = {}
    for day in days:
        monday = monday_before(day.day)
        weeks[monday] = weeks.get(monday, 0) + day.event_count
    return weeks


def monday_before(day: int) -> int:
    """Return the Monday of the week of a day, both in days since 1970."""
    return (day - 4) // 7 * 7 + 4


class SeqViews(NamedTuple):
    """Views that differ in their seqs alone: what opens one, and what may differ between them."""

    open_at: Callable[[int], View]
    scope: Scope | None


class View(ABC):
    """One negotiation as of one basis."""

    basis: Basis
    zone: str
    merges: Merges = NO_MERGES

    @abstractmethod
    def resolve_cells(
        self,
        kind: str,
        *prefix: str,
        resolver: CellResolver[T],
        expected_rows: int = 0,
        with_json: bool = True,
    ) -> dict[CellKey, T]:
        """Return what a pure function makes of each cell of a kind whose key begins so, by key.

        The function is given the happened rows, of meetings also the possible ones, newest first.
        It may stop early and may be called again with more rows; it rarely needs more than
        ``expected_rows``. Rows may come without ``body`` and ``provenance`` unless ``with_json``.
        """

    def touched_since(self, before: Basis) -> Scope | None:
        """Return at least all that may look different under an earlier basis of the same viewer, or
        null where that may be anything."""
        return None

    def all_touched_since(self, before: Basis) -> Touched | None:
        """Return at least all that may look different now than as of an earlier now, for the same
        viewer; null where that may be anything, or one of the two is no now."""
        return None

    def share_items(self, others: Iterable[View], scope: Scope) -> None:  # noqa: B027  # optional
        """Have this view and others of the same viewer read at once the events that they look for,
        which differ in a scope; a view that cannot share reads its own."""

    def open_each_seq(self, after: int) -> SeqViews | None:
        """Return the views of each seq from one on, up to that of this view, for which it is read
        at once what all of them need; null where each is to be opened for itself."""
        return None

    def make_from_each(
        self,
        name: str,
        values: Mapping[K, V],
        make: Callable[[Mapping[K, V]], Mapping[K, P]],
        given: object = None,
    ) -> Mapping[K, P]:
        """Return what a function makes of each of some values that were resolved, by its key.

        ``given`` is what else it makes them of. A view that keeps parts of answers calls it with
        those values alone that it did not make the same of before, under this name.
        """
        return make(values)

    def within(self, scope: Scope) -> View:
        """Return the same view, of which no more than a scope need be looked at."""
        return self

    def read_cells(
        self, kind: str, *prefix: str, with_json: bool = True
    ) -> dict[CellKey, list[CellRow]]:
        """Return all rows of each cell, as ``resolve_cells`` gives them."""
        rows: CellResolver[list[CellRow]] = list
        return self.resolve_cells(
            kind, *prefix, resolver=rows, expected_rows=ALL_ROWS, with_json=with_json
        )

    def add_json(self, lists: Sequence[Sequence[CellRow]]) -> list[list[CellRow]]:
        """Return lists of rows with ``body`` and ``provenance``, also those that came without."""
        json_by_seq = self.read_json({row.seq for rows in lists for row in rows if not row.body})
        return [
            [row if row.body else row.with_json(*json_by_seq[row.seq]) for row in rows]
            for rows in lists
        ]

    def read_undecided(self, kind: str, *prefix: str) -> dict[CellKey, list[CellRow]]:
        """Return all rows of at least each cell whose key begins so that is not decided once and
        for all under this basis; of a kind that is decided once, such as amendments. They may come
        without JSON."""
        return self.read_cells(kind, *prefix, with_json=False)

    @abstractmethod
    def read_json(self, seqs: Iterable[int]) -> Mapping[int, tuple[bytes, bytes]]:
        """Return body and provenance of the events with these seqs, by seq."""

    @abstractmethod
    def count_cells(self, kind: str, *prefix: str) -> dict[CellKey, int]:
        """Return how many happened rows each cell has whose key begins so."""

    @abstractmethod
    def all_records(self, kind: str) -> list[Item]:
        """Return the bookkeeping or acts of one type within both cuts that stand, by seq, also what
        is not visible, without what is erased."""

    def visible_records(self, kind: str) -> list[Item]:
        """Return the bookkeeping of one type that is visible under this basis, by seq."""
        if kind not in self._visible_records:
            self._visible_records[kind] = self.visible_items(self.all_records(kind))
        return self._visible_records[kind]

    @cached_property
    def _visible_records(self) -> dict[str, list[Item]]:
        return {}

    def read_watches(self) -> Watches:
        """Return what somebody watched."""
        items = self.visible_records("watch-recorded")
        periods = {item: watched_period(item.own_fields, self.zone) for item in items}
        valid = [(period[1], item.seq, item) for item, period in periods.items() if period]
        last = max(valid, default=None)
        return Watches(
            bool(items), list(filter(None, periods.values())), last[-1] if last else None
        )

    @abstractmethod
    def merged_records(self) -> list[Item]:
        """Return the registrations within both cuts that say what they are the same as, by seq."""

    @abstractmethod
    def list_by_standing(self, standing: str, limit: int) -> list[Item]:
        """Return the newest items possible, scheduled, withdrawn, disputed, unrealised or ahead."""

    @abstractmethod
    def count_by_standing(self, standing: str, limit: int) -> int:
        """Return how many items ``list_by_standing`` gives with this limit."""

    @abstractmethod
    def items_by_seq(self, seqs: Collection[int]) -> list[Item]:
        """Return the events with these seqs that are within both cuts, by seq."""

    @abstractmethod
    def read_log(self, query: LogQuery) -> list[Item]:
        """Return visible items in the order of a query, from the place after which it goes on.

        Raises InvalidQuestionError where that is an event that this view does not show, but by seq.
        """

    def place_after(self, query: LogQuery) -> Place | None:
        """Return the place after which a list of the log goes on; null for its beginning.

        Raises InvalidQuestionError as ``read_log`` does.
        """
        if not query.after or query.order == "recorded":
            return (query.after,) if query.after else None
        for item in self.visible_items(self.items_by_seq([query.after])):
            return query.place_of(item)
        detail = f"no event with seq {query.after} is known under this basis"
        raise InvalidQuestionError.for_field(
            "after", detail, "take the address of the next page from the answer before"
        )

    @abstractmethod
    def read_newest(self, kind: str, subject: str | None = None) -> Iterable[Item]:
        """Return the happened items of one type, or those of them that name a subject, newest first
        by tie order."""

    @abstractmethod
    def count_newest(self, kind: str, limit: int) -> int:
        """Return how many happened items of one type there are, or the limit if more."""

    @abstractmethod
    def search_news(self, terms: Sequence[Term]) -> Iterable[Item]:
        """Return news and briefs that hold each of these terms, newest first; without terms,
        none."""

    @abstractmethod
    def known_days(self, at: Instant, seq: int) -> list[KnownDay]:
        """Return the days of the negotiation's zone on which visible news became known, in order,
        with how much, and how much of it lies after a seq, and after an instant on its day."""

    @abstractmethod
    def known_types(self) -> list[KnownType]:
        """Return how much visible news of each type became known on each day, in order."""

    @abstractmethod
    def happened_weeks(self) -> list[HappenedWeek]:
        """Return how much visible news happened in each week, in order, without what is vaguer than
        a week. Weeks are those of the negotiation's zone."""

    @abstractmethod
    def news_moments(self, kind: str | None = None) -> list[NewsMoment]:
        """Return the moments of all visible news, or of all that names things of a kind, such as
        parties: once for each thing named, by seq and slug."""

    def moments_after(self, instant: Instant) -> list[NewsMoment]:
        """Return those of all visible news that became known after an instant, by seq."""
        return [each for each in self.news_moments() if each.known_at > instant]

    @abstractmethod
    def items_since(self, since: Basis) -> list[Item]:
        """Return at least those items within both cuts that were recorded, revised or came out
        after an earlier basis of the same viewer, by seq."""

    @abstractmethod
    def next_embargo_end(self) -> Instant | None:
        """Return when the audience sees more, as long as nothing is recorded; null if never, or
        where that is not known.

        The basis knows of everything that was recorded.
        """

    @abstractmethod
    def steady_until(self) -> Instant:
        """Return until when the same is visible as long as nothing is recorded, as when an embargo
        ends; the clock of knowledge itself where that is not known."""

    @abstractmethod
    def first_known_at(self) -> Instant | None:
        """Return when anything that is admitted first became known; null where nothing is."""

    @abstractmethod
    def is_opening_void(self) -> bool:
        """Return whether the opening is recorded within the record cut and was voided by then."""

    @abstractmethod
    def has_news(self) -> bool:
        """Return whether any news is visible."""

    def count_visible(self) -> tuple[int, int]:
        """Return how many events are visible, and the seq of the last; 0 for none."""
        count, last = self.count_known()
        others = self.visible_items(self.read_without_clock())
        return count + len(others), max((last, *(item.seq for item in others)))

    @abstractmethod
    def count_known(self) -> tuple[int, int]:
        """Return how many visible events became known at some time, and the seq of the last; 0 for
        none."""

    @abstractmethod
    def read_without_clock(self) -> list[Item]:
        """Return all other items within both cuts, by seq, also those that are not visible."""

    @abstractmethod
    def filter_mentioned(self, kind: str, slugs: Collection[str]) -> set[str]:
        """Return those of these things of one kind that any visible news names."""

    @abstractmethod
    def find_item(self, event: str) -> Item | None:
        """Return one event within both cuts, also one that is not visible."""

    def find_items(self, events: Iterable[str]) -> dict[str, Item]:
        """Return those of some events that are within both cuts, by id. What reads from a database
        reads them at once, and each of them no more after that."""
        return {event: item for event in events if (item := self.find_item(event))}

    def find_visible_item(self, event: str) -> Item | None:
        """Return one visible event."""
        item = self.find_item(event)
        return next(iter(self.visible_items([item])), None) if item else None

    def show_item(self, item: Item) -> Item:
        """Return an item with what stands for the parties and persons that it names."""
        return item

    def visible_items(self, items: Iterable[Item]) -> list[Item]:
        """Return the visible ones of items within both cuts: bookkeeping follows the news that
        names it, an act of the recorder the event that it acts on."""
        items = list(items)
        acts = (item for item in items if item.type in RECORDER_ACT_TYPES)
        self.find_items(str(act.own_fields.get("event")) for act in acts)
        judged_items = [(item, self._visible_or_subject(item)) for item in items]
        slugs_by_kind: dict[str, set[str]] = {}
        for _, visibility in judged_items:
            if isinstance(visibility, tuple):
                slugs_by_kind.setdefault(visibility[0], set()).add(visibility[1])
        mentioned_subjects = {
            (kind, slug)
            for kind, slugs in slugs_by_kind.items()
            for slug in self.filter_mentioned(kind, slugs)
        }
        return self._with_named_answers(
            [
                item
                for item, visibility in judged_items
                if visibility is True
                or visibility in mentioned_subjects
                or visibility in self.merges.shown
            ]
        )

    def _with_named_answers(self, items: list[Item]) -> list[Item]:
        """Return items, issues with those of their answers that show: like a registration, an
        answer without reports shows once a position that is admitted names it."""
        slugs_by_event: dict[str, list[str]] = {}
        for item in items:
            is_shown_whole = item.has_known_at or self._is_known_by_record(item)
            if item.type == "issue-defined" and not is_shown_whole:
                value = item.own_fields
                answers = value.get("answers") or ()
                slugs = [f"{value['issue']}/{each['answer']}" for each in answers]
                slugs_by_event |= {item.event: slugs} if slugs else {}
        if not slugs_by_event:
            return items
        named = self.filter_mentioned("answer", set(chain.from_iterable(slugs_by_event.values())))
        return [
            _keep_answers(item, [slug in named for slug in slugs_by_event[item.event]])
            if item.event in slugs_by_event
            else item
            for item in items
        ]

    def _is_known_by_record(self, item: Item) -> bool:
        """Return whether staff know of this because it is recorded."""
        recording_counts = self.basis.audience == "staff" and not self.basis.only_source
        return recording_counts and item.recorded_at <= self.basis.known_at

    def _visible_or_subject(self, item: Item) -> bool | tuple[str, str]:
        """Return whether an item is visible, or kind and slug that news must name for that."""
        if item.standing == "erased":
            return True
        kind = item.type
        if kind in EDITORIAL_TYPES and self.basis.is_filtered:
            return False
        known_by_record = self._is_known_by_record(item)
        if kind in RECORDER_ACT_TYPES:
            target = self.find_item(str(item.own_fields.get("event")))
            return known_by_record or (target is not None and self._visible_or_subject(target))
        if kind not in BOOKKEEPING_TYPES or known_by_record or item.has_known_at:
            return True
        if kind == "negotiation-opened":
            return self.has_news()
        if kind not in REGISTRATION_TYPES:
            return False
        (slug_kind,) = INTRODUCTION_FIELDS[kind]
        return slug_kind, str(item.own_fields.get(slug_kind))


def _keep_answers(issue: Item, is_shown: Iterable[bool]) -> Item:
    value = issue.own_fields
    shown = list(compress(value["answers"], is_shown))
    return issue._replace(body=dump_held(value | {"answers": shown}))
