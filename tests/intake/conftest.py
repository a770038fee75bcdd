"""A model behind an HTTP server of its protocol, shared by the tests of a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.intake.model_server import ModelServer, serve_model


@pytest.fixture(scope="module")
def model_server() -> Iterator[ModelServer]:
    """A server whose answer each test sets."""
    with serve_model(lambda _: {"actors": [], "drafts": []}) as server:
        yield server
