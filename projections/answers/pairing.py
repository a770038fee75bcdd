"""Which points of two texts belong together: the same point, or one that came of another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence

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
    others: dict[PointKey, set[PointKey]] = {key: {key} & stay for key in new}
    ancestors = {key: _ancestors(key, origins) for key in (*old, *new)}
    _pair_descent(old, ancestors, others, stay)
    for names in (ancestors.__getitem__, lambda key: {key[1]}):
        _pair_by_names(old, names, others)
    order = {key: at for at, key in enumerate(old)}
    return [(other, key) for key in new for other in sorted(others[key], key=order.__getitem__)]


def _pair_descent(
    old: Sequence[PointKey],
    ancestors: Mapping[PointKey, set[PointKey]],
    others: Mapping[PointKey, set[PointKey]],
    stay: set[PointKey],
) -> None:
    """Pair each point with what it came from and what came of it, but not two that both stay."""
    known = set(old)
    for key, found in others.items():
        found |= {each for each in ancestors[key] & known if not {key, each} <= stay}
    for other in old:
        for key in ancestors[other] & others.keys():
            others[key] |= {other} if not {key, other} <= stay else set()


def _pair_by_names(
    old: Sequence[PointKey],
    names: Callable[[PointKey], Collection[object]],
    others: Mapping[PointKey, set[PointKey]],
) -> None:
    """Pair the points without a pair yet that have one of their names in common."""
    paired = set[PointKey]().union(*others.values())
    bearers = defaultdict[object, set[PointKey]](set)
    for other in old:
        if other not in paired:
            for name in names(other):
                bearers[name].add(other)
    for key, found in others.items():
        if not found:
            found.update(*(bearers[name] for name in names(key)))


def _ancestors(key: PointKey, origins: Origins) -> set[PointKey]:
    found, waiting = set[PointKey](), [key]
    while waiting:
        for source in origins.get(waiting.pop(), ()):
            if source not in found and source != key:
                found.add(source)
                waiting.append(source)
    return found
