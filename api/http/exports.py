"""Exports of a negotiation: all as recorded, with what proves it, or what an audience sees."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from typing import Annotated, BinaryIO, Literal

from fastapi import Path, Query, Request
from pydantic import Field
from starlette.responses import Response, StreamingResponse

from api import cloud_events, exported_table
from api.access.caller import STAFF
from api.access.route_scope import caller_of, reader_of, require_scope
from api.cloud_events import CLOUD_EVENTS
from api.http.interface_router import interface_router
from api.http.openapi import BYTES_SCHEMA, TEXT_SCHEMA, route_docs
from api.http.query_params import BasisQuery, StrictQuery
from api.http.responses import NDJSON, cache_control, open_read_session
from api.services import services_of
from api.session import open_session
from api.visible_rows import read_visible_rows
from domain.basis import Question
from domain.errors import InvalidQuestionError, MinutebookError
from domain.events import SLUG_REGEX, Audience
from domain.ledger_events import LEDGER_SLUG
from domain.model import Json
from ledger.database import ReadableLedger
from ledger.proofs import bundle, leaf_records
from ledger.proofs.signed_note import Verifier

ExportFormat = Literal["jsonl", "csv", "cloudevents", "bundle"]
CSV, ZIP = "text/csv", "application/zip"
CLOUD_EVENTS_SCHEMA = {"type": "array", "items": {"type": "object"}}
router = interface_router(prefix="/v1/negotiations", tags=["receipts and exports"])
CHUNK_SIZE = 2**16


ExportedPath = Annotated[
    str,
    Path(
        pattern=rf"^({SLUG_REGEX}|{LEDGER_SLUG})$",
        description=f"Slug of the negotiation, or {LEDGER_SLUG}: what the ledger says of itself.",
    ),
]


class ExportQuery(StrictQuery):
    format: Annotated[
        ExportFormat,
        Field(
            description="Lines of JSON, a table whose cells minutebook import reads back exactly,"
            " a batch of CloudEvents, or a zip with proofs."
        ),
    ] = "jsonl"
    audience: Annotated[
        Audience | None,
        Field(
            description="Give the events that this audience sees now, with its reports and without"
            " salts. Without it all is given as recorded, which needs a key with the scope audit."
        ),
    ] = None


@router.get(
    "/{negotiation}/export",
    **route_docs(
        "export",
        "read",
        "The events of a negotiation, as lines or a file",
        media=NDJSON,
        other_media={CSV: TEXT_SCHEMA, CLOUD_EVENTS: CLOUD_EVENTS_SCHEMA, ZIP: BYTES_SCHEMA},
    ),
)
def export_negotiation(
    request: Request, negotiation: ExportedPath, query: Annotated[ExportQuery, Query()]
) -> Response:
    """The events of a negotiation: every one as recorded, with its salt, or those that an audience
    sees; as lines, as a table, or as a zip that can be checked offline."""
    ledger = services_of(request).ledger
    if query.audience is None:
        _require_audit(request)
        _require_negotiation(ledger, negotiation)
        response = _export_whole(ledger, negotiation, query.format)
    else:
        response = _export_visible(request, negotiation, query.audience, query.format)
    return response


def _require_audit(request: Request) -> None:
    """Raise KeyRequiredError or NotAllowedError, which say what may be had instead."""
    try:
        require_scope(request, "audit")
    except MinutebookError as error:
        audience = caller_of(request).audience
        error.hint = f"ask with audience={audience} for the events that it sees"
        raise


def _export_whole(ledger: ReadableLedger, negotiation: str, form: ExportFormat) -> Response:
    if form == "bundle":
        response = _zip_response(ledger, ledger.verifier, negotiation)
    else:
        types, pages = leaf_records.export_rows(ledger, negotiation)
        response = _rows_response(negotiation, form, lambda: types, pages)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _export_visible(
    request: Request, negotiation: str, audience: Audience, form: ExportFormat
) -> Response:
    if form == "bundle":
        raise InvalidQuestionError.for_field(
            "audience",
            "a bundle proves all that was recorded, so it is for no audience",
            "leave audience out, which needs the scope audit, or ask for another format",
        )
    with open_read_session(request, negotiation, BasisQuery(audience=audience)) as session:
        basis = session.resolve_basis(Question())
    reader = reader_of(request, audience)
    ledger = services_of(request).ledger

    def read_pages() -> Iterator[list[Json]]:
        return read_visible_rows(ledger, negotiation, reader, basis)

    def read_types() -> list[str]:
        return sorted({row["type"] for page in read_pages() for row in page})

    response = _rows_response(negotiation, form, read_types, read_pages())
    response.headers["Cache-Control"] = cache_control(request, basis)
    return response


def _rows_response(
    negotiation: str,
    form: ExportFormat,
    read_types: Callable[[], list[str]],
    pages: Iterator[list[Json]],
) -> Response:
    if form == "jsonl":
        return StreamingResponse(leaf_records.write_lines(pages), media_type=NDJSON)
    if form == "cloudevents":
        return StreamingResponse(cloud_events.write_batch(pages), media_type=CLOUD_EVENTS)
    return StreamingResponse(
        exported_table.write_table(read_types(), pages),
        media_type=f"{CSV}; charset=utf-8",
        headers=_file_headers(f"{negotiation}.csv"),
    )


def _file_headers(name: str) -> dict[str, str]:
    return {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
    }


def _require_negotiation(ledger: ReadableLedger, negotiation: str) -> None:
    """Refuse an unknown negotiation before anything is written.

    What the ledger says of itself has no answers, but its seqs belong to a whole export.
    """
    if negotiation == LEDGER_SLUG:
        return
    with open_session(ledger, negotiation, STAFF):
        pass


def _zip_response(ledger: ReadableLedger, key: Verifier, negotiation: str) -> Response:
    file = tempfile.TemporaryFile()  # noqa: SIM115  # closed when it was sent
    try:
        bundle.write_bundle(ledger, negotiation, key, file)
    except BaseException:
        file.close()
        raise
    headers = {
        "Content-Length": str(file.tell()),
        "Content-Disposition": f'attachment; filename="{negotiation}.zip"',
    }
    return StreamingResponse(_read_chunks(file), media_type=ZIP, headers=headers)


def _read_chunks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        file.seek(0)
        yield from iter(partial(file.read, CHUNK_SIZE), b"")
