"""Commands that serve a ledger, and the configuration that all commands use."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.options import AcceptClockOption, DbOption, JsonOption, example
from api.cli.terminal import print_answer
from api.settings import Settings, load_settings
from domain.errors import InvalidQuestionError
from ledger import location

commands = typer.Typer()
AcceptLogOption = Annotated[
    str | None,
    typer.Option(
        metavar="REASON",
        help="Accept a log for which the checkpoint outside of its database is lost; the reason"
        " is recorded.",
    ),
]

DEMONSTRATION = "the demonstration was recorded long ago"


@commands.command("demo", epilog=example("demo --port 8001"))
def serve_demo(
    db: Annotated[
        str | None,
        typer.Option(help="SQLite file for the demonstration, made where it is missing."),
    ] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[
        int | None, typer.Option(help="Port to listen on; 0 for any free port.")
    ] = None,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser.")] = True,
) -> None:
    """Serve the demonstration negotiation and open its page."""
    from api.cli.demo_ledger import demo_ledger_file, make_demo_ledger
    from api.cli.server import serve_ledger
    from api.wiring import AcceptedAtStart

    given = load_settings(db=db, host=host, port=port)
    file = make_demo_ledger(given.db) if "db" in given.origins else demo_ledger_file()
    settings = Settings(
        db=file, host=given.host, port=given.port, hosts=given.hosts, anonymous=given.anonymous
    )
    accept = AcceptedAtStart(clock=DEMONSTRATION)
    serve_ledger(settings, start_page="/" if browser else None, accept=accept)


@commands.command("serve", epilog=example("serve --db talks.db --port 8001"))
def serve(
    db: DbOption = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    workers: Annotated[
        int, typer.Option(min=1, help="Number of processes; SQLite supports only one.")
    ] = 1,
    read_db: Annotated[
        str | None, typer.Option(help="A replica of the database, for answering questions.")
    ] = None,
    accept_log: AcceptLogOption = None,
    accept_clock: AcceptClockOption = None,
) -> None:
    """Serve a ledger over HTTP."""
    from api.cli.server import serve_ledger
    from api.wiring import AcceptedAtStart

    settings = load_settings(db=db, host=host, port=port, read_db=read_db)
    if workers != 1 and not location.is_server_url(settings.db):
        hint = "omit --workers; several processes need PostgreSQL"
        raise InvalidQuestionError("SQLite supports only one process", hint=hint)
    if settings.read_db and not location.is_server_url(settings.db):
        hint = "name the PostgreSQL database that it replicates with --db"
        raise InvalidQuestionError("a SQLite file has no replica for --read-db", hint=hint)
    serve_ledger(settings, workers=workers, accept=AcceptedAtStart(accept_log, accept_clock))


@commands.command("config", epilog=example("config"))
def show_config(as_json: JsonOption = False) -> None:
    """Show the configuration and where each value comes from."""
    settings = load_settings().to_json()
    lines = [
        f"{name} = {setting['value'] or 'none'}  ({setting['origin']})"
        for name, setting in settings.items()
    ]
    print_answer(settings, as_json, "\n".join(lines))
