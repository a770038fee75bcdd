"""Another key for a log: rotated, lost or stolen, cut short anywhere, and what verifiers say."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any
from unittest import mock

import pytest

from api.cli import backup, maintenance, restore
from api.cli.connection import LedgerOptions, open_client
from api.cli.log_keys import replace_key
from api.cli.recover import keep_database
from api.cli.verify import verify_ledger
from api.settings import Settings
from api.wiring import open_configured_ledger
from domain import acceptance
from domain.errors import (
    BusyError,
    ForkedLogError,
    InvalidNoteError,
    InvalidQuestionError,
    MinutebookError,
    NotFoundError,
    TamperedError,
)
from ledger.database import transaction
from ledger.key_change import KeyChanger, KeyReplacement
from ledger.proofs import verify_bundle
from ledger.proofs.checkpoints import CheckpointSigner
from ledger.proofs.cosignature import cosign_note, witness_verifier
from ledger.proofs.key_chain import KeyChain, read_key_chain
from ledger.proofs.key_files import create_key, load_key, load_verifier
from ledger.proofs.signed_note import LogKey, Verifier
from ledger.proofs.stored_cosignatures import find_cosigned_size, keep_cosignature
from ledger.read_only import ReadOnlyLedger
from ledger.submission import Submission
from ledger.writer import Ledger
from projections.index.rebuild import IndexFollower
from tests.command_line import run_command
from tests.facts import report
from tests.serving import wait_until
from tests.test_documents import write_zip
from tests.test_witnesses import RunningWitness, run_verifier

WITNESS = LogKey("witness.example/one", bytes([5] * 32))
LATE = LogKey("witness.example/late", bytes([6] * 32))
STOLEN_ON = "2026-03-01T00:00:00Z"
BEFORE, AFTER = 1_772_000_000, 1_773_000_000
"""In seconds since 1970: 25 February and 8 March 2026."""
ROTATED = KeyReplacement("rotated", "the yearly change")


def record(ledger: Ledger, slug: str) -> None:
    """Record a party, or the opening."""
    event: dict[str, object] = {"type": "negotiation-opened", "title": "Talks"}
    if slug != "opening":
        reports = [report("2026-03-01")]
        event = {"type": "party-registered", "party": slug, "name": slug, "reports": reports}
    ledger.record(Submission("talks", [acceptance.parse_event(event)]))


@dataclass(frozen=True)
class KeyedLog:
    """A ledger whose key is in a file, opened and closed for each thing that is done."""

    settings: Settings

    def record(self, slug: str) -> None:
        with closing(open_configured_ledger(self.settings)) as ledger:
            record(ledger, slug)

    def replace(self, why: Any, **fields: Any) -> dict[str, Any]:
        _, told = replace_key(self.settings, KeyReplacement(why, "a reason", **fields))
        return told

    def fetch(self, address: str) -> bytes:
        variables = {"MINUTEBOOK_LOG_KEY": str(self.settings.key_path)}
        with (
            mock.patch.dict(os.environ, variables),
            open_client(LedgerOptions(db=str(self.settings.db))) as client,
            client.stream(address) as chunks,
        ):
            return b"".join(chunks)

    def write(self, name: str, address: str) -> Path:
        file = self.file(name)
        file.write_bytes(self.fetch(address))
        return file

    def receipt(self, name: str) -> Path:
        return self.write(name, "/v1/negotiations/talks/receipt?audience=staff")

    def bundle(self, name: str) -> Path:
        return self.write(name, "/v1/negotiations/talks/export?format=bundle")

    def keys(self) -> Path:
        return self.write("keys.json", "/v1/audit/keys")

    def file(self, name: str) -> Path:
        return self.settings.checkpoint_path.parent / name

    def cosign(self, key: LogKey, at: int) -> None:
        """Keep a cosignature of the newest checkpoint, as a witness would have made it then."""
        ledger = Ledger(self.settings.db)
        with closing(ledger), ledger.take_writer() as c, transaction(c):
            c.execute("SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1")
            size, note = c.fetchone()
            keep_cosignature(c, size, witness_verifier(key), cosign_note(key, note, at))

    @property
    def key(self) -> Verifier:
        return load_verifier(self.settings.key_path)

    @property
    def checkpoint(self) -> str:
        return self.settings.checkpoint_path.read_text()

    def faults(self, key: Verifier | None = None) -> list[str]:
        return [str(fault) for fault in verify_ledger(self.settings, key=key).faults]


@pytest.fixture
def log(tmp_path: Path) -> KeyedLog:
    made = KeyedLog(Settings(db=tmp_path / "talks.db"))
    made.record("opening")
    return made


def check(file: Path, **trust: Any) -> list[str]:
    return verify_bundle.check_file(str(file), verify_bundle.Trust(**trust))


def refusal(file: Path, **trust: Any) -> str:
    with pytest.raises(verify_bundle.RefusedError) as caught:
        check(file, **trust)
    assert caught.value.args[1] == 1
    return str(caught.value.args[0])


# Rotation.


def test_the_first_checkpoint_is_signed_by_both_keys_and_later_ones_by_the_new_alone(
    log: KeyedLog,
) -> None:
    old = log.key
    told = log.replace("rotated")
    new, first = log.key, log.checkpoint
    log.record("a")

    assert told["key"] == new.to_text() != old.to_text()
    assert new.name == old.name
    assert old.open_note(first) == new.open_note(first)
    assert new.open_note(first).size == told["seq"] == 2
    assert (old.signed(log.checkpoint), new.signed(log.checkpoint)) == (False, True)
    assert log.faults() == log.faults(old) == []


def test_the_old_private_key_is_in_no_file_after_a_rotation_and_the_new_one_is_private(
    log: KeyedLog,
) -> None:
    old = load_key(log.settings.key_path)
    log.replace("rotated")
    folder = log.file("").resolve()

    assert [
        file.name for file in folder.iterdir() if old.to_text().encode() in file.read_bytes()
    ] == []
    assert log.settings.key_path.stat().st_mode & 0o777 == 0o600
    assert list(folder.glob("*.key.*")) == []


def test_a_verifier_that_trusts_the_first_key_accepts_what_later_ones_sign(log: KeyedLog) -> None:
    first = log.key.to_text()
    early = log.receipt("early.txt")
    log.replace("rotated")
    log.record("a")
    log.replace("rotated")
    log.record("b")
    newest = log.key
    files = log.receipt("receipt.txt"), log.bundle("bundle.zip")

    for file in files:
        held = run_verifier(file, "--key", first)
        assert (held.returncode, held.stderr) == (0, "")
        assert f"Proven by the key {newest.name}+{newest.id.hex()} (of the log" in held.stdout
        assert "The key that you gave is another one of the same log." in held.stdout
        option = "--receipt" if file.suffix == ".txt" else "--bundle"
        assert run_command("verify", option, file, "--key", first).returncode == 0
        assert refusal(file, key=create_key(log.file("x.key")).verifier.to_text())
    both = run_command("verify", "--receipt", early, "--bundle", files[1], "--key", first)
    assert both.returncode == 0, both.stderr
    assert "it signed this answer, and the answer computed anew" in both.stdout.splitlines()[0]


def test_a_receipt_from_before_a_rotation_holds_and_says_so(log: KeyedLog) -> None:
    old = log.key.to_text()
    early = log.receipt("early.txt")
    log.replace("rotated")
    log.record("a")
    keys, bundle = log.keys(), log.bundle("later.zip")

    for known in (keys, bundle):
        held = run_verifier(early, "--key", old, "--keys", str(known))
        assert (held.returncode, held.stderr) == (0, "")
        assert "was rotated on" in held.stdout
        told = run_command(
            "verify", "--receipt", early, "--keys", known, "--key", log.key.to_text()
        )
        assert told.returncode == 0, told.stderr


def test_a_checkpoint_that_a_retired_key_signs_after_its_span_is_refused_by_all(
    log: KeyedLog,
) -> None:
    retired = load_key(log.settings.key_path)
    log.replace("rotated")
    log.record("a")
    keys = log.keys()
    with closing(ReadOnlyLedger(log.settings.db)) as ledger, ledger.open_snapshot() as c:
        chain = read_key_chain(c, log.key)
        forged = retired.sign_checkpoint(3, chain.open_note(log.checkpoint).root)
        with pytest.raises(InvalidNoteError, match=r"3 events are .* was rotated .* more than 2"):
            chain.open_note(forged)
    history = verify_bundle.read_history(str(keys))
    with pytest.raises(verify_bundle.RefusedError, match=r"over 3 events .* signs no more than 2"):
        verify_bundle.open_in_span(forged, history, "the checkpoint")
    text = log.checkpoint.partition("\n\n")[0] + "\n"
    both = log.checkpoint + retired.sign_line(text)
    assert verify_bundle.open_in_span(both, history, "the checkpoint", log.key.to_text())[0] == 3
    with pytest.raises(verify_bundle.RefusedError, match=r"over 3 events .* signs no more than 2"):
        verify_bundle.open_in_span(both, history, "the checkpoint", retired.verifier.to_text())
    early = retired.sign_checkpoint(1, bytes(32))
    assert verify_bundle.open_in_span(early, history, "the checkpoint")[0] == 1

    with closing(sqlite3.connect(log.settings.db)) as c:
        c.execute("DROP TRIGGER checkpoint_is_never_changed")
        c.execute("UPDATE checkpoint SET note = ? WHERE size = 3", (forged,))
        c.commit()
    log.settings.checkpoint_path.write_text(forged)
    assert any("was rotated" in fault and "checkpoint 3" in fault for fault in log.faults())
    assert any("was rotated" in fault and "external" in fault for fault in log.faults())


def test_a_change_of_key_that_the_old_one_did_not_sign_is_refused(log: KeyedLog) -> None:
    thief, victim = LogKey(log.key.name, bytes([9] * 32)), log.key
    text = (
        f"minutebook-log-key-1\nlog-key-rotated\n{victim.to_text()}\n{thief.verifier.to_text()}\n"
    )
    payload = {
        "type": "log-key-rotated",
        "old_key": victim.to_text(),
        "new_key": thief.verifier.to_text(),
        "reason": "none",
        "statement": thief.sign_text(text),
    }
    leaf = {"negotiation": "~ledger", "type": "log-key-rotated", "seq": 2, "recorded_at": STOLEN_ON}
    with pytest.raises(verify_bundle.RefusedError, match="not signed by"):
        verify_bundle.read_spans(thief.verifier.to_text(), [(leaf, payload)])
    log.replace("rotated")
    with closing(sqlite3.connect(log.settings.db)) as c:
        c.execute("DROP TRIGGER event_is_never_changed")
        c.execute("UPDATE event SET state = ? WHERE seq = 2", (json.dumps(payload).encode(),))
        c.commit()
    assert any("seq 2 does not change the key of the log" in fault for fault in log.faults())
    with pytest.raises(TamperedError, match="does not change the key"):
        log.record("a")


def test_a_change_of_key_that_is_not_in_the_log_is_refused(log: KeyedLog) -> None:
    log.replace("rotated")
    log.record("a")

    def forge(event: dict[str, Any]) -> dict[str, Any]:
        """Give a change another time, which would be another date for what the old key signed."""
        leaf = json.loads(event["leaf"]) | {"recorded_at": "2020-01-01T00:00:00.000000Z"}
        return event | {"leaf": verify_bundle.canonical_json(leaf)}

    keys = json.loads(log.keys().read_text())
    log.file("keys.json").write_text(json.dumps(keys | {"events": [forge(*keys["events"])]}))
    with pytest.raises(verify_bundle.RefusedError, match="seq 2 is not in the log"):
        verify_bundle.read_history(str(log.file("keys.json")))

    *lines, proofs = log.receipt("r.txt").read_text().split("\n")[:5]
    shown = json.loads(proofs)
    shown["keys"] = [forge(*shown["keys"])]
    text = "\n".join([*lines, verify_bundle.canonical_json(shown), ""])
    log.file("r.txt").write_text(load_key(log.settings.key_path).sign_text(text))
    assert "seq 2 is not in the log" in refusal(log.file("r.txt"))

    with zipfile.ZipFile(log.bundle("b.zip")) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    key, line = members["key.txt"].decode().splitlines()
    forged = verify_bundle.canonical_json(forge(json.loads(line)))
    members["key.txt"] = f"{key}\n{forged}\n".encode()
    file = write_zip(log.file("forged.zip"), members, summed=True)
    assert "seq 2 of key.txt is not in the log" in refusal(file)


# Cut short.


CHANGING = ("key_change.py", "checkpoints.py", "key_files.py", "durable_files.py")


def copy_at_each_change(act: Callable[[], object], folder: Path, copies: Path) -> list[Path]:
    """Run an act and copy the files of a folder at each line of the code that changes a key where
    they differ from the last copy: what a kill at that line leaves."""
    seen, made = list[tuple[object, ...]](), list[Path]()

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        if not frame.f_code.co_filename.endswith(CHANGING):
            return None
        found = [(file, file.stat()) for file in sorted(folder.iterdir())]
        state = tuple((file.name, stat.st_size, stat.st_mtime_ns) for file, stat in found)
        if state not in seen:
            seen.append(state)
            made.append(Path(shutil.copytree(folder, copies / str(len(made)))))
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        act()
    finally:
        sys.settrace(before)
    return made


@pytest.mark.parametrize("why", ["rotated", "lost"])
def test_a_kill_at_any_line_leaves_a_ledger_that_starts_with_one_key(
    log: KeyedLog, tmp_path_factory: pytest.TempPathFactory, why: Any
) -> None:
    old, settings = log.key, log.settings
    replacement = KeyReplacement(why, "a reason", old_key=old if why == "lost" else None)
    if why == "lost":
        settings.key_path.unlink()

    def change() -> None:
        signer = CheckpointSigner(settings.key_path, settings.checkpoint_path)
        with closing(Ledger(settings.db)) as ledger, ledger.take_writer() as c:
            KeyChanger(signer, IndexFollower()).replace_key(c, replacement, now=ledger.clock())

    copies = copy_at_each_change(change, log.file("").resolve(), tmp_path_factory.mktemp("copies"))
    outcomes = []
    for place in copies:
        copy = KeyedLog(Settings(db=place / "talks.db"))
        try:
            copy.record("a")
        except NotFoundError:  # the key was lost before, and nothing is changed
            assert why == "lost"
            outcomes.append(False)
            continue
        outcomes.append(copy.key != old)
        assert outcomes[-1] or why == "rotated"
        assert copy.faults() == []
        assert (copy.faults(old) == []) == (why == "rotated")
    assert len(outcomes) > 8
    assert outcomes == sorted(outcomes), "once it is done it stays done"
    assert {*outcomes} == {False, True}


def test_a_rotation_whose_key_was_not_put_in_place_is_finished_at_the_next_start(
    log: KeyedLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = log.key
    with monkeypatch.context() as patch:
        patch.setattr("ledger.key_change.promote_draft", lambda *_: None)
        log.replace("rotated")
    assert log.key == old
    log.record("a")
    assert log.key != old
    assert log.faults(old) == []


def test_two_rotations_at_once_never_lose_the_key_that_the_log_names(log: KeyedLog) -> None:
    signer = CheckpointSigner(log.settings.key_path, log.settings.checkpoint_path)
    with closing(Ledger(log.settings.db)) as ledger, ledger.take_writer() as c:
        with pytest.raises(BusyError, match="open for recording"):
            log.replace("rotated")
        KeyChanger(signer, IndexFollower()).replace_key(c, ROTATED, now=ledger.clock())
        KeyChanger(signer, IndexFollower()).replace_key(c, ROTATED, now=ledger.clock())
    assert log.faults() == []


# Stolen.


def test_what_a_stolen_key_signed_is_worth_what_witnesses_cosigned_before(log: KeyedLog) -> None:
    witness, late = (witness_verifier(key).to_text() for key in (WITNESS, LATE))
    bare = log.receipt("bare.txt")
    log.cosign(WITNESS, BEFORE)
    log.cosign(LATE, AFTER)
    files = log.receipt("receipt.txt"), log.bundle("bundle.zip")
    old = log.key
    log.replace("stolen", since=1_772_323_200_000_000)
    keys, today = log.keys(), log.key.to_text()
    history = verify_bundle.read_history(str(keys), today)

    for file in (bare, *files):
        told = refusal(file, key=today, history=history)
        assert f"{old.id.hex()}, which was reported stolen since {STOLEN_ON}; nothing else" in told
        told = refusal(file, key=today, history=history, witnesses=[late], policy=1)
        assert "0 cosigned it before then" in told
    assert "nothing else vouches" in refusal(bare, history=history, witnesses=[witness], policy=1)
    for file in files:
        trust = {"key": today, "history": history, "witnesses": [witness, late]}
        first, *_ = check(file, **trust, policy=1)
        assert first.startswith(f"Proven by the checkpoint, cosigned before {STOLEN_ON} by witness")
        assert "1 cosigned it before then" in refusal(file, **trust, policy=2)
        option = "--receipt" if file.suffix == ".txt" else "--bundle"
        options = (option, file, "--key", today, "--keys", keys)
        assert run_command("verify", *options).returncode == 1
        assert run_command("verify", *options, "--witness", witness).returncode == 0
        script = run_verifier(file, "--key", today, "--keys", str(keys), "--witness", witness)
        assert (script.returncode, script.stderr) == (0, "")
        assert "was reported stolen since" in script.stdout
    answer = check(files[0], key=today, history=history, witnesses=[witness], policy=1)[0]
    assert "Only asserted, and by a key that was reported stolen" in answer


def test_a_receipt_that_a_thief_signs_over_a_cosigned_checkpoint_is_only_asserted(
    log: KeyedLog,
) -> None:
    log.record("a")
    log.cosign(WITNESS, BEFORE)
    thief = load_key(log.settings.key_path)
    form, address, _, answer, proofs = log.receipt("r.txt").read_text().split("\n")[:5]
    false = answer.replace('"name":"a"', '"name":"b"')
    assert false != answer
    digest = verify_bundle.sha(false.encode()).hex()
    forged = log.file("forged.txt")
    lines = (form, address, digest, false, proofs)
    forged.write_text(thief.sign_text("".join(f"{line}\n" for line in lines)))
    log.replace("stolen", since=1_772_323_200_000_000)
    log.record("b")
    keys, bundle = log.keys(), log.bundle("bundle.zip")
    history = verify_bundle.read_history(str(keys))
    witness = witness_verifier(WITNESS).to_text()

    first = check(forged, history=history, witnesses=[witness], policy=1)[0]
    assert "Only asserted, and by a key that was reported stolen" in first
    ran = run_command("verify", "--receipt", forged, "--bundle", bundle)
    assert (ran.returncode, ran.stdout) == (1, "")
    honest = run_command("verify", "--receipt", log.file("r.txt"), "--bundle", bundle)
    assert (honest.returncode, honest.stderr) == (0, "")
    assert honest.stdout.startswith(f"Proven by the key {log.key.name}+{log.key.id.hex()}")
    assert "that the log gave this answer." in honest.stdout.splitlines()[0]


def test_a_former_key_that_is_reported_stolen_proves_nothing_alone(log: KeyedLog) -> None:
    """A thief who has it signs what nobody can tell from what was signed before its rotation."""
    witness = witness_verifier(WITNESS).to_text()
    log.cosign(WITNESS, BEFORE)
    former, old = log.key, (log.receipt("receipt.txt"), log.bundle("old.zip"))
    log.replace("rotated")
    log.record("a")
    before = log.receipt("before.txt")
    current = log.key
    told = log.replace("stolen", since=1_772_323_200_000_000, old_key=former)
    after, bundle, keys = log.receipt("after.txt"), log.bundle("bundle.zip"), log.keys()
    histories = [verify_bundle.read_history(str(file)) for file in (keys, bundle)]

    assert (log.key, told["key"]) == (current, current.to_text())
    assert log.faults() == log.faults(current) == []
    assert histories[0] == histories[1]
    for file in old:
        assert check(file, key=former.to_text())  # nobody told
        told_why = refusal(file, history=histories[0])
        assert f"which was reported stolen since {STOLEN_ON}; nothing else" in told_why
        assert check(file, history=histories[0], witnesses=[witness], policy=1)
        options = ("--receipt" if file.suffix == ".txt" else "--bundle", file, "--keys", keys)
        assert run_command("verify", *options).returncode == 1
        assert run_command("verify", *options, "--witness", witness).returncode == 0
    contained = run_command("verify", "--receipt", old[0], "--bundle", bundle)
    assert (contained.returncode, contained.stderr) == (0, "")
    for file in (before, after, bundle):
        assert check(file, key=current.to_text(), history=histories[0])
    for file in (after, bundle):
        assert "does not vouch for the one after it" in refusal(file, key=former.to_text())
    with pytest.raises(InvalidNoteError, match=r"reported stolen since .* does not vouch"):
        verify_ledger_keys(log).require_trust(former)


def verify_ledger_keys(log: KeyedLog) -> KeyChain:
    ledger = Ledger(log.settings.db)
    with closing(ledger), ledger.open_snapshot() as c:
        return read_key_chain(c, log.key)


def test_a_former_key_can_be_reported_by_command_and_again(log: KeyedLog) -> None:
    former = log.key.to_text()
    log.replace("rotated")
    for since in ("2026-03-01", "2026-02-01"):
        options = ("--key", former, "--since", since, "--reason", "an old backup is gone")
        ran = run_command("log-key", "stolen", "--db", log.settings.db, *options)
        assert (ran.returncode, ran.stderr) == (0, "")
        assert "this key stays" in ran.stdout
    listed = run_command("log-key", "list", "--db", log.settings.db).stdout
    assert "; stolen since 2026-02-01T00:00:00Z, #4: an old backup is gone" in " ".join(
        listed.split()
    )
    log.replace("rotated")
    log.replace("stolen", since=1_772_323_200_000_000)
    assert log.faults() == []
    assert check(log.bundle("bundle.zip"), key=log.key.to_text())


def test_a_key_that_the_log_never_had_is_not_reported(log: KeyedLog, tmp_path: Path) -> None:
    log.replace("rotated")
    stranger = create_key(tmp_path / "other.key", None).verifier
    with pytest.raises(InvalidQuestionError, match="the key of this log is"):
        log.replace("stolen", old_key=stranger)


@pytest.mark.parametrize("why", ["lost", "stolen"])
def test_a_key_that_cannot_vouch_leads_nobody_to_the_one_after_it(log: KeyedLog, why: Any) -> None:
    old, early = log.key, log.receipt("early.txt")
    if why == "lost":
        log.settings.key_path.unlink()
    told = log.replace(why, old_key=old)
    first = log.checkpoint
    log.record("a")
    files = log.receipt("receipt.txt"), log.bundle("bundle.zip"), log.keys()

    assert (old.signed(first), log.key.signed(first)) == (False, True)
    assert log.key.open_note(first).size == told["seq"] == 2
    for file in files[:2]:
        assert f"was reported {why}" in refusal(file, key=old.to_text())
        assert check(file, key=log.key.to_text())
    with pytest.raises(verify_bundle.RefusedError, match=f"was reported {why}"):
        verify_bundle.read_history(str(files[2]), old.to_text())
    assert log.faults() == []
    assert any(f"was reported {why}" in fault for fault in log.faults(old))
    if why == "lost":
        history = verify_bundle.read_history(str(files[2]), log.key.to_text())
        sentences = check(early, key=log.key.to_text(), history=history)
        assert any("was reported lost on" in each for each in sentences)


# Lost.


def test_a_start_without_the_key_makes_no_other_and_names_the_remedy(log: KeyedLog) -> None:
    old = log.key
    log.settings.key_path.unlink()
    with pytest.raises(NotFoundError, match="there is no log key") as caught:
        log.record("a")
    assert "log-key lost" in (caught.value.hint or "")
    assert not log.settings.key_path.exists()
    with pytest.raises(InvalidQuestionError, match="does not say which key it had"):
        log.replace("lost")
    with pytest.raises(InvalidQuestionError, match="did not sign this log"):
        log.replace("lost", old_key=LogKey(old.name, bytes(32)).verifier)
    assert not list(log.file("").resolve().glob("*.key*"))
    log.replace("lost", old_key=old)
    log.record("a")
    log.settings.key_path.unlink()
    log.replace("lost")
    assert log.faults() == []


def test_what_is_not_so_is_refused_and_changes_nothing(log: KeyedLog) -> None:
    before = log.settings.key_path.read_text()
    named = log.settings.model_copy(update={"log_key": Path(before.strip())})
    with pytest.raises(InvalidQuestionError, match="not lost"):
        log.replace("lost")
    with pytest.raises(InvalidQuestionError, match="holds the key itself"):
        replace_key(named, ROTATED)
    checkpoint = log.checkpoint
    log.settings.checkpoint_path.unlink()
    with pytest.raises(TamperedError, match="no checkpoint at"):
        log.replace("rotated")
    log.settings.checkpoint_path.write_text(checkpoint)
    late = run_command(
        "log-key", "stolen", "--db", log.settings.db, "--reason", "x", "--since", "2999-01-01"
    )
    assert (late.returncode, "not past" in late.stderr) == (2, True)
    empty = run_command("log-key", "rotate", "--db", log.settings.db, "--reason", " ")
    assert (empty.returncode, "says nothing" in empty.stderr) == (2, True)
    assert log.settings.key_path.read_text() == before
    assert run_command("verify", "--db", log.settings.db, "--keys", "x").returncode == 2


def test_the_event_that_changes_a_key_cannot_be_erased(log: KeyedLog) -> None:
    event = log.replace("rotated")["id"]
    with pytest.raises(InvalidQuestionError, match="the ledger's own"):
        maintenance.erase_payload(log.settings, event, "law")
    assert log.faults() == []


# Backups, restores, forks.


def test_backups_and_restores_keep_the_keys_of_a_log(log: KeyedLog, tmp_path: Path) -> None:
    first = log.key
    log.replace("rotated")
    log.record("a")
    told = backup.backup_ledger(log.settings, log.file("copy.db"))
    again = KeyedLog(Settings(db=tmp_path / "again.db", log_key=log.settings.key_path))
    restore.restore_backup(again.settings, [log.file("copy.db")], key=first)
    assert "is not included" in told
    assert again.faults(first) == []

    names = ("talks", "~ledger")
    exports = [log.write(f"{n}.jsonl", f"/v1/negotiations/{n}/export") for n in names]
    anew = KeyedLog(Settings(db=tmp_path / "anew.db", log_key=log.settings.key_path))
    restore.restore_exports(anew.settings, exports)
    anew.record("b")
    assert anew.faults() == anew.faults(first) == []
    keys = json.loads(anew.fetch("/v1/audit/keys"))
    assert [span["key"] for span in keys["keys"]] == [first.to_text(), log.key.to_text()]


def test_a_database_from_before_a_rotation_is_a_fork_not_another_key(log: KeyedLog) -> None:
    shutil.copy(log.settings.sqlite_file, log.file("old.db"))
    log.replace("rotated")
    log.replace("rotated")
    shutil.copy(log.file("old.db"), log.settings.sqlite_file)
    with pytest.raises(ForkedLogError, match="had 3 according to the checkpoint"):
        log.record("a")


def test_a_backup_from_before_a_rotation_goes_on_with_the_key_of_today(
    log: KeyedLog, tmp_path: Path
) -> None:
    first = log.key
    backup.backup_ledger(log.settings, log.file("copy.db"))
    log.replace("rotated")
    log.record("a")
    log.replace("rotated")
    again = KeyedLog(log.settings.model_copy(update={"db": tmp_path / "again.db"}))
    place = {"checkpoint": again.file("again.db.checkpoint")}
    again = KeyedLog(again.settings.model_copy(update=place | {"log_key": log.settings.key_path}))
    restore.restore_backup(again.settings, [log.file("copy.db")], key=first)
    with pytest.raises(InvalidNoteError, match="another key") as caught:
        again.record("b")
    assert "log-key lost --key" in (caught.value.hint or "")
    shutil.copy(f"{log.settings.checkpoint_path}.history", f"{place['checkpoint']}.history")
    again.record("b")
    assert again.key == log.key
    assert again.faults() == again.faults(first) == []
    assert len(json.loads(again.fetch("/v1/audit/keys"))["keys"]) == 3


def test_who_decides_for_a_database_from_before_a_rotation_keeps_the_key_of_today(
    log: KeyedLog,
) -> None:
    first = log.key
    shutil.copy(log.settings.sqlite_file, log.file("old.db"))
    log.replace("rotated")
    shutil.copy(log.file("old.db"), log.settings.sqlite_file)
    keep_database(log.settings, "the newer one is lost")
    log.record("a")
    assert log.key != first
    assert log.faults() == log.faults(first) == []


# Served.


def test_the_keys_and_their_spans_are_served(log: KeyedLog) -> None:
    first = log.key
    log.replace("rotated")
    log.record("a")
    log.replace("stolen", since=1_772_323_200_000_000)
    history = json.loads(log.fetch("/v1/audit/keys"))
    spans = history["keys"]

    assert log.fetch("/v1/audit/key").decode() == f"{log.key.to_text()}\n"
    assert history["key"] == spans[2]["key"] == log.key.to_text()
    assert [(s["first_size"], s["last_size"]) for s in spans] == [(0, 2), (2, 3), (4, None)]
    assert spans[0]["key"] == first.to_text()
    assert [s["ended"] and s["ended"]["type"] for s in spans] == [
        "log-key-rotated",
        "log-key-stolen",
        None,
    ]
    assert spans[1]["ended"] == spans[2]["began"]
    assert (spans[1]["ended"]["since"], spans[0]["ended"]["since"]) == (STOLEN_ON, None)
    listed = run_command("log-key", "list", "--db", log.settings.db)
    assert "signed sizes 2 to 3; stolen since 2026-03-01T00:00:00Z, #4: a reason" in listed.stdout


def test_a_running_sqlite_server_is_not_rotated_below(log: KeyedLog) -> None:
    with closing(open_configured_ledger(log.settings)):
        ran = run_command("log-key", "rotate", "--db", log.settings.db, "--reason", "yearly")
    assert ran.returncode == 2
    assert "another process" in ran.stderr
    assert "stop it, run the command again, then start it" in ran.stderr


def test_a_running_postgres_server_goes_through_a_rotation(
    postgres_url: str, tmp_path: Path
) -> None:
    settings = Settings(
        db=postgres_url, log_key=tmp_path / "a.key", checkpoint=tmp_path / "a.checkpoint"
    )
    log = KeyedLog(settings)
    log.record("opening")
    old = log.key
    with closing(open_configured_ledger(settings)) as serving:
        elsewhere = tmp_path / "elsewhere.key"
        shutil.copy(settings.key_path, elsewhere)
        log.replace("rotated")
        record(serving, "a")
    assert log.key != old
    assert log.key.open_note(log.checkpoint).size == 3
    assert log.faults() == log.faults(old) == []
    assert check(log.receipt("receipt.txt"), key=old.to_text())

    stale = settings.model_copy(update={"log_key": elsewhere})
    with pytest.raises(NotFoundError, match="is not the one in"):
        open_configured_ledger(stale)
    with pytest.raises(MinutebookError, match="is not the one in"):
        replace_key(stale, ROTATED)
    assert log.faults() == []


# Witnesses.


def test_a_running_witness_goes_through_a_rotation_without_a_gap(
    log: KeyedLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("ledger.witness_client.FIRST_PAUSE", 0.05)
    monkeypatch.setattr("ledger.witness_client.LONGEST_PAUSE", 0.1)
    witness = RunningWitness(tmp_path, "one", log.key)
    line = f"{witness.configured.url} {witness.key}"
    settings = log.settings.model_copy(update={"witnesses": (line,)})

    def wait_for(size: int) -> None:
        def is_cosigned() -> bool:
            with ledger.open_snapshot() as c:
                return find_cosigned_size(c, witness.configured.key) == size

        wait_until(is_cosigned)

    try:
        with closing(open_configured_ledger(settings)) as ledger:
            wait_for(1)
        log.replace("rotated")
        with closing(open_configured_ledger(settings)) as ledger:
            wait_for(2)
            record(ledger, "a")
            wait_until(lambda: "it knows this log by another key" in caplog.text)
            witness.end()
            witness.log = log.key
            witness.start()
            wait_for(3)
    finally:
        witness.end()
    assert log.faults() == []
