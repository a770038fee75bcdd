"""The definition: every answer from a plain fold over the log. Used for filtered sources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice

from domain.accept import references
from domain.basis import Basis
from domain.catalogue import BOOKKEEPING
from domain.cells import CellKey, Item, Placed, Placement, adopted, item, placements
from domain.instants import Instant
from domain.lives import Entry, Version, fold
from projections.index import standing, texts
from projections.view import shows


class FoldView:
    """One negotiation as of one basis, folded from its entries."""

    def __init__(self, entries: Sequence[Entry], basis: Basis, zone: str) -> None:
        self.basis, self.zone = basis, zone
        cut = [entry for entry in entries if entry.seq <= basis.seq]
        held = fold(cut, basis.reader, basis.known_at)
        self.held = dict(sorted(held.items(), key=lambda pair: pair[1].entry.seq))

    def cells(self, kind: str, *prefix: str) -> Mapping[CellKey, Iterable[Placed]]:
        found: dict[CellKey, list[Placed]] = {}
        for version, known, placement in self._placements():
            if placement.kind != kind or placement.key[: len(prefix)] != prefix:
                continue
            placed = self._placed(version, known, placement)
            if placed.lo <= self.basis.valid_at and (kind == "meeting" or not placed.possible):
                found.setdefault(placement.key, []).append(placed)
        for rows in found.values():
            rows.sort(key=lambda row: row.order, reverse=True)
        return dict(sorted(found.items()))

    def _placements(self) -> Iterator[tuple[Version, int, Placement]]:
        for version in self.held.values():
            for placement in placements(version):
                yield version, version.known_at, placement
        for adoption in self._of("amendment-adopted"):
            for proposal in self._of("amendment-proposed"):
                if _amendment(adoption) == _amendment(proposal):
                    known = max(adoption.known_at, proposal.known_at)
                    for placement in adopted(proposal, adoption):
                        yield adoption, known, placement

    def _of(self, kind: str) -> list[Version]:
        return [version for version in self.held.values() if version.entry.type == kind]

    def _placed(self, version: Version, known: int, placement: Placement) -> Placed:
        occurred = version.occurred
        return Placed(
            placement.mark, occurred.last, occurred.lo, known, version.entry.seq,
            placement.part, occurred.last > self.basis.valid_at,
            lambda: item(version), placement.detail,
        )  # fmt: skip

    def records(self, kind: str) -> list[Item]:
        found = [item(each) for each in self._of(kind) if not each.withdrawn]
        return [each for each in found if shows(self, each)]

    def mentioned(self, kind: str, slug: str) -> bool:
        return f"{kind}:{slug}" in self._named

    def any_news(self) -> bool:
        return bool(self._news())

    def raw(self, event: str) -> Item | None:
        version = self.held.get(event)
        return item(version) if version else None

    @cached_property
    def _named(self) -> set[str]:
        return {subject for each in self._news() for subject in _subjects(each)}

    def listed(self, standing: str, limit: int) -> list[Item]:
        rows = [each for each in self._news() if self._is(each, standing)]
        rows.sort(key=_tie, reverse=True)
        return [item(each) for each in rows[:limit]]

    def _news(self) -> list[Version]:
        return [each for each in self.held.values() if standing(each) != "act"
                and each.entry.type not in BOOKKEEPING]  # fmt: skip

    def _is(self, version: Version, wanted: str) -> bool:
        own, valid = standing(version), self.basis.valid_at
        match wanted:
            case "disputed":
                return bool(version.rivals)
            case "ahead":
                return version.ahead and not version.withdrawn
            case "unrealised":
                return own not in ("actual", "withdrawn", "act", "record")
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
            item(each)
            for each in self.held.values()
            if each.entry.seq > after
            and (type is None or each.entry.type == type)
            and (subject is None or subject in _subjects(each))
            and (standing is None or self._is(each, standing))
        )
        return list(islice((each for each in found if shows(self, each)), limit))

    def newest(self, kind: str) -> Iterable[Item]:
        rows = [each for each in self._of(kind) if self._is(each, "happened")]
        rows.sort(key=_tie, reverse=True)
        return (item(each) for each in rows)

    def known_times(self) -> list[Instant]:
        return sorted(each.known_at for each in self._news())

    def search(self, query: str) -> Iterable[Item]:
        wanted = words(query)
        for each in reversed(self._news()):
            held = words(" ".join(texts(each.payload)))
            if all(any(word.startswith(prefix) for word in held) for prefix in wanted):
                yield item(each)

    def item(self, event: str) -> Item | None:
        found = self.raw(event)
        return found if found and shows(self, found) else None


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _amendment(version: Version) -> tuple[str | None, str | None]:
    return version.payload.get("plan"), version.payload.get("amendment")


def _subjects(version: Version) -> set[str]:
    return {f"{kind}:{slug}" for _, kind, slug in references(version.entry.type, version.payload)}


def _tie(version: Version) -> tuple[int, ...]:
    return (version.occurred.last, version.occurred.lo, version.known_at, version.entry.seq)
