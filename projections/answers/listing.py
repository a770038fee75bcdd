"""Kinds of things that a state lists under a name of their own, each with its slug."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator

import orjson

from projections.answers.anomalies import FoundAnomaly
from projections.answers.newest import NewestLists
from projections.view import View


class ListedKind(ABC):
    """A kind of thing: how the list of them is made, whole or newest first.

    ``kind`` is what its slugs and its facets are called by, ``list_name`` what the list is.
    ``closed_statuses`` are those of which a state shows only the newest; none where it has none.
    """

    kind: str
    list_name: str
    closed_statuses: tuple[str, ...] = ()

    @property
    def bounded_lists(self) -> tuple[str, ...]:
        """The names under which a state says what it leaves off."""
        return tuple(f"{status}_{self.list_name}" for status in self.closed_statuses)

    @abstractmethod
    def select(self, view: View) -> Iterator[orjson.Fragment]:
        """Yield every one as of the basis."""

    @abstractmethod
    def select_newest(self, view: View, lists: NewestLists) -> list[orjson.Fragment]:
        """Return what a state shows of them."""

    def find_anomalies(self, view: View) -> Iterator[FoundAnomaly]:
        """Yield what does not add up."""
        yield from ()


class ToldOnce(ListedKind):
    """A kind of which each is introduced by one event: its answer is that event as it stands."""

    def __init__(self, kind: str, list_name: str, event_type: str) -> None:
        self.kind, self.list_name, self.event_type = kind, list_name, event_type

    @property
    def bounded_lists(self) -> tuple[str, ...]:
        return (self.list_name,)

    def select(self, view: View) -> Iterator[orjson.Fragment]:
        """Yield every one that happened, newest first."""
        return (item.json_fragment for item in view.read_newest(self.event_type))

    def select_newest(self, view: View, lists: NewestLists) -> list[orjson.Fragment]:
        return lists.keep_of_type(self.list_name, self.event_type, self.select(view))
