"""Ten faults, one of which MINUTEBOOK_SEEDED_FAULT names: imported last, this breaks a server."""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import count
from typing import Any
from unittest import mock
from uuid import uuid4

VARIABLE = "MINUTEBOOK_SEEDED_FAULT"
RULES_BROKEN = (
    "a retraction withdraws",
    "a disputed field is null",
    "what is known later is not held",
    "no audience sees the reports of those after it",
    "a reversal ends a retraction",
)
"""Faults of what an answer means, from tests/evidence/rules.py."""


def _sometimes(one_in: int) -> Callable[[], bool]:
    calls = count(1)
    return lambda: next(calls) % one_in == 0


def _replace(target: str, make: Callable[[Any], Any]) -> None:
    import pkgutil

    mock.patch(target, make(pkgutil.resolve_name(target))).start()


def answer_what_was_rolled_back() -> None:
    from ledger import database

    is_due = _sometimes(7)

    def commit(recorder: Any, c: Any) -> None:
        database.rollback(c) if is_due() else database.commit(c)

    _replace("ledger.append.Recorder.commit", lambda original: commit)
    for name in ("check_head", "check_tree"):
        _replace(f"ledger.proofs.continuity.LogContinuity.{name}", lambda original: _nothing)


def _nothing(*arguments: Any) -> None:
    """Check nothing, else the ledger itself would notice."""


def give_other_ids() -> None:
    is_due = _sometimes(9)
    _replace(
        "domain.acceptance.parse_event",
        lambda original: (
            lambda event, *rest, **named: original(
                {**event, "id": str(uuid4())} if is_due() else event, *rest, **named
            )
        ),
    )


def answer_late() -> None:
    from dataclasses import replace

    is_due = _sometimes(5)

    def read_late(original: Any) -> Any:
        def read(*arguments: Any) -> Any:
            found = original(*arguments)
            if not found.head or not is_due():
                return found
            head = found.head - 1
            return replace(found, head=head, seq_at=lambda at: min(found.seq_at(at), head))

        return read

    _replace("api.session.read_log_timeline", read_late)


def forget_in_the_index() -> None:
    is_due = _sometimes(6)
    _replace(
        "projections.index.rebuild.IndexFollower.apply",
        lambda original: (
            lambda follower, c, entries: original(
                follower, c, entries[:-1] if is_due() else entries
            )
        ),
    )


def give_one_time_twice() -> None:
    def add_events(original: Any) -> Any:
        def add(batch: Any, events: Any, now: int) -> Any:
            batch.recorded_at -= 1
            return original(batch, events, batch.recorded_at)

        return add

    _replace("ledger.append.AppendBatch.add_events", add_events)


FAULTS: dict[str, Callable[[], None]] = {
    "an answer to what was rolled back": answer_what_was_rolled_back,
    "other ids than were sent": give_other_ids,
    "an answer without the newest event": answer_late,
    "an event that the index lacks": forget_in_the_index,
    "one recorded_at for two batches": give_one_time_twice,
}


def seed(name: str) -> None:
    if name in FAULTS:
        return FAULTS[name]()
    from tests.evidence.mutations import break_rule
    from tests.evidence.rules import RULES

    (rule,) = [rule for rule in RULES if rule.name == name]
    return break_rule(rule)


if os.environ.get(VARIABLE):
    seed(os.environ[VARIABLE])
