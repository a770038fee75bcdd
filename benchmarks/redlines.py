"""What a redline costs: long texts compared word by word, and whom that keeps waiting.

Run ``python -m benchmarks.redlines``. It prints the times as multiples of splitting both texts into
words, which is linear, and then how long a small question takes while redlines of 64 KB are asked.
"""

from __future__ import annotations

import argparse
import http.client
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random
from typing import Any

import orjson

from benchmarks.measuring import fetch, percentile, serve_product, time_ms
from projections.answers.word_diff import diff_words
from projections.words import split_tokens

SIZES = 8, 24, 47, 64
EDITED_EACH = 20
"""Of so many words one is changed."""
NAME = "redlines"
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
        f"every {EDITED_EACH}th word": (" ".join(words), " ".join(edited)),
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
    """Record one plan for each pair of texts, and the change of its point a day later."""
    events: list[dict[str, Any]] = [{"type": "negotiation-opened", "title": "Long points"}]
    for at, (old, new) in enumerate(long_texts(64).values()):
        point = {"point": "1", "number": 1, "text": old}
        change = {"op": "substitution", **point, "text": new}
        events += [
            {"type": "plan-introduced", "plan": f"p{at}", "title": "A", "points": [point]},
            {"type": "plan-amended", "plan": f"p{at}", "operations": [change]},
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


@contextmanager
def redlines_asked(port: int, plans: Sequence[str], clients: int) -> Iterator[list[float]]:
    """Let clients ask redlines without a pause; yield the times that they take."""
    costs, done = list[float](), threading.Event()

    def ask(client: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        turn = 0
        with suppress(OSError):
            while not done.is_set():
                plan, turn = plans[turn % len(plans)], turn + 1
                moment = f"2025-12-02T1{client}:{turn // 60 % 60:02}:{turn % 60:02}Z"
                path = f"/v1/negotiations/{NAME}/plans/{plan}/diff?from={moment}"
                costs.append(time_ms(lambda path=path: fetch(connection, path)))  # type: ignore[misc]  # bound at once

    threads = [threading.Thread(target=ask, args=(each,)) for each in range(clients)]
    for thread in threads:
        thread.start()
    try:
        yield costs
    finally:
        done.set()
        for thread in threads:
            thread.join()


def small_question_ms(port: int, seconds: float) -> list[float]:
    connection, costs = http.client.HTTPConnection("127.0.0.1", port), list[float]()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        costs.append(time_ms(lambda: fetch(connection, f"/v1/negotiations/{NAME}/parties")))
        time.sleep(0.005)
    return costs


def print_waiting(folder: Path, seconds: float) -> None:
    with serve_product(str(folder / "redlines.db")) as port:
        record_plans(port)
        idle = small_question_ms(port, seconds)
        print(f"\n{'a small question, ms':40}{'p50':>8}{'p99':>8}{'longest':>9}{'redline p50':>13}")
        print(f"{'idle':40}{_spread(idle)}")
        for plan, name in (
            (("p0",), "edited texts"),
            ([f"p{n}" for n in range(7)], "all of these"),
        ):
            for clients in (1, 4):
                with redlines_asked(port, plan, clients) as costs:
                    waited = small_question_ms(port, seconds)
                label = f"{clients} asking redlines of 64 KB, {name}"
                print(f"{label:40}{_spread(waited)}{statistics.median(costs):13.1f}")


def _spread(costs: Sequence[float]) -> str:
    return f"{percentile(costs, 0.5):8.1f}{percentile(costs, 0.99):8.1f}{max(costs):9.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5, help="how long each load lasts")
    options = parser.parse_args()
    print_times()
    with tempfile.TemporaryDirectory(prefix="minutebook-bench-") as name:
        print_waiting(Path(name), options.seconds)


if __name__ == "__main__":
    main()
