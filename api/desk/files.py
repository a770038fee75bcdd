"""The files that pages load: each at an address with the hash of all, so they are kept for ever."""

from __future__ import annotations

import gzip
from functools import cache
from hashlib import sha256
from importlib import resources
from importlib.resources.abc import Traversable
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from domain.refusals import NotFoundError

FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml", "woff2": "font/woff2",
         "txt": "text/plain"}  # fmt: skip


class File(NamedTuple):
    """A file, and the same compressed where that helps."""

    body: bytes
    zipped: bytes | None
    kind: str


@cache
def files() -> dict[str, File]:
    """Return every file that pages load by its place below static/."""
    return dict(sorted(_below(resources.files("api.desk").joinpath("static"), "")))


def _below(folder: Traversable, prefix: str) -> list[tuple[str, File]]:
    found: list[tuple[str, File]] = []
    for each in folder.iterdir():
        if each.is_dir():
            found += _below(each, f"{prefix}{each.name}/")
        elif (ending := each.name.rpartition(".")[2]) in TYPES:
            body = each.read_bytes()
            zipped = None if ending == "woff2" else gzip.compress(body, 9, mtime=0)
            found.append((prefix + each.name, File(body, zipped, TYPES[ending])))
    return found


@cache
def digest() -> str:
    """Return the hash of all files, a part of every address."""
    told = sha256()
    for name, file in files().items():
        told.update(name.encode() + b"\0" + sha256(file.body).digest())
    return told.hexdigest()[:12]


def address(name: str) -> str:
    """Return where a file is loaded from. Raises KeyError for one that is not there."""
    files()[name]
    return f"/static/{digest()}/{name}"


def served(request: Request) -> Response:
    """Give a file. Raises NotFoundError also for those of another version."""
    found = files().get(request.path_params["name"])
    if found is None or request.path_params["digest"] != digest():
        raise NotFoundError("there is no such file", hint="load the page again")
    headers = {**FOR_EVER, "X-Content-Type-Options": "nosniff"}
    if found.zipped and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(
            found.zipped, headers={**headers, "Content-Encoding": "gzip"}, media_type=found.kind
        )
    return Response(found.body, headers=headers, media_type=found.kind)
