"""The house rules that a file can break: imports, locks, console script, exposed ports."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


def entries(lock: Path) -> list[str]:
    """Split a lock file into its requirements, each with its hashes on one line."""
    joined = lock.read_text().replace("\\\n", " ")
    return [line for line in joined.splitlines() if line and not line.startswith("#")]


def test_imports_go_downward() -> None:
    lint_imports = Path(sys.executable).with_name("lint-imports")

    run = subprocess.run(
        [lint_imports, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_lock_file_names_no_address(lock: Path) -> None:
    assert re.findall(r"https?://\S*|file:\S*|--\w*index-url.*", lock.read_text()) == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_locked_package_has_one_version_and_a_hash(lock: Path) -> None:
    locked = re.compile(r"^[a-z0-9._-]+==\S+ .*--hash=sha256:[0-9a-f]{64}")

    assert [entry for entry in entries(lock) if not locked.match(entry)] == []


def test_what_runs_is_locked_the_same_for_development() -> None:
    run, dev = (set(entries(ROOT / "requirements" / name)) for name in ("run.txt", "dev.txt"))

    assert run
    assert run - dev == set()


def test_console_script_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert project["scripts"] == {"minutebook": "api.cli.start:main"}


def test_what_a_spawned_process_imports_again_is_light() -> None:
    loaded = "import sys, api.cli.start; print(*sys.modules)"
    told = subprocess.check_output([sys.executable, "-c", loaded], text=True)

    assert {name for name in told.split() if name.startswith("api.")} == {
        "api.cli",
        "api.cli.start",
    }
    assert "pydantic" not in told.split()
