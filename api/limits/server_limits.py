"""How much one process takes on at once: what may be set, and what is the same everywhere."""

from __future__ import annotations

import resource
from dataclasses import dataclass

HEAD_BYTES = 32 * 1024
"""Bytes of a request before its body: line and headers."""
ADDRESS_BYTES = 16 * 1024
"""Bytes of the address in the request line."""
HEADER_COUNT = 100
HEAD_SECONDS = 10.0
"""Seconds from the first byte, or from the connection, until line and headers are whole."""
UNREAD_SECONDS = 30.0
"""Seconds for which an answer waits for a reader who does not read."""
BODY_SECONDS, BODY_RATE = 30.0, 16 * 1024
"""Seconds that a body may take, and bytes a second for which it may take longer."""
HELD_BODIES = 48 * 2**20
"""Bytes of bodies in memory, of all requests."""
PARSED_BODIES = 2
"""Bodies of more than a few events that are parsed at once."""
PREVIEWS = 1
"""Batches that are tried without being recorded, and compared with what is recorded, at once."""
MODELS = 4
"""Articles that a model reads at once."""
TURN_SECONDS = 0.001
"""For how long a thread computes while others wait for their turn, the event loop among them."""
ANSWERS, WAITING_ANSWERS = 4, 64
"""Questions that are answered at once, and that wait for it."""
COSTLY_ANSWERS, WAITING_COSTLY = 2, 8
"""The same of those that read much of the log."""
WAITING_SECONDS = 2.0
ANSWER_SECONDS, COSTLY_SECONDS, EXPORT_SECONDS = 10.0, 20.0, 600.0
"""Seconds until a question is interrupted."""
STREAM_SHARE = 2
"""Of the connections, one in so many may be a stream."""
CALLER_STREAMS = 100
"""Streams of one caller."""
RESERVED_FILES = 200
"""Descriptors kept for the database, exports and files."""


@dataclass(frozen=True, slots=True)
class ServerLimits:
    """What may be set; 0 requests a minute means as many as come."""

    client_connections: int = 2500
    requests_per_minute: int = 1200

    @property
    def max_streams(self) -> int:
        return max(1, self.client_connections // STREAM_SHARE)


def reserve_descriptors(limits: ServerLimits) -> int:
    """Let the process open as many files as it may; return how many connections that leaves."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = limits.client_connections + RESERVED_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == resource.RLIM_INFINITY:
        return limits.client_connections
    return max(1, min(limits.client_connections, soft - min(RESERVED_FILES, soft // 2)))
