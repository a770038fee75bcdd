"""What time it is according to others: web servers, NTP servers, and whoever signs a time."""

from __future__ import annotations

import logging
import re
import secrets
import socket
import ssl
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Protocol

from domain.errors import InvalidQuestionError
from domain.instants import SECOND, Instant, from_datetime
from ledger.guarded_clock import GuardedClock

LOGGER = logging.getLogger("minutebook")
TIMEOUT = 2.0
"""Seconds that a source has to answer, and for which a start waits for all of them."""
INTERVAL = 3600.0
"""Seconds after which the sources are asked again."""
IGNORE_VALIDITY = 0x200000
"""OpenSSL's X509_V_FLAG_NO_CHECK_TIME: by the clock that is in doubt a certificate can seem to have
expired, and the source would then not be heard."""
NTP_PORT, NTP_SIZE, NTP_REQUEST = 123, 48, 0x23
"""RFC 5905: the port, the bytes of a packet, and its first byte: version 4, from a client."""
NTP_EPOCH, NTP_ERA = 2_208_988_800, 2**32
"""Seconds from 1900 to 1970, and until the counter of seconds starts over, in 2036."""
SOURCE_HINT = "write https://HOST, http://HOST or ntp://HOST, with :PORT if it has another"


class TimeSource(Protocol):
    """Somebody who tells the time."""

    @property
    def name(self) -> str: ...

    def ask(self) -> Instant:
        """Return what time it is. Raises OSError, ValueError or another error of a network."""


@dataclass(frozen=True, slots=True)
class WebTime:
    """The header ``Date`` of any answer of a web server."""

    name: str

    def ask(self) -> Instant:
        import httpx  # a tenth of a second, which a ledger without sources need not wait

        context = httpx.create_ssl_context()
        context.verify_flags |= ssl.VerifyFlags(IGNORE_VALIDITY)
        headers = {"Cache-Control": "no-cache"}
        with httpx.Client(verify=context, timeout=TIMEOUT, headers=headers) as http:
            answer = http.head(self.name)
        date, age = answer.headers.get("date", ""), answer.headers.get("age", "0")
        if not date.endswith("GMT"):
            raise ValueError("its answer has no date")
        told = from_datetime(parsedate_to_datetime(date))
        return told + SECOND * (int(age) if re.fullmatch("[0-9]{1,9}", age) else 0)


@dataclass(frozen=True, slots=True)
class NtpTime:
    """A server of NTP, asked once as SNTP does (RFC 5905, section 14)."""

    name: str
    host: str
    port: int

    def ask(self) -> Instant:
        family, kind, protocol, _, address = socket.getaddrinfo(
            self.host, self.port, type=socket.SOCK_DGRAM
        )[0]
        mark = secrets.token_bytes(8)  # which only who saw the request can repeat
        with socket.socket(family, kind, protocol) as asking:
            asking.settimeout(TIMEOUT)
            asking.connect(address)
            asking.send(bytes([NTP_REQUEST]) + bytes(39) + mark)
            return _read_ntp(asking.recv(NTP_SIZE), mark)


def _read_ntp(packet: bytes, mark: bytes) -> Instant:
    """Return the time that an answer tells. Raises ValueError."""
    if len(packet) < NTP_SIZE or packet[0] & 7 != 4 or packet[24:32] != mark:
        raise ValueError("its answer is none to this question")
    if packet[0] >> 6 == 3 or not 1 <= packet[1] <= 15 or not any(packet[40:48]):
        raise ValueError("it does not know the time itself")
    seconds = int.from_bytes(packet[40:44], "big")
    seconds += NTP_ERA * (seconds < NTP_ERA // 2)
    return (seconds - NTP_EPOCH) * SECOND + (
        int.from_bytes(packet[44:48], "big") * SECOND // NTP_ERA
    )


def parse_source(text: str) -> TimeSource:
    """Read the address of a source. Raises InvalidQuestionError."""
    if re.fullmatch(r"https?://[^/\s]+(/\S*)?", text):
        return WebTime(text)
    match = re.fullmatch(r"ntp://(?:\[([0-9A-Fa-f:.]+)\]|([^\s/:\[\]]+))(?::([0-9]{1,5}))?/?", text)
    port = int(match[3] or NTP_PORT) if match else 0
    if match is None or not 0 < port < 2**16:
        raise InvalidQuestionError(f"{text[:80]!r} is no source of the time", hint=SOURCE_HINT)
    return NtpTime(text, match[1] or match[2], port)


class TimeWatch:
    """Holds a clock against what sources say: once when it is told to, and every hour from then."""

    def __init__(self, clock: GuardedClock, sources: Sequence[TimeSource]) -> None:
        self.clock, self.sources = clock, sources
        self._failed = set[str]()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._ask_regularly, name="time", daemon=True)

    def ask(self, others: Sequence[TimeSource] = ()) -> None:
        """Ask all sources at once, and others beside them; return after 2 seconds at most.

        A source of the configuration that does not answer is a word in the log.
        """
        threads = [
            threading.Thread(target=self._ask_one, args=[source], name=source.name, daemon=True)
            for source in (*self.sources, *others)
        ]
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + TIMEOUT
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def start(self) -> None:
        """Ask again every hour."""
        if self.sources:
            self._thread.start()

    def close(self) -> None:
        self._ended.set()

    def _ask_regularly(self) -> None:
        while not self._ended.wait(INTERVAL):
            self.ask()

    def _ask_one(self, source: TimeSource) -> None:
        try:
            told = source.ask()
        except Exception as error:
            if source in self.sources and source.name not in self._failed:
                LOGGER.warning(
                    "%s does not tell the time: %s: %s", source.name, type(error).__name__, error
                )
                self._failed.add(source.name)
            return
        if not self._ended.is_set():
            self.clock.hold_against(source.name, told)
            self._failed.discard(source.name)
