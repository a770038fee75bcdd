"""The definition: every answer from a plain fold over the log. Used for filtered sources."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from operator import attrgetter

import orjson

from domain import positions
from domain.accept import references
from domain.basis import Basis
from domain.cells import CellKey, Placed, Placement, adopted, placements
from domain.instants import DAY, Instant
from domain.items import Item, item
from domain.lives import fold
from domain.positions import Position
from domain.versions import NO_NEWS, Entry, Version
from projections.view import KnownDay, Resolve, T, showing
from projections.words import holds, words, words_of


class FoldView:
    """One negotiation as of one basis, folded from its entries."""

    def __init__(self, entries: Sequence[Entry], basis: Basis, zone: str) -> None:
        self.basis, self.zone = basis, zone
        cut = [entry for entry in entries if entry.seq <= basis.seq]
        held = fold(cut, basis.reader, basis.known_at)
        self.held = dict(sorted(held.items(), key=lambda pair: pair[1].entry.seq))
        self._items: dict[str, Item] = {}

    def _item(self, version: Version) -> Item:
        if version.entry.id not in self._items:
            self._items[version.entry.id] = item(version)
        return self._items[version.entry.id]

    def cells(self, kind: str, *prefix: str) -> Mapping[CellKey, Iterable[Placed]]:
        found: dict[CellKey, list[Placed]] = {}
        for placement, version, proposal in self._placements():
            if placement.kind != kind or placement.key[: len(prefix)] != prefix:
                continue
            placed = self._placed(placement, version, proposal)
            if placed.lo <= self.basis.valid_at and (kind == "meeting" or not placed.possible):
                found.setdefault(placement.key, []).append(placed)
        for rows in found.values():
            rows.sort(key=attrgetter("order"), reverse=True)
        return dict(sorted(found.items()))

    def resolved(self, kind: str, *prefix: str, by: Resolve[T], most: int = 0) -> dict[CellKey, T]:
        return {key: by(rows) for key, rows in self.cells(kind, *prefix).items()}

    def _placements(self) -> Iterator[tuple[Placement, Version, Version | None]]:
        for version in self.held.values():
            yield from ((placement, version, None) for placement in placements(version))
        for adoption in self._moving("amendment-adopted"):
            for proposal in self._moving("amendment-proposed"):
                if _amendment(adoption) == _amendment(proposal) != NAMELESS:
                    for placement in adopted(proposal.payload, proposal.entry.seq):
                        yield placement, adoption, proposal

    def _placed(self, placement: Placement, version: Version, proposal: Version | None) -> Placed:
        held, detail = self._item(version), placement.detail
        return Placed(
            held.last, held.lo,
            max(held.known_at, proposal.known_at) if proposal else held.known_at,
            held.seq, placement.part, placement.mark, held.last > self.basis.valid_at,
            None if detail is None else orjson.dumps(detail), held.body, held.rests,
            self._item(proposal).rests if proposal else None,
        )  # fmt: skip

    def _of(self, kind: str) -> list[Version]:
        return [version for version in self.held.values() if version.entry.type == kind]

    def _moving(self, kind: str) -> list[Version]:
        return [version for version in self._of(kind) if version.moves]

    def stances(self, kind: str, *prefix: str, bare: bool = False) -> dict[CellKey, Position]:
        found = self.resolved(kind, *prefix, by=positions.resolve)
        return {key: each for key, each in found.items() if each}

    def records(self, kind: str) -> list[Item]:
        return showing(self, (self._item(x) for x in self._of(kind) if not x.withdrawn))

    def mentioned(self, kind: str, slugs: Collection[str]) -> set[str]:
        return {slug for slug in slugs if f"{kind}:{slug}" in self._named}

    def any_news(self) -> bool:
        return bool(self._news())

    def raw(self, event: str) -> Item | None:
        version = self.held.get(event)
        return self._item(version) if version else None

    @cached_property
    def _named(self) -> set[str]:
        return {subject for each in self._news() for subject in _subjects(each)}

    def listed(self, standing: str, limit: int) -> list[Item]:
        news = self.held.values() if standing == "erased" else self._news()
        rows = [each for each in news if self._is(each, standing)]
        rows.sort(key=_tie, reverse=True)
        return [self._item(each) for each in rows[:limit]]

    def _news(self) -> list[Version]:
        return [each for each in self.held.values() if each.standing not in NO_NEWS]

    def _is(self, version: Version, wanted: str) -> bool:
        own, valid = version.standing, self.basis.valid_at
        match wanted:
            case "disputed":
                return bool(version.rivals) and own not in NO_NEWS
            case "ahead":
                return version.ahead and own == "actual"
            case "unrealised":
                return own not in ("actual", "withdrawn", *NO_NEWS)
            case "happened":
                return own == "actual" and version.occurred.last <= valid
            case "possible":
                return own == "actual" and version.occurred.lo <= valid < version.occurred.last
            case "scheduled":
                return own == "actual" and version.occurred.lo > valid
        return own == wanted

    def log(
        self, *, after: int, limit: int, type: str | None, subject: str | None,
        standing: str | None,
    ) -> list[Item]:  # fmt: skip
        found = (
            self._item(each)
            for each in self.held.values()
            if each.entry.seq > after
            and (type is None or each.entry.type == type)
            and (subject is None or subject in _subjects(each))
            and (standing is None or self._is(each, standing))
        )
        return showing(self, found)[:limit]

    def newest(self, kind: str, subject: str | None = None) -> Iterable[Item]:
        rows = [each for each in self._of(kind) if self._is(each, "happened")
                and (subject is None or subject in _subjects(each))]  # fmt: skip
        rows.sort(key=_tie, reverse=True)
        return (self._item(each) for each in rows)

    def known_days(self, at: Instant, seq: int) -> list[KnownDay]:
        days: dict[int, list[tuple[bool, bool]]] = {}
        for each in self._news():
            newer = each.entry.seq > seq
            later = newer or each.known_at % DAY > at % DAY
            days.setdefault(each.known_at // DAY, []).append((newer, later))
        return [KnownDay(day, len(news), *map(sum, zip(*news, strict=True)))
                for day, news in sorted(days.items())]  # fmt: skip

    def steady_until(self) -> Instant:
        return self.basis.known_at

    def counted(self, kind: str) -> dict[CellKey, int]:
        return {key: len(list(rows)) for key, rows in self.cells(kind).items()}

    def registered(self, kind: str) -> list[Item]:
        return [self._item(each) for each in self._of(kind) if not each.withdrawn]

    def search(self, query: str) -> Iterable[Item]:
        wanted = words(query)
        for each in reversed(self._news()) if wanted else ():
            if holds(words_of(each.payload), wanted):
                yield self._item(each)

    def item(self, event: str) -> Item | None:
        found = self.raw(event)
        return next(iter(showing(self, [found])), None) if found else None


NAMELESS = (None, None)


def _amendment(version: Version) -> tuple[str | None, str | None]:
    """Return plan and amendment; neither where one of them is disputed."""
    value = version.payload
    named = "plan" in value and "amendment" in value
    return (value["plan"], value["amendment"]) if named else NAMELESS


def _subjects(version: Version) -> set[str]:
    return {f"{kind}:{slug}" for _, kind, slug in references(version.entry.type, version.payload)}


def _tie(version: Version) -> tuple[int, ...]:
    return (version.occurred.last, version.occurred.lo, version.known_at, version.entry.seq)
