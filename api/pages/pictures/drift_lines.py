"""Where each party stood on one issue over time, and which parties are drawn as one line."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from api.stance_words import label_word
from domain.cells import OPEN_STANCES, REFUSING_STANCES, CellRow, ResolvedPosition, split_candidates
from domain.instants import Instant

UNCLEAR, UNANSWERED = "~unclear", "~unanswered"
"""In place of an answer: several at once or disputed ones, and positions without any."""
REFUSES = "!"
"""Before an answer that is refused."""


class DriftStep(NamedTuple):
    """From when a party stood where: in a row of the picture, null once it withdrew.

    ``lo`` to ``last`` is when it may have been said, and ``seq`` the event that said it.
    """

    at: Instant
    row: str | None
    word: str
    lo: Instant
    last: Instant
    seq: int


@dataclass(frozen=True)
class DriftLine:
    """Parties that stood in the same rows all the time, drawn as one."""

    parties: tuple[str, ...]
    steps: tuple[tuple[DriftStep, ...], ...]
    """Of each of the parties."""

    @property
    def rows(self) -> list[str | None]:
        return [step.row for step in self.steps[0]]

    @property
    def has_moved(self) -> bool:
        return len(self.steps[0]) > 1


def trace_steps(
    newest_first: Iterable[CellRow], *, by_knowledge: bool, has_answers: bool
) -> tuple[DriftStep, ...]:
    """Return the steps of one party: by when each was known, or else by when it was said."""
    moments = sorted((_moment(row, by_knowledge), row) for row in newest_first)
    oldest_first, steps = list[CellRow](), list[DriftStep]()
    for number, (at, row) in enumerate(moments):
        insort(oldest_first, row, key=lambda each: each.tie_order)
        if number + 1 < len(moments) and moments[number + 1][0] == at:
            continue
        step = _step_at(at, oldest_first, has_answers=has_answers)
        if not steps or (step.row, step.word if not has_answers else "") != (
            steps[-1].row,
            steps[-1].word if not has_answers else "",
        ):
            steps.append(step)
    return tuple(steps)


def _moment(row: CellRow, by_knowledge: bool) -> Instant:
    return max(row.known_at, row.last) if by_knowledge else row.last


def _step_at(at: Instant, oldest_first: Sequence[CellRow], *, has_answers: bool) -> DriftStep:
    candidates, _ = split_candidates(reversed(oldest_first))
    position = ResolvedPosition(tuple(candidates))
    word = "mixed" if position.mixed else label_word(position.winner.label)
    row: str | None
    if position.winner.label is None and not position.mixed:
        row = None
    elif word in ("mixed", "disputed"):
        row = UNCLEAR
    else:
        row = _answer_row(word, position.answer) if has_answers else word
    winner = position.winner
    return DriftStep(at, row, word, winner.lo, winner.last, winner.seq)


def _answer_row(stance: str, answer: str | None) -> str:
    if answer is None:
        return UNANSWERED
    return f"{REFUSES}{answer}" if stance in REFUSING_STANCES else answer


def is_undecided(word: str) -> bool:
    """Return whether a stance neither holds nor refuses what it is about."""
    return word in OPEN_STANCES


def bundle_lines(steps_by_party: dict[str, tuple[DriftStep, ...]], day: int) -> list[DriftLine]:
    """Return the lines of a picture: parties that never moved are one line for each row, others
    are one where they moved on the same days; ``day`` is a day in the unit of instants."""
    groups: dict[tuple[object, ...], list[str]] = {}
    for party, steps in steps_by_party.items():
        moves = [(step.row, step.at // day) for step in steps]
        key = tuple(moves) if len(steps) > 1 else (steps[0].row,)
        groups.setdefault(key, []).append(party)
    return [
        DriftLine(tuple(parties), tuple(steps_by_party[party] for party in parties))
        for parties in groups.values()
    ]
