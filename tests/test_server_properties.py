"""The properties of time on PostgreSQL, with the bodies of those on SQLite and fewer examples."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.facts import Batch
from tests.histories import THEMES, histories
from tests.test_erased_stubs import assert_stubs
from tests.test_live_states import assert_carried_on
from tests.test_log_windows import assert_log_is_fold
from tests.test_time_properties import (
    assert_immutable,
    assert_index_is_fold,
    assert_orderless,
    assert_rebuilt,
    steady,
)

pytestmark = pytest.mark.usefixtures("older_log")


@pytest.mark.parametrize("about", THEMES)
@steady(4)
@given(data=st.data())
def test_the_index_answers_as_the_plain_fold(
    ledger_url: str, about: str, data: st.DataObject
) -> None:
    assert_index_is_fold(about, data, ledger_url)


@steady(8)
@given(data=st.data())
def test_the_index_reads_the_log_as_the_plain_fold(ledger_url: str, data: st.DataObject) -> None:
    assert_log_is_fold(data, ledger_url)


@steady(5)
@given(data=st.data())
def test_pinned_and_settled_answers_never_change(ledger_url: str, data: st.DataObject) -> None:
    assert_immutable(data, ledger_url)


@steady(12)
@given(batches=histories(), page=st.integers(1, 30))
def test_a_rebuild_equals_the_live_read_model(
    ledger_url: str, batches: list[Batch], page: int
) -> None:
    live = assert_rebuilt(batches, page, ledger_url)
    assert live["word"]


@steady(10)
@given(data=st.data())
def test_the_order_of_recording_does_not_matter(ledger_url: str, data: st.DataObject) -> None:
    assert_orderless(data, ledger_url)


@steady(4)
@given(batches=histories(most_events=16), data=st.data())
def test_a_stub_stands_where_the_event_was_seen(
    ledger_url: str, batches: list[Batch], data: st.DataObject
) -> None:
    assert_stubs(batches, data, ledger_url)


@pytest.mark.parametrize("about", ["anything", "positions", "meetings"])
@steady(5)
@given(data=st.data())
def test_a_state_carried_on_equals_one_made_anew(
    ledger_url: str, about: str, data: st.DataObject
) -> None:
    assert_carried_on(about, data, ledger_url)
