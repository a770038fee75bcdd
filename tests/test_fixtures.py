"""What version 0.1.0 kept still opens and verifies, and pinned answers keep their bytes.

tests/fixtures/0.1.0/README.md says what is there and how it was made. The answers are kept in
tests/fixtures/answers: ``make golden`` makes them anew, which only a change of the rules of time or
of the shape of an answer may need.
"""

from __future__ import annotations

import gzip
import io
import json
import lzma
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient

from api import app
from api.wiring import open_ledger
from domain.basis import SEMANTICS_VERSION
from projections.index.tables import TABLES
from tests.command_line import run_command
from tests.local_client import LocalClient
from tests.world import accept_second_introductions, sign_outside

ROOT = Path(__file__).parent.parent
KEPT = Path(__file__).parent / "fixtures" / "0.1.0"
(CHECKER,) = (p for p in ROOT.glob("[!.]*/**/verify_bundle.py") if "build" not in p.parts)
LEDGERS = json.loads((KEPT / "ledgers.json").read_text())
ANSWERS = Path(__file__).parent / "fixtures" / "answers"
GOLDEN = json.loads(gzip.decompress((ANSWERS / "answers.json.gz").read_bytes()))
KEY, VERIFIER = ((KEPT / f"story.{end}").read_text().strip() for end in ("key", "verifier"))
HISTORIES = ("standard", "late", "drawn")
READ_MODEL = ("cell", "link", "mention", "placement", "tracking", "version", "waiting", "word")
"""The tables of 0.1.0 that follow from the log."""
SALTED = ("/events", "/receipt", "/export", "/audit/")
"""Parts of the addresses whose answers hold hashes, which new salts change."""
TOLD = 5
"""How many answers that differ are told at length."""
Bodies = dict[str, tuple[int, bytes]]
"""Status and body by address; of a zip by address and member."""


def to_micros(text: str) -> int:
    at = datetime.fromisoformat(text) - datetime.fromisoformat("1970-01-01T00:00:00Z")
    return (at.days * 86_400 + at.seconds) * 1_000_000 + at.microseconds


NOW = to_micros(GOLDEN["now"])


@pytest.fixture
def story(tmp_path: Path) -> Path:
    """Give a copy of the ledger file, with its key and its checkpoint beside it."""
    file = tmp_path / "story.db"
    file.write_bytes(gzip.decompress((KEPT / "story.db.gz").read_bytes()))
    for end in ("key", "checkpoint"):
        shutil.copy(KEPT / f"story.{end}", f"{file}.{end}")
    return file


def check_ledger(db: str | Path, **environment: str) -> None:
    ran = run_command("verify", "--json", "--db", db, "--key", VERIFIER, **environment)

    assert ran.returncode == 0, ran.stdout + ran.stderr
    expected = LEDGERS["story"]
    size = expected["events"]
    root = expected["roots"][str(size)]
    found = {"events": size, "root_hash": root, "signed": size, "faults": [], "cosigned": None}
    assert json.loads(ran.stdout) == found


def check(file: Path, checker: Path = CHECKER) -> subprocess.CompletedProcess[str]:
    """Check a document with the script alone: no packages, no paths, no settings of ours."""
    command = [sys.executable, "-I", "-S", checker, file, "--key", VERIFIER]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=file.parent)


@contextmanager
def open_app(db: str | Path, folder: Path, moment: list[int] | None = None) -> Iterator[TestClient]:
    """Give a client of a ledger whose clock stands still."""
    clock = moment or [NOW]
    outside = folder / "asked.checkpoint"
    if not outside.exists():
        sign_outside(db, outside, KEY)
    with (
        closing(
            open_ledger(db, clock=lambda: clock[0], key_path=KEY, checkpoint_path=outside)
        ) as ledger,
        LocalClient(app.create_app(ledger), raise_server_exceptions=False) as client,
    ):
        yield client


# Golden answers.


def golden_answers(name: str) -> dict[str, tuple[int, int, str]]:
    """Return status, length and SHA-256 of each kept answer."""
    return {a: (s, n, digest) for a, s, n, digest in GOLDEN["answers"][name]}


def hash_answer(status: int, body: bytes) -> tuple[int, int, str]:
    return status, len(body), sha256(body).hexdigest()


def test_answers_are_kept_of_these_rules_of_time() -> None:
    assert GOLDEN["semantics"] == SEMANTICS_VERSION


def ask_all(client: TestClient, names: list[str]) -> Bodies:
    found: Bodies = {}
    for address in dict.fromkeys(name.partition("#")[0] for name in names):
        answer = client.get(address)
        found[address] = answer.status_code, answer.content
        if answer.headers["content-type"] == "application/zip":
            with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
                found |= {
                    f"{address}#{each}": (answer.status_code, archive.read(each))
                    for each in archive.namelist()
                }
    return {name: found[name] for name in names}


def check_answers(name: str, found: Bodies) -> None:
    expected = golden_answers(name)
    different = [
        each
        for each, (status, body) in found.items()
        if hash_answer(status, body) != expected[each]
    ]
    if different:
        pytest.fail(explain_differences(name, different, found), pytrace=False)


def explain_differences(name: str, different: list[str], found: Bodies) -> str:
    """Tell the questions that are answered otherwise, the first of them with what differs."""
    kept, statuses = kept_bodies(name), golden_answers(name)
    lines = [f"{len(different)} of {len(found)} answers of {name} differ from the kept ones:"]
    for each in different[:TOLD]:
        status, body = found[each]
        lines += [f"GET {each}", f"  status {statuses[each][0]} then, {status} now"]
        lines += [f"  {hint}" for hint in hints(kept[each], body)]
    lines += [f"GET {each}" for each in different[TOLD:]]
    return "\n".join(lines)


def kept_bodies(name: str) -> dict[str, bytes]:
    """Return the kept bodies, which only a difference asks for."""
    found: dict[str, bytes] = {}
    with lzma.open(ANSWERS / "bodies.xz") as file:
        while line := file.readline():
            ledger, address, length = json.loads(line)
            body = file.read(length)
            file.read(1)
            if ledger == name:
                found[address] = body
    return found


def hints(then: bytes, now: bytes) -> list[str]:
    """Name the first few places at which two bodies differ."""
    try:
        places = list(find_differences("", json.loads(then), json.loads(now)))
    except ValueError:
        places = []
    if places:
        return places[:TOLD] + [f"and {len(places) - TOLD} places more"] * (len(places) > TOLD)
    at = next(
        (n for n, (a, b) in enumerate(zip(then, now, strict=False)) if a != b),
        min(len(then), len(now)),
    )
    start = max(0, at - 30)
    return [f"byte {at}: {then[start : at + 50]!r} then, {now[start : at + 50]!r} now"]


def find_differences(place: str, then: Any, now: Any) -> Iterator[str]:
    if isinstance(then, dict) and isinstance(now, dict):
        for key in dict.fromkeys([*then, *now]):
            yield from find_differences(f"{place}/{key}", then.get(key, ...), now.get(key, ...))
        if list(then) != list(now) and set(then) == set(now):
            yield f"{place or '/'}: keys {list(then)} then, {list(now)} now"
    elif isinstance(then, list) and isinstance(now, list):
        if len(then) != len(now):
            yield f"{place}: {len(then)} items then, {len(now)} now"
        for number, (one, other) in enumerate(zip(then, now, strict=False)):
            yield from find_differences(f"{place}/{number}", one, other)
    elif then != now:
        yield f"{place}: {shorten_value(then)} then, {shorten_value(now)} now"


def shorten_value(value: Any) -> str:
    return "nothing" if value is ... else json.dumps(value, ensure_ascii=False)[:120]


def check_tree(name: str, client: TestClient) -> None:
    """Compare the leaf hashes, read as tiles, and the roots of several sizes."""
    expected = LEDGERS[name]
    whole, rest = divmod(expected["events"], 256)
    tiles = [f"{n:03}" for n in range(whole)] + [f"{whole:03}.p/{rest}"] * bool(rest)
    leaves = b"".join(client.get(f"/v1/audit/tile/0/{each}").content for each in tiles)
    sizes = [size for size in expected["roots"] if size != "0"]
    roots = {
        size: client.get(f"/v1/audit/proofs/inclusion?seq=1&size={size}").json()["root_hash"]
        for size in sizes
    }

    assert sha256(leaves).hexdigest() == expected["leaves_sha256"]
    assert roots == {size: expected["roots"][size] for size in sizes}


# The ledger file.


def test_ledger_verifies_and_its_documents_can_be_made_and_checked(
    story: Path, tmp_path: Path
) -> None:
    check_ledger(story)

    bundle, receipt = tmp_path / "new.zip", tmp_path / "new.txt"
    with open_app(story, tmp_path) as client:
        talks = "/v1/negotiations/harbour-wages"
        bundle.write_bytes(client.get(f"{talks}/export?format=bundle").content)
        receipt.write_bytes(client.get(f"{talks}/receipt?of=positions").content)
    old = tmp_path / "verify_bundle.py"
    with zipfile.ZipFile(KEPT / "harbour-wages.zip") as archive:
        old.write_bytes(archive.read(old.name))
    for file, checker in ((bundle, CHECKER), (bundle, old), (receipt, CHECKER)):
        ran = check(file, checker)
        assert ran.returncode == 0, f"{file.name} by {checker}: {ran.stderr}"


def test_ledger_without_its_read_model_catches_up(story: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(story)) as connection:
        for table in READ_MODEL:
            connection.execute(f"DROP TABLE IF EXISTS {table}")
        connection.commit()

    with open_app(story, tmp_path) as client:
        assert client.get("/readyz").status_code == 200

    check_ledger(story)


def test_ledger_answers_as_before(story: Path, tmp_path: Path) -> None:
    with open_app(story, tmp_path) as client:
        check_tree("story", client)
        check_answers("story", ask_all(client, list(golden_answers("story"))))


# What was written from it.


@pytest.mark.parametrize("name", ["harbour-wages.zip", "receipt.json"])
def test_document_holds(name: str) -> None:
    ran = check(KEPT / name)

    assert ran.returncode == 0, ran.stderr


def test_exports_are_put_in_place_as_the_same_log(tmp_path: Path) -> None:
    files = [unpack_ledger(name, tmp_path) for name in ("ukraine-peace-talks", "harbour-wages")]

    restore_exports(tmp_path / "again.db", files, "story")


def unpack_ledger(name: str, folder: Path) -> Path:
    file = folder / f"{name}.jsonl"
    file.write_bytes(gzip.decompress((KEPT / f"{name}.jsonl.gz").read_bytes()))
    return file


def restore_exports(db: Path, files: list[Path], name: str) -> None:
    """Put exports in place; the log must be that of 0.1.0."""
    shutil.copy(KEPT / "story.key", f"{db}.key")
    ran = run_command("restore", "--from-export", "--db", db, *files)
    assert ran.returncode == 0, ran.stderr
    expected = LEDGERS[name]
    assert f"{expected['events']} events, root {expected['roots'][str(expected['events'])]}" in (
        ran.stdout
    )


# Generated histories.


@pytest.mark.parametrize("name", HISTORIES)
def test_generated_history_answers_as_before(name: str, tmp_path: Path) -> None:
    db = tmp_path / "again.db"
    restore_exports(db, [unpack_ledger(name, tmp_path)], name)

    with open_app(db, tmp_path) as client:
        check_tree(name, client)
        check_answers(name, ask_all(client, list(golden_answers(name))))


SET = ("seq", "recorded_at", "recorded_by", "negotiation", "salt", "leaf_hash")
"""What the server adds to an event."""


@pytest.mark.parametrize("name", HISTORIES)
def test_generated_history_recorded_anew_answers_as_before(name: str, tmp_path: Path) -> None:
    events = [json.loads(line) for line in unpack_ledger(name, tmp_path).read_bytes().splitlines()]
    moment = [0]
    names = [each for each in golden_answers(name) if not any(part in each for part in SALTED)]
    with accept_second_introductions(), open_app(tmp_path / "anew.db", tmp_path, moment) as client:
        for (at, talks), batch in groupby(events, lambda e: (e["recorded_at"], e["negotiation"])):
            moment[0] = to_micros(at)
            body = [{key: each[key] for key in each if key not in SET} for each in batch]
            answer = client.post(f"/v1/negotiations/{talks}/events", json=body)
            assert answer.status_code == 201, answer.text
        moment[0] = NOW

        check_answers(name, ask_all(client, names))


# PostgreSQL.


def test_dump_verifies_and_answers_as_before(postgres_url: str, tmp_path: Path) -> None:
    dump = gzip.decompress((KEPT / "story.sql.gz").read_bytes()).decode()
    plain = "".join(line for line in dump.splitlines(True) if not line.startswith("\\"))
    outside = tmp_path / "asked.checkpoint"
    shutil.copy(KEPT / "story.checkpoint", outside)
    beside = {"MINUTEBOOK_LOG_KEY": KEY, "MINUTEBOOK_CHECKPOINT": str(outside)}
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(plain.encode())

    check_ledger(postgres_url, **beside)
    with open_app(postgres_url, tmp_path) as client:
        check_tree("story", client)
        check_answers("story", ask_all(client, list(golden_answers("story"))[::6]))

    with psycopg.connect(postgres_url, autocommit=True) as connection:
        for table in TABLES["postgres"]:
            connection.execute(f"DROP TABLE IF EXISTS {table}")
    with open_app(postgres_url, tmp_path) as client:  # catches up
        check_answers("story", ask_all(client, list(golden_answers("story"))[2::40]))
    check_ledger(postgres_url, **beside)


# These tests can fail.


SAID = b"We want eight per cent, and we want it this year."


def test_one_changed_byte_in_the_ledger_is_told(story: Path, tmp_path: Path) -> None:
    raw = story.read_bytes()
    assert SAID in raw
    story.write_bytes(raw.replace(SAID, SAID.replace(b"eight", b"eighs")))

    ran = run_command("verify", "--db", story, "--key", VERIFIER)
    names = [each for each in golden_answers("story") if "/harbour-wages/statements?" in each]
    with open_app(story, tmp_path) as client, pytest.raises(pytest.fail.Exception) as failure:
        check_answers("story", ask_all(client, names))

    assert (ran.returncode, "MISMATCH: seq" in ran.stdout) == (1, True), ran.stdout
    text = str(failure.value)
    assert "GET /v1/negotiations/harbour-wages/" in text
    assert '"We want eight per cent, and we want it this year." then, "We want eighs' in text


@pytest.mark.parametrize("name", ["harbour-wages.zip", "receipt.json"])
def test_one_changed_byte_in_a_document_is_refused(name: str, tmp_path: Path) -> None:
    raw = bytearray((KEPT / name).read_bytes())
    raw[raw.index(b"Harbour wages")] ^= 1
    file = tmp_path / name
    file.write_bytes(raw)

    assert check(file).returncode != 0
