"""The files that pages load: at an address with the hash of all, so that browsers keep them."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

FOLDER = Path(__file__).parent.parent / "static"


@cache
def files_address() -> str:
    """Return where the files are, with their hash: other versions are at other addresses."""
    hasher = sha256()
    for file in sorted(FOLDER.rglob("*.*")):
        hasher.update(str(file.relative_to(FOLDER)).encode() + b"\0" + file.read_bytes())
    return f"/static/{hasher.hexdigest()[:12]}"


@cache
def file_address(name: str) -> str:
    """Return where a file is loaded from. Raises FileNotFoundError for one that is not there."""
    (FOLDER / name).stat()
    return f"{files_address()}/{name}"


class ImmutableFiles(StaticFiles):
    """Static files that never change at their address."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


def static_mount() -> Mount:
    return Mount(files_address(), GZipMiddleware(ImmutableFiles(directory=FOLDER)))
