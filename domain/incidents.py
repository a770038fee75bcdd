"""Incidents: what happens away from the table and bears on it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from domain.events import (
    EMPTY_MAP,
    Fact,
    IncidentSlug,
    Items,
    Labels,
    Occurrence,
    PartySlug,
    Subject,
    Text,
)

IncidentKind = Literal["attack", "violation", "seizure", "release", "strike", "sanction", "other"]
GivenNumber = Annotated[int, Field(ge=0, le=2**53 - 1)] | Text
"""A number, or the words of a source such as ``at least 12``: kept as given."""


class Casualties(Fact):
    """How many were killed and injured, as the source gives it."""

    killed: GivenNumber | None = None
    injured: GivenNumber | None = None


class IncidentReported(Occurrence):
    """Something happens away from the table that bears on it."""

    INTRODUCES = ("incident",)
    LIST_NAME = "incidents"
    type: Literal["incident-reported"]
    incident: IncidentSlug
    title: Text
    names: Labels = EMPTY_MAP
    kind: IncidentKind | None = None
    place: Text | None = None
    parties: Items[PartySlug] = ()
    casualties: Casualties | None = None
    about: Items[Subject] = ()
