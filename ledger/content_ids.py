"""Ids that come from content, so that a file without ids can grow and be imported again.

An id is a UUIDv5 of the canonical event and of the how-manieth equal row of its file it is, under a
random namespace that the ledger keeps for each negotiation and never shows: an id stays after an
erasure and must confirm no guess of what was erased.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha1
from uuid import UUID

from domain import acceptance
from domain.errors import MovedOnError
from domain.events import Event
from domain.held_json import fit
from ledger.append import originator_id
from ledger.database import Cursor, has_table, insert_rows, run_script, select_by_values
from ledger.proofs.merkle import canonical_json

NAMESPACE_SIZE = 16
PAGE_SIZE = 4096
"""Events read at once."""
TABLES = ("content_namespace", "earlier_content")


_TEMPORARY_TABLES = """
CREATE TEMP TABLE IF NOT EXISTS content_namespace (negotiation TEXT, namespace BLOB);
CREATE TEMP TABLE IF NOT EXISTS earlier_content (negotiation TEXT, content BLOB, seq INTEGER);
"""


def make_temporary_tables(c: Cursor) -> None:
    """Give a SQLite file that was made without the tables empty ones for this connection alone."""
    if not has_table(c, TABLES[0]):
        run_script(c, _TEMPORARY_TABLES)


@dataclass(frozen=True, slots=True)
class RowContent:
    """What the id of a row comes from: the canonical event, as parsed, and its ``number`` among the
    equal rows of its file, from 1."""

    state: bytes
    number: int


def read_content(event: Event) -> bytes:
    """Return the canonical JSON of an event as it was parsed."""
    return fit(canonical_json(acceptance.dump_payload(event)))


def number_contents(
    events: Sequence[Event], row_numbers: Mapping[int, int]
) -> dict[int, RowContent]:
    """Return the content of each event without an id, by index.

    ``row_numbers`` gives the number of an event, by index, where it is not its place among the
    equal ones of these.
    """
    counts = Counter[bytes]()
    contents = {}
    for index, event in enumerate(events):
        if event.id is None:
            state = read_content(event)
            counts[state] = row_numbers.get(index, counts[state] + 1)
            contents[index] = RowContent(state, counts[state])
    return contents


def make_content_id(namespace: bytes, state: bytes, number: int) -> UUID:
    """Make a UUIDv5 (RFC 9562, section 5.5)."""
    name = b"%s\n%d" % (state, number)
    digest = sha1(namespace + name, usedforsecurity=False).digest()
    return UUID(bytes=digest[:NAMESPACE_SIZE], version=5)


class _StandingIds:
    """The ids of equal rows, by number, without those whose events are void."""

    def __init__(self, namespace: bytes, state: bytes, is_void: Callable[[str], bool]) -> None:
        self.namespace, self.state, self.is_void = namespace, state, is_void
        self.ids, self.number = list[UUID](), 0

    def find(self, number: int) -> UUID:
        while len(self.ids) < number:
            self.number += 1
            event_id = make_content_id(self.namespace, self.state, self.number)
            if not self.is_void(str(event_id)):
                self.ids.append(event_id)
        return self.ids[number - 1]


class ContentIds:
    """The namespaces of negotiations, and what was recorded in each before it had one.

    With ``scratch`` what is made is kept there, and nothing in the ledger changes.
    """

    def __init__(self, scratch: Cursor | None = None) -> None:
        self.scratch = scratch
        self.namespaces, self.unsaved = dict[str, bytes](), set[str]()
        self.cursors = dict[str, Cursor]()
        """Where to look up the content recorded earlier, of negotiations that have such."""

    def make_ids(
        self,
        c: Cursor,
        negotiation: str,
        contents: Mapping[int, RowContent],
        is_void: Callable[[str], bool] | None,
    ) -> dict[int, UUID]:
        """Return the id of each row, by index.

        The number of an id whose event ``is_void`` counts no more: the row gets the next one. None
        says that no event is.
        """
        namespace = self._find_namespace(c, negotiation)
        if is_void is None:
            return {
                index: make_content_id(namespace, content.state, content.number)
                for index, content in contents.items()
            }
        numberings = dict[bytes, _StandingIds]()
        return {
            index: numberings.setdefault(
                content.state, _StandingIds(namespace, content.state, is_void)
            ).find(content.number)
            for index, content in contents.items()
        }

    def find_earlier(self, c: Cursor, negotiation: str, state: bytes) -> list[str]:
        """Return the ids of the events with this content that were recorded before the namespace,
        in order."""
        lookup = self.cursors.get(negotiation)
        if lookup is None:
            return []
        content = make_content_id(self.namespaces[negotiation], state, 0).bytes
        lookup.execute(
            """
            SELECT seq FROM earlier_content
            WHERE negotiation = :negotiation AND content = :content
            ORDER BY seq
            """,
            {"negotiation": negotiation, "content": content},
        )
        seqs = [row[0] for row in lookup.fetchall()]
        rows = select_by_values(c, "SELECT id, seq FROM event WHERE seq {in_values}", seqs)
        return [row["id"] for row in sorted(rows, key=lambda row: row["seq"])]

    def write_changes(self, c: Cursor, recorded_slugs: Iterable[str]) -> None:
        """Write the namespaces of new negotiations that were recorded, and forget the others."""
        recorded = self.unsaved.intersection(recorded_slugs)
        insert_rows(
            c, "content_namespace", [(slug, self.namespaces[slug]) for slug in sorted(recorded)]
        )
        for slug in self.unsaved - recorded:
            del self.namespaces[slug]
        self.unsaved.clear()

    def adopt(self, c: Cursor, negotiation: str, namespace: bytes) -> None:
        """Use the namespace by which a dry run made ids. Raises MovedOnError where the negotiation
        has another one by now."""
        if self._find_namespace(c, negotiation, namespace) != namespace:
            detail = f"other ids were made in {negotiation!r} since these events were checked"
            raise MovedOnError(detail, hint="check them again")

    def _find_namespace(self, c: Cursor, negotiation: str, wanted: bytes | None = None) -> bytes:
        if negotiation not in self.namespaces:
            c.execute(
                "SELECT namespace FROM content_namespace WHERE negotiation = :negotiation",
                {"negotiation": negotiation},
            )
            row = c.fetchone()
            self.namespaces[negotiation] = (
                bytes(row[0]) if row else wanted or secrets.token_bytes(NAMESPACE_SIZE)
            )
            if row:
                self._find_lookup(c, negotiation)
            else:
                self._start_namespace(c, negotiation)
        return self.namespaces[negotiation]

    def _find_lookup(self, c: Cursor, negotiation: str) -> None:
        c.execute(
            "SELECT 1 FROM earlier_content WHERE negotiation = :negotiation LIMIT 1",
            {"negotiation": negotiation},
        )
        if c.fetchone():
            self.cursors[negotiation] = c

    def _start_namespace(self, c: Cursor, negotiation: str) -> None:
        """Keep a new namespace, and note what an older negotiation has already."""
        c.execute(
            "SELECT 1 FROM negotiation WHERE slug = :negotiation", {"negotiation": negotiation}
        )
        if c.fetchone() is None:
            self.unsaved.add(negotiation)
            return
        target = self.scratch or c
        if self.scratch is None:
            row = (negotiation, self.namespaces[negotiation])
            insert_rows(c, "content_namespace", [row])
        self._note_earlier(c, target, negotiation)
        self.cursors[negotiation] = target

    def _note_earlier(self, c: Cursor, target: Cursor, negotiation: str) -> None:
        namespace, reached = self.namespaces[negotiation], 0
        while True:
            c.execute(
                """
                SELECT originator_version, seq, state FROM event
                WHERE originator_id = :originator AND originator_version > :reached
                ORDER BY originator_version LIMIT :limit
                """,
                {"originator": originator_id(negotiation), "reached": reached, "limit": PAGE_SIZE},
            )
            page = c.fetchall()
            if not page:
                return
            reached = page[-1][0]
            rows = [
                (negotiation, make_content_id(namespace, bytes(state), 0).bytes, seq)
                for _, seq, state in page
                if state
            ]
            insert_rows(target, "earlier_content", rows)
