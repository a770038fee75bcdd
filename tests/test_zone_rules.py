"""Another release of the rules of time zones: told, and never taken for tampering."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from api.access.caller import STAFF
from api.cli.verify import verify_ledger
from api.session import open_session
from api.settings import Settings
from domain import edtf, instants, zones
from domain.basis import Question
from domain.errors import BusyError
from ledger.read_only import ReadOnlyLedger
from tests.test_zones import announce, opening
from tests.world import KEY, World


@contextmanager
def another_release() -> Iterator[None]:
    """Give Kyiv the offsets of Tokyo, as another release of tzdata may give others."""
    load = instants._load_zone

    def load_other(name: str) -> Any:
        return load("Asia/Tokyo" if name == "Europe/Kyiv" else name)

    caches = (zones._digest_offsets, zones.offsets_digest, zones._year_offsets, edtf.parse_span)
    with mock.patch.object(instants, "_load_zone", load_other):
        for each in caches:
            each.cache_clear()
        yield
    for each in caches:
        each.cache_clear()


def test_other_rules_of_zones_rebuild_the_index_with_a_word(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    moments = {"known_at": "2025-03-01T12:00:00Z", "valid_at": "2025-03-30T16:00:00Z"}
    pinned = moments | {"seq": 5, "audience": "staff"}
    settings = Settings(
        db=tmp_path / "world.db", log_key=KEY, checkpoint=tmp_path / "world.db.checkpoint"
    )
    with World(tmp_path) as world:
        world.record("2025-01-02T00:00:00Z", [*opening("Europe/Kyiv"), announce(50, "2025-03-30")])
        before = world.get("/state", **pinned).json()
    with another_release():
        with (
            closing(ReadOnlyLedger(settings.db)) as reading,
            open_session(reading, "talks", STAFF) as session,
            pytest.raises(BusyError, match="Europe/Kyiv has other offsets in 2025"),
        ):
            session.resolve_basis(Question())
        (fault,) = verify_ledger(settings).faults
        assert fault.field == "rules.zones"
        assert "nobody touched it" in fault.detail

        with World(tmp_path) as world:
            assert "Europe/Kyiv has other offsets in 2025" in caplog.text
            after = world.get("/state", **pinned).json()
        assert verify_ledger(settings).faults == []
    rules = [answer["basis"]["rules"]["zones"] for answer in (before, after)]
    assert rules[0] != rules[1]
    assert [answer["data"]["meetings"][0]["status"] for answer in (before, after)] == [
        "announced",
        "overdue",
    ]
