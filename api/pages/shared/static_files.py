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

from domain.errors import NotFoundError

IMMUTABLE_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Vary": "Accept-Encoding",
}
MEDIA_TYPES = {
    "css": "text/css",
    "js": "text/javascript",
    "svg": "image/svg+xml",
    "woff2": "font/woff2",
    "txt": "text/plain",
}


class StaticFile(NamedTuple):
    """A file, and the same compressed where that helps."""

    body: bytes
    gzip_body: bytes | None
    media_type: str


@cache
def load_files() -> dict[str, StaticFile]:
    """Return every file that pages load by its place below static/."""
    return dict(sorted(_read_folder(resources.files("api.pages").joinpath("static"), "")))


def _read_folder(folder: Traversable, prefix: str) -> list[tuple[str, StaticFile]]:
    folder_files: list[tuple[str, StaticFile]] = []
    for each in folder.iterdir():
        if each.is_dir():
            folder_files += _read_folder(each, f"{prefix}{each.name}/")
        elif (ending := each.name.rpartition(".")[2]) in MEDIA_TYPES:
            body = each.read_bytes()
            gzip_body = None if ending == "woff2" else gzip.compress(body, 9, mtime=0)
            folder_files.append(
                (prefix + each.name, StaticFile(body, gzip_body, MEDIA_TYPES[ending]))
            )
    return folder_files


@cache
def files_digest() -> str:
    """Return the hash of all files, a part of every address."""
    hasher = sha256()
    for name, file in load_files().items():
        hasher.update(name.encode() + b"\0" + sha256(file.body).digest())
    return hasher.hexdigest()[:12]


def file_address(name: str) -> str:
    """Return where a file is loaded from. Raises KeyError for one that is not there."""
    load_files()[name]
    return f"/static/{files_digest()}/{name}"


def serve_file(request: Request) -> Response:
    """Give a file. Raises NotFoundError also for those of another version."""
    file = load_files().get(request.path_params["name"])
    if file is None or request.path_params["digest"] != files_digest():
        raise NotFoundError("there is no such file", hint="load the page again")
    headers = {**IMMUTABLE_HEADERS, "X-Content-Type-Options": "nosniff"}
    if file.gzip_body and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(
            file.gzip_body,
            headers={**headers, "Content-Encoding": "gzip"},
            media_type=file.media_type,
        )
    return Response(file.body, headers=headers, media_type=file.media_type)
