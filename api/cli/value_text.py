"""The value of a field in words: also of one that nothing tells, or that is disputed."""

from __future__ import annotations

from api.accounts import order_accounts
from api.cli.answer_names import KIND_BY_FIELD
from api.cli.wording import Wording
from api.models.base import Disputable

NULL_WORDS = {True: "disputed", False: "not told"}
"""What stands for a value that is null, by whether it is disputed."""
NAMED_BY_FIELD = {
    **KIND_BY_FIELD,
    **{"person": "person", "issue": "issue", "parent": "issue"},
    **dict.fromkeys(
        ("party", "parties", "sponsors", "invitees", "by", "on", "proposed_by", "announced_by"),
        "party",
    ),
}
"""The kinds of the slugs that stand in a field."""
TIME_FIELDS = ("occurred", "due", "expected", "since", "published")


def value_text(wording: Wording, value: object, field: str = "", *, disputed: bool = False) -> str:
    """Return counts as ``for 7, against 2``, votes as ``North for, South against``; of null why."""
    match value:
        case None:
            return NULL_WORDS[disputed]
        case bool():
            return "yes" if value else "no"
        case list() | tuple():
            return ", ".join(_part_text(wording, each, field) for each in value) or "nothing"
        case dict():
            parts = (
                f"{name.replace('_', ' ')} {value_text(wording, each, name)}"
                for name, each in value.items()
            )
            return ", ".join(parts) or "nothing"
    text = str(value)
    if text.startswith(("person:", "party:")):
        return wording.reference(text)
    if field in TIME_FIELDS:
        return wording.date(text)
    return wording.name(NAMED_BY_FIELD.get(field, ""), text)


def _part_text(wording: Wording, part: object, field: str) -> str:
    """Return one part of a list, such as who voted how."""
    if not isinstance(part, dict):
        return value_text(wording, part, field if field in NAMED_BY_FIELD else "party")
    return " ".join(
        name if each is True else _voted(wording, name, each)
        for name, each in part.items()
        if each is not None and each is not False
    )


def _voted(wording: Wording, name: str, value: object) -> str:
    return str(value) if name == "vote" else value_text(wording, value, name)


def is_disputed(item: Disputable, name: str) -> bool:
    return any(rival.field == name for rival in item.rivals)


def rival_values(wording: Wording, item: Disputable, name: str) -> str:
    """Return the values that a disputed field may have, the first date first."""
    told = (rival.value for rival in item.rivals if rival.field == name)
    values = order_accounts(name, told, lambda value: value)
    return " or ".join(dict.fromkeys(quoted_value(wording, value, name) for value in values))


def quoted_value(wording: Wording, value: object, name: str) -> str:
    """Return a value, recorded words of more than one in quotation marks."""
    text = value_text(wording, value, name)
    return f'"{text}"' if isinstance(value, str) and " " in text else text


def rivals_text(wording: Wording, item: Disputable, *said_already: str) -> str:
    """Return each disputed field with the values that it may have, but for some fields."""
    names = dict.fromkeys(rival.field for rival in item.rivals if rival.field not in said_already)
    return "; ".join(
        f"{name.replace('_', ' ')} disputed: {rival_values(wording, item, name)}" for name in names
    )
