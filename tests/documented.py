"""Console sessions of the documentation, run anew to write below each command what it prints.

A block ``console`` below ``<!-- executed -->`` is run; a block below ``<!-- file: NAME -->`` is
written to that file before. ``make docs`` renews the pages. The clock stands still and what is
random is the same each time, so that nothing differs from run to run.
"""

from __future__ import annotations

import logging
import os
import random
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, chdir, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

from api.cli.demo_ledger import demo_ledger_file
from domain.instants import from_rfc3339
from tests import postgres
from tests.command_line import run_command
from tests.serving import BIN

ROOT = Path(__file__).parent.parent
PAGES = (
    ROOT / "README.md",
    ROOT / "docs" / "commands.md",
    ROOT / "docs" / "events.md",
    ROOT / "docs" / "operations.md",
    ROOT / "docs" / "audit.md",
    ROOT / "docs" / "proposals.md",
    ROOT / "docs" / "intake.md",
)
NOW = "2026-04-02T09:00:00Z"
DATABASE, ROLE = "postgresql:///talks", "clerk"
PORT = 8000
BLOCK = re.compile(
    r"<!-- file: (?P<name>\S+) -->\n```\w+\n(?P<content>.*?)```\n"
    r"|(?P<mark><!-- executed -->\n```console\n)(?P<session>.*?)```\n",
    re.DOTALL,
)
NOTICE = "(using the demonstration ledger; --db names another)\n"


def read_commands(page: str) -> list[str]:
    """Return the commands of the executed sessions of a page."""
    sessions = (match["session"] or "" for match in BLOCK.finditer(page))
    return [command for session in sessions for command in session_commands(session)]


def session_commands(session: str) -> list[str]:
    return [line[2:] for line in session.splitlines() if line.startswith("$ ")]


@dataclass
class Console:
    """A shell in a folder of its own: minutebook runs in this process, curl and sed as they are."""

    variables: dict[str, str]
    database: str | None
    _servers: ExitStack = field(default_factory=ExitStack)
    _ports: dict[str, str] = field(default_factory=dict)

    def render(self, page: str) -> str:
        """Return a page with what its sessions print now."""
        return BLOCK.sub(self._render_block, page)

    def stop_servers(self) -> None:
        self._servers.close()

    def _render_block(self, block: re.Match[str]) -> str:
        if name := block["name"]:
            Path(name).write_text(block["content"])
            return block[0]
        if DATABASE in block["session"] and not self.database:
            return block[0]
        if "$ curl" in block["session"] and not shutil.which("curl"):
            return block[0]
        told = [f"$ {each}\n{self.run(each)}" for each in session_commands(block["session"])]
        return block["mark"] + "\n".join(told) + "```\n"

    def run(self, command: str) -> str:
        """Return what a command prints. Raises AssertionError where it fails."""
        for written, real in self._substitutes():
            command = command.replace(written, real)
        if command.startswith(("curl ", "sed ")):
            return self._run_other(command)
        words = shlex.split(command)
        variables = self.variables.copy()
        while "=" in words[0]:
            name, _, variables[name] = words.pop(0).partition("=")
        program, *arguments = words
        assert program == "minutebook", command
        if arguments[0] in ("demo", "serve", "witness"):
            return self._serve([each for each in arguments if each != "&"], variables)
        with mock.patch.object(logging.root, "handlers", []):  # warnings go to standard error
            ran = run_command(*arguments, **variables)
        printed = ran.stdout + ran.stderr.replace(NOTICE, "")
        assert ran.returncode == 0, f"{command}\n{printed}"
        for written, real in self._substitutes():
            printed = printed.replace(real, written)
        return printed if printed.endswith("\n") else f"{printed}\n" * bool(printed)

    @staticmethod
    def _run_other(command: str) -> str:
        """Return what programs of the system print. Raises CalledProcessError where they fail."""
        shell = ["bash", "-o", "pipefail", "-c", command]
        return subprocess.run(shell, capture_output=True, text=True, check=True).stdout

    def _serve(self, arguments: list[str], variables: dict[str, str]) -> str:
        """Start a server on a free port, and leave it running until the page ends."""
        port = str(PORT)
        if "--port" in arguments:
            at = arguments.index("--port")
            port = arguments[at + 1]
            del arguments[at : at + 2]
        where = ("--port", "0")
        if "--listen" in arguments:
            at = arguments.index("--listen")
            _, _, port = arguments[at + 1].rpartition(":")
            del arguments[at : at + 2]
            where = ("--listen", "127.0.0.1:0")
        server = subprocess.Popen(
            [BIN / "minutebook", *arguments, *where],
            env=os.environ | variables | {"BROWSER": "true"},
            stdout=subprocess.PIPE,
            text=True,
        )
        self._servers.callback(server.wait, timeout=20)
        self._servers.callback(server.terminate)
        assert server.stdout
        line = server.stdout.readline()
        found = re.search(r"127\.0\.0\.1:(\d+)", line)
        assert found, line
        self._ports[f"127.0.0.1:{port}"] = found[0]
        return line.replace(found[0], f"127.0.0.1:{port}")

    def _substitutes(self) -> list[tuple[str, str]]:
        """Return what pages write and the address that stands behind it."""
        database = [(DATABASE, self.database)] if self.database else []
        return [*database, *self._ports.items()]


@contextmanager
def open_console(folder: Path, data_home: Path, database: str | None) -> Iterator[Console]:
    """Yield a console whose clock stands still, and where what is random is always the same."""
    variables = {"XDG_DATA_HOME": str(data_home), "HOME": str(folder)}
    kept = {name: each for name, each in os.environ.items() if not name.startswith("MINUTEBOOK")}
    with mock.patch.dict(os.environ, kept, clear=True), same_each_time():
        console = Console(variables, database)
        try:
            with chdir(folder):
                yield console
        finally:
            console.stop_servers()


@contextmanager
def same_each_time() -> Iterator[None]:
    clock = mock.Mock(time_ns=lambda: from_rfc3339(NOW) * 1000)
    source = random.Random(0)  # noqa: S311  # the same ids and salts each time
    with (
        mock.patch("ledger.database.time", clock),
        mock.patch("secrets.token_bytes", source.randbytes),
    ):
        yield


def make_data_home(folder: Path) -> Path:
    """Return a data folder that holds the demonstration."""
    with mock.patch.dict(os.environ, XDG_DATA_HOME=str(folder)), same_each_time():
        demo_ledger_file()
    return folder


@contextmanager
def open_database(server: postgres.Server) -> Iterator[str]:
    """Yield the address of an empty database of a server that has the role of the pages."""
    with server.database() as url:
        with server.connect() as admin:
            admin.execute(f"DROP ROLE IF EXISTS {ROLE}")
            admin.execute(f"CREATE ROLE {ROLE}")
        yield url
    with server.connect() as admin:
        admin.execute(f"DROP ROLE {ROLE}")


def main() -> None:
    if postgres.programs() is None:
        sys.exit(postgres.REMEDY)
    with TemporaryDirectory() as home, postgres.cluster(postgres.QUICK) as server:
        data_home = make_data_home(Path(home))
        for page in PAGES:
            with (
                TemporaryDirectory() as folder,
                open_database(server) as database,
                open_console(Path(folder), data_home, database) as console,
            ):
                page.write_text(console.render(page.read_text()))


if __name__ == "__main__":
    main()
