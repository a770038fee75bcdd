"""A log that is swapped, a file that is changed, a clock that jumps: nothing false may follow.

A server is harmed while it runs, or between two starts; then a client records, asks for pinned
answers and waits for a signature. It must not record on, sign a tree that does not continue the one
signed before, or give another answer under a pinned address. Version 0.2.0 does.
"""

from __future__ import annotations

import base64
import http.client
import os
import shutil
import signal
import sqlite3
import subprocess
import tarfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any, NamedTuple, Protocol

import psycopg
from psycopg import sql

from ledger.proofs.merkle import Frontier
from tests import postgres
from tests.evidence.reliability.kills import memory_folder
from tests.evidence.reliability.starter import CHECKOUT, Starter
from tests.evidence.reliability.trial import Outcome, Trial
from tests.evidence.reliability.workload import EVENTS, NAME, ServedLedger, call

VERSION_0_2_0 = "1f847e695304ab74c53362d7f4b12eed8c247547"
OPENING = {"type": "negotiation-opened", "title": "Talks"}
LATER_DAYS = 365
EMBARGOED = {
    "type": "document-published",
    "document": "embargoed",
    "title": "Draft",
    "occurred": "2026-03-01",
    "reports": [{"published": "2027-06-01", "publisher": "Post"}],
}
SIGNED_AFTER = 1.3
"""Seconds after which the newest event is signed, if it ever is."""
DAY = 86_400


def party(name: str) -> dict[str, Any]:
    reports = [{"published": "2026-03-01", "publisher": "Post"}]
    return {"type": "party-registered", "party": name, "name": name, "reports": reports}


class Signed(NamedTuple):
    """What the checkpoint outside of the database says."""

    size: int
    root: bytes


class Place(Protocol):
    """Where a ledger is, and how its whole content is kept and put back by somebody else."""

    db: str

    def keep(self, name: str) -> None: ...

    def put_back(self, name: str, *, running: bool) -> None: ...

    def read_leaves(self) -> list[bytes]: ...


LEAVES = "SELECT leaf_hash FROM event ORDER BY seq"


class SqlitePlace:
    """A file and its copies."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "ledger.db"
        self.db = str(self.file)

    def keep(self, name: str) -> None:
        self._copy(self.file, self.file.with_name(f"{name}.kept"))

    def put_back(self, name: str, *, running: bool) -> None:
        if not running:
            for ending in ("", "-wal", "-shm"):
                Path(f"{self.file}{ending}").unlink(missing_ok=True)
        self._copy(self.file.with_name(f"{name}.kept"), self.file)

    def read_leaves(self) -> list[bytes]:
        with closing(sqlite3.connect(self.file)) as connection, suppress(sqlite3.DatabaseError):
            return [bytes(leaf) for (leaf,) in connection.execute(LEAVES)]
        return []

    @staticmethod
    def _copy(source: Path, target: Path) -> None:
        with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
            one.backup(other)


class PostgresPlace:
    """A database and its copies."""

    def __init__(self, server: postgres.Server, name: str) -> None:
        self.server, self.name, self.db = server, name, server.url(name)
        with server.connect() as admin:
            admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))

    def keep(self, name: str) -> None:
        self._copy(self.name, f"{self.name}_{name}")

    def put_back(self, name: str, *, running: bool) -> None:
        self._copy(f"{self.name}_{name}", self.name)

    def read_leaves(self) -> list[bytes]:
        with psycopg.connect(self.db) as connection:
            return [bytes(leaf) for (leaf,) in connection.execute(LEAVES)]

    def _copy(self, source: str, target: str) -> None:
        one, other = sql.Identifier(source), sql.Identifier(target)
        end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ANY(%s)"
        with self.server.connect() as admin:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(other))
            for _ in range(20):
                admin.execute(end, [[source]])
                with suppress(psycopg.errors.ObjectInUse):
                    admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(other, one))
                    return


class Bench:
    """A ledger of which several histories were kept; each case starts from the same one."""

    def __init__(self, place: Place, folder: Path, starter: Starter) -> None:
        self.place, self.folder = place, folder
        self.checkpoint, self.added = folder / "checkpoint", folder / "clock"
        self.set_clock(0)
        self.server = ServedLedger(place.db, folder, starter)
        self.pinned = dict[str, bytes]()
        self._prepare()

    def set_clock(self, seconds: int) -> None:
        """Let the clock of servers differ from that of the machine, also of one that runs."""
        with self.added.open("r+b" if self.added.exists() else "wb") as file:
            file.write(seconds.to_bytes(8, "little", signed=True))

    def _prepare(self) -> None:
        self._append("old", [OPENING, EMBARGOED, party("a"), party("b")])
        old = self.checkpoint.read_bytes()
        self._append("now", [party("c"), party("d"), party("e")])
        self.truth = self.read_signed()
        now = self.checkpoint.read_bytes()
        for name, count in (("shorter", 1), ("as long", 3), ("longer", 6)):
            self.place.put_back("old", running=False)
            self._put_checkpoint(old)
            self._append(name, [party(f"fork{n}") for n in range(count)])
        self._now = now
        self.restore()
        self.server.start()
        for address in pinned_addresses():
            status, body = ask(self.server.port, address)
            assert status == 200, body
            self.pinned[address] = body
        self.server.end(signal.SIGTERM)

    def _put_checkpoint(self, content: bytes) -> None:
        for each in self.folder.glob("checkpoint*"):
            each.unlink()
        self.checkpoint.write_bytes(content)

    def _append(self, name: str, events: list[dict[str, Any]]) -> None:
        self.server.start()
        status, answer = call(self.server.port, "POST", EVENTS, events)
        assert status == 201, answer
        self.server.end(signal.SIGTERM)
        self.place.keep(name)

    def restore(self) -> None:
        """Put everything as it was before the first case."""
        self.set_clock(0)
        self.place.put_back("now", running=False)
        self._put_checkpoint(self._now)

    def read_signed(self) -> Signed | None:
        if not self.checkpoint.exists():
            return None
        _, size, root = self.checkpoint.read_text().split("\n")[:3]
        return Signed(int(size), base64.b64decode(root))


def pinned_addresses() -> Iterator[str]:
    for seq in (4, 6, 7):
        yield f"/v1/negotiations/{NAME}/state?as_of=2026-06-01&seq={seq}"
        yield f"/v1/negotiations/{NAME}/state?as_of=2026-06-01&seq={seq}&audience=staff"


def ask(port: int, address: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(
            "GET", address, headers={"Accept": f"application/json, x/{os.urandom(4).hex()}"}
        )
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


class Harm(NamedTuple):
    """What is done to a ledger, while its server runs or not."""

    name: str
    do: Callable[[Bench, bool], None]
    running: bool
    stopped: bool
    sqlite_only: bool = False


def swap(history: str) -> Callable[[Bench, bool], None]:
    return lambda bench, running: bench.place.put_back(history, running=running)


def lose_checkpoint(bench: Bench, running: bool) -> None:
    for each in bench.folder.glob("checkpoint*"):
        each.unlink()
    bench.place.put_back("as long", running=running)


def to_file(change: Callable[[Path], object], ending: str = "") -> Callable[[Bench, bool], None]:
    return lambda bench, running: change(Path(f"{bench.place.db}{ending}")) and None


def replace_file(path: Path) -> None:
    shutil.copy(path.with_name("longer.kept"), path.with_name("other"))
    path.with_name("other").replace(path)


HARMS = (
    Harm("an older state", swap("old"), True, True),
    Harm("a shorter other history", swap("shorter"), True, True),
    Harm("another history of the same length", swap("as long"), True, True),
    Harm("a longer other history", swap("longer"), True, True),
    Harm("another history, without the checkpoint outside", lose_checkpoint, False, True),
    Harm("the file removed", to_file(Path.unlink), True, False, True),
    Harm("the write-ahead log removed", to_file(Path.unlink, "-wal"), True, False, True),
    Harm("the file emptied", to_file(lambda path: os.truncate(path, 0)), True, True, True),
    Harm("the file replaced", to_file(replace_file), True, True, True),
)
"""What may replace a log; a file that is removed while no server runs is a new ledger."""


def look(bench: Bench) -> Iterator[str]:
    """Record, ask, wait for a signature, stop the server; yield what is false by then."""
    port = bench.server.port
    with suppress(OSError, http.client.HTTPException):
        status, answer = call(port, "POST", EVENTS, [party("after")])
        if status == 201:
            yield f"recorded on as seq {answer['recorded'][0]['seq']}"
    for address, body in bench.pinned.items():
        with suppress(OSError, http.client.HTTPException):
            status, found = ask(port, address)
            if status == 200 and found != body:
                yield f"another answer at {address}"
    time.sleep(SIGNED_AFTER)


def try_harm(bench: Bench, harm: Harm, running: bool) -> list[str]:
    """Return what is false after a harm."""
    bench.restore()
    truth = bench.read_signed()
    assert truth
    found = list[str]()
    if running:
        bench.server.start()
        call(bench.server.port, "GET", f"/v1/negotiations/{NAME}/state")
    harm.do(bench, running)
    if not running:
        try:
            bench.server.start()
        except RuntimeError:
            return [] if bench.read_signed() in (truth, None) else ["signed, and did not start"]
    found += look(bench)
    bench.server.end(signal.SIGTERM)
    signed = bench.read_signed()
    if signed is None or signed == truth:
        return found
    leaves = bench.place.read_leaves()[: truth.size]
    root = Frontier().with_leaves(leaves)[0].root
    if signed.size < truth.size or len(leaves) < truth.size or root != truth.root:
        found.append(f"signed size {signed.size}, which does not continue {truth.size}")
    return found


def try_clock(bench: Bench, days: int, running: bool) -> list[str]:
    """Return what is false after the clock jumped, and was set right again."""
    bench.restore()
    found = list[str]()
    bench.server.start() if running else bench.set_clock(days * DAY)
    address = f"/v1/negotiations/{NAME}/events"
    if running:
        bench.set_clock(days * DAY)
    else:
        try:
            bench.server.start()
        except RuntimeError:
            return []
    for told in ("while the clock is wrong", "after it was set right"):
        status, answer = call(bench.server.port, "POST", EVENTS, [party(f"p{len(told)}")])
        at = answer["recorded"][0]["recorded_at"] if status == 201 else ""
        if at and abs(time.time() - to_seconds(at)) > 2 * 3600:
            found.append(f"recorded {told} at {at}")
        status, body = ask(bench.server.port, address)
        if status == 200 and b"embargoed" in body:
            found.append(f"the embargo ended {told}")
        bench.set_clock(0)
    bench.server.end(signal.SIGTERM)
    return found


def to_seconds(moment: str) -> float:
    from domain.instants import from_rfc3339

    return from_rfc3339(moment) / 1_000_000


Case = tuple[str, Callable[[Bench], list[str]]]


def cases(is_sqlite: bool) -> Iterator[Case]:
    for harm in HARMS:
        if harm.sqlite_only and not is_sqlite:
            continue
        if harm.running:
            yield (
                f"{harm.name}, while it runs",
                lambda bench, harm=harm: try_harm(bench, harm, True),
            )
        if harm.stopped:
            yield (
                f"{harm.name}, then a start",
                lambda bench, harm=harm: try_harm(bench, harm, False),
            )
    for days in (LATER_DAYS, -LATER_DAYS, 1, -1):
        yield (
            f"the clock {days:+} days, while it runs",
            lambda bench, days=days: try_clock(bench, days, True),
        )
    for days in (500, -2):
        yield (
            f"the clock {days:+} days at a start",
            lambda bench, days=days: try_clock(bench, days, False),
        )


@contextmanager
def benches(checkout: Path) -> Iterator[list[tuple[str, Bench]]]:
    """Make a bench on each database, with servers of a checkout."""
    with ExitStack() as held:
        folder = held.enter_context(memory_folder())
        shim = folder / "wrong_clock.so"
        source = Path(__file__).with_name("wrong_clock.c")
        subprocess.run(["gcc", "-shared", "-fPIC", "-o", shim, source, "-ldl"], check=True)
        cluster = held.enter_context(postgres.cluster(postgres.QUICK))
        made = []
        for name in ("sqlite", "postgres"):
            own = folder / name
            own.mkdir()
            environment = {"LD_PRELOAD": str(shim), "MINUTEBOOK_TEST_CLOCK": str(own / "clock")}
            place: Place = SqlitePlace(own) if name == "sqlite" else PostgresPlace(cluster, "stops")
            (own / "clock").write_bytes(bytes(8))
            starter = held.enter_context(Starter(checkout, **environment))
            made.append((name, Bench(place, own, starter)))
        yield made


def try_all(checkout: Path, count: int, seed: int) -> tuple[int, dict[str, list[str]]]:
    """Try so many cases in a random order, all of them before any again; return the false ones."""
    random, tried, found = Random(seed), 0, dict[str, list[str]]()  # noqa: S311  # no secret
    with benches(checkout) as made:
        while tried < count:
            todo = [(n, bench, *case) for n, bench in made for case in cases(n == "sqlite")]
            random.shuffle(todo)
            for database, bench, name, work in todo[: count - tried]:
                tried += 1
                if false := work(bench):
                    found[f"{database}, {name} ({tried})"] = false
    return tried, found


def stop_before_anything_false(count: int, seed: int) -> Outcome:
    tried, found = try_all(CHECKOUT, count, seed)
    told = f"{tried} forks, rollbacks, swaps and jumps, {tried - len(found)} stopped"
    return Outcome(told, [f"{name}: {', '.join(false)}" for name, false in found.items()])


def go_on_in_0_2_0(seed: int) -> Outcome:
    """Let the version without these checks be harmed once in each way."""
    count = sum(len(list(cases(is_sqlite))) for is_sqlite in (True, False))
    with memory_folder() as folder:
        archived = subprocess.run(
            ["git", "archive", VERSION_0_2_0], cwd=CHECKOUT, check=False, capture_output=True
        )
        if archived.returncode:
            return Outcome("version 0.2.0 is not in this repository")
        with tarfile.open(fileobj=BytesIO(archived.stdout)) as archive:
            archive.extractall(folder, filter="data")
        tried, found = try_all(folder, count, seed)
    told = f"0.2.0: {len(found)} of {tried} ended in something false"
    return Outcome(told, [f"{name}: {', '.join(false)}" for name, false in found.items()])


TRIALS = (Trial("stops", 108, stop_before_anything_false, go_on_in_0_2_0),)
