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
from typing import Any

import pytest
import rfc8785

from api.cli import demo_ledger, maintenance, verify
from api.http import openapi, receipts
from api.settings import Settings
from api.wiring import open_configured_ledger
from domain import acceptance
from domain.asked_dates import DateReader
from domain.basis import Question
from domain.errors import InvalidQuestionError, TamperedError
from ledger.proofs import leaf_records, stored_cosignatures, verify_bundle
from ledger.proofs.checkpoints import load_verifier
from ledger.proofs.verify_bundle import MEMBER_NAMES, RefusedError, canonical_json
from ledger.read_only import ReadOnlyLedger
from ledger.submission import Submission
from tests import exporting
from tests.command_line import run_command
from tests.facts import OPENING, STANCE, event_id, statement
from tests.world import KEY, World

TALKS = "/v1/negotiations/talks"
VERIFIER = Path(verify_bundle.__file__)
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
    return answer.text


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
        verify_bundle.check_file(str(path), key)
    return str(caught.value.args[0])


# What holds.


def test_a_receipt_of_the_demonstration_holds_with_python_alone(demo: Path, tmp_path: Path) -> None:
    key = load_verifier(f"{demo}.key")
    as_of = DateReader("UTC", 0).read("DATE", "2025-12-22")
    ledger = ReadOnlyLedger(demo)
    body = receipts.build_receipt(
        ledger, key, demo_ledger.NEGOTIATION, lambda _: Question(as_of=as_of), "state"
    )
    ledger.close()
    file = tmp_path / "receipt.json"
    file.write_bytes(body)

    held = run_verifier(file, "--key", key.to_text())
    assert (held.returncode, held.stderr) == (0, "")
    assert "rests on 184 events" in held.stdout
    assert "Shown as recorded: 184; withheld or erased: 0" in held.stdout
    assert "the key that you gave" in held.stdout
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
        assert "It is the whole log" in held.stdout
    assert file.read_bytes() == again.read_bytes()


def test_a_bundle_carries_the_verifier_and_says_what_it_cannot_show(
    members: dict[str, bytes], tmp_path: Path
) -> None:
    held = run_verifier(write_zip(tmp_path / "bundle.zip", members))

    assert list(members) == MEMBER_NAMES
    assert members["verify_bundle.py"] == VERIFIER.read_bytes()
    assert len(VERIFIER.read_text().splitlines()) <= 380
    assert "none of the 1 other entries" in held.stdout


@pytest.mark.parametrize(
    "of",
    ["state", "positions", "positions/north/border", "plans", "meetings", f"events/{event_id(3)}"],
)
@pytest.mark.parametrize("basis", ["as-known", "as-recorded", "hindsight"])
def test_the_pinned_address_of_a_receipt_answers_what_was_hashed(
    world: World, of: str, basis: str, tmp_path: Path
) -> None:
    text = receipt(world, of=of, basis=basis, audience="press", tz="Europe/Kyiv")
    told = json.loads(text)
    answer = world.client.get(told["address"]).json()

    assert sha256(rfc8785.dumps(answer)).hexdigest() == told["answer_hash"]
    assert text.encode() == rfc8785.dumps(told)
    assert answer["basis"] == told["basis"]
    (tmp_path / "receipt.json").write_text(text)
    assert verify_bundle.check_file(str(tmp_path / "receipt.json"))


def test_the_receipt_that_openapi_shows_holds(tmp_path: Path) -> None:
    file = tmp_path / "receipt.json"
    file.write_text(json.dumps(openapi.load_examples()["receipt"]))

    assert verify_bundle.check_file(str(file))


def test_a_receipt_waits_for_its_checkpoint_and_gives_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with World(tmp_path, "http") as world:
        world.record("2025-12-20T09:00:00Z", OPENING)
        world.record("2025-12-20T10:00:00Z", [STANCE])
        assert json.loads(receipt(world))["events"]

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
    assert printed == place.read_text() + "\n"


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
    events = json.loads(receipt(world, of=of, audience=audience))["events"]
    withheld = [each for each in events if each["payload"] is None]

    assert SECRET not in json.dumps(events)
    assert withheld
    assert all(each["salt"] is None and each["path"] and each["leaf"] for each in withheld)


def test_a_receipt_for_staff_tells_everything(world: World) -> None:
    events = json.loads(receipt(world, audience="staff"))["events"]

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
    yield told | {"address": told["address"].replace("/talks/", "/other/")}
    yield told | {"address": told["address"].replace("audience=public", "audience=staff")}
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


def test_every_well_formed_forgery_of_a_receipt_is_refused(world: World, tmp_path: Path) -> None:
    told, file = json.loads(receipt(world)), tmp_path / "receipt.json"
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
    reading, key = ReadOnlyLedger(where.db), load_verifier(where.key_path)
    file = tmp_path / "bundle.zip"
    exporting.write_bundle(reading, key, "talks", file)
    lines = [
        json.loads(line)
        for line in b"".join(leaf_records.export_lines(reading, "talks")).splitlines()
    ]
    cited = receipts.build_receipt(
        reading, key, "talks", lambda _: Question(audience="staff"), "state"
    )
    reading.close()
    (tmp_path / "receipt.json").write_bytes(cited)

    assert verify_bundle.check_file(str(file), key.to_text())
    assert SECRET.encode() not in file.read_bytes()
    assert (lines[4]["salt"], lines[4]["erased"], len(lines[4]["payload_hash"])) == (None, True, 64)
    assert verify_bundle.check_file(str(tmp_path / "receipt.json"), key.to_text())


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


# The ways in.


def test_a_document_is_checked_by_the_verifier_of_the_bundle(
    world: World, members: dict[str, bytes], tmp_path: Path
) -> None:
    good, bad = write_zip(tmp_path / "good.zip", members), tmp_path / "bad.json"
    bad.write_text(receipt(world).replace('"payload_hash', '"payload_hasg'))

    assert verify.check_document(good)
    with pytest.raises(TamperedError):
        verify.check_document(good, key="log+00000000+AA==")
    with pytest.raises((TamperedError, InvalidQuestionError)):
        verify.check_document(bad)
    with pytest.raises(InvalidQuestionError):
        verify.check_document(tmp_path / "nowhere")


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
