"""Importing through a running server: pages are tried and recorded by its HTTP interface."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import orjson

from api.cli.client import Client
from api.cli.options import negotiation_path
from api.http.record import BODY_LIMIT
from api.http.responses import NDJSON
from api.models.documents import BATCH_LIMIT
from domain.errors import MinutebookError, Reason
from domain.events import Event
from domain.model import Json
from ledger.dry_run import DryRunResult
from ledger.submission import Submission

NOTHING_FOUND = DryRunResult([], 0, [])


class ServedDryRun:
    """Tries pages by the server's dry run, each after those before, as far as one batch holds.

    What one batch cannot hold is tried when it is recorded.
    """

    def __init__(self, client: Client) -> None:
        self.client = client
        self.lines_by_negotiation = dict[str, list[bytes]]()

    def check_page(self, submission: Submission) -> DryRunResult:
        """Try one page. Raises the error by which the server refuses the negotiation."""
        lines = self.lines_by_negotiation.setdefault(submission.negotiation, [])
        first, ids = len(lines), {str(event.id) for event in submission.events}
        lines += map(_event_line, submission.events)
        body = b"".join(lines)
        if len(lines) > BATCH_LIMIT or len(body) > BODY_LIMIT:
            return NOTHING_FOUND
        try:
            answer = self._try_lines(submission, body)
        except MinutebookError as error:
            if not (error.reasons and all(each.pointer[:1] == "/" for each in error.reasons)):
                raise
            return DryRunResult(list(_reasons_from(first, error.reasons)), 0, [])
        warnings = [Reason(**warning) for warning in answer["warnings"]]
        return DryRunResult(
            [], len(ids.intersection(answer["duplicates"])), list(_reasons_from(first, warnings))
        )

    def _try_lines(self, submission: Submission, body: bytes) -> Json:
        params = {"dry_run": True, "exported": submission.is_exported or None}
        path = negotiation_path(submission.negotiation, "events")
        return self.client.post(path, body, params, NDJSON)


def record_through(client: Client, submission: Submission) -> Json:
    """Record a page by one request, or by several where its bytes are too many for one."""
    recorded: Json = {"recorded": [], "duplicates": []}
    path = negotiation_path(submission.negotiation, "events")
    params = {"exported": submission.is_exported or None}
    for body in _bodies(map(_event_line, submission.events)):
        answer = client.post(path, body, params, NDJSON)
        for kind in recorded:
            recorded[kind] += answer[kind]
    return recorded


def _event_line(event: Event) -> bytes:
    return orjson.dumps(event.model_dump(mode="json", by_alias=True, exclude_unset=True)) + b"\n"


def _bodies(lines: Iterable[bytes]) -> Iterator[bytes]:
    body = bytearray()
    for line in lines:
        if body and len(body) + len(line) > BODY_LIMIT:
            yield bytes(body)
            body.clear()
        body += line
    yield bytes(body)


def _reasons_from(first: int, reasons: Sequence[Reason]) -> Iterator[Reason]:
    """Yield what is said of events from a place on, as if they began there."""
    for reason in reasons:
        index, slash, rest = reason.pointer.lstrip("/").partition("/")
        if int(index) >= first:
            yield Reason(f"/{int(index) - first}{slash}{rest}", reason.detail, reason.hint)
