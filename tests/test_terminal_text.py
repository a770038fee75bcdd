"""What recorded text may do to a terminal: nothing; and how wide lines are on it."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from tests.command_line import run_command
from tests.serving import key_environment
from tests.world import World

HOSTILE = "\x1b[31mred\x1b[0m \x07 \x1b]0;pwn\x07 \x9b2J \u202eevil\u202c \ufdd0bold end"
SHOWN = "⟦U+001B⟧[31mred⟦U+001B⟧[0m ⟦U+0007⟧ ⟦U+001B⟧]0;pwn⟦U+0007⟧ ⟦U+009B⟧2J"
PERSIAN = "\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u06cc\u0645"
REPORTS = [{"published": "2025-12-13", "publisher": "Post\x1b[2J\rHerald"}]
WORDS = "Eight words that are told again and again. " * 8
COMMANDS = (
    ("as-of", "now"),
    ("statements",),
    ("log",),
    ("replay",),
    ("diff", "2025-12-01", "now"),
    ("gap", "2025-12-15"),
    ("search", "bold"),
    ("positions",),
    ("positions", "--party", "north", "--issue", "border"),
)


@pytest.fixture(scope="module")
def ledger_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("terminal")
    said = {"occurred": "2025-12-13", "reports": REPORTS}
    stance = {"party": "north", "issue": "border", "stance": "accepts", "conditions": [HOSTILE]}
    with World(folder) as world:
        world.record(
            "2025-12-20T12:00:00Z",
            [
                {"type": "negotiation-opened", "title": HOSTILE, "summary": WORDS},
                {"type": "party-registered", "party": "north", "name": HOSTILE},
                {"type": "issue-defined", "issue": "border", "title": HOSTILE},
                {"type": "position-stated", "summary": HOSTILE, "quote": HOSTILE, **stance, **said},
                {
                    "type": "statement-made",
                    "statement": "s1",
                    "speaker": "party:north",
                    "summary": f"{HOSTILE} {PERSIAN}",
                    "text": HOSTILE,
                    **said,
                },
            ],
        )
    return folder / "world.db"


def run_on_terminal(columns: int, *arguments: str | Path, **variables: str) -> str:
    terminal, its_end = pty.openpty()
    fcntl.ioctl(its_end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    command = [sys.executable, "-m", "api.cli", *arguments]
    environment = {**os.environ, **variables}
    running = subprocess.Popen(command, stdout=its_end, stderr=its_end, env=environment)
    os.close(its_end)
    told = b""
    try:
        while part := os.read(terminal, 65536):
            told += part
    except OSError:
        pass  # the other end is closed
    os.close(terminal)
    running.wait(60)
    return told.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("command", COMMANDS)
def test_recorded_text_is_printed_without_its_controls(
    ledger_file: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    name, *others = command
    environment = {**key_environment(tmp_path), "COLUMNS": "1000"}
    done = run_command(name, "talks", *others, "--db", ledger_file, **environment)

    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u202c\ufdd0]", done.stdout)
    assert SHOWN in done.stdout


def test_a_joiner_of_a_word_is_printed_as_it_is(ledger_file: Path, tmp_path: Path) -> None:
    done = run_command("statements", "talks", "--db", ledger_file, **key_environment(tmp_path))

    assert PERSIAN in done.stdout


def test_an_error_repeats_a_text_without_its_controls(ledger_file: Path, tmp_path: Path) -> None:
    arguments = ("statements", "talks", "--speaker", "x\x1b[31m\u202e", "--db", ledger_file)
    done = run_command(*arguments, **key_environment(tmp_path))

    assert not re.search("[\x1b\u202e]", done.stderr + done.stdout)


def test_json_on_a_terminal_means_the_same_without_controls(
    ledger_file: Path, tmp_path: Path
) -> None:
    environment = key_environment(tmp_path)
    for name in ("statements", "export"):
        asked = (
            name,
            "talks",
            *(["--json", "--as-of", "2025-12-21", "--seq", "5"] if name == "statements" else []),
            "--db",
            ledger_file,
        )
        shown = run_on_terminal(80, *asked, **environment)
        piped = run_command(*asked, **environment).stdout

        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", shown)
        assert list(map(json.loads, shown.splitlines())) == list(
            map(json.loads, piped.splitlines())
        )
        assert "\u202e" in piped


@pytest.mark.parametrize(
    ("columns", "width"), [("40", 40), ("30", 40), ("200", 200), ("", 80), ("wide", 80), ("0", 80)]
)
def test_lines_are_as_wide_as_columns_says(
    ledger_file: Path, tmp_path: Path, columns: str, width: int
) -> None:
    asked = ("as-of", "talks", "now", "--db", ledger_file)
    told = run_command(*asked, **key_environment(tmp_path), COLUMNS=columns).stdout
    widest = max(len(line) for line in told.splitlines() if line.startswith(("Eight", "words")))

    assert width - 12 < widest < width


def test_lines_are_as_wide_as_the_terminal(
    ledger_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    asked = ("as-of", "talks", "now", "--db", ledger_file)
    told = run_on_terminal(120, *asked, **key_environment(tmp_path))

    assert 100 < max(len(line) for line in told.splitlines() if "Eight" in line) < 120


def test_every_command_prints_through_one_module() -> None:
    folder = Path(__file__).parent.parent / "api" / "cli"
    printing = {
        file.name
        for file in folder.glob("*.py")
        if re.search(r"\bprint\(|\becho\(|stdout\.buffer", file.read_text())
    }

    assert printing == {"terminal.py", "server.py", "supervisor.py"}
