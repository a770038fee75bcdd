"""How a ledger is opened with its read model and its signer."""

from __future__ import annotations

from pathlib import Path

from api.settings import Settings
from ledger.database import Clock, wall_clock
from ledger.proofs.checkpoints import CheckpointSigner
from ledger.read_only import ReadOnlyLedger
from ledger.writer import Ledger
from projections.index.rebuild import IndexFollower


def open_ledger(
    path: str | Path,
    *,
    clock: Clock = wall_clock,
    key_path: str | Path | None = None,
    checkpoint_path: str | Path | None = None,
    accept_log: str | None = None,
) -> Ledger:
    """Open or make the ledger at a path, its read model caught up, its head signed."""
    checkpoints = CheckpointSigner(
        key_path or f"{path}.key",
        Path(checkpoint_path or f"{path}.checkpoint"),
        accept_log=accept_log,
    )
    return Ledger(path, clock=clock, read_model=IndexFollower(), checkpoints=checkpoints)


def open_configured_ledger(settings: Settings, accept_log: str | None = None) -> Ledger:
    """Open the ledger that the configuration names."""
    return open_ledger(
        settings.db,
        key_path=settings.key_path,
        checkpoint_path=settings.checkpoint_path,
        accept_log=accept_log,
    )


def open_replica(settings: Settings) -> ReadOnlyLedger | None:
    """Open the copy of the ledger that the configuration names for questions."""
    return ReadOnlyLedger(settings.read_db, connect_timeout=0.5) if settings.read_db else None
