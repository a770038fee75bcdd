"""Who compares texts: the caller itself, or for a server a process that answers nobody else."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from socket import socketpair
from threading import BoundedSemaphore

import orjson

from domain.errors import BusyError
from projections.texts.word_diff import WordOperation, diff_words

LOGGER = logging.getLogger("minutebook")
LONG_TEXTS = 8 * 1024
"""Characters of all texts of a comparison from which it goes to the process."""
TURN = 128 * 1024
"""Characters that the process compares in one turn: two texts of the greatest length."""
MAX_IN_LINE = 6
"""Comparisons that wait or run; each has a thread, and that of a page a connection."""
DEADLINE = 5.0
"""Seconds without an answer after which a turn, which takes a tenth of one, is given up."""
TextPair = tuple[str, str]
"""An old text and a new one."""


class TextComparer:
    """Compares texts in the thread that asks, as a command does that answers nobody else."""

    def diff_texts(self, pairs: Sequence[TextPair]) -> list[list[WordOperation]]:
        """Return the word-level operations of each pair."""
        return [diff_words(old, new) for old, new in pairs]

    def close(self) -> None:
        """End what was started."""


class ProcessTextComparer(TextComparer):
    """Compares long texts in one process, which starts with the first of them.

    All who ask get a turn each, in order. A process that ends or hangs is replaced at the next.
    """

    def __init__(self) -> None:
        self._turns = ThreadPoolExecutor(1, "texts")
        self._line = BoundedSemaphore(MAX_IN_LINE)
        self._process: _Process | None = None

    def diff_texts(self, pairs: Sequence[TextPair]) -> list[list[WordOperation]]:
        """Return the word-level operations of each pair. Raises BusyError."""
        if sum(map(_pair_length, pairs)) <= LONG_TEXTS:
            return super().diff_texts(pairs)
        with self._place_in_line():
            turns = map(self._take_turn, split_turns(pairs))
            return [operations for turn in turns for operations in turn]

    @property
    def pid(self) -> int | None:
        """The process, where one was started."""
        return self._process.pid if self._process else None

    def close(self) -> None:
        """End the process; whoever still waits for it is refused."""
        self._turns.shutdown(wait=False, cancel_futures=True)
        if self._process:
            self._process.kill()
        self._turns.shutdown()
        self._end_process()

    @contextmanager
    def _place_in_line(self) -> Iterator[None]:
        if not self._line.acquire(blocking=False):
            raise BusyError("too many long texts are being compared", hint="ask again in a second")
        try:
            yield
        finally:
            self._line.release()

    def _take_turn(self, pairs: Sequence[TextPair]) -> list[list[WordOperation]]:
        return self._turns.submit(self._ask_process, pairs).result()

    def _ask_process(self, pairs: Sequence[TextPair]) -> list[list[WordOperation]]:
        try:
            return self._running_process().diff_texts(pairs)
        except (OSError, orjson.JSONDecodeError):
            self._end_process()
            LOGGER.warning("the process that compares texts ended or hung, so another is started")
            hint = "ask again in a second"
            raise BusyError("the texts could not be compared", hint=hint) from None

    def _running_process(self) -> _Process:
        if self._process and self._process.has_ended():
            self._end_process()
        self._process = self._process or _Process()
        return self._process

    def _end_process(self) -> None:
        if self._process:
            self._process.end()
            self._process = None


class _Process:
    """``python -m projections.texts``, asked over a socket that closes with whoever started it."""

    def __init__(self) -> None:
        # It imports from the same places as this one, and nothing from the current folder.
        places = os.pathsep.join(place or os.curdir for place in sys.path)
        own_end, other_end = socketpair()
        with own_end, other_end:
            self._process = subprocess.Popen[bytes](
                [sys.executable, "-P", "-m", "projections.texts"],
                stdin=other_end.fileno(),
                stdout=other_end.fileno(),
                env=os.environ | {"PYTHONPATH": places},
            )
            own_end.settimeout(DEADLINE)
            self._stream = own_end.makefile("rwb")

    @property
    def pid(self) -> int:
        return self._process.pid

    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def diff_texts(self, pairs: Sequence[TextPair]) -> list[list[WordOperation]]:
        """Raises OSError or JSONDecodeError where no whole answer comes in time."""
        self._stream.write(orjson.dumps(pairs) + b"\n")
        self._stream.flush()
        operations: list[list[WordOperation]] = orjson.loads(self._stream.readline())
        return operations

    def kill(self) -> None:
        self._process.kill()

    def end(self) -> None:
        self.kill()
        self._process.wait()
        with suppress(OSError):  # What could not be written is given up.
            self._stream.close()


def split_turns(pairs: Sequence[TextPair]) -> Iterator[list[TextPair]]:
    """Yield the pairs, as many together as fit into a turn."""
    turn, size = list[TextPair](), 0
    for pair in pairs:
        if turn and size + _pair_length(pair) > TURN:
            yield turn
            turn, size = [], 0
        turn.append(pair)
        size += _pair_length(pair)
    yield turn


def _pair_length(pair: TextPair) -> int:
    return sum(map(len, pair))
