"""The limit of the web stack: an application that does nothing, served as the product is.

``python -m benchmarks.noop FILE PORT`` serves it; GET /answer gives the bytes of the file.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Request, Response

from api.cli import gc_tuning
from benchmarks.measuring import run_server


def create(answer: bytes) -> FastAPI:
    app = FastAPI()

    @app.post("/v1/negotiations/{negotiation}/events")
    async def record(request: Request, negotiation: str) -> Response:
        await request.body()
        return Response(b'{"recorded":[]}', 201, media_type="application/json")

    @app.get("/answer")
    async def given() -> Response:
        return Response(answer, media_type="application/json")

    return app


@contextmanager
def serve_noop(file: Path) -> Iterator[int]:
    """Serve it in a process of its own; yield its port."""
    with run_server([sys.executable, "-m", "benchmarks.noop", file], "/answer") as port:
        yield port


def main() -> None:
    file, port = sys.argv[1:]
    app = create(Path(file).read_bytes())
    gc_tuning.tune_collector()
    uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="warning")


if __name__ == "__main__":
    main()
