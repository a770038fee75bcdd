"""200 clients beyond what a server can answer: what they get, and how an append and a question of
somebody else do, second by second before, meanwhile and after."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections import Counter
from collections.abc import Mapping, Sequence

from benchmarks.questions import dates, path
from tests.evidence.load.attacks import Attack, Statuses, exchange, get
from tests.evidence.load.probes import Answered
from tests.serving import ApiServer

CLIENTS, CLIENT_KEYS = 200, 20
SECONDS = 15
"""For how long they ask."""
ACCEPTED, REFUSALS = {"200", "201"}, {"429", "503"}
NORMAL = 0.5
"""Seconds in which an append and a state are answered when nobody else asks much."""


def make_keys(server: ApiServer) -> list[Mapping[str, str]]:
    """Return the headers of a key for the probes, and of those that the clients share."""
    admin = server.call("POST", "/v1/keys", {"name": "admin", "scopes": ["admin"]})[2]["secret"]
    made = []
    for name in ["watch", *(f"client-{number}" for number in range(CLIENT_KEYS))]:
        grant = {"name": name, "scopes": ["append"]}
        answer = server.call("POST", "/v1/keys", grant, Authorization=f"Bearer {admin}")[2]
        made.append({"Authorization": f"Bearer {answer['secret']}"})
    time.sleep(1)
    return made


def flood(keys: Sequence[Mapping[str, str]]) -> Attack:
    """Return clients that ask for another state each time, as often as each can, a tenth of a
    second after a refusal."""

    async def attack(port: int) -> Statuses:
        found, end = Counter[str](), time.monotonic() + SECONDS
        addresses = [path("state", moment) for moment in dates(2000)]

        async def ask(number: int) -> None:
            count = number * 10
            while time.monotonic() < end:
                count += 1
                request = get(addresses[count % len(addresses)], keys[number % len(keys)])
                status = await exchange(port, [request])
                found[status] += 1
                if status in REFUSALS:
                    await asyncio.sleep(0.1)

        await asyncio.gather(*map(ask, range(CLIENTS)))
        return found

    return attack


def by_second(answers: list[Answered], start: float) -> dict[int, tuple[float, str]]:
    """Return of each second since the start the longest good answer, or who got none."""
    seconds: dict[int, list[Answered]] = {}
    for each in answers:
        seconds.setdefault(int(each.began - start) - (each.began < start), []).append(each)
    return {
        second: (
            max((each.took for each in found if each.is_good), default=float("nan")),
            ", ".join(sorted({each.status for each in found if not each.is_good})),
        )
        for second, found in sorted(seconds.items())
    }


def seconds_to_normal(answers: list[Answered], end: float) -> float:
    """Return how long after the end of a flood the last answer was slow or refused."""
    after = [each for each in answers if each.began + each.took > end]
    bad = [each for each in after if not each.is_good or each.took > NORMAL]
    return max((each.began + each.took - end for each in bad), default=0.0)


def describe(answers: dict[str, list[Answered]], start: float, end: float) -> str:
    """Return a line for each kind of request: the median before, and second by second."""
    lines, last = [], int(end - start)
    for name, found in answers.items():
        before = statistics.median(each.took for each in found if each.began < start)
        told = " ".join(
            f"{took:.2f}{f' ({other})' if other else ''}{' |' if second == last else ''}"
            for second, (took, other) in by_second(found, start).items()
            if second >= 0
        )
        lines.append(f"  {name}, before {before:.3f} s, then at most, | where it ends: {told}")
    return "\n".join(lines)
