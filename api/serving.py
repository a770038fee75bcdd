"""Running the server: one process, one ledger, a page that opens when it answers."""

from __future__ import annotations

import gc
import threading
import webbrowser

import uvicorn

from api.app import create
from api.archive import opened
from api.settings import Settings
from domain.refusals import InvalidQuestionError


class _Server(uvicorn.Server):
    """Says where it listens, and opens the page, once it answers."""

    page: str | None = None

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]  # sockets are passed on as they come
        await super().startup(sockets)  # type: ignore[arg-type]  # as above
        if self.started:
            port = self.servers[0].sockets[0].getsockname()[1]
            address = f"http://{self.config.host}:{port}"
            print(f"Minutebook answers at {address}{self.page or ''}", flush=True)
            if self.page:
                threading.Thread(target=webbrowser.open, args=(address + self.page,)).start()


def _spare_the_collector() -> None:
    """Keep what the start made out of every collection, and collect less often.

    An answer makes thousands of short-lived tuples and no cycles: collecting at the default
    thresholds doubles the slowest hundredth of the answers and finds nothing.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def run(found: Settings, *, page: str | None = None) -> None:
    """Serve a ledger until told to stop."""
    host, port = found.host, found.port
    if host not in ("127.0.0.1", "::1", "localhost"):
        print(f"Warning: anyone who reaches {host} may record, and read as staff.", flush=True)
    ledger = opened(found)
    try:
        config = uvicorn.Config(create(ledger), host=host, port=port, log_level="warning")
        _spare_the_collector()
        server = _Server(config)
        server.page = page
        server.run()
    except SystemExit:
        hint = "choose another with --host and --port; port 0 takes any free one"
        raise InvalidQuestionError(f"{host}:{port} cannot be listened on", hint=hint) from None
    finally:
        ledger.close()
