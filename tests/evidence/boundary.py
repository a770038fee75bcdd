"""Ask for what an audience may not see: 5,000 random requests and every route, for the public and
for the press; then with a leak built in, each of which must be found.

Run ``python -m tests.evidence.boundary``, with ``--requests`` for another count.
"""

from __future__ import annotations

import argparse
import itertools
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from api import session
from api.http.stream_pages import Follower
from domain.errors import MinutebookError
from domain.events import AUDIENCES, Audience
from domain.instants import LATEST
from ledger import log
from projections.index.publishers import read_publishers
from projections.index.reader import IndexView
from projections.index.statements import STATEMENTS
from projections.view import View
from tests.facts import Batch
from tests.histories import histories
from tests.noninterference import Asking, find_difference, tell_pair
from tests.world import accept_second_introductions

LEVELS: tuple[Audience, ...] = ("public", "press")
REQUESTS_A_PAIR = 100
"""Random requests to two ledgers before others are made."""
PAIRS_A_LEAK = 12
"""Pairs of ledgers in which a leak that was built in must show."""

places = st.lists(st.integers(0, 60), max_size=2, unique=True)
seeds = st.integers(0, 2**32)

# Leaks.


@contextmanager
def asked_as_staff(*names: str) -> Iterator[None]:
    """Have these statements of the index answer everyone as staff."""
    fetch, staff = IndexView._fetch_rows, 1 << AUDIENCES.index("staff")
    beginnings = tuple(
        by_name[name].partition("{")[0]
        for by_name in STATEMENTS.values()
        for name in names
        if name in by_name
    )

    def leak(view: IndexView, statement: str, **params: object) -> Any:
        if statement.startswith(beginnings):
            params |= {"audience": staff}
        return fetch(view, statement, **params)

    with patch.object(IndexView, "_fetch_rows", leak):
        yield


@contextmanager
def replaced(*targets: tuple[object, str, object]) -> Iterator[None]:
    with ExitStack() as held:
        for owner, name, leak in targets:
            held.enter_context(patch.object(owner, name, leak))
        yield


def _name_all(c: Any, slug: str, *_: Any) -> str:
    return f"known are {', '.join(log.read_slugs(c))}"


def _read_all_publishers(c: Any, negotiation: str, basis: Any) -> dict[str, str]:
    return read_publishers(c, negotiation, replace(basis, audience="staff"))


def _follow_as_staff(self: Follower, ledger: Any) -> Any:
    reader = replace(self.reader, audience="staff")
    return session.open_session(ledger, self.negotiation, reader)


LEAKS: dict[str, Callable[[], AbstractContextManager[None]]] = {
    "a hidden negotiation answers, with nothing": lambda: replaced(
        (session, "_exists", lambda start, negotiation, reader: True)
    ),
    "a list has hidden negotiations": lambda: replaced(
        (session, "_exists", lambda start, negotiation, reader: True),
        (session, "read_seen", lambda c, audience, now: log.read_slugs(c)),
    ),
    "a hint names hidden negotiations": lambda: replaced(
        (session, "_known_negotiations_hint", _name_all)
    ),
    "a list counts hidden events": lambda: asked_as_staff("known_count", "told_count", "last_told"),
    "the days of the rail count hidden events": lambda: asked_as_staff(
        "known_days", "news_days", "news_by_day"
    ),
    "a search finds hidden words": lambda: asked_as_staff("news_of_versions"),
    "an unknown publisher is told from a hidden one": lambda: replaced(
        (session, "read_publishers", _read_all_publishers)
    ),
    "names that no news has are listed": lambda: replaced(
        (View, "visible_records", lambda view, kind: view.all_records(kind))
    ),
    "a hidden event is found by its id": lambda: replaced(
        (View, "find_visible_item", lambda view, event: view.find_item(event))
    ),
    "sources show the reports to others": lambda: asked_as_staff("cell_rows", "version_json"),
    "an export has hidden reports": lambda: replaced(
        (session, "open_fields", lambda entry, viewer, now: dict(entry.payload))
    ),
    "a stream tells of hidden events": lambda: replaced(
        (Follower, "open_session", _follow_as_staff)
    ),
    "everyone sees that something was erased": lambda: replaced(
        (
            sys.modules["domain.erased"],
            "visible_periods",
            lambda entry, viewer: [(entry.recorded_at, LATEST)],
        )
    ),
}


# Trials.


@dataclass
class Trial:
    """How many random requests were asked of how many pairs, and the first that told two ledgers
    apart."""

    asked: int = 0
    pairs: int = 0
    difference: str | None = None


def ask_much(audience: Audience, pairs: int) -> Trial:
    """Ask every route once, and random requests of pairs of ledgers, until two are told apart."""
    trial = Trial()

    @settings(
        max_examples=pairs,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(histories(most_events=24), places, seeds)
    def ask_pair(batches: list[Batch], erased: list[int], seed: int) -> None:
        if trial.difference:
            return
        with suppress(MinutebookError), tell_pair(batches, audience, erased) as pair:
            asking = Asking(pair, random.Random(seed))  # noqa: S311  # which requests, no secret
            every_route = iter(()) if trial.pairs else asking.all_routes()
            drawn = (asking.any_request() for _ in range(REQUESTS_A_PAIR))
            trial.difference = find_difference(pair, asking, itertools.chain(every_route, drawn))
            trial.asked += REQUESTS_A_PAIR
            trial.pairs += 1

    with accept_second_introductions():
        ask_pair()
    return trial


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=5000, help="for each audience")
    parser.add_argument("--leak", help="only leaks that have this word")
    arguments = parser.parse_args()
    failed = False
    for audience in LEVELS if not arguments.leak else ():
        started = time.monotonic()
        trial = ask_much(audience, -(-arguments.requests // REQUESTS_A_PAIR))
        told = f"{trial.asked} random requests to {trial.pairs} pairs, and every route"
        told += f": TOLD APART by {trial.difference}" if trial.difference else ": all alike"
        told += ", but TOO FEW" if trial.asked < arguments.requests else ""
        print(f"{audience}: {told} ({time.monotonic() - started:.0f} s)", flush=True)
        failed = failed or bool(trial.difference) or trial.asked < arguments.requests
    for name, leak in LEAKS.items():
        if arguments.leak and arguments.leak not in name:
            continue
        started = time.monotonic()
        with leak():
            difference = ask_much("public", PAIRS_A_LEAK).difference
        told = f"found by {difference.partition(': ')[0]}" if difference else "NOT FOUND"
        print(f"leak: {name}: {told} ({time.monotonic() - started:.0f} s)", flush=True)
        failed = failed or not difference
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
