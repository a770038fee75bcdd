"""Long texts are compared by a process that answers nobody, and no fault of it hangs an answer."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from api.services import server_services
from domain.errors import BusyError
from projections.texts import comparer as comparing
from projections.texts.comparer import ProcessTextComparer, TextComparer, TextPair, split_turns
from tests.command_line import run_command
from tests.facts import OPENING, Event
from tests.pages import page
from tests.serving import key_environment, serve_ledger, wait_until
from tests.test_redline import amended, plan, point
from tests.test_workers import await_end
from tests.world import World

OLD = " ".join(f"word{at}" for at in range(1500))
LONG = OLD, OLD.replace("word700", "another")
"""Two texts of more than 8 KB together."""
SHORT = "All troops leave.", "Some troops leave."
MIDDLE = "word " * 300, "word " * 299 + "another "
"""Two pairs of these are short together, and three are long."""
PAIRS = {"long": [LONG], "short": [SHORT], "few": [MIDDLE] * 2, "many": [MIDDLE] * 3}


def recorded(slug: str, pairs: list[TextPair]) -> list[Event]:
    """Return a plan and the changes of all its points some days later."""
    old = [point(f"p{n}", n, text) for n, (text, _) in enumerate(pairs)]
    changes = [
        {"op": "substitution", **point(f"p{n}", n, text)} for n, (_, text) in enumerate(pairs)
    ]
    return [plan(slug, 1, *old), amended(slug, 10, *changes)]


EVENTS = [*OPENING, *(event for slug in PAIRS for event in recorded(slug, PAIRS[slug]))]


@pytest.fixture
def talks(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path, "http") as world:
        world.record("2025-12-24T09:00:00Z", EVENTS)
        yield world


@pytest.fixture
def comparer() -> Iterator[ProcessTextComparer]:
    with closing(ProcessTextComparer()) as comparer:
        yield comparer


def comparer_of(world: World) -> ProcessTextComparer:
    found = server_services(world.client.app).comparer  # type: ignore[arg-type]  # an application
    assert isinstance(found, ProcessTextComparer)
    return found


def ask(world: World, slug: str, **params: str) -> Any:
    params = {"to": "2025-12-24", **params}
    return world.get(f"/plans/{slug}/diff", **{"from": "2025-12-05"}, **params)


def operations(answer: Any) -> list[list[dict[str, str]]]:
    assert answer.status_code == 200, answer.text
    return [each["ops"] for each in answer.json()["data"]]


def compare_nothing(old: str, new: str) -> Any:
    raise AssertionError("compared in the process that answers")


def stop(pid: int | None) -> None:
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)


@pytest.mark.parametrize("slug", ["long", "many"])
def test_long_texts_are_compared_in_another_process(
    talks: World, slug: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = TextComparer().diff_texts(PAIRS[slug])
    monkeypatch.setattr(comparing, "diff_words", compare_nothing)

    assert operations(ask(talks, slug)) == expected
    assert "another" in page(talks, f"plans/{slug}", "?from=2025-12-05&to=2025-12-24")
    assert comparer_of(talks).pid not in (None, os.getpid())


@pytest.mark.parametrize("slug", ["short", "few"])
def test_short_texts_start_no_process(talks: World, slug: str) -> None:
    assert operations(ask(talks, slug)) == TextComparer().diff_texts(PAIRS[slug])
    assert comparer_of(talks).pid is None


def test_a_command_without_a_server_starts_no_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with World(tmp_path, "http") as world:
        world.record("2025-12-24T09:00:00Z", EVENTS)
    monkeypatch.setattr(subprocess, "Popen", compare_nothing)
    asked = ("plan", "talks", "long", "--redline", "2025-12-05")
    done = run_command(*asked, "--db", tmp_path / "world.db", **key_environment(tmp_path))

    assert done.returncode == 0, done.stderr
    assert "another" in done.stdout


def test_a_process_that_ended_is_replaced(talks: World) -> None:
    operations(ask(talks, "long"))
    first = comparer_of(talks).pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: ") Z " in Path(f"/proc/{first}/stat").read_text())

    assert operations(ask(talks, "many")) == TextComparer().diff_texts(PAIRS["many"])
    assert comparer_of(talks).pid not in (None, first)


def test_a_process_that_hangs_or_ends_midway_gives_a_503_and_is_replaced(
    talks: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    operations(ask(talks, "long"))
    first = comparer_of(talks).pid
    stop(first)
    with ThreadPoolExecutor(1) as client:
        waiting = client.submit(ask, talks, "many")
        time.sleep(0.2)
        os.kill(first or 0, signal.SIGKILL)
        ended = waiting.result()
    monkeypatch.setattr(comparing, "DEADLINE", 1)
    operations(ask(talks, "long", tz="Europe/Kyiv"))
    second = comparer_of(talks).pid
    stop(second)
    start = time.monotonic()
    hung = ask(talks, "many")
    took = time.monotonic() - start
    after = ask(talks, "long", tz="Europe/Paris")

    for refused in (ended, hung):
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
        assert refused.json()["detail"] == "the texts could not be compared"
        assert refused.json()["hint"] == "ask again in a second"
    assert took < 10
    assert operations(after) == TextComparer().diff_texts([LONG])
    assert comparer_of(talks).pid not in (None, first, second)


def test_a_page_whose_texts_cannot_be_compared_says_so(
    talks: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "DEADLINE", 1)
    operations(ask(talks, "long"))
    stop(comparer_of(talks).pid)

    told = page(talks, "plans/many", "?from=2025-12-05&to=2025-12-24", status=503)
    assert "the texts could not be compared" in told


def test_a_full_line_refuses_and_short_questions_are_answered(
    talks: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "DEADLINE", 60)
    expected = operations(ask(talks, "long"))
    pid = comparer_of(talks).pid
    stop(pid)
    zones = [f"Etc/GMT+{n}" for n in range(1, comparing.MAX_IN_LINE + 4)]
    with ThreadPoolExecutor(len(zones)) as clients:
        asked = [clients.submit(ask, talks, "long", tz=zone) for zone in zones]
        wait_until(lambda: sum(each.done() for each in asked) == 3)
        refused = [each.result() for each in asked if each.done()]
        short = ask(talks, "short")
        os.kill(pid or 0, signal.SIGCONT)
        answers = [each.result() for each in asked]

    assert [each.status_code for each in refused] == [503] * 3
    assert "too many long texts are being compared" in refused[0].json()["detail"]
    assert short.status_code == 200
    compared = [operations(each) for each in answers if each.status_code == 200]
    assert compared == [expected] * comparing.MAX_IN_LINE


def test_a_plan_of_many_points_takes_a_turn_at_a_time() -> None:
    half = ("a" * comparing.TURN, "")
    pairs = [LONG, SHORT, half, half, SHORT]

    turns = list(split_turns(pairs))
    assert [pair for turn in turns for pair in turn] == pairs
    assert [len(turn) for turn in turns] == [2, 1, 1, 1]


def test_others_get_a_turn_while_a_plan_of_many_points_is_compared(
    comparer: ProcessTextComparer,
) -> None:
    half = ("word " * (comparing.TURN // 5), "word")
    comparer.diff_texts([LONG])
    stop(comparer.pid)
    with ThreadPoolExecutor(2) as clients:
        many = clients.submit(comparer.diff_texts, [half] * 20)
        time.sleep(0.1)
        other = clients.submit(comparer.diff_texts, [LONG])
        time.sleep(0.1)
        os.kill(comparer.pid or 0, signal.SIGCONT)
        other.result()
        was_first = not many.done()

    assert was_first
    assert len(many.result()) == 20


def test_whoever_waits_when_a_server_ends_is_refused_and_no_process_stays(
    comparer: ProcessTextComparer,
) -> None:
    comparer.diff_texts([LONG])
    pid = comparer.pid
    stop(pid)
    with ThreadPoolExecutor(1) as client:
        waiting = client.submit(comparer.diff_texts, [LONG])
        time.sleep(0.2)
        comparer.close()
        with pytest.raises(BusyError):
            waiting.result()

    assert not Path(f"/proc/{pid}").exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_the_process_ends_with_its_server(tmp_path: Path, number: int) -> None:
    with serve_ledger(tmp_path / "talks.db", folder=tmp_path) as server:
        server.post("talks", EVENTS)
        server.get("/v1/negotiations/talks/plans/long/diff?from=2025-12-05&to=2025-12-24")
        started = children_of(server.process.pid)
        server.end(number)
        left = await_end(started)

    assert len(started) == 1
    assert left == []


def children_of(process: int) -> list[int]:
    """Return what any thread of a process started."""
    lists = Path(f"/proc/{process}/task").glob("*/children")
    return [int(pid) for each in lists for pid in each.read_text().split()]
