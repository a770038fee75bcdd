"""Keys: their secrets, what a ledger knows of them, and the copy in memory that requests ask."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from hashlib import sha256
from typing import NamedTuple, cast
from zlib import crc32

from api.access.caller import STAFF_SCOPES, WHOLE_LOG_SCOPES, Caller, KeyScope
from domain.errors import BusyError, ClockError, InvalidQuestionError, KeyRequiredError
from domain.events import Audience
from domain.instants import Instant, to_rfc3339
from ledger import access_keys
from ledger.access_keys import RowsStamp, StoredKey
from ledger.append import OWNER_NAME
from ledger.database import Cursor, ReadableLedger
from ledger.fault_log import FaultLog
from ledger.repeated_task import RepeatedTask

PREFIX = "mbk_"
"""What a secret begins with, so that programs that look for leaked ones find it."""
SECRET_BYTES, CHECKSUM_BYTES = 32, 4
SECRET_LENGTH = len(PREFIX) + (SECRET_BYTES + CHECKSUM_BYTES) * 4 // 3
POLL_INTERVAL = 0.5
"""Seconds between two looks at the keys, so that a revoked one ends within a second."""
KEYS_LIFETIME = 5.0
"""Seconds after a look that succeeded until nobody is known any more."""
_FINGERPRINT = 8
"""Bytes of a hash by which its key is found; the whole hash is then compared."""
RESERVED_NAMES = (OWNER_NAME, "demonstration", "public", "anonymous")


def make_secret() -> str:
    """Return a new secret: 256 random bits and a checksum, as base64url after the prefix."""
    bits = secrets.token_bytes(SECRET_BYTES)
    return PREFIX + base64.urlsafe_b64encode(bits + _checksum(bits)).decode()


def hash_secret(secret: str) -> bytes:
    """Return what a ledger keeps of a secret.

    Raises KeyRequiredError where the text is no whole secret.
    """
    if not secret.startswith(PREFIX):
        raise KeyRequiredError(f"a key begins with {PREFIX}, this does not", hint=_WHOLE_HINT)
    try:
        raw = base64.b64decode(secret[len(PREFIX) :], b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    bits, checksum = raw[:SECRET_BYTES], raw[SECRET_BYTES:]
    if len(secret) != SECRET_LENGTH or checksum != _checksum(bits):
        detail = f"the key is not whole: it was cut or mistyped, or has more than {SECRET_LENGTH}"
        raise KeyRequiredError(f"{detail} characters", hint=_WHOLE_HINT)
    return _hash(secret)


def _hash(secret: str) -> bytes:
    return sha256(secret.encode()).digest()


_WHOLE_HINT = f"copy the whole key as it was shown: {PREFIX} and {SECRET_LENGTH - 4} characters"


def _checksum(bits: bytes) -> bytes:
    return crc32(bits).to_bytes(CHECKSUM_BYTES, "big")


class KeyGrant(NamedTuple):
    """What a new key is to be called and to allow."""

    name: str
    scopes: tuple[KeyScope, ...]
    audience: Audience | None = None
    negotiations: tuple[str, ...] = ()
    expires_at: Instant | None = None

    def to_stored(self, secret: str, now: Instant) -> StoredKey:
        """Return the key to keep. Raises InvalidQuestionError where it cannot be."""
        self._check_name(now)
        caller = self.to_caller()
        negotiations = tuple(sorted(caller.negotiations or ()))
        return StoredKey(
            self.name,
            hash_secret(secret),
            tuple(dict.fromkeys(self.scopes)),
            caller.audience,
            negotiations,
            now,
            self.expires_at,
            None,
        )

    def to_caller(self) -> Caller:
        """Return whom it would stand for. Raises InvalidQuestionError where that cannot be."""
        self._check_rights()
        audience = self.audience or "public"
        return Caller.with_scopes(self.name, self.scopes, audience, self.negotiations)

    def _check_name(self, now: Instant) -> None:
        if self.name in RESERVED_NAMES:
            detail = f"{self.name!r} stands in the record for somebody else"
            raise InvalidQuestionError.for_field("name", detail, "choose another name")
        if self.expires_at is not None and self.expires_at <= now:
            raise InvalidQuestionError.for_field(
                "expires", "it would have expired already", "name a later date, or none"
            )

    def _check_rights(self) -> None:
        if not self.scopes:
            raise InvalidQuestionError.for_field("scopes", "there is none", "write read, at least")
        staff_scopes = [scope for scope in self.scopes if scope in STAFF_SCOPES]
        if staff_scopes and self.audience not in (None, "staff"):
            detail = f"the scope {staff_scopes[0]} implies the audience staff, as its answers tell"
            raise InvalidQuestionError.for_field(
                "audience", f"{detail} of what is hidden", "leave the audience out, or write staff"
            )
        whole = [scope for scope in self.scopes if scope in WHOLE_LOG_SCOPES]
        if whole and self.negotiations:
            detail = f"the scope {whole[0]} is for the whole log, not for some negotiations"
            raise InvalidQuestionError.for_field(
                "negotiations", detail, "leave the negotiations out, or make two keys"
            )


class _KnownKeys(NamedTuple):
    """The keys at one moment, by the first bytes of their hashes and by name."""

    stamp: RowsStamp
    expired: int
    read_at: float
    keys: dict[bytes, tuple[StoredKey, Caller]]
    names: dict[str, tuple[StoredKey, Caller]]


class KeyRing:
    """The keys of a ledger in memory: read at the start, and looked at twice a second by ``task``.

    A ledger that has stopped for good answers nobody, so its keys are looked at no more.
    """

    def __init__(self, ledger: ReadableLedger) -> None:
        self._ledger = ledger
        self._known = _KnownKeys((0, 0), 0, 0.0, {}, {})
        self._listeners: list[Callable[[], None]] = []
        faults = FaultLog("the keys cannot be read", "the keys are read again")
        self.task = RepeatedTask("keys", self.refresh, POLL_INTERVAL, faults)
        self.refresh()

    def on_change(self, listener: Callable[[], None]) -> None:
        """Have a function called, in any thread, whenever the keys have changed."""
        self._listeners.append(listener)

    @property
    def is_empty(self) -> bool:
        """Whether there is no key, not even one that was revoked, as far as is known."""
        return self._known.stamp[0] == 0

    def has_any(self) -> bool:
        """Return whether there is any key. Raises BusyError where that cannot be told."""
        return not self.is_empty or self._recent_keys().stamp[0] > 0

    def find_caller(self, secret: str) -> Caller:
        """Return whose secret it is. Raises KeyRequiredError where it is not valid, BusyError."""
        secret_hash = _hash(secret)
        found = self._recent_keys().keys.get(secret_hash[:_FINGERPRINT])
        if found is None or not hmac.compare_digest(found[0].secret_hash, secret_hash):
            hash_secret(secret)  # says so where it is not whole
            raise KeyRequiredError("this key is not known here", hint=_NEW_HINT)
        return self._require_valid(*found)

    def find_named(self, name: str) -> tuple[Caller, Instant | None]:
        """Return whom the key of a name stands for, and until when.

        Raises KeyRequiredError where it is not valid, BusyError.
        """
        found = self._recent_keys().names.get(name)
        if found is None:
            raise KeyRequiredError(f"there is no key {name!r}", hint=_NEW_HINT)
        return self._require_valid(*found), found[0].expires_at

    def _require_valid(self, key: StoredKey, caller: Caller) -> Caller:
        if key.revoked_at is not None:
            detail = f"the key {key.name!r} was revoked on {to_rfc3339(key.revoked_at)}"
            raise KeyRequiredError(detail, hint=_NEW_HINT)
        if key.expires_at is not None and is_expired(key, self._ledger.clock()):
            detail = f"the key {key.name!r} expired on {to_rfc3339(key.expires_at)}"
            raise KeyRequiredError(detail, hint=_NEW_HINT)
        return caller

    def refresh(self) -> None:
        """Look at the keys now."""
        began_at = time.monotonic()
        known = self._known
        with self._ledger.open_snapshot() as c:
            stamp = access_keys.read_stamp(c)
            keys = known.keys if stamp == known.stamp else _callers_by_hash(c)
        expired = known.expired
        with suppress(ClockError):  # a wrong clock ends no key, and refuses those that would expire
            now = self._ledger.clock()
            expired = sum(is_expired(key, now) for key, _ in keys.values())
        names = known.names if keys is known.keys else {key[0].name: key for key in keys.values()}
        self._known = _KnownKeys(stamp, expired, began_at, keys, names)
        if (stamp, expired) != (known.stamp, known.expired):
            for listener in self._listeners:
                listener()

    def _recent_keys(self) -> _KnownKeys:
        known = self._known
        if self.task.is_running and time.monotonic() > known.read_at + KEYS_LIFETIME:
            raise BusyError("the keys cannot be read", hint="try again in a second")
        return known


_NEW_HINT = "ask whoever runs the server for a new one; minutebook keys list shows all"


def _callers_by_hash(c: Cursor) -> dict[bytes, tuple[StoredKey, Caller]]:
    return {
        key.secret_hash[:_FINGERPRINT]: (key, caller_of_key(key))
        for key in access_keys.read_keys(c)
    }


def is_expired(key: StoredKey, now: Instant) -> bool:
    return key.expires_at is not None and key.expires_at <= now


def caller_of_key(key: StoredKey) -> Caller:
    """Return whom a key stands for."""
    scopes = cast("Sequence[KeyScope]", key.scopes)
    return Caller.with_scopes(key.name, scopes, cast("Audience", key.audience), key.negotiations)
