"""What the pages remember between requests: one object of each application."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock

from api.pages.positions.stances import StanceCache
from api.pages.shared.fragment_cache import FragmentCache
from api.pages.shared.rail import RailCache


@dataclass(frozen=True, slots=True)
class PageState:
    """Caches of what pages read and draw; none holds what cannot be computed again.

    ``verify_lock`` lets one reader at a time have the log verified, as that takes a processor.
    """

    rail_days: RailCache = field(default_factory=RailCache)
    stances: StanceCache = field(default_factory=StanceCache)
    fragments: FragmentCache = field(default_factory=FragmentCache)
    verify_lock: Lock = field(default_factory=Lock)
