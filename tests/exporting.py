"""Exports of a ledger that a test has open, written to a file."""

from __future__ import annotations

from pathlib import Path

from ledger.database import ReadableLedger
from ledger.proofs import bundle, leaf_records
from ledger.proofs.signed_note import Verifier


def write_bundle(ledger: ReadableLedger, key: Verifier, negotiation: str, path: Path) -> None:
    with path.open("wb") as file:
        bundle.write_bundle(ledger, negotiation, key, file)


def write_lines(ledger: ReadableLedger, negotiation: str, path: Path) -> None:
    path.write_bytes(b"".join(leaf_records.export_lines(ledger, negotiation)))
