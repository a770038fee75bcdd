"""The definition: every answer from a plain fold over the log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain, islice
from operator import attrgetter

from domain.acceptance import find_references
from domain.basis import Basis
from domain.catalogue import APPOINTMENT_TYPES
from domain.cells import CellEntry, CellKey, CellRow, adoption_entries, cell_entries
from domain.instants import DAY, EARLIEST, LATEST, Instant, local_microseconds
from domain.introductions import MERGEABLE_TYPES
from domain.model import NON_NEWS_STANDINGS, Entry, Json, Version, Viewer
from domain.phantom_links import (
    STATEMENT_LINKS,
    circular_entry,
    find_circles,
    link_entries,
    made_statement,
)
from domain.resolution import last_published, report_lists, resolve_at
from ledger.deadline import check_deadline
from projections.answer_json import UNREALISED_STANDINGS, Item, build_item, clock_standing
from projections.full_text import Term, event_words, holds_all
from projections.log_query import LogQuery
from projections.search import find_with_terms
from projections.view import (
    MAX_HAPPENED_SPAN,
    CellResolver,
    HappenedWeek,
    KnownDay,
    KnownType,
    NewsMoment,
    T,
    View,
    happened_day,
    monday_before,
)


class FoldView(View):
    """One negotiation as of one basis, folded from its entries.

    ``versions`` are what these are resolved to, where that is known already.
    """

    def __init__(
        self,
        entries: Sequence[Entry],
        basis: Basis,
        zone: str,
        versions: Mapping[str, Version] | None = None,
    ) -> None:
        self.basis, self.zone = basis, zone
        entries_in_cut = [entry for entry in entries if entry.seq <= basis.seq]
        if len(entries_in_cut) == 1:
            entries_in_cut = [entries_in_cut[0].as_opened()]
        self.entries = entries_in_cut
        if versions is None:
            versions = resolve_at(entries_in_cut, basis.viewer, basis.known_at)
        self.versions = dict(sorted(versions.items(), key=lambda pair: pair[1].entry.seq))
        self.item_cache: dict[str, Item] = {}

    def item_of(self, version: Version) -> Item:
        if version.entry.id not in self.item_cache:
            check_deadline()
            self.item_cache[version.entry.id] = build_item(version)
        return self.item_cache[version.entry.id]

    def resolve_cells(
        self,
        kind: str,
        *prefix: str,
        resolver: CellResolver[T],
        expected_rows: int = 0,
        with_json: bool = True,
    ) -> dict[CellKey, T]:
        rows_by_key = self.cell_rows(kind, *prefix)
        return {key: resolver(rows) for key, rows in sorted(rows_by_key.items())}

    def cell_rows(self, kind: str, *prefix: str) -> dict[CellKey, list[CellRow]]:
        """Return the rows of each cell of a kind whose key begins so, newest first."""
        rows_by_key: dict[CellKey, list[CellRow]] = {}
        for entry, version, proposal in self.cell_entries.get(kind, ()):
            if entry.key[: len(prefix)] != prefix:
                continue
            row = self._cell_row(entry, version, proposal)
            if row.lo <= self.basis.valid_at and (kind == "meeting" or not row.possible):
                rows_by_key.setdefault(entry.key, []).append(row)
        for rows in rows_by_key.values():
            rows.sort(key=attrgetter("tie_order"), reverse=True)
        return rows_by_key

    def read_json(self, seqs: Iterable[int]) -> Mapping[int, tuple[bytes, bytes]]:
        items = {version.entry.seq: self.item_of(version) for version in self.versions.values()}
        return {seq: (items[seq].body, items[seq].provenance) for seq in seqs}

    @cached_property
    def cell_entries(self) -> dict[str, list[tuple[CellEntry, Version, Version | None]]]:
        """What contributes to the cells of each kind, for one answer asks for many kinds."""
        entries: dict[str, list[tuple[CellEntry, Version, Version | None]]] = {}
        for each in self._find_cell_entries():
            entries.setdefault(each[0].kind, []).append(each)
        return entries

    def _find_cell_entries(self) -> Iterator[tuple[CellEntry, Version, Version | None]]:
        for version in self.versions.values():
            yield from ((entry, version, None) for entry in cell_entries(version))
        for adoption in self._versions_of("amendment-adopted"):
            for proposal in self._versions_of("amendment-proposed"):
                if _takes_effect(proposal, adoption):
                    for entry in adoption_entries(proposal.payload, proposal.entry.seq):
                        yield entry, adoption, proposal
        for entry, version in self._linked_statements():
            yield entry, version, None

    def _linked_statements(self) -> Iterator[tuple[CellEntry, Version]]:
        """Yield the statements that name one that nobody made, and those that name others in a
        circle."""
        made = list(filter(made_statement, self._versions_of("statement-made")))
        slugs = {made_statement(version) for version in made}
        for version in made:
            for entry in link_entries(version):
                if entry.key[0] not in slugs:
                    yield entry, version
        for name in STATEMENT_LINKS:
            yield from self._circular_statements(name)

    def _circular_statements(self, name: str) -> Iterator[tuple[CellEntry, Version]]:
        happened: dict[str, Version] = {}
        for version in self._versions_of("statement-made"):
            slug = made_statement(version)
            if slug and self.has_standing(version, "happened"):
                happened.setdefault(slug, version)
        links = {slug: each.payload.get(name) for slug, each in happened.items()}
        for circle in find_circles(links):
            for slug in circle:
                (entry,) = (x for x in link_entries(happened[slug]) if x.label == name)
                yield circular_entry(slug, entry), happened[slug]

    def _cell_row(self, entry: CellEntry, version: Version, proposal: Version | None) -> CellRow:
        item, detail = self.item_of(version), entry.detail
        return CellRow(
            item.last,
            item.lo,
            max(item.known_at, proposal.known_at) if proposal else item.known_at,
            item.seq,
            entry.part,
            entry.label,
            item.last > self.basis.valid_at,
            detail,
            entry.answer,
            item.body,
            item.provenance,
            self.item_of(proposal).provenance if proposal else None,
        )

    def _versions_of(self, kind: str) -> list[Version]:
        return [version for version in self.versions.values() if version.entry.type == kind]

    def filter_mentioned(self, kind: str, slugs: Collection[str]) -> set[str]:
        return {slug for slug in slugs if f"{kind}:{slug}" in self._named_subjects}

    def first_known_at(self) -> Instant | None:
        return min(
            (
                each.known_at
                for each in self.versions.values()
                if each.standing not in ("act", "erased", "brief") and each.known_at > EARLIEST
            ),
            default=None,
        )

    def is_opening_void(self) -> bool:
        versions = resolve_at(self.entries, Viewer("staff"), LATEST - 1)
        openings = [each.id for each in self.entries if each.type == "negotiation-opened"]
        return bool(openings) and versions.keys().isdisjoint(openings)

    def has_news(self) -> bool:
        return bool(self.news_versions())

    def count_known(self) -> tuple[int, int]:
        items = map(self.item_of, self.versions.values())
        visible = self.visible_items(item for item in items if item.has_known_at)
        return len(visible), max((item.seq for item in visible), default=0)

    def read_without_clock(self) -> list[Item]:
        items = map(self.item_of, self.versions.values())
        return [item for item in items if not item.has_known_at]

    def find_item(self, event: str) -> Item | None:
        version = self.versions.get(event)
        return self.item_of(version) if version else None

    def items_by_seq(self, seqs: Collection[int]) -> list[Item]:
        return [self.item_of(each) for each in self.versions.values() if each.entry.seq in seqs]

    @cached_property
    def _named_subjects(self) -> set[str]:
        return {subject for each in self.news_versions() for subject in subjects_of(each)}

    def list_by_standing(self, standing: str, limit: int) -> list[Item]:
        rows = self._versions_with_standing(standing)
        rows.sort(key=_tie_order, reverse=True)
        return [self.item_of(each) for each in rows[:limit]]

    def count_by_standing(self, standing: str, limit: int) -> int:
        return min(len(self._versions_with_standing(standing)), limit)

    def _versions_with_standing(self, standing: str) -> list[Version]:
        news = self.versions.values() if standing == "erased" else self.news_versions()
        return [each for each in news if self.has_standing(each, standing)]

    def news_versions(self) -> list[Version]:
        return [each for each in self.versions.values() if each.standing not in NON_NEWS_STANDINGS]

    def has_standing(self, version: Version, wanted_standing: str) -> bool:
        own_standing, valid = version.standing, self.basis.valid_at
        match wanted_standing:
            case "disputed":
                return bool(version.rivals) and own_standing not in NON_NEWS_STANDINGS
            case "ahead":
                is_foretold = version.reported_early and own_standing == "actual"
                return is_foretold and version.entry.type not in APPOINTMENT_TYPES
            case "unrealised":
                return own_standing in UNREALISED_STANDINGS
            case "happened" | "possible" | "scheduled" if own_standing == "actual":
                occurred = version.occurred
                return clock_standing(occurred.lo, occurred.last, valid) == wanted_standing
        return own_standing == wanted_standing

    def read_log(self, query: LogQuery) -> list[Item]:
        after = self.place_after(query)
        items = filter(query.lets_through, self.find_in_log(query))
        rest = (
            item
            for item in self.visible_items(items)
            if after is None or query.goes_on_with(item, after)
        )
        return sorted(rest, key=query.place_of, reverse=query.newest_first)[: query.limit]

    def find_in_log(self, query: LogQuery) -> Iterable[Item]:
        """Return the items of types, subjects, standings and words asked for, by seq, also those
        that are not visible."""
        kind, standing = query.type, query.standing
        groups = [set(each) for each in (query.subjects, query.others) if each]
        versions: Iterable[Version] = self.versions.values()
        if query.terms is not None:
            events = {item.event for item in find_with_terms(self, query.terms)}
            versions = [each for each in versions if each.entry.id in events]
        return (
            self.item_of(each)
            for each in versions
            if (kind is None or each.entry.type == kind)
            and all(not group.isdisjoint(subjects_of(each)) for group in groups)
            and (standing is None or self.has_standing(each, standing))
        )

    def read_newest(self, kind: str, subject: str | None = None) -> Iterable[Item]:
        rows = [
            each
            for each in self._versions_of(kind)
            if self.has_standing(each, "happened")
            and (subject is None or subject in subjects_of(each))
        ]
        rows.sort(key=_tie_order, reverse=True)
        return (self.item_of(each) for each in rows)

    def count_newest(self, kind: str, limit: int) -> int:
        return len(list(islice(self.read_newest(kind), limit)))

    def known_days(self, at: Instant, seq: int) -> list[KnownDay]:
        days: dict[int, list[tuple[bool, bool]]] = {}
        shown_day, shown_time = divmod(local_microseconds(at, self.zone), DAY)
        for each in self.news_versions():
            day, time_of_day = divmod(local_microseconds(each.known_at, self.zone), DAY)
            newer = each.entry.seq > seq and day <= shown_day
            later = day == shown_day and (newer or time_of_day > shown_time)
            days.setdefault(day, []).append((newer, later))
        return [
            KnownDay(day, len(news), *map(sum, zip(*news, strict=True)))
            for day, news in sorted(days.items())
        ]

    def known_types(self) -> list[KnownType]:
        counts = Counter(
            (local_microseconds(each.known_at, self.zone) // DAY, each.entry.type)
            for each in self.news_versions()
        )
        return [KnownType(*place, count) for place, count in sorted(counts.items())]

    def happened_weeks(self) -> list[HappenedWeek]:
        counts = Counter(
            monday_before(happened_day(each.occurred.lo, each.occurred.last, self.zone))
            for each in self.news_versions()
            if self.has_standing(each, "happened")
            and each.occurred.last - each.occurred.lo < MAX_HAPPENED_SPAN
        )
        return list(map(HappenedWeek._make, sorted(counts.items())))

    def news_moments(self, kind: str | None = None) -> list[NewsMoment]:
        return sorted(
            NewsMoment(
                each.entry.seq,
                each.entry.type,
                each.standing,
                bool(each.rivals),
                each.occurred.lo,
                each.occurred.last,
                each.known_at,
                slug,
            )
            for each in self.news_versions()
            for slug in ([None] if kind is None else _slugs_of(each, kind))
        )

    def items_since(self, since: Basis) -> list[Item]:
        return list(map(self.item_of, self.versions.values()))

    def next_embargo_end(self) -> Instant | None:
        """Return when the next report comes out that was recorded, whether or not it counts."""
        lasts = (last_published(report, entry) for entry, report in self._reports_in_cut())
        return min((last for last in lasts if last > self.basis.known_at), default=None)

    def _reports_in_cut(self) -> Iterator[tuple[Entry, Json]]:
        for entry in self.entries:
            for report in chain.from_iterable(report_lists(entry.payload)):
                yield entry, report

    def steady_until(self) -> Instant:
        return self.basis.known_at

    def count_cells(self, kind: str, *prefix: str) -> dict[CellKey, int]:
        return {key: len(rows) for key, rows in self.read_cells(kind, *prefix).items()}

    def all_records(self, kind: str) -> list[Item]:
        items = map(self.item_of, self._versions_of(kind))
        return [item for item in items if item.stands]

    def merged_records(self) -> list[Item]:
        registrations = chain.from_iterable(map(self.all_records, MERGEABLE_TYPES))
        return [item for item in registrations if item.own_fields.get("same_as")]

    def search_news(self, terms: Sequence[Term]) -> Iterable[Item]:
        for each in reversed(self.versions.values()) if terms else ():
            is_text = each.standing not in NON_NEWS_STANDINGS or self._shows_brief(each)
            if is_text and holds_all(" ".join(event_words(each.payload, each.reports)), terms):
                yield self.item_of(each)

    def _shows_brief(self, version: Version) -> bool:
        return version.standing == "brief" and not self.basis.is_filtered


def _takes_effect(proposal: Version, adoption: Version) -> bool:
    """Return whether an adoption names the plan and amendment of a proposal, both undisputed."""
    return (proposal.affects_state and adoption.affects_state) and all(
        name in proposal.payload and proposal.payload[name] == adoption.payload.get(name)
        for name in ("plan", "amendment")
    )


def subjects_of(version: Version) -> set[str]:
    return {
        f"{kind}:{slug}" for _, kind, slug in find_references(version.entry.type, version.payload)
    }


def _slugs_of(version: Version, kind: str) -> set[str]:
    references = find_references(version.entry.type, version.payload)
    return {slug for _, named, slug in references if named == kind}


def _tie_order(version: Version) -> tuple[int, ...]:
    return (version.occurred.last, version.occurred.lo, version.known_at, version.entry.seq)
