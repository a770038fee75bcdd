"""Importing through a running server: pages are tried and recorded by its HTTP interface."""

from __future__ import annotations

from collections import Counter
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
from ledger.content_ids import RowContent
from ledger.dry_run import DryRunResult
from ledger.submission import Submission

Contents = dict[int, RowContent]
"""What the ids of rows are made from, by their place in a body."""
NOTHING_FOUND = DryRunResult([], 0, [])


class ServedDryRun:
    """Tries pages by the server's dry run, each after those before, as far as one batch holds.

    What one batch cannot hold is tried when it is recorded.
    """

    def __init__(self, client: Client, *, finds_duplicates: bool) -> None:
        self.client, self.finds_duplicates = client, finds_duplicates
        self.lines_by_negotiation = dict[str, list[bytes]]()
        self.contents_by_negotiation = dict[str, Contents]()
        self.duplicate_counts = Counter[str]()

    def check_page(self, submission: Submission) -> DryRunResult:
        """Try one page. Raises the error by which the server refuses the negotiation."""
        lines = self.lines_by_negotiation.setdefault(submission.negotiation, [])
        first = len(lines)
        contents = self.contents_by_negotiation.setdefault(submission.negotiation, {})
        contents |= {first + index: content for index, content in submission.contents.items()}
        lines += map(_event_line, submission.events)
        body = b"".join(lines)
        if len(lines) > BATCH_LIMIT or len(body) > BODY_LIMIT:
            return NOTHING_FOUND
        try:
            answer = self._try_lines(submission, body, contents)
        except MinutebookError as error:
            if not (error.reasons and all(each.pointer[:1] == "/" for each in error.reasons)):
                raise
            return DryRunResult(list(_reasons_from(first, error.reasons)), 0, [])
        warnings = [Reason(**warning) for warning in answer["warnings"]]
        count = len(answer["duplicates"]) - self.duplicate_counts[submission.negotiation]
        self.duplicate_counts[submission.negotiation] += count
        likely_duplicates = [
            {**each, "index": each["index"] - first}
            for each in answer["possible_duplicates"]
            if each["index"] >= first and self.finds_duplicates
        ]
        changed = [
            {**each, "index": each["index"] - first}
            for each in answer["changed"]
            if each["index"] >= first
        ]
        return DryRunResult(
            [],
            count,
            list(_reasons_from(first, warnings)),
            changed,
            likely_duplicates=likely_duplicates,
        )

    def _try_lines(self, submission: Submission, body: bytes, contents: Contents) -> Json:
        params = {"dry_run": True, **_params(submission, contents)}
        path = negotiation_path(submission.negotiation, "events")
        return self.client.post(path, body, params, NDJSON)


def record_through(client: Client, submission: Submission) -> Json:
    """Record a page by one request, or by several where its bytes are too many for one."""
    recorded: Json = {"recorded": [], "duplicates": []}
    path = negotiation_path(submission.negotiation, "events")
    first = 0
    for lines in _split_lines(map(_event_line, submission.events)):
        contents = {
            index - first: content
            for index, content in submission.contents.items()
            if first <= index < first + len(lines)
        }
        answer = client.post(path, b"".join(lines), _params(submission, contents), NDJSON)
        first += len(lines)
        for kind in recorded:
            recorded[kind] += answer[kind]
    return recorded


def _params(submission: Submission, contents: Contents) -> dict[str, str | bool | None]:
    """Return how the events of a body are to be taken, and which numbers equal rows have."""
    counts = Counter[bytes]()
    numbers = []
    for index, content in contents.items():
        counts[content.state] += 1
        if content.number != counts[content.state]:
            numbers.append(f"{index}:{content.number}")
            counts[content.state] = content.number
    return {
        "exported": submission.is_exported or None,
        "ids": "content" if contents else None,
        "row_numbers": ",".join(numbers) or None,
        "changed": submission.changed,
        "own_acts": submission.has_own_acts or None,
    }


def _event_line(event: Event) -> bytes:
    return orjson.dumps(event.model_dump(mode="json", by_alias=True, exclude_unset=True)) + b"\n"


def _split_lines(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Yield the lines of one body after the other."""
    body: list[bytes] = []
    size = 0
    for line in lines:
        if body and size + len(line) > BODY_LIMIT:
            yield body
            body, size = [], 0
        body.append(line)
        size += len(line)
    yield body


def _reasons_from(first: int, reasons: Sequence[Reason]) -> Iterator[Reason]:
    """Yield what is said of events from a place on, as if they began there."""
    for reason in reasons:
        index, slash, rest = reason.pointer.lstrip("/").partition("/")
        if int(index) >= first:
            yield Reason(f"/{int(index) - first}{slash}{rest}", reason.detail, reason.hint)
