"""The file of the log key, and the drafts of new ones beside it until they take its place.

A new key is kept as a draft before the log names it, and is renamed after: whenever this is cut
short, the file or the draft is the key that the log names.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from domain.errors import InvalidQuestionError, NotFoundError
from ledger.durable_files import sync_folder, write_file
from ledger.proofs.signed_note import SECRET_PREFIX, LogKey, Verifier

LOST_HINT = (
    "put the key in its place, or name it with MINUTEBOOK_LOG_KEY; if it is lost, stop all that"
    " record, then minutebook log-key lost --reason TEXT"
)


def is_key_text(location: str | Path) -> bool:
    """Return whether a key is given itself, not the file that it is in."""
    return str(location).startswith(SECRET_PREFIX)


def is_key_here(location: str | Path) -> bool:
    """Return whether a log key can be read."""
    return is_key_text(location) or Path(location).is_file()


def load_or_create_key(location: str | Path) -> LogKey:
    """Read the log key from a file or from its text, made now where the file is not there."""
    if is_key_text(location):
        return LogKey.parse(str(location))
    path = Path(location)
    if not path.exists():
        create_key(path)
    return LogKey.parse(path.read_text())


def load_key(location: str | Path) -> LogKey:
    """Read a log key that is there. Raises NotFoundError."""
    if not is_key_here(location):
        raise NotFoundError(f"there is no log key at {location}", hint=LOST_HINT)
    return load_or_create_key(location)


def load_verifier(location: str | Path) -> Verifier:
    """Read the public half of a log key that is there. Raises NotFoundError."""
    return load_key(location).verifier


def load_current_key(location: str | Path, current: Verifier) -> LogKey:
    """Read the key that the log names as its current one; a draft of it takes its place first.

    Raises NotFoundError where the file has another key, or none.
    """
    if is_key_here(location):
        key = load_key(location)
        if key.verifier == current:
            return key
    if not is_key_text(location) and draft_file(location, current).is_file():
        promote_draft(location, current)
        return load_key(location)
    place = "MINUTEBOOK_LOG_KEY" if is_key_text(location) else str(location)
    raise NotFoundError(
        f"the key that signs this log is {short_name(current)}, which is not the one in {place}",
        hint=LOST_HINT,
    )


def short_name(key: Verifier) -> str:
    """Return name and id of a key."""
    return f"{key.name}+{key.id.hex()}"


def create_key(path: Path, name: str | None = None) -> LogKey:
    """Make a key, readable by its owner alone."""
    key = LogKey(name or f"minutebook.invalid/{secrets.token_hex(8)}", secrets.token_bytes(32))
    write_file(path, key.to_text() + "\n")
    return key


def require_key_file(location: str | Path) -> Path:
    """Return the file of a key that can be replaced. Raises InvalidQuestionError."""
    if is_key_text(location):
        raise InvalidQuestionError(
            "MINUTEBOOK_LOG_KEY holds the key itself, which no command can replace",
            hint="write it to a file with mode 600, and name that file in its place",
        )
    return Path(location)


def draft_file(location: str | Path, key: Verifier) -> Path:
    """Return where a new key is kept until it takes the place of the one before."""
    path = Path(location)
    return path.with_name(f"{path.name}.next-{key.id.hex()}")


def write_draft(location: Path, key: LogKey) -> None:
    """Keep a new key, durably, in place of the drafts that no log ever named."""
    for other in location.parent.glob(f"{location.name}.next-*"):
        other.unlink(missing_ok=True)
    write_file(draft_file(location, key.verifier), key.to_text() + "\n")
    sync_folder(location.parent)


def promote_draft(location: str | Path, key: Verifier) -> None:
    """Put a draft in the place of the key before, which is gone with that."""
    try:
        draft_file(location, key).replace(location)
    except FileNotFoundError:
        return  # another process of this ledger did it
    sync_folder(Path(location).parent)
