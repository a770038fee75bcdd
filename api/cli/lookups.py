"""Commands that ask one thing each: positions, a plan, meetings, statements, the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from api.cli.client import Client, Params
from api.cli.connection import LedgerOptions, open_client
from api.cli.options import (
    AsOfOption,
    BasisOptions,
    DateArgument,
    JsonOption,
    NegotiationArgument,
    SlugsOption,
    example,
    negotiation_path,
    with_options,
)
from api.cli.printed_answers import print_list, print_sections, read_wording, show_list
from api.cli.terminal import print_body, print_json, print_text
from api.cli.typed_names import TypedNames

if TYPE_CHECKING:
    from api.models.answers import NegotiationSummary

commands = typer.Typer()
LimitOption = Annotated[int, typer.Option(min=1, max=1000, help="The most entries to show.")]
MeetingStatusName = Literal["announced", "overdue", "held", "concluded", "cancelled", "possible"]


@commands.command("list", epilog=example("list --as-of 2025-12-22"))
@with_options()
def list_negotiations(
    basis: BasisOptions,
    ledger: LedgerOptions,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the negotiations of the ledger."""
    with open_client(ledger) as client:
        answer = client.get("/v1/negotiations", basis.to_params(as_of=as_of))
    if as_json:
        print_body(answer.body)
        return
    from api.cli.item_text import Paragraph
    from api.models.answers import NegotiationSummary
    from api.models.base import ListAnswer

    negotiations = answer.read(ListAnswer[NegotiationSummary])
    paragraphs = [
        Paragraph(
            f"{each.negotiation}: {each.title or 'nothing is known of it then'}",
            "; ".join(filter(None, (_count_text(each), f"time zone {each.timezone}"))),
        )
        for each in negotiations.data
    ]
    audience = negotiations.basis.audience
    told = "No negotiation is known."
    if audience != "staff":
        told = f"No negotiation is known to the {audience}; --audience staff lists all."
    print_list(negotiations.basis, paragraphs, told)


def _count_text(negotiation: NegotiationSummary) -> str:
    """Return how many events a negotiation has, nothing of none."""
    plural = "" if negotiation.events == 1 else "s"
    count = f"{negotiation.events} event{plural}, the last with seq {negotiation.head}"
    return count if negotiation.events else ""


@commands.command(
    "positions", epilog=example("positions ukraine-peace-talks --party ukraine --issue territory")
)
@with_options()
def show_positions(
    negotiation: NegotiationArgument,
    basis: BasisOptions,
    ledger: LedgerOptions,
    as_of: AsOfOption = None,
    party: Annotated[
        str | None, typer.Option(help="Positions of this party only, by name or slug.")
    ] = None,
    issue: Annotated[
        str | None, typer.Option(help="Positions on this issue only, by title or slug.")
    ] = None,
    slugs: SlugsOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show where the parties stand; of one party on one issue, also how it came to that."""
    from api.cli import item_text

    with open_client(ledger) as client:
        params = basis.to_params(as_of=as_of)
        names = TypedNames(client, negotiation, params)
        party = party if party is None else names.find("party", party, "--party").slug
        issue = issue if issue is None else names.find("issue", issue, "--issue").slug
        if party and issue:
            show_cell(client, negotiation, party, issue, params, slugs=slugs, as_json=as_json)
            return
        answer = client.get(negotiation_path(negotiation, "positions"), params)
        whole = answer.to_json()
        for name, items in whole["data"].items():
            whole["data"][name] = [
                item
                for item in items
                if party in (None, item["party"]) and issue in (None, item.get("issue"))
            ]
        if as_json:
            print_json(whole)
            return
        from api.models.base import Answer
        from api.models.positions import Positions

        found = Answer[Positions].model_validate(whole)
        wording = read_wording(client, negotiation, answer, found.basis, slugs=slugs)
    describe_claim = item_text.claim_paragraph
    paragraphs = [
        *(item_text.position_paragraph(wording, each) for each in found.data.positions),
        *(describe_claim(wording, each) for each in found.data.attributed),
    ]
    print_list(found.basis, paragraphs, "No position is found.")


def show_cell(
    client: Client,
    negotiation: str,
    party: str,
    issue: str,
    params: Params,
    *,
    slugs: bool,
    as_json: bool,
) -> None:
    """Show the position of one party on one issue, its history and what others say of it."""
    from api.cli import item_text
    from api.models.base import Answer
    from api.models.positions import PositionDetail

    answer = client.get(negotiation_path(negotiation, "positions", party, issue), params)
    if as_json:
        print_body(answer.body)
        return
    found = answer.read(Answer[PositionDetail])
    wording = read_wording(client, negotiation, answer, found.basis, slugs=slugs)
    position = found.data.position
    current = [item_text.position_paragraph(wording, position)] if position else []
    sections = {
        "POSITION": current,
        "HISTORY": [item_text.stated_paragraph(wording, each) for each in found.data.history],
        "SAID BY OTHERS": [
            item_text.stated_paragraph(wording, each) for each in found.data.attributed
        ],
    }
    print_sections(found.basis, sections, "No position is found.")


@commands.command(
    "plan", epilog=example("plan ukraine-peace-talks us-ua-20 --redline us-28 --as-of 2025-12-25")
)
@with_options()
def show_plan(
    negotiation: NegotiationArgument,
    basis: BasisOptions,
    ledger: LedgerOptions,
    plan: Annotated[
        str | None, typer.Argument(help="The plan, by title or slug; default: list all.")
    ] = None,
    as_of: AsOfOption = None,
    redline: Annotated[
        str | None,
        typer.Option(
            metavar="DATE|PLAN", help="Compare with the text of an earlier date, or another plan."
        ),
    ] = None,
    slugs: SlugsOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show a plan point by point, or what differs from another text."""
    from api.cli import item_text, plan_text
    from api.models.base import Answer, ListAnswer
    from api.models.plans import Plan

    with open_client(ledger) as client:
        params = basis.to_params(as_of=as_of)
        names = TypedNames(client, negotiation, params)
        plan = plan if plan is None else names.find("plan", plan, "PLAN").slug
        if plan and redline:
            plan_text.show_redline(names, plan, redline, params, slugs=slugs, as_json=as_json)
            return
        if redline:
            raise typer.BadParameter("name the plan to compare", param_hint="PLAN")
        path = negotiation_path(negotiation, "plans", *([plan] if plan else []))
        answer = client.get(path, params)
        if as_json:
            print_body(answer.body)
            return
        if plan is None:
            plans = answer.read(ListAnswer[Plan])
            wording = read_wording(client, negotiation, answer, plans.basis, slugs=slugs)
            paragraphs = [item_text.plan_paragraph(wording, each) for each in plans.data]
            print_list(plans.basis, paragraphs, "No plan is known.")
            return
        found = answer.read(Answer[Plan])
        wording = read_wording(client, negotiation, answer, found.basis, slugs=slugs)
    print_sections(found.basis, plan_text.plan_sections(wording, found.data), "")


@commands.command(
    "meetings", epilog=example("meetings ukraine-peace-talks --as-of 2025-12-22 --status overdue")
)
@with_options()
def show_meetings(
    negotiation: NegotiationArgument,
    basis: BasisOptions,
    ledger: LedgerOptions,
    as_of: AsOfOption = None,
    status: Annotated[
        MeetingStatusName | None, typer.Option(help="Meetings of this status only.")
    ] = None,
    slugs: SlugsOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show the meetings, from the first to the last."""
    from api.cli.item_text import meeting_paragraph, meeting_sort_key
    from api.models.answers import Meeting

    show_list(
        negotiation,
        "meetings",
        {**basis.to_params(as_of=as_of), "status": status},
        ledger,
        (Meeting, meeting_paragraph),
        sort_key=meeting_sort_key,
        empty_text="No meeting is found.",
        slugs=slugs,
        as_json=as_json,
    )


@commands.command(
    "statements", epilog=example("statements ukraine-peace-talks --speaker dmitry-peskov --limit 3")
)
@with_options()
def show_statements(
    negotiation: NegotiationArgument,
    basis: BasisOptions,
    ledger: LedgerOptions,
    as_of: AsOfOption = None,
    speaker: Annotated[
        str | None,
        typer.Option(help="A person or party, by name or slug; or as person:SLUG, party:SLUG."),
    ] = None,
    party: Annotated[str | None, typer.Option(help="Statements of this party's people.")] = None,
    about: Annotated[
        str | None, typer.Option(help="What they are about: KIND:SLUG, KIND:NAME or a name.")
    ] = None,
    text: Annotated[
        str | None, typer.Option("--text", "--q", help="Words that they contain.")
    ] = None,
    limit: LimitOption = 20,
    slugs: SlugsOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show statements, newest first."""
    from api.cli.item_text import statement_paragraph
    from api.models.events import Statement

    filters = {"speaker": speaker, "party": party, "about": about, "q": text, "limit": limit}
    show_list(
        negotiation,
        "statements",
        {**basis.to_params(as_of=as_of), **filters},
        ledger,
        (Statement, statement_paragraph),
        empty_text="No statement is found.",
        slugs=slugs,
        as_json=as_json,
    )


@commands.command("gap", epilog=example("gap ukraine-peace-talks 2025-11-01"))
@with_options()
def show_gap(
    negotiation: NegotiationArgument,
    date: DateArgument,
    basis: BasisOptions,
    ledger: LedgerOptions,
    slugs: SlugsOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show what was not yet known on a date, and what was known but not recorded here."""
    with open_client(ledger) as client:
        answer = client.get(negotiation_path(negotiation, "gap"), basis.to_params(as_of=date))
        if as_json:
            print_body(answer.body)
            return
        from api.cli.change_text import gap_text
        from api.models.base import Answer
        from api.models.changes import Gap

        found = answer.read(Answer[Gap])
        wording = read_wording(client, negotiation, answer, found.basis, slugs=slugs)
        # What came out later is called by names that came out later.
        later = client.get(negotiation_path(negotiation, "issues"), basis.to_params())
        wording |= read_wording(
            client, negotiation, later, found.basis, slugs=slugs, told=answer.to_json()["data"]
        )
    print_text(gap_text(found.basis, found.data, wording))
