"""What a witness remembers: its key, and the newest note that it cosigned of each log."""

from __future__ import annotations

import fcntl
import os
import secrets
from pathlib import Path

import orjson

from domain.errors import BusyError, InvalidNoteError, TamperedError
from ledger.durable_files import sync_folder, write_file
from ledger.proofs.cosignature import WitnessVerifier, witness_verifier
from ledger.proofs.signed_note import Checkpoint, LogKey, split_note

LOST_HINT = (
    "put the file back; if it is lost, move the other away too: both are made anew, and who relies"
    " on the witness must be given its new key"
)


class WitnessState:
    """The newest notes by the origin of their log, in a file that no other process may have."""

    def __init__(self, file: Path, witness: WitnessVerifier) -> None:
        """Open the state of a witness. Raises BusyError, or TamperedError for that of another."""
        self.file, self._witness = file, witness.to_text()
        self.notes: dict[str, str] = {}
        self._handle = _lock(file)
        try:
            if file.exists():
                self.notes = self._read()
            else:
                self._write(self.notes)
        except BaseException:
            self.close()
            raise

    def keep(self, origin: str, note: str) -> None:
        """Remember a note, durably, before it is known here. Raises OSError."""
        notes = {**self.notes, origin: note}
        self._write(notes)
        self.notes = notes

    def close(self) -> None:
        os.close(self._handle)

    def _write(self, notes: dict[str, str]) -> None:
        value = {"witness": self._witness, "notes": notes}
        write_file(self.file, orjson.dumps(value, option=orjson.OPT_INDENT_2).decode() + "\n")
        sync_folder(self.file.parent)  # else the file before it may come back

    def _read(self) -> dict[str, str]:
        try:
            value = orjson.loads(self.file.read_bytes())
            witness, notes = str(value["witness"]), dict[str, str](value["notes"])
            for origin, note in notes.items():
                if Checkpoint.parse(split_note(note)[0]).origin != origin:
                    raise InvalidNoteError(f"the note of {origin} is of another log")
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, InvalidNoteError) as error:
            raise TamperedError(
                f"{self.file} cannot be read: {error}", hint="put a copy back that is not older"
            ) from None
        if witness != self._witness:
            raise TamperedError(
                f"{self.file} is the state of another witness, {witness}",
                hint="name the key that it was made with",
            )
        return notes


def open_witness(key_file: Path, state_file: Path, name: str | None) -> tuple[LogKey, WitnessState]:
    """Open the key and the state of a witness, which are made together where there is neither.

    A witness that lost its state would cosign a second history. Raises TamperedError where only one
    of both is there.
    """
    if key_file.exists() != state_file.exists():
        lost, other = sorted((key_file, state_file), key=Path.exists)
        raise TamperedError(f"there is no {lost}, but there is {other}", hint=LOST_HINT)
    if key_file.exists():
        key = LogKey.parse(key_file.read_text())
        return key, WitnessState(state_file, witness_verifier(key))
    key = LogKey(name or f"minutebook.invalid/witness-{secrets.token_hex(4)}", os.urandom(32))
    state = WitnessState(state_file, witness_verifier(key))
    write_file(key_file, key.to_text() + "\n", 0o600)
    return key, state


def _lock(file: Path) -> int:
    """Keep the state to one process: two would cosign two histories."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(f"{file}.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise BusyError(
            f"another witness has {file} open", hint="stop it: a state belongs to one process"
        ) from None
    return handle
