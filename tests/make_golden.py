"""Ask the kept questions again and keep their answers: ``make golden``.

Only a change of the rules of time, or of the shape of an answer, is a reason to run this; the rules
then have a new number, ``SEMANTICS_VERSION``. What differs is printed before it is kept.
"""

from __future__ import annotations

import gzip
import json
import lzma
from pathlib import Path
from tempfile import TemporaryDirectory

from domain.basis import SEMANTICS_VERSION
from tests.test_fixtures import (
    ANSWERS,
    GOLDEN,
    HISTORIES,
    KEPT,
    Bodies,
    ask_all,
    golden_answers,
    hash_answer,
    open_app,
    restore_exports,
    unpack_ledger,
)


def ask_ledgers(folder: Path) -> dict[str, Bodies]:
    """Return the answers of each ledger of 0.1.0 to its questions."""
    answers = {}
    for name in GOLDEN["answers"]:
        home = folder / name
        home.mkdir()
        file = home / "ledger.db"
        if name in HISTORIES:
            restore_exports(file, [unpack_ledger(name, home)], name)
        else:
            file.write_bytes(gzip.decompress((KEPT / f"{name}.db.gz").read_bytes()))
        with open_app(file, home) as client:
            answers[name] = ask_all(client, list(golden_answers(name)))
    return answers


def keep_answers(answers: dict[str, Bodies]) -> None:
    """Write digests and bodies; both files are the same until an answer changes."""
    hashed = {
        name: [[address, *hash_answer(*answer)] for address, answer in bodies.items()]
        for name, bodies in answers.items()
    }
    index = {"semantics": SEMANTICS_VERSION, "now": GOLDEN["now"], "answers": hashed}
    (ANSWERS / "answers.json.gz").write_bytes(gzip.compress(json.dumps(index).encode(), mtime=0))
    with lzma.open(ANSWERS / "bodies.xz", "wb", preset=9) as file:
        for name, bodies in answers.items():
            for address, (_, body) in bodies.items():
                file.write(json.dumps([name, address, len(body)]).encode() + b"\n")
                file.write(body + b"\n")


def main() -> None:
    with TemporaryDirectory() as folder:
        answers = ask_ledgers(Path(folder))
    for name, bodies in answers.items():
        before = golden_answers(name)
        changed = [each for each in bodies if hash_answer(*bodies[each]) != before[each]]
        print(f"{name}: {len(changed)} of {len(bodies)} answers changed")
    keep_answers(answers)


if __name__ == "__main__":
    main()
