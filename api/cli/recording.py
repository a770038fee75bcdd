"""Commands that record events."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import orjson
import typer

from api.cli.connection import LedgerOptions, open_client
from api.cli.options import JsonOption, NegotiationArgument, example, negotiation_path, with_options
from api.cli.terminal import print_answer, print_warning
from domain.acceptance_warnings import is_for_staff_only
from domain.errors import InvalidEventError

commands = typer.Typer()


@commands.command("import", epilog=example("import talks.jsonl --db new.db --dry-run"))
@with_options()
def import_events(
    files: Annotated[
        list[Path], typer.Argument(help="Files in jsonl, json, csv, tsv, xlsx or ics.")
    ],
    ledger: LedgerOptions,
    negotiation: Annotated[
        str | None, typer.Option(help="Slug of the negotiation; default: the file's name.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Validate, record nothing.")] = False,
    changed: Annotated[
        Literal["refuse", "skip", "correct"],
        typer.Option(help="What to do with rows that differ from what stands."),
    ] = "refuse",
    column_map: Annotated[
        str | None,
        typer.Option(
            "--map",
            metavar="MAP.toml|auto",
            help="Which field each column of a table is; auto guesses by the names, and shows it.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Record the events of files.

    All files are validated first, then recorded in atomic pages. Re-run the same command to resume:
    no event is recorded twice. A row without an id is the same as long as its content is, so a file
    may grow. A row that has its own id, or introduces a thing, and differs from what stands is
    changed: it is refused, skipped, or its new values are recorded as a correction.

    The first line of a table names the fields, separated by commas, semicolons or tabs; published,
    publisher, url, origin, audience and quote_of_report are of the first report, and dots lead
    deeper, as in reports.1.published.
    With --map a TOML file says in [columns] which field each column is ("" leaves one out), and in
    [constants] what is the same in every row.
    An empty cell omits its field, except that an empty occurred says that the source gives no time.

    An entry of a calendar (ics) says that a meeting is planned, and never that it was held; what it
    says is published when the entry was last revised.
    """
    from api.cli.import_events import import_files

    settings = ledger.load_settings()
    raise typer.Exit(
        import_files(
            files,
            negotiation,
            dry_run=dry_run,
            changed=changed,
            column_map=column_map,
            settings=settings,
            as_json=as_json,
        )
    )


@commands.command(
    "append",
    epilog=example(
        "append ukraine-peace-talks --db talks.db --type issue-defined \\\n"
        "    --set issue=elections --set title=Elections"
    ),
)
@with_options()
def append_event(
    negotiation: NegotiationArgument,
    ledger: LedgerOptions,
    type_: Annotated[str | None, typer.Option("--type", help="Event type.")] = None,
    field: Annotated[
        list[str] | None,
        typer.Option("--set", help="A field as name=value; dots nest; null and lists are JSON."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Record one event, from JSON on standard input or from options."""
    body = _read_event([("type", type_)] if type_ else [], field or [])
    with open_client(ledger, records=True) as client:
        answer = client.post(negotiation_path(negotiation, "events"), body)
    text = "already recorded"
    for recorded in answer["recorded"]:
        text = f"recorded {recorded['type']} {recorded['id']} as seq {recorded['seq']}"
    print_answer(answer, as_json, text)
    for warning in answer["warnings"]:
        print_warning(f"{warning['pointer']}: {warning['detail']}; {warning['hint']}")
    event = orjson.loads(body)
    if answer["recorded"] and is_for_staff_only(event["type"], event.get("reports")):
        print_warning(
            "/reports: without a report only the audience staff sees this; record report-added "
            f"with the report of {answer['recorded'][0]['id']}, next time give "
            "--set reports.0.published=DATE"
        )


def _read_event(fields: list[tuple[str, str]], assignments: list[str]) -> bytes:
    """Return one event made of its fields, or what standard input holds where none is given."""
    fields += map(_split_assignment, assignments)
    if fields:
        from api.cli.event_tables import nest_fields

        return orjson.dumps(nest_fields(fields, json_literals=True))
    body = sys.stdin.buffer.read()
    if not body.strip():
        hint = "write the event as JSON, or name its fields with --type and --set"
        raise InvalidEventError("standard input is empty", hint=hint)
    if body.lstrip().startswith(b"["):
        hint = "send one event; minutebook import records those of a file"
        raise InvalidEventError.for_field("", "expected a JSON object", hint)
    return body


def _split_assignment(assignment: str) -> tuple[str, str]:
    name, equals, text = assignment.partition("=")
    if not equals:
        raise typer.BadParameter(f"{assignment!r} has no '=': write name=value", param_hint="--set")
    return name, text
