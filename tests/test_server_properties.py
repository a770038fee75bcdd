"""The properties of time on PostgreSQL, with the bodies of those on SQLite and fewer examples."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.wiring import open_ledger
from tests import postgres
from tests.histories import THEMES, Batch, histories
from tests.test_time_properties import (
    assert_immutable,
    assert_index_is_fold,
    assert_orderless,
    assert_rebuilt,
    steady,
    told,
)
from tests.world import KEY, World

EMPTY = """
    SET session_replication_role = replica;  -- past the triggers that keep the log
    TRUNCATE event, node, checkpoint, erasure, negotiation, registered, idempotency,
        version, cell, placement, mention, link, word, tracking;
    UPDATE head SET size = 0, last_recorded_at = 0, frontier = '', keys = ''
"""


@pytest.fixture(scope="module")
def database(
    postgres_server: postgres.Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Give a database with the tables of a ledger, which each example empties."""
    outside = tmp_path_factory.mktemp("made") / "checkpoint"
    with postgres_server.database() as url:
        open_ledger(url, key_path=KEY, checkpoint_path=outside).close()
        yield url


def emptied(url: str) -> str:
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(EMPTY)
    return url


@pytest.mark.parametrize("about", THEMES)
@steady(4)
@given(data=st.data())
def test_the_index_answers_as_the_plain_fold(
    database: str, about: str, data: st.DataObject
) -> None:
    assert_index_is_fold(about, data, emptied(database))


@steady(5)
@given(data=st.data())
def test_pinned_and_settled_answers_never_change(database: str, data: st.DataObject) -> None:
    assert_immutable(data, emptied(database))


@steady(12)
@given(batches=histories(), page=st.integers(1, 30))
def test_a_rebuild_equals_the_live_read_model(
    database: str, batches: list[Batch], page: int
) -> None:
    live = assert_rebuilt(batches, page, emptied(database))
    assert live["word"]


@steady(10)
@given(data=st.data())
def test_the_order_of_recording_does_not_matter(database: str, data: st.DataObject) -> None:
    @contextmanager
    def anew(batches: list[Batch]) -> Iterator[World]:
        with told(batches, emptied(database)) as world:
            yield world

    assert_orderless(data, anew)
