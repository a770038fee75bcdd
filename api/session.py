"""The session in which a reader asks about one negotiation, and the list of all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cached_property
from hashlib import sha256

import orjson

from api.access.caller import Caller, Reader
from api.answers import Answers
from domain.basis import Basis, LogTimeline, Question, resolve_basis
from domain.errors import BusyError, UnknownNegotiationError
from domain.instants import Instant
from domain.ledger_events import LEDGER_SLUG
from domain.model import Json
from domain.open_fields import open_fields
from domain.sources import check_names, distinct_names, publisher_key
from domain.zones import ZoneUse, zones_digest
from ledger import drafts, log, proposals
from ledger.database import Clock, Cursor, ReadableLedger
from ledger.proofs.live_checks import LiveChecks
from ledger.proofs.signed_note import Verifier
from projections import answers
from projections.answer_json import Item, keep_shown
from projections.fold import FoldView
from projections.index.filtered_view import FilteredView
from projections.index.kept_sources import SourceFilters
from projections.index.publishers import read_publishers
from projections.index.reader import IndexView
from projections.index.snapshot import SnapshotStart, read_seen, read_start, read_zone_uses
from projections.merged_view import merge_registrations
from projections.view import View


def read_log_timeline(
    c: Cursor, clock: Clock, head: tuple[int, Instant] | None = None
) -> LogTimeline:
    """Return what a basis needs to know of the log, whose head may have been read already."""
    size, last = head or log.read_head(c)
    return LogTimeline(
        max(clock(), last),
        size,
        lambda at: size if at >= last else log.seq_at(c, at),
        lambda seq: last if seq == size else log.read_recorded_at(c, seq),
    )


def negotiation_address(negotiation: str) -> str:
    """Return where the API answers about a negotiation."""
    return f"/v1/negotiations/{negotiation}"


class Session:
    """One negotiation within one snapshot, for one reader: opens views on it for any basis.

    ``last_seq`` is the last one of the negotiation for staff; others, who may not see that event,
    are told that of the log, which everyone knows.

    Raises UnknownNegotiationError where this reader can see nothing of it now.
    """

    is_folded = False
    """Whether every view is the plain fold, which is the definition of every answer."""

    def __init__(self, c: Cursor, negotiation: str, clock: Clock, reader: Reader) -> None:
        self.cursor, self.negotiation, self.reader = c, negotiation, reader
        start = read_start(c, negotiation, reader.audience, clock())
        if start.zone is None or start.last_seq is None or not _exists(start, negotiation, reader):
            raise UnknownNegotiationError(
                f"there is no negotiation {negotiation!r}",
                hint=_known_negotiations_hint(c, negotiation, reader, clock),
            )
        self.zone, self.has_merges = start.zone, start.has_merges
        self.last_seq = start.last_seq if reader.is_staff else start.size
        self.log_timeline = replace(
            read_log_timeline(c, clock, (start.size, start.last_recorded_at)),
            zone=self.zone,
            zones_at=lambda seq: zones_digest(self._zone_uses, seq),
        )
        if start.indexed_seq < start.size:
            raise BusyError(
                "the index is behind the log", hint="run minutebook rebuild, or serve, to catch up"
            )

    @cached_property
    def _zone_uses(self) -> list[ZoneUse]:
        uses = read_zone_uses(self.cursor, self.negotiation)
        if outdated := [use for use in uses if use.is_outdated]:
            raise BusyError(
                f"{outdated[0].zone} has other offsets in {outdated[0].year} than those by which"
                " the index was made",
                hint="run minutebook rebuild, or serve, to make it by the rules of today",
            )
        return uses

    @property
    def zones(self) -> list[str]:
        """The zone of the negotiation, UTC, and the zones in which its events give dates."""
        return list(dict.fromkeys([self.zone, "UTC", *(use.zone for use in self._zone_uses)]))

    def resolve_basis(self, question: Question, *, refuse_unknown: bool = True) -> Basis:
        """Resolve a question of this reader.

        Raises InvalidQuestionError where it names a publisher that no report now names, unless no
        later append can change the answer or the question derives from one that was let through.
        """
        basis = resolve_basis(question, self.log_timeline, self.reader.audience)
        return _match_publishers(
            basis, self.log_timeline, self.read_publishers, refuse_unknown=refuse_unknown
        )

    def read_publishers(self, basis: Basis, *, with_origins: bool = True) -> dict[str, str]:
        """Return the publishers, and origins, that reports known under a basis name, by their
        keys."""
        place = self.cursor, self.negotiation, basis
        return read_publishers(*place, with_origins=with_origins)

    def open_view(self, basis: Basis) -> View:
        """Return the view through the index."""
        view = self._open_unmerged(basis)
        return merge_registrations(view) if self.has_merges else view

    def _open_unmerged(self, basis: Basis) -> View:
        place = self.cursor, self.negotiation, basis, self.zone
        if self.is_folded:
            entries = log.read_entries(self.cursor, self.negotiation, upto=basis.seq)
            return FoldView(entries, basis, self.zone)
        return (
            FilteredView(*place, self._source_filters) if basis.is_filtered else IndexView(*place)
        )

    @cached_property
    def _source_filters(self) -> SourceFilters:
        return SourceFilters(self.cursor, self.negotiation)

    @property
    def address(self) -> str:
        """Where the API answers about the negotiation."""
        return negotiation_address(self.negotiation)

    def answers(self, basis: Basis) -> Answers:
        """Return the typed answers as of a basis."""
        return Answers(self, basis)

    def build_state(self, view: View) -> Json:
        """Return everything as of the basis of a view; of long lists the newest."""
        return answers.build_state(view, self.address)

    def check_log(self, verifier: Verifier) -> LiveChecks:
        """Return the checks of the whole log, as it is in this snapshot."""
        return LiveChecks(self.cursor, verifier)

    def count_proposals(self, caller: Caller) -> int:
        """Return how many proposals wait that a caller may see."""
        return proposals.count_waiting(
            self.cursor,
            self.negotiation,
            None if caller.may_append(self.negotiation) else caller.name,
        )

    def count_open_drafts(self) -> int:
        """Return how many drafts of the inbox are open."""
        return drafts.count_open(self.cursor, self.negotiation)

    def seqs_before(self, seq: int, limit: int) -> list[int]:
        """Return the seqs of the last events before a seq, the newest first."""
        return log.seqs_before(self.cursor, self.negotiation, seq, limit)

    def seqs_after(self, seq: int, limit: int) -> list[int]:
        """Return the seqs of the next events after a seq, in order."""
        return log.seqs_after(self.cursor, self.negotiation, seq, limit)

    def event_with_acts(self, view: View, event: str) -> Json:
        """Return one event and what acted on it. Raises NotFoundError."""
        item, acts = answers.find_event(view, event)
        own_line, *act_lines = self.event_lines(view, [item, *acts])
        return {**answers.to_plain(own_line), "acts": act_lines}

    def as_recorded(self, items: Sequence[Item], basis: Basis) -> list[Json]:
        """Return visible events as they were recorded, without what the reader may not see; of what
        was erased its type."""
        entries = log.read_entries_by_id(self.cursor, [item.event for item in items])
        payloads = {entry.id: open_fields(entry, basis.viewer, basis.known_at) for entry in entries}
        return [keep_shown(item, payloads[item.event]) for item in items]

    def event_lines(self, view: View, items: Sequence[Item]) -> list[orjson.Fragment]:
        """Return events with what the server set: by whom, for which negotiation, the leaf."""
        proof_fields = log.read_proof_fields(self.cursor, [item.event for item in items])
        return [
            answers.build_event_line(
                item, view, negotiation=self.negotiation, **proof_fields[item.event]
            )
            for item in items
        ]


def _match_publishers(
    basis: Basis,
    log_timeline: LogTimeline,
    read_names: Callable[[Basis], Mapping[str, str]],
    *,
    refuse_unknown: bool = True,
) -> Basis:
    """Return the basis with the publishers that no report under it names."""
    if not basis.source_names:
        return basis
    names = read_names(basis)
    unmatched = [name for name in basis.source_names if publisher_key(name) not in names]
    if unmatched and refuse_unknown and not basis.is_immutable:
        now = replace(basis, known_at=log_timeline.now, seq=log_timeline.head)
        asked = {"exclude_source": basis.exclude_source, "only_source": basis.only_source}
        check_names(asked, read_names(now))
    return replace(basis, unmatched=distinct_names(unmatched))


def _exists(start: SnapshotStart, negotiation: str, reader: Reader) -> bool:
    """Return whether there is a negotiation of which a reader can see anything now."""
    is_seen = reader.is_staff or start.is_seen
    return negotiation != LEDGER_SLUG and reader.knows(negotiation) and is_seen


def _known_negotiations_hint(c: Cursor, slug: str, reader: Reader, clock: Clock) -> str:
    """Return a hint with the negotiations whose slugs are nearest to an unknown one, else some."""
    known = _known_slugs(c, reader, clock)
    return log.near_negotiations_hint(known, slug) or "nothing is recorded here yet"


def _known_slugs(c: Cursor, reader: Reader, clock: Clock) -> list[str]:
    """Return the negotiations that exist for a reader, in alphabetical order."""
    slugs = log.read_slugs(c) if reader.is_staff else read_seen(c, reader.audience, clock())
    return list(filter(reader.knows, slugs))


@contextmanager
def open_session(ledger: ReadableLedger, negotiation: str, reader: Reader) -> Iterator[Session]:
    """Yield a session on one consistent snapshot. Raises UnknownNegotiationError."""
    with ExitStack() as exit_stack:

        def open_once() -> Session:
            c = exit_stack.enter_context(ledger.open_snapshot())
            return Session(c, negotiation, ledger.clock, reader)

        try:
            session = open_once()
        except BusyError:
            # An index that was replaced after this snapshot began is complete in the next one.
            exit_stack.close()
            session = open_once()
        yield session


def find_negotiations(
    ledger: ReadableLedger, read_question: Callable[[LogTimeline], Question], reader: Reader
) -> tuple[Basis, list[Json]]:
    """Return the basis of a question to the whole ledger, and every negotiation under it that
    exists for the reader, with how many events of it show and the seq of the last.

    Its dates are read in UTC, whatever the zones of the negotiations.
    """
    with ledger.open_snapshot() as c:
        log_timeline = read_log_timeline(c, ledger.clock)
        slugs = _known_slugs(c, reader, ledger.clock)
        sessions = {slug: Session(c, slug, ledger.clock, reader) for slug in slugs}

        def read_all_publishers(basis: Basis) -> dict[str, str]:
            names = (session.read_publishers(basis) for session in sessions.values())
            return {key: name for each in names for key, name in each.items()}

        basis = _match_publishers(
            resolve_basis(read_question(log_timeline), log_timeline, reader.audience),
            log_timeline,
            read_all_publishers,
        )
        negotiations, digests = [], list[str]()
        recorded = {slug: counts for slug, *counts in log.count_events(c, upto=basis.seq)}
        for slug in filter(recorded.__contains__, slugs):
            session = sessions[slug]
            digests.append(f"{slug} {session.log_timeline.zones_at(basis.seq)}\n")
            view = session.open_view(basis)
            event_count, last_seq = recorded[slug] if reader.is_staff else view.count_visible()
            openings = view.visible_records("negotiation-opened")
            told = openings[0].own_fields if openings else {}
            negotiations.append(
                {
                    "negotiation": slug,
                    "timezone": session.zone,
                    "events": event_count,
                    "head": last_seq,
                    "title": told.get("title"),
                    **({"names": told["names"]} if told.get("names") else {}),
                }
            )
        zones = sha256("".join(sorted(digests)).encode()).hexdigest()[:16]
        return replace(basis, zones=zones), negotiations
