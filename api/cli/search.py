"""Commands that find: people by a name, events by their words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.connection import LedgerOptions, open_client
from api.cli.lookups import LimitOption
from api.cli.options import (
    AsOfOption,
    BasisOptions,
    JsonOption,
    NegotiationArgument,
    SlugsOption,
    example,
    negotiation_path,
    with_options,
)
from api.cli.printed_answers import print_list, read_wording, show_list
from api.cli.terminal import print_body
from projections.names import nearest_names

if TYPE_CHECKING:
    from api.models.answers import PersonRoles

commands = typer.Typer()


@commands.command("people", epilog=example("people ukraine-peace-talks --as-of 2025-12-22"))
@with_options()
def show_people(
    negotiation: NegotiationArgument,
    basis: BasisOptions,
    ledger: LedgerOptions,
    name: Annotated[
        str | None, typer.Argument(help="Words of a name, in any spelling; default: everybody.")
    ] = None,
    as_of: AsOfOption = None,
    slugs: SlugsOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show the people, or those who have a name, and the roles that they hold."""
    from api.cli.item_text import person_paragraph
    from api.models.answers import PersonRoles
    from api.models.base import ListAnswer

    params = basis.to_params(as_of=as_of)
    with open_client(ledger) as client:
        path = negotiation_path(negotiation, "people")
        answer = client.get(path, {**params, "q": name})
        if as_json:
            print_body(answer.body)
            return
        found = answer.read(ListAnswer[PersonRoles])
        wording = read_wording(client, negotiation, answer, found.basis, slugs=slugs)
        empty_text = "Nobody is found."
        if name and not found.data:
            everybody = client.get(path, {**params, **answer.pinned_params()})
            empty_text = nobody_text(name, everybody.read(ListAnswer[PersonRoles]).data)
    paragraphs = [person_paragraph(wording, each, also=name is not None) for each in found.data]
    print_list(found.basis, paragraphs, empty_text)


def nobody_text(name: str, people: Sequence[PersonRoles]) -> str:
    """Say that nobody has a name, and which names are spelt nearly like it."""
    names = (other for each in people for other in (each.name, *(each.names or {}).values()))
    near = ", ".join(nearest_names(name, filter(None, names)))
    offered = f" Names spelt much like it: {near}." if near else ""
    return f"Nobody who is known has such a name.{offered}"


@commands.command(
    "search", epilog=example('search ukraine-peace-talks "security guarantees" --limit 3')
)
@with_options()
def search_events(
    negotiation: NegotiationArgument,
    words: Annotated[
        str, typer.Argument(metavar="WORDS", help="Words to look for; each may be a beginning.")
    ],
    basis: BasisOptions,
    ledger: LedgerOptions,
    as_of: AsOfOption = None,
    limit: LimitOption = 20,
    slugs: SlugsOption = False,
    as_json: JsonOption = False,
) -> None:
    """Find the events that contain some words, newest first, and where they stand in each."""
    from api.cli.hit_text import hit_paragraph
    from api.models.events import AnyEvent

    show_list(
        negotiation,
        "search",
        {**basis.to_params(as_of=as_of), "q": words, "limit": limit},
        ledger,
        (AnyEvent, hit_paragraph),
        empty_text="Nothing that is known contains these words.",
        slugs=slugs,
        as_json=as_json,
    )
