"""The page of one issue: its question, the answers and who gives them, and how that came about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from api.answers import read_as
from api.models.base import Provenance
from api.models.events import Claim
from api.models.positions import Position
from api.pages.events.event_lines import event_line
from api.pages.positions.scale import build_scale
from api.pages.shared.display_names import question_in
from api.pages.shared.page import PageDefinition
from api.pages.shared.page_context import PageContext
from api.pages.shared.thing_lists import list_moves, list_statements, show_claim, show_provenance
from api.pages.shared.things import Thing, ThingParams, find_thing, show_list
from api.stance_words import answer_word
from domain.acceptance import types_that_name
from domain.model import Json
from projections.answer_json import Item, merge_newest
from projections.answers.positions import select_positions_on

COLUMNS = ("answer", "answer_words", "party", "party_name", "stance", "since", "known_at")
_TOLD_ELSEWHERE = ("position-stated", "position-withdrawn", "statement-made", "issue-defined")
"""Types of events that name an issue and have a list of their own."""


def load_issue(frame: PageContext) -> Json:
    """Return one issue, or no more than its name where it is known later only."""
    issue = find_thing(frame, "issue")
    data = {**issue.describe(), "question": question_in(issue.fields, frame.words.lang)}
    if not issue.is_known:
        return data
    names = frame.names_by_slug("party")
    keys = [(party, issue.slug) for party in names]
    cells = {
        position.party: _show_cell(frame, position)
        for position in read_as(list[Position], select_positions_on(frame.view, keys))
    }
    scale = build_scale(frame.display_names.answers_by_issue.get(issue.slug, {}), cells)
    return {
        **data,
        "parent": issue.fields.get("parent"),
        "parts_of": _parts(frame, issue),
        "cells": cells,
        "scale": [each for each in scale if each["answer"]],
        "acts": [party for party, cell in cells.items() if cell["word"] and not cell["answer"]],
        "silent": _silent_parties(frame, cells),
        "moves": list_moves(frame, keys=keys),
        "claims": _list_claims(frame, issue),
        "statements": list_statements(frame, "statements", about=issue.subject),
        "events": show_list(
            frame,
            "events",
            lambda limit: list(islice(_naming_events(frame, issue), limit)),
            lambda item: event_line(frame, item),
        ),
    }


def _show_cell(frame: PageContext, position: Position) -> Json:
    return {
        "party_name": frame.name_of("party", position.party),
        "word": answer_word(position),
        "answer": position.answer,
        "answer_words": frame.display_names.given_answer(position.issue, position.answer),
        "since": position.since,
        "last_stated": position.last_stated,
        "summary": position.summary,
        "conditions": list(position.conditions or ()),
        **show_provenance(position),
    }


def _parts(frame: PageContext, issue: Thing) -> list[Json]:
    """Return the issues that are a part of this one."""
    return [
        {"issue": slug, "title": frame.name_of("issue", slug)}
        for slug, item in frame.display_names.registered_items("issue").items()
        if item.own_fields.get("parent") == issue.slug
    ]


def _silent_parties(frame: PageContext, cells: Mapping[str, Json]) -> list[str]:
    """Return who stands somewhere, and is not known to stand anywhere on this issue."""
    stands = frame.page_state.stances.read_stands(frame.session, frame.basis)
    speaking = {key[0] for key, stand in stands.items() if stand.label}
    silent = {party for party in speaking if not cells.get(party, {}).get("word")}
    return [party for party in frame.names_by_slug("party") if party in silent]


def _list_claims(frame: PageContext, issue: Thing) -> Json:
    claims: list[Claim] = [
        claim
        for party in frame.names_by_slug("party")
        for claim in frame.answers.attributed(party, issue.slug)
        if claim.issue == issue.slug
    ]
    claims.sort(key=_known_at, reverse=True)
    return show_list(
        frame, "claims", lambda limit: claims[:limit], lambda claim: show_claim(frame, claim)
    )


def _known_at(value: Provenance) -> str:
    return value.known_at or ""


def _naming_events(frame: PageContext, issue: Thing) -> Iterable[Item]:
    """Yield what else happened that names an issue, newest first."""
    types = [kind for kind in types_that_name("issue") if kind not in _TOLD_ELSEWHERE]
    return merge_newest(frame.view.read_newest(kind, issue.subject) for kind in types)


def table_rows(data: Json) -> Iterator[Json]:
    for party, cell in data.get("cells", {}).items():
        yield {"party": party, **cell, "stance": cell["word"]}


PAGE = PageDefinition(
    "issue",
    load_issue,
    "issues/{issue}",
    params_model=ThingParams,
    columns=COLUMNS,
    rows=table_rows,
    parent_page="positions",
)
