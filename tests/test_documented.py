"""Every command, option and type of event has an example that is run, and prints what is shown."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer

from api import proposals
from api.access.caller import OWNER
from api.access.keys import KeyGrant, make_secret
from api.cli.demo_ledger import make_demo_ledger
from api.cli.main import cli
from api.wiring import open_ledger
from domain.catalogue import CLASS_BY_TYPE
from ledger import access_keys
from tests import postgres
from tests.command_line import run_command
from tests.documented import (
    BLOCK,
    DATABASE,
    NOTICE,
    PAGES,
    Console,
    make_data_home,
    open_console,
    open_database,
    read_commands,
)

EVERYWHERE = ("--help", "--db", "--url", "--key", "--json", "--slugs", "--as-of")
"""Options that most commands have: one example of each is enough."""
NOT_SHOWN = {
    "demo": ("--host", "--browser"),
    "draft": ("--server",),
    "recover": ("--reason", "--other", "--accept-clock"),
    "replay": ("--step",),
    "sessions end": ("--session",),
    "verify": ("--witness", "--policy"),
    "serve": ("--host", "--workers", "--read-db", "--accept-log", "--accept-clock"),
}
"""Options that wait for somebody, or need more than one machine or a damaged ledger."""
LOST_BEFORE = {"log-key lost": "talks.db.key"}
"""The file whose loss the example of a command is about."""


def list_commands() -> dict[str, set[str]]:
    """Return the options of each command by its words, as ``log-key create``."""

    def walk(command: Any, *words: str) -> Iterator[tuple[str, set[str]]]:
        for name, each in getattr(command, "commands", {}).items():
            yield from walk(each, *words, name)
        if not hasattr(command, "commands"):
            names = (each.opts[0] for each in command.params if not getattr(each, "hidden", False))
            yield " ".join(words), {name for name in names if name.startswith("--")}

    return dict(walk(typer.main.get_command(cli)))


COMMANDS = list_commands()


def help_example(name: str) -> str:
    """Return the example at the end of a command's help, on one line."""
    printed = run_command(*name.split(), "--help").stdout
    _, _, shown = printed.partition("\n  Example:\n")
    return re.sub(r"\s*\\\n\s*", " ", shown).strip()


@pytest.fixture(scope="module")
def data_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_data_home(tmp_path_factory.mktemp("data"))


@pytest.fixture
def console(request: pytest.FixtureRequest, data_home: Path, tmp_path: Path) -> Iterator[Console]:
    """Give a shell in an empty folder; without PostgreSQL what needs it is left as it is."""
    if postgres.programs() is None:
        with open_console(tmp_path, data_home, None) as shell:
            yield shell
        return
    server: postgres.Server = request.getfixturevalue("postgres_server")
    with open_database(server) as database, open_console(tmp_path, data_home, database) as shell:
        yield shell


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_shows_what_its_commands_print(page: Path, console: Console) -> None:
    text = page.read_text()

    assert console.render(text) == text, "run: make docs"


def test_the_example_in_the_help_of_each_command_runs(console: Console) -> None:
    make_demo_ledger("talks.db")
    Path("article.txt").write_text("Russia rejected the proposal on Monday, the Kremlin said.")
    console.run("minutebook export ukraine-peace-talks --output talks.jsonl --db talks.db")
    for name in COMMANDS:
        example = help_example(name)
        assert example.startswith(f"minutebook {name}"), name
        if file := LOST_BEFORE.get(name):
            Path(file).unlink()
        if name.startswith("propos"):
            example = example.replace("PROPOSAL", put_aside(name))
        if DATABASE not in example or console.database:
            console.run(example)
            console.stop_servers()


def put_aside(name: str) -> str:
    """Propose what the example of a command is about, by a key or by who opens the ledger."""
    statement = {"type": "statement-made", "statement": name.replace(" ", "-"), "summary": "x"}
    event = statement | {"speaker": "person:vladimir-putin", "occurred": "2026-03-01"}
    Path("events.jsonl").write_text(json.dumps(event))
    with closing(open_ledger("talks.db")) as ledger:
        if name == "propose":
            key = KeyGrant("clerk", ("propose",)).to_stored(make_secret(), 0)
            ledger.run_in_writer(lambda c: access_keys.insert_key(c, key)).result()
            return ""
        caller = OWNER if name.endswith("withdraw") else replace(OWNER, name="clerk")
        body = Path("events.jsonl").read_bytes()
        proposal, _ = proposals.put_aside(
            ledger, caller, "ukraine-peace-talks", body, "application/json"
        )
    return proposal.id


def documented_commands() -> list[str]:
    return [command for page in PAGES for command in read_commands(page.read_text())]


def is_shown(command: str, name: str) -> bool:
    return re.search(rf"(^|\s)minutebook {name}(\s|$)", command) is not None


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_has_an_example_that_is_run(name: str) -> None:
    shown = [command for command in documented_commands() if is_shown(command, name)]
    given = {word.partition("=")[0] for command in shown for word in command.split()}
    own = COMMANDS[name] - set(EVERYWHERE) - basis_options() - set(NOT_SHOWN.get(name, ()))

    assert shown
    assert own - given == set()


def basis_options() -> set[str]:
    """Return the options of every question."""
    return COMMANDS["diff"] & COMMANDS["replay"]


def test_the_options_of_every_question_have_an_example_that_is_run() -> None:
    given = {w for command in documented_commands() for w in command.split()}

    assert (basis_options() | set(EVERYWHERE)) - given == {"--help"}


def test_every_type_of_event_is_recorded_by_an_example() -> None:
    files = (match["content"] or "" for match in BLOCK.finditer(PAGES[2].read_text()))
    recorded = {json.loads(line)["type"] for lines in files for line in lines.splitlines()}

    assert set(CLASS_BY_TYPE) - recorded == {"payload-erased"}


def test_the_documentation_leaves_no_output_out() -> None:
    for page in PAGES:
        for match in BLOCK.finditer(page.read_text()):
            assert "\n..." not in (match["session"] or ""), page.name
            assert NOTICE not in (match["session"] or "")
