"""Reading that a request waits for: in a thread, and no longer than its reader may take."""

from __future__ import annotations

from collections.abc import Callable

from anyio import CapacityLimiter, to_thread
from starlette.responses import Response

from api import proposals
from api.article_readers import ArticleReader
from api.limits import server_limits
from api.services import Services
from ledger.deadline import time_limit

MODELS = CapacityLimiter(server_limits.MODELS)


async def run_reader(
    read: Callable[[], Response], reader: ArticleReader, services: Services
) -> Response:
    """Read in a thread; who waits for a model does not take the place of others."""
    limiter = MODELS if reader.seconds else proposals.CHECKERS
    seconds = server_limits.COSTLY_SECONDS + reader.seconds
    with time_limit(seconds, services.ending.is_set):
        return await to_thread.run_sync(read, limiter=limiter)
