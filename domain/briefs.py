"""Briefs: an editor's own words about a negotiation, which are no news of it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from domain.events import BriefSlug, CellName, Items, Occurrence, Subject, Text

MAX_BRIEF_LENGTH = 2_000
"""The longest text of a brief, in characters."""
BriefText = Annotated[Text, StringConstraints(max_length=MAX_BRIEF_LENGTH)]


class BriefWritten(Occurrence):
    """An editor sums up a date or a period, which occurred names; the last of a slug holds."""

    IS_EDITORIAL = True
    CELL = CellName("brief", ("brief",))
    type: Literal["brief-written"]
    brief: BriefSlug
    text: BriefText
    about: Items[Subject] = ()
    order: Items[Subject] = ()
