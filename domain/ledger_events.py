"""What a ledger records of itself: decisions of the person who runs it, in no negotiation."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from domain.events import Digest, Fact, Text

LEDGER_SLUG = "~ledger"
"""Where they stand among the negotiations; no negotiation can have this name."""
KEY_TYPES = frozenset(("log-key-rotated", "log-key-lost", "log-key-stolen", "log-key-exposed"))
LEDGER_TYPES = frozenset(("ledger-recovered", "log-accepted", "clock-accepted")) | KEY_TYPES
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


class LogKeyChange(Fact):
    """The log has another key from here on. ``statement`` is a signed note of the new key over both
    (``key_statement``); where the old one is neither lost nor stolen, it signed it too."""

    reason: Text
    old_key: Text
    new_key: Text
    statement: Text


class LogKeyRotated(LogKeyChange):
    """The old key vouches for the new one, and was destroyed after."""

    type: Literal["log-key-rotated"] = "log-key-rotated"


class LogKeyLost(LogKeyChange):
    """Nobody has the old key any more, so it cannot vouch for the new one."""

    type: Literal["log-key-lost"] = "log-key-lost"


class LogKeyStolen(LogKeyChange):
    """Others may have the old key since a moment, in RFC 3339: what it signs proves nothing."""

    type: Literal["log-key-stolen"] = "log-key-stolen"
    since: Text


class LogKeyExposed(Fact):
    """Others may have a former key since a moment, in RFC 3339; the log keeps its current one."""

    type: Literal["log-key-exposed"] = "log-key-exposed"
    reason: Text
    key: Text
    since: Text


AnyKeyChange = Annotated[
    LogKeyRotated | LogKeyLost | LogKeyStolen | LogKeyExposed, Field(discriminator="type")
]


KEY_STATEMENT = "minutebook-log-key-1"
"""The first line of what keys sign when a log changes its key."""


def key_statement(kind: str, old_key: str, new_key: str) -> str:
    """Return the text that the keys sign when a log changes its key."""
    return f"{KEY_STATEMENT}\n{kind}\n{old_key}\n{new_key}\n"


def read_key_statement(text: str, kind: str) -> tuple[str, str] | None:
    """Return the old and the new key of such a text; None where it is another text."""
    lines = text.splitlines()
    if len(lines) != 4 or text != key_statement(kind, *lines[2:]):
        return None
    return lines[2], lines[3]
