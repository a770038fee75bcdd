"""Cosignatures as they are kept beside the checkpoints, and the notes that they are joined to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress

from domain.errors import InvalidNoteError
from ledger.database import Cursor, has_table
from ledger.proofs.cosignature import Cosignature, WitnessVerifier

TABLE = "cosignature"
"""A ledger of an older version that only answers may lack it."""
RECENT_ROWS = 256
"""Newest cosignatures among which the checkpoint with the most of them is sought."""


def keep_cosignature(
    c: Cursor, size: int, witness: WitnessVerifier, cosignature: Cosignature
) -> None:
    """Keep what a witness signed, inside the caller's transaction; the first of each is kept."""
    c.execute(
        "INSERT INTO cosignature VALUES (:size, :witness, :line) ON CONFLICT DO NOTHING",
        {"size": size, "witness": witness.to_text(), "line": cosignature.line},
    )


def find_cosigned_size(c: Cursor, witness: WitnessVerifier) -> int:
    """Return the largest size that a witness is known to have cosigned, 0 for none."""
    c.execute(
        "SELECT size FROM cosignature WHERE witness = :witness ORDER BY size DESC LIMIT 1",
        {"witness": witness.to_text()},
    )
    row = c.fetchone()
    return int(row[0]) if row else 0


def read_newest_cosignature(c: Cursor, witness: WitnessVerifier) -> tuple[int, Cosignature] | None:
    """Return the largest size that a witness cosigned, and its cosignature of it, if any.

    Raises InvalidNoteError where what is kept does not hold.
    """
    size = find_cosigned_size(c, witness)
    cosignature = witness.find_cosignature(read_note(c, size) or "\n\n") if size else None
    return (size, cosignature) if cosignature else None


def read_newest_time(c: Cursor, after: int) -> int:
    """Return the newest time at which a witness cosigned more than a seq, in seconds since 1970; 0
    where none did."""
    if not has_table(c, TABLE):
        return 0
    c.execute(
        "SELECT witness FROM cosignature GROUP BY witness HAVING max(size) > :after",
        {"after": after},
    )
    times = [0]
    for (text,) in c.fetchall():
        with suppress(InvalidNoteError):
            found = read_newest_cosignature(c, WitnessVerifier.parse(text))
            times.append(found[1].timestamp if found else 0)
    return max(times)


def read_cosigned_size(c: Cursor, note: str) -> int:
    """Return the largest size of this log that a witness cosigned who also cosigned a note; 0 where
    none did."""
    if not has_table(c, TABLE):
        return 0
    c.execute("SELECT witness, max(size) FROM cosignature GROUP BY witness")
    sizes = [0]
    for text, size in c.fetchall():
        with suppress(InvalidNoteError):
            if WitnessVerifier.parse(text).find_cosignature(note):
                sizes.append(int(size))
    return max(sizes)


def read_cosigned_note(c: Cursor, covered: int) -> str | None:
    """Return the checkpoint to hand out that covers the log up to a seq.

    It is the newest of those that most witnesses cosigned, since cosignatures come a moment after
    a checkpoint, or else the newest of all.
    """
    if not has_table(c, TABLE):
        return read_newest_note(c)
    c.execute(
        """
        SELECT size FROM cosignature WHERE size >= :covered
        ORDER BY size DESC, witness LIMIT :limit
        """,
        {"covered": covered, "limit": RECENT_ROWS},
    )
    counts = Counter(row[0] for row in c.fetchall())
    if not counts:
        return read_newest_note(c)
    return read_note(c, max(counts, key=lambda size: (counts[size], size)))


def read_newest_note(c: Cursor) -> str | None:
    """Return the newest checkpoint as a signed note, with the cosignatures that it has so far."""
    c.execute("SELECT max(size) FROM checkpoint")
    return read_note(c, c.fetchone()[0])


def read_signed_note(c: Cursor) -> str | None:
    """Return the newest checkpoint as the log signed it."""
    c.execute("SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1")
    row = c.fetchone()
    return row[0] if row else None


def read_note(c: Cursor, size: int | None) -> str | None:
    """Return the checkpoint of a size as a signed note, with its cosignatures."""
    c.execute("SELECT note FROM checkpoint WHERE size = :size", {"size": size})
    row = c.fetchone()
    if row is None:
        return None
    if not has_table(c, TABLE):
        return str(row[0])
    c.execute("SELECT line FROM cosignature WHERE size = :size ORDER BY witness", {"size": size})
    return "".join([row[0], *(line for (line,) in c.fetchall())])


def find_policy_size(
    c: Cursor, witnesses: Sequence[WitnessVerifier], policy: int
) -> tuple[int, int]:
    """Return the largest size that as many of these witnesses cosigned, and how many did.

    Where there is none, it is the newest size with the most; (0, 0) where there is no cosignature.
    """
    if not has_table(c, TABLE):
        return 0, 0
    names = {f"w{number}": witness.to_text() for number, witness in enumerate(witnesses)}
    placeholders = ", ".join(f":{name}" for name in names)
    c.execute(
        f"""
        SELECT size FROM cosignature WHERE witness IN ({placeholders}) GROUP BY size
        ORDER BY CASE WHEN count(*) < :policy THEN count(*) ELSE :policy END DESC, size DESC
        LIMIT :limit
        """,  # noqa: S608  # only names of placeholders are put in
        {**names, "policy": policy, "limit": RECENT_ROWS},
    )
    best = (0, 0)
    for (size,) in c.fetchall():
        held = sum(_holds(read_note(c, size) or "", witness) for witness in witnesses)
        if held >= policy:
            return size, held
        best = max(best, (size, held), key=lambda each: each[1])
    return best


def _holds(note: str, witness: WitnessVerifier) -> bool:
    with suppress(InvalidNoteError):
        return witness.find_cosignature(note) is not None
    return False
