"""Persons and the roles that they hold, and held."""

from __future__ import annotations

import orjson

from domain.cells import CellRow
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


def trace_roles(view: View, person: str) -> list[Json]:
    """Return the roles of a person over time, the one that began last first: each with since when
    it was held and, where it ended, until when; null where that is not told."""
    terms: list[tuple[CellRow, Json]] = []
    for (_, party, title), rows in view.read_cells("role", person).items():
        held: Json | None = None
        for row in reversed(rows):
            value, is_end = row.own_fields, row.label == "role-ended"
            if held is None or (held["ended"] and not is_end):
                held = {
                    "party": party,
                    "title": title,
                    "authority": None,
                    "since": None,
                    "until": None,
                    "ended": False,
                }
                terms.append((row, held))
            held |= orjson.loads(row.provenance)
            held["authority"] = value.get("authority") or held["authority"]
            if is_end:
                held |= {"until": value.get("occurred"), "ended": True}
            elif held["since"] is None:
                held["since"] = value.get("occurred")
    terms.sort(key=lambda term: term[0].tie_order, reverse=True)
    return [term for _, term in sorted(terms, key=lambda term: term[1]["ended"])]
