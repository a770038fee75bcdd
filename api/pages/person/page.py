"""The page of one person: roles over time, statements, meetings, what others say of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from api.answers import read_as
from api.models.events import StatedPosition
from api.pages.shared.page import PageDefinition
from api.pages.shared.page_context import PageContext
from api.pages.shared.thing_lists import list_meetings, list_statements, show_claim
from api.pages.shared.things import Thing, ThingParams, find_thing, show_list
from domain.cells import CLAIMED_ATTRIBUTIONS
from domain.model import Json
from projections import answers

COLUMNS = ("person", "name", "party", "title", "authority", "since", "until", "ended", "known_at")


def load_person(frame: PageContext) -> Json:
    """Return one person, or no more than the name where the person is known later only."""
    person = find_thing(frame, "person")
    if not person.is_known:
        return person.describe()
    roles = [
        {**role, "person": person.slug, "party_name": frame.name_of("party", role["party"])}
        for role in answers.trace_roles(frame.view, person.slug)
    ]
    return {
        **person.describe(),
        "roles": roles,
        "statements": list_statements(frame, "statements", speaker=person.subject),
        "meetings": list_meetings(frame, person),
        "about": list_statements(frame, "about", about=person.subject),
        "claims": show_list(
            frame,
            "claims",
            lambda limit: list(islice(_claims_by(frame, person), limit)),
            lambda claim: show_claim(frame, claim),
        ),
    }


def _claims_by(frame: PageContext, person: Thing) -> Iterator[StatedPosition]:
    """Yield what a person said of the positions of parties, newest first."""
    for item in frame.view.read_newest("position-stated", person.subject):
        value = item.own_fields
        is_claim = value.get("attribution") in CLAIMED_ATTRIBUTIONS
        if is_claim and value.get("attributed_by") == person.subject:
            yield read_as(list[StatedPosition], [item.json_fragment])[0]


def table_rows(data: Json) -> Iterator[Json]:
    for role in data.get("roles", ()):
        yield {**role, "name": data["name"]}


PAGE = PageDefinition(
    "person",
    load_person,
    "people/{person}",
    params_model=ThingParams,
    columns=COLUMNS,
    rows=table_rows,
    parent_page="people",
)
