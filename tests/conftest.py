"""Fixtures: worlds and sites, a PostgreSQL; the profile of those who only ask for failure."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import Phase, settings
from playwright.sync_api import Browser

from api.cli.gc_tuning import tune_collector
from api.http.openapi import DescribedApi
from domain.instants import EARLIEST, LATEST
from ledger import guarded_clock
from tests import postgres
from tests.browser import open_browser
from tests.command_line import run_command
from tests.facts import OPENING, STANCE, event_id, statement
from tests.fold_world import FoldWorld
from tests.keyed_world import make_key, open_keyed_world
from tests.port_talks import PORT_TALKS, Ask
from tests.running_composition import Running, running_composition
from tests.serving import Served, key_environment, serve_demonstration
from tests.world import World, accept_second_introductions, tell_story

MEMORY = Path("/dev/shm")  # noqa: S108  # each test makes a folder of its own in it
MEMORY_NEEDED = 4 * 2**30
"""Bytes that must be free in memory for the tests to keep their ledgers there."""


def keep_ledgers_in_memory() -> None:
    """Put temporary files where no write waits for a disk, unless TMPDIR names a place.

    Most tests open a new ledger; on a disk that alone takes 50 to 150 ms, in memory 3 ms.
    """
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= MEMORY_NEEDED:
        os.environ.setdefault("TMPDIR", str(MEMORY))
        tempfile.tempdir = None


def share_descriptions() -> None:
    """Have applications with the same routes share their description: to make one takes 1.5 s."""
    describe, shared = DescribedApi.openapi, dict[tuple[str, ...], dict[str, Any]]()

    def openapi(self: DescribedApi) -> dict[str, Any]:
        paths = tuple(getattr(route, "path", "") for route in self.routes)
        if paths not in shared:
            shared[paths] = describe(self)
        return shared[paths]

    DescribedApi.openapi = openapi  # type: ignore[method-assign]


keep_ledgers_in_memory()
share_descriptions()
settings.register_profile("first-failure", phases=[Phase.explicit, Phase.generate])


PROPERTIES = ("test_time_properties.py", "test_server_properties.py")
"""Files with tests that take minutes."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Run one worker more than there are processors: some wait for a server, a clock or an end."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest tests: none is left to one worker while the others have ended."""
    items.sort(key=lambda item: item.path.name not in PROPERTIES)


def pytest_collection_finish() -> None:
    """Collect garbage as a server does: not again and again all that the tests are made of."""
    tune_collector()


@pytest.fixture(params=("fold", "index", "http", "postgres"))
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World | FoldWorld]:
    """Give a negotiation at each level; the last is over HTTP too, on PostgreSQL."""
    if request.param == "fold":
        yield FoldWorld()
        return
    server = request.getfixturevalue("ledger_url") if request.param == "postgres" else None
    level = "index" if request.param == "index" else "http"
    with tell_story([], level, server) as world:
        yield world


@pytest.fixture(params=("http", "postgres"))
def http_world(request: pytest.FixtureRequest) -> Iterator[World]:
    """Give a negotiation over HTTP, on either database."""
    server = request.getfixturevalue("ledger_url") if request.param == "postgres" else None
    with tell_story([], "http", server) as world:
        yield world


@pytest.fixture
def keyed_world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """Give a negotiation on which keys are made: on SQLite, or where the test is marked so."""
    on_server = getattr(request, "param", "sqlite") == "postgres"
    url = request.getfixturevalue("ledger_url") if on_server else None
    with open_keyed_world(tmp_path, url) as opened:
        yield opened


@pytest.fixture
def admin(keyed_world: World) -> str:
    """Give the secret of the first key, which may do everything."""
    return make_key(keyed_world, "operator", "admin")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Give a negotiation whose pages are only read."""
    later = {"published": "2025-12-28", "publisher": "gazette"}
    press = {"published": "2025-12-21", "publisher": "gazette", "audience": "press"}
    turn = {"id": event_id(101), "stance": "rejects", "occurred": "2025-12-27", "reports": [later]}
    news = [statement(3, day=27, reports=[later]), statement(4, reports=[press]), STANCE | turn]
    with World(tmp_path_factory.mktemp("site"), "http") as world:
        world.record("2025-12-20T09:00:00Z", [*OPENING])
        world.record("2025-12-21T09:00:00Z", [statement(1), statement(2), STANCE])
        world.record("2025-12-28T09:00:00Z", news)
        world.set_clock("2025-12-30T09:00:00Z")
        yield world


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Ask about the talks of a crew with its port on the command line."""
    folder = tmp_path_factory.mktemp("port-talks")
    with World(folder) as world:
        world.record("2026-01-10T12:00:00Z", PORT_TALKS)

    def run(command: str, *arguments: str) -> str:
        ledger = ("--db", folder / "world.db")
        done = run_command(command, "talks", *arguments, *ledger, **key_environment(folder))
        assert done.returncode == 0, done.stderr
        return " ".join(done.stdout.split())

    return run


@pytest.fixture
def own_site(tmp_path: Path) -> Iterator[World]:
    """Give a small negotiation of the test's own to record into."""
    with World(tmp_path, "http") as world:
        world.record("2025-12-20T09:00:00Z", [*OPENING, STANCE])
        world.set_clock("2025-12-30T09:00:00Z")
        yield world


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give a browser, not for longer than a module: no other event loop may run with its own."""
    with open_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Give a server that shows the demonstration."""
    with serve_demonstration(tmp_path_factory.mktemp("served")) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """Serve one cluster to this worker's tests; it does not outlast a crash of the machine."""
    if postgres.programs() is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(postgres.REMEDY)
    with postgres.cluster(postgres.QUICK) as server:
        yield server


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Run the composition for this worker's tests."""
    with running_composition(tmp_path_factory.mktemp("composition")) as running:
        yield running


@contextmanager
def ledger_database(server: postgres.Server, folder: Path) -> Iterator[str]:
    """Make a database with the tables of a ledger, which ``tell_story`` empties each time."""
    with server.database() as url:
        World(folder, server=url).close()
        postgres.empty_ledger(url)  # what it signed, too: the next ledger has another key
        yield url


@pytest.fixture(scope="session")
def ledger_url(
    postgres_server: postgres.Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Give the database of all tests that have a ledger for themselves, one after the other."""
    with ledger_database(postgres_server, tmp_path_factory.mktemp("ledger")) as url:
        yield url


@pytest.fixture(scope="module")
def shared_ledger_url(
    postgres_server: postgres.Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Give the database of a ledger that the tests of a module share."""
    with ledger_database(postgres_server, tmp_path_factory.mktemp("ledger")) as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server: postgres.Server) -> Iterator[str]:
    """Give the address of an empty database."""
    with postgres_server.database() as url:
        yield url


@pytest.fixture(params=("sqlite", "postgres"))
def target(request: pytest.FixtureRequest, tmp_path: Path) -> str | Path:
    """Give where an empty ledger is, on either database."""
    if request.param == "sqlite":
        return tmp_path / "target.db"
    address: str = request.getfixturevalue("postgres_url")
    return address


@pytest.fixture
def in_any_year(monkeypatch: pytest.MonkeyPatch) -> None:
    """Open ledgers by the clock of this machine however long after the dates of their story."""
    monkeypatch.setattr(guarded_clock, "ACCEPTED_PAUSE", LATEST - EARLIEST)


@pytest.fixture
def signed_soon() -> Iterator[None]:
    """Sign what is recorded at once, for tests that wait for it."""
    with mock.patch("ledger.writer.SIGN_INTERVAL", 0.01):
        yield


@pytest.fixture(scope="module")
def older_log() -> Iterator[None]:
    """Accept what logs of older versions have, as generated histories do."""
    with accept_second_introductions():
        yield
