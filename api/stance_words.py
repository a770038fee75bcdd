"""What is shown for a position, on pages and the command line: the one word of its stance, and the
words of the answer that it gives."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from api.models.events import StatedPosition
from api.models.positions import Position
from domain.cells import ResolvedPosition, is_same_place
from projections.view import View

AnswerWords = Mapping[tuple[str, str], str]
"""What is shown for each answer to an issue, by issue and answer."""


def label_word(label: str | None) -> str:
    """Return the word of one row: its stance, withdrawn for None, disputed where it is empty."""
    return "withdrawn" if label is None else label or "disputed"


def position_word(position: ResolvedPosition | None) -> str | None:
    """Return the word of a resolved position: a stance, mixed, disputed or withdrawn."""
    if position is None:
        return None
    return "mixed" if position.mixed else label_word(position.winner.label)


def answer_word(value: Position | StatedPosition) -> str:
    """Return the word of a position in an answer, the same as ``position_word`` gives."""
    if isinstance(value, Position) and value.mixed:
        return "mixed"
    return label_word(None if value.type == "position-withdrawn" else value.stance or "")


class Stand(NamedTuple):
    """Where a position stands, without any text: its word, and the answer that its stance is on."""

    label: str | None
    answer: str | None


NO_STAND = Stand(None, None)


def position_stand(position: ResolvedPosition | None) -> Stand:
    """Return where a resolved position stands."""
    if position is None:
        return NO_STAND
    if len(position.candidates) == 1:  # most are, and all of a matrix are asked
        row = position.winner
        return Stand(label_word(row.label), (row.answer or None) if row.label else None)
    return Stand(position_word(position), position.answer if position.stance else None)


def is_restated(before: Position, after: Position) -> bool:
    """Return whether two positions in answers are one place, so that nothing moved."""
    stands = (
        Stand(answer_word(each), (each.answer or None) if each.stance else None)
        for each in (before, after)
    )
    return is_same_place(*stands)


def read_answer_words(view: View, language: str | None = None) -> AnswerWords:
    """Return the words of all answers to issues that are visible under a basis, in their order, in
    a language where they are given in that."""
    issues = (item.own_fields for item in view.visible_records("issue-defined"))
    return words_of_issues(issues, language)


def words_of_issues(
    issues: Iterable[Mapping[str, Any]], language: str | None = None
) -> AnswerWords:
    """Return the words of all answers to issues, in their order."""
    return {
        (str(issue["issue"]), str(each["answer"])): _label_with_number(each, language)
        for issue in issues
        for each in issue.get("answers") or ()
    }


def given_answer(words: AnswerWords, issue: str | None, answer: str | None) -> str | None:
    """Return the words of an answer to an issue, or its slug where it has none."""
    return words.get((issue or "", answer), answer) if answer else None


def _label_with_number(answer: Mapping[str, Any], language: str | None) -> str:
    """Return the label of an answer, and its number unless the label begins with it."""
    label = str(answer.get("label") or answer["answer"])
    label, number = str((answer.get("names") or {}).get(language, label)), answer.get("value")
    return _with_number(label, number) if isinstance(number, int | float) else label


@lru_cache(maxsize=2**12)
def _with_number(label: str, number: float) -> str:
    written = f"{number:,}"
    is_said = _digits(label).startswith(_digits(written))
    return label if is_said else f"{label}, {written}"


def _digits(text: str) -> str:
    """Return a text without what parts the digits of a number."""
    return re.sub(r"(?<=\d)[\s,.](?=\d)", "", text)
