"""What a ledger records of itself: decisions of the person who runs it, in no negotiation."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from domain.events import Digest, Fact, Text

LEDGER_SLUG = "~ledger"
"""Where they stand among the negotiations; no negotiation can have this name."""
LEDGER_TYPES = frozenset(("ledger-recovered", "log-accepted", "clock-accepted"))
Count = Annotated[int, Field(ge=0)]


class TreeHead(Fact):
    """How many events a log had, and the root of its tree in hex."""

    size: Count
    root: Digest


class LedgerRecovered(Fact):
    """One of two histories was kept; ``given_up`` is what was signed of the other, ``common`` what
    both are known to begin with."""

    type: Literal["ledger-recovered"] = "ledger-recovered"
    reason: Text
    kept: TreeHead
    given_up: TreeHead
    common: TreeHead


class LogAccepted(Fact):
    """A log was accepted that no checkpoint outside of its database vouched for."""

    type: Literal["log-accepted"] = "log-accepted"
    reason: Text
    accepted: TreeHead


class ClockAccepted(Fact):
    """A clock was accepted that was in doubt; ``doubt`` says what spoke against it, and events of
    older versions lack it: their clocks were far ahead of the last recording."""

    type: Literal["clock-accepted"] = "clock-accepted"
    reason: Text
    clock: Text
    last_recorded_at: Text | None
    doubt: Text | None = None
