"""The log itself: gapless, strictly rising, hashed as RFC 6962 says, never changed, durable."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from domain import acceptance
from domain.errors import (
    BusyError,
    InvalidEventError,
    MovedOnError,
    ReusedIdError,
    UnknownNegotiationError,
)
from domain.instants import from_rfc3339, to_rfc3339
from ledger import writer
from ledger.proofs.checkpoints import CheckpointSigner
from ledger.proofs.merkle import Frontier, canonical_json, leaf_hash
from ledger.proofs.signed_note import LogKey
from ledger.submission import Submission
from ledger.writer import Ledger
from tests.serving import wait_until
from tests.world import World

NOON = from_rfc3339("2025-12-21T12:00:00Z")
OPENED = {"type": "negotiation-opened", "title": "Talks – “Überlingen” 🕊\u2028"}


def party(slug: str, **fields: Any) -> dict[str, Any]:
    return {"type": "party-registered", "party": slug, "name": slug.upper(), **fields}


def batch(*events: dict[str, Any], negotiation: str = "talks", **fields: Any) -> Submission:
    return Submission(negotiation, [acceptance.parse_event(event) for event in events], **fields)


class Clock:
    """A clock that says what it is told."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(tmp_path: Path, clock: Clock) -> Iterator[Ledger]:
    made = Ledger(tmp_path / "log.db", clock=clock)
    yield made
    made.close()


def rows(ledger: Ledger, statement: str = "SELECT * FROM event ORDER BY seq") -> list[Any]:
    with ledger.open_snapshot() as c:
        c.execute(statement)
        found: list[Any] = c.fetchall()
        return found


# Numbers and times.


def test_seq_is_gapless_over_all_negotiations(ledger: Ledger) -> None:
    ledger.record(batch(OPENED, party("a")))
    ledger.record(batch(OPENED, negotiation="other"))
    with pytest.raises(InvalidEventError):
        ledger.record(batch(party("b"), party("a")))
    ledger.record(batch(party("b"), dry_run=True))
    answer = ledger.record(batch(party("b"), party("c")))
    assert [each["seq"] for each in answer["recorded"]] == [4, 5]
    assert [row["seq"] for row in rows(ledger)] == [1, 2, 3, 4, 5]
    assert answer["head"] == 5


@pytest.mark.parametrize("step", [0, -3_600_000_000, 1, 5_000_000])
def test_recorded_at_rises_whatever_the_clock_does(ledger: Ledger, clock: Clock, step: int) -> None:
    ledger.record(batch(OPENED))
    for number in range(5):
        clock.now += step
        ledger.record(batch(party(f"p{number}"), party(f"q{number}")))
    found = rows(ledger)
    one_each = [row["recorded_at"] for row in found[:1] + found[1::2]]
    assert all(early < late for early, late in pairwise(one_each))
    assert all(
        a["recorded_at"] == b["recorded_at"] for a, b in zip(found[1::2], found[2::2], strict=True)
    )
    if step > 0:
        assert one_each[-1] == clock.now
    else:
        assert one_each == [NOON + number for number in range(6)]


def test_time_goes_on_where_it_stood_after_a_restart(tmp_path: Path, clock: Clock) -> None:
    first = Ledger(tmp_path / "log.db", clock=clock)
    first.record(batch(OPENED))
    first.close()
    clock.now -= 1_000_000
    second = Ledger(tmp_path / "log.db", clock=clock)
    answer = second.record(batch(party("a")))
    assert answer["recorded"][0]["seq"] == 2
    assert answer["recorded"][0]["recorded_at"] == to_rfc3339(NOON + 1)
    second.close()


# Hashes, computed again by other means.


def test_canonical_json_is_that_of_rfc_8785() -> None:
    every = [chr(each) for each in [*range(0x300), 0x2028, 0x2029, 0xFEFF, 0xFFFF, 0x1F600]]
    value = {"b": "".join(every), "a": [2**53 - 1, True, None, {"Z": "/", "_": {}, "a-b": []}]}

    assert canonical_json(value) == rfc8785.dumps(value)


def _leaf(row: Any) -> bytes:
    """The leaf bytes of the contract, by the rfc8785 package and nothing of ours."""
    return rfc8785.dumps(
        {
            "id": row["id"],
            "negotiation": row["negotiation"],
            "payload_hash": sha256(row["salt"] + row["state"]).hexdigest(),
            "recorded_at": to_rfc3339(row["recorded_at"]),
            "recorded_by": row["recorded_by"],
            "seq": row["seq"],
            "type": row["type"],
        }
    )


def _mth(leaves: list[bytes]) -> bytes:
    """The Merkle tree hash as RFC 6962, section 2.1, writes it."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + _mth(leaves[:k]) + _mth(leaves[k:])).digest()


def test_leaves_and_root_can_be_computed_again(ledger: Ledger) -> None:
    answers = [ledger.record(batch(OPENED, party("a", names={"ru": "Имя", "zh": "名"})))]
    answers += [ledger.record(batch(party(f"p{n}"), recorded_by="clerk")) for n in range(9)]
    found = rows(ledger)
    leaves = [_leaf(row) for row in found]
    hashes = [sha256(b"\x00" + leaf).digest() for leaf in leaves]
    assert [row["leaf_hash"] for row in found] == hashes
    told = [each["leaf_hash"] for answer in answers for each in answer["recorded"]]
    assert told == [each.hex() for each in hashes]
    for answer in answers:
        assert answer["root_hash"] == _mth(leaves[: answer["head"]]).hex()


def test_the_payload_is_kept_as_canonical_json_without_server_fields(ledger: Ledger) -> None:
    event = party("a", id="00000000-0000-0000-0000-000000000001", names={"de": "ß"})
    ledger.record(batch(OPENED, event))
    state = rows(ledger)[1]["state"]
    wanted = {name: value for name, value in event.items() if name != "id"}
    assert state == rfc8785.dumps(wanted)


def test_salts_are_32_bytes_and_never_the_same(ledger: Ledger) -> None:
    ledger.record(batch(OPENED, *(party(f"p{n}") for n in range(20))))
    salts = {row["salt"] for row in rows(ledger)}
    assert len(salts) == 21
    assert {len(salt) for salt in salts} == {32}


@pytest.mark.parametrize("size", range(41))
def test_the_frontier_yields_the_root_of_the_plain_tree(size: int) -> None:
    leaves = [f"leaf {number}".encode() for number in range(size)]
    tree = Frontier()
    for leaf in leaves:
        tree, _ = Frontier.from_bytes(tree.size, tree.to_bytes()).with_leaves([leaf_hash(leaf)])
    assert (tree.size, tree.root) == (size, _mth(leaves))


# Never changed, durable, one writer.


CHANGES = [
    "UPDATE event SET state = x'7b7d' WHERE seq = 1",
    "UPDATE event SET recorded_at = 0",
    "DELETE FROM event WHERE seq = 1",
    "DELETE FROM event",
]


@pytest.mark.parametrize("statement", CHANGES)
def test_the_database_refuses_to_change_the_log(
    ledger: Ledger, tmp_path: Path, statement: str
) -> None:
    ledger.record(batch(OPENED))
    stranger = sqlite3.connect(tmp_path / "log.db")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        stranger.execute(statement)
    stranger.close()
    assert len(rows(ledger)) == 1


def test_every_connection_is_durable(ledger: Ledger) -> None:
    wanted = {"synchronous": 2, "journal_mode": "wal", "foreign_keys": 1}
    with ledger.open_snapshot() as reader, ledger.take_writer() as writer:
        for cursor in (writer, reader):
            for pragma, value in wanted.items():
                cursor.execute(f"PRAGMA {pragma}")
                assert cursor.fetchone()[0] == value


def test_what_was_answered_is_seen_by_a_stranger_at_once(ledger: Ledger, tmp_path: Path) -> None:
    stranger = sqlite3.connect(tmp_path / "log.db")
    for number in range(1, 6):
        ledger.record(batch(OPENED if number == 1 else party(f"p{number}")))
        assert stranger.execute("SELECT count(*) FROM event").fetchone() == (number,)
    stranger.close()


def test_a_second_ledger_on_the_file_is_refused(ledger: Ledger, tmp_path: Path) -> None:
    with pytest.raises(BusyError) as refused:
        Ledger(tmp_path / "log.db")
    assert refused.value.hint
    ledger.record(batch(OPENED))


def test_closing_twice_is_harmless(ledger: Ledger, tmp_path: Path) -> None:
    ledger.close()
    with (tmp_path / "other").open("w") as other:
        ledger.close()
        other.write("still mine")
    assert (tmp_path / "other").read_text() == "still mine"
    Ledger(tmp_path / "log.db").close()


def test_closing_waits_for_who_is_reading(ledger: Ledger) -> None:
    slow = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)"
        " SELECT count(*) FROM n"
    )
    told: list[str] = []
    begun = threading.Event()

    def read() -> None:
        with ledger.open_snapshot() as reader:
            begun.set()
            reader.execute(slow)
            told.append(f"read {reader.fetchone()[0]}")

    reading = threading.Thread(target=read)
    reading.start()
    begun.wait()
    ledger.close()
    told.append("closed")
    reading.join()
    assert told == ["read 1000000", "closed"]


def test_a_second_process_on_the_file_is_refused(ledger: Ledger, tmp_path: Path) -> None:
    script = "import sys; from ledger.writer import Ledger; Ledger(sys.argv[1]).close()"
    command = [sys.executable, "-c", script, str(tmp_path / "log.db")]
    refused = subprocess.run(command, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert "BusyError" in refused.stderr
    ledger.close()
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


# Batches beside each other.


def test_a_refused_submission_does_not_sink_its_neighbours(ledger: Ledger) -> None:
    ledger.record(batch(OPENED, party("x", id="00000000-0000-0000-0000-000000000001")))
    bad = [
        (batch(party("y"), party("x")), InvalidEventError),
        (batch(party("z", id="00000000-0000-0000-0000-000000000001")), ReusedIdError),
        (batch(party("w"), if_match=1), MovedOnError),
        (batch(party("v"), negotiation="nowhere"), UnknownNegotiationError),
    ]
    waiting: list[tuple[Future[dict[str, Any]], type[Exception] | None]] = []
    for number in range(300):
        waiting.append((ledger.submit(batch(party(f"a{number}"), party(f"b{number}"))), None))
        submission, error = bad[number % len(bad)]
        waiting.append((ledger.submit(submission), error))
    seqs = []
    for future, error in waiting:
        if error:
            with pytest.raises(error):
                future.result(timeout=30)
        else:
            seqs += [each["seq"] for each in future.result(timeout=30)["recorded"]]
    assert seqs == list(range(3, 603))
    assert [row["seq"] for row in rows(ledger)] == list(range(1, 603))
    assert not rows(ledger, "SELECT 1 FROM introduction WHERE slug IN ('y', 'z', 'w', 'v')")
    leaves = [_leaf(row) for row in rows(ledger)]
    assert waiting[-2][0].result()["root_hash"] == _mth(leaves).hex()


def test_a_refused_submission_in_a_group_leaves_nothing(tmp_path: Path) -> None:
    is_recording, may_record = threading.Event(), threading.Event()

    def wait_for_group() -> int:
        is_recording.set()
        may_record.wait(30)
        return NOON

    ledger = Ledger(tmp_path / "log.db", clock=wait_for_group)
    queued = [ledger.submit(batch(OPENED))]
    assert is_recording.wait(30)  # the rest becomes one group
    refused_batch = batch(party("c"), party("a"), idempotency_key="bad")
    queued += [
        ledger.submit(batch(party("a"), party("b"), idempotency_key="good")),
        ledger.submit(refused_batch),
        ledger.submit(batch(party("c"))),
    ]
    may_record.set()
    for index, future in enumerate(queued):
        assert isinstance(future.exception(30), InvalidEventError) == (index == 2)
    assert [row["seq"] for row in rows(ledger)] == [1, 2, 3, 4]
    assert [tuple(row) for row in rows(ledger, "SELECT key FROM idempotency")] == [("good",)]
    slugs = rows(ledger, "SELECT slug FROM introduction WHERE kind = 'party' ORDER BY slug")
    assert [row[0] for row in slugs] == ["a", "b", "c"]
    with pytest.raises(InvalidEventError):  # its key was not spent: it is checked again
        ledger.record(refused_batch)
    ledger.close()


# Signing.


@pytest.mark.parametrize("place", ["inside", "outside"])
def test_a_failed_signing_is_retried_and_harms_no_append(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setattr(writer, "SIGN_INTERVAL", 0.3)
    outside = tmp_path / "outside"
    outside.mkdir()
    signer = CheckpointSigner(tmp_path / "log.key", outside / "checkpoint.txt")
    ledger = Ledger(tmp_path / "log.db", checkpoints=signer)
    sign, attempts = LogKey.sign_checkpoint, list[float]()

    def attempt(key: LogKey, size: int, root: bytes) -> str:
        attempts.append(time.monotonic())
        if place == "inside":
            raise OSError("no entropy")
        return sign(key, size, root)

    monkeypatch.setattr(LogKey, "sign_checkpoint", attempt)
    if place == "outside":
        shutil.rmtree(outside)
    ledger.record(batch(OPENED))
    wait_until(lambda: bool(attempts))
    ledger.record(batch(party("a")))  # was answered 503: a transaction was left open
    assert len(rows(ledger)) == 2
    wait_until(lambda: len(attempts) > 1)  # nothing more is recorded, and it is tried again
    assert attempts[1] - attempts[0] > 0.25
    monkeypatch.setattr(LogKey, "sign_checkpoint", sign)
    outside.mkdir(exist_ok=True)
    wait_until(lambda: _signed_size(signer) == 2)
    ledger.close()
    Ledger(tmp_path / "log.db", checkpoints=signer).close()


def _signed_size(signer: CheckpointSigner) -> int:
    if not signer.external_file.is_file():
        return 0
    return signer.key.verifier.open_note(signer.external_file.read_text()).size


def test_one_commit_takes_many_submissions(ledger: Ledger) -> None:
    ledger.record(batch(OPENED))
    began = time.monotonic()
    waiting = [ledger.submit(batch(party(f"p{number}"))) for number in range(1000)]
    assert [each.result(30)["head"] for each in waiting] == list(range(2, 1002))
    assert time.monotonic() - began < 20


def test_of_two_with_the_same_if_match_one_wins(ledger: Ledger) -> None:
    ledger.record(batch(OPENED))
    waiting = [ledger.submit(batch(party(f"p{number}"), if_match=1)) for number in range(10)]
    errors = [each.exception(30) for each in waiting]
    assert [type(error) for error in errors] == [type(None)] + [MovedOnError] * 9


def test_the_same_event_sent_many_times_is_recorded_once(ledger: Ledger) -> None:
    ledger.record(batch(OPENED))
    event = party("a", id="00000000-0000-0000-0000-000000000001")
    answers = [each.result(30) for each in [ledger.submit(batch(event)) for _ in range(10)]]
    assert sum(len(answer["recorded"]) for answer in answers) == 1
    assert sum(len(answer["duplicates"]) for answer in answers) == 9
    assert len(rows(ledger)) == 2


def test_a_failing_read_model_loses_nothing_and_says_so(tmp_path: Path) -> None:
    class Broken:
        def start(self, c: Any) -> None: ...

        def apply(self, c: Any, entries: Any) -> None:
            raise RuntimeError("broken")

        def follow(self, c: Any) -> None: ...

    ledger = Ledger(tmp_path / "log.db", read_model=Broken())
    with pytest.raises(RuntimeError):
        ledger.record(batch(OPENED))
    assert rows(ledger) == []
    assert rows(ledger, "SELECT size FROM head")[0][0] == 0
    ledger.close()


@pytest.mark.parametrize(("there", "size"), [(None, 8192), (4096, 4096)])
def test_a_new_file_has_large_pages_and_an_older_one_keeps_its_own(
    tmp_path: Path, there: int | None, size: int
) -> None:
    file = tmp_path / "talks.db"
    if there:
        older = sqlite3.connect(file)
        older.executescript(f"PRAGMA page_size = {there}; PRAGMA journal_mode = WAL")
        older.close()
    made = Ledger(file)
    made.record(batch(OPENED))
    made.close()
    (found,) = sqlite3.connect(file).execute("PRAGMA page_size").fetchone()

    assert found == size


def test_a_connection_compiles_each_statement_once(tmp_path: Path) -> None:
    compiled = []

    def note(*action: object) -> int:  # asked while a statement is compiled
        compiled.append(action)
        return sqlite3.SQLITE_OK

    with World(tmp_path) as world, world.ledger.take_writer() as c:
        c.sqlite_cursor.connection.set_authorizer(note)  # type: ignore[attr-defined]  # of SQLite
        statements = [f"SELECT size + {n} FROM head" for n in range(100)]  # noqa: S608  # numbers
        for statement in statements:
            c.execute(statement)
        assert compiled
        compiled.clear()
        for statement in statements:
            c.execute(statement)

        assert compiled == []


def test_a_connection_to_a_server_keeps_what_it_prepared(tmp_path: Path, postgres_url: str) -> None:
    statements = [f"SELECT size + {n} FROM head" for n in range(150)]  # noqa: S608  # numbers
    with World(tmp_path, server=postgres_url) as world, world.ledger.take_writer() as c:
        for _ in range(6):  # as often as makes the library prepare one
            for statement in statements:
                c.execute(statement)
        c.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT size + %'"
        )

        assert c.fetchall()[0][0] == len(statements)


def test_how_words_are_found_is_planned_anew(tmp_path: Path, postgres_url: str) -> None:
    find = "SELECT version FROM word WHERE words @@ CAST(:match AS tsquery)"
    with World(tmp_path, server=postgres_url) as world, world.ledger.take_writer() as c:
        for _ in range(6):
            c.execute(find, {"match": "rare"})
        c.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%@@%'")

        assert c.fetchall()[0][0] == 0
