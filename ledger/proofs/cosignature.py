"""Cosignatures of witnesses: C2SP tlog-cosignature, the type with Ed25519 (cosignature/v1).

A witness says by one that this tree is the largest it has seen of the log, and when it saw it.
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from domain.errors import InvalidNoteError, InvalidQuestionError
from ledger.proofs.signed_note import LogKey, find_signatures, split_key, split_note

COSIGNATURE_TYPE = b"\x04"
"""The signature type of tlog-cosignature."""
_STAMP = struct.Struct(">Q")


@dataclass(frozen=True, slots=True)
class Cosignature:
    """One line below a note by which a witness signed it, and when, in seconds since 1970."""

    line: str
    timestamp: int


@dataclass(frozen=True, slots=True)
class WitnessVerifier:
    """The public half of a witness's key, by its name."""

    name: str
    public_key: bytes

    @property
    def id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + COSIGNATURE_TYPE + self.public_key).digest()[:4]

    def to_text(self) -> str:
        """Return the verifier key as witnesses publish it: name+id+key."""
        key = base64.b64encode(COSIGNATURE_TYPE + self.public_key).decode()
        return f"{self.name}+{self.id.hex()}+{key}"

    @staticmethod
    def parse(text: str) -> WitnessVerifier:
        """Read a verifier key. Raises InvalidNoteError."""
        name, key_id, public_key = split_key(text.strip(), COSIGNATURE_TYPE)
        if not public_key:
            raise InvalidNoteError(
                f"{text.strip()[:80]!r} is no verifier key of a witness",
                hint="name+id+key, as the witness prints it; the key of a log is another kind",
            )
        verifier = WitnessVerifier(name, public_key)
        if verifier.id.hex() != key_id:
            raise InvalidNoteError(f"the id {key_id} does not match the key of the witness {name}")
        return verifier

    def find_cosignature(self, note: str) -> Cosignature | None:
        """Return this witness's newest cosignature of a note, or None where it has none.

        Raises InvalidNoteError where one does not hold.
        """
        text, lines = split_note(note)
        found = [self._check(text, raw) for raw in find_signatures(lines, self.name, self.id)]
        return max(found, key=lambda each: each.timestamp, default=None)

    def _check(self, text: str, raw: bytes) -> Cosignature:
        stamp = _STAMP.unpack(raw[:8])[0] if len(raw) == 72 else 0
        if not 0 < stamp < 2**63:
            raise InvalidNoteError(f"a cosignature of {self.name} has no time")
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(
                raw[8:], cosigned_message(text, stamp)
            )
        except InvalidSignature:
            raise InvalidNoteError(f"a cosignature of {self.name} is of another note") from None
        return Cosignature(_signature_line(self.name, self.id + raw), stamp)


def cosigned_message(text: str, timestamp: int) -> bytes:
    """Return the bytes that a witness signs for the text of a note."""
    return f"cosignature/v1\ntime {timestamp}\n{text}".encode()


def witness_verifier(key: LogKey) -> WitnessVerifier:
    """Return the public half of a key as it verifies cosignatures."""
    return WitnessVerifier(key.name, key.verifier.public_key)


def cosign_note(key: LogKey, note: str, timestamp: int) -> Cosignature:
    """Sign a note as a witness. Raises InvalidNoteError where it is no signed note."""
    text, _ = split_note(note)
    signer = Ed25519PrivateKey.from_private_bytes(key.seed)
    signature = _STAMP.pack(timestamp) + signer.sign(cosigned_message(text, timestamp))
    return Cosignature(_signature_line(key.name, witness_verifier(key).id + signature), timestamp)


def _signature_line(name: str, raw: bytes) -> str:
    return f"— {name} {base64.b64encode(raw).decode()}\n"


def require_policy(witnesses: Sequence[WitnessVerifier], policy: int | None) -> int:
    """Return how many of these witnesses must have cosigned; by default all. Raises
    InvalidQuestionError."""
    if len({witness.public_key for witness in witnesses}) != len(witnesses):
        raise InvalidQuestionError(
            "a witness is named twice", hint="give each key once: it counts once"
        )
    if policy is not None and not 1 <= policy <= len(witnesses):
        raise InvalidQuestionError(
            f"the policy asks for {policy} of {len(witnesses)} witnesses",
            hint="give as many --witness, or a smaller --policy; at least 1",
        )
    return len(witnesses) if policy is None else policy
