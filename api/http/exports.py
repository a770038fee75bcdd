"""Exports of a whole negotiation: lines, a table, CloudEvents, or a bundle that proves itself."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import partial
from typing import Annotated, BinaryIO, Literal

from fastapi import APIRouter, Path, Query, Request
from pydantic import Field
from starlette.responses import Response, StreamingResponse

from api import cloud_events, exported_table
from api.access.caller import STAFF
from api.access.route_scope import ScopedRoute
from api.cloud_events import CLOUD_EVENTS
from api.http.openapi import route_docs
from api.http.query_params import StrictQuery
from api.http.responses import NDJSON
from api.services import services_of
from api.session import open_session
from domain.events import SLUG_REGEX
from domain.ledger_events import LEDGER_SLUG
from ledger.database import ReadableLedger
from ledger.proofs import bundle, leaf_records
from ledger.proofs.signed_note import Verifier

ExportFormat = Literal["jsonl", "csv", "cloudevents", "bundle"]
CSV = "text/csv; charset=utf-8"
router = APIRouter(
    route_class=ScopedRoute, prefix="/v1/negotiations", tags=["receipts and exports"]
)
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


@router.get(
    "/{negotiation}/export",
    **route_docs(
        "export", "audit", "Every event of a negotiation, as lines or as a file", media=NDJSON
    ),
)
def export_negotiation(
    request: Request, negotiation: ExportedPath, query: Annotated[ExportQuery, Query()]
) -> Response:
    """Every event as recorded, with its salt: as lines, or as a zip that can be checked offline."""
    ledger = services_of(request).ledger
    _require_negotiation(ledger, negotiation)
    response = _export(ledger, negotiation, query.format)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _export(ledger: ReadableLedger, negotiation: str, form: ExportFormat) -> Response:
    if form == "bundle":
        return _zip_response(ledger, ledger.verifier, negotiation)
    if form == "jsonl":
        return StreamingResponse(leaf_records.export_lines(ledger, negotiation), media_type=NDJSON)
    types, pages = leaf_records.export_rows(ledger, negotiation)
    if form == "cloudevents":
        return StreamingResponse(cloud_events.write_batch(pages), media_type=CLOUD_EVENTS)
    return StreamingResponse(
        exported_table.write_table(types, pages),
        media_type=CSV,
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
    return StreamingResponse(_read_chunks(file), media_type="application/zip", headers=headers)


def _read_chunks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        file.seek(0)
        yield from iter(partial(file.read, CHUNK_SIZE), b"")
