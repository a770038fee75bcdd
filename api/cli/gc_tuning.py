"""Tuning of the garbage collector for a process that lives long."""

from __future__ import annotations

import gc


def tune_collector() -> None:
    """Exclude what exists now from every collection, and collect less often.

    An answer, or an event folded, makes thousands of short-lived tuples and no cycles: collecting
    at the default thresholds doubles the 99th percentile of answers and finds nothing.
    All threads stand while it collects, some 10 ms for 30,000 objects, so the middle generation is
    small, and the whole is collected as seldom as by (20_000, 20, 50).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 5, 800)
