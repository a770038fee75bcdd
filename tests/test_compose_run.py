"""The services of the composition start as it says, with its users, volumes and read-only roots."""

from __future__ import annotations

import pytest

from tests.containers import SERVICES
from tests.running_composition import Running
from tests.serving import wait_until

OPENING = {"type": "negotiation-opened", "title": "Talks"}


def test_api_is_ready_and_takes_the_key_that_was_made(running: Running) -> None:
    ready, said = running.call("GET", "/readyz")
    path = "/v1/negotiations/first/events"
    recorded, told = running.call("POST", path, OPENING, Authorization=f"Bearer {running.key}")
    refused, _ = running.call("POST", path, OPENING)

    assert (ready, said.get("warnings", [])) == (200, [])
    assert (recorded, len(told["recorded"]), refused) == (201, 1, 401)


def test_what_signs_lies_in_the_volume_of_the_api_alone(running: Running) -> None:
    volumes = running.services.folder / "volumes"
    running.call("GET", "/v1/log/checkpoint")
    found = {
        (file.relative_to(volumes).parts[0], file.suffix)
        for file in volumes.glob("*/**/*.*")
        if file.suffix in (".key", ".checkpoint")
    }

    assert found == {("operator-key", ".key"), ("ledger", ".key"), ("ledger", ".checkpoint")}


def test_standby_follows(running: Running) -> None:
    running.services.serve("replica")

    wait_until(lambda: "started streaming WAL" in running.services.told("replica"))


@pytest.mark.parametrize("name", ["api", "postgres"])
def test_a_service_writes_in_its_volumes_alone(running: Running, name: str) -> None:
    (volume, *_) = (each.split(":")[1] for each in SERVICES[name]["volumes"])
    told = [running.services.execute(name, "touch", f"{at}/made") for at in ("", "/etc", volume)]

    assert all(each and "Read-only file system" in each.stderr for each in told[:2])
    assert told[2]
    assert told[2].returncode == 0


def test_processes_are_few_beside_their_limits(running: Running) -> None:
    for name in ("api", "postgres"):
        assert 0 < running.services.threads(name) < SERVICES[name]["pids_limit"] / 2
