"""Ending a process whose parent is gone, also when the parent was killed and could tell nobody."""

from __future__ import annotations

import os
import signal
import threading
from multiprocessing import connection, parent_process


def end_with_parent() -> None:
    """Stop a process that ``multiprocessing`` started once its parent has ended.

    The parent holds the other end of a pipe, which closes with it however it ends.
    """
    parent = parent_process()
    if parent is not None:
        threading.Thread(
            target=_wait_for_parent, args=(parent.sentinel,), name="parent", daemon=True
        ).start()


def _wait_for_parent(pipe: int) -> None:
    connection.wait([pipe])
    os.kill(os.getpid(), signal.SIGTERM)
