"""The command line: serving, recording and asking; what keeps a ledger is in api/cli/maintenance.py."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.maintenance import maintenance_cli
from api.cli.options import (
    BasisOptions,
    DbOption,
    JsonOption,
    NegotiationArgument,
    ZoneOption,
    configured_settings,
    open_ledger_session,
    print_answer,
    with_basis_options,
)

if TYPE_CHECKING:
    from api.session import Session

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
    from domain.errors import InvalidNoteError, MinutebookError, TamperedError

    try:
        cli()
    except MinutebookError as error:
        message_lines = [f"{reason.pointer or '/'}: {reason.detail}" for reason in error.reasons]
        message_lines += [] if message_lines else [error.detail]
        message_lines += [f"hint: {error.hint}"] if error.hint else []
        typer.echo("\n".join(message_lines), err=True)
        sys.exit(1 if isinstance(error, TamperedError | InvalidNoteError) else 2)
    except SystemExit as end:
        # Typer ends with 1 when the reader of a pipe has gone, as head does.
        sys.exit(0 if isinstance(end.__context__, BrokenPipeError) else end.code)
    except OSError as error:
        location = error.filename or "standard output"
        typer.echo(f"{location} cannot be used: {error.strerror}", err=True)
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
    from api.cli import serve
    from api.cli.demo_ledger import demo_ledger_file
    from api.settings import Settings

    ledger_settings = Settings(demo_ledger_file(), host, port)
    serve.serve_ledger(ledger_settings, start_page="/" if browser else None)


@cli.command()
def serve(
    db: DbOption = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    workers: Annotated[int, typer.Option(help="Processes; SQLite takes one.")] = 1,
    read_db: Annotated[
        str | None, typer.Option(help="A replica of the database, to answer questions from.")
    ] = None,
) -> None:
    """Serve a ledger over HTTP."""
    from api.cli import serve
    from api.settings import load_settings
    from domain.errors import InvalidQuestionError
    from ledger import location

    ledger_settings = load_settings(db=db, host=host, port=port, read_db=read_db)
    if workers != 1 and not location.is_server_url(ledger_settings.db):
        hint = "leave --workers out; several processes need PostgreSQL"
        raise InvalidQuestionError("SQLite takes one process", hint=hint)
    if ledger_settings.read_db and not location.is_server_url(ledger_settings.db):
        hint = "name the PostgreSQL database that it follows with --db"
        raise InvalidQuestionError("read_db is no replica of a file", hint=hint)
    serve.serve_ledger(ledger_settings, workers=workers)


@cli.command(name="import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="jsonl, json or csv.")],
    negotiation: Annotated[str | None, typer.Option(help="Slug; default: the file's name.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check, record nothing.")] = False,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record the events of files: all are checked whole first, then recorded in atomic pages.

    Give the same files again to go on after a break: no event is recorded twice.

    The first line of a csv file names the fields, such as reports.0.published for the first report;
    an empty cell is no field, but under occurred it says that the source gives no time.
    """
    from api.cli import import_events

    exit_code = import_events.import_files(
        files, negotiation, dry_run=dry_run, settings=configured_settings(db), as_json=as_json
    )
    raise typer.Exit(exit_code)


@cli.command()
def append(
    negotiation: NegotiationArgument,
    type_: Annotated[str | None, typer.Option("--type", help="Event type.")] = None,
    field: Annotated[list[str] | None, typer.Option("--set", help="name=value; dots nest.")] = None,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record one event, from JSON on standard input or from options."""
    from api.cli import event_files
    from api.http import request_body
    from api.session import open_configured_ledger
    from ledger.submission import Submission

    field_pairs = [("type", type_)] if type_ else []
    field_pairs += map(_split_assignment, field or ())
    value = (
        event_files.nest_fields(field_pairs)
        if field_pairs
        else request_body.load_json(sys.stdin.buffer.read())
    )
    (event,) = request_body.build_events([value], single=True)
    ledger = open_configured_ledger(configured_settings(db))
    try:
        answer = ledger.record(Submission(negotiation, [event], is_single=True))
    finally:
        ledger.close()
    print_answer(answer, as_json, _recorded_text(answer))


def _split_assignment(assignment: str) -> tuple[str, str]:
    name, equals, text = assignment.partition("=")
    if not equals:
        raise typer.BadParameter(f"{assignment!r} has no '=': write name=value", param_hint="--set")
    return name, text


def _recorded_text(answer: dict[str, Any]) -> str:
    if not answer["recorded"]:
        return "recorded before, nothing to do"
    first = answer["recorded"][0]
    return f"recorded {first['type']} {first['id']} as seq {first['seq']}"


@cli.command(name="as-of")
@with_basis_options()
def as_of(
    negotiation: NegotiationArgument,
    date: Annotated[str, typer.Argument(help="A day or an instant.")],
    basis: BasisOptions,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell the state as of a date."""
    from api.cli import tables
    from projections import answers

    with open_ledger_session(db, negotiation) as session:
        answer_basis = session.resolve_basis(basis.to_question("DATE", date))
        data = answers.to_plain(answers.build_state(session.open_view(answer_basis)))
        print_answer(
            {"basis": answer_basis.to_json(), "data": data},
            as_json,
            tables.state_text(answer_basis.to_json(), data),
        )


@cli.command()
@with_basis_options()
def diff(
    negotiation: NegotiationArgument,
    start: Annotated[str, typer.Argument(metavar="FROM")],
    end: Annotated[str, typer.Argument(metavar="TO")],
    basis: BasisOptions,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell what changed between two dates, and why."""
    from api.cli import tables
    from projections.answers import diff

    with open_ledger_session(db, negotiation) as session:
        old_basis = session.resolve_basis(basis.to_question("FROM", start))
        new_basis = session.resolve_basis(basis.to_question("TO", end))
        found_changes = diff.diff_bases(session.open_view, old_basis, new_basis)
        data = {"from": old_basis.to_json(), "to": new_basis.to_json(), "changes": found_changes}
        print_answer(data, as_json, tables.diff_text(data))


@cli.command()
@with_basis_options(audience="staff")
def replay(
    negotiation: NegotiationArgument,
    basis: BasisOptions,
    from_seq: Annotated[int, typer.Option(min=1, max=2**53, help="Start at this seq.")] = 1,
    until: Annotated[str | None, typer.Option(help="Stop after this seq, or this date.")] = None,
    step: Annotated[bool, typer.Option("--step", help="Wait for Enter after each event.")] = False,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell the story event by event, with the state that each one changed, before and after.

    It is told as staff know it unless --audience says otherwise.
    """
    from api.cli import tables
    from projections import answers
    from projections.answers import diff

    with open_ledger_session(db, negotiation) as session:
        last_seq = _last_seq(session, until, basis.tz)
        current_basis = session.resolve_basis(basis.to_question())
        if not as_json:
            typer.echo(f"{tables.replay_heading(current_basis.to_json())}\n")
        for item, found in diff.build_story(session.open_view, current_basis, from_seq - 1):
            if item.seq > last_seq:
                break
            line = answers.to_plain(
                answers.build_event_line(item, session.open_view(current_basis))
            )
            print_answer(
                {"event": line, "changes": found}, as_json, tables.replay_step_text(line, found)
            )
            if step and sys.stdin.readline() == "":
                break


def _last_seq(session: Session, until: str | None, tz: str) -> int:
    """Return the seq at which to stop: given, or the last one recorded by a date."""
    from domain.basis import check_zone, parse_moment

    if until is None or (until.isascii() and until.isdigit()):
        return min(int(until or 2**53), 2**53)
    return session.log_timeline.seq_at(parse_moment("--until", until, check_zone(tz)))


@cli.command()
def dates(
    expressions: Annotated[list[str], typer.Argument(metavar="EXPRESSION...")],
    tz: ZoneOption = "UTC",
    as_json: JsonOption = False,
) -> None:
    """Tell how a time expression is understood: kind, lo, hi, flags."""
    from api.cli import tables
    from domain.basis import check_zone
    from domain.edtf import parse_span
    from domain.errors import InvalidSpanError

    has_invalid = False
    for expression in expressions:
        try:
            span_data = tables.span_to_json(parse_span(expression, check_zone(tz)))
        except InvalidSpanError as error:
            has_invalid = True
            span_data = {"expression": expression, "error": f"{error.detail}; {error.hint}"}
        print_answer(span_data, as_json, tables.span_line(span_data))
    if has_invalid:
        raise typer.Exit(2)


@cli.command()
def config(as_json: JsonOption = False) -> None:
    """Print the resolved configuration, and where each value comes from."""
    from api.settings import load_settings

    setting_values = load_settings().to_json()
    lines = [
        f"{name} = {each['value'] or 'none'}  ({each['origin']})"
        for name, each in setting_values.items()
    ]
    print_answer(setting_values, as_json, "\n".join(lines))


cli.registered_commands += maintenance_cli.registered_commands
cli.registered_groups += maintenance_cli.registered_groups

if __name__ == "__main__":
    main()
