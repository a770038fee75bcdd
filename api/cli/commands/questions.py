"""Commands that ask what was known."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.commands.options import (
    BasisOptions,
    DbOption,
    JsonOption,
    NegotiationArgument,
    ZoneOption,
    open_ledger_session,
    print_answer,
    with_basis_options,
)

if TYPE_CHECKING:
    from api.session import Session

commands = typer.Typer()


@commands.command("as-of")
@with_basis_options()
def show_state(
    negotiation: NegotiationArgument,
    date: Annotated[str, typer.Argument(help="A day or an instant.")],
    basis: BasisOptions,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the state as of a date."""
    from api.cli import tables
    from projections import answers

    with open_ledger_session(db, negotiation) as session:
        answer_basis = session.resolve_basis(basis.to_question("DATE", date))
        data = answers.to_plain(answers.build_state(session.open_view(answer_basis)))
        answer = {"basis": answer_basis.to_json(), "data": data}
        print_answer(answer, as_json, tables.state_text(answer["basis"], data))


@commands.command("diff")
@with_basis_options()
def show_changes(
    negotiation: NegotiationArgument,
    start: Annotated[str, typer.Argument(metavar="FROM", help="A day or an instant.")],
    end: Annotated[str, typer.Argument(metavar="TO", help="A day or an instant.")],
    basis: BasisOptions,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what changed between two dates, and why."""
    from api.cli import tables
    from projections.answers import diff

    with open_ledger_session(db, negotiation) as session:
        old_basis = session.resolve_basis(basis.to_question("FROM", start))
        new_basis = session.resolve_basis(basis.to_question("TO", end))
        changes = diff.diff_bases(session.open_view, old_basis, new_basis)
        answer = {"from": old_basis.to_json(), "to": new_basis.to_json(), "changes": changes}
        print_answer(answer, as_json, tables.diff_text(answer))


@commands.command("replay")
@with_basis_options(audience="staff")
def replay_events(
    negotiation: NegotiationArgument,
    basis: BasisOptions,
    from_seq: Annotated[int, typer.Option(min=1, max=2**53, help="Start at this seq.")] = 1,
    until: Annotated[str | None, typer.Option(help="Stop after this seq or this date.")] = None,
    step: Annotated[bool, typer.Option("--step", help="Wait for Enter after each event.")] = False,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show event by event what each changed, before and after.

    The events are shown as seen by staff unless --audience names another audience.
    """
    from api.cli import tables
    from projections import answers
    from projections.answers import diff

    with open_ledger_session(db, negotiation) as session:
        last_seq = _last_seq(session, until, basis.tz)
        current_basis = session.resolve_basis(basis.to_question())
        if not as_json:
            typer.echo(f"{tables.replay_heading(current_basis.to_json())}\n")
        for item, changes in diff.build_story(session.open_view, current_basis, from_seq - 1):
            if item.seq > last_seq:
                break
            view = session.open_view(current_basis)
            event = answers.to_plain(answers.build_event_line(item, view))
            answer = {"event": event, "changes": changes}
            print_answer(answer, as_json, tables.replay_step_text(event, changes))
            if step and sys.stdin.readline() == "":
                break


def _last_seq(session: Session, until: str | None, tz: str) -> int:
    """Return the seq at which to stop: as given, or the last one recorded by a date."""
    from domain.basis import check_zone, parse_moment

    if until is None or (until.isascii() and until.isdigit()):
        return min(int(until or 2**53), 2**53)
    return session.log_timeline.seq_at(parse_moment("--until", until, check_zone(tz)))


@commands.command("dates")
def explain_dates(
    expressions: Annotated[
        list[str], typer.Argument(metavar="EXPRESSION...", help="Time expressions (EDTF).")
    ],
    tz: ZoneOption = "UTC",
    as_json: JsonOption = False,
) -> None:
    """Show how time expressions are understood."""
    from api.cli import tables
    from domain.basis import check_zone
    from domain.edtf import parse_span
    from domain.errors import InvalidSpanError

    has_invalid = False
    for expression in expressions:
        try:
            span = tables.span_to_json(parse_span(expression, check_zone(tz)))
        except InvalidSpanError as error:
            has_invalid = True
            span = {"expression": expression, "error": f"{error.detail}; {error.hint}"}
        print_answer(span, as_json, tables.span_line(span))
    if has_invalid:
        raise typer.Exit(2)
