"""What a page is: its address, what it asks for, its data, and its rows where it is a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from api.desk.asked import Shown

if TYPE_CHECKING:
    from api.desk.frame import Frame

Data = dict[str, Any]
NAVIGATION = ("overview", "positions", "plans", "meetings", "events", "people", "compare", "audit")
KEYS = dict(zip(NAVIGATION, "opnmelca", strict=True))
"""The letter that goes to a page after a g."""
PRESETS = ("as-known", "as-recorded", "hindsight")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a negotiation.

    ``name`` is its template, its section of the dictionary and, by default, its address below the
    negotiation. ``data`` gives what .json shows and the template is given under the same names;
    it may raise NotFoundError, or have the frame refuse a parameter. ``rows`` gives the lines of
    .csv under ``columns``, from the data; ``calendar`` what .ics answers.
    """

    name: str
    data: Callable[[Frame], Data]
    address: str | None = None
    asks: type[Shown] = Shown
    columns: tuple[str, ...] = ()
    rows: Callable[[Data], Iterable[dict[str, Any]]] | None = None
    under: str | None = None
    calendar: Callable[[Frame, Data], Response] | None = None

    @property
    def section(self) -> str:
        """The page of the navigation that this one belongs to."""
        return self.under or self.name

    @property
    def path(self) -> str:
        """The address below the negotiation: empty for the overview."""
        return self.name if self.address is None else self.address
