"""The page of one party: who speaks for it, its answers, what it did, what others say of it."""

from __future__ import annotations

from collections.abc import Iterator

from api.models.answers import Role
from api.models.positions import Position
from api.pages.shared.page import PageDefinition
from api.pages.shared.page_context import PageContext
from api.pages.shared.thing_lists import (
    list_meetings,
    list_moves,
    list_statements,
    show_claim,
    show_provenance,
    subject_name,
)
from api.pages.shared.things import Thing, ThingParams, find_thing, show_list
from api.stance_words import answer_word
from domain.cells import ENDORSEMENT_TYPES
from domain.model import Json
from projections.answer_json import Item, merge_newest

COLUMNS = (
    "party",
    "issue",
    "plan",
    "point",
    "on",
    "answer",
    "answer_words",
    "stance",
    "since",
    "known_at",
)


def load_party(frame: PageContext) -> Json:
    """Return one party, or no more than its name where it is known later only."""
    party = find_thing(frame, "party")
    data = {**party.describe(), "kind_of": party.fields.get("kind")}
    if not party.is_known:
        return data
    roles = [role for role in frame.answers.roles() if role.party == party.slug]
    claims = sorted(
        frame.answers.attributed(party.slug), key=lambda claim: claim.known_at or "", reverse=True
    )
    positions = _in_order(frame, frame.answers.positions(party.slug))
    return {
        **data,
        "people": show_list(
            frame, "people", lambda limit: roles[:limit], lambda role: _show_role(frame, role)
        ),
        "positions": [_show_position(frame, position) for position in positions],
        "moves": list_moves(frame, party.slug),
        "statements": list_statements(frame, "statements", party=party.slug),
        "meetings": list_meetings(frame, party),
        "plans": show_list(
            frame, "plans", lambda limit: _plans_of(frame, party)[:limit], lambda plan: plan
        ),
        "claims": show_list(
            frame, "claims", lambda limit: claims[:limit], lambda claim: show_claim(frame, claim)
        ),
    }


def _show_role(frame: PageContext, role: Role) -> Json:
    return {
        "person": role.person,
        "name": frame.name_of("person", role.person),
        "title": role.title,
        "authority": role.authority,
        "since": role.since,
        **show_provenance(role),
    }


def _in_order(frame: PageContext, positions: list[Position]) -> list[Position]:
    """Return positions in the order of their issues, then those on points of plans."""
    order = {slug: number for number, slug in enumerate(frame.names_by_slug("issue"))}
    return sorted(positions, key=lambda each: (each.issue is None, order.get(each.issue or "", -1)))


def _show_position(frame: PageContext, position: Position) -> Json:
    parts = (position.issue,) if position.issue else (position.plan, position.point)
    return {
        "party": position.party,
        "issue": position.issue,
        "plan": position.plan,
        "point": position.point,
        "cell": "/".join(str(part) for part in (position.party, *parts)),
        "on": subject_name(frame, position),
        "answer": position.answer,
        "answer_words": frame.display_names.given_answer(position.issue, position.answer),
        "word": answer_word(position),
        "since": position.since,
        "last_stated": position.last_stated,
        "summary": position.summary,
        **show_provenance(position),
    }


def _plans_of(frame: PageContext, party: Thing) -> list[Json]:
    """Return the plans that a party introduced, endorsed, rejected or signed, newest first: each
    with all that it did."""
    types = ("plan-introduced", *ENDORSEMENT_TYPES)
    told = merge_newest(frame.view.read_newest(kind, party.subject) for kind in types)
    plans: dict[str, Json] = {}
    for item in told:
        value = item.own_fields
        slug = value.get("plan")
        if slug is None or not _is_by(party, item, value):
            continue
        plan = plans.setdefault(
            slug, {"plan": slug, "title": frame.name_of("plan", slug), "acts": []}
        )
        act = {"type": item.type, "event": item.event, "occurred": value.get("occurred")}
        plan["acts"].append({**act, "tz": value.get("tz")})
    return list(plans.values())


def _is_by(party: Thing, item: Item, value: Json) -> bool:
    if item.type == "plan-introduced":
        return party.slug in (value.get("sponsors") or ())
    return bool(value.get("party") == party.slug)


def table_rows(data: Json) -> Iterator[Json]:
    for position in data.get("positions", ()):
        yield {**position, "stance": position["word"]}


PAGE = PageDefinition(
    "party",
    load_party,
    "parties/{party}",
    params_model=ThingParams,
    columns=COLUMNS,
    rows=table_rows,
    parent_page="people",
)
