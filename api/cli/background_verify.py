"""Verifying the whole ledger, its index too, beside the server that has it open."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from contextlib import suppress

import orjson

from api.settings import Settings
from domain.errors import ForkedLogError
from domain.instants import to_rfc3339
from domain.model import Json
from ledger.scrub import DAMAGE_HINT
from ledger.writer import Ledger

LOGGER = logging.getLogger("minutebook")
FIRST_DELAY, INTERVAL = 3600.0, 7 * 86_400.0
"""Seconds from the start of a server to the first verification, and from one to the next."""
FAULTS_FOUND = 1
"""The exit code of ``minutebook verify`` where something differs."""


class BackgroundVerify:
    """Runs ``minutebook verify`` now and then as a process of low priority, and stops the ledger
    where it finds a fault. Use it as a context."""

    def __init__(
        self,
        ledger: Ledger,
        settings: Settings,
        first_delay: float = FIRST_DELAY,
        interval: float = INTERVAL,
    ) -> None:
        self.ledger, self.settings = ledger, settings
        self.first_delay, self.interval = first_delay, interval
        self.last_result: Json | None = None
        self._stop_requested = threading.Event()
        self._thread = threading.Thread(target=self._verify_regularly, name="verify", daemon=True)

    def __enter__(self) -> BackgroundVerify:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop_requested.set()
        self._thread.join()

    def _verify_regularly(self) -> None:
        delay = self.first_delay
        while not self._stop_requested.wait(delay):
            delay = self.interval
            try:
                self._verify_once()
            except ForkedLogError:
                return  # all has stopped, and it was told
            except Exception:
                LOGGER.warning("the ledger could not be verified", exc_info=True)

    def _verify_once(self) -> None:
        command = [sys.executable, "-m", "api.cli", "verify", "--json"]
        environment = os.environ | {
            "MINUTEBOOK_DB": str(self.settings.db),
            "MINUTEBOOK_LOG_KEY": str(self.settings.key_path),
            "MINUTEBOOK_CHECKPOINT": str(self.settings.checkpoint_path),
        }
        process = subprocess.Popen(  # noqa: S603  # our own command
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
        )
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, process.pid, 19)
        output = self._wait_for(process)
        if output is None:
            return
        if process.returncode not in (0, FAULTS_FOUND):
            LOGGER.warning("the ledger could not be verified: %s", output[1].decode()[-500:])
            return
        result = orjson.loads(output[0])
        self.last_result = {
            "at": to_rfc3339(self.ledger.clock()),
            "events": result["events"],
            "faults": len(result["faults"]),
        }
        if result["faults"]:
            fault = result["faults"][0]
            detail = f"the ledger is damaged: {fault['field']}: {fault['detail']}"
            self.ledger.continuity.stop(detail, DAMAGE_HINT)

    def _wait_for(self, process: subprocess.Popen[bytes]) -> tuple[bytes, bytes] | None:
        """Return what a process printed, or null where it was ended since the server ends."""
        while True:
            with suppress(subprocess.TimeoutExpired):
                return process.communicate(timeout=0.2)
            if self._stop_requested.is_set():
                process.kill()
                process.communicate()
                return None
