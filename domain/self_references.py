"""What names itself as another of its kind, which can never be right."""

from __future__ import annotations

from collections.abc import Iterator

from domain.errors import Reason
from domain.model import Json

VERBS_BY_FIELD = {
    "reply_to": ("statement", "reply to"),
    "copy_of": ("statement", "be a copy of"),
    "part_of": ("meeting", "be part of"),
    "parent": ("issue", "be a part of"),
}
"""The fields that name another of the same kind: which kind, and what they say of it."""


def check_self_references(value: Json) -> Iterator[Reason]:
    """Yield where a statement, meeting or issue names itself."""
    for name, (kind, verb) in VERBS_BY_FIELD.items():
        if name in value and value[name] is not None and value[name] == value.get(kind):
            hint = f"name the other {kind}, or leave {name} out"
            yield Reason(f"/{name}", f"the {kind} {value[name]!r} cannot {verb} itself", hint)
