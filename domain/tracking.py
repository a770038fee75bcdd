"""What the rules of a kind of thing say that many events tell of, and that the clock bears on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from domain.instants import Instant

if TYPE_CHECKING:
    from domain.cells import CellRow
    from domain.model import Json


class ResolvedThing(Protocol):
    """One of such things as far as the clock does not matter.

    ``rivals`` are the accounts of what is disputed of it.
    """

    @property
    def rivals(self) -> list[Json]: ...

    def status_at(self, valid_at: Instant) -> str:
        """Return its status by the clock."""

    def to_json(self) -> Json:
        """Return what its answer has besides its slug, its status and its rivals."""


@dataclass(frozen=True, slots=True)
class Tracking:
    """How things of a kind are listed: under which name, and of which statuses a state shows only
    the newest.

    ``find_base_status`` takes the happened rows of one, newest first, which need no JSON, and
    returns its status but for the clock. ``resolve`` takes the same with their JSON, and the zone
    of the negotiation.
    """

    list_name: str
    closed_statuses: tuple[str, ...]
    find_base_status: Callable[[Sequence[CellRow]], str]
    resolve: Callable[[Sequence[CellRow], str], ResolvedThing]
