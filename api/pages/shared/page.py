"""What a page is: its address, what it asks for, its data, and its rows where it is a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import Response

from api.pages.shared.page_params import PageParams
from domain.model import Json

if TYPE_CHECKING:
    from api.pages.shared.page_context import PageContext

NAVIGATION = ("overview", "positions", "plans", "meetings", "events", "people", "compare", "audit")
NAVIGATION_KEYS = dict(zip(NAVIGATION, "opnmelca", strict=True))
"""The letter that goes to a page after a g."""
BASIS_PRESETS = ("as-known", "as-recorded", "hindsight")


@dataclass(frozen=True, slots=True)
class PageDefinition:
    """One page of a negotiation.

    ``name`` is its template, its section of the dictionary and, by default, its address below the
    negotiation. ``data`` gives what .json shows and the template is given under the same names;
    it may raise NotFoundError, or have the frame refuse a parameter. ``rows`` gives the lines of
    .csv under ``columns``, from the data; ``calendar`` what .ics answers.
    """

    name: str
    load_data: Callable[[PageContext], Json]
    path_override: str | None = None
    params_model: type[PageParams] = PageParams
    columns: tuple[str, ...] = ()
    rows: Callable[[Json], Iterable[Json]] | None = None
    parent_page: str | None = None
    render_calendar: Callable[[PageContext, Json], Response] | None = None

    @property
    def section(self) -> str:
        """The page of the navigation that this one belongs to."""
        return self.parent_page or self.name

    @property
    def path(self) -> str:
        """The address below the negotiation: empty for the overview."""
        return self.name if self.path_override is None else self.path_override
