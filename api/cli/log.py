"""The command that shows the log, event by event and act by act."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from api.cli.connection import LedgerOptions, open_client
from api.cli.lookups import LimitOption
from api.cli.options import (
    AsOfOption,
    BasisOptions,
    JsonOption,
    LogOptions,
    NegotiationArgument,
    SlugsOption,
    example,
    negotiation_path,
    with_options,
)
from api.cli.printed_answers import print_list, read_wording
from api.cli.terminal import print_body
from api.cli.typed_names import TypedNames

commands = typer.Typer()


@commands.command("log", epilog=example("log ukraine-peace-talks --type deadline-set"))
@with_options(audience="staff")
def show_log(
    negotiation: NegotiationArgument,
    basis: BasisOptions,
    ledger: LedgerOptions,
    windows: LogOptions,
    as_of: AsOfOption = None,
    after: Annotated[int, typer.Option(min=0, help="Start after this seq.")] = 0,
    type_: Annotated[str | None, typer.Option("--type", help="Events of this type.")] = None,
    subject: Annotated[
        str | None, typer.Option(help="Events that name this: KIND:SLUG, KIND:NAME or a name.")
    ] = None,
    standing: Annotated[str | None, typer.Option(help="Events of this standing.")] = None,
    limit: LimitOption = 100,
    slugs: SlugsOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show the log, as seen by staff unless --audience names another audience."""
    from api.cli.act_text import ask_targets, log_paragraph
    from api.models.base import ListAnswer
    from api.models.events import AnyEvent

    filters = {"after": after, "type": type_, "subject": subject, "standing": standing}
    params = {**basis.to_params(as_of=as_of), **asdict(windows), **filters, "limit": limit}
    with open_client(ledger) as client:
        resolved = TypedNames(client, negotiation, params).resolve_filters(params)
        answer = client.get(negotiation_path(negotiation, "events"), resolved)
        if as_json:
            print_body(answer.body)
            return
        found = answer.read(ListAnswer[AnyEvent])
        targets = ask_targets(client, negotiation, answer.pinned_params(), found.data)
        told = [each.to_json() for each in (*found.data, *targets.values())]
        wording = read_wording(client, negotiation, answer, found.basis, slugs=slugs, told=told)
    paragraphs = [log_paragraph(targets, wording, each) for each in found.data]
    print_list(found.basis, paragraphs, "No event is found.", is_cut="next" in answer.links)
