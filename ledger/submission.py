"""A submission and what it is checked against: what is new, already recorded, or refused."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace

import orjson

from domain import acceptance
from domain.acceptance import AcceptanceContext
from domain.acceptance_warnings import find_warnings
from domain.errors import (
    InvalidEventError,
    MinutebookError,
    MovedOnError,
    Reason,
    ReusedIdError,
    UnknownNegotiationError,
)
from domain.events import SLUG_PATTERN, Act, Event
from domain.held_json import fit
from domain.introductions import (
    INTRODUCTION_FIELDS,
    Introduction,
    TargetEvent,
    find_introduction,
    own_introduction,
)
from domain.later_checks import introduce_for_checks
from domain.ledger_events import LEDGER_SLUG
from domain.model import Entry, Json
from domain.own_acts import OwnActs
from domain.phantom_acts import ACTS_ON_OBJECTS, find_phantoms
from domain.phantom_links import Ended, find_phantom_links, names_link
from domain.timezone_corrections import corrected_timezone
from domain.validation_messages import SLUG_HINT
from ledger.accepted_pages import AcceptedPage, build_answer, record_accepted
from ledger.append import OWNER_NAME, AppendBatch, ProposedEvent, RecordedEvent, make_uuid7
from ledger.changed_rows import ChangedRow, ChangePolicy, compare_row
from ledger.content_ids import RowContent, read_content
from ledger.database import Clock, Cursor, wall_clock
from ledger.idempotency import find_stored_answer, store_answer
from ledger.log import ERASED_PAYLOAD, find_opening, near_negotiations_hint, read_slugs
from ledger.proofs.merkle import canonical_json
from ledger.proposals import Decision, find_earlier_answer, write_decision
from ledger.write_state import PriorEvent, ReservedSlug, WriteState


@dataclass(frozen=True, slots=True)
class Submission:
    """One batch to be recorded whole or not at all.

    ``is_exported`` says that its events come from the export of a ledger: what an older version
    accepted, such as a second introduction of one slug, is accepted again. ``contents`` says from
    what the ids of events without one are made, by index. ``changed`` says what becomes of events
    that differ from what stands; without it they are refused as any that use an id or slug again.
    ``has_own_acts`` says that what they come from also corrects or voids events itself: then equal
    content is no change, whatever was made of it. ``known_negotiations`` are those that exist for
    who sends it, None for all: a refusal names no other. ``decision`` accepts the proposal that it
    is.
    """

    negotiation: str
    events: Sequence[Event]
    recorded_by: str = OWNER_NAME
    idempotency_key: str | None = None
    body_hash: bytes = b""
    if_match: int | None = None
    dry_run: bool = False
    is_single: bool = False
    is_exported: bool = False
    contents: Mapping[int, RowContent] = field(default_factory=dict)
    changed: ChangePolicy | None = None
    has_own_acts: bool = False
    known_negotiations: frozenset[str] | None = None
    decision: Decision | None = None
    accepted: AcceptedPage | None = None
    """What a dry run found of these events: they are recorded as that says, without another
    check."""
    ids: Mapping[int, str] = field(default_factory=dict)
    """The ids that were made from contents."""

    @property
    def stored_key(self) -> str | None:
        """The Idempotency-Key as one of its caller's own; no header holds a line feed."""
        key = self.idempotency_key
        return key and (key if self.recorded_by == OWNER_NAME else f"{self.recorded_by}\n{key}")

    def may_name(self, negotiation: str) -> bool:
        """Return whether a refusal may name a negotiation."""
        known = self.known_negotiations
        return negotiation != LEDGER_SLUG and (known is None or negotiation in known)

    def with_content_ids(self, c: Cursor, write_state: WriteState) -> Submission:
        """Return it with the ids that come from content, if there are any."""
        if not self.contents:
            return self
        own_acts = write_state.read_own_acts(c, self.negotiation)
        is_void = (lambda event: bool(own_acts.find_voids(event))) if own_acts.has_voids() else None
        ids = write_state.content_ids.make_ids(c, self.negotiation, self.contents, is_void)
        return replace(self, ids={index: str(made) for index, made in ids.items()})


PROVISIONAL_SEQ = 2**60
"""Added to the place of an event that has no seq yet: it comes after all that have one."""
NewEvent = tuple[ProposedEvent, Json]
"""What is to be recorded, and its payload."""


MAX_SUGGESTIONS = 20
"""The most faults of a submission for which the slug that was meant is looked for."""


class SubmissionCheck:
    """Accepts the events of one submission against the state of its negotiation."""

    def __init__(
        self, c: Cursor, write_state: WriteState, submission: Submission, clock: Clock = wall_clock
    ) -> None:
        self.c, self.write_state, self.submission, self.clock = c, write_state, submission, clock
        self.negotiation = write_state.negotiations[submission.negotiation]
        self.event_count = self.negotiation.event_count
        self.batch_events: dict[str, PriorEvent] = {}
        self.introducers: dict[ReservedSlug, str] = {}
        self.free_slugs: set[ReservedSlug] = set()
        self.new_places: list[int] = []
        self.reasons: list[Reason] = []
        self.reuse_reasons: list[Reason] = []
        self.changed_rows: list[ChangedRow] = []
        self.warnings: list[Reason] = []
        self.linked_values: list[tuple[str, Json]] = []

    def accept_events(self) -> tuple[list[NewEvent], list[str]]:
        """Return what is to be recorded and which ids were recorded before, or refuse it all."""
        new_events, duplicate_ids = self.check_events()
        if refusal := self.find_refusal():
            raise refusal
        return new_events, duplicate_ids

    def find_refusal(self) -> MinutebookError | None:
        """Return why what was checked cannot be recorded, with all its faults, or None."""
        if self.reuse_reasons:
            first = self.reuse_reasons[0]
            all_reasons = [*self.reuse_reasons, *self.reasons]
            return ReusedIdError(first.detail, hint=first.hint, reasons=all_reasons)
        if self.reasons:
            first = self.reasons[0]
            return InvalidEventError(first.detail, hint=first.hint, reasons=self.reasons)
        return None

    def check_events(self) -> tuple[list[NewEvent], list[str]]:
        """Return the same, with the faults of all events in ``reasons`` and ``reuse_reasons``."""
        self._check_preconditions()
        new_events: list[NewEvent] = []
        duplicate_ids: list[str] = []
        for index, event in enumerate(self.submission.events):
            new_event = self._check_event(index, event, self.submission.contents.get(index))
            if isinstance(new_event, str):
                duplicate_ids.append(new_event)
            else:
                new_events += new_event
                if not (self.changed_rows and self.changed_rows[-1].place == index):
                    self.new_places.append(index)
        ended: Ended = set()
        for prefix, value in self.linked_values:  # what they act on or name may follow them
            found = (value, self.find_target, self.find_introducer)
            phantoms = [*find_phantoms(*found), *find_phantom_links(*found, ended)]
            self.warnings += [phantom.with_prefix(prefix) for phantom in phantoms]
        return new_events, duplicate_ids

    def _check_preconditions(self) -> None:
        events = self.submission.events
        if not self.negotiation.is_open and events and events[0].type != "negotiation-opened":  # type: ignore[attr-defined]  # each class of the catalogue has one
            slugs = list(filter(self.submission.may_name, read_slugs(self.c)))
            known = near_negotiations_hint(slugs, self.submission.negotiation)
            opening = 'open it first: {"type": "negotiation-opened", "title": "..."}'
            raise UnknownNegotiationError(
                f"there is no negotiation {self.submission.negotiation!r}",
                hint=f"{known}; to begin a new one, {opening}" if known else opening,
            )
        if re.fullmatch(SLUG_PATTERN, self.submission.negotiation) is None:
            detail = f"{self.submission.negotiation!r} is not a valid slug"
            raise InvalidEventError(detail, hint=SLUG_HINT)
        expected_seq = self.submission.if_match
        if expected_seq is not None and expected_seq != self.negotiation.last_seq:
            raise MovedOnError(
                f"If-Match is {expected_seq}, but the last event is {self.negotiation.last_seq}",
                hint=f'read what is new, then send If-Match: "{self.negotiation.last_seq}"',
            )

    def _check_event(
        self, index: int, event: Event, content: RowContent | None
    ) -> list[NewEvent] | str:
        """Return what is to be recorded, or the id under which it was recorded before.

        Of a changed row nothing or what makes it stand again is recorded.
        """
        context = AcceptanceContext(
            self.negotiation.is_open,
            self.event_count,
            self.find_introducer,
            self.list_slugs,
            self.find_target,
            self.submission.is_exported,
        )
        own_id = self.submission.ids.get(index) if content else event.id
        event_id = str(own_id or make_uuid7(self.clock()))
        prior_event = self._find_event(event_id) if own_id else None
        state, value = self._dump_state(event, content, context, prior_event)
        kind = value["type"]
        if prior_event:
            names_its_event = content is None or self._find_first(value) is not None
            return self._check_known(index, event_id, prior_event, state, names_its_event)
        if content and (standing_id := self._find_standing(content, state, value)):
            return standing_id
        reasons = acceptance.check_payload(value, context)
        if len(reasons) == 1 and (row := self._find_changed_row(index, value)):
            return self._settle_changed_row(row, self.reasons)
        prefix = "" if self.submission.is_single else f"/{index}"
        self.reasons += [reason.with_prefix(prefix) for reason in reasons]
        if not reasons:
            warnings = find_warnings(value, self.clock())
            self.warnings += [warning.with_prefix(prefix) for warning in warnings]
            if kind in ACTS_ON_OBJECTS or names_link(value):
                self.linked_values.append((prefix, value))
            self.apply_event(event_id, kind, value)
        self.event_count += 1
        self.batch_events[event_id] = PriorEvent(
            PROVISIONAL_SEQ + self.event_count, self.submission.negotiation, kind, state
        )
        slug, recorded_by = self.submission.negotiation, self.submission.recorded_by
        approved_by = self.submission.decision and self.submission.decision.decided_by
        proposed_event = ProposedEvent(
            event_id, slug, self.event_count, kind, state, recorded_by, approved_by
        )
        return [(proposed_event, value)]

    def _find_changed_row(
        self, index: int, value: Json, event_id: str | None = None
    ) -> ChangedRow | None:
        """Return how a row differs from the event of its id, or that introduced the same thing."""
        if self.submission.changed is None:
            return None
        event_id = event_id or self._find_first(value)
        prior_event = self._find_event(event_id) if event_id else None
        slug = self.submission.negotiation
        if event_id is None or prior_event is None or prior_event.state == ERASED_PAYLOAD:
            return None
        is_recorded = prior_event.negotiation == slug and prior_event.seq < PROVISIONAL_SEQ
        if not is_recorded or prior_event.type != value["type"]:
            return None
        standing = acceptance.parse_event(self.own_acts.read_standing(event_id))
        changes = compare_row(acceptance.dump_payload(standing), value)
        return ChangedRow(index, event_id, changes, tuple(self.own_acts.find_voids(event_id)))

    def _settle_changed_row(self, row: ChangedRow, reasons: list[Reason]) -> list[NewEvent] | str:
        """Skip a row, make it stand, or note in ``reasons`` that it is refused.

        What its corrections made equal to the row is no change.
        """
        if not row.is_changed:
            return row.event
        self.changed_rows.append(row)
        new_events: list[NewEvent] = []
        if self.submission.changed == "correct":
            for act in row.build_acts():
                found = self._check_event(row.place, act, None)
                new_events += [] if isinstance(found, str) else found
        elif self.submission.changed == "refuse":
            reasons.append(row.refusal("" if self.submission.is_single else f"/{row.place}"))
        return new_events

    def _find_first(self, value: Json) -> str | None:
        """Return the event that introduced what a payload introduces."""
        if introduction := own_introduction(value["type"], value, ""):
            return self.find_introducer(introduction.kind, introduction.slug)
        if value["type"] == "negotiation-opened" and self.negotiation.is_open:
            return find_opening(self.c, self.submission.negotiation)
        return None

    def _dump_state(
        self,
        event: Event,
        content: RowContent | None,
        context: AcceptanceContext,
        prior_event: PriorEvent | None,
    ) -> tuple[bytes, Json]:
        """Return the canonical JSON that is stored, with every speaker as person or party, and the
        payload as it is read back, its keys in order."""
        state = content.state if content else read_content(event)
        payload: Json = orjson.loads(state)
        if acceptance.has_bare_speakers(payload, context):
            prior_payload = orjson.loads(prior_event.state) if prior_event else {}
            state = fit(
                canonical_json(acceptance.qualify_speakers(payload, context, prior_payload))
            )
        return state, payload

    def _find_standing(self, content: RowContent, state: bytes, value: Json) -> str | None:
        """Return the id of an event with this content that was recorded before the ledger gave ids
        by content, or that introduces the same in the same words."""
        slug = self.submission.negotiation
        earlier_ids = self.write_state.content_ids.find_earlier(self.c, slug, state)
        standing_ids = [event for event in earlier_ids if not self.own_acts.find_voids(event)]
        if len(standing_ids) >= content.number:
            return standing_ids[content.number - 1]
        if self.submission.changed:
            return None  # it is compared with what stands
        first = self._find_first(value)
        prior_event = self._find_event(first) if first else None
        return first if prior_event and prior_event.state == state else None

    def _find_event(self, event_id: str) -> PriorEvent | None:
        return self.batch_events.get(event_id) or self.write_state.find_event(self.c, event_id)

    def _check_known(
        self,
        index: int,
        event_id: str,
        prior_event: PriorEvent,
        state: bytes,
        names_its_event: bool,
    ) -> list[NewEvent] | str:
        """Return what becomes of an event whose id was used before.

        What has just its first words again is compared with what stands where it
        ``names_its_event`` and not only repeats it, except in what tells the acts on it too.
        """
        is_same = prior_event.state in (state, ERASED_PAYLOAD)
        is_elsewhere = prior_event.negotiation != self.submission.negotiation
        is_told_whole = is_same and (self.submission.has_own_acts or not names_its_event)
        row = None
        if not (is_elsewhere or is_told_whole):
            row = self._find_changed_row(index, orjson.loads(state), event_id)
        if row:
            return self._settle_changed_row(row, self.reasons if is_same else self.reuse_reasons)
        if is_same and not is_elsewhere:
            self._warn_of_void(index, event_id)
            return event_id
        elsewhere = prior_event.negotiation if is_elsewhere else None
        self.reuse_reasons.append(self._refuse_id(index, event_id, elsewhere, is_same=is_same))
        return event_id

    def _refuse_id(
        self, index: int, event_id: str, elsewhere: str | None, *, is_same: bool
    ) -> Reason:
        """Return why an id cannot be used; of another negotiation only what the sender may know."""
        pointer = "/id" if self.submission.is_single else f"/{index}/id"
        content = "this event" if is_same else "an event with different content"
        detail = f"the id {event_id} is already used for {content}"
        if elsewhere is None:
            hint = "give the new event an id of its own; to change the old one, correct it"
            return Reason(pointer, detail, hint)
        if not self.submission.may_name(elsewhere):
            hint = "give the event another id, or leave the id out"
            return Reason(pointer, f"the id {event_id} is already taken", hint)
        hint = (
            f"send it to {elsewhere!r} if it belongs there; to record it here "
            "too, give it an id of its own or leave the id out"
        )
        return Reason(pointer, f"{detail} in the negotiation {elsewhere!r}", hint)

    def _warn_of_void(self, index: int, event_id: str) -> None:
        """Say that what is recorded already shows nowhere."""
        voids = [] if self.submission.has_own_acts else self.own_acts.find_voids(event_id)
        if voids:
            pointer = "/id" if self.submission.is_single else f"/{index}/id"
            detail = f"event {event_id} is void and stays so"
            hint = f"give it another id, or void {', '.join(voids)}, which voided it"
            self.warnings.append(Reason(pointer, detail, hint))

    @property
    def own_acts(self) -> OwnActs:
        return OwnActs(self.find_target, self.find_introducer)

    def apply_event(self, event_id: str, kind: str, value: Json) -> None:
        """Note what later events are checked against: the opening, and what is introduced."""
        if kind == "negotiation-opened":
            zone = value.get("timezone", "UTC")
            self.negotiation = self.negotiation._replace(zone=zone, is_open=True)
        elif self.event_count == 1 and kind == "record-corrected":
            zone = corrected_timezone(kind, value, self.find_target) or self.negotiation.zone
            self.negotiation = self.negotiation._replace(zone=zone)
        introduction = find_introduction(kind, value, event_id, self.find_target)
        if introduction and self.find_introducer(introduction.kind, introduction.slug) is None:
            slug = self._reserved_slug(introduction.kind, introduction.slug)
            self.introducers[slug] = introduction.event
        for each in introduce_for_checks(
            kind, value, event_id, self.find_target, self.find_introducer
        ):
            if self.find_introducer(each.kind, each.slug) is None:
                self.introducers[self._reserved_slug(each.kind, each.slug)] = each.event

    def find_introducer(self, kind: str, slug: str) -> str | None:
        """Return the id of the event that first introduced a slug, or None where it is free."""
        reserved_slug = self._reserved_slug(kind, slug)
        event = self.introducers.get(reserved_slug)
        if event is None and reserved_slug not in self.free_slugs:
            event = self.write_state.find_introducer(self.c, reserved_slug)
            if event is None:
                self.free_slugs.add(reserved_slug)
        return event

    def list_slugs(self, kind: str) -> list[str]:
        """Return slugs of a kind that are taken, to suggest the one that was meant; none after
        many faults, since others wait."""
        if len(self.reasons) > MAX_SUGGESTIONS:
            return []
        own = [slug.slug for slug in self.introducers if slug.kind == kind]
        return [*own, *self.write_state.list_slugs(self.c, self.submission.negotiation, kind)]

    def _reserved_slug(self, kind: str, slug: str) -> ReservedSlug:
        return ReservedSlug(self.submission.negotiation, kind, slug)

    def find_target(self, event_id: str) -> TargetEvent | None:
        prior_event = self._find_event(event_id) if event_id else None
        if prior_event is None or prior_event.negotiation != self.submission.negotiation:
            return None
        return prior_event.as_target(event_id)

    def update_write_state(self, last_seq: int) -> None:
        """Let the rest of the group know what this submission adds, up to a seq."""
        self.negotiation = self.negotiation._replace(
            event_count=self.event_count, last_seq=last_seq
        )
        self.write_state.add_submission(self.negotiation, self.introducers, self.batch_events)


def record_submission(
    c: Cursor,
    write_state: WriteState,
    append_batch: AppendBatch,
    submission: Submission,
    clock: Clock,
) -> tuple[Json, list[tuple[str, Entry]]]:
    """Add one submission to a batch; return its answer, and its entries by negotiation, none of
    those of an accepted page.

    Raises what ``Ledger.submit`` names, and then leaves nothing of it.
    """
    slug, key, body_hash = submission.negotiation, submission.stored_key, submission.body_hash
    if key and (stored_answer := find_stored_answer(c, slug, key, body_hash)):
        return stored_answer, []
    if submission.accepted:
        return record_accepted(c, write_state, append_batch, submission.accepted, clock()), []
    decision = submission.decision
    if decision and (earlier_answer := find_earlier_answer(c, decision)):
        return earlier_answer, []
    check = SubmissionCheck(c, write_state, submission, clock)
    new_events, duplicate_ids = check.accept_events()
    recorded_events: list[RecordedEvent] = []
    if new_events:
        proposed_events = [proposed_event for proposed_event, _ in new_events]
        recorded_events = append_batch.add_events(proposed_events, clock())
        check.update_write_state(recorded_events[-1].seq)
    answer = build_answer(append_batch, recorded_events, duplicate_ids)
    answer["warnings"] = list(map(asdict, check.warnings))
    if submission.changed:
        answer["changed"] = [row.to_json() for row in check.changed_rows]
    if submission.dry_run:
        answer["new"] = check.new_places
    if decision:
        write_decision(c, decision, now=append_batch.recorded_at, answer=answer)
    if key and not submission.dry_run:
        store_answer(c, slug, key, body_hash, answer)
    zone = check.negotiation.zone
    return answer, [
        (slug, Entry(event.seq, event.id, event.type, event.recorded_at, payload, zone))
        for (_, payload), event in zip(new_events, recorded_events, strict=True)
    ]


def load_write_state(c: Cursor, write_state: WriteState, submissions: Sequence[Submission]) -> None:
    """Read what these submissions name."""
    events = [event for submission in submissions for event in submission.events]
    ids = [made for submission in submissions for made in submission.ids.values()]
    ids += [str(event.id) for event in events if event.id]
    ids += [str(event.event) for event in events if isinstance(event, Act)]
    negotiations = [submission.negotiation for submission in submissions]
    slugs = {
        ReservedSlug(submission.negotiation, introduction.kind, introduction.slug)
        for submission in submissions
        for event in submission.events
        if (introduction := _new_introduction(event))
    }
    write_state.load_rows(c, negotiations, list(dict.fromkeys(ids)), slugs)


def _new_introduction(event: Event) -> Introduction | None:
    fields = INTRODUCTION_FIELDS.get(event.type)  # type: ignore[attr-defined]  # each class of the catalogue has one
    if fields is None:
        return None
    return own_introduction(event.type, {name: getattr(event, name) for name in fields}, "")  # type: ignore[attr-defined]  # as above
