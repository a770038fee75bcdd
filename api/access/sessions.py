"""Sessions: people who signed in on the pages, known by a cookie until their session ends."""

from __future__ import annotations

import base64
import hmac
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from hashlib import sha256
from operator import attrgetter
from typing import NamedTuple

from starlette.types import Scope

from api.access.caller import Caller
from api.access.keys import KEYS_LIFETIME, POLL_INTERVAL
from domain.errors import BusyError, KeyRequiredError, MinutebookError
from domain.instants import HOUR, MINUTE, Instant
from ledger import access_sessions
from ledger.access_sessions import StoredSession
from ledger.database import Cursor
from ledger.fault_log import FaultLog
from ledger.repeated_task import RepeatedTask
from ledger.writer import Ledger, Write

COOKIE = "__Host-minutebook"
"""By its prefix browsers take it from this host alone, over TLS or on their own machine."""
COOKIE_TERMS = "Path=/; Secure; HttpOnly; SameSite=Strict"
TOKEN_BYTES = 32
USED_STEP = MINUTE
"""How much later a session must be used for that to be written down."""


class SessionTerms(NamedTuple):
    """For how long a session holds, in microseconds: since it began, and since it was used."""

    lifetime: Instant = 12 * HOUR
    idle: Instant = HOUR


DEFAULT_TERMS = SessionTerms()


FindCaller = Callable[[StoredSession], tuple[Caller, Instant | None]]


class PageSession(NamedTuple):
    """A session that holds now: for whom it stands, since when, and until when at the latest."""

    caller: Caller
    role: str | None
    id: str
    created_at: Instant
    ends_at: Instant
    token: str

    @property
    def form_token(self) -> str:
        """What each form of this session sends along; no other page can know it."""
        return _encode(hmac.digest(self.token.encode(), b"form", "sha256"))


class HeldSession(NamedTuple):
    """A session that holds now, and until when at the latest."""

    stored: StoredSession
    ends_at: Instant


class SessionRing:
    """The sessions of a ledger in memory: read at the start, and looked at twice a second by
    ``task``.

    ``find_caller`` says for whom a session stands and until when, and raises KeyRequiredError once
    it is nobody.
    """

    def __init__(self, ledger: Ledger, terms: SessionTerms, find_caller: FindCaller) -> None:
        self._ledger, self.terms, self._find_caller = ledger, terms, find_caller
        self._sessions: dict[bytes, StoredSession] = {}
        self._live: frozenset[bytes] = frozenset()
        self._read_at, self._lock = 0.0, threading.Lock()
        self._listeners: list[Callable[[], None]] = []
        faults = FaultLog("the sessions cannot be read", "the sessions are read again")
        self.task = RepeatedTask("sessions", self.refresh, POLL_INTERVAL, faults)
        self.refresh()

    def on_change(self, listener: Callable[[], None]) -> None:
        """Have a function called, in any thread, whenever a session began or ended."""
        self._listeners.append(listener)

    def find(self, connection: Scope) -> PageSession | None:
        """Return the session of a request, or None where there is none that holds.

        Raises BusyError where the sessions cannot be read, ClockError.
        """
        token = read_token(connection)
        return self.find_of_token(token) if token else None

    def find_of_token(self, token: str) -> PageSession | None:
        """Return the session of a token, as above."""
        stored = self._sessions.get(hash_token(token))
        if stored is None:
            return None
        if self.task.is_running and time.monotonic() > self._read_at + KEYS_LIFETIME:
            raise BusyError("the sessions cannot be read", hint="try again in a second")
        held = self._find_holder(stored, self._ledger.clock())
        if held is None:
            return None
        caller, ends_at = held
        return PageSession(caller, stored.role, stored.id, stored.created_at, ends_at, token)

    def lacks(self, token: str) -> bool:
        """Return whether another process may know of a session that this one does not."""
        return not self._ledger.is_exclusive and hash_token(token) not in self._sessions

    def begin(self, name: str, role: str | None = None, *, replaces: str | None = None) -> str:
        """Begin a session, in the place of another, and return its token."""
        token, now = secrets.token_urlsafe(TOKEN_BYTES), self._ledger.clock()
        session = StoredSession(hash_token(token), name, role, now, now)

        def write(c: Cursor) -> None:
            if replaces:
                access_sessions.delete_session(c, hash_token(replaces))
            access_sessions.insert_session(c, session, ended_before=now - self.terms.lifetime)

        self._change(write)
        return token

    def end(self, name: str, session_id: str | None = None) -> int:
        """End each session of one name, or that with an id, and return how many held.

        It is for good: within a second in all processes, also on open streams.
        """
        ended = [each for each in self.read_held(name) if session_id in (None, each.stored.id)]
        self._change(lambda c: access_sessions.delete_sessions_of(c, name, session_id))
        return len(ended)

    def mark_used(self, token: str) -> None:
        """Let a session be idle from now on; that is written down once a minute, behind answers."""
        hashed = hash_token(token)
        stored = self._sessions.get(hashed)
        try:
            now = self._ledger.clock()
            if stored is None or now < stored.used_at + USED_STEP or self._is_over(stored, now):
                return
            self._sessions[hashed] = stored._replace(used_at=now)
            self._ledger.run_in_writer(lambda c: access_sessions.mark_used(c, hashed, now=now))
        except MinutebookError:
            return  # a later use is written down

    def refresh(self) -> None:
        """Look at the sessions now."""
        with self._lock:
            began_at = time.monotonic()
            with self._ledger.open_snapshot() as c:
                sessions = {each.token_hash: each for each in access_sessions.read_sessions(c)}
            self._sessions, self._read_at = sessions, began_at
            live, self._live = self._live, self._find_live(sessions)
        if live != self._live:
            for listener in self._listeners:
                listener()

    def read_held(self, name: str | None = None) -> list[HeldSession]:
        """Return the sessions that hold, of one name or of all, by name and age, as far as is
        known."""
        now = self._ledger.clock()
        return [
            HeldSession(each, found[1])
            for each in sorted(self._sessions.values(), key=attrgetter("name", "created_at"))
            if name in (None, each.name) and (found := self._find_holder(each, now))
        ]

    def _find_holder(self, stored: StoredSession, now: Instant) -> tuple[Caller, Instant] | None:
        """Return for whom a session stands and until when at the latest; None once it is nobody."""
        if self._is_over(stored, now):
            return None
        try:
            caller, expires_at = self._find_caller(stored)
        except KeyRequiredError:
            return None
        ends_at = stored.created_at + self.terms.lifetime
        return caller, ends_at if expires_at is None else min(ends_at, expires_at)

    def _find_live(self, sessions: Mapping[bytes, StoredSession]) -> frozenset[bytes]:
        try:
            now = self._ledger.clock()
        except MinutebookError:  # a wrong clock ends no session, and nobody is found by it
            return self._live
        return frozenset(
            hashed for hashed, each in sessions.items() if not self._is_over(each, now)
        )

    def _is_over(self, stored: StoredSession, now: Instant) -> bool:
        idle_since, began = stored.used_at, stored.created_at
        return now >= began + self.terms.lifetime or now >= idle_since + self.terms.idle

    def _change(self, write: Write) -> None:
        self._ledger.run_in_writer(write).result()
        self.refresh()


def read_token(connection: Scope) -> str | None:
    """Return the token of a request's session, None where it has no cookie of one."""
    return read_cookie(connection, COOKIE)


def read_cookie(connection: Scope, name: str) -> str | None:
    """Return a cookie of a request, None where it has none of the name, or an empty one."""
    wanted = name.encode()
    for header, value in connection["headers"]:
        if header == b"cookie" and wanted in value:
            for pair in value.split(b";"):
                key, _, text = pair.strip().partition(b"=")
                if key == wanted and text:
                    return str(text, "latin-1")
    return None


def hash_token(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogatepass")).digest()


def _encode(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
