"""The state as of now of each negotiation, made from the one before: what did not move is kept."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from domain.basis import Basis
from domain.model import Json
from projections import answers
from projections.answers.kept_parts import AnswerParts, KeptParts
from projections.answers.newest import BOUNDED, NewestLists, question_params
from projections.view import View

MAX_KEPT = 16
"""States that one process keeps; one of 540 positions takes some 3 MB."""


class LiveStates:
    """Makes states as of now. It keeps the last one of each negotiation and audience, of so many
    as were asked for last, and forgets one that is too old to be carried on."""

    def __init__(self) -> None:
        self.kept = OrderedDict[tuple[object, ...], KeptParts]()
        self._lock = Lock()

    def build_state(self, view: View, negotiation: str, address: str) -> Json:
        """Return the state of a negotiation; of long lists the newest."""
        lists = NewestLists(view, address, BOUNDED)
        if not is_live(view.basis):
            return answers.join_state(AnswerParts(view, lists))
        place = negotiation, *question_params(view.basis)
        parts = AnswerParts(view, lists, self.kept.get(place))
        state = answers.join_state(parts)
        with self._lock:
            self.kept[place] = parts.keep()
            self.kept.move_to_end(place)
            if len(self.kept) > MAX_KEPT:
                self.kept.popitem(last=False)
        return state


def is_live(basis: Basis) -> bool:
    """Return whether a basis is now, for whoever gave no clock, without a filter."""
    return basis.defaulted and not basis.is_filtered
