"""What a reader of articles is told of a negotiation, by a view of it."""

from __future__ import annotations

from intake.registry import Registry
from projections.answer_json import to_plain
from projections.answers.roles import select_people
from projections.answers.state import build_state
from projections.view import View


def read_registry(view: View, address: str = "") -> Registry:
    """Return the registry of a negotiation, bounded as its state is: of long lists the newest."""
    return Registry.from_answers(
        to_plain(build_state(view, address)), to_plain(select_people(view))
    )
