"""The order of a plan's points: as its text introduced them, and where later ones take place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from domain.cells import ESTABLISHING_LABELS
from domain.model import Json

ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10}


class StructureStep(NamedTuple):
    """What was done to a point but for its wording: its place in tie order, and the operation."""

    tie_order: tuple[int, ...]
    point: str
    label: str
    detail: Json


def order_points(steps: Iterable[StructureStep], standing: Mapping[str, Json]) -> list[str]:
    """Return the points that stand, with their fields by name, in the order of their text."""
    sequence = _Sequence()
    for step in sorted(steps, key=lambda step: step.tie_order):
        sequence.apply(step)
    return [name for name in sequence.names if name in standing]


class _Sequence:
    """The points of a plan in order. Those that ended keep their place for what follows them."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.numbers: dict[str, object] = {}
        self.anchors: dict[str, str] = {}
        self.ended: set[str] = set()

    def apply(self, step: StructureStep) -> None:
        point, detail, number = step.point, step.detail, step.detail.get("number")
        if step.label in ESTABLISHING_LABELS:
            self.ended.discard(point)
            self._establish(point, step.label, detail)
        elif point not in self.numbers or point in self.ended:
            return
        elif step.label in ("repeal", "split", "joined"):
            self.ended.add(point)
        elif detail.get("after") or (number is not None and number != self.numbers[point]):
            number = self.numbers[point] if number is None else number
            self._place(point, detail.get("after"), number)

    def _establish(self, point: str, label: str, detail: Json) -> None:
        number = detail.get("number")
        if label == "introduction":
            self._insert(point, len(self._without(point)), number)
        elif label == "split-off":
            self._place(point, detail["split_from"], number)
        elif label == "join":
            self._place(point, next(iter(detail.get("from", ())), None), number)
        else:
            self._place(point, detail.get("after"), number)

    def _place(self, point: str, after: str | None, number: object) -> None:
        others = self._without(point)
        if after == point and point in self.names:
            self._insert(point, self.names.index(point), number)
        elif after in others:
            self._insert(point, self._index_after(others, str(after), number), number)
            self.anchors[point] = str(after)
        else:
            self._insert(point, self._index_by_number(others, number), number)

    def _without(self, point: str) -> list[str]:
        if point not in self.numbers:
            return self.names
        return [name for name in self.names if name != point]

    def _insert(self, point: str, index: int, number: object) -> None:
        self.names = self._without(point)
        self.names.insert(index, point)
        self.numbers[point] = number
        self.anchors.pop(point, None)

    def _index_after(self, names: list[str], anchor: str, number: object) -> int:
        """Return the place after a point and after what else follows it, by number if all have."""
        index = names.index(anchor) + 1
        while index < len(names) and self._follows(names[index], anchor):
            other = self.numbers[names[index]]
            is_own_follower = self.anchors[names[index]] == anchor
            both_numbered = number is not None and other is not None
            if is_own_follower and both_numbered and number_key(other) > number_key(number):
                break
            index += 1
        return index

    def _follows(self, point: str, anchor: str) -> bool:
        """Return whether a point was put after another one, or after one that was."""
        seen = set[str]()
        while point in self.anchors and point not in seen:
            seen.add(point)
            point = self.anchors[point]
            if point == anchor:
                return True
        return False

    def _index_by_number(self, names: list[str], number: object) -> int:
        if number is not None:
            for index, name in enumerate(names):
                other = self.numbers[name]
                is_greater = other is not None and number_key(other) > number_key(number)
                if name not in self.ended and is_greater:
                    return index
        return len(names)


def number_key(number: object) -> list[tuple[int, int, str]]:
    """Return what orders the numbers of points as people read them.

    1.2 comes before 1.10, 2a after 2, IX before X, and words after numbers.
    """
    if isinstance(number, int):
        return [(0, number, "")]
    return [_part_key(part) for part in re.findall(r"\d+|[^\W\d_]+", str(number))]


def _part_key(part: str) -> tuple[int, int, str]:
    if part.isdecimal():
        return (0, int(part), "")
    if set(part) <= ROMAN_DIGITS.keys():
        values = [ROMAN_DIGITS[letter] for letter in part]
        following = [*values[1:], 0]
        return (0, sum(-v if v < n else v for v, n in zip(values, following, strict=True)), "")
    return (1, 0, part.casefold())
