"""Exports of a whole negotiation: lines of JSON, or a bundle that proves itself; for staff."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Annotated, BinaryIO, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response, StreamingResponse

from api.archive import at_desk
from api.documented import documented
from api.questions import Once, Parameters, Slug
from api.replies import NDJSON
from ledger import bundle, evidence
from ledger.checkpoints import written_by
from ledger.notes import Verifier
from ledger.reading import Readable

router = APIRouter(prefix="/v1/negotiations", dependencies=[Once])
PIECE = 2**16


class Exporting(Parameters):
    format: Literal["jsonl", "bundle"] = "jsonl"


@router.get("/{negotiation}/export", **documented("export"))
def export(
    request: Request, negotiation: Slug, asking: Annotated[Exporting, Query()]
) -> Response:  # fmt: skip
    """Every event as recorded, with its salt: as lines, or as a zip that can be checked offline."""
    ledger = request.app.state.ledger
    with at_desk(ledger, negotiation):
        pass  # refused here, before the answer begins
    if asking.format == "jsonl":
        return StreamingResponse(evidence.lines(ledger, negotiation), media_type=NDJSON)
    return _zip(ledger, ledger.checkpoints.key.verifier, negotiation)


def _zip(ledger: Readable, key: Verifier, negotiation: str) -> Response:
    file = tempfile.TemporaryFile()  # noqa: SIM115  # closed when it was sent
    try:
        bundle.write(ledger, negotiation, key, file)
    except BaseException:
        file.close()
        raise
    headers = {
        "Content-Length": str(file.tell()),
        "Content-Disposition": f'attachment; filename="{negotiation}.zip"',
    }
    return StreamingResponse(_sent(file), media_type="application/zip", headers=headers)


def _sent(file: BinaryIO) -> Iterator[bytes]:
    with file:
        file.seek(0)
        yield from iter(partial(file.read, PIECE), b"")


def bundle_file(ledger: Readable, key: Verifier, negotiation: str, path: Path) -> None:
    """Write a bundle whole or not at all."""
    with at_desk(ledger, negotiation):
        pass  # refused here, with the names there are
    with written_by(path) as file:
        bundle.write(ledger, negotiation, key, file)


def lines_to(ledger: Readable, negotiation: str, path: Path | None) -> None:
    """Write the lines of a negotiation to a file, whole or not at all, or to standard output."""
    with at_desk(ledger, negotiation):
        pass  # refused here, before anything is written
    with written_by(path) if path else nullcontext(sys.stdout.buffer) as file:
        for lines in evidence.lines(ledger, negotiation):
            file.write(lines)
        file.flush()
