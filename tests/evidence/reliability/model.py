"""Thousands of operations under kills: every answer against a model replayed in the order of seq.

Each client tells random histories in negotiations of its own, sends again what failed, and asks for
the state and for the log as of random moments. Afterwards the log is read past the product, in the
order of seq, and each answer compared with what the independent oracle (tests/reference.py) makes
of it.
"""

from __future__ import annotations

import contextlib
import http.client
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

import orjson
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as hypothesis_seed

from api.cli.verify import ignore_progress, verify_ledger
from domain.instants import from_rfc3339, to_rfc3339
from tests import comparing, reference
from tests.evidence.reliability import seeded_faults
from tests.evidence.reliability.kills import Scene, postgres_scene, sqlite_scene
from tests.evidence.reliability.trial import Outcome, Trial
from tests.facts import Batch, Event
from tests.histories import FIRST, STEP, STEPS, histories

CLIENTS = 4
QUESTIONS = 6
"""How many are asked after each batch of a history."""
KILL_EVERY = 400
"""Operations between two kills, at the most."""
FIRST_KILL = 20
LISTS = {"state": {}, "state whole": {"whole": "true"}, "events": {"limit": 1000}}
"""What is asked for, with the parameters that say how much of it."""
SEEDED_OPERATIONS, SEEDED_ROUNDS = 800, 6
"""Operations of a round against a seeded fault, and rounds until it counts as missed."""


class Asked(NamedTuple):
    """A question about a negotiation, the head that its client knew, and the answer."""

    negotiation: str
    list: str
    """One of ``LISTS``."""
    question: dict[str, Any]
    known_head: int
    answer: dict[str, Any]


@dataclass
class Told:
    """What all clients were told."""

    seqs: dict[str, int] = field(default_factory=dict)
    """The seq of each event that was acknowledged, by id."""
    asked: list[Asked] = field(default_factory=list)
    anomalies: list[str] = field(default_factory=list)
    operations: int = 0
    refused: int = 0
    retried: int = 0


def draw_histories(count: int, seed: int) -> list[list[Batch]]:
    """Return random histories, as the properties of time are tested with."""
    drawn: list[list[Batch]] = []

    @hypothesis_seed(seed)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(histories(most_events=18))
    def collect(batches: list[Batch]) -> None:
        drawn.append(batches)

    collect()
    return drawn


def renamed(events: list[Event], number: int) -> list[Event]:
    """Return events with ids of a negotiation's own."""
    prefix = str(UUID(int=number << 96))[:8]
    text = orjson.dumps(events).replace(b'"00000000-0000-', f'"{prefix}-0000-'.encode())
    renamed_events: list[Event] = orjson.loads(text)
    return renamed_events


class Teller(threading.Thread):
    """Tells histories one after the other, and asks about each between its batches."""

    def __init__(
        self, port: int, told: Told, chosen: list[tuple[int, list[Batch]]], seed: str
    ) -> None:
        super().__init__(daemon=True)
        self.told, self.chosen = told, chosen
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        self.random = Random(seed)  # noqa: S311  # no secret
        self.head = 0

    def run(self) -> None:
        for number, batches in self.chosen:
            negotiation = f"talks-{number}"
            for _, events in batches:
                self._tell(negotiation, renamed(events, number))
                for _ in range(QUESTIONS):
                    self._ask(negotiation)

    def _call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Call until there is an answer that says what happened."""
        until = time.monotonic() + 90
        while time.monotonic() < until:
            with contextlib.suppress(OSError, http.client.HTTPException, orjson.JSONDecodeError):
                status, answer = self._call_once(method, path, body)
                if status < 500:
                    self.told.operations += 1
                    return status, answer
                if status == 500:
                    self.told.anomalies.append(f"500 at {path}: {answer}")
                    return status, answer
            self.connection.close()
            self.told.retried += 1
            time.sleep(0.03)
        self.told.anomalies.append(f"no answer at {path}")
        return 0, None

    def _call_once(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        sent = None if body is None else orjson.dumps(body)
        self.connection.request(method, path, sent, {"Content-Type": "application/json"})
        response = self.connection.getresponse()
        return response.status, orjson.loads(response.read())

    def _tell(self, negotiation: str, events: list[Event]) -> None:
        path = f"/v1/negotiations/{negotiation}/events"
        status, answer = self._call("POST", path, events)
        if status != 201:
            self.told.refused += 1
            return
        ids = {event["id"] for event in events}
        found = {receipt["id"] for receipt in answer["recorded"]} | set(answer["duplicates"])
        if found != ids:
            self.told.anomalies.append(f"{negotiation}: sent {sorted(ids)}, told {sorted(found)}")
        for receipt in answer["recorded"]:
            self.told.seqs[receipt["id"]] = receipt["seq"]
            self.head = max(self.head, receipt["seq"])

    def _ask(self, negotiation: str) -> None:
        question, asked_list = self._make_question(), self.random.choice(list(LISTS))
        query = urlencode(question | LISTS[asked_list])
        path = f"/v1/negotiations/{negotiation}/{asked_list.split()[0]}?{query}"
        head = self.head
        status, answer = self._call("GET", path)
        if status == 200:
            self.told.asked.append(Asked(negotiation, asked_list, question, head, answer))

    def _make_question(self) -> dict[str, Any]:
        moments = [to_rfc3339(FIRST + self.random.randrange(2, STEPS + 12) * STEP) for _ in "12"]
        question: dict[str, Any] = {"audience": self.random.choice(("public", "press", "staff"))}
        shape = self.random.randrange(-1, 4)  # -1 asks as of now
        if shape == 0:
            question |= {
                "as_of": moments[0],
                "basis": self.random.choice(("as-known", "hindsight")),
            }
        elif shape == 1:
            question |= {"known_at": moments[0], "valid_at": moments[1]}
        if shape > 1:
            question |= {"known_at": moments[0], "valid_at": moments[1]}
            question["seq"] = self.random.randrange(max(1, self.head - 40), max(1, self.head) + 1)
        return question


def anomalies(rows: dict[str, list[Event]], told: Told) -> Iterator[str]:
    """Yield every answer that the model gives otherwise, and what else was not kept."""
    yield from told.anomalies
    seqs = {entry["id"]: entry["seq"] for entries in rows.values() for entry in entries}
    for id_, seq in told.seqs.items():
        if seqs.get(id_) != seq:
            yield f"{id_} was acknowledged as {seq}, the log has {seqs.get(id_)}"
    yield from _disorder(rows)
    for asked in told.asked:
        yield from _differences(rows.get(asked.negotiation, []), asked)


def _disorder(rows: dict[str, list[Event]]) -> Iterator[str]:
    log = sorted(
        (entry["seq"], entry["recorded_at"], negotiation)
        for negotiation, entries in rows.items()
        for entry in entries
    )
    if [seq for seq, *_ in log] != list(range(1, len(log) + 1)):
        yield "the seqs have a gap"
    for (_, before, one), (seq, after, other) in pairwise(log):
        if before > after or (before == after and one != other):
            yield f"recorded_at does not rise at seq {seq}"


def _differences(entries: list[Event], asked: Asked) -> Iterator[str]:
    basis, question = asked.answer["basis"], asked.question
    where = f"{asked.list} of {asked.negotiation} {question}"
    for name in ("known_at", "valid_at", "seq", "audience"):
        wanted = question.get(name, question.get("as_of") if name == "valid_at" else None)
        if wanted is not None and not _is_same(wanted, basis[name]):
            yield f"{where}: answered for {name} {basis[name]}"
    if "seq" not in question and basis["seq"] < asked.known_head:
        yield f"{where}: answered at seq {basis['seq']}, after {asked.known_head} was acknowledged"
    wanted = reference.fold(
        entries,
        known_at=from_rfc3339(basis["known_at"]),
        valid_at=from_rfc3339(basis["valid_at"]),
        seq=basis["seq"],
        audience=basis["audience"],
    )
    reduce = comparing.reduce_events if asked.list == "events" else comparing.reduce_state
    expected, found = comparing.reduce_reference(wanted), reduce(asked.answer["data"])
    if asked.list == "events":
        expected["lives"] = {
            event: {name: value for name, value in life.items() if name != "bounds"}
            for event, life in expected["lives"].items()
        }
    for name in found:
        if found[name] != expected[name]:
            yield f"{where}: {name} is {found[name]}, the model has {expected[name]}"[:600]


def _is_same(wanted: Any, found: Any) -> bool:
    if isinstance(wanted, int):
        return bool(wanted == found)
    return bool(wanted == found) or (
        "T" in str(wanted) and from_rfc3339(wanted) == from_rfc3339(found)
    )


READ = "SELECT seq, id, negotiation, type, recorded_at, state FROM event ORDER BY seq"


def read_entries(execute: Callable[[str], list[Any]]) -> dict[str, list[Event]]:
    """Return the log by negotiation, read past the product, as the oracle takes it."""
    rows: dict[str, list[Event]] = {}
    for seq, id_, negotiation, type_, recorded_at, state in execute(READ):
        entry = orjson.loads(state) | {
            "seq": seq,
            "id": id_,
            "type": type_,
            "recorded_at": to_rfc3339(recorded_at),
        }
        rows.setdefault(negotiation, []).append(entry)
    return rows


def operate(scene: Scene, count: int, seed: int, *, is_harmed: bool) -> tuple[Told, list[str]]:
    """Let clients do so many operations, more or less, while servers are killed."""
    told, done = Told(), threading.Event()
    drawn = draw_histories(max(CLIENTS, count // (3 * (QUESTIONS + 1))), seed)
    numbered = list(enumerate(drawn, 1))
    scene.server.start()
    tellers = [
        Teller(scene.server.port, told, numbered[n::CLIENTS], f"{seed}/{n}") for n in range(CLIENTS)
    ]
    harm = threading.Thread(target=harm_now_and_then, args=[scene, told, done, seed], daemon=True)
    for thread in [*tellers, *([harm] if is_harmed else [])]:
        thread.start()
    for teller in tellers:
        while teller.is_alive():
            teller.join(0.2)
            if told.operations >= count:
                teller.chosen.clear()
    done.set()
    if is_harmed:
        harm.join()
    scene.server.end(signal.SIGTERM)
    return told, list(anomalies(read_entries(scene.execute), told))


def harm_now_and_then(scene: Scene, told: Told, done: threading.Event, seed: int) -> None:
    """Kill one victim after the other, each after some more operations than the one before."""
    random = Random(seed)  # noqa: S311  # no secret
    due = random.randrange(FIRST_KILL)
    while not done.wait(0.01):
        if told.operations >= due:
            scene.victims[scene.kills % len(scene.victims)]()
            scene.kills += 1
            due = told.operations + random.randrange(KILL_EVERY)


def answer_as_the_model(count: int, seed: int) -> Outcome:
    """Do half of the operations on each database."""
    outcome, totals = Outcome(), Counter[str]()
    for name, open_scene in (("sqlite", sqlite_scene), ("postgres", postgres_scene)):
        with ExitStack() as held:
            scene = held.enter_context(open_scene())
            told, found = operate(scene, count // 2, seed, is_harmed=True)
            found += [str(each) for each in verify_ledger(scene.settings(), ignore_progress).faults]
        outcome.failures += [f"{name}: {each}" for each in found]
        totals.update(
            {
                "operations": told.operations,
                "answers compared": len(told.asked),
                "events acknowledged": len(told.seqs),
                "batches refused": told.refused,
                "kills": scene.kills,
                "retries": told.retried,
            }
        )
    outcome.told = ", ".join(f"{number} {name}" for name, number in totals.items())
    return outcome


def find_seeded_faults(seed: int) -> Outcome:
    """Return a failure for each of the seeded faults that was found, so there must be ten."""
    names = [*seeded_faults.FAULTS, *seeded_faults.RULES_BROKEN]
    found = {name: find_seeded_fault(name, seed) for name in names}
    failures = [
        f"{name}: {len(each)} anomalies, {each[0]}"[:300] for name, each in found.items() if each
    ]
    told = f"{len(failures)} of {len(names)} seeded faults found"
    if missed := [name for name, each in found.items() if not each]:
        return Outcome(f"{told}; MISSED: {', '.join(missed)}")
    return Outcome(told, failures)


def find_seeded_fault(name: str, seed: int) -> list[str]:
    """Return the anomalies of the first round that shows any."""
    prelude = "tests.evidence.reliability.seeded_faults"
    for number in range(SEEDED_ROUNDS):
        with sqlite_scene(prelude, **{seeded_faults.VARIABLE: name}) as scene:
            _, found = operate(scene, SEEDED_OPERATIONS, seed + number, is_harmed=False)
        if found:
            return found
    return []


TRIALS = (Trial("model", 50_000, answer_as_the_model, find_seeded_faults),)
