"""What a redline costs: long texts compared word by word, and whom that keeps waiting.

Run ``python -m benchmarks.redlines``. It prints the times as multiples of splitting both texts into
words, which is linear, and then how long a small question takes while redlines of 64 KB are asked:
compared by the server that answers, and by its process for long texts.
"""

from __future__ import annotations

import argparse
import http.client
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from typing import Any

import orjson

from benchmarks.measuring import MINUTEBOOK, Word, fetch, percentile, product, run_server, time_ms
from projections.texts.comparer import ProcessTextComparer
from projections.texts.word_diff import diff_words
from projections.words import split_tokens

SIZES = 4, 16, 64, 256
EDITED_EACH = 20
"""Of so many words one is changed."""
EDITED = f"every {EDITED_EACH}th word"
NAME = "redlines"
CLIENTS = 4
ROUNDS = 3
LOADS = {
    "edited text": ("/v1/negotiations/redlines/plans/p0/diff",),
    "all of these texts": tuple(f"/v1/negotiations/redlines/plans/p{n}/diff" for n in range(7)),
    "64 edited points of 1 KB": ("/v1/negotiations/redlines/plans/p7/diff",),
    "the page of the edited text": ("/desk/redlines/plans/p0",),
}
"""Addresses of redlines of 64 KB, asked in turn."""
Pair = tuple[str, str]


def long_texts(kib: int) -> dict[str, Pair]:
    """Return pairs of texts of a size: one edited, and those that are hard to compare."""
    random, size = Random(3), kib * 1024 - 16  # noqa: S311  # no secret
    vocabulary = ["".join(random.choices("aehilnorst", k=random.randint(2, 9))) for _ in range(900)]
    words = [vocabulary[int(900 * random.random() ** 2)] for _ in range(size // 5)]
    edited = ["new" if at % EDITED_EACH == 0 else word for at, word in enumerate(words)]
    others = random.sample(words, len(words))
    hanzi = "".join(chr(0x4E00 + int(900 * random.random() ** 2)) for _ in range(size // 3))
    letters = [" ".join(random.choices("abcdefgh", k=size // 2)) for _ in range(2)]
    texts = {
        EDITED: (" ".join(words), " ".join(edited)),
        "other order": (" ".join(words), " ".join(others)),
        "every word": (" ".join(words), " ".join(f"x{word}" for word in words)),
        "one word repeated": ("a " * (size // 2), "a " * (size // 2 - 9) + "b"),
        "one long word": ("a" * size, "a" * (size - 1) + "b"),
        "Chinese, turned round": (hanzi, hanzi[::-1]),
        "single letters": (letters[0], letters[1]),
    }
    return {name: (old[:size], new[:size]) for name, (old, new) in texts.items()}


def median_ms(act: Callable[[], object]) -> float:
    return statistics.median(time_ms(act) for _ in range(5))


def print_times() -> None:
    print(f"{'ms (× a linear pass)':24}" + "".join(f"{size:>14} KB" for size in SIZES))
    for name in long_texts(SIZES[0]):
        cells = []
        for size in SIZES:
            pair = long_texts(size)[name]
            cost = median_ms(lambda pair=pair: diff_words(*pair))  # type: ignore[misc]  # bound at once
            linear = median_ms(lambda pair=pair: [split_tokens(text) for text in pair])  # type: ignore[misc]  # bound at once
            cells.append(f"{cost:8.1f} ({cost / linear:3.0f} ×)")
        print(f"{name:24}" + "  ".join(f"{cell:>15}" for cell in cells))


def record_plans(port: int) -> None:
    """Record a plan for each pair of texts, one of short points, and their changes a day later."""
    events: list[dict[str, Any]] = [{"type": "negotiation-opened", "title": "Long points"}]
    plans = [[pair] for pair in long_texts(64).values()] + [[long_texts(1)[EDITED]] * 64]
    for at, pairs in enumerate(plans):
        points = [{"point": f"{n}", "number": n, "text": old} for n, (old, _) in enumerate(pairs)]
        changes = [
            {"op": "substitution", **point, "text": new}
            for point, (_, new) in zip(points, pairs, strict=True)
        ]
        events += [
            {"type": "plan-introduced", "plan": f"p{at}", "title": "A", "points": points},
            {"type": "plan-amended", "plan": f"p{at}", "operations": changes},
        ]
    for event, day in zip(events[1:], [1, 2] * len(events), strict=False):
        event |= {"occurred": f"2025-12-0{day}", "reports": [{"published": f"2025-12-0{day}"}]}
    for event in events:
        body = orjson.dumps([event])
        connection = http.client.HTTPConnection("127.0.0.1", port)
        headers = {"Content-Type": "application/json"}
        connection.request("POST", f"/v1/negotiations/{NAME}/events", body, headers)
        answer = connection.getresponse()
        if answer.status != 201:
            raise RuntimeError(f"{answer.status} {answer.read()[:300]!r}")


def ask_redlines(port: int, addresses: Sequence[str], client: int, ending: Connection) -> None:
    """Ask redlines without a pause until told to end; then send the times that they took."""
    connection, costs = http.client.HTTPConnection("127.0.0.1", port), list[float]()
    while not ending.poll():
        turn = len(costs)
        moment = f"2025-12-02T1{client}:{turn // 60 % 60:02}:{turn % 60:02}Z"
        path = f"{addresses[turn % len(addresses)]}?from={moment}"
        costs.append(time_ms(lambda path=path: fetch(connection, path)))  # type: ignore[misc]  # bound at once
    ending.send(costs)


@contextmanager
def redlines_asked(port: int, addresses: Sequence[str]) -> Iterator[list[float]]:
    """Let clients, each a process, ask redlines, if any; yield the times, known at the end."""
    costs, context = list[float](), get_context("spawn")
    endings, processes = list[Connection](), []
    for client in range(CLIENTS if addresses else 0):
        own_end, other_end = context.Pipe()
        endings.append(own_end)
        arguments = port, addresses, client, other_end
        processes.append(context.Process(target=ask_redlines, args=arguments))
        processes[-1].start()
    if processes:
        time.sleep(1)  # until they ask
    try:
        yield costs
    finally:
        for ending in endings:
            ending.send(None)
        costs += [cost for ending in endings for cost in ending.recv()]
        for process in processes:
            process.join()


def small_question_ms(port: int, seconds: float) -> list[float]:
    connection, costs = http.client.HTTPConnection("127.0.0.1", port), list[float]()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        costs.append(time_ms(lambda: fetch(connection, f"/v1/negotiations/{NAME}/parties")))
        time.sleep(0.005)
    return costs


INLINE = """
import sys
from api.cli.main import main
from projections.texts import comparer
comparer.LONG_TEXTS = sys.maxsize
main()
"""
"""The product, but for the process: every text is compared by the thread that answers."""
STARTERS: dict[str, list[Word]] = {
    "inline": [sys.executable, "-c", INLINE],
    "process": [MINUTEBOOK],
}


def print_waiting(seconds: float) -> None:
    """Print how long others wait, with and without the process, in rounds that take turns."""
    print(f"\n{'a small question, ms':50}{'p50':>8}{'p99':>8}{'longest':>9}{'redline p50':>13}")
    with ExitStack() as exit_stack:
        ports = {where: exit_stack.enter_context(serve_redlines(where)) for where in STARTERS}
        for name, addresses in {"idle": (), **LOADS}.items():
            waited, costs = ({where: list[float]() for where in ports} for _ in range(2))
            for where, port in [*ports.items()] * ROUNDS:
                with redlines_asked(port, addresses) as asked:
                    waited[where] += small_question_ms(port, seconds / ROUNDS)
                costs[where] += asked
            for where in ports:
                own = f"{statistics.median(costs[where]):13.1f}" if addresses else ""
                print(f"{f'{where}: {name}':50}{_spread(waited[where])}{own}")


@contextmanager
def serve_redlines(where: str) -> Iterator[int]:
    with tempfile.TemporaryDirectory(prefix="minutebook-bench-") as folder:
        command = [*STARTERS[where], *product(f"{folder}/redlines.db")[1:]]
        with run_server(command, "/readyz") as port:
            record_plans(port)
            yield port


def print_process() -> None:
    """Print what the process for long texts costs: its start, its memory, and the way to it."""
    pairs = {size: [long_texts(size)[EDITED]] for size in (8, 64)}
    with closing(ProcessTextComparer()) as comparer:
        start = time_ms(lambda: comparer.diff_texts(pairs[8]))
        print(f"\nthe first comparison of 8 KB, which starts the process: {start:.0f} ms")
        for size, texts in pairs.items():
            inline = median_ms(lambda texts=texts: diff_words(*texts[0]))  # type: ignore[misc]  # bound at once
            there = median_ms(lambda texts=texts: comparer.diff_texts(texts))  # type: ignore[misc]  # bound at once
            print(f"{size} KB: {inline:.1f} ms here, {there:.1f} ms in the process")
        for pair in long_texts(64).values():
            comparer.diff_texts([pair])
        status = Path(f"/proc/{comparer.pid}/status").read_text()
        sizes = (f"{name} {int(kib) / 1024:.0f} MB" for name, kib in re.findall(MEMORY, status))
        print("its memory:", ", ".join(sizes))


MEMORY = r"(VmHWM|VmRSS|RssAnon):\s+(\d+)"


def _spread(costs: Sequence[float]) -> str:
    return f"{percentile(costs, 0.5):8.1f}{percentile(costs, 0.99):8.1f}{max(costs):9.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=9, help="how long each load lasts")
    options = parser.parse_args()
    print_times()
    print_process()
    print_waiting(options.seconds)


if __name__ == "__main__":
    main()
