"""What a state printed as text leaves off, section by section."""

from __future__ import annotations

from collections.abc import Iterator

from api.models.answers import State

CLAIMS_TITLE = "THIRD-PARTY CLAIMS (do not change positions)"
UNREALISED_TITLE = "NOT ACTUAL (conditional, hypothetical, denied)"
LISTS_BY_SECTION = {
    "MEETINGS": ("concluded_meetings", "cancelled_meetings"),
    "DEADLINES": ("met_deadlines", "withdrawn_deadlines"),
    "VOTES": ("votes",),
    "INCIDENTS": ("incidents",),
    CLAIMS_TITLE: ("attributed",),
    "LATEST STATEMENTS": ("statements",),
    "DISPUTED": ("disputed",),
    "WITHDRAWN": ("withdrawn",),
    "POSSIBLY HAPPENED": ("possible",),
    "SCHEDULED": ("scheduled",),
    UNREALISED_TITLE: ("unrealised",),
    "LEGALLY ERASED": ("erased",),
    "ANOMALIES": ("anomalies",),
}
"""The lists of a state that a section shows and that may leave something off."""


def left_off_texts(state: State, section: str) -> Iterator[str]:
    """Say of each list of a section how much is left off, and how to see it."""
    for name in LISTS_BY_SECTION.get(section, ()):
        if name in state.more:
            yield _left_off_text(state, name, state.more[name].count)


def _left_off_text(state: State, name: str, count: int | None) -> str:
    status, _, list_name = name.partition("_")
    shown = getattr(state, name, None)
    if shown is None:
        shown = [each for each in getattr(state, list_name) if each.status == status]
    what = "" if status == name else f" {status}"
    number = "more" if count is None else f"{count - len(shown)} more"
    return f"and {number}{what}, which --all shows"
