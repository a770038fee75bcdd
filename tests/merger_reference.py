"""The reference of a difference over mergers: cells of parties and persons that became one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Name = tuple[str, str]
Value = tuple[Any, list[str]]
State = Mapping[Name, Value]
PLACES = {"attributed": ["party"], "role": ["person", "party"]}


def shown_as(name: Name, same: Mapping[str, str]) -> Name:
    """Return the name of a cell by whom its slugs mean."""
    kinds = PLACES.get(name[0], [])
    slugs = name[1].split("/", len(kinds))
    meant = [
        same.get(f"{kind}:{slug}", f":{slug}").partition(":")[2]
        for kind, slug in zip(kinds, slugs, strict=False)
    ]
    return name[0], "/".join([*meant, *slugs[len(kinds) :]])


def names_of(start: State, end: State, first: Any, last: Any) -> set[Name]:
    """Return the cells to be compared: those that are two on either side, and not also one."""
    of_start = {name for name in end if name not in start}
    of_start &= {shown_as(name, last["same"]) for name in start}
    of_end = {name for name in start if name not in end}
    of_end &= {shown_as(name, first["same"]) for name in end}
    return ({*start} | {*end}) - of_start - of_end


def value_in(state: State, name: Name, same: Mapping[str, str]) -> Value:
    return state.get(name) or state.get(shown_as(name, same), (None, []))


class Mergers:
    """Who is the same as another at one end, and not at the other."""

    def __init__(self, first: Any, last: Any) -> None:
        self.first, self.last = first, last
        one, other = first["same"], last["same"]
        self.moved = {
            name for name in {*one, *other} if one.get(name, name) != other.get(name, name)
        }
        self.told = {x for x in self.moved if x in first["registered"] and x in last["registered"]}
        self.both = {**one, **other} if self.moved else {}
        while any(end in self.both for end in self.both.values()):
            self.both = {name: self.both.get(end, end) for name, end in self.both.items()}

    def differ(self, one: Value, other: Value) -> bool:
        return bool(self._meant(one[0]) != self._meant(other[0]))

    def _meant(self, value: Any) -> Any:
        """Return a value by whom it means; a slug alone is that of a party or of a person."""
        match value:
            case dict():
                return {key: self._meant(each) for key, each in value.items()}
            case list() | tuple():
                meant = [self._meant(each) for each in value]
                return list({repr(each): each for each in meant}.values())
            case str():
                kinds = ("party:", "person:")
                by_slug = [self.both[k + value] for k in kinds if k + value in self.both]
                return self.both.get(value) or (by_slug[0].partition(":")[2] if by_slug else value)
        return value

    def behind(self, name: Name, events: set[str]) -> set[str]:
        """Return the registrations and acts by which those that a cell names were merged."""
        texts = {part.partition("#")[0] for part in name[1].split("/")}
        for event in events:
            life = self.last["lives"].get(event) or self.first["lives"].get(event)
            texts |= set(_texts(life["value"])) if life else set()
        named = {x for x in self.moved if x in texts or x.partition(":")[2] in texts}
        return {event for each in named for event in self._acts(each)}

    def _acts(self, name: str) -> set[str]:
        found, waiting = set[str](), [name]
        seen: set[str] = set()
        while waiting:
            name = waiting.pop()
            seen.add(name)
            old, new = (side["registered"].get(name) for side in (self.first, self.last))
            others = {x["fields"].get("same_as") for x in (old, new) if x} - {None}
            waiting += [f"{name.partition(':')[0]}:{other}" for other in others]
            waiting = [each for each in waiting if each not in seen]
            if (others or not old) and (old or new):
                found |= set((new or old)["events"])
        return found


def _texts(value: Any) -> list[str]:
    parts = value.values() if isinstance(value, dict) else value
    if isinstance(parts, str) or not hasattr(parts, "__iter__"):
        return [parts] if isinstance(parts, str) else []
    return [text for part in parts for text in _texts(part)]
