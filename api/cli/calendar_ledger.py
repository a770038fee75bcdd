"""What a ledger was told of the meetings that a calendar names, and who is registered there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256

from api.cli.client import Client, Params
from api.cli.options import negotiation_path
from domain.catalogue import FIELDS_BY_TYPE
from domain.edtf import parse_span
from domain.errors import UnknownNegotiationError
from domain.instants import Instant
from domain.model import Json
from projections.words import normalize_text

UID_CODE = "icalendar-uid"
"""The codebook by which an event names the entry that it comes from."""
PLANNING_TYPES = ("meeting-announced", "meeting-rescheduled", "meeting-cancelled")
DATING_TYPES = ("meeting-concluded", "meeting-held")
"""What says when a meeting was held, the surer one last."""
NAMED_TYPES = {"party-registered": "party", "person-registered": "person"}
OWN_UID = re.compile(r"([a-z0-9][a-z0-9-]{0,62})@([a-z0-9][a-z0-9-]{0,62})\.minutebook")
"""The UID that a calendar of Minutebook's gives a meeting of a negotiation."""
MAX_READABLE = 50
"""Characters of a slug that come from a UID as it is."""


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """An event of a meeting, and when it was published; ``id`` is None until it is recorded."""

    id: str | None
    seq: int
    published: str
    moment: Instant
    value: Json

    @property
    def order(self) -> tuple[Instant, int]:
        return self.moment, self.seq


@dataclass(slots=True)
class CalendarLedger:
    """What was told of the meetings of a negotiation, by entry of a calendar and by meeting.

    ``zone`` is None where the negotiation is not open yet. ``speakers`` are the parties and
    persons, as ``kind:slug``, that a name means.
    """

    negotiation: str
    zone: str | None = None
    by_entry: dict[str, list[ToldEvent]] = field(default_factory=dict)
    by_meeting: dict[str, list[ToldEvent]] = field(default_factory=dict)
    speakers: dict[str, set[str]] = field(default_factory=dict)

    def find_meeting(self, key: str) -> tuple[str, list[ToldEvent]]:
        """Return the slug of the meeting of an entry, and what was told of it before.

        A meeting that a calendar of this negotiation showed keeps its slug, and all that is
        recorded of it counts.
        """
        own = OWN_UID.fullmatch(key)
        if own and own[2] == self.negotiation:
            return own[1], self.by_meeting.setdefault(own[1], [])
        return make_slug(key), self.by_entry.setdefault(key, [])

    def find_speakers(self, name: str) -> set[str]:
        """Return whom a whole name means, in any spelling."""
        return self.speakers.get(_spelling(name), set())

    def add_event(self, item: Json) -> None:
        """Add an event of the log, as it stands."""
        reports = item.get("reports") or ()
        if item.get("standing") in ("withdrawn", "erased") or not (item.get("meeting") and reports):
            return
        published, tz = reports[0]["published"], reports[0].get("tz") or item.get("tz")
        moment = parse_span(published, tz or self.zone or "UTC").start.last
        value = {name: item[name] for name in FIELDS_BY_TYPE[item["type"]] if name in item}
        told = ToldEvent(item["id"], item["seq"], published, moment, value)
        self.by_meeting.setdefault(item["meeting"], []).append(told)
        if key := (item.get("codes") or {}).get(UID_CODE):
            self.by_entry.setdefault(key, []).append(told)

    def add_names(self, kind: str, item: Json) -> None:
        """Add the names of a party or person, which a further registration has too."""
        speaker = f"{kind}:{item.get('same_as') or item[kind]}"
        for name in (item[kind], item.get("name"), *(item.get("names") or {}).values()):
            if name:
                self.speakers.setdefault(_spelling(name), set()).add(speaker)


def _spelling(name: str) -> str:
    return " ".join(normalize_text(name).split())


def make_slug(key: str) -> str:
    """Return the slug of the meeting of an entry, which no other entry has."""
    words = re.sub(r"[^a-z0-9]+", "-", key.lower()).strip("-")[:MAX_READABLE].strip("-")
    return "-".join(filter(None, (words, sha256(key.encode()).hexdigest()[:8])))


def read_calendar_ledger(client: Client | None, negotiation: str) -> CalendarLedger:
    """Return what a ledger was told; nothing where there is no ledger or negotiation yet."""
    ledger = CalendarLedger(negotiation)
    if client is None:
        return ledger
    with suppress(UnknownNegotiationError):
        for kind in (*DATING_TYPES, *PLANNING_TYPES):
            for item in _read_events(client, ledger, kind):
                ledger.add_event(item)
        for kind, name in NAMED_TYPES.items():
            for item in _read_events(client, ledger, kind):
                ledger.add_names(name, item)
    return ledger


def _read_events(client: Client, ledger: CalendarLedger, kind: str) -> Iterator[Json]:
    path = negotiation_path(ledger.negotiation, "events")
    params: Params = {"type": kind, "audience": "staff", "limit": 1000}
    for page in client.get_pages(path, params):
        answer = page.to_json()
        ledger.zone = answer["basis"]["tz"]
        yield from answer["data"]
