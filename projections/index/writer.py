"""Writing the index: the rows of a run of events, and what acts change of earlier rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from domain.catalogue import ACT_TYPES
from domain.cells import CellEntry, adoption_entries
from domain.instants import Instant
from domain.model import Entry, Json
from domain.zones import offsets_digest, zone_years
from ledger import log
from ledger.database import Cursor, database_dialect, insert_rows
from projections.answer_json import Item
from projections.full_text import store_words
from projections.index.candidates import Candidates
from projections.index.reach import late_class
from projections.index.rows import (
    COUNTERPART_TYPE,
    VERSIONS_IN_BLOCK,
    Rectangle,
    VersionRows,
    build_rows,
    list_happened_weeks,
    list_news_days,
    prepare_event,
    resolve_all,
    target_ids,
)
from projections.index.sources import NamedCell
from projections.index.statement_links import OPEN_SEQ, StatementLinks, made_by
from projections.index.statements import STATEMENTS
from projections.index.subjects import LINKED_SUBJECT, MADE_SUBJECT, SUBJECT_PREFIX, join_key
from projections.index.undecided import NO_BOUNDS, UndecidedCells

IndexRow = Mapping[str, Any]
NewsDay = tuple[str, str, int, str, int]
"""Negotiation, clock, day, type and audiences of news."""
TRACKING_NAME = "index 21"
"""The read model with its version, which rises with whatever changes its rows."""


def apply_events(c: Cursor, entries: Sequence[tuple[str, Entry]]) -> None:
    """Bring the read model up to the last of these events of negotiations."""
    prepared = [
        (slug, entry if entry.type in ACT_TYPES else prepare_event(entry))
        for slug, entry in entries
    ]
    apply_entries(c, prepared, entries[-1][1].seq)


def apply_entries(
    c: Cursor, entries: Sequence[tuple[str, Entry | list[VersionRows]]], reached: int
) -> None:
    """Bring the read model up to a seq by these events of negotiations, acts as they are."""
    batch = IndexBatch(c)
    batch.look_up_cells(_cells_of(entries))
    for negotiation, each in entries:
        if isinstance(each, Entry):
            batch.apply_act(negotiation, each)
        else:
            batch.add_event(negotiation, each)
    batch.flush()
    c.execute(
        """
        INSERT INTO tracking VALUES (:name, :reached)
        ON CONFLICT (application_name) DO UPDATE SET notification_id = excluded.notification_id
        """,
        {"name": TRACKING_NAME, "reached": reached},
    )


def _cells_of(
    entries: Sequence[tuple[str, Entry | list[VersionRows]]],
) -> Iterator[tuple[str, str, str]]:
    """Yield the cells that events bear on or name, of acts none."""
    names_by_negotiation = defaultdict[str, set[tuple[str, str]]](set)
    for negotiation, each in entries:
        names = names_by_negotiation[negotiation]
        for version_rows in () if isinstance(each, Entry) else each:
            names.update(version_rows.subjects)
            for entry in version_rows.entries:
                names.add((entry.kind, join_key(entry.key)))
            for link in version_rows.links:
                names.add((link.kind, join_key(link.key)))
                names.add((MADE_SUBJECT, link.key[0]))
            if version_rows.statement:
                names.add((LINKED_SUBJECT, version_rows.statement))
            names.update(place.cell for place in version_rows.places)
            if version_rows.source:
                names.add(version_rows.source)
    for negotiation, names in names_by_negotiation.items():
        yield from ((negotiation, *name) for name in names)


class IndexBatch:
    """What a run of events adds to the index, kept back until something must read it."""

    def __init__(self, c: Cursor) -> None:
        self.c = c
        c.execute(
            "SELECT (SELECT max(id) FROM version), (SELECT max(id) FROM placement),"
            " (SELECT max(id) FROM cell)"
        )
        version_id, placement_id, cell_id = c.fetchone()
        self.versions = RowBuffer(c, "version", version_id or 0)
        self.placements = RowBuffer(c, "placement", placement_id or 0)
        self.new_cells = RowBuffer(c, "cell", cell_id or 0)
        self.mentions, self.words = list[tuple[int, Instant, int]](), list[tuple[int, list[str]]]()
        self.news_days = Counter[NewsDay]()
        self.happened_weeks = Counter[tuple[str, int, int, int, int]]()
        """By negotiation, and by all that a period is."""
        self.blocks = dict[tuple[str, int], tuple[Instant, Instant, int]]()
        """Negotiation and block of versions, with when the first that no act made is known, the
        first that one made, and the seq at which the first was recorded."""
        self.zone_uses = dict[tuple[str, str, int], int]()
        """Negotiation, zone and year of dates, with the seq of the first event that uses them."""
        self.cell_ids: dict[tuple[str, ...], int] = {}
        self.missing_cells: set[tuple[str, ...]] = set()
        self.undecided, self.candidates = UndecidedCells(c), Candidates(self)
        self.waiting_seqs, self.waiting_versions = set[int](), set[int]()
        """The events and versions of which rows are kept back."""

    def look_up_cells(self, cells: Iterable[tuple[str, ...]]) -> None:
        """Read the numbers of these cells together.

        What is not there is numbered when its first event comes, so that numbers depend on the log
        alone and not on how it was grouped.
        """
        wanted = sorted(set(cells))
        find_cells = STATEMENTS[database_dialect(self.c)]["find_cells"]
        self.c.execute(find_cells, {"cells": orjson.dumps(wanted).decode()})
        self.cell_ids |= {tuple(row)[:3]: row[3] for row in self.c.fetchall()}
        self.missing_cells.update(cell for cell in wanted if cell not in self.cell_ids)

    def add_event(self, negotiation: str, rectangles: Iterable[VersionRows]) -> None:
        """Add the rectangles of an event on which nothing acts yet."""
        all_rows = list(rectangles)
        if not all_rows:
            return
        first = all_rows[0]
        kind, seq, recorded_at = first.item.type, first.item.seq, first.item.recorded_at
        source = self.candidates.source_of(negotiation, first)
        opened = list[tuple[int, VersionRows]]()
        for version_rows in all_rows:
            version = self._open_version(negotiation, version_rows, seq, recorded_at, source)
            opened.append((version, version_rows))
            self._note_zones(negotiation, version_rows.zone_years, seq)
        StatementLinks(self, negotiation, seq).place(opened, ())
        if source is None:
            self.candidates.add(negotiation, kind, seq, first.places)

    def flush(self) -> None:
        """Write what was kept back."""
        self.waiting_seqs.clear()
        self.waiting_versions.clear()
        self.new_cells.flush()
        self.versions.flush()
        self.placements.flush()
        self.candidates.flush()
        self.undecided.settle()
        insert_rows(self.c, "mention", self.mentions)
        self.mentions.clear()
        store_words(self.c, self.words)
        self.words.clear()
        if self.news_days:
            days = [[*day, count] for day, count in self.news_days.items()]
            add_days = STATEMENTS[database_dialect(self.c)]["add_news_days"]
            self.c.execute(add_days, {"days": orjson.dumps(days).decode()})
            self.news_days.clear()
        if self.happened_weeks:
            weeks = [[*week, count] for week, count in self.happened_weeks.items()]
            add_weeks = STATEMENTS[database_dialect(self.c)]["add_happened_weeks"]
            self.c.execute(add_weeks, {"weeks": orjson.dumps(weeks).decode()})
            self.happened_weeks.clear()
        if self.blocks:
            blocks = [[*block, *first] for block, first in self.blocks.items()]
            add_blocks = STATEMENTS[database_dialect(self.c)]["add_version_blocks"]
            self.c.execute(add_blocks, {"blocks": orjson.dumps(blocks).decode()})
            self.blocks.clear()
        if self.zone_uses:
            uses = [[*use, seq, offsets_digest(*use[1:])] for use, seq in self.zone_uses.items()]
            add_zone_uses = STATEMENTS[database_dialect(self.c)]["add_zone_uses"]
            self.c.execute(add_zone_uses, {"uses": orjson.dumps(uses).decode()})
            self.zone_uses.clear()

    def _note_block(
        self, negotiation: str, version_id: int, known_from: Instant, item: Item, now: int
    ) -> None:
        block = negotiation, version_id // VERSIONS_IN_BLOCK
        told, revised, first_seq = self.blocks.get(block, (OPEN_SEQ, OPEN_SEQ, now))
        if now > item.seq:
            revised = min(revised, known_from)
        elif item.has_known_at:
            told = min(told, known_from)
        self.blocks[block] = told, revised, first_seq

    def _note_zones(self, negotiation: str, uses: Iterable[tuple[str, int]], seq: int) -> None:
        for zone, year in uses:
            self.zone_uses.setdefault((negotiation, zone, year), seq)

    def _replace_zones(self, negotiation: str, entries: Sequence[Entry]) -> None:
        """Read the dates of the only events of a negotiation in its corrected zone."""
        self.c.execute("DELETE FROM zone_use WHERE negotiation = :slug", {"slug": negotiation})
        for entry in sorted(entries, key=lambda entry: entry.seq):
            self._note_zones(negotiation, zone_years(entry), entry.seq)
        self.flush()

    def apply_act(self, negotiation: str, entry: Entry) -> None:
        """Resolve everything that an act bears on again, and record the difference."""
        self._note_zones(negotiation, zone_years(entry), entry.seq)
        family = self._read_family(entry)
        if "timezone" in (entry.payload.get("changes") or ()):
            self.flush()
            self._replace_zones(negotiation, family)
        if not self.waiting_seqs.isdisjoint(member.seq for member in family):
            self.flush()
        seqs = {member.id: member.seq for member in family}
        for event, rectangles in resolve_all(family).items():
            self._reconcile_event(negotiation, seqs[event], rectangles, entry)
        self.candidates.add_family(negotiation, family)

    def _read_family(self, entry: Entry) -> list[Entry]:
        pairs = [(entry.id, other) for other in target_ids(entry.payload)]
        for event, other in pairs + [pair[::-1] for pair in pairs]:
            self.c.execute(
                "INSERT INTO link VALUES (:event, :other) ON CONFLICT DO NOTHING",
                {"event": event, "other": other},
            )
        self.c.execute(
            "WITH RECURSIVE family (event) AS (SELECT id FROM event WHERE id = :event UNION"
            " SELECT l.other FROM family f JOIN link l ON l.event = f.event)"
            " SELECT event FROM family",
            {"event": entry.id},
        )
        entries = log.read_entries_by_id(self.c, sorted(row[0] for row in self.c.fetchall()))
        return [member for member in entries if member.seq <= entry.seq]

    def _reconcile_event(
        self, negotiation: str, seq: int, wanted: Sequence[Rectangle], act: Entry
    ) -> None:
        """Leave what still holds, close what does not, open what is new by an act."""
        now = act.seq
        self.c.execute(
            "SELECT id, known_from, known_to, audiences, event, seq, type, recorded_at, known_at,"
            " lo, last, width, standing, withdrawn, disputed, ahead, body, rests, reports"
            " FROM version"
            " WHERE negotiation = :negotiation AND seq = :seq AND recorded_to = :open",
            {"negotiation": negotiation, "seq": seq, "open": OPEN_SEQ},
        )
        stored = {tuple(row)[1:]: row[0] for row in self.c.fetchall()}
        rows = [build_rows(rectangle) for rectangle in wanted]
        new_rows = [
            new
            for new in rows
            if not stored.pop((new.known_from, new.known_to, new.audiences, *new.item), 0)
        ]
        if not self.waiting_versions.isdisjoint(stored.values()):
            self.flush()
        for version_id in stored.values():
            self._close_version(version_id, act)
        opened = [
            (self._open_version(negotiation, each, now, act.recorded_at), each) for each in new_rows
        ]
        unmade = {slug for columns in stored if (slug := made_by(columns[3:]))}
        StatementLinks(self, negotiation, now).place(opened, unmade)

    def _close_version(self, version_id: int, act: Entry) -> None:
        """End a rectangle, and its entries of cells and its counterpart's, at the record of an
        act."""
        params = {"now": act.seq, "version": version_id, "open": OPEN_SEQ}
        self.c.execute("UPDATE version SET recorded_to = :now WHERE id = :version", params)
        self._take_from_days(version_id, act.zone)
        self.undecided.note_closed(version_id)
        self.c.execute(
            "UPDATE placement SET recorded_to = :now"
            " WHERE version = :version AND recorded_to = :open",
            params,
        )
        # The condition partner <> 0 is that of the partial index.
        self.c.execute(
            "UPDATE placement SET recorded_to = :now"
            " WHERE partner = :version AND partner <> 0 AND recorded_to = :open",
            params,
        )

    def _take_from_days(self, version_id: int, zone: str) -> None:
        """Count the news of a rectangle no more."""
        self.c.execute(
            "SELECT negotiation, type, standing, known_at, known_local, known_to, audiences,"
            " lo, last, known_from FROM version WHERE id = :version",
            {"version": version_id},
        )
        negotiation, *columns, lo, last, known_from = self.c.fetchone()
        _, standing, _, _, known_to, audiences = columns
        for day in list_news_days(*columns):
            self.news_days[negotiation, *day] -= 1
        span = lo, last, known_from, known_to
        for period, n in list_happened_weeks(standing, *span, audiences, zone=zone):
            self.happened_weeks[negotiation, *period] -= n

    def _open_version(
        self,
        negotiation: str,
        version_rows: VersionRows,
        now: int,
        recorded_at: Instant,
        source: NamedCell | None = None,
    ) -> int:
        """Add a rectangle and all its rows, as of a record; return its number."""
        item, known_from, known_to, audiences, subjects, words, entries = version_rows[:7]
        reach = version_rows.reach
        is_first = reach is not None and now == item.seq
        version_id = self.versions.add_row(
            negotiation,
            *item[:4],
            now,
            OPEN_SEQ,
            known_from,
            known_to,
            audiences,
            *item[4:],
            version_rows.known_local,
            *(reach[:2] if reach else version_rows.watched or (None, None)),
            reach and reach.index_class,
            late_class(known_from, item.known_at, recorded_at) if is_first else None,
            source and self.cell_id(negotiation, *source),
        )
        self.waiting_seqs.add(item.seq)
        self._note_block(negotiation, version_id, known_from, item, now)
        for day in version_rows.news_days:
            self.news_days[negotiation, *day] += 1
        for period, n in version_rows.happened_weeks:
            self.happened_weeks[negotiation, *period] += n
        for subject in subjects:
            self.mentions.append((self.cell_id(negotiation, *subject), known_from, version_id))
        if words is not None:
            self.words.append((version_id, words))
        for entry in entries:
            self.add_placement(
                negotiation,
                entry,
                (item.last, item.lo, item.known_at, item.seq),
                (known_from, now, audiences, known_to),
                (version_id, 0),
            )
        if amendment := version_rows.amendment_slug:
            self.flush()
            self._pair_amendment(negotiation, version_id, item.type, amendment, now)
        return version_id

    def add_placement(
        self,
        negotiation: str,
        entry: CellEntry,
        order: tuple[int, int, int, int],
        validity: tuple[int, int, int, int],
        versions: tuple[int, int],
    ) -> None:
        """Add an entry of a cell: its tie order (last, lo, known_at, seq), its validity
        (known_from, recorded_from, audiences, known_to), its version and that of its counterpart.
        """
        self.waiting_versions.update(versions)
        cell_id = self.cell_id(negotiation, entry.kind, join_key(entry.key))
        self.undecided.note(entry.kind, cell_id)
        self.placements.add_row(
            cell_id,
            *order,
            entry.part,
            *validity,
            OPEN_SEQ,
            entry.label,
            *versions,
            entry.detail,
            entry.answer,
        )

    def has_cell(self, *cell: str) -> bool:
        """Return whether a cell (its negotiation, kind and key) is there."""
        if cell not in self.cell_ids and cell not in self.missing_cells:
            self.look_up_cells([cell])
        return cell in self.cell_ids

    def cell_id(self, *cell: str) -> int:
        """Return the number of a cell (its negotiation, kind and key), made where it is new."""
        found = self.cell_ids.get(cell)
        if found is None:
            is_new = not self.has_cell(*cell)
            found = self.new_cells.add_row(*cell, *NO_BOUNDS) if is_new else self.cell_ids[cell]
            self.cell_ids[cell] = found
        return found

    def _pair_amendment(
        self, negotiation: str, version_id: int, kind: str, slug: str, now: int
    ) -> None:
        """Pair a proposed amendment with its adoptions, or the other way round."""
        self.c.execute(
            "SELECT v.* FROM mention m JOIN version v ON v.id = m.version"
            " WHERE m.cell = :cell AND v.type = :type AND v.recorded_to = :open"
            " AND v.standing = 'actual'",
            {
                "cell": self.cell_id(negotiation, f"{SUBJECT_PREFIX}amendment", slug),
                "type": COUNTERPART_TYPE[kind],
                "open": OPEN_SEQ,
            },
        )
        rows = self.c.fetchall()
        self.c.execute("SELECT * FROM version WHERE id = :version", {"version": version_id})
        own = self.c.fetchone()
        for other in rows:
            proposal, adoption = (own, other) if kind == "amendment-proposed" else (other, own)
            self._add_adoption(proposal, adoption, orjson.loads(proposal["body"]), now)

    def _add_adoption(
        self, proposal: IndexRow, adoption: IndexRow, amendment: Json, now: int
    ) -> None:
        start = max(proposal["known_from"], adoption["known_from"])
        end = min(proposal["known_to"], adoption["known_to"])
        audiences = proposal["audiences"] & adoption["audiences"]
        if orjson.loads(adoption["body"])["plan"] != amendment["plan"]:
            return
        for entry in (
            adoption_entries(amendment, proposal["seq"]) if start < end and audiences else ()
        ):
            known_at = max(proposal["known_at"], adoption["known_at"])
            self.add_placement(
                proposal["negotiation"],
                entry,
                (adoption["last"], adoption["lo"], known_at, adoption["seq"]),
                (start, now, audiences, end),
                (adoption["id"], proposal["id"]),
            )


class RowBuffer:
    """Rows of one table with their numbers, kept back and then written at once."""

    def __init__(self, c: Cursor, table: str, last_id: int) -> None:
        self.c, self.table, self.last_id, self.rows = c, table, last_id, list[tuple[object, ...]]()

    def add_row(self, *columns: object) -> int:
        self.last_id += 1
        self.rows.append((self.last_id, *columns))
        return self.last_id

    def flush(self) -> None:
        insert_rows(self.c, self.table, self.rows)
        self.rows.clear()
