"""Blocks so small that a short log has several, and no words so rare that none is passed over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from projections import full_text
from projections.index import known_blocks, news_search, writer

SIZES = (
    (writer, "VERSIONS_IN_BLOCK", 3),
    (known_blocks, "VERSIONS_IN_BLOCK", 3),
    (full_text, "BLOCK_SIZE", 3),
    (news_search, "PAGE", 2),
    (news_search, "REVISED_PAGE", 2),
    (news_search, "FEW", 0),
)


@contextmanager
def small_blocks() -> Iterator[None]:
    with ExitStack() as stack:
        for module, name, size in SIZES:
            stack.enter_context(patch.object(module, name, size))
        yield
