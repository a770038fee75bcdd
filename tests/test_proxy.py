"""The proxy of the composition: TLS, pinned answers from its cache, streams as they come.

The configuration is that of deploy/proxy, run by Debian's nginx as the composition runs it.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import ssl
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.containers import ADDRESSES, GATEWAY, address
from tests.facts import OPENING, report, statement
from tests.running_composition import HOST, Running
from tests.serving import Stream, wait_until

EVENTS = "/v1/negotiations/talks/events"
REMEDY = "needs nginx: apt-get install nginx-light"


class ProxyConnection(HTTPSConnection):
    """A connection to the proxy under the name of the server."""

    def connect(self) -> None:
        where = (address(ADDRESSES["proxy"]), 8443)
        plain = socket.create_connection(where, timeout=self.timeout)
        self.sock = self._context.wrap_socket(plain, server_hostname=HOST)  # type: ignore[attr-defined]


def make_certificate(folder: Path) -> None:
    """Make a certificate that signs itself, which only the proxy's user can read the key of."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    file = folder / "privkey.pem"
    file.write_bytes(private)
    file.chmod(0o600)
    os.chown(file, 101, 101)


class Proxied:
    """The composition as its readers reach it."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.context = ssl.create_default_context(cafile=str(running.tls / "fullchain.pem"))

    def open(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> HTTPResponse:
        with self.running.services.entered():
            connection = ProxyConnection(HOST, timeout=60, context=self.context)
            connection.request(method, path, body, headers)
        return connection.getresponse()

    def get(self, path: str, **headers: str) -> HTTPResponse:
        with closing(self.open("GET", path, **headers)) as response:
            response.read()
            return response

    def record(self, *events: Any) -> None:
        headers = {"Content-Type": "application/json", **self.bearer}
        with closing(self.open("POST", EVENTS, orjson.dumps(events), **headers)) as response:
            assert response.status == 201, response.read()

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.running.key}"}

    def pinned(self, audience: str) -> str:
        """Return the address of an answer that never changes."""
        asked = f"/v1/negotiations/talks/state?audience={audience}&as_of=2026-01-10"
        answer = self.get(asked, **self.bearer)
        link = answer.getheader("Link") or ""
        found = re.search(r'<([^>]*)>; rel="canonical"', link)
        assert found, link
        return re.sub("^https://[^/]*", "", found[1])


@pytest.fixture(scope="module")
def proxied(running: Running) -> Proxied:
    if not shutil.which("nginx", path="/usr/sbin:/usr/bin"):
        (pytest.fail if os.environ.get("CI") else pytest.skip)(REMEDY)
    make_certificate(running.tls)
    process = running.services.start("proxy")
    proxied = Proxied(running)

    def answers() -> bool:
        assert process.poll() is None, running.services.told("proxy")
        try:
            return proxied.get("/livez").status == 200
        except OSError:
            return False

    wait_until(answers)
    told = {"reports": [report("2025-12-20", audience="public")]}
    proxied.record(*(event | told for event in OPENING))
    return proxied


def test_a_pinned_answer_comes_from_the_cache(proxied: Proxied) -> None:
    path = proxied.pinned("public")
    first, second = proxied.get(path), proxied.get(path)
    other_form = proxied.get(path, Accept="application/x-ndjson")
    unchanged = proxied.get(path, **{"If-None-Match": second.getheader("ETag") or ""})

    assert "immutable" in (first.getheader("Cache-Control") or "")
    told = [each.getheader("X-Cache") for each in (first, second, other_form, unchanged)]
    assert told == ["MISS", "HIT", "MISS", "HIT"]
    assert (unchanged.status, second.getheader("Link")) == (304, first.getheader("Link"))


def test_whatever_came_over_tls_says_once_to_come_so_again(proxied: Proxied) -> None:
    answers = [proxied.get(proxied.pinned("public")), proxied.get("/livez", Host="a.example")]

    assert [each.status for each in answers] == [200, 421]
    for each in answers:
        rule = each.headers.get_all("Strict-Transport-Security")
        assert rule == ["max-age=31536000; includeSubDomains"]


def test_an_answer_that_the_proxy_compressed_is_known_again(proxied: Proxied) -> None:
    path = proxied.pinned("public")
    compressed = proxied.get(path, **{"Accept-Encoding": "gzip"})
    etag = compressed.getheader("ETag") or ""
    again = proxied.get(path, **{"If-None-Match": etag})

    assert (compressed.getheader("Content-Encoding"), etag[:2]) == ("gzip", "W/")
    assert again.status == 304


def test_a_new_certificate_needs_no_new_start(proxied: Proxied) -> None:
    command = ("nginx", "-e", "stderr", "-c", "/proxy/nginx.conf", "-s", "reload")
    told = proxied.running.services.execute("proxy", *command)

    assert told
    assert told.returncode == 0, told.stderr


def test_an_answer_as_of_now_is_not_kept(proxied: Proxied) -> None:
    told = [proxied.get("/v1/negotiations/talks/state") for _ in range(2)]

    assert [each.getheader("X-Cache") for each in told] == ["MISS", "MISS"]


def test_whoever_sends_a_key_or_a_session_does_not_meet_the_cache(proxied: Proxied) -> None:
    public, staff = proxied.pinned("public"), proxied.pinned("staff")
    proxied.get(public)
    kept = [proxied.get(path, **proxied.bearer) for path in (staff, staff, public)]
    without = proxied.get(staff)
    revoked = proxied.get(public, Authorization="Bearer mbk_unknown")
    session = proxied.get(public, Cookie="__Host-session=unknown")

    assert [each.getheader("X-Cache") for each in kept] == ["BYPASS"] * 3
    assert (without.status, revoked.status) == (401, 401)
    assert session.getheader("X-Cache") == "BYPASS"


def test_an_event_of_a_stream_comes_at_once(proxied: Proxied) -> None:
    path = "/v1/negotiations/talks/stream?audience=staff"
    with closing(proxied.open("GET", path, **proxied.bearer)) as response:
        stream = Stream(response)
        before = stream.take(len(OPENING))
        proxied.record(statement(1))
        (after,) = stream.take(1)

    assert (response.getheader("X-Cache"), after[0]) == (None, before[-1][0] + 1)


def test_the_api_knows_the_caller_and_that_it_came_by_tls(proxied: Proxied) -> None:
    own = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Origin": f"https://{HOST}",
        "X-Forwarded-For": "192.0.2.7",
        "X-Forwarded-Proto": "http",
    }
    wrong, right = (urlencode({"key": key}).encode() for key in ("wrong", proxied.running.key))
    proxied.open("POST", "/sign-in", wrong, **own).read()
    signed_in = proxied.open("POST", "/sign-in", right, **own)

    assert f"a sign-in from {address(GATEWAY)} failed" in proxied.running.services.told("api")
    assert "192.0.2.7" not in proxied.running.services.told("api")
    assert (signed_in.status, "Secure" in (signed_in.getheader("Set-Cookie") or "")) == (303, True)


def test_what_did_not_come_through_the_proxy_is_not_believed(proxied: Proxied) -> None:
    own = {
        "Host": HOST,
        "Content-Type": "application/x-www-form-urlencoded",
        "Origin": f"http://{HOST}",
        "X-Forwarded-For": "192.0.2.8",
        "X-Forwarded-Proto": "https",
    }
    with proxied.running.services.entered():
        connection = HTTPConnection(address(ADDRESSES["api"]), 8000, timeout=60)
        connection.request("POST", "/sign-in", urlencode({"key": proxied.running.key}), own)
    answer = connection.getresponse()
    told = answer.read().decode()

    assert (answer.status, answer.getheader("Set-Cookie")) == (422, None), told
    assert "192.0.2.8" not in proxied.running.services.told("api")


def test_limits_are_those_of_the_api(proxied: Proxied) -> None:
    own = {"Content-Type": "application/json", **proxied.bearer}
    large = b"[" + b" " * (2 * 2**20) + b"]"
    accepted = proxied.open("POST", EVENTS, large, **own)
    long_address = proxied.get(f"/v1/negotiations/talks/state?x={'a' * 15_000}")
    misdirected = proxied.get("/livez", Host="other.example.org")

    assert accepted.status != 413, accepted.read()
    assert long_address.status != 414
    assert misdirected.status == 421
