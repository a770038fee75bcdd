"""Commands about keys: who may ask and record through a server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, TextIO
from urllib.parse import quote

import orjson
import typer

from api.cli.client import Client
from api.cli.connection import LedgerOptions, open_in_process, open_server
from api.cli.options import JsonOption, example, with_options
from api.cli.terminal import print_answer, print_json, print_text
from api.models.documents import Key, KeyList, NewKey
from api.settings import Settings, data_folder
from domain.errors import InvalidQuestionError
from domain.events import Audience
from ledger import location
from ledger.writer import Ledger

commands = typer.Typer()
key_commands = typer.Typer(
    no_args_is_help=True, help="Make, list and revoke the keys of who asks and records."
)
commands.add_typer(key_commands, name="keys")
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Name of the key.")]


@key_commands.command(
    "create",
    epilog=example("keys create newsroom --scope append --negotiation talks --db talks.db"),
)
@with_options()
def create_key(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help="Stands in the record as recorded_by; it is never given again."
        ),
    ],
    ledger: LedgerOptions,
    scope: Annotated[
        list[str] | None,
        typer.Option(
            help="What it allows: read (the default), propose, append, audit or admin; may be"
            " repeated. append includes propose, admin includes all, and each includes read."
        ),
    ] = None,
    audience: Annotated[
        Audience | None,
        typer.Option(
            help="The most that it may see: staff for all but read, else by default public."
        ),
    ] = None,
    negotiation: Annotated[
        list[str] | None,
        typer.Option(help="A negotiation that exists for it; may be repeated. Default: all."),
    ] = None,
    expires: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="The last day, in UTC, or an instant. Default: never."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(help="Write the secret to a new file of yours alone, instead of showing it."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Make a key and show its secret, this once: the ledger keeps only a hash of it.

    The first key ends that whoever is on the server's machine may do everything.
    """
    body = {
        "name": name,
        "scopes": scope or ["read"],
        "audience": audience,
        "negotiations": negotiation or [],
        "expires": expires,
    }
    with _new_file(output) as file, _open_keys(ledger.load_settings()) as client:
        answer = NewKey.model_validate(client.post("/v1/keys", orjson.dumps(body)))
        if file:
            file.write(f"{answer.secret}\n")
    what = _describe(answer.key)
    if output:
        print_answer(answer.key.to_json(), as_json, f"made the key {what}; it is in {output}")
    elif as_json:
        print_json(answer.to_json())
    else:
        print_text(f"made the key {what}; keep it, it is not shown again:", err=True)
        print_text(answer.secret)


@key_commands.command("list", epilog=example("keys list --db talks.db"))
@with_options()
def list_keys(ledger: LedgerOptions, as_json: JsonOption = False) -> None:
    """List all keys, also those that expired or were revoked; secrets are not kept."""
    with _open_keys(ledger.load_settings()) as client:
        answer = client.get("/v1/keys").read(KeyList)
    lines = [f"{_describe(key)}  ({key.status})" for key in answer.keys]
    print_answer(
        answer.to_json(), as_json, "\n".join(lines) or "no keys: only this machine is answered"
    )


@key_commands.command("revoke", epilog=example("keys revoke newsroom --db talks.db"))
@with_options()
def revoke_key(name: NameArgument, ledger: LedgerOptions, as_json: JsonOption = False) -> None:
    """Revoke a key for good, within a second also for streams that are open."""
    with _open_keys(ledger.load_settings()) as client:
        key = Key.model_validate(client.post(f"/v1/keys/{quote(name, safe='')}/revoke", b""))
    print_answer(key.to_json(), as_json, f"revoked the key {key.name}")


@contextmanager
def _open_keys(settings: Settings) -> Iterator[Client]:
    """Yield a client of the server that has the ledger, or of the ledger, made where it is new.

    Nothing is signed: who makes keys needs no log key.
    """
    with open_server(settings) as server, ExitStack() as exit_stack:
        if server is None:
            if isinstance(settings.db, Path):
                location.require_folder(settings.db, made_folder=data_folder())
            ledger = Ledger(settings.db)
            exit_stack.callback(ledger.close)
            server = exit_stack.enter_context(open_in_process(ledger))
        yield server


@contextmanager
def _new_file(path: Path | None) -> Iterator[TextIO | None]:
    """Yield a new file for its owner alone, which is kept only if all goes well.

    Raises InvalidQuestionError where there is one.
    """
    if path is None:
        yield None
        return
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        hint = "name another file, or remove it if its key is not needed"
        raise InvalidQuestionError(f"{path} exists", hint=hint) from None
    try:
        with os.fdopen(handle, "w") as file:
            yield file
    except BaseException:
        path.unlink()
        raise


def _describe(key: Key) -> str:
    """Return in words what a key allows."""
    negotiations = ", ".join(key.negotiations) or "all negotiations"
    until = f"until {key.expires_at[:10]}" if key.expires_at else "without an end"
    return f"{key.name}: {', '.join(key.scopes)}, as {key.audience}, {negotiations}, {until}"
