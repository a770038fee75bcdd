"""Trying events of any number over HTTP: the body comes page by page, and nothing is recorded.

Each page is tried on a thread of the trial before the next one is read, so that one page at a time
is in memory; what was tried, and the results, wait on disk.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from tempfile import SpooledTemporaryFile
from typing import Annotated, Literal

import orjson
from fastapi import Query, Request
from pydantic import AfterValidator, Field, JsonValue, ValidationError
from starlette.responses import Response, StreamingResponse

from api.access.caller import Caller
from api.access.route_scope import caller_of
from api.http.bodies import BODY_LIMIT, build_events, load_json, read_content_type
from api.http.interface_router import interface_router
from api.http.json_pieces import MAX_BODY_VALUES, require_few_values
from api.http.likely_duplicates import MAX_COMPARED, find_likely_duplicates
from api.http.openapi import route_docs
from api.http.query_params import StrictQuery
from api.http.record import check_numbers, parse_numbers
from api.http.responses import NDJSON
from api.models.documents import TrialRefusal, TrialResult
from api.services import MAX_TRIALS, services_of
from domain.errors import (
    BusyError,
    InvalidEventError,
    MinutebookError,
    TooLargeError,
    UnknownNegotiationError,
    UnsupportedTypeError,
)
from domain.events import Event
from domain.model import Json
from ledger.changed_rows import ChangePolicy
from ledger.content_ids import number_contents
from ledger.database import ReadableLedger
from ledger.dry_run import DryRun, DryRunResult
from ledger.submission import Submission

TRIAL_LIMIT = 2 * 2**30
"""Bytes of one trial, which wait on the disk of the server."""
RESULTS_IN_MEMORY = 2**20
"""Bytes of results from which on they wait on disk."""


class TrialQuery(StrictQuery):
    possible_duplicates: Annotated[
        bool,
        Field(
            description="Name recorded events that new ones may repeat: same type, same subject,"
            f" overlapping time. Of each negotiation the first {MAX_COMPARED:,} are compared."
        ),
    ] = False


class TrialPage(StrictQuery):
    """A line of the body: events of one negotiation, taken as one request would record them."""

    negotiation: str
    events: list[JsonValue]
    exported: bool = False
    ids: Literal["content"] | None = None
    changed: ChangePolicy | None = None
    own_acts: bool = False
    row_numbers: Annotated[str, AfterValidator(check_numbers)] = ""

    def to_submission(self, caller: Caller) -> Submission:
        events = build_events(self.events, single=False)
        contents = number_contents(events, parse_numbers(self.row_numbers)) if self.ids else {}
        return Submission(
            self.negotiation,
            events,
            dry_run=True,
            is_exported=self.exported,
            contents=contents,
            changed=self.changed,
            has_own_acts=self.own_acts,
            known_negotiations=caller.negotiations,
        )


router = interface_router(tags=["recording"])


@router.post(
    "/v1/trials", **route_docs("try_events", "append", "Try an import of any size", media=NDJSON)
)
async def try_events(request: Request, query: Annotated[TrialQuery, Query()]) -> Response:
    """Try events before any is recorded; each page sees those before it, of all negotiations.

    The body is NDJSON, up to 2 GiB: each line is a page, `{"negotiation": …, "events": […]}`, of at
    most 10,000 events and 16 MiB, with what the query of a recording says beside it (`exported`,
    `ids`, `changed`, `own_acts`, `row_numbers`). The answer has a line for each page: how many of
    its events are `duplicates`, its `errors`, `warnings`, `changed` rows, and what `refused` all.
    """
    services = services_of(request)
    if read_content_type(request.headers) != NDJSON:
        raise UnsupportedTypeError("a trial is NDJSON", hint=f"send Content-Type: {NDJSON}")
    if not services.trial_slots.acquire(blocking=False):
        hint = "try again when one of them has ended"
        raise BusyError(f"{MAX_TRIALS} other imports are being tried", hint=hint)
    try:
        caller = caller_of(request)
        trial = Trial(services.ledger, caller, compares=query.possible_duplicates)
        return await trial.answer(_read_lines(request))
    finally:
        services.trial_slots.release()


async def _read_lines(request: Request) -> AsyncIterator[bytes]:
    """Yield the lines of a body as they come. Raises TooLargeError."""
    waiting, size = bytearray(), 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > TRIAL_LIMIT:
            hint = "import it in parts, or with --db where the ledger is"
            raise TooLargeError(f"the trial is over {TRIAL_LIMIT} bytes", hint=hint)
        waiting += chunk
        *lines, rest = waiting.split(b"\n") if b"\n" in chunk else [waiting]
        for line in lines:
            yield bytes(line)
        waiting = rest
        if len(waiting) > BODY_LIMIT:
            hint = "put fewer events into one line"
            raise TooLargeError(f"a line is over {BODY_LIMIT} bytes", hint=hint)
    yield bytes(waiting)


class Trial:
    """A dry run of many pages on a thread of its own, with the results on disk."""

    def __init__(self, ledger: ReadableLedger, caller: Caller, *, compares: bool) -> None:
        self.ledger, self.caller, self.compares = ledger, caller, compares
        self.compared_counts = Counter[str]()
        self.page_count = 0

    async def answer(self, lines: AsyncIterator[bytes]) -> Response:
        """Return the results of all pages."""
        loop = asyncio.get_running_loop()
        executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="trial")
        try:
            await loop.run_in_executor(executor, self._open)
            async for line in lines:
                if line.strip():
                    await loop.run_in_executor(executor, self._try_line, line)
            return StreamingResponse(self._read_results(), media_type=NDJSON)
        except BaseException:
            executor.submit(self._close_results)
            raise
        finally:
            executor.submit(self._close_dry_run)
            executor.shutdown(wait=False)

    def _open(self) -> None:
        self.dry_run = DryRun()
        self.results = SpooledTemporaryFile(RESULTS_IN_MEMORY)  # noqa: SIM115  # closed when read

    def _close_dry_run(self) -> None:
        self.dry_run.close()

    def _close_results(self) -> None:
        self.results.close()

    def _read_results(self) -> Iterator[bytes]:
        with self.results:
            self.results.seek(0)
            while block := self.results.read(2**16):
                yield block

    def _try_line(self, line: bytes) -> None:
        self.page_count += 1
        page = _parse_page(line, f"line {self.page_count}: ")
        result = self._try_page(page)
        self.results.write(orjson.dumps(result.model_dump(mode="json")) + b"\n")

    def _try_page(self, page: TrialPage) -> TrialResult:
        try:
            self.caller.require_negotiation(page.negotiation)
            submission = page.to_submission(self.caller)
            with self.ledger.open_snapshot() as c:
                found = self.dry_run.check_page(c, submission)
        except InvalidEventError as error:
            refusal = None if error.reasons else TrialRefusal(detail=error.detail, hint=error.hint)
            return _build_result(page, DryRunResult(error.reasons, 0, []), refused=refusal)
        except UnknownNegotiationError as error:
            refusal = TrialRefusal(detail=error.detail, hint=error.hint)
            return _build_result(page, DryRunResult(error.reasons, 0, []), refused=refusal)
        likely_duplicates = self._find_likely_duplicates(submission, found.new_places)
        return _build_result(page, found, likely_duplicates)

    def _find_likely_duplicates(
        self, submission: Submission, new_places: Sequence[int]
    ) -> list[Json]:
        negotiation = submission.negotiation
        room = MAX_COMPARED - self.compared_counts[negotiation]
        places = new_places[:room] if self.compares else ()
        self.compared_counts[negotiation] += len(places)
        events: list[Event] = [submission.events[place] for place in places]
        return [
            {**each, "index": places[each["index"]]}
            for each in find_likely_duplicates(self.ledger, negotiation, events)
        ]


def _parse_page(line: bytes, prefix: str) -> TrialPage:
    require_few_values(line, prefix, MAX_BODY_VALUES)
    value = load_json(line, prefix)
    try:
        return TrialPage.model_validate(value)
    except ValidationError as error:
        raise _explain_page(error, prefix) from None


def _explain_page(error: ValidationError, prefix: str) -> MinutebookError:
    first = error.errors()[0]
    pointer = "".join(f"/{part}" for part in first["loc"])
    hint = 'send {"negotiation": "talks", "events": [...]}'
    return InvalidEventError.for_field(pointer, f"{prefix}{first['msg']}", hint)


def _build_result(
    page: TrialPage,
    found: DryRunResult,
    likely_duplicates: Sequence[Json] = (),
    refused: TrialRefusal | None = None,
) -> TrialResult:
    return TrialResult.model_validate(
        {
            "events": len(page.events),
            "duplicates": found.duplicate_count,
            "refused": refused,
            "errors": list(map(asdict, found.reasons)),
            "warnings": list(map(asdict, found.warnings)),
            "changed": list(found.changed),
            "possible_duplicates": list(likely_duplicates),
        }
    )
