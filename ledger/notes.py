"""Signed checkpoints: C2SP tlog-checkpoint inside a signed note with Ed25519."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from domain.refusals import InvalidNoteError
from ledger.tree import HASH

ED25519 = b"\x01"
"""The signature type of the signed-note specification."""
SECRET = "PRIVATE+KEY+"  # noqa: S105  # the prefix of a key's text form, no key


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log claims of itself: its origin, its size and the root of its tree."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @staticmethod
    def parse(text: str) -> Checkpoint:
        """Read a checkpoint's text. Raises InvalidNoteError."""
        lines = text.split("\n")
        if len(lines) < 4 or not lines[0] or not _whole(lines[1]):
            raise InvalidNoteError("this is no checkpoint: origin, size and root are its lines")
        root = _decoded(lines[2])
        if len(root) != HASH:
            raise InvalidNoteError("the root of a checkpoint has 32 bytes")
        return Checkpoint(lines[0], int(lines[1]), root)


def _whole(text: str) -> bool:
    return text.isascii() and text.isdigit() and (text == "0" or text[0] != "0")


def _decoded(text: str) -> bytes:
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        found = b""
    if base64.b64encode(found).decode() != text:  # one spelling, so a note has one form
        raise InvalidNoteError(f"{text[:60]!r} is not base64")
    return found


@dataclass(frozen=True, slots=True)
class Verifier:
    """The public half of a log's key, by its name."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    def text(self) -> str:
        """Return the verifier key as signed-note tools take it: name+id+key."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(ED25519 + self.public).decode()}"

    @staticmethod
    def parse(text: str) -> Verifier:
        """Read a verifier key. Raises InvalidNoteError."""
        name, _, rest = text.strip().partition("+")
        key_id, _, key = rest.partition("+")
        raw = _decoded(key)
        if not name or len(raw) != 33 or raw[:1] != ED25519:
            raise InvalidNoteError("this is no Ed25519 verifier key: name+id+key")
        found = Verifier(name, raw[1:])
        if found.id.hex() != key_id:
            raise InvalidNoteError("the id of the verifier key does not fit its key")
        return found

    def opened(self, note: str) -> Checkpoint:
        """Return the checkpoint of a note that this key signed. Raises InvalidNoteError."""
        text, gap, signatures = note.rpartition("\n\n")
        if not gap:
            raise InvalidNoteError("this is no signed note: no blank line before a signature")
        for signature in self._own(signatures.removesuffix("\n").split("\n")):
            try:
                Ed25519PublicKey.from_public_bytes(self.public).verify(
                    signature, f"{text}\n".encode()
                )
            except InvalidSignature:
                raise InvalidNoteError("the note was changed after it was signed") from None
            return Checkpoint.parse(f"{text}\n")
        raise InvalidNoteError(f"the note is not signed by {self.name} with this key")

    def _own(self, lines: Iterable[str]) -> Iterable[bytes]:
        for line in lines:
            dash, _, rest = line.partition(" ")
            name, _, signature = rest.partition(" ")
            raw = _decoded(signature) if dash == "—" and name == self.name else b""
            if raw[:4] == self.id:
                yield raw[4:]


@dataclass(frozen=True, slots=True)
class LogKey:
    """The key that signs checkpoints; its name is the origin of the log."""

    name: str
    seed: bytes

    def __repr__(self) -> str:
        return f"LogKey({self.name!r})"

    @property
    def verifier(self) -> Verifier:
        public = Ed25519PrivateKey.from_private_bytes(self.seed).public_key()
        return Verifier(self.name, public.public_bytes_raw())

    def signed(self, size: int, root: bytes) -> str:
        """Return the signed note of a checkpoint."""
        text = Checkpoint(self.name, size, root).text()
        signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())
        signed = base64.b64encode(self.verifier.id + signature).decode()
        return f"{text}\n— {self.name} {signed}\n"

    def text(self) -> str:
        """Return the secret key as signed-note tools keep it."""
        key = base64.b64encode(ED25519 + self.seed).decode()
        return f"{SECRET}{self.name}+{self.verifier.id.hex()}+{key}"

    @staticmethod
    def parse(text: str) -> LogKey:
        """Read a secret key. Raises InvalidNoteError, which never repeats the key."""
        name, _, rest = text.strip().removeprefix(SECRET).partition("+")
        try:
            raw = _decoded(rest.partition("+")[2])
        except InvalidNoteError:
            raw = b""
        if not text.startswith(SECRET) or not name or len(raw) != 33 or raw[:1] != ED25519:
            raise InvalidNoteError("this is no secret log key", hint="minutebook log-key create")
        return LogKey(name, raw[1:])
