"""A log that proves itself: checkpoints, proofs, verifying, erasure, putting back."""

from __future__ import annotations

import base64
import shutil
import sqlite3
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.cli import backup, log_keys, maintenance, restore
from api.cli.verify import VerifyResult, ignore_progress, verify_ledger
from api.settings import Settings
from domain.errors import (
    ForkedLogError,
    InvalidEventError,
    InvalidNoteError,
    NotFoundError,
    TamperedError,
)
from ledger.proofs import merkle
from ledger.proofs.signed_note import Checkpoint, Verifier
from ledger.read_only import ReadOnlyLedger
from projections import full_text
from tests import exporting
from tests.facts import event_id
from tests.test_resolution import AT, LATER, LATEST, OPENING, STANCE, disputed, report
from tests.world import KEY, World

pytestmark = pytest.mark.usefixtures("in_any_year")

NAME = "Zebedee Quillfeather"
PERSON: dict[str, Any] = {
    "id": event_id(50),
    "type": "statement-made",
    "statement": "s",
    "speaker": "us",
    "summary": f"{NAME} said so.",
    "occurred": "2025-12-20",
    "reports": report("Gazette"),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a ledger of a few batches, with corrections, a key and an Idempotency-Key."""
    monkeypatch.setattr(full_text, "BLOCK_SIZE", 2)
    with World(tmp_path) as world:
        world.record(AT, [*OPENING, STANCE, PERSON])
        world.record(
            LATER, [disputed(summary="No."), {**STANCE, "id": event_id(2), "stance": "rejects"}]
        )
        world.set_clock(LATEST)
        world.post(
            {**STANCE, "id": event_id(3), "summary": "Perhaps."}, headers={"Idempotency-Key": "k"}
        )
        world.record("2025-12-23T12:00:00Z", [{"type": "record-voided", "event": event_id(2)}])
    return tmp_path


def settings(folder: Path, name: str = "world.db") -> Settings:
    return Settings(db=folder / name, log_key=Path(KEY))


def verify_folder(folder: Path, name: str = "world.db") -> VerifyResult:
    return verify_ledger(settings(folder, name), ignore_progress)


@pytest.fixture
def served(folder: Path) -> Iterator[World]:
    with World(folder) as world:
        yield world


# Proofs over HTTP.


def audit(world: World, path: str, **params: Any) -> Any:
    answer = world.client.get(f"/v1/audit/{path}", params=params)
    assert answer.status_code == 200, answer.text
    return answer


def test_a_checkpoint_is_signed_for_the_whole_log(served: World) -> None:
    verifier = Verifier.parse(audit(served, "key").text)
    signed = verifier.open_note(audit(served, "checkpoint").text)

    proof = audit(served, "proofs/inclusion", seq=1).json()
    assert (signed.size, signed.root.hex()) == (proof["size"], proof["root_hash"])


def test_every_leaf_is_proven_to_be_in_the_signed_tree(served: World) -> None:
    size = Checkpoint.parse(audit(served, "checkpoint").text).size
    for seq in range(1, size + 1):
        leaf = merkle.leaf_hash(audit(served, f"leaves/{seq}").content)
        proof = audit(served, "proofs/inclusion", seq=seq, size=size).json()
        path = [bytes.fromhex(each) for each in proof["path"]]
        assert proof["leaf_hash"] == leaf.hex()
        assert merkle.root_from_inclusion(leaf, seq - 1, size, path).hex() == proof["root_hash"]


@pytest.mark.parametrize(
    "path", ["inclusion?seq=999", "inclusion.tlog-proof?seq=999", "consistency?from=1&to=999"]
)
def test_a_proof_of_what_is_not_there_is_refused_as_described(served: World, path: str) -> None:
    answer = served.client.get(f"/v1/audit/proofs/{path}")
    described = served.client.get("/openapi.json").json()["paths"]
    route = described[f"/v1/audit/proofs/{path.partition('?')[0]}"]["get"]

    assert answer.json()["type"] == "/problems/no-proof"
    assert str(answer.status_code) in route["responses"]


def test_a_proof_file_holds_index_path_and_checkpoint(served: World) -> None:
    head, _, note = audit(served, "proofs/inclusion.tlog-proof", seq=3).text.partition("\n\n")
    version, index, *path = head.split("\n")
    signed = Verifier.parse(audit(served, "key").text).open_note(note)
    leaf = merkle.leaf_hash(audit(served, "leaves/3").content)

    assert (version, index) == ("c2sp.org/tlog-proof@v1", "index 2")
    hashes = [base64.b64decode(each) for each in path]
    assert merkle.root_from_inclusion(leaf, 2, signed.size, hashes) == signed.root


def test_earlier_trees_are_proven_to_begin_the_later(served: World) -> None:
    proof = audit(served, "proofs/consistency", **{"from": 3, "to": 7}).json()
    roots = [bytes.fromhex(proof[name]) for name in ("from_root", "to_root")]

    merkle.check_consistency(3, 7, *roots, [bytes.fromhex(each) for each in proof["path"]])


def test_entry_bundles_hold_the_leaves_of_their_tile(served: World) -> None:
    size = Checkpoint.parse(audit(served, "checkpoint").text).size
    bundle = audit(served, f"tile/entries/000.p/{size}").content
    hashes = audit(served, f"tile/0/000.p/{size}").content
    for at in range(size):
        (length,) = struct.unpack(">H", bundle[:2])
        leaf, bundle = bundle[2 : 2 + length], bundle[2 + length :]
        assert merkle.leaf_hash(leaf) == hashes[32 * at : 32 * at + 32]
    assert bundle == b""


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("proofs/inclusion?seq=99", 404),
        ("proofs/inclusion?seq=3&size=2", 404),
        ("proofs/inclusion?seq=3&size=999", 404),
        ("proofs/inclusion?seq=0", 422),
        ("proofs/consistency?from=5&to=3", 404),
        ("proofs/consistency?from=-1", 422),
        ("leaves/99", 404),
        ("tile/0/001", 404),
        ("tile/0/1", 404),
        ("tile/00/000.p/1", 404),
        ("tile/0/000.p/256", 404),
        ("tile/entries/000.p/0", 404),
    ],
)
def test_what_cannot_be_proven_is_a_problem(served: World, path: str, status: int) -> None:
    answer = served.client.get(f"/v1/audit/{path}")

    assert answer.status_code == status
    assert answer.json()["detail"]


# Verifying.


def test_an_untouched_ledger_differs_nowhere(folder: Path) -> None:
    verdict = verify_folder(folder)

    assert verdict.faults == []
    assert verdict.signed == verdict.events == 10


def faults_after_edits(folder: Path, *statements: str) -> list[str]:
    """Change the database file past its triggers; return the faults that are found."""
    connection = sqlite3.connect(folder / "world.db", isolation_level=None)
    triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    held = triggers.fetchall()
    for name, _ in held:
        connection.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        assert connection.execute(statement).rowcount != 0, statement
    for _, sql in held:
        connection.execute(sql)
    connection.close()
    return [str(fault) for fault in verify_folder(folder).faults]


EDITS = {
    "a payload": "UPDATE event SET state = CAST(replace(CAST(state AS TEXT), 'Yes', 'Yea') AS BLOB)"
    " WHERE seq = 5",
    "a salt": "UPDATE event SET salt = randomblob(32) WHERE seq = 5",
    "an author": "UPDATE event SET recorded_by = 'nobody' WHERE seq = 5",
    "a time": "UPDATE event SET recorded_at = recorded_at + 1 WHERE seq = 5",
    "a type of value": "UPDATE event SET state = 5 WHERE seq = 5",
    "a leaf": "UPDATE event SET leaf_hash = randomblob(32) WHERE seq = 5",
    "a node": "UPDATE node SET hash = randomblob(32) WHERE level = 1 AND idx = 2",
    "a missing node": "DELETE FROM node WHERE level = 1 AND idx = 2",
    "a topic": "UPDATE event SET topic = 'minutebook.x.v1' WHERE seq = 5",
    "a number": "UPDATE event SET originator_version = 500 WHERE seq = 5",
    "an event before the first": "INSERT INTO event SELECT 0, originator_id, 99, topic, state, 'x',"
    " negotiation, type, recorded_at, recorded_by, salt, leaf_hash, NULL FROM event WHERE seq = 5",
    "a deletion": "DELETE FROM event WHERE seq = 5",
    "a truncation": "DELETE FROM event WHERE seq = 10",
    "the head": "UPDATE head SET size = size + 1",
    "the chain of answers": "UPDATE idempotency SET answer = '{}'",
    "a lost answer": "DELETE FROM idempotency",
    "a zone": "UPDATE negotiation SET zone = 'Europe/Kyiv'",
    "a lost slug": "DELETE FROM introduction WHERE kind = 'party'",
    "another first event": "UPDATE introduction SET event_id = 'x' WHERE kind = 'party'",
    "a false slug": "INSERT INTO introduction VALUES ('talks', 'party', 'mars', 'x')",
    "a checkpoint": "UPDATE checkpoint SET note = replace(note, '1', '2')",
    "a lost checkpoint": "DELETE FROM checkpoint WHERE size = (SELECT min(size) FROM checkpoint)",
    "a stance in the index": "UPDATE version SET body = replace(body, 'rejects', 'accepts')",
    "an opened embargo": "UPDATE version SET audiences = 4 WHERE seq = 5",
    "a placement": "UPDATE placement SET recorded_to = recorded_from WHERE id = 1",
    "a lost placement": "DELETE FROM placement WHERE id = 1",
    "a lost mention": "DELETE FROM mention WHERE version = 9",
    "a lost word": "DELETE FROM word_data WHERE id > 10",
    "a lost trigger": "DROP TABLE link",
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_is_found(folder: Path, name: str) -> None:
    assert faults_after_edits(folder, EDITS[name]) != []


def test_the_first_seq_and_field_that_differ_are_named(folder: Path) -> None:
    first, *_ = faults_after_edits(folder, EDITS["a payload"])

    assert first.startswith("seq 5, leaf_hash")


def test_two_swapped_events_are_found(folder: Path) -> None:
    swap = "UPDATE event SET seq = CASE seq WHEN 5 THEN -6 ELSE -5 END WHERE seq IN (5, 6)"
    assert faults_after_edits(folder, swap, "UPDATE event SET seq = -seq WHERE seq < 0") != []


def put_back(folder: Path) -> None:
    """Put the whole database back to what it was before its last event."""
    shutil.copy(folder / "world.db", folder / "old.db")
    with World(folder) as world:
        world.record("2025-12-24T12:00:00Z", [{**STANCE, "id": event_id(9)}])
    for rest in ("world.db-wal", "world.db-shm"):
        (folder / rest).unlink(missing_ok=True)
    shutil.copy(folder / "old.db", folder / "world.db")


def test_a_database_put_back_is_refused_at_the_start_and_found_by_verify(folder: Path) -> None:
    put_back(folder)

    assert "the checkpoint covers 11 events" in str(verify_folder(folder).faults[0])
    with pytest.raises(ForkedLogError, match="11"):
        World(folder)


def test_without_the_checkpoint_outside_a_database_is_not_opened(folder: Path) -> None:
    put_back(folder)
    (folder / "world.db.checkpoint").unlink()

    faults = [str(fault) for fault in verify_folder(folder).faults]
    assert len(faults) == 1
    assert "external checkpoint: there is none" in faults[0]
    with pytest.raises(TamperedError, match="vouches for its 10 events"):
        World(folder)


@pytest.mark.parametrize("damaged", [b"", b"\xff\xfe\0", bytes(200)])
def test_a_damaged_checkpoint_outside_is_named_and_a_database_not_opened(
    folder: Path, damaged: bytes
) -> None:
    put_back(folder)
    (folder / "world.db.checkpoint").write_bytes(damaged)

    faults = [str(fault) for fault in verify_folder(folder).faults]
    assert len(faults) == 1
    assert "external checkpoint" in faults[0]
    with pytest.raises(InvalidNoteError, match=r"world\.db\.checkpoint is not of this log"):
        World(folder)


def test_another_key_is_not_trusted(folder: Path) -> None:
    other = log_keys.make_log_key(folder / "other.key", "minutebook.invalid/other")
    verdict = verify_ledger(settings(folder), ignore_progress, key=Verifier.parse(other))

    assert "is not signed by minutebook.invalid/other" in str(verdict.faults[0])


# Erasure by law.


def test_an_erased_payload_is_nowhere_and_every_proof_still_holds(folder: Path) -> None:
    before = verify_folder(folder)
    maintenance.erase_payload(settings(folder), event_id(50), "Article 17 request")
    after = verify_folder(folder)

    for file in folder.iterdir():
        assert NAME.encode() not in file.read_bytes(), file
        assert b"zebedee" not in file.read_bytes(), file
    assert after.faults == []
    assert after.events == before.events + 1


def test_a_stub_stands_where_a_payload_was_erased(folder: Path) -> None:
    maintenance.erase_payload(settings(folder), event_id(50), "Article 17 request")
    with World(folder, "http") as world:
        (stub,) = world.read_state(audience="staff")["erased"]
        assert (stub["event"], stub["type"], stub["erased"]) == (
            event_id(50),
            "statement-made",
            True,
        )
        event = world.get(f"/events/{event_id(50)}", audience="staff").json()["data"]
        assert event["standing"] == "erased"
        listed = world.get("/events", type="payload-erased", audience="staff")
        told = listed.json()["data"][0]
        assert (told["event"], told["reason"]) == (event_id(50), "Article 17 request")
        assert world.get("/search", q="zebedee", audience="staff").json()["data"] == []
        again = world.post(PERSON)
        assert again.json()["duplicates"] == [event_id(50)]
        correction = {
            "type": "record-corrected",
            "event": event_id(50),
            "changes": {"summary": "No."},
        }
        assert "erased" in world.post(correction).json()["detail"]


def test_nothing_is_erased_twice_or_that_is_not_there(folder: Path) -> None:
    maintenance.erase_payload(settings(folder), event_id(50), "Article 17 request")
    for event in (event_id(50), event_id(777)):
        with pytest.raises(NotFoundError):
            maintenance.erase_payload(settings(folder), event, "again")


# Backup and restore.


def test_a_backup_is_put_back_after_it_was_verified(folder: Path) -> None:
    backup.backup_ledger(settings(folder), folder / "copy.db")
    restore.restore_backup(settings(folder, "new.db"), [folder / "copy.db"])

    assert verify_folder(folder, "new.db").root_hash == verify_folder(folder).root_hash


def test_an_edited_backup_is_not_put_in_place(folder: Path) -> None:
    backup.backup_ledger(settings(folder), folder / "copy.db")
    connection = sqlite3.connect(folder / "copy.db")
    connection.execute("UPDATE version SET body = replace(body, 'rejects', 'accepts')")
    connection.commit()
    connection.close()

    with pytest.raises(TamperedError, match="version"):
        restore.restore_backup(settings(folder, "new.db"), [folder / "copy.db"])
    assert not (folder / "new.db").exists()


def export_lines(folder: Path, negotiation: str) -> Path:
    ledger = ReadOnlyLedger(folder / "world.db")
    file = folder / f"{negotiation}.jsonl"
    exporting.write_lines(ledger, negotiation, file)
    ledger.close()
    return file


def test_exports_of_all_negotiations_make_the_same_tree_again(folder: Path) -> None:
    with World(folder) as world:
        world.name = "other"
        world.record("2025-12-24T12:00:00Z", [{"type": "negotiation-opened", "title": "Other"}])
        world.name = "talks"
        world.record("2025-12-25T12:00:00Z", [{**STANCE, "id": event_id(9)}])
    maintenance.erase_payload(settings(folder), event_id(50), "Article 17 request")
    files = [export_lines(folder, name) for name in ("talks", "other")]

    restore.restore_exports(settings(folder, "new.db"), files)
    restored = verify_folder(folder, "new.db")
    assert (restored.root_hash, restored.faults) == (verify_folder(folder).root_hash, [])


def test_exports_that_overlap_are_told_by_file_and_seq(folder: Path) -> None:
    file = export_lines(folder, "talks")
    again, part = folder / "again.jsonl", folder / "part.jsonl"
    again.write_bytes(file.read_bytes())
    part.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[3:5]))

    for other, seq, line in ((again, 1, 1), (part, 4, 1), (file, 1, 1)):
        with pytest.raises(InvalidEventError) as caught:
            restore.restore_exports(settings(folder, "new.db"), [file, other])

        told = f"seq {seq} occurs twice: {file}, line {seq}; {other}, line {line}"
        assert caught.value.detail == told
        assert not (folder / "new.db").exists()
