"""The garbage collector, kept from looking through what lives as long as the process."""

from __future__ import annotations

import gc


def tune_collector() -> None:
    """Keep what the start made out of every collection, and collect less often.

    An answer, or an event folded, makes thousands of short-lived tuples and no cycles: collecting
    at the default thresholds doubles the slowest hundredth of the answers and finds nothing.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
