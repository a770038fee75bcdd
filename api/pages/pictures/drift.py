"""The picture of drift: how the parties moved over the answers to one issue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated

from pydantic import Field

from api.pages.pictures.drift_drawing import draw_drift
from api.pages.pictures.drift_lines import (
    REFUSES,
    UNANSWERED,
    UNCLEAR,
    DriftLine,
    DriftStep,
    bundle_lines,
    trace_steps,
)
from api.pages.pictures.picture_page import PictureParams, define_picture
from api.pages.pictures.unwatched import list_unwatched
from api.pages.shared.display_names import question_in
from api.pages.shared.page import SlugParam
from api.pages.shared.page_context import PageContext
from domain.cells import CellRow
from domain.instants import DAY, EARLIEST, Instant, to_rfc3339
from domain.model import Json
from projections.answer_json import Item
from projections.view import ALL_ROWS

COLUMNS = ("party", "name", "row", "label", "word", "from", "event", "occurred", "known_at")
MAX_LINES = 14
"""Lines of one picture; of more, those that moved last are drawn."""
STANCE_ORDER = (
    "accepts",
    "supports",
    "accepts-ad-referendum",
    "accepts-conditionally",
    "proposes",
    "demands",
    "undecided",
    "reserves",
    "opposes",
    "rejects",
    "red-line",
)
"""From yes to no, for an issue without answers."""


class DriftParams(PictureParams):
    issue: Annotated[SlugParam, Field(description="Unless told, the one that moved most.")] = None
    party: Annotated[SlugParam, Field(description="The party whose line is lit.")] = None


def load_drift(frame: PageContext) -> Json:
    """Return the rows of an issue and the lines of the parties over them."""
    cells = _read_cells(frame)
    titles = frame.names_by_slug("issue")
    issues = [slug for slug in titles if slug in cells] + [s for s in cells if s not in titles]
    issue = frame.params.issue
    if issue and issue not in cells:
        frame.refuse_parameter("issue", f"nobody is known to stand on {issue[:80]!r}")
        issue = None
    answers = _read_answers(frame)
    by_knowledge = frame.basis.preset != "hindsight"
    traced = {
        slug: _trace(cells[slug], by_knowledge=by_knowledge, has_answers=bool(answers.get(slug)))
        for slug in ([issue] if issue else issues)
    }
    issue = issue or max(traced, key=lambda slug: _moves(traced[slug]), default=None)
    if issue is None:
        return {"drawn": {"issue": None, "issues": [], "rows": [], "lines": []}}
    lines = bundle_lines(traced[issue], DAY)
    lines.sort(key=lambda line: max(steps[-1].at for steps in line.steps), reverse=True)
    lines.sort(key=lambda line: not line.has_moved)
    kept = lines[:MAX_LINES]
    first = min(steps[0].at for line in kept for steps in line.steps)
    until = min(frame.basis.valid_at, frame.basis.known_at)
    definition = frame.display_names.registered_items("issue").get(issue)
    return {
        "drawn": {
            "issue": issue,
            "title": titles.get(issue, issue),
            "question": definition and question_in(definition.own_fields, frame.words.lang),
            "issues": [{"issue": slug, "title": titles.get(slug, slug)} for slug in issues],
            "has_answers": bool(answers.get(issue)),
            "by": "known" if by_knowledge else "happened",
            "rows": _list_rows(frame, issue, answers.get(issue, {}), kept),
            "lines": _describe_lines(frame, kept),
            "moved": sum(len(line.parties) for line in lines if line.has_moved),
            "parties": sum(len(line.parties) for line in lines),
            "left_out": sum(len(line.parties) for line in lines[MAX_LINES:]),
            "until": until,
            "unwatched": list_unwatched(frame, *_days(frame, first, until)),
        }
    }


def _days(frame: PageContext, first: Instant, last: Instant) -> tuple[date, date]:
    return frame.dates.to_local(first).date(), frame.dates.to_local(last).date()


Cells = dict[str, dict[str, list[CellRow]]]


def _read_cells(frame: PageContext) -> Cells:
    """Return all that was said of positions, by issue and party, without its JSON."""
    rows_by_key = frame.view.resolve_cells(
        "position", resolver=list[CellRow], expected_rows=ALL_ROWS, with_json=False
    )
    cells: Cells = {}
    for (party, issue), rows in rows_by_key.items():
        cells.setdefault(issue, {})[party] = rows
    return cells


def _trace(
    rows_by_party: Mapping[str, list[CellRow]], *, by_knowledge: bool, has_answers: bool
) -> dict[str, tuple[DriftStep, ...]]:
    traced = {
        party: trace_steps(rows, by_knowledge=by_knowledge, has_answers=has_answers)
        for party, rows in rows_by_party.items()
    }
    return {party: steps for party, steps in traced.items() if steps}


def _moves(steps_by_party: Mapping[str, tuple[DriftStep, ...]]) -> tuple[int, int]:
    moves = sum(len(steps) - 1 for steps in steps_by_party.values())
    return moves, len(steps_by_party)


def _read_answers(frame: PageContext) -> dict[str, dict[str, Json]]:
    """Return the answers to each issue in their order: the words of each, and its number."""
    words = frame.display_names.answer_words
    found: dict[str, dict[str, Json]] = {}
    for item in frame.view.visible_records("issue-defined"):
        fields = item.own_fields
        found[fields["issue"]] = {
            each["answer"]: {
                "label": words[fields["issue"], each["answer"]],
                "value": each.get("value"),
            }
            for each in fields.get("answers") or ()
        }
    return found


def _list_rows(
    frame: PageContext, issue: str, answers: Mapping[str, Json], lines: list[DriftLine]
) -> list[Json]:
    """Return the rows from top to bottom: the answers, with those that are refused below them, or
    the stances that were taken; of answers also those that nobody gave."""
    used = {row for line in lines for row in line.rows if row is not None}
    values = [answers[each]["value"] for each in answers]
    has_scale = len(values) > 1 and all(isinstance(value, int | float) for value in values)
    rows: list[Json] = []
    for answer, told in answers.items():
        rows.append(_row(answer, told["label"], told["value"] if has_scale else None))
        if f"{REFUSES}{answer}" in used:
            label = frame.words("drift.refuses", answer=told["label"])
            rows.append(_row(f"{REFUSES}{answer}", label))
    if has_scale:
        rows.sort(key=lambda row: (row["value"] is None, -(row["value"] or 0)))
    if not answers:
        rows = [_row(word, frame.words(f"stance.{word}")) for word in STANCE_ORDER if word in used]
    listed = {row["row"] for row in rows}
    for slug in sorted(used - listed - {UNANSWERED, UNCLEAR}):
        rows.append(_row(slug, slug.removeprefix(REFUSES)))
    for name, word in ((UNANSWERED, "drift.unanswered"), (UNCLEAR, "drift.unclear")):
        if name in used:
            rows.append(_row(name, frame.words(word)))
    return rows


def _row(name: str, label: str, value: float | None = None) -> Json:
    return {"row": name, "label": label, "value": value}


def _describe_lines(frame: PageContext, lines: list[DriftLine]) -> list[Json]:
    seqs = {step.seq for line in lines for steps in line.steps for step in steps}
    items = {item.seq: item for item in frame.view.items_by_seq(sorted(seqs))}
    return [
        {
            "has_moved": line.has_moved,
            "parties": [
                {
                    "party": party,
                    "name": frame.name_of("party", party),
                    "steps": [_describe_step(step, items) for step in steps],
                }
                for party, steps in zip(line.parties, line.steps, strict=True)
            ],
        }
        for line in lines
    ]


def _describe_step(step: DriftStep, items: Mapping[int, Item]) -> Json:
    item = items[step.seq]
    value = item.own_fields
    return {
        "at": step.at,
        "from": to_rfc3339(step.at),
        "row": step.row,
        "word": step.word,
        "lo": max(step.lo, EARLIEST),
        "last": step.last,
        "event": item.event,
        "occurred": value.get("occurred"),
        "known_at": to_rfc3339(item.known_at) if item.has_known_at else None,
        "summary": value.get("summary"),
    }


def table_rows(data: Json) -> Iterator[Json]:
    labels = {row["row"]: row["label"] for row in data["drawn"]["rows"]}
    for line in data["drawn"]["lines"]:
        for party in line["parties"]:
            for step in party["steps"]:
                yield {**party, **step, "label": labels.get(step["row"])}


PICTURE = define_picture(
    "drift", load_drift, draw_drift, params=DriftParams, columns=COLUMNS, rows=table_rows
)
