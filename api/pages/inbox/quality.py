"""How well articles are read: what people accepted as it was read, corrected, and discarded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import orjson
from pydantic import Field

from api.http.query_params import OptionalText
from api.inbox import listing
from api.pages.inbox.field_words import say_value
from api.pages.proposals.page import ProposalsParams
from api.pages.record.page import RecordContext
from api.pages.record.things import ThingNames
from api.pages.shared.page import PageDefinition
from api.pages.shared.page_context import PageContext
from api.services import services_of
from domain.instants import from_datetime
from domain.model import Json
from ledger.drafts import FoundDraft

MAX_COUNTED = 10_000
"""Drafts of a month that are counted, the last ones first."""
MAX_CORRECTIONS = 30
"""Corrections that are listed."""


class QualityParams(ProposalsParams):
    month: Annotated[
        OptionalText, Field(pattern="^[0-9]{4}-(0[1-9]|1[0-2])$", description="Such as 2025-12.")
    ] = None


def load_quality(frame: PageContext) -> Json:
    """Return of the drafts decided in a month how many of each type were right, and what was
    corrected most."""
    today = frame.dates.to_local(frame.now.basis.known_at).date()
    first = date.fromisoformat(f"{frame.params.month}-01") if frame.params.month else today
    first = first.replace(day=1)
    following = _add_months(first, 1)
    bounds = [
        from_datetime(datetime(day.year, day.month, 1, tzinfo=ZoneInfo(frame.dates.zone)))
        for day in (first, following)
    ]
    found = listing.list_decided(
        services_of(frame.request).ledger, frame.slug, bounds[0], bounds[1], MAX_COUNTED
    )
    names = RecordContext(frame).names
    return {
        "month": f"{first:%Y-%m}",
        "month_name": f"{frame.words.month_name(first.month)} {first.year}",
        "earlier": f"{_add_months(first, -1):%Y-%m}",
        "later": f"{following:%Y-%m}" if following <= today else None,
        "counted": len(found),
        "types": list(count_types(found)),
        "corrections": [_say_correction(frame, names, each) for each in count_corrections(found)],
    }


def _add_months(first: date, months: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)


def count_types(found: Sequence[FoundDraft]) -> Iterator[Json]:
    """Yield each type as it was read, the most frequent first: how many drafts were accepted as
    they were, corrected and accepted, and discarded; precision is the share that was accepted,
    right the share that was accepted as it was."""
    by_type: dict[str, Counter[str]] = {}
    for draft in found:
        if draft.row.type == "watch-recorded":  # which no reader read
            continue
        kind = "discarded" if draft.row.status == "discarded" else "accepted"
        if kind == "accepted" and draft.changes:
            kind = "corrected"
        by_type.setdefault(draft.row.type, Counter())[kind] += 1
    for type_, counts in sorted(by_type.items(), key=lambda each: (-each[1].total(), each[0])):
        total = counts.total()
        yield {
            "type": type_,
            "decided": total,
            "accepted": counts["accepted"],
            "corrected": counts["corrected"],
            "discarded": counts["discarded"],
            "precision": round((total - counts["discarded"]) / total, 3),
            "right": round(counts["accepted"] / total, 3),
        }


def count_corrections(found: Sequence[FoundDraft]) -> Iterator[Json]:
    """Yield the fields that were corrected most in what was accepted, each with the change of one
    value into another that was made most often."""
    fields, values = Counter[tuple[str, str]](), dict[tuple[str, str], Counter[bytes]]()
    for draft in found:
        if draft.row.status != "accepted":
            continue
        for change in draft.changes:
            key = (draft.row.type, change["field"])
            fields[key] += 1
            pair = orjson.dumps([change["before"], change["after"]], option=orjson.OPT_SORT_KEYS)
            values.setdefault(key, Counter())[pair] += 1
    for key, count in fields.most_common(MAX_CORRECTIONS):
        pair, times = values[key].most_common(1)[0]
        before, after = orjson.loads(pair)
        yield {
            "type": key[0],
            "field": key[1],
            "count": count,
            "before": before,
            "after": after,
            "times": times,
        }


def _say_correction(frame: PageContext, names: ThingNames, correction: Json) -> Json:
    """Return a correction with both values in words."""
    event, field = {"type": correction["type"]}, correction["field"]
    said = {
        f"{when}_words": say_value(frame, names, event, field, correction[when])
        for when in ("before", "after")
    }
    return correction | said


COLUMNS = ("type", "decided", "accepted", "corrected", "discarded", "precision", "right")
PAGE = PageDefinition(
    "inbox-quality",
    load_quality,
    "inbox/quality",
    params_model=QualityParams,
    parent_page="inbox",
    follows_date=False,
    template_override="inbox/quality.html",
    columns=COLUMNS,
    rows=lambda data: data["types"],
)
