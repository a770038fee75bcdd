"""Hold every proof of small trees against an independent implementation of RFC 6962.

Run ``python -m tests.evidence.proofs``. The other side is ``golang.org/x/mod/sumdb/tlog``, as
Debian packages it (``apt-get install golang-go golang-golang-x-mod-dev``). Each proof is changed,
too, and every change must be refused: every single bit of trees up to 24 leaves, beyond that one
bit of every hash.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

from domain.errors import NoProofError
from ledger.proofs import merkle

EVERY_BIT = 24
PROGRAM = Path(__file__).parent / "oracle" / "main.go"


def oracle(most: int, pairs: int) -> Iterator[list[str]]:
    """Yield the words of each line that the other implementation prints."""
    own = {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOFLAGS": ""}
    environment = {**os.environ, **own}
    command = ["go", "run", str(PROGRAM), str(most), str(pairs)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        for line in process.stdout:
            yield line.split()
    if process.returncode:
        raise RuntimeError("the other implementation failed")


def refused(check: str, parts: Sequence[bytes], numbers: tuple[int, int]) -> bool:
    """Tell whether a proof, given as hashes that begin with what it starts from, is refused."""
    try:
        if check == "inclusion":
            return merkle.root_from_inclusion(parts[1], *numbers, parts[2:]) != parts[0]
        merkle.check_consistency(*numbers, parts[0], parts[1], parts[2:])
    except NoProofError:
        return True
    return False


class Comparison:
    """Counts what agrees and what does not."""

    def __init__(self, most: int, seed: int) -> None:
        self.leaves = [merkle.leaf_hash(f"leaf {number}".encode()) for number in range(most)]
        _, complete = merkle.Frontier().with_leaves(self.leaves)
        nodes = {(level, index): found for level, index, found in complete}
        self.read: merkle.NodeReader = lambda at, index: (
            nodes[at, index] if at else self.leaves[index]
        )
        self.random = Random(seed)  # noqa: S311  # no secret
        self.roots: dict[int, bytes] = {}
        self.agreed = self.mutations = 0
        self.wrong: list[str] = []

    def line(self, words: list[str]) -> None:
        kind, *rest = words
        if kind == "root":
            size, wanted = int(rest[0]), bytes.fromhex(rest[1])
            self.roots[size] = wanted
            self._count(merkle.compute_root(self.read, size) == wanted, words)
            return
        one, two = int(rest[0]), int(rest[1])
        wanted_path = [bytes.fromhex(each) for each in rest[2:]]
        prove = merkle.inclusion_proof if kind == "inclusion" else merkle.consistency_proof
        self._count(prove(self.read, one, two) == wanted_path, words)
        starts = [self.roots[two], self.leaves[one]]
        if kind == "consistency":
            starts = [self.roots[one], self.roots[two]]
        self._count(not refused(kind, [*starts, *wanted_path], (one, two)), words)
        self._mutate(kind, [*starts, *wanted_path], (one, two))

    def _count(self, agrees: bool, words: list[str]) -> None:
        self.agreed += agrees
        self.wrong += [] if agrees else [" ".join(words[:3])]

    def _mutate(self, kind: str, parts: list[bytes], numbers: tuple[int, int]) -> None:
        for at, part in enumerate(parts):
            if kind == "consistency" and numbers[0] == numbers[1] and at > 1:
                continue
            bits = range(256) if numbers[1] <= EVERY_BIT else [self.random.randrange(256)]
            for bit in bits:
                changed = (int.from_bytes(part) ^ 1 << bit).to_bytes(merkle.HASH_SIZE)
                self.mutations += 1
                if not refused(kind, [*parts[:at], changed, *parts[at + 1 :]], numbers):
                    self.wrong.append(f"a changed {kind} {numbers} was taken")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, default=1024, help="inclusion in trees up to this")
    parser.add_argument("--pairs", type=int, default=256, help="consistency up to this size")
    options = parser.parse_args()
    if shutil.which("go") is None:
        print("skipped: apt-get install golang-go golang-golang-x-mod-dev")
        return 0
    comparison = Comparison(options.sizes, seed=1)
    for words in oracle(options.sizes, options.pairs):
        comparison.line(words)
    print(
        f"{comparison.agreed} proofs and roots agree, {comparison.mutations} changed ones refused"
    )
    print("\n".join(comparison.wrong[:20]) or "nothing disagrees")
    return 1 if comparison.wrong or not comparison.agreed else 0


if __name__ == "__main__":
    sys.exit(main())
