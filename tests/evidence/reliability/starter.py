"""Starts servers from one process that has imported everything, so that a start costs no imports.

A server is a fork of it that runs the command line, so it can be killed like any other process.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import faulthandler
import json
import os
import select
import signal
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Self

END_WITH_PARENT = 1
"""PR_SET_PDEATHSIG."""
CHECKOUT = Path(__file__).parents[3]


class Starter:
    """Starts the command line of a checkout; another one is run with the packages of this."""

    def __init__(self, checkout: Path = CHECKOUT, prelude: str = "", **environment: str) -> None:
        """``prelude`` names a module that is imported last, as one that breaks the product."""
        self._process = subprocess.Popen(
            [sys.executable, __file__, prelude],
            cwd=checkout,
            env=os.environ | {"PYTHONPATH": str(checkout)} | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self, *arguments: str, log: Path, **environment: str) -> int:
        """Start a command, which writes what it says to a file; return its process."""
        assert self._process.stdin
        assert self._process.stdout
        print(json.dumps([arguments, environment, str(log)]), file=self._process.stdin, flush=True)
        return int(self._process.stdout.readline())

    def close(self) -> None:
        self._process.communicate()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


@cache
def shared_starter() -> Starter:
    """Return the starter of this checkout that all trials of this process use."""
    starter = Starter()
    atexit.register(starter.close)
    return starter


def is_running(process: int) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, 0)
        return True
    return False


def end_process(process: int, number: int, patience: float = 60) -> None:
    """Send a signal to a process, which need not be our child, and wait until it has ended."""
    with contextlib.suppress(ProcessLookupError):
        handle = os.pidfd_open(process)
        try:
            signal.pidfd_send_signal(handle, number)
            if not select.select([handle], [], [], patience)[0]:
                raise TimeoutError(f"process {process} did not end after signal {number}")
        finally:
            os.close(handle)


def _serve_starts(prelude: str) -> None:
    import importlib

    for name in ("api.cli.main", "api.cli.server", "ledger.postgres", *filter(None, [prelude])):
        with contextlib.suppress(ImportError) if name != prelude else contextlib.nullcontext():
            importlib.import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how they ended
    for line in sys.stdin:
        arguments, environment, log = json.loads(line)
        process = os.fork()
        if process == 0:
            _become_command(arguments, environment, log)
        print(process, flush=True)


def _become_command(arguments: list[str], environment: dict[str, str], log: str) -> None:
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        ctypes.CDLL(None).prctl(END_WITH_PARENT, signal.SIGKILL)
        for number, flags in ((0, os.O_RDONLY), (1, os.O_WRONLY), (2, os.O_WRONLY)):
            name = log if number else os.devnull
            file = os.open(name, flags | os.O_CREAT | os.O_APPEND, 0o600)
            os.dup2(file, number)
        faulthandler.register(signal.SIGUSR1)  # to see where one hangs
        os.environ.update(environment)
        sys.argv = ["minutebook", *arguments]
        from api.cli.main import main

        main()
        code = 0
    except SystemExit as end:
        code = int(end.code or 0)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    _serve_starts(sys.argv[1])
