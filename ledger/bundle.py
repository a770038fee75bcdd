"""Bundles: one negotiation in a zip, with all that its checking needs and nothing of today."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from hashlib import sha256
from importlib import resources
from typing import BinaryIO

from domain.refusals import BusyError, NotFoundError
from ledger import evidence
from ledger.canonical import canonical
from ledger.cursor import Cursor
from ledger.notes import Verifier
from ledger.reading import Readable
from ledger.verify_bundle import BETWEEN, NAMES

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can state; no member has one of its own."""


def write(ledger: Readable, negotiation: str, key: Verifier, file: BinaryIO) -> None:
    """Write the bundle of one negotiation as the newest checkpoint covers it. Raises BusyError."""
    with ledger.reading() as c:
        evidence.await_signed(ledger, _last_seq(c, negotiation))
    with ledger.reading() as c, zipfile.ZipFile(file, "w") as archive:
        sums: dict[str, str] = {}
        for name, pieces in _members(c, negotiation, key, sums).items():
            sums[name] = _put(archive, name, pieces)


def _last_seq(c: Cursor, negotiation: str) -> int:
    c.execute("SELECT last_seq FROM negotiation WHERE slug = ?", (negotiation,))
    row = c.fetchone()
    if row is None:
        raise NotFoundError(f"there is no negotiation {negotiation!r}")
    return int(row[0])


def _members(
    c: Cursor, negotiation: str, key: Verifier, sums: dict[str, str]
) -> dict[str, Iterable[bytes]]:
    note = evidence.newest_note(c) or ""
    size = key.opened(note).size
    _refuse_unsigned_erasure(c, negotiation, size)
    pieces: list[Iterable[bytes]] = [
        [_shipped("bundle.txt")],
        [note.encode()],
        _joined(evidence.notes(c)),
        _events(c, negotiation, size),
        [f"{key.text()}\n".encode()],
        evidence.leaf_hashes(c, size),
        _sums(sums),
        [_shipped("verify_bundle.py")],
    ]
    return dict(zip(NAMES, pieces, strict=True))


def _refuse_unsigned_erasure(c: Cursor, negotiation: str, size: int) -> None:
    """A payload that is gone would lack the event that says why."""
    c.execute(
        "SELECT 1 FROM event WHERE negotiation = ? AND type = 'payload-erased' AND seq > ?",
        (negotiation, size),
    )
    if c.fetchone():
        raise BusyError("an erasure is not signed yet", hint="try again in a second")


def _shipped(name: str) -> bytes:
    return resources.files("ledger").joinpath(name).read_bytes()


def _joined(notes: Iterable[str]) -> Iterator[bytes]:
    for count, note in enumerate(notes):
        yield (BETWEEN * bool(count) + note).encode()


def _events(c: Cursor, negotiation: str, size: int) -> Iterator[bytes]:
    for each in evidence.of_negotiation(c, negotiation, size):
        line = {"leaf": each.leaf, "payload": each.payload, "salt": each.salt}
        yield canonical(line) + b"\n"


def _sums(sums: dict[str, str]) -> Iterator[bytes]:
    """List the digests of the members, those before and the one after, as sha256sum does."""
    last = {NAMES[-1]: sha256(_shipped(NAMES[-1])).hexdigest()}
    yield "".join(f"{digest}  {name}\n" for name, digest in (sums | last).items()).encode()


def _put(archive: zipfile.ZipFile, name: str, pieces: Iterable[bytes]) -> str:
    """Write one member, the same from the same bytes on every day; return its digest.

    It is stored, since each version of zlib deflates to other bytes.
    """
    info = zipfile.ZipInfo(name, EPOCH)
    info.create_system, info.external_attr = 3, 0o644 << 16
    digest = sha256()
    with archive.open(info, "w", force_zip64=True) as member:
        for piece in pieces:
            member.write(piece)
            digest.update(piece)
    return digest.hexdigest()
