"""The process that starts several others to answer on one socket."""

from __future__ import annotations

import time
from collections.abc import Sequence
from socket import socket

import uvicorn
from uvicorn.supervisors import Multiprocess

from domain.errors import BusyError

START_TIMEOUT = 60.0
"""Seconds that the processes have to start."""


class Supervisor(Multiprocess):
    """Prints where the processes listen, and more lines, once each of them answers."""

    def __init__(
        self, config: uvicorn.Config, listening: socket, more_lines: Sequence[str]
    ) -> None:
        super().__init__(config, sockets=[listening])
        self._more_lines = more_lines

    def init_processes(self) -> None:
        """Start the processes. Raises BusyError, once all have ended, where one does not answer."""
        super().init_processes()
        until = time.monotonic() + START_TIMEOUT
        for process in self.processes:
            is_ready = process.wait_until_ready(until - time.monotonic())
            if self.signal_queue:
                return  # and all are ended in order
            if not is_ready:
                error = _not_ready(process.exitcode)
                self._kill_all()
                raise error
        port = self.sockets[0].getsockname()[1]
        print(f"Minutebook answers at http://{self.config.host}:{port}", flush=True)
        for line in self._more_lines:
            print(line, flush=True)

    def _kill_all(self) -> None:
        """End them at once, also those that hang: what they acknowledged is durable."""
        for process in self.processes:
            process.kill()
        self.join_all()


def _not_ready(exit_code: int | None) -> BusyError:
    """Return why one of the processes does not answer; without an exit code, it is starting."""
    if exit_code is None:
        return BusyError(
            f"one of the processes did not answer within {START_TIMEOUT:.0f} seconds; all were"
            " ended",
            hint="see whether the database is slow or the machine busy; fewer --workers start"
            " sooner",
        )
    return BusyError(
        f"one of the processes ended while it started, with exit code {exit_code}; all were ended",
        hint="its message above says why; without --workers, serve says it alone",
    )
