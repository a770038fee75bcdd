"""How a ledger is opened with its read model and its signer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from api.settings import Settings, data_folder
from ledger import location
from ledger.database import Clock, wall_clock
from ledger.guarded_clock import GuardedClock
from ledger.proofs.checkpoints import CheckpointSigner
from ledger.read_only import ReadOnlyLedger
from ledger.time_sources import TimeSource
from ledger.witness_client import ConfiguredWitness
from ledger.writer import Ledger
from projections.index.catch_up import RowWorkers
from projections.index.rebuild import IndexFollower


class AcceptedAtStart(NamedTuple):
    """Why a person accepts what is otherwise refused at a start; the reasons are recorded.

    ``log`` is about a log whose checkpoint outside of the database is lost, ``clock`` about a clock
    that others contradict or that is far ahead of the last recording.
    """

    log: str | None = None
    clock: str | None = None


NOTHING_ACCEPTED = AcceptedAtStart()


def open_ledger(
    path: str | Path,
    *,
    clock: Clock = wall_clock,
    key_path: str | Path | None = None,
    checkpoint_path: str | Path | None = None,
    witnesses: Sequence[ConfiguredWitness] = (),
    time_sources: Sequence[TimeSource] = (),
    accept: AcceptedAtStart = NOTHING_ACCEPTED,
    workers: RowWorkers | None = None,
) -> Ledger:
    """Open or make the ledger at a path, its read model caught up, its head signed.

    ``workers`` build the rows of the pages of an import.

    Key and checkpoint lie by default beside a file; of a server both must be given.
    """
    if location.is_server_url(path) and not (key_path and checkpoint_path):
        raise ValueError("nothing lies beside a server: key_path and checkpoint_path are needed")
    checkpoints = CheckpointSigner(
        key_path or f"{path}.key",
        Path(checkpoint_path or f"{path}.checkpoint"),
        accept_log=accept.log,
    )
    return Ledger(
        path,
        clock=clock,
        read_model=IndexFollower(workers),
        checkpoints=checkpoints,
        witnesses=witnesses,
        time_sources=time_sources,
        accept_clock=accept.clock,
    )


def open_configured_ledger(
    settings: Settings,
    accept: AcceptedAtStart = NOTHING_ACCEPTED,
    workers: RowWorkers | None = None,
) -> Ledger:
    """Open the ledger that the configuration names, by a clock that is guarded.

    Raises NotFoundError where a SQLite file is to be in a folder that does not exist.
    """
    if isinstance(settings.db, Path):
        location.require_folder(settings.db, made_folder=data_folder())
    return open_ledger(
        settings.db,
        clock=GuardedClock(),
        key_path=settings.key_path,
        checkpoint_path=settings.checkpoint_path,
        witnesses=settings.configured_witnesses,
        time_sources=settings.configured_time_sources,
        accept=accept,
        workers=workers,
    )


def open_replica(settings: Settings, clock: Clock) -> ReadOnlyLedger | None:
    """Open the copy of the ledger that the configuration names for questions, by the ledger's own
    clock."""
    if not settings.read_db:
        return None
    return ReadOnlyLedger(settings.read_db, clock=clock, connect_timeout=0.5)
