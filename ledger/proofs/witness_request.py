"""What a log sends to a witness: C2SP tlog-witness, the body of add-checkpoint."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from hashlib import sha256

from domain.errors import InvalidNoteError
from ledger.proofs.merkle import HASH_SIZE
from ledger.proofs.signed_note import decode_base64

MAX_PATH = 63
"""The most hashes of a proof that may be sent."""
MAX_BODY = 2**16
"""Bytes of a body that a witness reads; the longest proof takes 3,000."""
SIZE_TYPE = "text/x.tlog.size"
"""The media type in which a witness tells the size that it knows."""
_SIZE = re.compile("0|[1-9][0-9]{0,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """A checkpoint, and the proof that it continues the tree of an older size."""

    old_size: int
    path: list[bytes]
    note: str

    def to_body(self) -> bytes:
        hashes = [base64.b64encode(node).decode() for node in self.path]
        return "\n".join([f"old {self.old_size}", *hashes, "", self.note]).encode()

    @staticmethod
    def parse(body: bytes) -> AddCheckpoint:
        """Read a body. Raises InvalidNoteError."""
        try:
            head, gap, note = body.decode().partition("\n\n")
        except UnicodeDecodeError:
            raise InvalidNoteError("the body is not UTF-8") from None
        first, *lines = head.split("\n")
        if not gap or not first.startswith("old ") or not note.endswith("\n"):
            raise InvalidNoteError("expected lines of old SIZE and a proof, then a note")
        if len(lines) > MAX_PATH:
            raise InvalidNoteError(f"a proof has at most {MAX_PATH} lines")
        path = [decode_base64(line) for line in lines]
        if any(len(node) != HASH_SIZE for node in path):
            raise InvalidNoteError("each line of a proof is a hash of 32 bytes")
        return AddCheckpoint(parse_size(first.removeprefix("old ")), path, note)


def parse_size(text: str) -> int:
    """Read a tree size. Raises InvalidNoteError."""
    if not _SIZE.fullmatch(text):
        raise InvalidNoteError(f"{text[:40]!r} is not a tree size")
    return int(text)


def checkpoint_path(origin: str) -> str:
    """Return where a witness shows the newest checkpoint that it cosigned of a log."""
    return f"/{sha256(origin.encode()).hexdigest()}/checkpoint"
