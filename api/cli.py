"""The command line: serving, recording and asking; what keeps a ledger is in api/custody.py."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.custody import custody
from api.options import (
    AsJson,
    Basis,
    Db,
    Negotiation,
    Tz,
    asking,
    at_ledger,
    configured,
    say,
)

if TYPE_CHECKING:
    from api.archive import Desk

cli = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Minutebook: record what became known, ask what was known at any given date.",
)


def main() -> None:
    """Run the command line; what is refused is told in words, with exit code 2, or 1 for a check
    that failed."""
    from domain.refusals import InvalidNoteError, MinutebookError, TamperedError

    try:
        cli()
    except MinutebookError as error:
        told = [f"{reason.pointer or '/'}: {reason.detail}" for reason in error.reasons]
        told += [] if told else [error.detail]
        told += [f"hint: {error.hint}"] if error.hint else []
        typer.echo("\n".join(told), err=True)
        sys.exit(1 if isinstance(error, TamperedError | InvalidNoteError) else 2)
    except SystemExit as end:
        # Typer ends with 1 when the reader of a pipe has gone, as head does.
        sys.exit(0 if isinstance(end.__context__, BrokenPipeError) else end.code)
    except OSError as error:
        place = error.filename or "standard output"
        typer.echo(f"{place} cannot be used: {error.strerror}", err=True)
        sys.exit(2)
    except Exception as error:
        if not type(error).__module__.startswith(("sqlite3", "eventsourcing")):
            raise
        typer.echo(f"the database cannot be used: {error}", err=True)
        typer.echo("hint: name a file that Minutebook made, with --db", err=True)
        sys.exit(2)


@cli.command()
def demo(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on; 0 for any free one.")] = 8000,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser.")] = True,
) -> None:
    """Serve the shipped demonstration negotiation and open its page."""
    from api import serving
    from api.demonstration import ledger_file
    from api.settings import Settings

    found = Settings(ledger_file(), host, port)
    serving.run(found, page="/" if browser else None)


@cli.command()
def serve(
    db: Db = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    workers: Annotated[int, typer.Option(help="Processes; SQLite takes one.")] = 1,
    read_db: Annotated[
        str | None, typer.Option(help="A replica of the database, to answer questions from.")
    ] = None,
) -> None:
    """Serve a ledger over HTTP."""
    from api import serving
    from api.settings import settings
    from domain.refusals import InvalidQuestionError
    from ledger import place

    found = settings(db=db, host=host, port=port, read_db=read_db)
    if workers != 1 and not place.on_server(found.db):
        hint = "leave --workers out; several processes need PostgreSQL"
        raise InvalidQuestionError("SQLite takes one process", hint=hint)
    if found.read_db and not place.on_server(found.db):
        hint = "name the PostgreSQL database that it follows with --db"
        raise InvalidQuestionError("read_db is no replica of a file", hint=hint)
    serving.run(found, workers=workers)


@cli.command(name="import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="jsonl, json or csv.")],
    negotiation: Annotated[str | None, typer.Option(help="Slug; default: the file's name.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check, record nothing.")] = False,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Record the events of files: all are checked whole first, then recorded in atomic pages.

    Give the same files again to go on after a break: no event is recorded twice.

    The first line of a csv file names the fields, such as reports.0.published for the first report;
    an empty cell is no field, but under occurred it says that the source gives no time.
    """
    from api import importing

    code = importing.run(files, negotiation, dry_run=dry_run, where=configured(db), as_json=as_json)
    raise typer.Exit(code)


@cli.command()
def append(
    negotiation: Negotiation,
    type_: Annotated[str | None, typer.Option("--type", help="Event type.")] = None,
    field: Annotated[list[str] | None, typer.Option("--set", help="name=value; dots nest.")] = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Record one event, from JSON on standard input or from options."""
    from api import bodies, files
    from api.archive import opened
    from ledger.intake import Submission

    pairs = [("type", type_)] if type_ else []
    pairs += map(_pair, field or ())
    value = files.nested(pairs) if pairs else bodies.load(sys.stdin.buffer.read())
    (event,) = bodies.events([value], single=True)
    ledger = opened(configured(db))
    try:
        answer = ledger.record(Submission(negotiation, [event], single=True))
    finally:
        ledger.close()
    say(answer, as_json, _recorded(answer))


def _pair(given: str) -> tuple[str, str]:
    name, equals, text = given.partition("=")
    if not equals:
        raise typer.BadParameter(f"{given!r} has no '=': write name=value", param_hint="--set")
    return name, text


def _recorded(answer: dict[str, Any]) -> str:
    if not answer["recorded"]:
        return "recorded before, nothing to do"
    first = answer["recorded"][0]
    return f"recorded {first['type']} {first['id']} as seq {first['seq']}"


@cli.command(name="as-of")
@asking()
def as_of(
    negotiation: Negotiation,
    date: Annotated[str, typer.Argument(help="A day or an instant.")],
    basis: Basis,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Tell the state as of a date."""
    from api import tables
    from projections import answers

    with at_ledger(db, negotiation) as desk:
        found = desk.basis(basis.question("DATE", date))
        data = answers.spelled_out(answers.state(desk.view(found)))
        say({"basis": found.echo(), "data": data}, as_json, tables.state(found.echo(), data))


@cli.command()
@asking()
def diff(
    negotiation: Negotiation,
    start: Annotated[str, typer.Argument(metavar="FROM")],
    end: Annotated[str, typer.Argument(metavar="TO")],
    basis: Basis,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Tell what changed between two dates, and why."""
    from api import tables
    from projections import changes

    with at_ledger(db, negotiation) as desk:
        old = desk.basis(basis.question("FROM", start))
        new = desk.basis(basis.question("TO", end))
        found = changes.diff(desk.view, old, new)
        data = {"from": old.echo(), "to": new.echo(), "changes": found}
        say(data, as_json, tables.changes(data))


@cli.command()
@asking(audience="staff")
def replay(
    negotiation: Negotiation,
    basis: Basis,
    from_seq: Annotated[int, typer.Option(min=1, max=2**53, help="Start at this seq.")] = 1,
    until: Annotated[str | None, typer.Option(help="Stop after this seq, or this date.")] = None,
    step: Annotated[bool, typer.Option("--step", help="Wait for Enter after each event.")] = False,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Tell the story event by event, with the state that each one changed, before and after.

    It is told as staff know it unless --audience says otherwise.
    """
    from api import tables
    from projections import answers, changes

    with at_ledger(db, negotiation) as desk:
        last = _last_seq(desk, until, basis.tz)
        now = desk.basis(basis.question())
        if not as_json:
            typer.echo(f"{tables.story(now.echo())}\n")
        for item, found in changes.story(desk.view, now, from_seq - 1):
            if item.seq > last:
                break
            line = answers.spelled_out(answers.event_line(item, desk.view(now)))
            say({"event": line, "changes": found}, as_json, tables.step(line, found))
            if step and sys.stdin.readline() == "":
                break


def _last_seq(desk: Desk, until: str | None, tz: str) -> int:
    """Return the seq at which to stop: given, or the last one recorded by a date."""
    from domain.basis import moment, zone

    if until is None or (until.isascii() and until.isdigit()):
        return min(int(until or 2**53), 2**53)
    return desk.log.seq_at(moment("--until", until, zone(tz)))


@cli.command()
def dates(
    expressions: Annotated[list[str], typer.Argument(metavar="EXPRESSION...")],
    tz: Tz = "UTC",
    as_json: AsJson = False,
) -> None:
    """Tell how a time expression is understood: kind, lo, hi, flags."""
    from api import tables
    from domain.basis import zone
    from domain.refusals import InvalidSpanError
    from domain.spans import parse

    bad = False
    for expression in expressions:
        try:
            found = tables.span(parse(expression, zone(tz)))
        except InvalidSpanError as error:
            bad = True
            found = {"expression": expression, "error": f"{error.detail}; {error.hint}"}
        say(found, as_json, tables.span_line(found))
    if bad:
        raise typer.Exit(2)


@cli.command()
def config(as_json: AsJson = False) -> None:
    """Print the resolved configuration, and where each value comes from."""
    from api.settings import settings

    found = settings().echo()
    lines = [
        f"{name} = {each['value'] or 'none'}  ({each['origin']})" for name, each in found.items()
    ]
    say(found, as_json, "\n".join(lines))


cli.registered_commands += custody.registered_commands
cli.registered_groups += custody.registered_groups

if __name__ == "__main__":
    main()
