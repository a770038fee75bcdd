"""Signed checkpoints: C2SP tlog-checkpoint inside a signed note with Ed25519."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from domain.errors import InvalidNoteError
from ledger.proofs.merkle import HASH_SIZE

ED25519_TYPE = b"\x01"
"""The signature type of the signed-note specification."""
SECRET_PREFIX = "PRIVATE+KEY+"  # noqa: S105  # the prefix of a key's text form, no key


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state that a log signs: its origin, its size and the root of its tree."""

    origin: str
    size: int
    root: bytes

    def to_text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @staticmethod
    def parse(text: str) -> Checkpoint:
        """Read a checkpoint's text. Raises InvalidNoteError."""
        lines = text.split("\n")
        if len(lines) < 4 or not lines[0] or not _is_decimal(lines[1]):
            raise InvalidNoteError("not a checkpoint: expected lines for origin, size and root")
        root = decode_base64(lines[2])
        if len(root) != HASH_SIZE:
            raise InvalidNoteError("the root of a checkpoint has 32 bytes")
        return Checkpoint(lines[0], int(lines[1]), root)


def _is_decimal(text: str) -> bool:
    is_number = text.isascii() and text.isdigit() and len(text) < 20
    return is_number and (text == "0" or text[0] != "0")


def decode_base64(text: str) -> bytes:
    """Decode base64 in the one spelling that a note has. Raises InvalidNoteError."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if base64.b64encode(raw).decode() != text:  # one spelling, so a note has one form
        raise InvalidNoteError(f"{text[:60]!r} is not base64")
    return raw


def split_key(text: str, key_type: bytes = ED25519_TYPE) -> tuple[str, str, bytes]:
    """Return name, id and key of name+id+key; the key is empty unless it is one of this type."""
    name, _, rest = text.partition("+")
    key_id, _, encoded_key = rest.partition("+")
    raw = decode_base64(encoded_key)
    is_of_type = name and len(raw) == 33 and raw[:1] == key_type
    return name, key_id, raw[1:] if is_of_type else b""


def split_note(note: str) -> tuple[str, list[str]]:
    """Return the text of a signed note and the lines that sign it. Raises InvalidNoteError."""
    text, gap, signatures = note.rpartition("\n\n")
    if not gap:
        raise InvalidNoteError("not a signed note: no blank line before a signature")
    return f"{text}\n", signatures.removesuffix("\n").split("\n")


def find_signatures(lines: Iterable[str], name: str, key_id: bytes) -> Iterator[bytes]:
    """Yield what a key signed, by its name and id. Raises InvalidNoteError."""
    for line in lines:
        dash, _, rest = line.partition(" ")
        signer, _, signature = rest.partition(" ")
        raw = decode_base64(signature) if dash == "—" and signer == name else b""
        if raw[:4] == key_id:
            yield raw[4:]


@dataclass(frozen=True, slots=True)
class Verifier:
    """The public half of a log's key, by its name."""

    name: str
    public_key: bytes

    @property
    def id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + ED25519_TYPE + self.public_key).digest()[:4]

    def to_text(self) -> str:
        """Return the verifier key as signed-note tools take it: name+id+key."""
        key = base64.b64encode(ED25519_TYPE + self.public_key).decode()
        return f"{self.name}+{self.id.hex()}+{key}"

    @staticmethod
    def parse(text: str) -> Verifier:
        """Read a verifier key. Raises InvalidNoteError."""
        name, key_id, public_key = split_key(text.strip())
        if not public_key:
            raise InvalidNoteError("this is no Ed25519 verifier key: name+id+key")
        verifier = Verifier(name, public_key)
        if verifier.id.hex() != key_id:
            raise InvalidNoteError("the id does not match the verifier key")
        return verifier

    def signed(self, note: str) -> bool:
        """Return whether a note has a signature by this key's name and id, be it right or wrong."""
        _, lines = split_note(note)
        return any(True for _ in find_signatures(lines, self.name, self.id))

    def open_note(self, note: str) -> Checkpoint:
        """Return the checkpoint of a note that this key signed. Raises InvalidNoteError."""
        return Checkpoint.parse(self.open_text(note))

    def open_text(self, note: str) -> str:
        """Return the text of a note that this key signed. Raises InvalidNoteError."""
        text, lines = split_note(note)
        for signature in find_signatures(lines, self.name, self.id):
            try:
                Ed25519PublicKey.from_public_bytes(self.public_key).verify(signature, text.encode())
            except InvalidSignature:
                raise InvalidNoteError("the note was changed after it was signed") from None
            return text
        raise InvalidNoteError(f"the note is not signed by {self.name} with this key")


@dataclass(frozen=True, slots=True)
class LogKey:
    """The key that signs checkpoints; its name is the origin of the log."""

    name: str
    seed: bytes

    def __repr__(self) -> str:
        return f"LogKey({self.name!r})"

    @property
    def verifier(self) -> Verifier:
        public_key = Ed25519PrivateKey.from_private_bytes(self.seed).public_key()
        return Verifier(self.name, public_key.public_bytes_raw())

    def sign_checkpoint(self, size: int, root: bytes) -> str:
        """Return the signed note of a checkpoint."""
        return self.sign_text(Checkpoint(self.name, size, root).to_text())

    def sign_text(self, text: str) -> str:
        """Return a text that ends with a line break as a signed note."""
        return f"{text}\n{self.sign_line(text)}"

    def sign_line(self, text: str) -> str:
        """Return the line of a note by which this key signs its text."""
        signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())
        encoded_signature = base64.b64encode(self.verifier.id + signature).decode()
        return f"— {self.name} {encoded_signature}\n"

    def to_text(self) -> str:
        """Return the secret key as signed-note tools keep it."""
        key = base64.b64encode(ED25519_TYPE + self.seed).decode()
        return f"{SECRET_PREFIX}{self.name}+{self.verifier.id.hex()}+{key}"

    @staticmethod
    def parse(text: str) -> LogKey:
        """Read a secret key. Raises InvalidNoteError, which never repeats the key."""
        try:
            name, _, seed = split_key(text.strip().removeprefix(SECRET_PREFIX))
        except InvalidNoteError:
            seed = b""
        if not seed or not text.startswith(SECRET_PREFIX):
            raise InvalidNoteError("this is no secret log key", hint="minutebook log-key create")
        return LogKey(name, seed)
