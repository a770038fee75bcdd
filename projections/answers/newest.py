"""How an answer is bounded: of a long list its newest, how many there are, and where they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from heapq import nlargest
from itertools import islice
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlencode

import orjson

from domain.basis import CLOCK_PARAMS, Basis
from domain.cells import CellRow
from domain.model import Json
from projections.view import ALL_ROWS, View

T = TypeVar("T")
MAX_COUNTED = 1000
"""How many events of the log are counted for an answer; of more it says no number."""


class ListLimits(NamedTuple):
    """How many items each list of an answer has at most."""

    listed: int = 20
    statements: int = 10


BOUNDED, WHOLE = ListLimits(), ListLimits(ALL_ROWS, ALL_ROWS)


class ListedThing(NamedTuple):
    """A thing with a status, such as a meeting, as far as its rows tell without their JSON.

    ``status`` is but for the clock, ``order`` its place in tie order, ``rows`` are newest first.
    """

    slug: str
    status: str | None
    order: tuple[int, ...]
    rows: Sequence[CellRow]


class NewestLists:
    """Keeps the newest of each list and tells in ``more`` what was left off.

    A list keeps the order that it has whole. ``address`` is that of the negotiation in the API.
    ``start`` is how many of the newest were on earlier pages.
    """

    def __init__(self, view: View, address: str, limits: ListLimits, start: int = 0) -> None:
        self.view, self.address, self.limits, self.start = view, address, limits, start
        self.end = start + limits.listed
        self.more: dict[str, Json] = {}

    def for_part(self, view: View | None = None) -> NewestLists:
        """Return the same for a part of the answer that has a ``more`` of its own."""
        return NewestLists(view or self.view, self.address, self.limits, self.start)

    def keep(
        self,
        name: str,
        items: Iterable[T],
        order: Callable[[T], Any],
        path: str,
        *,
        left_out: int = 0,
        **params: str,
    ) -> list[T]:
        """Return the newest of a list by an order, later being newer.

        ``left_out`` counts what is older than the items given. ``path`` and ``params`` are where
        the whole list is.
        """
        items = list(items)
        if len(items) > self.end:
            self.note(name, len(items) + left_out, path, **params)
        elif not self.start:
            return items
        newest = nlargest(self.end, range(len(items)), key=lambda n: order(items[n]))
        return [items[n] for n in sorted(newest[self.start :])]

    def keep_first(
        self, name: str, newest_first: list[T], count: Callable[[], int], path: str
    ) -> list[T]:
        """Return the page of a list that was read to one past its end, if there is as much."""
        if len(newest_first) > self.end:
            self.note(name, count(), path)
        return newest_first[self.start : self.end]

    def keep_closed(
        self, path: str, things: Iterable[ListedThing], closed_statuses: Iterable[str]
    ) -> list[ListedThing]:
        """Return the newest things of each closed status; of all other statuses every one."""
        kept = list(things)
        for status in closed_statuses:
            closed = [each for each in kept if each.status == status]
            newest = self.keep(f"{status}_{path}", closed, attrgetter("order"), path, status=status)
            left_off = {each.slug for each in closed} - {each.slug for each in newest}
            kept = [each for each in kept if each.slug not in left_off]
        return kept

    def keep_by_standing(self, standing: str) -> list[orjson.Fragment]:
        """Return the newest events of one standing, by tie order and newest first."""
        limit = self.limits.listed
        items = self.view.list_by_standing(standing, limit + 1)
        if len(items) > limit:
            count = self.view.count_by_standing(standing, MAX_COUNTED + 1)
            self.note(standing, _if_counted(count), "events", standing=standing)
        return [item.json_fragment for item in items[:limit]]

    def keep_of_type(
        self, name: str, event_type: str, newest_first: Iterable[T], limit: int | None = None
    ) -> list[T]:
        """Return the newest of a list that has one item for each event of a type."""
        limit = self.limits.listed if limit is None else limit
        items = list(islice(newest_first, limit + 1))
        if len(items) > limit:
            count = self.view.count_newest(event_type, MAX_COUNTED + 1)
            self.note(name, _if_counted(count), name)
        return items[:limit]

    def note(self, name: str, count: int | None, path: str, **params: str) -> None:
        """Tell how many a list has in all, and where it is whole."""
        question = "&".join(filter(None, (urlencode(params), self._question)))
        self.more[name] = {"count": count, "address": f"{self.address}/{path}?{question}"}

    @cached_property
    def _question(self) -> str:
        return urlencode(question_params(self.view.basis))


def _if_counted(count: int) -> int | None:
    return count if count <= MAX_COUNTED else None


def question_params(basis: Basis) -> list[tuple[str, str]]:
    """Return the parameters that ask as of a basis: pinned, or as of now where no clock was given,
    so that an answer as of now stays the same until something is recorded."""
    pairs = basis.pinned_params()
    return [pair for pair in pairs if not basis.defaulted or pair[0] not in CLOCK_PARAMS]
