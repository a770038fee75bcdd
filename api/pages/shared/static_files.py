"""The files that pages load: at an address with the hash of all, so that browsers keep them."""

from __future__ import annotations

import re
from functools import cache
from hashlib import sha256
from os import PathLike
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


_COMMENTS = {
    ".css": re.compile(r"/\*.*?\*/", re.DOTALL),
    ".js": re.compile(r"^ *//.*$", re.MULTILINE),
}
_MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript"}


@cache
def sent_text(file: Path) -> str:
    """Return our own style sheet or script without comments and indents, a tenth of its size."""
    lines = _COMMENTS[file.suffix].sub("", file.read_text("utf-8")).splitlines()
    return "\n".join(filter(None, map(str.strip, lines)))


def is_own_text(file: Path) -> bool:
    """Return whether a file is a style sheet or script that was written here."""
    return file.parent.name == FOLDER.name and {".css", ".js"}.issuperset(file.suffixes)


class ImmutableFiles(StaticFiles):
    """Static files that never change at their address."""

    def file_response(self, full_path: str | PathLike[str], *args: Any, **kwargs: Any) -> Response:
        file = Path(full_path)
        if is_own_text(file):
            response = Response(sent_text(file), media_type=_MEDIA_TYPES[file.suffix])
        else:
            response = super().file_response(full_path, *args, **kwargs)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


def static_mount() -> Mount:
    return Mount(files_address(), GZipMiddleware(ImmutableFiles(directory=FOLDER)))
