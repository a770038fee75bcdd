"""The fields of an event as a page shows them: names in place of slugs."""

from __future__ import annotations

from typing import Any

from api.pages.events.event_lines import thing_name
from api.pages.shared.page import Data
from api.pages.shared.page_context import PageContext

NAME_FIELDS = frozenset(
    {"party", "person", "issue", "on_behalf_of", "speaker", "announced_by", "by", "attributed_by"}
)
HIDDEN_FIELDS = frozenset(
    {
        "event",
        "type",
        "id",
        "seq",
        "recorded_at",
        "recorded_by",
        "negotiation",
        "leaf_hash",
        "standing",
        "reports",
        "acts",
        "events",
        "known_at",
        "sources",
        "single_source",
        "erased",
        "disputed",
    }
)
_FIELD_ORDER = ("summary", "title", "name", "speaker", "party", "issue", "stance", "quote", "text")


def event_fields(frame: PageContext, value: Data) -> list[Data]:
    """Return the fields of an event, what says most first, with names in place of slugs."""
    filled_fields = {
        each for each, one in value.items() if one is not False and one not in (None, [])
    }
    names = [each for each in value if each in filled_fields - HIDDEN_FIELDS]
    names.sort(
        key=lambda each: _FIELD_ORDER.index(each) if each in _FIELD_ORDER else len(_FIELD_ORDER)
    )
    return [{"name": each, "value": replace_slugs(frame, each, value[each])} for each in names]


def replace_slugs(frame: PageContext, field: str, value: Any) -> Any:
    """Return a value with names in place of the slugs of parties, persons and issues."""
    if isinstance(value, list):
        return [replace_slugs(frame, field, each) for each in value]
    if isinstance(value, dict):
        return {
            key: replace_slugs(frame, key, each) for key, each in value.items() if each is not None
        }
    if not isinstance(value, str):
        return value
    kind, colon, slug = value.partition(":")
    if colon and kind in ("party", "person", "issue"):
        return thing_name(frame, kind, slug)
    if field in ("party", "person", "issue"):
        return thing_name(frame, field, value)
    if field in NAME_FIELDS or field in ("invitees", "endorsers"):
        people = frame.names_by_slug("person")
        return people.get(value) or frame.names_by_slug("party").get(value, value)
    return value
