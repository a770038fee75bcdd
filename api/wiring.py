"""The wiring: how a ledger is opened with its read model, and what every request may use."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from api.session import ReadRouter
from api.settings import Settings
from ledger.append import Clock, wall_clock
from ledger.erasure_monitor import ErasureMonitor
from ledger.proofs.checkpoints import CheckpointSigner
from ledger.read_only import ReadOnlyLedger
from ledger.writer import Ledger
from projections.index.writer import IndexFollower

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request

    from api.http.stream import StreamHub
    from api.pages.shared.page_state import PageState


@dataclass(frozen=True, slots=True)
class Services:
    """What every request may use; ``api.app`` makes it once."""

    ledger: Ledger
    reads: ReadRouter
    streams: StreamHub
    erasures: ErasureMonitor
    page_state: PageState


def services_of(request: Request) -> Services:
    """Return the services of the application that a request came to."""
    return services_of_app(request.app)


def services_of_app(app: Starlette) -> Services:
    """Return the services that ``api.app`` put into an application."""
    services: Services = app.state.services
    return services


def open_ledger(
    path: str | Path,
    *,
    clock: Clock = wall_clock,
    key_path: str | Path | None = None,
    checkpoint_path: str | Path | None = None,
) -> Ledger:
    """Open or make the ledger at a path, its read model caught up, its head signed."""
    checkpoints = CheckpointSigner(
        key_path or f"{path}.key", Path(checkpoint_path or f"{path}.checkpoint")
    )
    return Ledger(path, clock=clock, read_model=IndexFollower(), checkpoints=checkpoints)


def open_configured_ledger(settings: Settings) -> Ledger:
    """Open the ledger that the configuration names."""
    return open_ledger(
        settings.db, key_path=settings.key_path, checkpoint_path=settings.checkpoint_path
    )


def open_replica(settings: Settings) -> ReadOnlyLedger | None:
    """Open the copy of the ledger that the configuration names for questions."""
    return ReadOnlyLedger(settings.read_db, connect_timeout=0.5) if settings.read_db else None
