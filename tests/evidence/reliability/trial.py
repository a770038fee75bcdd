"""A trial: how often something is done to a ledger, what must then hold, and its control."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Outcome:
    """What was done, in numbers, and each promise that did not hold."""

    told: str = ""
    failures: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Trial:
    """``control`` does the same to a ledger that lacks what protects it, so it must fail."""

    name: str
    count: int
    """How often it is done for the table of docs/reliability.md."""
    run: Callable[[int, int], Outcome]
    """Takes the count and a seed."""
    control: Callable[[int], Outcome] | None = None
    """Takes a seed."""
