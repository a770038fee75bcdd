"""The fields of an event as a page shows them: names in place of slugs."""

from __future__ import annotations

from typing import Any

from api.desk.frame import Frame
from api.desk.lines import name
from api.desk.page import Data

NAMED = frozenset({"party", "person", "issue", "on_behalf_of", "speaker", "announced_by", "by",
                   "attributed_by"})  # fmt: skip
NOT_FIELDS = frozenset({
    "event", "type", "id", "seq", "recorded_at", "recorded_by", "negotiation", "leaf_hash",
    "standing", "reports", "acts", "events", "known_at", "sources", "single_source", "erased",
    "disputed",
})  # fmt: skip
_FIRST = ("summary", "title", "name", "speaker", "party", "issue", "stance", "quote", "text")


def fields(frame: Frame, value: Data) -> list[Data]:
    """Return the fields of an event, what says most first, with names in place of slugs."""
    given = {each for each, one in value.items() if one is not False and one not in (None, [])}
    names = [each for each in value if each in given - NOT_FIELDS]
    names.sort(key=lambda each: _FIRST.index(each) if each in _FIRST else len(_FIRST))
    return [{"name": each, "value": told(frame, each, value[each])} for each in names]


def told(frame: Frame, field: str, value: Any) -> Any:
    """Return a value with names in place of the slugs of parties, persons and issues."""
    if isinstance(value, list):
        return [told(frame, field, each) for each in value]
    if isinstance(value, dict):
        return {key: told(frame, key, each) for key, each in value.items() if each is not None}
    if not isinstance(value, str):
        return value
    kind, colon, slug = value.partition(":")
    if colon and kind in ("party", "person", "issue"):
        return name(frame, kind, slug)
    if field in ("party", "person", "issue"):
        return name(frame, field, value)
    if field in NAMED or field in ("invitees", "endorsers"):
        people = frame.names("person")
        return people.get(value) or frame.names("party").get(value, value)
    return value
