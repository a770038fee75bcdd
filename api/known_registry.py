"""What a reader of articles is told of a negotiation, by a view of it."""

from __future__ import annotations

from itertools import islice

from domain.model import Json
from intake.registry import Registry
from projections.answer_json import to_plain
from projections.answers.roles import select_people
from projections.answers.state import build_state
from projections.view import View

NEWEST_EVENTS = 1000
"""Events of a type that an article is held against, whether they stand or not."""


def read_registry(view: View, address: str = "") -> Registry:
    """Return the registry of a negotiation, bounded as its state is: of long lists the newest."""
    return Registry.from_answers(
        to_plain(build_state(view, address)),
        to_plain(select_people(view)),
        _read_newest(view, "position-stated"),
        _read_newest(view, "statement-made"),
    )


def _read_newest(view: View, kind: str) -> list[Json]:
    """Return the newest events of a type, whether what they told stands or not."""
    items = islice(view.read_newest(kind), NEWEST_EVENTS)
    return [to_plain(item.json_fragment) for item in items]
