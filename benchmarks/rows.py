"""What events say of cells, as rows of the plain table that one would write without this house."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from benchmarks.generator import Event, Recorded
from domain.edtf import parse_span
from domain.instants import Instant, from_rfc3339

Cell = tuple[str, str, str]
"""Kind, party and issue; of a plan point the plan and the point, of a meeting the meeting."""


@dataclass(frozen=True)
class Row:
    kind: str
    party: str
    issue: str
    stance: str
    summary: str
    occurred: Instant
    known_at: Instant
    recorded_at: Instant
    event: str
    publisher: str
    url: str
    withdrawn_known: Instant | None = None
    withdrawn_recorded: Instant | None = None

    @property
    def cell(self) -> Cell:
        return self.kind, self.party, self.issue

    @property
    def order(self) -> tuple[Instant, Instant, Instant]:
        return self.occurred, self.known_at, self.recorded_at

    def holds(self, moment: Instant) -> bool:
        """Tell whether all three clocks, standing at this moment, admit the row."""
        withdrawn = (
            self.withdrawn_known is not None
            and self.withdrawn_recorded is not None
            and max(self.withdrawn_known, self.withdrawn_recorded) <= moment
        )
        return max(self.order) <= moment and not withdrawn


def rows(events: Iterable[Recorded]) -> list[Row]:
    """Return every row; one that was corrected or retracted is withdrawn, not removed.

    Positions, points and meetings, which are the 540 cells of a state; amendments only proposed or
    adopted are left out.
    """
    told: dict[str, list[Row]] = {}
    for recorded_at, event in events:
        if event["type"] in ("correction-published", "event-retracted"):
            told[event["id"]] = _withdraw(told, event, recorded_at)
        else:
            told[event["id"]] = list(_said(event, recorded_at))
    return [row for each in told.values() for row in each]


def _withdraw(told: dict[str, list[Row]], act: Event, recorded_at: Instant) -> list[Row]:
    """Withdraw the rows of the act's target; return those that a correction puts in their place."""
    known_at = from_rfc3339(act["reports"][0]["published"])
    former = told.get(act["event"], [])
    told[act["event"]] = [
        replace(row, withdrawn_known=known_at, withdrawn_recorded=recorded_at) for row in former
    ]
    if "changes" not in act:
        return []
    told = {"occurred": _moment(act["changes"]["occurred"], known_at), "known_at": known_at}
    return [replace(row, **told, recorded_at=recorded_at) for row in former]


def _said(event: Event, recorded_at: Instant) -> Iterator[Row]:
    if not event.get("reports"):
        return
    report = event["reports"][0]
    known_at = from_rfc3339(report["published"])
    for kind, party, issue, stance, summary in _cells(event):
        yield Row(
            kind,
            party,
            issue,
            stance,
            summary,
            _moment(event["occurred"], known_at),
            known_at,
            recorded_at,
            event["id"],
            report["publisher"],
            report["url"],
        )


def _moment(occurred: str, known_at: Instant) -> Instant:
    """Return when it surely had happened: by the end of its day, or when it was reported."""
    return parse_span(occurred).start.capped_at(known_at).last


def _cells(event: Event) -> Iterator[tuple[str, str, str, str, str]]:
    match event["type"]:
        case "position-stated" if "attribution" not in event:
            own = event["party"], event["issue"], event["stance"], event["summary"]
            yield "position", *own
        case "plan-introduced":
            for point in event["points"]:
                yield "point", event["plan"], point["point"], "introduced", point["text"]
        case "plan-amended":
            for change in event["operations"]:
                yield "point", event["plan"], change["point"], "amended", change["text"]
        case "meeting-announced" | "meeting-held" | "meeting-concluded" | "meeting-cancelled":
            yield "meeting", event["meeting"], "", event["type"], event.get("summary", "")
        case _:
            return
