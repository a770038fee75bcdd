"""The standard negotiation: 12 parties × 25 issues, 40 plan points, 200 meetings, by seed.

Its meetings and its plan stand after the first fifth of the history, so that every later date is
asked for a state of full size. What follows is the daily flow: positions, statements, changes to
the plan. Nothing here is about the real world.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import heappop, heappush
from itertools import chain, islice
from random import Random
from typing import Any
from uuid import UUID

from domain.instants import DAY, SECOND, Instant, from_rfc3339, to_datetime, to_rfc3339_short

Event = dict[str, Any]
Recorded = tuple[int, Event]
"""When it is recorded, and what."""

PARTIES, ISSUES, POINTS, MEETINGS = 12, 25, 40, 200
START, END = from_rfc3339("2024-01-01T00:00:00Z"), from_rfc3339("2025-12-31T00:00:00Z")
LATE, MOST_LATE, CORRECTED, RETRACTED = 0.10, 0.05, 0.01, 0.01
SETTLING = 0.2
"""The part of the history in which the meetings are held and the plan comes up."""
STANCES = ("demands", "proposes", "supports", "accepts", "reserves", "opposes", "rejects")
WORDS = (
    "ceasefire",
    "corridor",
    "guarantee",
    "border",
    "prisoner",
    "fund",
    "observer",
    "withdraw",
    "verify",
    "timetable",
    "reserve",
    "energy",
    "port",
    "census",
    "amnesty",
    "reserve",
)
PUBLISHERS = ("Herald", "Courier", "Gazette", "Tribune", "Observer", "Agency")


class Standard:
    """Makes the events of one seed, as a stream that keeps only what is not recorded yet."""

    def __init__(self, count: int, seed: int = 1) -> None:
        self.count, self.made, self.proposed = count, 0, 1
        self.random = Random(seed)  # noqa: S311  # no secret

    def events(self) -> Iterator[Recorded]:
        """Yield the first ``count`` events in the order in which they are recorded."""
        told = _in_order(chain(self._early(), self._flow()))
        yield from islice(chain(self._opening(), _in_order(self._with_acts(told))), self.count)

    def _event(self, kind: str, **fields: Any) -> Event:
        self.made += 1
        return {
            "type": kind,
            "id": str(UUID(int=self.random.getrandbits(128), version=4)),
            **fields,
        }

    def _text(self, length: int) -> str:
        return " ".join(self.random.choices(WORDS, k=length)).capitalize() + "."

    def _opening(self) -> Iterator[Recorded]:
        yield START, self._event("negotiation-opened", title="The standard negotiation")
        for n in range(PARTIES):
            yield START, self._event("party-registered", party=f"party-{n}", name=f"Party {n}")
        for n in range(PARTIES * 2):
            yield START, self._event("person-registered", person=f"person-{n}", name=f"Person {n}")
        for n in range(ISSUES):
            yield START, self._event("issue-defined", issue=f"issue-{n}", title=f"Issue {n}")

    def _told(self, occurred: int, kind: str, **fields: Any) -> Recorded:
        """Tell what happened: reported within the day or late, recorded hours after."""
        lag = self.random.randrange(DAY)
        if self.random.random() < LATE:
            lag = self.random.randrange(int((END - START) * MOST_LATE))
        published = occurred + lag
        span = self._span(occurred)
        event = self._event(kind, occurred=span, reports=[self._report(published)], **fields)
        return published + self.random.randrange(DAY // 4), event

    def _span(self, occurred: int) -> str:
        """Half of the times are instants, most others days, a few months."""
        precision = self.random.random()
        if precision < 0.5:
            return str(to_rfc3339_short(occurred // SECOND * SECOND))
        return f"{to_datetime(occurred):{'%Y-%m-%d' if precision < 0.98 else '%Y-%m'}}"

    def _report(self, published: int) -> Event:
        publisher = self.random.choice(PUBLISHERS)
        return {
            "published": to_rfc3339_short(published // SECOND * SECOND),
            "publisher": publisher,
            "url": f"https://example.org/{publisher.lower()}/{self.made}",
        }

    def _early(self) -> Iterator[tuple[Instant, Recorded]]:
        """Yield what stands early in the history; all of it waits for its turn."""
        yield from ((START, told) for told in self._told_early())

    def _told_early(self) -> Iterator[Recorded]:
        span = int((END - START) * SETTLING)
        for n in range(PARTIES * 2):
            yield self._told(
                START + DAY,
                "role-assumed",
                person=f"person-{n}",
                party=f"party-{n // 2}",
                title="Delegate",
                authority="delegate",
            )
        points = [
            {
                "point": f"point-{n}",
                "number": n + 1,
                "heading": f"Point {n}",
                "text": self._text(24),
                "text_status": "verbatim",
            }
            for n in range(POINTS)
        ]
        yield self._told(
            START + 2 * DAY,
            "plan-introduced",
            plan="frame",
            title="Framework",
            sponsors=["party-0", "party-1"],
            status="draft",
            points=points,
        )
        for n in range(MEETINGS):
            yield from self._meeting(n, START + 3 * DAY + (span - 3 * DAY) * n // MEETINGS)
        for n in range(PARTIES * ISSUES):
            yield self._position(START + 3 * DAY + (span - 3 * DAY) * n // (PARTIES * ISSUES), n)

    def _meeting(self, n: int, at: int) -> Iterator[Recorded]:
        own = {"meeting": f"meeting-{n}"}
        yield self._told(
            at - DAY,
            "meeting-announced",
            **own,
            title=f"Meeting {n}",
            expected=f"{to_datetime(at):%Y-%m-%d}",
        )
        if n % 10 == 9:
            yield self._told(at, "meeting-cancelled", **own, reason=self._text(6))
            return
        guests = [{"party": f"party-{p}"} for p in self.random.sample(range(PARTIES), 3)]
        yield self._told(at, "meeting-held", **own, place="Geneva", participants=guests)
        yield self._told(
            at + DAY // 8, "meeting-concluded", **own, outcome="partial", summary=self._text(12)
        )

    def _flow(self) -> Iterator[tuple[Instant, Recorded]]:
        makers = (
            self._position,
            self._statement,
            self._claim,
            self._amended,
            self._proposal,
            self._verdict,
            self._watch,
            self._planned,
        )
        weights = (45, 47, 1, 1, 2, 0.5, 1, 2.5)
        for n in range(self.count):
            at = START + 10 * DAY + (END - START - 10 * DAY) * n // self.count
            (make,) = self.random.choices(makers, weights)
            yield at, make(at, self.random.randrange(PARTIES * ISSUES))

    def _position(self, at: int, n: int) -> Recorded:
        return self._told(
            at,
            "position-stated",
            party=f"party-{n % PARTIES}",
            issue=f"issue-{n // PARTIES}",
            stance=self.random.choice(STANCES),
            summary=self._text(12),
            quote=self._text(16),
        )

    def _claim(self, at: int, n: int) -> Recorded:
        """What one party says of another's position."""
        moment, event = self._position(at, n)
        other = f"party:party-{(n + 1) % PARTIES}"
        return moment, event | {"attribution": "third-party", "attributed_by": other}

    def _planned(self, at: int, n: int) -> Recorded:
        moment, event = self._statement(at, n)
        return moment, event | {"modality": "announced"}

    def _verdict(self, at: int, n: int) -> Recorded:
        """What a party makes of some points of the plan."""
        kind = self.random.choice(("plan-endorsed", "plan-rejected"))
        points = [f"point-{p}" for p in sorted(self.random.sample(range(POINTS), 5))]
        return self._told(at, kind, plan="frame", party=f"party-{n % PARTIES}", points=points)

    def _statement(self, at: int, n: int) -> Recorded:
        return self._told(
            at,
            "statement-made",
            statement=f"statement-{self.made}",
            speaker=f"person:person-{n % (2 * PARTIES)}",
            summary=self._text(14),
            text=self._text(40),
            about=[f"issue:issue-{n // PARTIES}"],
        )

    def _substitution(self) -> list[Event]:
        return [
            {
                "op": "substitution",
                "point": f"point-{self.random.randrange(POINTS)}",
                "text": self._text(24),
                "text_status": "verbatim",
            }
        ]

    def _amended(self, at: int, n: int) -> Recorded:
        return self._told(
            at,
            "plan-amended",
            plan="frame",
            operations=self._substitution(),
            by=[f"party-{n % PARTIES}"],
        )

    def _proposal(self, at: int, n: int) -> Recorded:
        """An amendment is proposed, or the last one decided: half adopted, half rejected."""
        self.proposed += 1
        own: Event = {"plan": "frame", "amendment": f"amendment-{self.proposed // 2}"}
        if self.proposed % 2:
            kind = self.random.choice(("amendment-adopted", "amendment-rejected"))
            return self._told(at, kind, **own)
        proposer = [f"party-{n % PARTIES}"]
        operations = self._substitution()
        return self._told(
            at, "amendment-proposed", **own, operations=operations, proposed_by=proposer
        )

    def _watch(self, at: int, n: int) -> Recorded:
        event = self._event(
            "watch-recorded",
            result="no-change",
            **{
                "from": to_rfc3339_short((at - DAY) // SECOND * SECOND),
                "to": to_rfc3339_short(at // SECOND * SECOND),
            },
        )
        return at, event

    def _with_acts(self, told: Iterable[Recorded]) -> Iterator[tuple[Instant, Recorded]]:
        """Put in corrections and retractions, each soon after what it acts on."""
        for moment, target in told:
            yield moment, (moment, target)
            if "reports" not in target:
                continue
            chance, later = self.random.random(), moment + self.random.randrange(1, 20 * DAY)
            own = {"event": target["id"], "reports": [self._report(later)]}
            if chance < CORRECTED:
                changes = {"note": self._text(8), "occurred": self._span(moment - DAY)}
                act = self._event("correction-published", changes=changes, **own)
                yield moment, (later, act)
            elif chance < CORRECTED + RETRACTED:
                yield moment, (later, self._event("event-retracted", **own))


def _in_order(made: Iterable[tuple[Instant, Recorded]]) -> Iterator[Recorded]:
    """Order events by recording; each stands with a moment before which none that follows is."""
    waiting: list[tuple[Instant, int, Event]] = []
    for number, (reached, (recorded_at, event)) in enumerate(made):
        while waiting and waiting[0][0] < reached:
            moment, _, earlier = heappop(waiting)
            yield moment, earlier
        heappush(waiting, (recorded_at, number, event))
    while waiting:
        moment, _, event = heappop(waiting)
        yield moment, event


def standard(count: int, seed: int = 1) -> Iterator[Recorded]:
    """Yield the standard negotiation of this many events, in the order of recording."""
    return Standard(count, seed).events()
