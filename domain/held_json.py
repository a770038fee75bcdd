"""JSON that is held: in bytes of its own size."""

from __future__ import annotations

import orjson


def dump_held(value: object) -> bytes:
    """Return a value as JSON that takes no more memory than its bytes."""
    return fit(orjson.dumps(value))


def fit(text: bytes) -> bytes:
    """Return the same bytes in memory of their size.

    What orjson returns keeps the buffer it was written to: 4 KiB or more, however short it is.
    """
    return bytes(memoryview(text))
