"""When each audience could see an event, under any record cut: what an erasure keeps of that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

from domain.acceptance import REGISTRATION_TYPES, find_references
from domain.catalogue import BOOKKEEPING_TYPES, RECORDER_ACT_TYPES
from domain.events import AUDIENCES
from domain.instants import EARLIEST, LATEST, Instant, to_rfc3339
from domain.introductions import INTRODUCTION_FIELDS, MERGEABLE_TYPES
from domain.model import NON_NEWS_STANDINGS, Entry, Json, Version
from projections.index.rows import resolve_all, target_ids
from projections.merges import Registered

_LAST_SEQ = 2**62


class Sight(NamedTuple):
    """Under which moments of knowledge and record cuts (from, until before) an audience sees."""

    audience: str
    known_from: Instant
    known_to: Instant
    recorded_from: int
    recorded_to: int

    def within(self, others: Iterable[Sight]) -> Iterator[Sight]:
        """Yield what this has in common with each of some others."""
        for other in others:
            common = Sight(
                self.audience,
                max(self.known_from, other.known_from),
                min(self.known_to, other.known_to),
                max(self.recorded_from, other.recorded_from),
                min(self.recorded_to, other.recorded_to),
            )
            if self.audience == other.audience and not common.is_empty:
                yield common

    @property
    def is_empty(self) -> bool:
        return self.known_from >= self.known_to or self.recorded_from >= self.recorded_to


def find_visible_periods(entries: Sequence[Entry], event: str, now: Instant) -> list[Json]:
    """Return between which moments of knowledge each audience sees an event under some record cut,
    as ``visible`` of a payload-erased event has them.

    Nothing that begins after now: what is still kept from an audience it never saw.
    """
    sights = SightFinder(entries).find_sights(event)
    return [
        {"audience": audience, "known_from": to_rfc3339(start)}
        | ({"known_to": to_rfc3339(end)} if end < LATEST else {})
        for audience in AUDIENCES
        for start, end in _join_periods(each for each in sights if each.audience == audience)
        if start <= now
    ]


def _join_periods(sights: Iterable[Sight]) -> list[tuple[Instant, Instant]]:
    """Return the moments of knowledge of some sights, in order and without overlap."""
    joined: list[tuple[Instant, Instant]] = []
    for start, end in sorted((each.known_from, each.known_to) for each in sights):
        if joined and start <= joined[-1][1]:
            start, last_end = joined.pop()
            end = max(end, last_end)
        joined.append((start, end))
    return joined


class SightFinder:
    """Finds who sees what of the entries of one negotiation."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = {entry.id: entry for entry in entries}
        self.families = _group_families(entries)

    def find_sights(self, event: str, asked: frozenset[str] = frozenset()) -> list[Sight]:
        """Return who sees an event when; nothing by way of those that are ``asked`` about."""
        return [
            seen
            for version, sight in self._versions_of(event)
            for seen in self._visible_parts(version, sight, asked | {event})
        ]

    def _versions_of(self, event: str) -> Iterator[tuple[Version, Sight]]:
        """Yield the versions of an event, each with who holds it when."""
        family = self.families.get(event, [])
        seqs: list[int] = [*(entry.seq for entry in family), _LAST_SEQ]
        for count, (seq, next_seq) in enumerate(pairwise(seqs), 1):
            cut = family[:count] if count > 1 else [family[0].as_opened()]
            for rectangle in resolve_all(cut).get(event, ()):
                for bit, audience in enumerate(AUDIENCES):
                    if rectangle.audiences >> bit & 1:
                        period = rectangle.known_from, rectangle.known_to
                        yield rectangle.version, Sight(audience, *period, seq, next_seq)

    def _visible_parts(
        self, version: Version, sight: Sight, asked: frozenset[str]
    ) -> Iterable[Sight]:
        """Return the parts of a sight in which a version shows: ``View.visible_items`` over all
        moments at once."""
        kind, value = version.entry.type, version.payload
        by_record = [Sight("staff", version.entry.recorded_at, LATEST, 0, _LAST_SEQ)]
        if version.standing == "erased":
            return [sight]
        if kind in RECORDER_ACT_TYPES:
            return sight.within(by_record + self.find_sights(value["event"], asked))
        if kind not in BOOKKEEPING_TYPES or version.known_at > EARLIEST:
            return [sight]
        if kind == "negotiation-opened":
            return sight.within(chain(by_record, self._sights_of_news(None)))
        if kind not in REGISTRATION_TYPES:
            return sight.within(by_record)
        (slug_kind,) = INTRODUCTION_FIELDS[kind]
        subject = slug_kind, str(value.get(slug_kind))
        merged = self._sights_of_merged(kind, subject[1], asked)
        return sight.within(chain(by_record, self._sights_of_news(subject), merged))

    def _sights_of_news(self, subject: Registered | None) -> Iterator[Sight]:
        """Yield who knows news when, all or what names a subject."""
        for event, entry in self.entries.items():
            if entry.type in BOOKKEEPING_TYPES:
                continue
            for version, sight in self._versions_of(event):
                if version.standing not in NON_NEWS_STANDINGS and (
                    subject is None or subject in _subjects_of(version)
                ):
                    yield sight

    def _sights_of_merged(self, kind: str, slug: str, asked: frozenset[str]) -> Iterator[Sight]:
        """Yield who sees a registration that says it is the same as another."""
        others = [each.id for each in self.entries.values() if each.type == kind]
        for event in others if kind in MERGEABLE_TYPES else ():
            for version, sight in self._versions_of(event) if event not in asked else ():
                if version.payload.get("same_as") == slug:
                    yield from self._visible_parts(version, sight, asked | {event})


def _subjects_of(version: Version) -> set[Registered]:
    references = find_references(version.entry.type, version.payload)
    return {(kind, slug) for _, kind, slug in references}


def _group_families(entries: Sequence[Entry]) -> dict[str, list[Entry]]:
    """Return by event, in order, all that is bound to it by what acts on what."""
    families: dict[str, list[Entry]] = {}
    for entry in entries:
        targets = [name for name in target_ids(entry.payload) if name in families]
        joined = {families[name][0].id: families[name] for name in targets}
        family = sorted([*chain(*joined.values()), entry], key=lambda each: each.seq)
        families |= {each.id: family for each in family}
    return families
