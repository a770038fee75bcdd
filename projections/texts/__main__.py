"""The process that compares texts: a line of pairs comes in, a line of operations goes out.

It ends with its input, which closes with the server however that ends.
"""

from __future__ import annotations

import signal
import sys

import orjson

from projections.texts.word_diff import diff_words


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # which a terminal also sends to the server
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # whoever asked may be gone
    for line in sys.stdin.buffer:
        operations = [diff_words(old, new) for old, new in orjson.loads(line)]
        sys.stdout.buffer.write(orjson.dumps(operations) + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
