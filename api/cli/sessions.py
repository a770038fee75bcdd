"""Commands about sessions: who is signed in on the pages of a server, and ending that."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Annotated

import orjson
import typer

from api.cli.client import Client
from api.cli.connection import LedgerOptions, ask_in_process, open_server
from api.cli.maintenance import require_ledger
from api.cli.options import JsonOption, example, with_options
from api.cli.terminal import print_answer
from api.models.documents import EndedSessions, OpenSession, SessionList
from api.settings import Settings
from ledger.writer import Ledger

commands = typer.Typer()
session_commands = typer.Typer(
    no_args_is_help=True, help="List and end the sessions of who signed in on the pages."
)
commands.add_typer(session_commands, name="sessions")


@session_commands.command("list", epilog=example("sessions list --db talks.db"))
@with_options()
def list_sessions(ledger: LedgerOptions, as_json: JsonOption = False) -> None:
    """List who is signed in: since when, when last used, and until when; times are in UTC."""
    with _open_sessions(ledger.load_settings()) as client:
        answer = client.get("/v1/sessions").read(SessionList)
    lines = map(_describe, answer.sessions)
    print_answer(answer.to_json(), as_json, "\n".join(lines) or "nobody is signed in")


@session_commands.command("end", epilog=example("sessions end anna@id.example.org --db talks.db"))
@with_options()
def end_sessions(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Whose sessions, as the record names them.")
    ],
    ledger: LedgerOptions,
    session: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Only this one, as the list names it. Default: all."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """End the sessions of a name within a second, also their open streams.

    Who has a key, or an account at the identity provider, can sign in again: revoke the key, or
    end the account, first.
    """
    body = {"name": name, "id": session}
    with _open_sessions(ledger.load_settings()) as client:
        ended = EndedSessions.model_validate(client.post("/v1/sessions/end", orjson.dumps(body)))
    what = "1 session" if ended.ended == 1 else f"{ended.ended} sessions"
    print_answer(ended.to_json(), as_json, f"ended {what} of {ended.name}")


@contextmanager
def _open_sessions(settings: Settings) -> Iterator[Client]:
    """Yield a client of the server that has the ledger, or of the sessions that a ledger keeps."""
    with open_server(settings) as server, ExitStack() as exit_stack:
        if server is None:
            from api.app import create_session_interface

            require_ledger(settings)
            ledger = Ledger(settings.db)
            exit_stack.callback(ledger.close)
            interface = create_session_interface(ledger, settings.access_policy)
            server = exit_stack.enter_context(ask_in_process(interface))
        yield server


def _describe(session: OpenSession) -> str:
    """Return a session in words, to the minute."""
    since, used, until = (
        each[:16].replace("T", " ")
        for each in (session.created_at, session.used_at, session.ends_at)
    )
    by = f"in the role {session.role}" if session.role else "with a key"
    return f"{session.name}: {by}, since {since}, last used {used}, until {until}  ({session.id})"
