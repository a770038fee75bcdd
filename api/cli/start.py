"""The entry point: what a process starts with, so that those that a server spawns start light."""

from __future__ import annotations

import gc


def main() -> None:
    """Load the commands and run one.

    Loading makes no garbage, and most commands end before they have made any that is worth the
    time to look for it; those that run for long tune the collector anew.
    """
    gc.set_threshold(100_000, 50, 100)
    from api.cli.main import main as run_commands

    gc.freeze()
    run_commands()
