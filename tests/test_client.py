"""A typed client, generated from the description of the API, asks the demonstration."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest
from fastapi.testclient import TestClient

from tests.make_examples import NEGOTIATION, NEW_EVENT, demonstration

GENERATOR = Path(sys.executable).with_name("openapi-python-client")
CONFIG = """
package_name_override: minutebook_client
content_type_overrides:
  application/x-ndjson: application/octet-stream
post_hooks: []
"""
ASKING = """
from minutebook_client import AuthenticatedClient
from minutebook_client.api.changes_and_feeds import diff
from minutebook_client.api.questions import plan, state
from minutebook_client.models import AnyChangeListComparisonAnswer, PlanAnswer, Position
from minutebook_client.models import PositionChange, RecordingResult, StateAnswer


def read_stances(client: AuthenticatedClient) -> list[str | None]:
    answer = state.sync("talks", client=client, as_of="2025-12-22")
    assert isinstance(answer, StateAnswer)
    return [None if p.stance is None else p.stance.value for p in answer.data.positions]


def read_points(client: AuthenticatedClient) -> list[str]:
    answer = plan.sync("talks", "us-28", client=client)
    assert isinstance(answer, PlanAnswer)
    return [point.point for point in answer.data.points]


def read_new_positions(client: AuthenticatedClient) -> list[Position]:
    answer = diff.sync("talks", client=client, from_="2025-11-20", to="2025-12-22")
    assert isinstance(answer, AnyChangeListComparisonAnswer)
    positions = [change for change in answer.data if isinstance(change, PositionChange)]
    return [change.after for change in positions if change.after and not change.before]
"""
"""A program that is checked against the client's types."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not GENERATOR.exists():
        remedy = "openapi-python-client is not installed: pip install -r requirements/client.txt"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(remedy)
    return tmp_path_factory.mktemp("client")


def generate_client(client: TestClient, folder: Path) -> Path:
    """Generate the package into a folder, which must go without a warning."""
    described, config, target = (folder / n for n in ("openapi.json", "config.yml", "package"))
    described.write_bytes(orjson.dumps(client.get("/openapi.json").json()))
    config.write_text(CONFIG)
    command = [GENERATOR, "generate", "--path", described, "--config", config]
    ran = subprocess.run(
        [*command, "--output-path", target, "--fail-on-warning"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "arning" not in ran.stdout + ran.stderr
    return target


def test_generated_client_asks_the_demonstration(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with demonstration(folder) as server:
        package = generate_client(server, folder)
        monkeypatch.syspath_prepend(str(package))
        module: Any = importlib.import_module("minutebook_client")
        api: Any = {
            name: importlib.import_module(f"minutebook_client.api.{group}.{name}")
            for group, name in (
                ("questions", "state"),
                ("questions", "plan"),
                ("changes_and_feeds", "events"),
                ("changes_and_feeds", "diff"),
                ("recording", "record"),
            )
        }
        models: Any = importlib.import_module("minutebook_client.models")
        client = module.Client(base_url="http://127.0.0.1").set_httpx_client(server)

        state = api["state"].sync(NEGOTIATION, client=client, as_of="2025-12-22")
        assert isinstance(state, models.StateAnswer)
        assert state.basis.seq == 388
        assert all(isinstance(each, models.Position) for each in state.data.positions)

        plan = api["plan"].sync(NEGOTIATION, "us-28", client=client)
        assert isinstance(plan, models.PlanAnswer)
        assert len(plan.data.points) == plan.data.claimed_points == 28

        events = api["events"].sync(NEGOTIATION, client=client, type_="plan-introduced")
        assert isinstance(events, models.AnyEventListAnswer)
        assert {type(each) for each in events.data} == {models.PlanIntroduction}

        changed = api["diff"].sync(NEGOTIATION, client=client, from_="2025-11-28", to="2025-12-22")
        assert isinstance(changed, models.AnyChangeListComparisonAnswer)
        values = {type(each.after) for each in changed.data if each.kind == "position"}
        assert values == {models.Position}

        missing = api["plan"].sync(NEGOTIATION, "no-such-plan", client=client)
        assert isinstance(missing, models.Problem)
        assert missing.status == 404

        statement = models.StatementMade.from_dict(NEW_EVENT)
        recorded = api["record"].sync(NEGOTIATION, client=client, body=statement)
        assert isinstance(recorded, models.RecordingResult)
        assert recorded.head == 389
    check_types(package, folder)


def check_types(package: Path, folder: Path) -> None:
    """Check a program that uses the client, by the types that the client states."""
    program = folder / "asking.py"
    program.write_text(ASKING)
    (package / "minutebook_client" / "py.typed").touch()
    mypy = Path(sys.executable).with_name("mypy")
    ran = subprocess.run(
        [mypy, "--strict", "--follow-imports=silent", program],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env=os.environ | {"MYPYPATH": str(package)},
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
