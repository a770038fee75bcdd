"""The kinds of things that a state lists under a name of their own, as their events say."""

from domain.catalogue import CLASS_BY_TYPE
from projections.answers.listing import ListedKind, ToldOnce
from projections.answers.tracked import TrackedKind

__all__ = ["DEADLINES", "LISTED_KINDS", "TOLD_ONCE", "TRACKED_KINDS"]

TRACKED_KINDS = tuple(
    TrackedKind(cls.CELL.kind, name, cls.TRACKED)
    for name, cls in CLASS_BY_TYPE.items()
    if cls.CELL and cls.TRACKED
)
TOLD_ONCE = tuple(
    ToldOnce(cls.INTRODUCES[-1], cls.LIST_NAME, name)
    for name, cls in CLASS_BY_TYPE.items()
    if cls.LIST_NAME
)
LISTED_KINDS: tuple[ListedKind, ...] = (*TRACKED_KINDS, *TOLD_ONCE)
(DEADLINES,) = (kind for kind in TRACKED_KINDS if kind.kind == "deadline")
