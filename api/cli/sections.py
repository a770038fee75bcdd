"""The sections of a state that is printed as text, and what of it concerns a party or an issue."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, NamedTuple

import typer

from api.cli.typed_names import LISTS
from domain.model import Json
from projections.answers.listed_kinds import LISTED_KINDS

if TYPE_CHECKING:
    from projections.names import NamedThing


class Section(NamedTuple):
    """A section: its title, the list of the state in it, and the lists that may be cut."""

    title: str
    field: str
    bounded: tuple[str, ...] = ()


SECTIONS = {
    "briefs": Section("IN BRIEF", "briefs"),
    "meetings": Section("MEETINGS", "meetings", ("concluded_meetings", "cancelled_meetings")),
    **{
        kind.list_name: Section(kind.list_name.upper(), kind.list_name, kind.bounded_lists)
        for kind in LISTED_KINDS
    },
    "positions": Section("POSITIONS", "positions"),
    "claims": Section(
        "THIRD-PARTY CLAIMS (do not change positions)", "attributed", ("attributed",)
    ),
    "plans": Section("PLANS", "plans"),
    "statements": Section("LATEST STATEMENTS", "statements", ("statements",)),
    "disputed": Section("DISPUTED", "disputed", ("disputed",)),
    "withdrawn": Section("WITHDRAWN", "withdrawn", ("withdrawn",)),
    "possible": Section("POSSIBLY HAPPENED", "possible", ("possible",)),
    "scheduled": Section("SCHEDULED", "scheduled", ("scheduled",)),
    "not-actual": Section(
        "NOT ACTUAL (conditional, hypothetical, denied)", "unrealised", ("unrealised",)
    ),
    "erased": Section("LEGALLY ERASED", "erased", ("erased",)),
    "roles": Section("ROLES", "roles"),
    "anomalies": Section("ANOMALIES", "anomalies", ("anomalies",)),
}
PARTY_FIELDS = frozenset(
    ("party", "parties", "sponsors", "on_behalf_of", "by", "proposed_by", "on", "votes")
)
"""Fields that hold slugs of parties, or objects with one."""
PROVENANCE_FIELDS = frozenset(("events", "sources", "rivals", "codes"))


def check_sections(names: Iterable[str]) -> list[str]:
    """Return the sections that were named. Raises BadParameter for one that does not exist."""
    for name in names:
        if name not in SECTIONS:
            text = f"{name!r} is no section; use {', '.join(SECTIONS)}"
            raise typer.BadParameter(text, param_hint="--section")
    return list(names)


def known_in_state(state: Json) -> dict[str, list[Json]]:
    """Return by kind the lists that stand whole in a state."""
    known = {"party": state["parties"], "issue": state["issues"]}
    for kind, name in LISTS.items():
        bounded = SECTIONS[name].bounded if name in SECTIONS else ()
        if name in state and not any(each in state["more"] for each in bounded):
            known[kind] = state[name]
    return known


def select_state(state: Json, party: NamedThing | None, issue: NamedThing | None) -> Json:
    """Return of a state what concerns a party, an issue or both; of other things nothing."""
    if party is None and issue is None:
        return state
    lists = {section.field for section in SECTIONS.values()}
    return {
        name: [item for item in value if _concerns(item, state, party, issue)]
        if name in lists
        else value
        for name, value in state.items()
    }


def _concerns(item: Json, state: Json, party: NamedThing | None, issue: NamedThing | None) -> bool:
    if party is not None:
        slugs = {party.slug, *party.also}
        speakers = {f"person:{role['person']}" for role in state["roles"] if role["party"] in slugs}
        if not _names_party(item, slugs, speakers | {f"party:{slug}" for slug in slugs}):
            return False
    return issue is None or _names_issue(item, issue.slug)


def _names_party(
    value: object, slugs: Collection[str], speakers: Collection[str], field: str = ""
) -> bool:
    """Return whether a thing names a party, or a speaker who is one of it."""
    if isinstance(value, dict):
        return any(
            _names_party(each, slugs, speakers, name)
            for name, each in value.items()
            if name not in PROVENANCE_FIELDS
        )
    if isinstance(value, list):
        return any(_names_party(each, slugs, speakers, field) for each in value)
    return value in speakers or (field in PARTY_FIELDS and value in slugs)


def _names_issue(item: Json, issue: str) -> bool:
    subjects = (*(item.get("about") or ()), *(item.get("order") or ()))
    return item.get("issue") == issue or f"issue:{issue}" in subjects
