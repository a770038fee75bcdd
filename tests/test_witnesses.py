"""A ledger and its witnesses, of which one is down, one was killed and one was shown a fork."""

from __future__ import annotations

import logging
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest
import uvicorn

from api.app import create_app
from api.cli.recover import keep_database, show_histories
from api.settings import Settings, load_settings
from api.wiring import open_ledger
from api.witness_app import create_witness_app
from domain.acceptance import parse_event
from domain.errors import ClockError, ForkedLogError, InvalidQuestionError
from ledger.guarded_clock import GuardedClock
from ledger.proofs.cosignature import WitnessVerifier, cosign_note, witness_verifier
from ledger.proofs.signed_note import LogKey, Verifier
from ledger.proofs.stored_cosignatures import read_newest_note, read_signed_note
from ledger.proofs.verify_bundle import NOTE_SEPARATOR
from ledger.proofs.witness_request import AddCheckpoint, checkpoint_path
from ledger.submission import Submission
from ledger.witness import Witness
from ledger.witness_client import ConfiguredWitness
from ledger.witness_state import open_witness
from ledger.writer import Ledger
from tests.command_line import run_command
from tests.local_client import LocalClient
from tests.serving import ACCEPTED, BIN, serve_http, wait_until
from tests.test_documents import VERIFIER
from tests.test_forks import OPENING, party
from tests.world import KEY, World

pytestmark = pytest.mark.usefixtures("signed_soon")

LOG = LogKey.parse(KEY)
OTHER = LogKey("witness.example/other", bytes([7] * 32))


class RunningWitness:
    """A witness that answers from a thread, whose files stay where it ends."""

    def __init__(self, folder: Path, name: str, log: Verifier = LOG.verifier) -> None:
        self.folder, self.name, self.port, self.log = folder, name, 0, log
        self._held = ExitStack()
        self.start()

    def start(self) -> None:
        listener = socket.create_server(("127.0.0.1", self.port))
        self.port = listener.getsockname()[1]
        files = (self.folder / f"{self.name}.{kind}" for kind in ("key", "state"))
        key, state = open_witness(*files, f"witness.example/{self.name}")
        self.configured = ConfiguredWitness(f"http://127.0.0.1:{self.port}", witness_verifier(key))
        app = create_witness_app(Witness(key, [self.log], state))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, args=[[listener]])
        thread.start()
        self._held.callback(state.close)
        self._held.callback(listener.close)
        self._held.callback(thread.join)
        self._held.callback(setattr, server, "should_exit", True)

    def end(self) -> None:
        self._held.close()

    @property
    def key(self) -> str:
        return self.configured.key.to_text()


class WitnessProcess(RunningWitness):
    """A witness that the command runs, and that can be killed."""

    def start(self) -> None:
        process = subprocess.Popen(
            [
                BIN / "minutebook",
                "witness",
                f"--key={self.folder / self.name}.key",
                f"--state={self.folder / self.name}.state",
                f"--listen=127.0.0.1:{self.port}",
                f"--log={self.log.to_text()}",
                f"--name=witness.example/{self.name}",
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        self._held.callback(process.communicate)
        self._held.callback(process.kill)
        assert process.stdout
        assert "answers at" in process.stdout.readline()
        self.configured = ConfiguredWitness.parse(process.stdout.readline().strip())
        self.port = int(self.configured.url.rpartition(":")[2])


@pytest.fixture
def witnesses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[RunningWitness, RunningWitness, RunningWitness]]:
    monkeypatch.setattr("ledger.witness_client.FIRST_PAUSE", 0.05)
    monkeypatch.setattr("ledger.witness_client.LONGEST_PAUSE", 0.2)
    with ExitStack() as ends:
        made = []
        for name in ("one", "two", "three"):
            made.append(RunningWitness(tmp_path, name))
            ends.callback(made[-1].end)
        yield made[0], made[1], made[2]


@pytest.fixture(params=["sqlite", "postgres"])
def server(request: pytest.FixtureRequest) -> str | None:
    url: str | None = request.getfixturevalue("postgres_url") if request.param != "sqlite" else None
    return url


def newest_note(world: World) -> str:
    with world.ledger.open_snapshot() as c:
        return read_newest_note(c) or ""


def is_cosigned(world: World, *keys: WitnessVerifier) -> bool:
    """Return whether these witnesses cosigned all that is recorded."""
    note = newest_note(world)
    is_newest = LOG.verifier.open_note(note).size == world.ledger.continuity.known_head.size
    return is_newest and all(key.find_cosignature(note) for key in keys)


def record(world: World, *slugs: str) -> None:
    for slug in slugs:
        world.record("2026-03-02T00:00:00Z", [party(slug)])


def run_verifier(file: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["python3", "-I", VERIFIER, file, *options], capture_output=True, text=True, check=False
    )


def write_uncosigned(bundle: Path, target: Path, note: str) -> None:
    """Write a bundle again without cosignatures, given its newest checkpoint."""
    with ZipFile(bundle) as given:
        members = {name: given.read(name) for name in given.namelist()}
    notes = members["checkpoints.txt"].decode().split(NOTE_SEPARATOR)
    members["checkpoint.txt"] = note.encode()
    members["checkpoints.txt"] = NOTE_SEPARATOR.join([*notes[:-1], note]).encode()
    listed = [name for name in members if name != "sha256sums.txt"]
    sums = [f"{sha256(members[name]).hexdigest()}  {name}\n" for name in sorted(listed)]
    members["sha256sums.txt"] = "".join(sums).encode()
    with ZipFile(target, "w") as made:
        for name, content in members.items():
            made.writestr(name, content)


def test_two_of_three_witnesses_cosign_while_one_is_down(
    tmp_path: Path, server: str | None, witnesses: tuple[RunningWitness, ...]
) -> None:
    *up, down = witnesses
    down.end()
    keys = [witness.configured.key for witness in up]
    configured = [witness.configured for witness in witnesses]

    with World(tmp_path, server=server, witnesses=configured) as world:
        world.record("2026-03-01T00:00:00Z", [OPENING])
        record(world, "a", "b")
        wait_until(partial(is_cosigned, world, *keys))
        record(world, "c")
        wait_until(partial(is_cosigned, world, *keys))
        served = world.client.get("/v1/audit/checkpoint").text
        files = tmp_path / "receipt.json", tmp_path / "bundle.zip"
        receipt = world.get("/receipt")
        assert receipt.status_code == 200, receipt.text
        files[0].write_bytes(receipt.content)
        files[1].write_bytes(world.get("/export", format="bundle").content)
        before = tmp_path / "uncosigned.zip"
        with world.ledger.open_snapshot() as c:
            write_uncosigned(files[1], before, read_signed_note(c) or "")
        assert served == newest_note(world)
        states = world.client.get("/readyz").json()["witnesses"]
        assert [(each["cosigns"], each["size"], each["behind"]) for each in states] == [
            (True, 4, 0),
            (True, 4, 0),
            (False, 0, 4),
        ]
        assert states[0]["says"].startswith("witness.example/one cosigned all 4 signed events, at")
        assert "ConnectError" in states[2]["says"]
        page = world.client.get("/desk/talks/audit").text
        assert page.count("cosigned all 4 signed events") == 2
        with closing(LocalClient(create_app(world.ledger, ready_witnesses=2))) as client:
            assert client.get("/readyz").status_code == 200
        with closing(LocalClient(create_app(world.ledger, ready_witnesses=3))) as client:
            unready = client.get("/readyz")
            assert unready.status_code == 503
            assert (
                "2 of the 3 witnesses that must cosign do: witness.example/three cosigned"
                in (unready.json()["detail"])
            )

        down.start()
        wait_until(partial(is_cosigned, world, *keys, down.configured.key))

    named = [f"--witness={witness.key}" for witness in witnesses]
    words = [word for option in named for word in option.split("=", 1)]
    for file in files:
        held = run_verifier(file, *words, "--policy", "2")
        lacks = run_verifier(file, *words)
        assert held.returncode == 0, held.stderr
        kind = "receipt" if file.suffix == ".json" else "bundle"
        of = f"that you named cosigned the checkpoint of the {kind}"
        assert f"2 of the 3 witnesses {of}: witness.example/one" in held.stdout
        assert (lacks.returncode, lacks.stdout) == (1, "")
        assert f"2 of the 3 witnesses {of}, and 3" in lacks.stderr
        command = ("verify", f"--{kind}", str(file), *named)
        assert run_command(*command, "--policy=2").returncode == 0
        assert run_command(*command).returncode == 1
    both = ("verify", f"--receipt={files[0]}", f"--bundle={files[1]}")
    held_both = run_command(*both, *named, "--policy=2")
    assert held_both.returncode == 0, held_both.stderr
    for kind in ("receipt", "bundle"):
        assert f"cosigned the checkpoint of the {kind}: witness.example/one" in held_both.stdout
    uncosigned = run_command("verify", f"--receipt={files[0]}", f"--bundle={before}", *named[:1])
    assert uncosigned.returncode == 1
    assert "0 of the 1 witness that you named cosigned the checkpoint of the bundle" in " ".join(
        uncosigned.stderr.split()
    )
    place = server or str(tmp_path / "world.db")
    settings = {"MINUTEBOOK_LOG_KEY": KEY}
    settings["MINUTEBOOK_CHECKPOINT"] = str(tmp_path / "world.db.checkpoint")
    ledger = run_command("verify", "--db", place, *named, **settings)
    assert ledger.returncode == 0, ledger.stdout
    assert "the witnesses that were asked for cosigned 4 of them" in ledger.stdout
    stranger = witness_verifier(OTHER).to_text()
    unknown = run_command("verify", "--db", place, *named, f"--witness={stranger}", **settings)
    assert unknown.returncode == 1
    assert "4 of the 4 witnesses were to cosign a checkpoint; at most 3" in " ".join(
        unknown.stdout.split()
    )


@pytest.mark.parametrize("known_size", [0, 1])
def test_a_witness_that_was_shown_a_fork_stops_the_ledger(
    tmp_path: Path,
    witnesses: tuple[RunningWitness, ...],
    caplog: pytest.LogCaptureFixture,
    known_size: int,
) -> None:
    """Both histories are known to have in common what that witness cosigned before."""
    one, _, three = witnesses
    fork = tmp_path / "fork"
    fork.mkdir()
    with World(tmp_path, witnesses=[three.configured] * known_size) as world:
        world.record("2026-03-01T00:00:00Z", [OPENING])
        wait_until(lambda: not known_size or is_cosigned(world, three.configured.key))
    for file in tmp_path.glob("world.db*"):
        shutil.copy(file, fork)
    with World(fork, witnesses=[three.configured]) as world:
        record(world, "other", "another")
        wait_until(partial(is_cosigned, world, three.configured.key))

    with World(tmp_path, witnesses=[one.configured]) as world:
        record(world, "a")
        wait_until(partial(is_cosigned, world, one.configured.key))
        record(world, "b", "c")
        wait_until(partial(is_cosigned, world, one.configured.key))
    before = (tmp_path / "world.db.checkpoint").read_text()
    three.end()
    with World(tmp_path, witnesses=[one.configured, three.configured]) as world:
        client = world.client
        three.start()  # once the application is there, which is not made on a forked log
        wait_until(lambda: world.ledger.continuity.fork is not None)
        with pytest.raises(ForkedLogError, match=r"its first 3 events .*witness\.example/three"):
            record(world, "d")
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json()["title"]) == (503, "Log forked")
        assert "witness.example/three" in ready.json()["detail"]
    assert (tmp_path / "world.db.checkpoint").read_text() == before
    assert "its first 3 events" in caplog.text

    with pytest.raises(ForkedLogError, match="which a witness showed"), World(tmp_path):
        pass
    settings = Settings(
        db=tmp_path / "world.db", log_key=Path(KEY), checkpoint=tmp_path / "world.db.checkpoint"
    )
    shown, is_decided = show_histories(settings)
    assert (shown["signed"]["size"], shown["database"]["size"], is_decided) == (3, 4, False)
    assert shown["common"]["size"] == known_size
    keep_database(settings, "the fork was a test", ACCEPTED)
    assert (tmp_path / "world.db.checkpoint.given-up-3").is_file()

    caplog.clear()
    with World(tmp_path, witnesses=[one.configured, three.configured]) as world:
        record(world, "e")
        wait_until(partial(is_cosigned, world, one.configured.key))
        wait_until(lambda: "given up here" in caplog.text)
        assert world.ledger.continuity.fork is None


def test_a_ledger_put_back_with_all_its_files_is_noticed(
    tmp_path: Path, witnesses: tuple[RunningWitness, ...]
) -> None:
    witness, copy = witnesses[0].configured, tmp_path / "copy"
    copy.mkdir()
    with World(tmp_path, witnesses=[witness]) as world:
        world.record("2026-03-01T00:00:00Z", [OPENING])
        wait_until(partial(is_cosigned, world, witness.key))
    for file in tmp_path.glob("world.db*"):
        shutil.copy(file, copy)
    with World(tmp_path, witnesses=[witness]) as world:
        record(world, "a")
        wait_until(partial(is_cosigned, world, witness.key))

    with World(copy, witnesses=[witness]) as world:
        record(world, "b")
        wait_until(lambda: world.ledger.continuity.fork is not None)
        assert "its first 2 events" in str(world.ledger.continuity.fork)


@pytest.fixture
def killed_witness(tmp_path: Path) -> Iterator[WitnessProcess]:
    witness = WitnessProcess(tmp_path, "one")
    yield witness
    witness.end()


def test_a_killed_witness_remembers_and_the_size_it_tells_is_followed(
    tmp_path: Path, killed_witness: WitnessProcess
) -> None:
    witness = killed_witness
    with World(tmp_path) as world:
        world.record("2026-03-01T00:00:00Z", [OPENING])
    with World(tmp_path) as world:
        body = AddCheckpoint(0, [], newest_note(world)).to_body()
        answer = httpx.post(f"{witness.configured.url}/add-checkpoint", content=body)
        assert answer.status_code == 200
    witness.end()
    witness.start()

    with World(tmp_path, witnesses=[witness.configured]) as world:
        record(world, "a")
        wait_until(partial(is_cosigned, world, witness.configured.key))
        shown = httpx.get(f"{witness.configured.url}{checkpoint_path(LOG.name)}").text
        assert witness.configured.key.find_cosignature(shown)
        assert LOG.verifier.open_note(shown).size == 2


Answer = Callable[[str, bytes], tuple[int, str, bytes]]


@contextmanager
def serve_answers(answer: Answer) -> Iterator[str]:
    """Serve a witness that answers a method and a body as it is told."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, media_type, text = answer(self.command, body)
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def do_GET(self) -> None:
            self.headers["Content-Length"] = "0"
            self.do_POST()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with serve_http(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as address:
        yield address


def always(status: int, text: bytes = b"no\n", media_type: str = "text/plain") -> Answer:
    return lambda method, body: (status, media_type, text)


def cosigned_by_another(method: str, body: bytes) -> tuple[int, str, bytes]:
    line = cosign_note(OTHER, AddCheckpoint.parse(body).note, 1_700_000_000).line
    return 200, "text/plain", line.encode()


def cosigned_otherwise(method: str, body: bytes) -> tuple[int, str, bytes]:
    note = LOG.sign_checkpoint(1, bytes(32))
    return 200, "text/plain", cosign_note(LOG, note, 1_700_000_000).line.encode()


def larger(shown: str) -> Answer:
    def answer(method: str, body: bytes) -> tuple[int, str, bytes]:
        if method == "GET":
            return 200, "text/plain", shown.encode()
        return 409, "text/x.tlog.size", b"99\n"

    return answer


def test_the_time_of_a_witness_is_one_to_hold_the_clock_against(tmp_path: Path) -> None:
    long_ago = count(1_700_000_000)

    def cosign(method: str, body: bytes) -> tuple[int, str, bytes]:
        cosignature = cosign_note(OTHER, AddCheckpoint.parse(body).note, next(long_ago))
        return 200, "text/plain", cosignature.line.encode()

    with serve_answers(cosign) as url:
        configured = [ConfiguredWitness(url, witness_verifier(OTHER))]
        opened = partial(open_ledger, tmp_path / "a.db", key_path=KEY, witnesses=configured)
        with closing(opened(clock=GuardedClock())) as ledger:
            ledger.record(Submission("talks", [parse_event(OPENING)]))
            wait_until(lambda: is_refused(ledger))
        told = r"ahead of the time that witness\.example/other told"
        with pytest.raises(ClockError, match=told):
            opened(clock=GuardedClock())


def is_refused(ledger: Ledger) -> bool:
    try:
        ledger.clock()
    except ClockError as error:
        return "the time that witness.example/other told" in error.detail
    return False


def test_what_a_witness_shows_late_is_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A fork is noticed although the witness that has it did not show it at first."""
    monkeypatch.setattr("ledger.witness_client.FIRST_PAUSE", 0.05)
    fork, shown = LOG.sign_checkpoint(99, bytes(32)), list[str]()

    def answer(method: str, body: bytes) -> tuple[int, str, bytes]:
        if method == "GET":
            return (200, "text/plain", shown[0].encode()) if shown else (500, "text/plain", b"")
        return 409, "text/x.tlog.size", b"99\n"

    with serve_answers(answer) as url:
        configured = ConfiguredWitness(url, witness_verifier(OTHER))
        with World(tmp_path, witnesses=[configured]) as world:
            world.record("2026-03-01T00:00:00Z", [OPENING])
            wait_until(lambda: "shows none (500)" in caplog.text)
            shown.append(fork)
            wait_until(lambda: world.ledger.continuity.fork is not None)


FAULTY: dict[str, tuple[Answer, str]] = {
    "another key of the log": (always(403), "/v1/audit/key"),
    "an unknown log": (always(404), "add the key of this log"),
    "a fault of its own": (always(500), "500"),
    "a proof refused, and nothing shown": (
        lambda method, body: (422 if method == "POST" else 404, "text/plain", b""),
        "shows none",
    ),
    "a size that is none": (always(409, b"many\n", "text/x.tlog.size"), "not a tree size"),
    "an answer without end": (always(200, b"x" * 70_000), "too long"),
    "no signature": (always(200), "not signed with the key"),
    "the signature of another": (cosigned_by_another, "not signed with the key"),
    "a signature of another note": (cosigned_otherwise, "of another note"),
    "a larger size, and another log's checkpoint": (
        larger(LogKey(LOG.name, bytes([9] * 32)).sign_checkpoint(99, bytes(32))),
        "not signed by",
    ),
}


@pytest.mark.parametrize("name", FAULTY)
def test_a_faulty_witness_is_told_and_delays_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    answer, told = FAULTY[name]
    caplog.set_level(logging.ERROR)
    with serve_answers(answer) as url:
        configured = ConfiguredWitness(url, witness_verifier(LOG))
        with World(tmp_path, witnesses=[configured]) as world:
            world.record("2026-03-01T00:00:00Z", [OPENING])
            wait_until(lambda: told in caplog.text)
            record(world, "a", "b")
            assert world.ledger.continuity.fork is None
            (state,) = world.client.get("/readyz").json()["witnesses"]
            assert (state["cosigns"], state["size"], state["at"]) == (False, 0, None)
            assert told in state["problem"]
            assert f"cosigned nothing, and does not cosign now: {state['problem']}" in state["says"]
            page = world.client.get("/desk/talks/audit").text
            assert "nothing cosigned yet" in page
            assert "does not cosign now" in page
            assert newest_note(world).count("— ") == 1


def test_what_a_witness_shows_is_held_against_the_log(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        world.record("2026-03-01T00:00:00Z", [OPENING])
        record(world, "a")
        wait_until(partial(is_cosigned, world))
        world.ledger.report_witnessed(newest_note(world), "the witness w")
        for size in (1, 2):
            with pytest.raises(ForkedLogError, match=f"its first {size} events"):
                world.ledger.report_witnessed(LOG.sign_checkpoint(size, bytes(32)), "the witness w")
            world.ledger.continuity._fork = None


def test_a_larger_tree_that_this_log_signed_stops_it(tmp_path: Path) -> None:
    with serve_answers(larger(LOG.sign_checkpoint(99, bytes(32)))) as url:
        configured = ConfiguredWitness(url, witness_verifier(OTHER))
        with World(tmp_path, witnesses=[configured]) as world:
            world.record("2026-03-01T00:00:00Z", [OPENING])
            wait_until(lambda: world.ledger.continuity.fork is not None)
            with pytest.raises(ForkedLogError, match="had 99 according to the witness"):
                record(world, "a")


def test_a_stored_cosignature_that_was_changed_is_a_fault(
    tmp_path: Path, witnesses: tuple[RunningWitness, ...]
) -> None:
    configured = witnesses[0].configured
    with World(tmp_path, witnesses=[configured]) as world:
        world.record("2026-03-01T00:00:00Z", [OPENING])
        wait_until(partial(is_cosigned, world, configured.key))
        forged = cosign_note(OTHER, newest_note(world), 1).line
        size = LOG.verifier.open_note(newest_note(world)).size

        def write(c: object) -> None:
            c.execute("INSERT INTO cosignature VALUES (?, ?, ?)", (size, "forged", forged))  # type: ignore[attr-defined]  # a cursor

        world.ledger.run_in_writer(write).result(10)
    settings = {
        "MINUTEBOOK_LOG_KEY": KEY,
        "MINUTEBOOK_CHECKPOINT": str(tmp_path / "world.db.checkpoint"),
    }

    result = run_command("verify", "--db", str(tmp_path / "world.db"), **settings)

    assert result.returncode == 1
    assert "cosignature of 1 events by forged" in result.stdout


def test_the_setting_takes_lines_or_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [
        f"https://{key.name} {witness_verifier(key).to_text()}"
        for key in (OTHER, LogKey("w.example/2", bytes(32)))
    ]
    file, toml = tmp_path / "witnesses.txt", tmp_path / "settings.toml"
    file.write_text("# ours\n" + "\n\n".join(lines) + "\n")
    toml.write_text(f"witnesses = {lines}")
    for value in ("\n".join(lines), str(file)):
        monkeypatch.setenv("MINUTEBOOK_WITNESSES", value)
        assert load_settings().witnesses == tuple(lines)
    monkeypatch.delenv("MINUTEBOOK_WITNESSES")
    monkeypatch.setenv("MINUTEBOOK_CONFIG", str(toml))
    assert load_settings().witnesses == tuple(lines)
    assert [each.url for each in load_settings().configured_witnesses] == [
        "https://witness.example/other",
        "https://w.example/2",
    ]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("nowhere.txt", "witnesses cannot be 'nowhere.txt'"),
        ("witness.example key+1+2", "is no witness"),
        ("https://witness.example key+1+2", "'2' is not base64"),
        (f"https://log.example {LOG.verifier.to_text()}", "no verifier key of a witness"),
    ],
)
def test_a_setting_that_names_no_witness_is_refused(
    monkeypatch: pytest.MonkeyPatch, value: str, told: str
) -> None:
    monkeypatch.setenv("MINUTEBOOK_WITNESSES", value)

    with pytest.raises(InvalidQuestionError, match=told.replace("+", r"\+")):
        _ = load_settings().configured_witnesses
