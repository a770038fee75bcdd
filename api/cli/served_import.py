"""Importing through a running server: all pages are tried, then recorded, by its interface."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile

import orjson

from api.cli.client import Client
from api.cli.options import negotiation_path
from api.http.bodies import BODY_LIMIT
from api.http.responses import NDJSON
from api.models.documents import ChangedEvent, PossibleDuplicate, ProblemReason, TrialResult
from domain.errors import Reason, UnknownNegotiationError
from domain.events import Event
from domain.model import Json
from ledger.content_ids import RowContent
from ledger.dry_run import DryRunResult
from ledger.submission import Submission

MAX_BODY = BODY_LIMIT - 2**16
"""Bytes of the events of one request, which leave room for how they are to be taken."""
Contents = dict[int, RowContent]
"""What the ids of rows are made from, by their place in a body."""


class ServedTrial:
    """What a server says of the pages of an import, all of which it tries before any is recorded.

    The results wait on disk, in the order of the pages.
    """

    def __init__(
        self, client: Client, submissions: Iterable[Submission], *, finds_duplicates: bool
    ) -> None:
        """Send all pages, each as it is read. Raises the error by which the server refuses."""
        self.results = TemporaryFile()  # noqa: SIM115  # closed with this
        lines = client.post_stream(
            "/v1/trials",
            _page_lines(submissions),
            NDJSON,
            {"possible_duplicates": finds_duplicates},
        )
        for line in lines:
            self.results.write(line + b"\n")
        self.results.seek(0)

    def check_page(self, submission: Submission) -> DryRunResult:
        """Return what is said of the next page. Raises UnknownNegotiationError where nothing can be
        recorded in its negotiation."""
        results = list(self._read_results(len(submission.events)))
        for _, result in results:
            if refused := result.refused:
                reasons = tuple(_reasons_at(0, result.errors))
                raise UnknownNegotiationError(refused.detail, hint=refused.hint, reasons=reasons)
        return DryRunResult(
            [each for first, result in results for each in _reasons_at(first, result.errors)],
            sum(result.duplicates for _, result in results),
            [each for first, result in results for each in _reasons_at(first, result.warnings)],
            [each for first, result in results for each in _items_at(first, result.changed)],
            likely_duplicates=[
                each
                for first, result in results
                for each in _items_at(first, result.possible_duplicates)
            ],
        )

    def _read_results(self, event_count: int) -> Iterator[tuple[int, TrialResult]]:
        """Yield the results of the parts in which a page was sent, each with its first event."""
        first = 0
        while first < event_count:
            result = TrialResult.model_validate_json(self.results.readline())
            yield first, result
            first += result.events

    def close(self) -> None:
        self.results.close()


def _page_lines(submissions: Iterable[Submission]) -> Iterator[bytes]:
    """Yield the lines of a trial: a page, or as many parts of it as its bytes need."""
    for submission in submissions:
        for lines, contents in _split_submission(submission):
            page = {"negotiation": submission.negotiation, **_params(submission, contents)}
            told = orjson.dumps({name: value for name, value in page.items() if value is not None})
            yield b'%b,"events":[%b]}\n' % (told[:-1], b",".join(lines))


def _reasons_at(first: int, reasons: Iterable[ProblemReason]) -> Iterator[Reason]:
    """Yield what is said of a part of a page by places in the page."""
    for reason in reasons:
        index, slash, rest = reason.pointer.lstrip("/").partition("/")
        pointer = f"/{first + int(index)}{slash}{rest}" if index else ""
        yield Reason(pointer, reason.detail, reason.hint)


def _items_at(first: int, items: Iterable[ChangedEvent | PossibleDuplicate]) -> Iterator[Json]:
    for item in items:
        yield {**item.model_dump(mode="json"), "index": first + item.index}


def record_through(client: Client, submission: Submission) -> Json:
    """Record a page by one request, or by several where its bytes are too many for one."""
    recorded: Json = {"recorded": [], "duplicates": []}
    path = negotiation_path(submission.negotiation, "events")
    for lines, contents in _split_submission(submission):
        answer = client.post(path, b"\n".join(lines), _params(submission, contents), NDJSON)
        for kind in recorded:
            recorded[kind] += answer[kind]
    return recorded


def _split_submission(submission: Submission) -> Iterator[tuple[list[bytes], Contents]]:
    """Yield the events of each request as JSON, with their contents."""
    first = 0
    for lines in _split_lines(map(_dump_event, submission.events)):
        yield (
            lines,
            {
                index - first: content
                for index, content in submission.contents.items()
                if first <= index < first + len(lines)
            },
        )
        first += len(lines)


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


def _dump_event(event: Event) -> bytes:
    return orjson.dumps(event.model_dump(mode="json", by_alias=True, exclude_unset=True))


def _split_lines(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Yield the lines of one body after the other."""
    body: list[bytes] = []
    size = 0
    for line in lines:
        if body and size + len(line) > MAX_BODY:
            yield body
            body, size = [], 0
        body.append(line)
        size += len(line) + 1
    yield body
