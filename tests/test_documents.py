"""Receipts and bundles: they hold, whatever is changed in them is refused, nothing leaks."""

from __future__ import annotations

import io
import json
import random
import shutil
import string
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from functools import partial
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import rfc8785
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from api import recomputed
from api.access.caller import OWNER
from api.access.gate import Gate
from api.cli import demo_ledger, document_checks, maintenance
from api.http import openapi, receipts
from api.services import ReadRouter, Services
from api.settings import Settings
from api.wiring import open_configured_ledger
from domain import acceptance
from domain.errors import InvalidNoteError, InvalidQuestionError, TamperedError
from ledger.proofs import leaf_records, stored_cosignatures, verify_bundle
from ledger.proofs.key_files import load_verifier
from ledger.proofs.signed_note import LogKey
from ledger.proofs.verify_bundle import MEMBER_NAMES, RefusedError, canonical_json, read_receipt
from ledger.read_only import ReadOnlyLedger
from ledger.submission import Submission
from projections.texts.comparer import TextComparer
from tests import exporting
from tests.command_line import run_command
from tests.facts import OPENING, STANCE, event_id, statement
from tests.world import KEY, World

pytestmark = pytest.mark.usefixtures("in_any_year")

TALKS = "/v1/negotiations/talks"
VERIFIER = Path(verify_bundle.__file__)
UNSIGNED_RECEIPT = Path(__file__).parent / "fixtures" / "0.1.0" / "receipt.json"
ALPHABET = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"
SECRET = "told to us alone"  # noqa: S105  # no password


def run_verifier(path: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Run the verifier as somebody does who has nothing but Python."""
    command = [sys.executable, "-I", VERIFIER, path, *more]
    return subprocess.run(command, env={}, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Two negotiations in one ledger, with reports that are not for everybody."""
    with World(tmp_path_factory.mktemp("world"), "http") as made:
        made.record("2025-12-20T09:00:00Z", [*OPENING, statement(1), statement(2), STANCE])
        made.name = "other"
        made.record("2025-12-20T10:00:00Z", [{"type": "negotiation-opened", "title": "Other"}])
        made.name = "talks"
        staff = {"published": "2025-12-20", "audience": "staff", "quote": SECRET}
        later = {"published": "2026-02-01", "publisher": SECRET}
        open_ = {"published": "2025-12-20", "publisher": "herald"}
        made.record(
            "2025-12-21T09:00:00Z",
            [
                statement(3, reports=[open_, staff]),
                statement(4, reports=[open_, later]),
                statement(5),
            ],
        )
        made.record(
            "2025-12-21T10:00:00Z",
            [
                {
                    "type": "record-corrected",
                    "id": event_id(9),
                    "event": event_id(5),
                    "changes": {"reports": [open_, staff]},
                }
            ],
        )
        made.set_clock("2025-12-22T09:00:00Z")
        yield made


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        yield demo_ledger.demo_ledger_file()


def place_of(world: World) -> str:
    with world.ledger.open_snapshot() as c:
        c.execute("PRAGMA database_list")
        return str(c.fetchone()["file"])


def receipt(world: World, **asked: str) -> str:
    answer = world.client.get(f"{TALKS}/receipt", params=asked)
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def cited_events(text: str) -> list[dict[str, Any]]:
    """Return the events that a receipt cites."""
    events: list[dict[str, Any]] = read_receipt(text)[3]["events"]
    return events


def write_receipt(ledger: ReadOnlyLedger, negotiation: str, file: Path, **asked: str) -> None:
    """Write the receipt of a state, asked without a server."""
    services = Services(ledger, ReadRouter(ledger), TextComparer(), Gate())
    params = list(asked.items())
    text = receipts.build_receipt(services, OWNER, negotiation, "public", "state", params)
    file.write_text(text)


def bundle(world: World) -> dict[str, bytes]:
    """Return the members of a bundle that was fetched over HTTP."""
    answer = world.client.get(f"{TALKS}/export", params={"format": "bundle"})
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def members(world: World) -> dict[str, bytes]:
    return bundle(world)


def write_zip(path: Path, members: dict[str, bytes], *, summed: bool = False) -> Path:
    """Write members as a zip, as a forger does who makes the sums fit."""
    if summed:
        listed = "".join(
            f"{sha256(body).hexdigest()}  {name}\n"
            for name, body in members.items()
            if name != "sha256sums.txt"
        )
        members = members | {"sha256sums.txt": listed.encode()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return path


def edits(body: bytes, count: int, seed: int) -> Iterator[bytes]:
    """Yield copies in which one byte is another, printable one; none of them says the same."""
    chance = random.Random(seed)  # noqa: S311  # to choose places
    for _ in range(count):
        at, new = chance.randrange(len(body)), chance.randrange(33, 127)
        yield body[:at] + bytes([new + (new == body[at])]) + body[at + 1 :]


def refusal_of(path: Path, key: str = "") -> str:
    with pytest.raises(RefusedError) as caught:
        verify_bundle.check_file(str(path), verify_bundle.Trust(key))
    return str(caught.value.args[0])


# What holds.


def test_a_receipt_of_the_demonstration_holds_with_python_alone(demo: Path, tmp_path: Path) -> None:
    key = load_verifier(f"{demo}.key")
    ledger = ReadOnlyLedger(demo, key_path=Path(f"{demo}.key"))
    file = tmp_path / "receipt.txt"
    write_receipt(ledger, demo_ledger.NEGOTIATION, file, as_of="2025-12-22")
    ledger.close()

    held = run_verifier(file, "--key", key.to_text())
    assert (held.returncode, held.stderr) == (0, "")
    assert held.stdout.splitlines()[0] == (
        f"Proven by the key {key.name}+{key.id.hex()} that you gave: it signed this answer, and its"
        " log has the 184 events named here. Only asserted by it: that the answer follows from them"
        " and leaves nothing out."
    )
    assert "Shown as recorded: 184; withheld or erased: 0" in held.stdout
    assert "(asserted by the file itself)" in run_verifier(file).stdout.splitlines()[0]
    assert "compare it with one from another source" in run_verifier(file).stdout


def export_bundle(db: Path, negotiation: str, output: Path) -> subprocess.CompletedProcess[str]:
    return run_command("export", negotiation, "--db", db, "--format", "bundle", "--output", output)


def test_a_bundle_of_the_demonstration_holds_zipped_and_unpacked(
    demo: Path, tmp_path: Path
) -> None:
    file, folder = tmp_path / "bundle.zip", tmp_path / "bundle"
    again = tmp_path / "again.zip"
    for output in (file, again):
        assert export_bundle(demo, demo_ledger.NEGOTIATION, output).returncode == 0
    shutil.unpack_archive(file, folder)

    for place in (file, folder):
        held = run_verifier(place, "--key", load_verifier(f"{demo}.key").to_text())
        assert (held.returncode, held.stderr) == (0, "")
        assert "388 events" in held.stdout
        assert "nothing is left out" in held.stdout.splitlines()[0]
    assert file.read_bytes() == again.read_bytes()


def test_a_bundle_carries_the_verifier_and_says_what_it_cannot_show(
    members: dict[str, bytes], tmp_path: Path
) -> None:
    held = run_verifier(write_zip(tmp_path / "bundle.zip", members))

    assert list(members) == MEMBER_NAMES
    assert members["verify_bundle.py"] == VERIFIER.read_bytes()
    assert len(VERIFIER.read_text().splitlines()) <= 630
    assert "Only asserted: that none of the 1 other entries" in held.stdout.splitlines()[0]


@pytest.mark.parametrize(
    "of",
    ["state", "positions", "positions/north/border", "plans", "meetings", f"events/{event_id(3)}"],
)
@pytest.mark.parametrize("basis", ["as-known", "as-recorded", "hindsight"])
def test_the_pinned_address_of_a_receipt_answers_what_was_hashed(
    world: World, of: str, basis: str, tmp_path: Path
) -> None:
    text = receipt(world, of=of, basis=basis, audience="press", tz="Europe/Kyiv")
    address, digest, answer, proofs = read_receipt(text)
    served = world.client.get(address).content

    assert sha256(served).hexdigest() == digest
    assert served == answer.encode()
    assert text.split("\n")[4].encode() == rfc8785.dumps(proofs)
    (tmp_path / "receipt.txt").write_text(text)
    assert verify_bundle.check_file(str(tmp_path / "receipt.txt"))


def test_the_receipt_that_openapi_shows_holds(tmp_path: Path) -> None:
    file = tmp_path / "receipt.txt"
    file.write_text(str(openapi.load_examples()["receipt"]))

    assert verify_bundle.check_file(str(file))


def test_a_receipt_waits_for_its_checkpoint_and_gives_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with World(tmp_path, "http") as world:
        world.record("2025-12-20T09:00:00Z", OPENING)
        world.record("2025-12-20T10:00:00Z", [STANCE])
        assert cited_events(receipt(world))

        monkeypatch.setattr(leaf_records, "CHECKPOINT_TIMEOUT", 0.1)
        monkeypatch.setattr(world.ledger.checkpoints, "sign_head", lambda c: None)
        world.record("2025-12-20T11:00:00Z", [statement(1)])
        answer = world.client.get(f"{TALKS}/receipt")
    assert answer.status_code == 503
    assert "this needs 6" in answer.json()["detail"]


def test_a_bundle_of_the_dullest_text_is_no_bomb(tmp_path: Path) -> None:
    with World(tmp_path, "http") as world:
        world.record(
            "2025-12-20T09:00:00Z", [*OPENING, *(statement(n, text="a" * 60000) for n in (1, 2))]
        )
        answer = world.client.get(f"{TALKS}/export", params={"format": "bundle"})
    (tmp_path / "bundle.zip").write_bytes(answer.content)

    assert verify_bundle.check_file(str(tmp_path / "bundle.zip"))


def test_the_command_writes_the_receipt_that_http_gives(world: World, tmp_path: Path) -> None:
    place = tmp_path / "receipt.json"
    arguments = ["receipt", "talks", "2025-12-21", "--of", "positions", "--audience", "press"]
    command = partial(run_command, *arguments, "--db", place_of(world), MINUTEBOOK_LOG_KEY=KEY)
    assert command("--output", place).returncode == 0
    printed = command().stdout
    asked = {"as_of": "2025-12-21", "of": "positions", "audience": "press"}

    assert place.read_text() == receipt(world, **asked)
    assert printed == place.read_text()


def test_the_command_takes_what_the_cited_answer_takes(world: World) -> None:
    asked = ["receipt", "talks", "2025-12-21", "--of", "search", "--db", place_of(world)]
    cited = run_command(*asked, "--with", "q=word", MINUTEBOOK_LOG_KEY=KEY)
    refused = [
        run_command(*asked, *more, MINUTEBOOK_LOG_KEY=KEY)
        for more in ([], ["--with", "word"], ["--with", "to=2025-12-01", "--with", "q=word"])
    ]

    through_http = receipt(world, as_of="2025-12-21", of="search", q="word")
    assert read_receipt(cited.stdout)[:3] == read_receipt(through_http)[:3]
    assert [each.returncode for each in refused] == [2, 2, 2]
    assert "this is no NAME=VALUE" in refused[1].stderr


def test_a_receipt_needs_the_key_that_is_there(world: World) -> None:
    ran = run_command("receipt", "talks", "2025-12-21", "--db", place_of(world))

    assert ran.returncode == 2
    assert "there is no log key" in ran.stderr
    assert not Path(f"{place_of(world)}.key").exists()


def test_export_gives_the_lines_that_the_command_prints(world: World) -> None:
    answer = world.client.get(f"{TALKS}/export")
    lines = [json.loads(line) for line in answer.text.splitlines()]

    assert answer.headers["content-type"].startswith("application/x-ndjson")
    assert [line["seq"] for line in lines] == [1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12]
    assert all(len(line["salt"]) == 64 for line in lines)
    assert world.client.get("/v1/negotiations/none/export").status_code == 404
    assert world.client.get(f"{TALKS}/export?format=pdf").status_code == 422


@pytest.mark.parametrize(
    "of", ["", "stat", "positions/north", "plans/", "events/1", "state/", "x" * 99]
)
def test_there_is_no_receipt_of_anything_else(world: World, of: str) -> None:
    assert world.client.get(f"{TALKS}/receipt", params={"of": of}).status_code == 422


# What must not be told.


@pytest.mark.parametrize("audience", ["public", "press"])
@pytest.mark.parametrize("of", ["state", *(f"events/{event_id(n)}" for n in (3, 4, 5, 9))])
def test_no_receipt_tells_an_audience_of_an_embargoed_report(
    world: World, of: str, audience: str
) -> None:
    events = cited_events(receipt(world, of=of, audience=audience))
    withheld = [each for each in events if each["payload"] is None]

    assert SECRET not in json.dumps(events)
    assert withheld
    assert all(each["salt"] is None and each["path"] and each["leaf"] for each in withheld)


def test_a_receipt_for_staff_tells_everything(world: World) -> None:
    events = cited_events(receipt(world, audience="staff"))

    assert all(each["payload"] and each["salt"] for each in events)
    assert json.dumps(events).count(SECRET) == 3


# What is refused.


@pytest.mark.parametrize("of", ["state", "positions/north/border"])
def test_every_edit_of_a_receipt_is_refused(world: World, tmp_path: Path, of: str) -> None:
    file = tmp_path / "receipt.json"
    for body in edits(receipt(world, of=of).encode(), 400, seed=1):
        file.write_bytes(body)
        assert refusal_of(file)


def test_every_cut_of_a_receipt_is_refused(world: World, tmp_path: Path) -> None:
    body, file = receipt(world), tmp_path / "receipt.json"
    for at in range(0, len(body), len(body) // 50):
        file.write_text(body[:at])
        assert refusal_of(file)


def respell_note(note: str) -> str:
    """Change bits of the last signature that base64 leaves unused."""
    last = note[-3]
    assert note.endswith("=\n")
    assert not note.endswith("==\n")
    return f"{note[:-3]}{ALPHABET[ALPHABET.index(last) + 1]}=\n"


def forge_receipts(told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield receipts that are well-formed, and false."""
    events = told["events"]
    yield told | {"events": events[1:]}
    yield told | {"events": events[::-1]}
    yield told | {"events": [*events, events[-1]]}
    yield told | {"events": [events[0] | {"salt": None}, *events[1:]]}
    yield told | {"events": [events[0] | {"path": events[0]["path"][:-1]}, *events[1:]]}
    yield told | {"events": [events[0] | {"more": 1}, *events[1:]]}
    yield told | {"events": [events[0] | {"seq": True}, *events[1:]]}
    yield told | {"more": 1}
    yield {name: value for name, value in told.items() if name != "key"}
    yield told | {"address": told["address"].replace("/harbour-wages/", "/other/")}
    yield told | {"address": told["address"].replace("audience=press", "audience=staff")}
    yield told | {"address": "https://example.org" + told["address"]}
    answer = json.loads(told["answer"])
    answer["data"]["parties"] = []
    yield told | {"answer": canonical_json(answer)}
    text = json.dumps(answer)
    yield told | {"answer": text, "answer_hash": sha256(text.encode()).hexdigest()}
    note, _, signature = told["checkpoint"].partition("\n\n")
    yield told | {"checkpoint": f"{note}\n\n{signature}{signature}"}
    yield told | {"checkpoint": f"{note}\nmore\n\n{signature}"}
    yield told | {"checkpoint": told["checkpoint"] + "\n"}
    yield told | {"checkpoint": respell_note(told["checkpoint"])}


def test_every_well_formed_forgery_of_an_unsigned_receipt_is_refused(tmp_path: Path) -> None:
    told, file = json.loads(UNSIGNED_RECEIPT.read_text()), tmp_path / "receipt.json"
    made = list(forge_receipts(told))
    assert len(made) > 15
    for each in made:
        file.write_text(json.dumps(each))
        assert refusal_of(file)
    file.write_text(json.dumps(told, indent=2))
    assert verify_bundle.check_file(str(file)), "another layout of the JSON says the same"


@pytest.mark.parametrize("name", MEMBER_NAMES)
def test_every_edit_of_a_bundle_is_refused(
    members: dict[str, bytes], tmp_path: Path, name: str
) -> None:
    for body in edits(members[name], 60, seed=2):
        assert refusal_of(write_zip(tmp_path / "bundle.zip", members | {name: body}))


SIGNED = ["checkpoint.txt", "checkpoints.txt", "events.ndjson", "key.txt", "leaf-hashes.bin"]


@pytest.mark.parametrize("name", SIGNED)
def test_every_edit_is_refused_though_the_sums_were_made_to_fit(
    members: dict[str, bytes], tmp_path: Path, name: str
) -> None:
    for body in edits(members[name], 200, seed=3):
        forged = write_zip(tmp_path / "bundle.zip", members | {name: body}, summed=True)
        assert refusal_of(forged)


def lines_of(body: bytes) -> Iterator[bytes]:
    """Yield what dropping, doubling and swapping lines makes of a text."""
    lines = body.splitlines(keepends=True)
    for at in range(len(lines)):
        yield b"".join([*lines[:at], *lines[at + 1 :]])
        yield b"".join([*lines[: at + 1], *lines[at:]])
        if at and lines[at] != lines[at - 1]:
            yield b"".join([*lines[: at - 1], lines[at], lines[at - 1], *lines[at + 1 :]])


@pytest.mark.parametrize("name", [name for name in MEMBER_NAMES if name != "leaf-hashes.bin"])
def test_dropped_doubled_and_swapped_lines_are_refused(
    members: dict[str, bytes], tmp_path: Path, name: str
) -> None:
    for body in list(lines_of(members[name]))[:200]:
        if body != members[name]:
            assert refusal_of(write_zip(tmp_path / "bundle.zip", members | {name: body}))


@pytest.mark.parametrize("name", ["checkpoint.txt", "checkpoints.txt", "key.txt"])
def test_lines_of_what_is_signed_cannot_be_dropped_doubled_or_swapped(
    members: dict[str, bytes], tmp_path: Path, name: str
) -> None:
    for body in lines_of(members[name]):
        forged = members | {name: body}
        assert refusal_of(write_zip(tmp_path / "bundle.zip", forged, summed=True))


def test_lines_of_events_cannot_be_doubled_or_swapped(
    members: dict[str, bytes], tmp_path: Path
) -> None:
    lines = members["events.ndjson"].splitlines(keepends=True)
    for at in range(1, len(lines)):
        for made in (
            [*lines[:at], *lines[at - 1 :]],
            [*lines[: at - 1], lines[at], lines[at - 1], *lines[at + 1 :]],
        ):
            forged = members | {"events.ndjson": b"".join(made)}
            assert "out of order" in refusal_of(write_zip(tmp_path / "b.zip", forged, summed=True))


def test_a_payload_cannot_be_left_out_without_an_erasure(
    members: dict[str, bytes], tmp_path: Path
) -> None:
    first, *rest = members["events.ndjson"].splitlines(keepends=True)
    bare = json.loads(first) | {"payload": None, "salt": None}
    forged = members | {"events.ndjson": b"".join([f"{canonical_json(bare)}\n".encode(), *rest])}

    assert "no event erased it" in refusal_of(write_zip(tmp_path / "b.zip", forged, summed=True))


def test_what_was_erased_by_law_is_told_of_and_holds(tmp_path: Path) -> None:
    where = Settings(db=tmp_path / "world.db")
    ledger = open_configured_ledger(where)
    events = [
        acceptance.parse_event(each)
        for each in (*OPENING, statement(1, summary=SECRET), statement(2))
    ]
    ledger.record(Submission("talks", events))
    ledger.close()
    maintenance.erase_payload(where, event_id(1), "ordered by a court")
    reading = ReadOnlyLedger(where.db, key_path=Path(where.key_path))
    key = load_verifier(where.key_path)
    trust = verify_bundle.Trust(key.to_text())
    file = tmp_path / "bundle.zip"
    exporting.write_bundle(reading, key, "talks", file)
    lines = [
        json.loads(line)
        for line in b"".join(leaf_records.export_lines(reading, "talks")).splitlines()
    ]
    write_receipt(reading, "talks", tmp_path / "receipt.txt", audience="staff")
    reading.close()

    assert verify_bundle.check_file(str(file), trust)
    assert SECRET.encode() not in file.read_bytes()
    assert (lines[4]["salt"], lines[4]["erased"], len(lines[4]["payload_hash"])) == (None, True, 64)
    assert verify_bundle.check_file(str(tmp_path / "receipt.txt"), trust)


def test_another_ledger_is_refused(members: dict[str, bytes], demo: Path, tmp_path: Path) -> None:
    other = load_verifier(f"{demo}.key").to_text()
    file = write_zip(tmp_path / "bundle.zip", members)
    with ReadOnlyLedger(demo).open_snapshot() as c:
        note = (stored_cosignatures.read_newest_note(c) or "").encode()
    swapped = members | {"checkpoint.txt": note, "checkpoints.txt": note}

    assert "another key" in refusal_of(file, other)
    assert "not signed by" in refusal_of(write_zip(tmp_path / "swapped.zip", swapped, summed=True))
    keyed = write_zip(tmp_path / "k.zip", swapped | {"key.txt": f"{other}\n".encode()}, summed=True)
    assert "leaf" in refusal_of(keyed)


@pytest.mark.parametrize(
    "name", ["more.txt", "/etc/passwd", "../README.txt", "inner.zip", "README.txt", "a/README.txt"]
)
def test_a_zip_with_any_other_name_is_refused(
    members: dict[str, bytes], tmp_path: Path, name: str
) -> None:
    file = write_zip(tmp_path / "bundle.zip", members)
    with zipfile.ZipFile(file, "a") as archive, pytest.MonkeyPatch.context() as patch:
        patch.setattr("warnings.warn", lambda *_, **__: None)
        archive.writestr(name, members["README.txt"])

    assert run_verifier(file).returncode == 2
    assert "other members" in refusal_of(file)


@pytest.mark.parametrize("name", MEMBER_NAMES)
def test_a_zip_that_lacks_a_member_is_refused(
    members: dict[str, bytes], tmp_path: Path, name: str
) -> None:
    kept = {each: body for each, body in members.items() if each != name}

    assert "other members" in refusal_of(write_zip(tmp_path / "bundle.zip", kept))


def test_a_cut_zip_is_refused(members: dict[str, bytes], tmp_path: Path) -> None:
    file = write_zip(tmp_path / "bundle.zip", members)
    body = file.read_bytes()
    for at in range(0, len(body), len(body) // 50):
        file.write_bytes(body[:at])
        assert refusal_of(file)


def test_a_zip_bomb_is_refused_before_it_is_read(members: dict[str, bytes], tmp_path: Path) -> None:
    bomb = members | {"events.ndjson": bytes(64 * 2**20)}

    assert "expands too far" in refusal_of(write_zip(tmp_path / "bundle.zip", bomb))


def test_a_zip_in_place_of_a_member_is_refused(members: dict[str, bytes], tmp_path: Path) -> None:
    inner = write_zip(tmp_path / "inner.zip", members).read_bytes()
    for name in ("events.ndjson", "leaf-hashes.bin", "key.txt"):
        assert refusal_of(write_zip(tmp_path / "b.zip", members | {name: inner}, summed=True))


def test_a_folder_with_links_or_other_files_is_refused(
    members: dict[str, bytes], tmp_path: Path
) -> None:
    for name, body in members.items():
        (tmp_path / name).write_bytes(body)
    assert verify_bundle.check_file(str(tmp_path))
    (tmp_path / "more.txt").touch()
    assert refusal_of(tmp_path)
    (tmp_path / "more.txt").unlink()
    (tmp_path / "key.txt").rename(tmp_path.with_suffix(".key"))
    (tmp_path / "key.txt").symlink_to(tmp_path.with_suffix(".key"))

    assert "exactly the files" in refusal_of(tmp_path)


# Signed receipts.

GONE = {"positions": [], "attributed": []}


def forge_lines(note: str) -> Iterator[str]:
    """Yield receipts whose answer, basis, events or checkpoint were replaced, with fitting hash."""
    text, _, signature = note.rpartition("\n\n")
    form, address, _, answer, proofs = text.split("\n")

    def join(answer: str, proofs: str = proofs, address: str = address) -> str:
        digest = sha256(answer.encode()).hexdigest()
        return "\n".join([form, address, digest, answer, proofs, "", signature])

    assert join(answer) == note
    told, shown = json.loads(answer), json.loads(proofs)
    changed = json.loads(answer.replace('"stance":"', '"stance":"not '))
    emptied = told | {"data": GONE}
    basis = told | {"basis": told["basis"] | {"audience": "staff"}}
    for each in (changed, emptied, basis):
        assert each != told
        yield join(canonical_json(each))
    yield join(answer, canonical_json(shown | {"events": shown["events"][::-1]}))
    yield join(answer, canonical_json(shown | {"events": []}))
    yield join(canonical_json(emptied), canonical_json(shown | {"events": []}))
    yield join(answer, address=address.replace("audience=public", "audience=staff"))
    yield f"{text}\n\n{signature}{signature}"
    yield f"{text}\n\n"
    yield f"{text}\n"


def test_a_forged_receipt_is_refused_by_both_verifiers(
    world: World, members: dict[str, bytes], tmp_path: Path
) -> None:
    file = tmp_path / "receipt.txt"
    bundle_file = write_zip(tmp_path / "bundle.zip", members)
    for forged in forge_lines(receipt(world)):
        file.write_text(forged)
        assert run_verifier(file).returncode != 0
        with pytest.raises((TamperedError, InvalidQuestionError)):
            document_checks.check_document(file)
    ran = run_command("verify", "--receipt", file, "--bundle", bundle_file)
    assert (ran.returncode, ran.stdout) == (1, "")


def test_a_receipt_of_another_key_is_refused(world: World, tmp_path: Path) -> None:
    told, other = receipt(world), LogKey(world.ledger.verifier.name, b"other" + bytes(27))
    text = told.rpartition("\n\n")[0] + "\n"
    file = tmp_path / "receipt.txt"
    file.write_text(
        other.sign_text(text.replace(world.ledger.verifier.to_text(), other.verifier.to_text()))
    )

    assert "the receipt names another key" in refusal_of(file, world.ledger.verifier.to_text())
    assert "the checkpoint is not signed by" in refusal_of(file)
    file.write_text(other.sign_text(text))
    assert "the receipt is not signed by" in refusal_of(file)


def test_no_checkpoint_passes_as_a_receipt_and_no_receipt_as_a_checkpoint(world: World) -> None:
    told, key = receipt(world), world.ledger.verifier
    note = read_receipt(told)[3]["checkpoint"]

    with pytest.raises(RefusedError):
        read_receipt(note)
    with pytest.raises(InvalidNoteError, match="not a checkpoint"):
        key.open_note(told)


@settings(max_examples=150, derandomize=True, deadline=None, database=None)
@given(at=st.integers(0, 2**16), new=st.integers(0, 255))
def test_any_other_byte_in_a_receipt_is_noticed(world: World, at: int, new: int) -> None:
    body = bytearray(world.client.get(f"{TALKS}/receipt?of=votes").content)
    at %= len(body)
    assume(body[at] != new)
    body[at] = new
    with TemporaryDirectory() as folder:
        file = Path(folder) / "receipt.txt"
        file.write_bytes(body)
        assert refusal_of(file)


CITED = {
    "state": {},
    "positions/north/border": {"basis": "hindsight"},
    "statements": {"limit": "2"},
    "search": {"q": "word"},
    "diff": {"from": "2025-12-19", "to": "2025-12-21"},
    "gap": {"as_of": "2025-12-20"},
    f"events/{event_id(5)}": {"audience": "press"},
}


@pytest.mark.parametrize("of", CITED)
def test_the_answer_of_a_receipt_is_computed_anew_from_a_bundle(
    world: World, members: dict[str, bytes], tmp_path: Path, of: str
) -> None:
    file, bundle_file = tmp_path / "receipt.txt", write_zip(tmp_path / "bundle.zip", members)
    text = receipt(world, of=of, **CITED[of])
    address, digest, _, _ = read_receipt(text)
    file.write_text(text)

    assert sha256(world.client.get(address).content).hexdigest() == digest
    assert verify_bundle.check_file(str(file))
    told = recomputed.check_recomputed(file, bundle_file)
    assert told == (
        "the answer computed anew from the 11 events of the bundle is the same, byte for byte."
        " Only asserted: that none of the 1 other entries is of talks."
    )


def test_a_redline_is_cited_and_computed_anew(tmp_path: Path) -> None:
    with World(tmp_path, "http") as world:
        world.record("2025-12-20T09:00:00Z", OPENING)
        point = {"point": "one", "text": "The border stays open."}
        first = {"type": "plan-introduced", "plan": "draft", "title": "Draft", "points": [point]}
        second = {
            "type": "plan-introduced",
            "plan": "final",
            "title": "Final",
            "points": [point | {"text": "The border stays shut."}],
        }
        reports = [{"published": "2025-12-20", "publisher": "herald"}]
        world.record(
            "2025-12-20T10:00:00Z",
            [{**each, "occurred": "2025-12-20", "reports": reports} for each in (first, second)],
        )
        file, bundle_file = tmp_path / "receipt.txt", tmp_path / "bundle.zip"
        file.write_text(receipt(world, of="plans/draft/diff", to_plan="final"))
        export = world.client.get(f"{TALKS}/export?format=bundle")
        bundle_file.write_bytes(export.content)
        key = world.ledger.verifier

    assert "shut" in read_receipt(file.read_text())[2]
    ran = run_command("verify", "--receipt", file, "--bundle", bundle_file, "--key", key.to_text())
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.splitlines()[0] == (
        f"Proven by the key {key.name}+{key.id.hex()} that you gave: it signed this answer, and the"
        f" answer computed anew from the {len(OPENING) + 2} events of the bundle is the same, byte"
        " for byte. The bundle is the whole log, so nothing is left out."
    )


def test_an_answer_that_its_events_do_not_give_is_refused_though_signed(
    world: World, members: dict[str, bytes], tmp_path: Path
) -> None:
    text = receipt(world, of="positions").rpartition("\n\n")[0]
    form, address, _, answer, proofs = text.split("\n")
    false = answer.replace('"stance":"', '"stance":"not ')
    digest = sha256(false.encode()).hexdigest()
    file, bundle_file = tmp_path / "receipt.txt", write_zip(tmp_path / "bundle.zip", members)
    lines = [form, address, digest, false, proofs]
    file.write_text(world.ledger.log_key.sign_text("".join(f"{line}\n" for line in lines)))

    assert "Only asserted" in verify_bundle.check_file(str(file))[0]
    ran = run_command("verify", "--receipt", file, "--bundle", bundle_file)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "not the one that the events of the bundle give" in ran.stderr


def test_an_unsigned_receipt_says_that_its_answer_is_only_asserted(tmp_path: Path) -> None:
    told = json.loads(UNSIGNED_RECEIPT.read_text())
    answer = json.loads(told["answer"])
    answer["data"]["parties"][0]["name"] = "Somebody else"
    text = canonical_json(answer)
    forged = told | {"answer": text, "answer_hash": sha256(text.encode()).hexdigest()}
    file = tmp_path / "receipt.json"
    file.write_text(json.dumps(forged))

    for each in (file, UNSIGNED_RECEIPT):
        assert (
            "Only asserted, and signed by nobody: the answer itself."
            in (run_verifier(each).stdout.splitlines()[0])
        )
    bundle_file = UNSIGNED_RECEIPT.with_name("harbour-wages.zip")
    ran = run_command("verify", "--receipt", UNSIGNED_RECEIPT, "--bundle", bundle_file)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "is not signed" in ran.stderr


# The ways in.


def test_a_document_is_checked_by_the_verifier_of_the_bundle(
    world: World, members: dict[str, bytes], tmp_path: Path
) -> None:
    good, bad = write_zip(tmp_path / "good.zip", members), tmp_path / "bad.json"
    bad.write_text(receipt(world).replace("payload_hash", "payload_hasg"))

    assert document_checks.check_document(good)
    with pytest.raises(TamperedError):
        document_checks.check_document(good, document_checks.DocumentTrust("log+00000000+AA=="))
    with pytest.raises((TamperedError, InvalidQuestionError)):
        document_checks.check_document(bad)
    with pytest.raises(InvalidQuestionError):
        document_checks.check_document(tmp_path / "nowhere")


def test_the_command_checks_a_document_with_exit_code_one(
    members: dict[str, bytes], tmp_path: Path
) -> None:
    good = write_zip(tmp_path / "good.zip", members)
    bad = write_zip(tmp_path / "bad.zip", members | {"key.txt": b"another\n"})
    codes = {
        file.name: run_command("verify", "--bundle", file).returncode
        for file in (good, bad, tmp_path / "nowhere.zip")
    }

    assert codes == {"good.zip": 0, "bad.zip": 1, "nowhere.zip": 2}


@pytest.mark.parametrize(
    "arguments", [[], ["a", "b"], ["a", "--key"], ["a", "--kex", "b"], ["nowhere"]]
)
def test_bad_usage_ends_with_two(arguments: list[str]) -> None:
    command = [sys.executable, "-I", VERIFIER, *arguments]
    ran = subprocess.run(command, env={}, capture_output=True, check=False, timeout=60)

    assert ran.returncode == 2


def test_a_bundle_is_written_whole_or_not_at_all(demo: Path, tmp_path: Path) -> None:
    assert export_bundle(demo, "none", tmp_path / "bundle.zip").returncode == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("signed_soon")
def test_a_bundle_has_the_last_checkpoint_of_each_day(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        signer = world.ledger.checkpoints
        assert signer
        world.record("2026-01-10T12:00:00Z", OPENING)
        for number, day in enumerate((10, 10, 11, 13, 13, 13), 1):
            world.record(f"2026-01-{day}T13:00:0{number}Z", [statement(number)])
            leaf_records.await_checkpoint(world.ledger, len(OPENING) + number)
        with world.ledger.open_snapshot() as c:
            kept = [
                signer.key.verifier.open_note(n).size for n in leaf_records.read_daily_notes(c, 99)
            ]

    assert kept == [len(OPENING) + number for number in (2, 3, 6)]
