"""Where a command asks and records: at a running server, or at a ledger opened for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import httpx
import orjson
import typer
from starlette.types import ASGIApp

from api.access.caller import OWNER, Caller
from api.access.keys import PREFIX, KeyRing
from api.cli.client import Client
from api.cli.terminal import print_text
from api.settings import Settings, load_settings
from domain.errors import InvalidQuestionError, NotFoundError
from ledger import location
from ledger.database import ReadableLedger, has_table
from ledger.served_address import ServedAddress, find_served_address

TIMEOUT = httpx.Timeout(600, connect=5)
"""Seconds to wait for an answer, which may take a long page of events, and for a connection."""


@dataclass(frozen=True, slots=True)
class LedgerOptions:
    """The options of every command that asks or records: a ledger, or a server and a key."""

    db: Annotated[
        str | None,
        typer.Option(help="SQLite file or postgresql:// address of the ledger (MINUTEBOOK_DB)."),
    ] = None
    url: Annotated[
        str | None,
        typer.Option(
            help="Address of a running server to go through (MINUTEBOOK_URL). Without it, a server"
            " that has the SQLite file open is found by itself."
        ),
    ] = None
    key: Annotated[
        str | None,
        typer.Option(
            help="The key by which the server, or the ledger itself, knows you (MINUTEBOOK_KEY is"
            " safer)."
        ),
    ] = None

    def load_settings(self) -> Settings:
        return load_settings(db=self.db, url=self.url, key=self.key)


@contextmanager
def open_client(options: LedgerOptions, *, records: bool = False) -> Iterator[Client]:
    """Yield a client of the server that has the ledger, or of the ledger itself.

    A command that only asks uses the demonstration where no ledger is named and none is there.
    """
    settings = options.load_settings()
    if settings.server_url is None and not records:
        settings = use_demonstration(settings)
    with open_server(settings) as server, ExitStack() as exit_stack:
        yield server or exit_stack.enter_context(_open_here(settings, records=records))


@contextmanager
def open_server(settings: Settings) -> Iterator[Client | None]:
    """Yield a client of the server that is named or has the ledger open, or None without one."""
    if settings.server_url:
        address: ServedAddress | None = ServedAddress(settings.server_url, None)
    else:
        address = find_served_address(settings.db)
    if address is None:
        yield None
        return
    with _connect(address, settings) as client:
        yield client


@contextmanager
def open_readable(settings: Settings, server: Client | None) -> Iterator[Client | None]:
    """Yield the client of a server, or else of the ledger itself; None where there is none yet."""
    with ExitStack() as exit_stack:
        found = server
        if found is None and location.may_exist(settings.db):
            with suppress(NotFoundError):
                found = exit_stack.enter_context(_open_here(settings, records=False))
        yield found


def use_demonstration(settings: Settings) -> Settings:
    """Return the settings of the ledger to read: as configured, else the demonstration."""
    if "db" in settings.origins or location.may_exist(settings.db):
        return settings
    from api.cli.demo_ledger import demo_ledger_file

    print_text("(using the demonstration ledger; --db names another)", err=True)
    return settings.model_copy(update={"db": demo_ledger_file()})


@contextmanager
def _connect(address: ServedAddress, settings: Settings) -> Iterator[Client]:
    """Yield a client of a running server that is of this version."""
    secret = read_key(settings.key) if settings.key else address.secret
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    # A proxy of the environment is for servers that somebody named, not for one on this machine.
    is_named = settings.server_url is not None
    with httpx.Client(
        base_url=address.url, headers=headers, timeout=TIMEOUT, trust_env=is_named
    ) as http:
        client = Client(http)
        _check_version(address.url, client.get("/version").body)
        yield client


def read_key(given: str) -> str:
    """Return the key that is given itself, or by the file that holds it.

    Raises InvalidQuestionError where there is no such file, or others may read it.
    """
    if given.startswith(PREFIX):
        return given
    path = Path(given).expanduser()
    try:
        text, is_open = path.read_text().strip(), bool(path.stat().st_mode & 0o077)
    except (OSError, UnicodeDecodeError):
        raise InvalidQuestionError.for_field(
            "key",
            "this is neither a key nor the name of a file that holds one",
            f"give the key as it was shown, which begins with {PREFIX}, or the file",
        ) from None
    if is_open:
        detail = f"other users of this machine can read {path}"
        raise InvalidQuestionError.for_field("key", detail, f"chmod 600 {path}, and make a new key")
    return text


def _check_version(address: str, answer: bytes) -> None:
    """Refuse what is not Minutebook, or another version, whose answers may differ."""
    try:
        versions = orjson.loads(answer)
    except orjson.JSONDecodeError:
        versions = None
    if not isinstance(versions, dict) or "minutebook" not in versions:
        hint = "name the address of a Minutebook server with --url"
        raise InvalidQuestionError(f"{address} answers, but is not Minutebook", hint=hint)
    theirs, ours = versions["minutebook"], version("minutebook")
    if theirs != ours:
        detail = f"the server at {address} runs Minutebook {theirs}, this command is {ours}"
        raise InvalidQuestionError(detail, hint=f"use the command of version {theirs}")


@contextmanager
def _open_here(settings: Settings, *, records: bool) -> Iterator[Client]:
    """Yield a client of the interface on a ledger that is opened in this process."""
    with ExitStack() as exit_stack:
        ledger = _open_ledger(settings, records=records)
        exit_stack.callback(ledger.close)
        caller = OWNER
        if settings.key:  # who opens a ledger may do everything, and may go by the name of a key
            caller = KeyRing(ledger).find_caller(read_key(settings.key))
        yield exit_stack.enter_context(open_in_process(ledger, caller))


@contextmanager
def open_in_process(ledger: ReadableLedger, caller: Caller = OWNER) -> Iterator[Client]:
    """Yield a client of the interface on an open ledger, by default as its owner."""
    from api.app import create_interface

    with ask_in_process(create_interface(ledger, caller)) as client:
        yield client


@contextmanager
def ask_in_process(app: ASGIApp) -> Iterator[Client]:
    """Yield a client of an application in this process."""
    from anyio.from_thread import start_blocking_portal

    from api.cli.in_process import InProcessTransport

    with start_blocking_portal() as portal:
        transport = InProcessTransport(app, portal)
        with httpx.Client(transport=transport, base_url="http://ledger", trust_env=False) as http:
            yield Client(http)


def _open_ledger(settings: Settings, *, records: bool) -> ReadableLedger:
    if records:
        from api.wiring import open_configured_ledger

        return open_configured_ledger(settings)
    from ledger.read_only import ReadOnlyLedger

    ledger = ReadOnlyLedger(settings.db, key_path=Path(settings.key_path))
    try:
        _require_tables(ledger, settings.db)
    except BaseException:
        ledger.close()
        raise
    return ledger


def _require_tables(ledger: ReadableLedger, db: str | Path) -> None:
    """Refuse a database in which no ledger was made yet. Raises NotFoundError."""
    with ledger.open_snapshot() as c:
        if not has_table(c, "head"):
            detail = f"there is no ledger in {location.mask_password(str(db))} yet"
            raise NotFoundError(detail, hint="minutebook serve or import makes one")
