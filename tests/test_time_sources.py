"""Who tells the time: web servers by their header Date, NTP servers, witnesses."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from api.settings import Settings, load_settings
from api.wiring import open_configured_ledger
from domain.errors import ClockError, InvalidQuestionError
from domain.instants import DAY, MINUTE, SECOND
from ledger.database import wall_clock
from ledger.time_sources import parse_source
from tests.serving import serve_http
from tests.world import KEY

TIME = 1_800_000_000
"""In seconds since 1970, of 2027-01-15."""


@contextmanager
def serve_date(certificate: Path | None = None, **headers: str) -> Iterator[str]:
    """Serve answers with these headers alone, under a certificate if one is given."""

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response_only(404)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        http.socket = context.wrap_socket(http.socket, server_side=True)
    with serve_http(http) as address:
        yield address.replace("http", "https") if certificate else address


@contextmanager
def serve_ntp(answer: Callable[[bytes], bytes]) -> Iterator[str]:
    """Answer one question of NTP."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as serving:
        serving.bind(("127.0.0.1", 0))

        def answer_once() -> None:
            packet, sender = serving.recvfrom(100)
            serving.sendto(answer(packet), sender)

        thread = threading.Thread(target=answer_once, daemon=True)
        thread.start()
        yield f"ntp://127.0.0.1:{serving.getsockname()[1]}"
        thread.join(5)


def packet(
    question: bytes, seconds: int, *, leap: int = 0, mode: int = 4, stratum: int = 2
) -> bytes:
    head = bytes([leap << 6 | 4 << 3 | mode, stratum]) + bytes(22)
    return head + question[40:48] + bytes(8) + seconds.to_bytes(4, "big") + b"\x80\0\0\0"


def test_a_web_server_tells_the_time_by_its_date() -> None:
    with serve_date(Date=formatdate(TIME, usegmt=True)) as url:
        assert parse_source(url).ask() == TIME * SECOND
    with serve_date(Date=formatdate(TIME, usegmt=True), Age="90") as url:
        assert parse_source(url).ask() == (TIME + 90) * SECOND


@pytest.mark.parametrize("date", ["", "yesterday GMT", "Fri, 15 Jan 2027 08:00:00 -0000"])
def test_a_web_server_without_a_date_tells_nothing(date: str) -> None:
    with serve_date(Date=date) as url, pytest.raises(ValueError, match="date"):
        parse_source(url).ask()


def make_certificate(folder: Path, *, ended: bool) -> Path:
    """Write a certificate of 127.0.0.1 and its key; it was valid for a day, or is from tomorrow."""
    key = Ed25519PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    start = datetime.now(UTC) + timedelta(days=-3 if ended else 1)
    address = x509.IPAddress(ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, None)
    )
    file = folder / "certificate.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(secret + made.public_bytes(Encoding.PEM))
    return file


@pytest.mark.parametrize("ended", [True, False])
def test_a_wrong_clock_does_not_silence_a_source_by_its_certificate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ended: bool
) -> None:
    file = make_certificate(tmp_path, ended=ended)
    with serve_date(file, Date=formatdate(TIME, usegmt=True)) as url:
        with pytest.raises(httpx.ConnectError, match="self-signed"):
            parse_source(url).ask()
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        assert parse_source(url).ask() == TIME * SECOND


@pytest.mark.parametrize(
    ("counter", "time"),
    [
        (TIME + 2_208_988_800, TIME),
        (2**32 - 1, 2_085_978_495),
        (0, 2_085_978_496),  # the counter starts over on 2036-02-07
    ],
)
def test_a_server_of_ntp_tells_the_time(counter: int, time: int) -> None:
    with serve_ntp(lambda question: packet(question, counter)) as url:
        assert parse_source(url).ask() == time * SECOND + SECOND // 2


@pytest.mark.parametrize(
    "answer",
    [
        lambda question: packet(question, TIME)[:47],
        lambda question: packet(bytes(48), TIME),  # to another question
        lambda question: packet(question, TIME, mode=3),
        lambda question: packet(question, TIME, leap=3),
        lambda question: packet(question, TIME, stratum=0),
        lambda question: packet(question, TIME, stratum=16),
        lambda question: packet(question, TIME)[:40] + bytes(8),
    ],
)
def test_an_answer_of_ntp_that_tells_nothing_is_refused(answer: Callable[[bytes], bytes]) -> None:
    with serve_ntp(answer) as url, pytest.raises(ValueError, match=r"its answer|know the time"):
        parse_source(url).ask()


@pytest.mark.parametrize(
    "text",
    ["clock.example", "ftp://clock.example", "ntp://", "ntp://a:0", "ntp://a:99999", "ntp://a/b"],
)
def test_what_is_no_source_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINUTEBOOK_TIME_SOURCES", text)
    with pytest.raises(InvalidQuestionError, match="MINUTEBOOK_TIME_SOURCES") as refused:
        load_settings()
    assert "ntp://HOST" in str(refused.value.hint)


def test_the_setting_names_sources_each_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINUTEBOOK_TIME_SOURCES", "ntp://a ntp://[::1]:124\nhttps://b/ ntp://a")
    sources = load_settings().configured_time_sources
    assert [each.name for each in sources] == ["ntp://a", "ntp://[::1]:124", "https://b/"]


def test_the_setting_refuses_a_start_by_a_wrong_clock(tmp_path: Path) -> None:
    now = wall_clock() // SECOND
    for told, is_refused in ((now, False), (now - DAY // SECOND, True)):
        with serve_date(Date=formatdate(told, usegmt=True)) as url:
            settings = Settings(db=tmp_path / "a.db", log_key=KEY, time_sources=(url,))
            if is_refused:
                with pytest.raises(ClockError, match=f"the time that {url} told"):
                    open_configured_ledger(settings)
            else:
                with closing(open_configured_ledger(settings)) as ledger:
                    assert abs(ledger.clock() - wall_clock()) < MINUTE
