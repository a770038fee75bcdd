"""A sample of each trial of ``make evidence-reliability``, and of a control that is quick."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from tests import postgres
from tests.evidence.reliability import recorded_disk
from tests.evidence.reliability.__main__ import TRIALS

SAMPLES = {
    "kills-sqlite": 2,
    "kills-postgres": 2,
    "power-cuts-sqlite": 2,
    "power-cuts-postgres": 1,
    "crash-points": 6,
    "cut-connections": 8,
    "damage": 2,
    "model": 40,
}
"""How often each is done here."""
ON_POSTGRES = ("kills-postgres", "power-cuts-postgres", "cut-connections", "model")
CONTROLS = ("power-cuts-sqlite",)


@pytest.fixture(autouse=True)
def log_level() -> Iterator[None]:
    """Trials silence the log, which other tests read."""
    logger = logging.getLogger("minutebook")
    level = logger.level
    yield
    logger.setLevel(level)


def require(name: str) -> None:
    if name.startswith("power") and (lack := recorded_disk.find_lack()):
        pytest.skip(lack)
    if name in ON_POSTGRES and postgres.programs() is None:
        pytest.skip(postgres.REMEDY)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_promise_holds(name: str) -> None:
    require(name)
    outcome = TRIALS[name].run(SAMPLES[name], 1)
    assert outcome.told
    assert outcome.failures == []


@pytest.mark.parametrize("name", CONTROLS)
def test_a_control_fails(name: str) -> None:
    require(name)
    control = TRIALS[name].control
    assert control is not None
    assert control(1).failures
