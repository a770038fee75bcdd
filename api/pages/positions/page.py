"""The page of positions: issue by party, what changed, and one cell in full."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Literal

import orjson
from pydantic import AfterValidator, BeforeValidator, Field

from api.http.query_params import OptionalText, empty_is_none
from api.pages.positions.cell import load_cell
from api.pages.positions.layout import count_rows, join_cells, judge_agreement, order_alike
from api.pages.positions.scale import build_scale
from api.pages.shared.agreement import AGREEMENTS, AnswerSpread, list_spreads
from api.pages.shared.display_names import question_in
from api.pages.shared.disputes import disputed_text
from api.pages.shared.page import OptionalRows, PageDefinition, SinceParams, is_slug
from api.pages.shared.page_context import PageContext
from api.pages.shared.sanitize import shorten_name
from api.stance_words import NO_STAND, label_word
from domain.basis import Basis
from domain.cells import CellKey, ResolvedPosition, is_same_place
from domain.model import Json
from domain.plans import ResolvedPoint
from projections.answers.plans import resolve_points
from projections.answers.positions import count_statements

MAX_CHOSEN = 200
"""Parties or issues that can be chosen."""
OptionalAgreement = Annotated[AnswerSpread | None, BeforeValidator(empty_is_none)]
OptionalOrder = Annotated[Literal["alike"] | None, BeforeValidator(empty_is_none)]
Slugs = Annotated[tuple[Annotated[str, Field(max_length=63)], ...], Field(max_length=MAX_CHOSEN)]
COLUMNS = (
    "party",
    "issue",
    "plan",
    "point",
    "stance",
    "since",
    "statements",
    "claims",
    "changed",
    "before",
    "summary",
    "last_stated",
    "answer",
)


def _check_cell(value: str | None) -> str | None:
    slugs = value.split("/") if value else []
    if value and not (len(slugs) in (2, 3) and all(is_slug(slug) for slug in slugs)):
        raise ValueError(f"{value[:80]!r} is not a cell; write party/issue or party/plan/point")
    return value


class PositionsParams(SinceParams):
    REPEATABLE = SinceParams.REPEATABLE | {"parties", "issues"}
    cell: Annotated[
        OptionalText, AfterValidator(_check_cell), Field(description="Shown in full.")
    ] = None
    parties: Annotated[Slugs, Field(description="Only these parties.")] = ()
    issues: Annotated[Slugs, Field(description="Only these issues.")] = ()
    agreement: Annotated[
        OptionalAgreement, Field(description="Only rows whose answers differ, or are the same.")
    ] = None
    order: Annotated[
        OptionalOrder, Field(description="Parties that hold the same stand together.")
    ] = None
    rows: Annotated[OptionalRows, Field(description="All rows, however many.")] = None


def load_positions(frame: PageContext) -> Json:
    """Return the matrix, what it is compared with, and the cell that is open."""
    start = frame.earlier_question(frame.params.from_)
    matrix_data = build_matrix(frame, frame.derive_basis(start), count_claims(frame))
    shown = _select_shown(frame, matrix_data)
    cell = load_cell(frame, tuple(frame.params.cell.split("/"))) if frame.params.cell else None
    return {
        "from": frame.question_day(start),
        **shown,
        "all_parties": matrix_data["parties"],
        "all_issues": [
            {"issue": row["issue"], "title": row["title"]}
            for row in matrix_data["rows"]
            if "issue" in row
        ],
        "changes": len(changed_cells(matrix_data["rows"])),
        "agreements": AGREEMENTS,
        "spreads": list_spreads(frame),
        "cell": cell and {**cell, "alike": _parties_alike(matrix_data, cell)},
    }


def _parties_alike(matrix: Json, cell: Json) -> list[Json]:
    """Return the other parties that give the same answer as an open cell, with how they hold it."""
    path = cell["key"].partition("/")[2]
    cells: Json = next((row["cells"] for row in matrix["rows"] if row["path"] == path), {})
    answer = cells.get(cell["party"], EMPTY_CELL).get("answer")
    return [
        {"party": party, "word": other["word"]}
        for party, other in cells.items()
        if answer and other["answer"] == answer and party != cell["party"]
    ]


def _select_shown(frame: PageContext, matrix: Json) -> Json:
    """Return the parties and rows that are asked for, and how many rows there are of them."""
    params: PositionsParams = frame.params
    parties = [
        each for each in matrix["parties"] if each["party"] in params.parties or not params.parties
    ]
    slugs = {each["party"] for each in parties}
    rows = [
        {**row, "cells": cells}
        for row in matrix["rows"]
        if not params.issues or row.get("issue") in params.issues
        if (cells := {party: cell for party, cell in row["cells"].items() if party in slugs})
    ]
    if params.agreement:
        rows = [row for row in rows if judge_agreement(row) == params.agreement]
    if params.order == "alike":
        parties = order_alike(parties, rows)
    row_count = len(rows)
    if params.rows != "all":
        rows = rows[: count_rows(len(parties))]
    told = {cell_key(row, party): cell for row in rows for party, cell in row["cells"].items()}
    tell_cells(frame, matrix, told)
    for key, count in count_statements(frame.view, told).items():
        told[key]["statements"] = count
    for row in rows:
        row["agreement"] = judge_agreement(row)
        if "issue" in row:
            labels = frame.display_names.answers_by_issue.get(row["issue"], {})
            row["scale"] = build_scale(labels, row["cells"])
        row["joined"] = list(join_cells(row, parties))
    return {"parties": parties, "rows": rows, "row_count": row_count}


def table_rows(data: Json) -> Iterator[Json]:
    for row in data["rows"]:
        for party, cell in row["cells"].items():
            yield {"party": party, **row, **cell, "stance": cell["word"]}


def count_claims(frame: PageContext) -> Counter[CellKey]:
    """Return how many claims by others each cell has."""
    claims = Counter[CellKey]()
    for claim_key, count in frame.view.count_cells("attributed").items():
        claims[claim_key[:-1]] += count
    return claims


def build_matrix(
    frame: PageContext, earlier_basis: Basis, claims: Mapping[CellKey, int] = MappingProxyType({})
) -> Json:
    """Return parties and rows of cells, each with what changed since another basis.

    A row is an issue, or a point of a plan; a party stands in it once it takes a position, or
    others claim one.
    """
    known = frame.page_state.stances
    stands = known.read_stands(frame.session, frame.basis)
    earlier_stands = known.read_stands(frame.session, earlier_basis)
    names, words = frame.names_by_slug("party"), frame.display_names.answer_words
    keys_by_party: dict[str, list[CellKey]] = {}
    for key in {*stands, *earlier_stands, *claims}:
        keys_by_party.setdefault(key[0], []).append(key)
    order = {slug: number for number, slug in enumerate(names)}
    ordered = sorted(keys_by_party, key=lambda party: (order.get(party, -1), party))
    cells_by_row: dict[CellKey, dict[str, Json]] = {}
    for party in ordered:
        for key in keys_by_party[party]:
            stand, before = stands.get(key, NO_STAND), earlier_stands.get(key, NO_STAND)
            cells_by_row.setdefault(key[1:], {})[party] = {
                "word": stand.label,
                "answer": stand.answer,
                "answer_words": stand.answer and words.get((key[1], stand.answer), stand.answer),
                "answer_before": before.answer
                and words.get((key[1], before.answer), before.answer),
                **EMPTY_CELL,
                "claims": claims.get(key, 0),
                "changed": stand is not before
                and stand != before
                and (stand.label != before.label or not is_same_place(stand, before)),
                "before": before.label,
            }
    parties = [
        {"party": slug, "name": name, "label": shorten_name(name, 28)}
        for slug, name in ((slug, names.get(slug, slug)) for slug in ordered)
    ]
    rows = [*_issue_rows(frame, cells_by_row), *_point_rows(frame, cells_by_row)]
    return {"parties": parties, "rows": rows}


def tell_cells(frame: PageContext, matrix: Json, keys: Iterable[CellKey]) -> None:
    """Fill in what is told of some cells of a matrix: since when, in which words, by what."""
    by_path = {row["path"]: row["cells"] for row in matrix["rows"]}
    kept = frame.page_state.stances
    for key, position in kept.read_positions(frame.session, frame.basis, list(keys)).items():
        party, *on = key
        by_path["/".join(on)][party] |= _position_details(frame, key, position)


def cell_key(row: Json, party: str) -> CellKey:
    """Return the key of a cell of a row."""
    return (party, *row["path"].split("/"))


EMPTY_CELL: Json = {
    "statements": 0,
    "since": None,
    "last_stated": None,
    "among": [],
    "disputed": False,
    "summary": None,
    "events": [],
}


def _answer_words(frame: PageContext, key: CellKey, answer: str | None) -> str | None:
    return frame.display_names.given_answer(key[1], answer) if answer else None


def _position_details(frame: PageContext, key: CellKey, position: ResolvedPosition) -> Json:
    value = position.winner.own_fields
    return {
        "since": orjson.loads(position.since.detail or b"null") if position.since else None,
        "last_stated": orjson.loads(position.winner.detail or b"null"),
        "among": [
            {"word": label_word(row.label), "answer": _answer_words(frame, key, row.answer)}
            for row in position.candidates
        ]
        if position.mixed
        else [],
        "disputed": bool(value.get("disputed")),
        "summary": None if position.mixed else disputed_text(value, "summary"),
        "events": [
            event for row in position.candidates for event in orjson.loads(row.provenance)["events"]
        ],
    }


def _issue_rows(
    frame: PageContext, cells_by_row: Mapping[CellKey, dict[str, Json]]
) -> Iterator[Json]:
    for slug, item in frame.display_names.registered_items("issue").items():
        if party_cells := cells_by_row.get((slug,)):
            yield {
                "issue": slug,
                "path": slug,
                "title": frame.name_of("issue", slug),
                "question": question_in(item.own_fields, frame.words.lang),
                "cells": party_cells,
            }


def _point_rows(
    frame: PageContext, cells_by_row: Mapping[CellKey, dict[str, Json]]
) -> Iterator[Json]:
    """Yield a row for each plan point that anybody takes a stance on."""
    on_points = sorted(path for path in cells_by_row if len(path) == 2)
    points = resolve_points(frame.view) if on_points else {}
    for plan, point in on_points:
        fields = points.get((plan, point), ResolvedPoint()).fields
        yield {
            "plan": plan,
            "point": point,
            "path": f"{plan}/{point}",
            "title": fields.get("heading") or point,
            "number": fields.get("number"),
            "of": frame.display_names.display_name("plan", plan),
            "cells": cells_by_row[plan, point],
        }


def changed_cells(rows: Sequence[Json]) -> list[tuple[Json, str, Json]]:
    """Return row, party and cell of each that changed."""
    cells = [(row, party, cell) for row in rows for party, cell in row["cells"].items()]
    return [changed for changed in cells if changed[2]["changed"]]


PAGE = PageDefinition(
    "positions", load_positions, params_model=PositionsParams, columns=COLUMNS, rows=table_rows
)
