"""What was told from outside, held against the log as it is at the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from domain.errors import InvalidNoteError
from ledger.proofs import signed_history
from ledger.proofs.key_files import load_verifier
from ledger.proofs.merkle import EMPTY_ROOT, Frontier
from tests.command_line import run_command
from tests.evidence.failover.cluster import Cluster
from tests.evidence.failover.load import Told
from tests.serving import key_environment

Log = list[tuple[int, str, bytes]]
"""Seq, id and leaf hash."""


def read_log(cluster: Cluster) -> tuple[Log, set[str]]:
    """Return the log, and the checkpoints that it keeps."""
    with cluster.connect() as connection:
        log = connection.execute("SELECT seq, id, leaf_hash FROM event ORDER BY seq").fetchall()
        notes = connection.execute("SELECT note FROM checkpoint").fetchall()
    return log, {note for (note,) in notes}


def lost_events(log: Log, told: Told) -> set[str]:
    return told.acknowledged - {id_ for _, id_, _ in log}


def find_faults(log: Log, told: Told) -> Iterator[str]:
    """Yield each way in which the log is not what clients and followers were told."""
    yield from told.faults
    seqs = {id_: seq for seq, id_, _ in log}
    if len(seqs) != len(log):
        yield f"{len(log) - len(seqs)} events are in the log twice"
    if [seq for seq, _, _ in log] != list(range(1, len(log) + 1)):
        yield "the seqs have a gap"
    if lost := lost_events(log, told):
        yield f"{len(lost)} acknowledged events are lost"
    if moved := [id_ for id_, seq in told.recorded.items() if seqs.get(id_, seq) != seq]:
        yield f"{len(moved)} events have another seq than was acknowledged"
    if foreign := seqs.keys() - told.acknowledged:
        yield f"{len(foreign)} events are in the log that nobody had acknowledged"
    for number, followed in enumerate(told.followed):
        if followed != [(seq, id_) for seq, id_, _ in log]:
            yield f"follower {number} saw {len(followed)} events, not those of the log in order"


def find_forks(log: Log, notes: set[str], folder: Path) -> Iterator[str]:
    """Yield each checkpoint that the log does not contain."""
    verifier = load_verifier(folder / "log.key")
    frontier, roots = Frontier(), {0: EMPTY_ROOT}
    for seq, _, leaf in log:
        frontier, _ = frontier.with_leaves([bytes(leaf)])
        roots[seq] = frontier.root
    for note in notes:
        try:
            checkpoint = verifier.open_note(note)
        except InvalidNoteError as error:
            yield f"a checkpoint is not signed: {error.detail}"
            continue
        if roots.get(checkpoint.size) != checkpoint.root:
            yield f"a checkpoint of size {checkpoint.size} is of another history"
    for checkpoint in signed_history.read_checkpoints(folder / "checkpoint", verifier):
        if roots.get(checkpoint.size) != checkpoint.root:
            yield f"a checkpoint of size {checkpoint.size} was kept outside, of another history"


def find_tampering(cluster: Cluster, folder: Path) -> Iterator[str]:
    verified = run_command("verify", "--db", cluster.url, **key_environment(folder))
    if verified.returncode:
        yield f"the ledger does not verify: {verified.stdout}{verified.stderr}"
