"""Checks of the server of an installation: its port, who may reach it, what it says of itself."""

from __future__ import annotations

import socket
from contextlib import closing

import httpx

from api.cli.server import require_keys_beyond_loopback
from api.doctor.results import Doubt
from api.settings import Settings
from domain.errors import BusyError
from ledger.access_keys import read_stamp
from ledger.database import Cursor
from ledger.served_address import ServedAddress, find_served_address

TIMEOUT = 3.0


def find_server(settings: Settings) -> ServedAddress | None:
    """Return where a server of this ledger answers, if one is known."""
    if settings.server_url:
        return ServedAddress(settings.server_url, None)
    return find_served_address(settings.db)


def check_port(settings: Settings) -> str:
    """See that the server can listen, unless it does."""
    if served := find_server(settings):
        return f"a server of this ledger answers at {served.url}"
    host, port = settings.host, settings.port
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        with closing(socket.socket(family, kind, protocol)) as listening:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(address)
    except OSError as error:
        hint = "stop what listens there, or choose another with --host and --port"
        detail = f"cannot listen on {host}:{port}: {error.strerror}"
        raise BusyError(detail, hint=hint) from None
    return f"{host}:{port} is free"


def check_access(c: Cursor | None, settings: Settings) -> str:
    """See that other machines reach the server only once there are keys or an identity provider."""
    total, revoked = read_stamp(c) if c else (0, 0)
    if settings.oidc and total == revoked:
        return "people sign in by the identity provider; programs have no key"
    require_keys_beyond_loopback(settings, is_keyless=total == 0)
    if total == 0:
        return "no keys: only this machine is answered"
    if total == revoked:
        raise Doubt("all keys were revoked", "make one: minutebook keys create NAME")
    return f"keys: {total - revoked} valid or expired, {revoked} revoked"


def check_readiness(settings: Settings) -> str:
    """Ask a running server what it says of itself."""
    served = find_server(settings)
    if served is None:
        return "no server of this ledger is known to run"
    answer = httpx.get(f"{served.url}/readyz", timeout=TIMEOUT, trust_env=False)
    told = answer.json()
    if answer.status_code != 200:
        raise BusyError(f"{served.url} is not ready: {told['detail']}", hint=told["hint"])
    if told["warnings"]:
        first = told["warnings"][0]
        raise Doubt(f"{served.url} is ready, but {first['detail']}", first["hint"])
    return f"{served.url} is ready, with {told['head']} events"
