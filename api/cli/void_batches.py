"""Undoing imports and batches: what still stands is voided, and what rests on it is named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import orjson

from api.cli.client import Client
from api.cli.import_ids import read_import_id
from api.cli.options import negotiation_path
from api.models.documents import BATCH_LIMIT
from domain.acceptance import find_references
from domain.errors import InvalidQuestionError
from domain.instants import from_rfc3339, to_rfc3339
from domain.introductions import own_introduction
from domain.model import Json

STAFF: dict[str, Any] = {"audience": "staff"}
PAGE_SIZE = 1000


class Dependent(NamedTuple):
    """A later event that is not undone itself, with what of these it acts on or names."""

    event: Json
    reason: str


class VoidPlan(NamedTuple):
    """What is to be voided, newest first, and the later events that rest on it.

    The opening of a negotiation stays, since all else rests on it.
    """

    events: list[Json]
    dependents: list[Dependent]
    keeps_opening: bool

    def chunks(self, reason: str) -> Iterator[bytes]:
        """Yield the bodies that void it, each at most as long as a batch may be."""
        for start in range(0, len(self.events), BATCH_LIMIT):
            yield orjson.dumps(
                [
                    {"type": "record-voided", "event": event["id"], "reason": reason}
                    for event in self.events[start : start + BATCH_LIMIT]
                ]
            )


def plan_void(
    client: Client, negotiation: str, imports: Sequence[str], batches: Sequence[str]
) -> VoidPlan:
    """Find the events of imports and batches that still stand.

    Raises InvalidQuestionError for what is none.
    """
    spans = [_find_span(client, negotiation, batch) for batch in batches]
    for import_id in imports:
        ranges = read_import_id(client, negotiation, import_id)
        spans += [(first - 1, last) for first, last in ranges]
    first = min(start for start, _ in spans)
    standing, others, keeps_opening = list[Json](), list[Json](), False
    for event in _read_events(client, negotiation, first):
        is_theirs = any(start < event["seq"] <= end for start, end in spans)
        keeps_opening |= is_theirs and event["type"] == "negotiation-opened"
        (standing if is_theirs and _can_be_voided(event) else others).append(event)
    return VoidPlan(standing[::-1], list(_find_dependents(standing, others)), keeps_opening)


def _can_be_voided(event: Json) -> bool:
    is_kept = event["type"] in ("payload-erased", "negotiation-opened")
    return not is_kept and event.get("standing") != "erased"


def _find_span(client: Client, negotiation: str, batch: str) -> tuple[int, int]:
    """Return the seqs after which, and up to which, a batch was recorded."""
    try:
        at = from_rfc3339(batch)
        moments = [to_rfc3339(at - 1), to_rfc3339(at)]
    except (ValueError, OverflowError):
        detail = f"{batch!r} is not the time of a batch"
        hint = "use a recorded_at, whole and with its Z, such as 2026-01-31T17:43:05.120943Z"
        raise InvalidQuestionError.for_field("--batch", detail, hint) from None
    before, upto = (_ask_seq(client, negotiation, moment) for moment in moments)
    page = client.get(
        negotiation_path(negotiation, "events"), STAFF | {"seq": upto, "after": before, "limit": 1}
    )
    found = [each["recorded_at"] for each in page.to_json()["data"]]
    if before == upto or (found and found[0] != to_rfc3339(at)):
        detail = f"nothing was recorded in {negotiation} at {batch}"
        hint = "use the recorded_at of an event of it, as minutebook import and log --json show it"
        raise InvalidQuestionError.for_field("--batch", detail, hint)
    return before, upto


def _ask_seq(client: Client, negotiation: str, moment: str) -> int:
    """Return the last seq of the ledger at a moment."""
    params = STAFF | {"recorded_at": moment, "limit": 1}
    answer = client.get(negotiation_path(negotiation, "events"), params).to_json()
    return int(answer["basis"]["seq"])


def _read_events(client: Client, negotiation: str, after: int) -> Iterator[Json]:
    params = STAFF | {"after": after, "limit": PAGE_SIZE}
    for page in client.get_pages(negotiation_path(negotiation, "events"), params):
        yield from page.to_json()["data"]


def _find_dependents(voided: Iterable[Json], others: Iterable[Json]) -> Iterator[Dependent]:
    """Yield the events that act on what is voided, or name what only that introduced."""
    ids, introduced = set[str](), dict[tuple[str, str], str]()
    for event in voided:
        ids.add(event["id"])
        introduction = own_introduction(event["type"], event, event["id"])
        if introduction:
            introduced[introduction.kind, introduction.slug] = introduction.words
    for event in others:
        if event.get("event") in ids:
            yield Dependent(event, f"acts on {event['event']}")
            continue
        for _, kind, slug in find_references(event["type"], event):
            if (kind, slug) in introduced:
                yield Dependent(event, f"names {introduced[kind, slug]}")
                break
