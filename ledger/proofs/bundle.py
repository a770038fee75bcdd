"""Bundles: one negotiation in a zip, with all that its checking needs and nothing of today."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from hashlib import sha256
from importlib import resources
from itertools import chain
from typing import BinaryIO

from domain.errors import BusyError, NotFoundError
from ledger.database import Cursor, ReadableLedger
from ledger.proofs import leaf_records
from ledger.proofs.key_chain import KeyChain, read_key_chain
from ledger.proofs.leaf_records import LeafRecord
from ledger.proofs.merkle import canonical_json
from ledger.proofs.signed_note import Verifier
from ledger.proofs.stored_cosignatures import read_cosigned_note
from ledger.proofs.verify_bundle import MEMBER_NAMES, NOTE_SEPARATOR

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can state; no member has one of its own."""


def write_bundle(ledger: ReadableLedger, negotiation: str, key: Verifier, file: BinaryIO) -> None:
    """Write the bundle of one negotiation as a checkpoint covers it.

    ``key`` is that of a log that never changed it. Raises BusyError.
    """
    with ledger.open_snapshot() as c:
        leaf_records.await_checkpoint(ledger, _last_seq(c, negotiation))
    with ledger.open_snapshot() as c, zipfile.ZipFile(file, "w") as archive:
        digests: dict[str, str] = {}
        for name, pieces in _bundle_members(c, negotiation, key, digests).items():
            digests[name] = _write_member(archive, name, pieces)


def _last_seq(c: Cursor, negotiation: str) -> int:
    c.execute("SELECT last_seq FROM negotiation WHERE slug = :slug", {"slug": negotiation})
    row = c.fetchone()
    if row is None:
        raise NotFoundError(f"there is no negotiation {negotiation!r}")
    return int(row[0])


def _bundle_members(
    c: Cursor, negotiation: str, key: Verifier, digests: dict[str, str]
) -> dict[str, Iterable[bytes]]:
    keys = read_key_chain(c, key)
    note = read_cosigned_note(c, max(_last_seq(c, negotiation), keys.last_change)) or ""
    size = keys.open_note(note).size
    _refuse_unsigned_erasure(c, negotiation, size)
    pieces: list[Iterable[bytes]] = [
        [_read_shipped("bundle.txt")],
        [note.encode()],
        _join_notes(chain(leaf_records.read_daily_notes(c, below=size), [note])),
        _event_lines(c, negotiation, size),
        _key_lines(c, keys),
        leaf_records.read_leaf_hashes(c, size),
        _digest_lines(digests),
        [_read_shipped("verify_bundle.py")],
    ]
    return dict(zip(MEMBER_NAMES, pieces, strict=True))


def _refuse_unsigned_erasure(c: Cursor, negotiation: str, size: int) -> None:
    """A payload that is gone would lack the event that says why."""
    c.execute(
        """
        SELECT 1 FROM event
        WHERE negotiation = :negotiation AND type = 'payload-erased' AND seq > :size
        """,
        {"negotiation": negotiation, "size": size},
    )
    if c.fetchone():
        raise BusyError("an erasure is not signed yet", hint="try again in a second")


def _read_shipped(name: str) -> bytes:
    return resources.files("ledger.proofs").joinpath(name).read_bytes()


def _join_notes(notes: Iterable[str]) -> Iterator[bytes]:
    for count, note in enumerate(notes):
        yield (NOTE_SEPARATOR * bool(count) + note).encode()


def _key_lines(c: Cursor, keys: KeyChain) -> Iterator[bytes]:
    """Yield the current key, and the events that changed it."""
    yield f"{keys.current.to_text()}\n".encode()
    for record in leaf_records.read_leaf_records(c, [change.id for change in keys.changes]):
        yield _record_line(record)


def _event_lines(c: Cursor, negotiation: str, size: int) -> Iterator[bytes]:
    for record in leaf_records.read_negotiation_records(c, negotiation, size):
        yield _record_line(record)


def _record_line(record: LeafRecord) -> bytes:
    line = {"leaf": record.leaf, "payload": record.payload, "salt": record.salt}
    return canonical_json(line) + b"\n"


def _digest_lines(digests: dict[str, str]) -> Iterator[bytes]:
    """List the digests of the members, those before and the one after, as sha256sum does."""
    last_digest = {MEMBER_NAMES[-1]: sha256(_read_shipped(MEMBER_NAMES[-1])).hexdigest()}
    yield "".join(
        f"{digest}  {name}\n" for name, digest in (digests | last_digest).items()
    ).encode()


def _write_member(archive: zipfile.ZipFile, name: str, pieces: Iterable[bytes]) -> str:
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
