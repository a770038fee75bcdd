"""Persons and the roles that they hold."""

from __future__ import annotations

import orjson

from domain.model import Json
from projections.answer_json import join_objects, to_plain
from projections.names import find_named
from projections.view import View


def select_people(view: View, name: str | None = None) -> list[orjson.Fragment]:
    """Return the persons that show, or those of them with such a name, each with the roles held."""
    named = (
        {thing.slug for thing in find_named(view, name) if thing.kind == "person"} if name else ()
    )
    roles_by_person: dict[str, list[Json]] = {}
    for role in to_plain(select_roles(view)):
        roles_by_person.setdefault(role["person"], []).append(role)
    return [
        join_objects(
            item.body,
            orjson.dumps({"roles": roles_by_person.get(item.own_fields["person"] or "", [])}),
            item.provenance,
        )
        for item in view.visible_records("person-registered")
        if not name or item.own_fields["person"] in named
    ]


def select_roles(view: View, *prefix: str) -> list[orjson.Fragment]:
    """Return the roles assumed and not ended; starts are compared, not ends."""
    fragments = []
    for (person, party, title), rows in view.read_cells("role", *prefix).items():
        row = next(iter(rows))
        if row.label == "role-assumed":
            value = row.own_fields
            role = {
                "person": person,
                "party": party,
                "title": title,
                "authority": value.get("authority"),
                "since": value.get("occurred"),
            }
            fragments.append(join_objects(orjson.dumps(role), row.provenance))
    return fragments
