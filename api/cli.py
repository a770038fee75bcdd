"""The command line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    from api.archive import Desk
    from api.settings import Settings
    from domain.basis import Question
    from ledger.reading import Reading

cli = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Minutebook: record what became known, ask what was known at any given date.",
)

Db = Annotated[Path | None, typer.Option(help="The ledger's file (MINUTEBOOK_DB).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
BasisName = Annotated[
    Literal["as-known", "as-recorded", "hindsight"],
    typer.Option("--basis", help="Which clocks follow the date."),
]
AudienceName = Annotated[
    Literal["public", "press", "staff"], typer.Option("--audience", help="Whose reports count.")
]
Tz = Annotated[str, typer.Option(help="Zone of dates without a time.")]
Output = Annotated[Path | None, typer.Option(help="The file to write.")]
Negotiation = Annotated[str, typer.Argument(help="Slug of the negotiation.")]


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
) -> None:
    """Serve a ledger over HTTP."""
    from api import serving
    from api.settings import settings
    from domain.refusals import InvalidQuestionError

    if workers != 1:
        hint = "leave --workers out; several processes need PostgreSQL"
        raise InvalidQuestionError("SQLite takes one process", hint=hint)
    found = settings(db=db, host=host, port=port)
    serving.run(found)


@cli.command(name="import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="jsonl, json or csv.")],
    negotiation: Annotated[str | None, typer.Option(help="Slug; default: the file's name.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check, record nothing.")] = False,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Record the events of files: checked whole first, then recorded in atomic batches.

    The first line of a csv file names the fields, such as reports.0.published for the first report;
    an empty cell is no field, but under occurred it says that the source gives no time.
    """
    from api import importing

    code = importing.run(
        files, negotiation, dry_run=dry_run, where=_configured(db), as_json=as_json
    )
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
    ledger = opened(_configured(db))
    try:
        answer = ledger.record(Submission(negotiation, [event], single=True))
    finally:
        ledger.close()
    _say(answer, as_json, _recorded(answer))


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
def as_of(
    negotiation: Negotiation,
    date: Annotated[str, typer.Argument(help="A day or an instant.")],
    basis: BasisName = "as-known",
    audience: AudienceName = "public",
    tz: Tz = "UTC",
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Tell the state as of a date."""
    from api import tables
    from projections import answers

    with _desk(db, negotiation) as desk:
        found = desk.basis(_question("DATE", date, basis, audience, tz))
        data = answers.spelled_out(answers.state(desk.view(found)))
        _say({"basis": found.echo(), "data": data}, as_json, tables.state(found.echo(), data))


@cli.command()
def diff(
    negotiation: Negotiation,
    start: Annotated[str, typer.Argument(metavar="FROM")],
    end: Annotated[str, typer.Argument(metavar="TO")],
    basis: BasisName = "as-known",
    audience: AudienceName = "public",
    tz: Tz = "UTC",
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Tell what changed between two dates, and why."""
    from api import tables
    from projections import changes

    with _desk(db, negotiation) as desk:
        old = desk.basis(_question("FROM", start, basis, audience, tz))
        new = desk.basis(_question("TO", end, basis, audience, tz))
        found = changes.diff(desk.view, old, new)
        data = {"from": old.echo(), "to": new.echo(), "changes": found}
        _say(data, as_json, tables.changes(data))


@cli.command()
def replay(
    negotiation: Negotiation,
    from_seq: Annotated[int, typer.Option(min=1, max=2**53, help="Start at this seq.")] = 1,
    until: Annotated[str | None, typer.Option(help="Stop after this seq, or this date.")] = None,
    step: Annotated[bool, typer.Option("--step", help="Wait for Enter after each event.")] = False,
    basis: BasisName = "as-known",
    audience: AudienceName = "staff",
    tz: Tz = "UTC",
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Tell the story event by event, with the state that each one changed, before and after."""
    from api import tables
    from domain.basis import Question
    from projections import answers, changes

    with _desk(db, negotiation) as desk:
        last = _last_seq(desk, until, tz)
        now = desk.basis(Question(basis, audience=audience))
        for item, found in changes.story(desk.view, now, from_seq - 1):
            if item.seq > last:
                break
            line = answers.spelled_out(answers.event_line(item, desk.view(now)))
            _say({"event": line, "changes": found}, as_json, tables.step(line, found))
            if step and sys.stdin.readline() == "":
                break


def _last_seq(desk: Desk, until: str | None, tz: str) -> int:
    """Return the seq at which to stop: given, or the last one recorded by a date."""
    from domain.basis import moment, zone

    if until is None or (until.isascii() and until.isdigit()):
        return min(int(until or 2**53), 2**53)
    return desk.log.seq_at(moment("--until", until, zone(tz)))


@cli.command()
def rebuild(db: Db = None, as_json: AsJson = False) -> None:
    """Build the read models anew from the log."""
    from api import importing

    count = importing.rebuild(_configured(db).db)
    _say({"events": count}, as_json, f"rebuilt from {count} events")


@cli.command()
def receipt(
    negotiation: Negotiation,
    date: Annotated[str, typer.Argument(help="A day or an instant.")],
    of: Annotated[
        str, typer.Option(help="The answer cited: state, positions, plans ...")
    ] = "state",
    basis: BasisName = "as-known",
    audience: AudienceName = "public",
    tz: Tz = "UTC",
    db: Db = None,
    output: Output = None,
) -> None:
    """Write a citation receipt: an answer, the events it rests on, and what proves them."""
    from api import receipts
    from ledger.checkpoints import verifier_at, written

    with _reading(db) as (ledger, key):
        question = _question("DATE", date, basis, audience, tz)
        made = receipts.made(ledger, verifier_at(key), negotiation, question, of).decode()
    if output:
        written(output, made)
    else:
        typer.echo(made)


@cli.command()
def verify(
    key: Annotated[str | None, typer.Option(help="The verifier key to trust.")] = None,
    bundle: Annotated[Path | None, typer.Option(help="Check this file, and no ledger.")] = None,
    receipt: Annotated[Path | None, typer.Option(help="Check this file, and no ledger.")] = None,
    checkpoint: Annotated[
        Path | None, typer.Option(help="Hold the ledger against this signed checkpoint.")
    ] = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Hash the log again, fold it again, compare; exit 1 on any difference."""
    if document := bundle or receipt:
        from api.documents import check_document

        told = check_document(document, key)
        _say({"checked": told}, as_json, "\n".join(told))
        return
    from api import verifying
    from api.tables import verdict
    from ledger.notes import Verifier

    trusted = Verifier.parse(key) if key else None
    where = _held(db)
    where = replace(where, checkpoint=checkpoint) if checkpoint else where
    with verifying.bar() as progress:
        found = verifying.verify(where, progress, key=trusted)
    _say(found.echo(), as_json, verdict(found.echo()))
    raise typer.Exit(1 if found.faults else 0)


@cli.command()
def erase(
    event: Annotated[str, typer.Argument(help="The id of an event.")],
    reason: Annotated[str, typer.Option(help="Why the law wants it; this stays in the log.")],
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Erase the payload of one event by law; its leaf and every proof stay."""
    from api import keeping

    receipt = keeping.erase(_configured(db), event, reason)
    words = f"erased {event}; recorded as seq {receipt.seq}"
    _say(receipt.echo(), as_json, words)


@cli.command()
def checkpoint(db: Db = None) -> None:
    """Print the newest signed checkpoint; it can be kept anywhere and checked later."""
    from api import keeping

    typer.echo(keeping.newest_checkpoint(_held(db).db), nl=False)


@cli.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The copy to make; it must not be there yet.")],
    db: Db = None,
) -> None:
    """Copy a ledger while it is in use, with its signed checkpoint beside the copy."""
    from api import keeping

    typer.echo(keeping.backup(_configured(db), file))


@cli.command()
def restore(
    files: Annotated[list[Path], typer.Argument(help="A backup, or exports of all negotiations.")],
    from_export: Annotated[bool, typer.Option("--from-export", help="They are exports.")] = False,
    db: Db = None,
) -> None:
    """Put a backup or an export in place as a ledger, after verifying all of it."""
    from api import keeping

    typer.echo(keeping.restore(_configured(db), files, from_export=from_export))


log_key = typer.Typer(no_args_is_help=True, help="The key that signs checkpoints.")
cli.add_typer(log_key, name="log-key")


@log_key.command(name="create")
def create_log_key(
    file: Annotated[
        Path | None, typer.Argument(help="Where; default: the configured place.")
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="The origin of the log, such as a domain.")
    ] = None,
    db: Db = None,
) -> None:
    """Make a key, readable by its owner alone, and print the verifier key."""
    from api import keeping

    typer.echo(keeping.new_key(file or _configured(db).key, name))


@cli.command()
def export(
    negotiation: Negotiation,
    format_: Annotated[
        Literal["jsonl", "bundle"], typer.Option("--format", help="Lines, or a zip with proofs.")
    ] = "jsonl",
    db: Db = None,
    output: Output = None,
) -> None:
    """Write every event as recorded, with its salt."""
    from api import exports
    from domain.refusals import InvalidQuestionError
    from ledger.checkpoints import verifier_at

    if format_ == "bundle" and output is None:
        raise InvalidQuestionError("a bundle is a file", hint="name it with --output FILE.zip")
    with _reading(db) as (ledger, key):
        if output and format_ == "bundle":
            exports.bundle_file(ledger, verifier_at(key), negotiation, output)
        else:
            exports.lines_to(ledger, negotiation, output)


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
        _say(found, as_json, tables.span_line(found))
    if bad:
        raise typer.Exit(2)


@cli.command()
def config(as_json: AsJson = False) -> None:
    """Print the resolved configuration, and where each value comes from."""
    from api.settings import settings

    found = settings().echo()
    lines = [f"{name} = {each['value']}  ({each['origin']})" for name, each in found.items()]
    _say(found, as_json, "\n".join(lines))


def _say(value: Any, as_json: bool, words: str) -> None:
    import orjson

    typer.echo(orjson.dumps(value).decode() if as_json else words)


def _configured(db: Path | None) -> Settings:
    from api.settings import settings

    return settings(db=db)


def _question(name: str, date: str, basis: BasisName, audience: AudienceName, tz: str) -> Question:
    from domain.basis import Question, moment, zone

    as_of = moment(name, date, zone(tz))
    return Question(basis, as_of, audience=audience, tz=tz)


def _held(db: Path | None) -> Settings:
    """Return where to look: the ledger named, else the own one, else the demonstration."""
    from api.demonstration import ledger_file

    found = _configured(db)
    if "db" in found.origins or found.db.is_file():
        return found
    typer.echo("(asking the demonstration ledger; --db names another)", err=True)
    return replace(found, db=ledger_file())


@contextmanager
def _desk(db: Path | None, negotiation: str) -> Iterator[Desk]:
    """Open a ledger for questions about one negotiation."""
    from api.archive import at_desk

    with _reading(db) as (ledger, _), at_desk(ledger, negotiation) as desk:
        yield desk


@contextmanager
def _reading(db: Path | None) -> Iterator[tuple[Reading, Path]]:
    """Open a ledger for questions; yields it with the place of its key."""
    from ledger.reading import Reading

    found = _held(db)
    ledger = Reading(found.db)
    try:
        yield ledger, found.key
    finally:
        ledger.close()


if __name__ == "__main__":
    main()
