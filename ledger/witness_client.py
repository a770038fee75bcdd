"""Asks the configured witnesses to cosign each newest checkpoint, beside recording and signing.

Each has a thread of its own, so one that does not answer delays nobody.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from domain.errors import (
    BusyError,
    ForkedLogError,
    InvalidNoteError,
    InvalidQuestionError,
    MinutebookError,
)
from domain.instants import SECOND, Instant
from ledger import log
from ledger.database import Cursor
from ledger.proofs import stored_cosignatures
from ledger.proofs.cosignature import WitnessVerifier
from ledger.proofs.key_chain import KeyChain
from ledger.proofs.merkle import consistency_proof
from ledger.proofs.signed_note import Checkpoint, Verifier
from ledger.proofs.witness_request import (
    MAX_BODY,
    SIZE_TYPE,
    AddCheckpoint,
    checkpoint_path,
    parse_size,
)

LOGGER = logging.getLogger("minutebook")
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 300.0
"""Seconds until a witness is asked again that did not cosign; each pause is twice the last."""
TIMEOUT = 10.0
"""Seconds that a witness has to take a connection, and to answer."""
TIME_TIMEOUT = 2.0
"""Seconds that it has to tell the time, for which a start waits."""
MAX_ROUNDS = 4
"""How often in turn a size that a witness tells is followed."""
REMEDIES = {
    403: "it knows this log by another key, so give its operator /v1/audit/key",
    404: "its operator has to add the key of this log, which /v1/audit/key gives",
}


@dataclass(frozen=True, slots=True)
class ConfiguredWitness:
    """Where a witness answers, and the key by which its cosignatures are known."""

    url: str
    key: WitnessVerifier

    @staticmethod
    def parse(line: str) -> ConfiguredWitness:
        """Read ``URL verifier-key``. Raises InvalidQuestionError."""
        url, _, key = line.partition(" ")
        if not url.startswith(("http://", "https://")):
            hint = "write its address, a space and its verifier key, as minutebook witness prints"
            raise InvalidQuestionError(f"{line[:80]!r} is no witness", hint=hint)
        try:
            return ConfiguredWitness(url.rstrip("/"), WitnessVerifier.parse(key))
        except InvalidNoteError as error:
            raise InvalidQuestionError(f"{url}: {error.detail}", hint=error.hint) from None


class WitnessedLedger(Protocol):
    """What asking witnesses needs of a ledger."""

    @property
    def verifier(self) -> Verifier: ...

    def open_snapshot(self) -> AbstractContextManager[Cursor]: ...

    def read_keys(self, c: Cursor) -> KeyChain: ...

    def run_in_writer(self, write: Callable[[Cursor], None]) -> Future[None]: ...

    def report_witnessed(self, note: str, shown_by: str) -> None: ...

    def report_time(self, source: str, told: Instant) -> None: ...


@dataclass(frozen=True, slots=True)
class WitnessTime:
    """The time at which a witness cosigns once more what is the newest checkpoint already."""

    witness: ConfiguredWitness
    note: str
    known_note: str
    """The same with the cosignatures that are kept, which are of another time."""

    @property
    def name(self) -> str:
        return self.witness.key.name

    def ask(self) -> Instant:
        import httpx  # as below

        body = AddCheckpoint(Checkpoint.parse(self.note).size, [], self.note).to_body()
        with httpx.Client(timeout=TIME_TIMEOUT, follow_redirects=False) as http:
            status, _, answer = _ask(http, "POST", f"{self.witness.url}/add-checkpoint", body)
        if status != 200:
            raise BusyError(f"it answers {status}")
        cosignature = self.witness.key.find_cosignature(self.note + answer)
        if cosignature is None or cosignature.line in self.known_note:
            raise BusyError("its answer has no new signature of the configured key")
        return cosignature.timestamp * SECOND


class WitnessStanding(NamedTuple):
    """The size that a witness cosigned last, 0 for none, when, in seconds since 1970, and why it
    does not cosign, empty where it does."""

    name: str
    size: int
    cosigned_at: int
    problem: str


class WitnessClients:
    """One thread for each configured witness."""

    def __init__(self, ledger: WitnessedLedger, witnesses: Sequence[ConfiguredWitness]) -> None:
        self._clients = [WitnessClient(ledger, witness) for witness in witnesses]

    def read_states(self) -> list[WitnessStanding]:
        return [client.standing for client in self._clients]

    def start(self) -> None:
        for client in self._clients:
            client.thread.start()

    def announce(self) -> None:
        """Tell that a checkpoint was signed; waits for nothing."""
        for client in self._clients:
            client.due.set()

    def close(self) -> None:
        """End the threads; one that waits for an answer ends with the process."""
        for client in self._clients:
            client.ended.set()
            client.due.set()
        for client in self._clients:
            if client.thread.is_alive():
                client.thread.join(0.2)


class WitnessClient:
    """Brings the newest checkpoint to one witness, and what that signs to the ledger."""

    def __init__(self, ledger: WitnessedLedger, witness: ConfiguredWitness) -> None:
        self.ledger, self.witness = ledger, witness
        self.due, self.ended = threading.Event(), threading.Event()
        self.due.set()
        name = f"witness {witness.key.name}"
        self.thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._known_size: int | None = None
        """The size of the witness, as it told last."""
        self._cosigned: int | None = None
        """The largest size of which its cosignature is kept here."""
        self._cosigned_at = 0
        self._told = ""

    @property
    def standing(self) -> WitnessStanding:
        size = self._cosigned or 0
        return WitnessStanding(self.witness.key.name, size, self._cosigned_at, self._told)

    def _run(self) -> None:
        import httpx  # a tenth of a second, which a ledger without witnesses need not wait

        pause = FIRST_PAUSE
        with httpx.Client(timeout=TIMEOUT, follow_redirects=False) as http:
            while not self.ended.is_set():
                self.due.wait()
                self.due.clear()
                while not self._try_newest(http):
                    if self.ended.wait(pause):
                        return
                    pause = min(2 * pause, LONGEST_PAUSE)
                pause = FIRST_PAUSE

    def _try_newest(self, http: Any) -> bool:
        """Return whether there is nothing more to do until a checkpoint is signed."""
        try:
            return self._bring_newest(http)
        except ForkedLogError:
            self.ended.set()
            return True
        except Exception as error:
            if self.ended.is_set():
                return True
            is_told = isinstance(error, MinutebookError)
            self._tell(error.detail if is_told else f"{type(error).__name__}: {error}")  # type: ignore[attr-defined]  # checked before
            return False

    def _bring_newest(self, http: Any) -> bool:
        for _ in range(MAX_ROUNDS):
            request = self._next_request()
            if request is None or self.ended.is_set():
                return True
            size = Checkpoint.parse(request.note).size
            body = request.to_body()
            status, media_type, answer = _ask(
                http, "POST", f"{self.witness.url}/add-checkpoint", body
            )
            if status == 200:
                self._keep(size, request.note, answer)
            elif status == 409 and media_type == SIZE_TYPE:
                known = parse_size(answer.removesuffix("\n"))
                if known > size:
                    self._compare_trees(http, size)
                self._known_size = known
            elif status == 422:
                self._compare_trees(http, size)
                raise BusyError(f"it refuses the proof of {size} events: {answer.strip()[:200]}")
            else:
                remedy = REMEDIES.get(status, answer.strip()[:200])
                raise BusyError(f"it answers {status}: {remedy}")
        return False

    def _next_request(self) -> AddCheckpoint | None:
        """Return what the witness is to cosign; None where it did, or nothing is recorded yet."""
        with self.ledger.open_snapshot() as c:
            note = stored_cosignatures.read_signed_note(c)
            if note is None:
                return None
            size = self.ledger.read_keys(c).open_note(note).size
            if self._cosigned is None:
                kept = stored_cosignatures.read_newest_cosignature(c, self.witness.key)
                self._cosigned = kept[0] if kept else 0
                self._cosigned_at = kept[1].timestamp if kept else 0
            if self._cosigned >= size:
                return None
            old = self._cosigned if self._known_size is None else self._known_size
            if old > size:
                self._known_size = None  # what it then shows is compared again
                raise BusyError(f"it knows {old} events, and {size} are signed here")
            path = consistency_proof(log.node_reader(c), old, size) if old else []
        return AddCheckpoint(old, path, note)

    def _keep(self, size: int, note: str, lines: str) -> None:
        cosignature = self.witness.key.find_cosignature(note + lines)
        if cosignature is None:
            raise BusyError("its answer is not signed with the key that is configured for it")
        key = self.witness.key
        self.ledger.report_time(key.name, cosignature.timestamp * SECOND)

        def write(c: Cursor) -> None:
            stored_cosignatures.keep_cosignature(c, size, key, cosignature)

        self.ledger.run_in_writer(write).result(TIMEOUT)
        self._cosigned = self._known_size = size
        self._cosigned_at = cosignature.timestamp
        if self._told:
            LOGGER.warning("the witness %s cosigns again", key.name)
            self._told = ""

    def _compare_trees(self, http: Any, size: int) -> None:
        """Stop all where the witness shows a checkpoint of this log that is not of its tree.

        What it shows is signed by this log, so a witness cannot make it up.
        """
        origin = self.ledger.verifier.name
        status, _, note = _ask(http, "GET", f"{self.witness.url}{checkpoint_path(origin)}", b"")
        if status != 200:
            raise BusyError(
                f"it has another tree than that of {size} events, and shows none ({status})"
            )
        self.ledger.report_witnessed(note, f"the witness {self.witness.key.name}")

    def _tell(self, what: str) -> None:
        if what != self._told:
            LOGGER.error(
                "the witness %s at %s does not cosign: %s",
                self.witness.key.name,
                self.witness.url,
                what,
            )
            self._told = what


def _ask(http: Any, method: str, url: str, body: bytes) -> tuple[int, str, str]:
    """Return status, media type and text of an answer, however long it is made."""
    with http.stream(method, url, content=body) as response:
        answer = b""
        for piece in response.iter_bytes():
            answer += piece
            if len(answer) > MAX_BODY:
                raise BusyError("its answer is too long")
        media_type = response.headers.get("content-type", "").partition(";")[0].strip()
        return response.status_code, media_type, answer.decode(errors="replace")
