"""What accounts disagree on: every account is shown, none is chosen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import orjson

from api.accounts import DATE_FIELDS, order_accounts
from api.models.base import Rival
from api.pages.shared.display_names import DisplayNames
from api.pages.shared.field_text import field_text
from api.pages.shared.i18n import Translations
from api.pages.shared.page_context import PageContext
from domain.catalogue import ACT_TYPES
from domain.model import Json
from projections import answers
from projections.answer_json import Item
from projections.view import View


class WithRivals(Protocol):
    """An answer whose fields may be disputed."""

    @property
    def rivals(self) -> tuple[Rival, ...]: ...


Disputed = WithRivals | Json
"""An answer, or the own fields of an event."""
BETWEEN_ACCOUNTS = " / "


def rival_values(value: Disputed, field: str) -> list[object]:
    """Return what accounts say of a field that they disagree on, each once, the first date first;
    empty where none do."""
    rivals = [rival.value for rival in _list_rivals(value) if rival.field == field]
    once = [rival for at, rival in enumerate(rivals) if rival not in (None, *rivals[:at])]
    return order_accounts(field, once, lambda rival: rival)


def disputed_text(value: Disputed, field: str) -> str | None:
    """Return a text; where accounts differ, the words of each."""
    if text := value.get(field) if isinstance(value, dict) else getattr(value, field, None):
        return str(text)
    return BETWEEN_ACCOUNTS.join(map(str, rival_values(value, field))) or None


def title_of(words: Translations, value: Disputed, field: str = "title") -> str | None:
    """Return a title in the reader's language where it is given in that, else as it was told; where
    accounts differ, the words of each."""
    fields = value if isinstance(value, dict) else vars(value)
    in_language = (fields.get("names") or {}).get(words.lang)
    return in_language if in_language and fields.get(field) else disputed_text(value, field)


def disputed_names(names: DisplayNames, value: Disputed, field: str, kind: str = "") -> str:
    """Return what a field names; where accounts differ, each name, and where nothing tells it, that
    it is not told."""
    told = value.get(field) if isinstance(value, dict) else getattr(value, field, None)
    slugs = [told] if told else rival_values(value, field)
    shown = (names.display_name(kind or field, slug) for slug in slugs)
    return BETWEEN_ACCOUNTS.join(shown) or names.words("listed.word.untold")


def show_disputes(frame: PageContext, disputed: Disputed, view: View | None = None) -> list[Json]:
    """Return each disputed field with every account of it: a date or words, the event that gives
    it, and who reported that."""
    rivals_by_field: dict[str, list[Rival]] = {}
    for rival in _list_rivals(disputed):
        rivals_by_field.setdefault(rival.field, []).append(rival)
    return [
        {
            "field": field,
            "accounts": [
                _account(frame, rival, view or frame.view)
                for rival in order_accounts(field, rivals, lambda rival: rival.value)
            ],
        }
        for field, rivals in rivals_by_field.items()
    ]


def _list_rivals(disputed: Disputed) -> Iterable[Rival]:
    if isinstance(disputed, dict):
        return [Rival.model_validate(rival) for rival in disputed.get("rivals") or ()]
    return disputed.rivals


def _account(frame: PageContext, rival: Rival, view: View) -> Json:
    is_date = rival.field in DATE_FIELDS and isinstance(rival.value, str)
    item = _find_teller(view, rival)
    return {
        "date": rival.value if is_date else None,
        "tz": _own_zone(view, item) if is_date and item else None,
        "text": None if is_date else field_text(frame, rival.field, rival.value),
        "event": item.event if item else rival.event,
        "sources": orjson.loads(item.reports) if item else [],
    }


def _own_zone(view: View, teller: Item) -> str | None:
    """Return the zone in which a day is given: that of the event, also in an act on it."""
    target = view.find_item(str(teller.own_fields["event"])) if teller.type in ACT_TYPES else teller
    zone: str | None = target.own_fields.get("tz") if target else None
    return zone


def _find_teller(view: View, rival: Rival) -> Item | None:
    """Return the event that gives an account: of a value that was corrected, the correction."""
    item = view.find_item(rival.event)
    if item is None or item.type == "event-disputed":
        return item
    _, acts = answers.find_event(view, rival.event)
    corrections = [
        act
        for act in acts
        if act.type == "correction-published" and rival.field in act.own_fields["changes"]
    ]
    return corrections[-1] if corrections else item
