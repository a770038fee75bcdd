"""The demonstration is served where flags, a file or the environment say."""

from __future__ import annotations

import shutil
from pathlib import Path
from unittest import mock

import pytest

from api.cli import demo_ledger
from api.settings import Settings
from tests.command_line import run_command


@pytest.fixture(scope="module")
def demonstration_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with mock.patch.dict("os.environ", XDG_DATA_HOME=str(tmp_path_factory.mktemp("data"))):
        return demo_ledger.demo_ledger_file()


def serve_demo(*arguments: str, **variables: str) -> Settings:
    """Return the settings with which the command would serve."""
    with mock.patch("api.cli.server.serve_ledger") as serve_ledger:
        done = run_command("demo", "--no-browser", *arguments, **variables)
    assert done.returncode == 0, done.stderr
    settings: Settings = serve_ledger.call_args.args[0]
    return settings


def test_the_demonstration_is_served_where_the_environment_says(
    demonstration_file: Path, tmp_path: Path
) -> None:
    file = Path(shutil.copy(demonstration_file, tmp_path / "demo.db"))
    variables = {"MINUTEBOOK_PORT": "9001", "MINUTEBOOK_HOST": "::1", "MINUTEBOOK_DB": str(file)}
    served = serve_demo(**variables)
    flagged = serve_demo("--port", "9002", **variables)

    assert (served.db, served.host, served.port) == (file, "::1", 9001)
    assert (flagged.db, flagged.host, flagged.port) == (file, "::1", 9002)


def test_the_demonstration_has_a_file_of_its_own_by_default(demonstration_file: Path) -> None:
    served = serve_demo(XDG_DATA_HOME=str(demonstration_file.parent.parent))

    assert (served.db, served.port) == (demonstration_file, 8000)


def test_a_demonstration_with_rows_of_another_version_is_made_again(
    demonstration_file: Path,
) -> None:
    data = str(demonstration_file.parent.parent)
    with (
        mock.patch.dict("os.environ", XDG_DATA_HOME=data),
        mock.patch.object(demo_ledger, "TRACKING_NAME", "other"),
        mock.patch.object(demo_ledger, "_build_ledger") as build,
    ):
        other = demo_ledger.demo_ledger_file()

    assert other != demonstration_file
    assert build.call_args.args[1] == other


def test_the_demonstration_is_made_where_no_file_is(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "demo.db"
    served = serve_demo("--db", str(file))
    shown = run_command("as-of", demo_ledger.NEGOTIATION, "2025-12-22", "--db", str(file))

    assert (served.db, served.key_path.is_file()) == (file, True)
    assert "Ukraine peace talks" in shown.stdout


@pytest.mark.parametrize("db", ["x.db", "postgresql://localhost/x"])
def test_another_ledger_is_not_taken_for_the_demonstration(tmp_path: Path, db: str) -> None:
    file = db if "://" in db else str(tmp_path / db)
    opening = '{"type": "negotiation-opened", "title": "Talks"}'
    if file != db:
        run_command("append", "talks", "--db", file, stdin=opening)
    with mock.patch("api.cli.server.serve_ledger") as serve_ledger:
        done = run_command("demo", "--db", file)

    assert (done.returncode, serve_ledger.called) == (2, False)
    assert "the demonstration" in done.stderr
