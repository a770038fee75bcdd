"""What of the log was asked for, and what the list can be narrowed to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field

from api.desk.asked import Shown
from api.desk.frame import Frame
from api.desk.lines import dated, facts_of
from api.desk.page import Data
from api.questions import Count, Events, Given, Whole
from domain.catalogue import BY_TYPE
from domain.events import SLUG
from domain.instants import Instant
from domain.items import Item
from domain.refusals import InvalidQuestionError, Reason
from domain.spans import parse


def _a_day(value: str | None) -> str | None:
    try:
        return value and str(date.fromisoformat(value))
    except ValueError:
        raise ValueError(f"{value!r:.80} is no day; write one such as 2025-12-22") from None


Day = Annotated[Given, AfterValidator(_a_day)]
Slug = Annotated[Given, Field(pattern=SLUG)]


class Asked(Shown):
    type: Annotated[Given, *Events.model_fields["type"].metadata] = None
    party: Slug = None
    issue: Slug = None
    publisher: Annotated[Given, Field(max_length=400)] = None
    q: Annotated[Given, Field(max_length=400)] = None
    after: Count = 0
    from_: Annotated[Day, Field(alias="from", description="First day of what happened.")] = None
    to: Annotated[Day, Field(description="Last day of what happened.")] = None
    cursor: Annotated[Whole, Field(description="From the link to older events.")] = None

    def checked(self) -> None:
        super().checked()
        if self.from_ and self.to and self.from_ > self.to:
            detail, hint = "the first day lies after the last", f"name a day up to {self.to}"
            raise InvalidQuestionError(detail, hint=hint, reasons=(Reason("from", detail, hint),))


def wanted(frame: Frame, items: Sequence[Item]) -> Iterator[Item]:
    """Yield those of the items that fit all that was asked for, but for the window."""
    asked = frame.asked
    matching = {item.event for item in frame.view.search(asked.q)} if asked.q else None
    named = {(kind, slug) for kind in ("party", "issue") if (slug := getattr(asked, kind))}
    for item in items:
        if item.seq <= asked.after or (asked.type and item.type != asked.type):
            continue
        if matching is not None and item.event not in matching:
            continue
        if named or asked.publisher:
            told = facts_of(item)
            if not named <= told.named:
                continue
            if asked.publisher and asked.publisher not in told.publishers:
                continue
        yield item


def window_of(frame: Frame) -> tuple[Instant, Instant] | None:
    """Return the first and last instant of the days asked for; None where none were."""
    asked = frame.asked
    if not asked.from_ and not asked.to:
        return None
    zone = frame.question.tz
    first, last = parse(asked.from_ or "0002-01-01", zone), parse(asked.to or "9998-01-01", zone)
    return first.lo, last.start.last


def within(item: Item, window: tuple[Instant, Instant]) -> bool:
    """Tell whether an item may have happened in a window; one that may be of any time is not."""
    return item.news and dated(item) and item.lo <= window[1] and item.last >= window[0]


def facets(frame: Frame, every: Sequence[Item]) -> Data:
    """Return what the list can be narrowed to."""
    publishers = Counter(name for item in every for name in facts_of(item).publishers)
    types = {item.type for item in every}
    return {
        "types": [name for name in BY_TYPE if name in types],
        "parties": _told(frame, "party", every),
        "issues": _told(frame, "issue", every),
        "publishers": sorted(publishers, key=str.casefold),
    }


def _told(frame: Frame, kind: str, every: Sequence[Item]) -> dict[str, str]:
    named = {slug for item in every for each, slug in facts_of(item).named if each == kind}
    return {slug: name for slug, name in frame.names(kind).items() if slug in named}
