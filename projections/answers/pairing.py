"""Which points of two texts belong together: the same point, or one that came of another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

PointKey = tuple[str, str]
"""A plan and a point of it."""
Origins = Mapping[PointKey, set[PointKey]]
"""The points that each point came from."""


def pair_points(
    old: Sequence[PointKey], new: Sequence[PointKey], origins: Origins
) -> list[tuple[PointKey, PointKey]]:
    """Return the pairs of old and new points, in the order of the new ones.

    A point pairs with itself, else with what it came from or what came of it, else with what has
    an ancestor in common with it, else, in another plan, with what bears its name.
    """
    stay = set(old) & set(new)
    pairs = {(key, key) for key in stay}
    ancestors = {key: _ancestors(key, origins) for key in (*old, *new)}
    pairs |= {
        (other, key)
        for key in new
        for other in old
        if (other in ancestors[key] or key in ancestors[other]) and not {key, other} <= stay
    }
    old_left, new_left = _unpaired(old, new, pairs)
    pairs |= {
        (other, key)
        for key in new_left
        for other in old_left
        if not ancestors[key].isdisjoint(ancestors[other])
    }
    old_left, new_left = _unpaired(old, new, pairs)
    pairs |= {(other, key) for key in new_left for other in old_left if other[1] == key[1]}
    order = {key: at for at, key in enumerate(old)}
    return [
        (other, key)
        for key in new
        for other in sorted((o for o, n in pairs if n == key), key=order.__getitem__)
    ]


def _unpaired(
    old: Sequence[PointKey], new: Sequence[PointKey], pairs: set[tuple[PointKey, PointKey]]
) -> tuple[list[PointKey], list[PointKey]]:
    old_paired, new_paired = {other for other, _ in pairs}, {key for _, key in pairs}
    return [o for o in old if o not in old_paired], [n for n in new if n not in new_paired]


def _ancestors(key: PointKey, origins: Origins) -> set[PointKey]:
    found, waiting = set[PointKey](), [key]
    while waiting:
        for source in origins.get(waiting.pop(), ()):
            if source not in found and source != key:
                found.add(source)
                waiting.append(source)
    return found
