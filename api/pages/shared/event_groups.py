"""Which group each type of event belongs to, by which the date rail marks it."""

from __future__ import annotations

from domain.catalogue import ACT_TYPES, BOOKKEEPING_TYPES, CLASS_BY_TYPE, EDITORIAL_TYPES
from domain.events import Event

_GROUP_BY_KIND = {"role": "appointments", "amendment": "plans", "document": "plans"}
"""Of what is not marked by the plural of its kind."""
_GROUP_BY_TYPE = {
    "position-stated": "statements",
    "position-withdrawn": "statements",
    "plan-amended": "plans",
}
"""Of what moves no cell of one kind."""


def _group_of(name: str, cls: type[Event]) -> str:
    if name in _GROUP_BY_TYPE:
        return _GROUP_BY_TYPE[name]
    kind = cls.CELL.kind if cls.CELL else cls.INTRODUCES[-1]
    return _GROUP_BY_KIND.get(kind, f"{kind}s")


GROUP_BY_TYPE = {
    name: _group_of(name, cls)
    for name, cls in CLASS_BY_TYPE.items()
    if name not in ACT_TYPES | BOOKKEEPING_TYPES | EDITORIAL_TYPES
}
"""Every type of news."""
SIGN_BY_GROUP = {
    group: number for number, group in enumerate(dict.fromkeys(GROUP_BY_TYPE.values()), start=1)
}
"""The sign of each group, in the order of the catalogue: its shape is in shared/parts.html, its
colour in desk.css, where some are left for groups to come; its word is in ``rail.group``."""
GROUPS = (*sorted(SIGN_BY_GROUP, key="appointments".__eq__),)
"""From the top of the rail to the bottom."""
