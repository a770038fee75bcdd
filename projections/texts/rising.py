"""The longest run of numbers that rise."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence


def longest_rising(numbers: Sequence[int], *, may_repeat: bool = False) -> list[int]:
    """Return the places of a longest subsequence that rises, or that nowhere falls."""
    tails: list[int] = []
    ends: list[int] = []
    previous = [-1] * len(numbers)
    for at, number in enumerate(numbers):
        slot = bisect_left(tails, number + may_repeat)
        previous[at] = ends[slot - 1] if slot else -1
        tails[slot : slot + 1], ends[slot : slot + 1] = [number], [at]
    places, at = list[int](), ends[-1] if ends else -1
    while at >= 0:
        places.append(at)
        at = previous[at]
    return places[::-1]
