"""The library's own tests of recorders, run on ours: what it promises of a log holds here."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from eventsourcing.utils import Environment

from ledger import postgres, sqlite

# No recorder needs the library's cipher, for which one more package would have to be there.
sys.modules["eventsourcing.cipher"] = without = ModuleType("eventsourcing.cipher")
without.AESCipher = None  # type: ignore[attr-defined]  # as the library's tests import it
from eventsourcing.tests import persistence as library  # noqa: E402  # as above

del sys.modules["eventsourcing.cipher"]


class Recorders:
    """Makes recorders as the library's factories do, and closes what was made."""

    made: list[Any]

    def recorder(self, factory: Any) -> Any:
        self.made.append(factory)
        found = factory.application_recorder()
        found.clock = lambda: time.time_ns() // 1000
        return found

    def close(self) -> None:
        for factory in self.made:
            factory.close()


class OnSQLite(Recorders):
    """Gives each test recorders on files of its own."""

    @pytest.fixture(autouse=True)
    def _place(self, tmp_path: Path) -> Iterator[None]:
        self.made, self.folder = [], tmp_path
        yield
        self.close()

    def create_recorder(self) -> Any:
        file = self.folder / f"{len(self.made)}.db"
        env = Environment("ledger", {"SQLITE_DBNAME": str(file)})
        return self.recorder(sqlite.SQLiteLedgerFactory(env))


class OnPostgres(Recorders):
    """Gives each test recorders on a database of its own."""

    @pytest.fixture(autouse=True)
    def _place(self, postgres_url: str) -> Iterator[None]:
        self.made, self.url = [], postgres_url
        yield
        self.close()

    def create_recorder(self) -> Any:
        env = Environment("ledger", {"POSTGRES_URL": self.url})
        return self.recorder(postgres.PostgresLedgerFactory(env))


class Silent:
    """An application recorder as an aggregate recorder, which tells of no notifications."""

    def __init__(self, recorder: Any) -> None:
        self.recorder = recorder

    def insert_events(self, stored_events: Any) -> None:
        self.recorder.insert_events(stored_events)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.recorder, name)


class TestApplicationOnSQLite(OnSQLite, library.ApplicationRecorderTestCase[Any]):
    def test_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestApplicationOnPostgres(OnPostgres, library.ApplicationRecorderTestCase[Any]):
    def test_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestAggregateOnSQLite(OnSQLite, library.AggregateRecorderTestCase):
    def create_recorder(self) -> Any:
        return Silent(super().create_recorder())


class TestAggregateOnPostgres(OnPostgres, library.AggregateRecorderTestCase):
    def create_recorder(self) -> Any:
        return Silent(super().create_recorder())


class TestNotificationsOnSQLite(OnSQLite, library.NonInterleavingNotificationIDsBaseCase):
    pass


class TestNotificationsOnPostgres(OnPostgres, library.NonInterleavingNotificationIDsBaseCase):
    pass
