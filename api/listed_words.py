"""What is shown in short of deadlines, votes and incidents, on pages and the command line."""

from __future__ import annotations

from typing import NamedTuple

from api.models.base import Disputable


class ShortForm(NamedTuple):
    """The fields that say in one line what a thing is: its name, one word for it, its time.

    ``details`` are what else a list says, as a label and a field.
    """

    name: str
    word: str
    time: str
    details: tuple[tuple[str, str], ...]

    def name_of(self, value: Disputable) -> str:
        return str(getattr(value, self.name) or "")

    def word_of(self, value: Disputable) -> str:
        """Return the one word, ``disputed`` where accounts differ, ``none`` where nothing tells
        it."""
        is_disputed = any(rival.field == self.word for rival in value.rivals)
        return str(getattr(value, self.word) or ("disputed" if is_disputed else "none"))

    def time_of(self, value: Disputable) -> str | None:
        time: str | None = getattr(value, self.time)
        return time


SHORT_FORMS = {
    "deadline": ShortForm(
        "title",
        "status",
        "due",
        (
            ("late", "late"),
            ("closed", "closed"),
            ("", "consequence"),
            ("set by", "by"),
            ("for", "on"),
            ("extended:", "reason"),
            ("", "summary"),
        ),
    ),
    "vote": ShortForm(
        "motion", "result", "occurred", (("", "body"), ("counted", "counts"), ("", "votes"))
    ),
    "incident": ShortForm(
        "title", "kind", "occurred", (("", "place"), ("parties", "parties"), ("", "casualties"))
    ),
}
"""By kind, in the order in which they are listed."""
