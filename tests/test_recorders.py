"""The library's own tests of recorders, run on ours: what it promises of a log holds here."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import ApplicationRecorder, Notification, StoredEvent, Subscription

from ledger.append import AppendBatch, ProposedEvent, Recorder
from ledger.database import wall_clock
from ledger.log import read_head
from ledger.postgres import PostgresRecorder
from ledger.proofs.continuity import LogContinuity
from ledger.sqlite import SQLiteRecorder

# No recorder needs the library's cipher, for which one more package would have to be there.
sys.modules["eventsourcing.cipher"] = without = ModuleType("eventsourcing.cipher")
without.AESCipher = None  # type: ignore[attr-defined]  # as the library's tests import it
from eventsourcing.tests import persistence as library  # noqa: E402  # as above

del sys.modules["eventsourcing.cipher"]


def originator_hex(originator_id: UUID | str) -> str:
    return originator_id.hex if isinstance(originator_id, UUID) else originator_id


def proposed(event: StoredEvent) -> ProposedEvent:
    return ProposedEvent(
        id=str(uuid4()),
        negotiation=originator_hex(event.originator_id),
        version=event.originator_version,
        type=event.topic,
        state=event.state,
        recorded_by="library",
    )


class LibraryRecorder(ApplicationRecorder):
    """Our log as a recorder of the library: seq is its notification id."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder, self.datastore = recorder, recorder.datastore

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: Any) -> Sequence[int]:
        with self.datastore.transaction(commit=True) as c:
            append_batch = AppendBatch(c)
            recorded_events = append_batch.add_events(
                list(map(proposed, stored_events)), now=wall_clock()
            )
            append_batch.write_rows()
        return [event.seq for event in recorded_events]

    def select_events(
        self,
        originator_id: Any,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        with self.datastore.transaction(commit=False) as c:
            c.execute(
                "SELECT originator_version, topic, state FROM event WHERE negotiation = :stream"
                " AND originator_version > :gt AND originator_version <= :lte"
                " ORDER BY CASE WHEN :desc = 1 THEN -originator_version ELSE originator_version END"
                " LIMIT :limit",
                {
                    "stream": originator_hex(originator_id),
                    "gt": -1 if gt is None else gt,
                    "lte": 2**62 if lte is None else lte,
                    "desc": int(desc),
                    "limit": 2**62 if limit is None else limit,
                },
            )
            return [
                StoredEvent(originator_id, row[0], topic(row[1]), row[2]) for row in c.fetchall()
            ]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        after = 0 if start is None else start - inclusive_of_start
        with self.datastore.transaction(commit=False) as c:
            c.execute(
                "SELECT seq, negotiation, originator_version, topic, state FROM event"
                " WHERE seq > :after AND seq <= :stop ORDER BY seq",
                {"after": after, "stop": 2**62 if stop is None else stop},
            )
            return [
                Notification(UUID(row[1]), row[2], topic(row[3]), row[4], id=row[0])
                for row in c.fetchall()
                if not topics or topic(row[3]) in topics
            ][:limit]

    def max_notification_id(self) -> int | None:
        with self.datastore.transaction(commit=False) as c:
            return read_head(c)[0] or None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription[Any]:
        return LogSubscription(self, gt, topics)


def topic(stored: str) -> str:
    """Return the library's topic of an event whose type it was recorded as."""
    return stored.removeprefix("minutebook.").removesuffix(".v1")


class LogSubscription(Subscription[Any]):
    """Pages of the log, and then its heads."""

    def __init__(self, recorder: Any, gt: int | None = None, topics: Sequence[str] = ()) -> None:
        super().__init__(recorder, gt, topics)
        self._heads, self._page = recorder.recorder.watch_head(1.0), deque[Notification]()

    def __next__(self) -> Notification:
        while not self._has_been_stopped:
            if self._page:
                self._last_notification_id = self._page[0].id
                return self._page.popleft()
            self._page.extend(
                self._recorder.select_notifications(
                    self._last_notification_id, 500, topics=self._topics, inclusive_of_start=False
                )
            )
            if not self._page:
                next(self._heads)
        raise StopIteration


class Recorders:
    """Makes recorders on our log, and closes what was made."""

    made: list[Recorder]

    def recorder(self, recorder: Recorder) -> Any:
        self.made.append(recorder)
        return LibraryRecorder(recorder)

    def close(self) -> None:
        for recorder in self.made:
            recorder.datastore.close()


class OnSQLite(Recorders):
    """Gives each test recorders on files of its own."""

    @pytest.fixture(autouse=True)
    def _place(self, tmp_path: Path) -> Iterator[None]:
        self.made, self.folder = [], tmp_path
        yield
        self.close()

    def create_recorder(self) -> Any:
        file = self.folder / f"{len(self.made)}.db"
        return self.recorder(SQLiteRecorder(file, LogContinuity()))


class OnPostgres(Recorders):
    """Gives each test recorders on a database of its own."""

    @pytest.fixture(autouse=True)
    def _place(self, postgres_url: str) -> Iterator[None]:
        self.made, self.url = [], postgres_url
        yield
        self.close()

    def create_recorder(self) -> Any:
        return self.recorder(PostgresRecorder(self.url, LogContinuity()))


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
