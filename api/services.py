"""What every request may use: the ledger, where it is read, and what a server has besides."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from threading import BoundedSemaphore, Event
from typing import TYPE_CHECKING

from api.access.caller import Reader
from api.access.gate import Gate, KeyGate
from api.live_states import LiveStates
from api.model_settings import ConfiguredModel
from api.session import Session, open_session
from domain.errors import MinutebookError
from ledger import log
from ledger.database import ReadableLedger
from ledger.erasure import ErasureMonitor
from ledger.fault_log import FaultLog
from ledger.read_only import ReadOnlyLedger
from ledger.repeated_task import RepeatedTask
from ledger.scrub import LogScrub
from ledger.writer import Ledger
from projections.texts.comparer import TextComparer

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request

    from api.http.stream import StreamHub
    from api.pages.shared.page_state import PageState

MAX_TRIALS = 2
"""Trials of whole imports that one process makes at once."""
RETRY_DELAY = 10.0
"""Seconds for which a replica that failed is not used."""


class ReadRouter:
    """Opens sessions whose answers hold everything recorded before the request."""

    def __init__(self, ledger: ReadableLedger, replica: ReadOnlyLedger | None = None) -> None:
        self.ledger, self.replica = ledger, replica
        self._retry_at = 0.0
        self._faults = FaultLog(
            "the replica does not answer, so the primary does", "the replica answers again"
        )

    @contextmanager
    def open_session(
        self, negotiation: str, reader: Reader, seq: int | None = None
    ) -> Iterator[Session]:
        """Yield a session on a snapshot that has a seq, by default all that is committed by now."""
        with ExitStack() as exit_stack:
            session = self._open_on_replica(exit_stack, negotiation, reader, seq)
            yield session or exit_stack.enter_context(
                open_session(self.ledger, negotiation, reader)
            )

    def close(self) -> None:
        if self.replica:
            self.replica.close()

    def _open_on_replica(
        self, exit_stack: ExitStack, negotiation: str, reader: Reader, seq: int | None
    ) -> Session | None:
        if self.replica is None or time.monotonic() < self._retry_at:
            return None
        needed_seq = self._read_head() if seq is None else seq
        attempt_stack = exit_stack.enter_context(ExitStack())
        try:
            session = attempt_stack.enter_context(open_session(self.replica, negotiation, reader))
            self._faults.succeed()
            if session.log_timeline.head >= needed_seq:
                return session
        except MinutebookError:
            pass  # the replica may lag behind what the question needs
        except Exception as error:
            self._faults.fail(error)
            self._retry_at = time.monotonic() + RETRY_DELAY
        attempt_stack.close()
        return None

    def _read_head(self) -> int:
        with self.ledger.open_snapshot() as c:
            size, _ = log.read_head(c)
            return size


@dataclass(frozen=True, slots=True)
class Services:
    """What every request to the HTTP interface may use; ``api.app`` makes it once."""

    ledger: ReadableLedger
    reads: ReadRouter
    comparer: TextComparer
    gate: Gate
    live_states: LiveStates = field(default_factory=LiveStates, kw_only=True)
    trial_slots: BoundedSemaphore = field(
        default_factory=lambda: BoundedSemaphore(MAX_TRIALS), kw_only=True
    )
    fetches_private: bool = field(default=False, kw_only=True)
    """Whether articles are fetched from addresses inside a network too."""
    model: ConfiguredModel | None = field(default=None, kw_only=True)
    """The model that may read articles, if there is one."""
    ending: Event = field(default_factory=Event, kw_only=True)
    """Set once nobody waits for answers any more, since the server stops."""


@dataclass(frozen=True, slots=True)
class ServerServices(Services):
    """What requests to a server may use besides: streams, and what its pages remember."""

    ledger: Ledger
    gate: KeyGate
    streams: StreamHub
    erasures: ErasureMonitor
    scrub: LogScrub
    old_proposals: RepeatedTask
    old_articles: RepeatedTask
    page_state: PageState


def services_of(request: Request) -> Services:
    """Return the services of the application that a request came to."""
    services: Services = request.app.state.services
    return services


def server_services(app: Starlette) -> ServerServices:
    """Return the services that ``api.app`` put into the application of a server."""
    services: ServerServices = app.state.services
    return services
