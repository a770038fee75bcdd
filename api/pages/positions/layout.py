"""How the matrix is laid out: its rows and parties, their order, and who stands together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from api.pages.shared.agreement import AnswerSpread, judge_spread
from domain.model import Json

MAX_ROWS, MIN_ROWS, MAX_CELLS = 30, 8, 600
"""Rows that are drawn unless all are asked for: fewer where there are many parties."""
MAX_JOINED = 12
"""The most parties that share a cell, as many as the style sheet has widths for."""
_JOINT_FIELDS = ("word", "answer", "disputed", "changed", "before", "answer_before")
"""What must be the same for parties to share a cell."""


def count_rows(party_count: int) -> int:
    """Return how many rows are drawn for as many parties."""
    return min(max(MAX_CELLS // max(party_count, 1), MIN_ROWS), MAX_ROWS)


def judge_agreement(row: Json) -> AnswerSpread:
    """Return whether the answers of a row differ, are the same, are of one party, or none."""
    return judge_spread((cell["word"], cell["answer"]) for cell in row["cells"].values())


def order_alike(parties: Sequence[Json], rows: Sequence[Json]) -> list[Json]:
    """Return the parties so that each stands beside the one that it shares most answers with."""
    held = {
        party["party"]: {
            (row["path"], cell["answer"] or cell["word"])
            for row in rows
            if (cell := row["cells"].get(party["party"])) and cell["word"]
        }
        for party in parties
    }
    left, ordered = list(parties), list[Json]()
    while left:
        last = held[ordered[-1]["party"]] if ordered else set()
        following = max(left, key=lambda each: len(last & held[each["party"]]))
        left.remove(following)
        ordered.append(following)
    return ordered


def join_cells(row: Json, parties: Sequence[Json]) -> Iterator[Json]:
    """Yield the cells of a row from left to right, each with its parties: neighbours that hold the
    same answer in the same way share one."""
    numbered = list(enumerate(parties))
    for _, run in groupby(numbered, lambda pair: _joint_key(row, *pair)):
        joined = [party for _, party in run]
        for start in range(0, len(joined), MAX_JOINED):
            together = joined[start : start + MAX_JOINED]
            cells = [row["cells"].get(each["party"]) for each in together]
            yield {
                "parties": [each["party"] for each in together],
                "label": ", ".join(each["label"] for each in together),
                "held": _join(cells) if cells[0] else None,
            }


def _joint_key(row: Json, number: int, party: Json) -> tuple[object, ...]:
    cell = row["cells"].get(party["party"])
    if not (cell and cell["answer"]):
        return (number,)
    return tuple(cell[name] for name in _JOINT_FIELDS)


def _join(cells: Sequence[Json]) -> Json:
    """Return what is shown of cells that are alike: what differs between them is left out."""
    first = cells[0]
    if len(cells) == 1:
        return first
    same = {name: value for name, value in first.items() if all(c[name] == value for c in cells)}
    left_out = dict.fromkeys(first.keys() - same.keys())
    return {
        **left_out,
        **same,
        "claims": sum(cell["claims"] for cell in cells),
        "statements": sum(cell["statements"] for cell in cells),
    }
