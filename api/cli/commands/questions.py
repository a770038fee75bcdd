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
    open_ledger_session,
    print_json,
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
    with open_ledger_session(db, negotiation) as session:
        answer_basis = session.resolve_basis(basis.to_question("DATE", date))
        if as_json:
            from projections.answers import build_state

            state = build_state(session.open_view(answer_basis))
            print_json({"basis": answer_basis.to_json(), "data": state})
        else:
            from api.cli.answer_text import state_text

            typer.echo(state_text(answer_basis, session.answers(answer_basis).state()))


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
    with open_ledger_session(db, negotiation) as session:
        old = session.resolve_basis(basis.to_question("FROM", start))
        new = session.resolve_basis(basis.to_question("TO", end))
        if as_json:
            from projections.answers.diff import diff_bases

            changes = diff_bases(session.open_view, old, new)
            print_json({"from": old.to_json(), "to": new.to_json(), "changes": changes})
        else:
            from api.cli.answer_text import diff_text

            typer.echo(diff_text(old, new, session.answers(new).changes_since(old)))


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
    from api.answers import read_as
    from api.cli.answer_text import replay_heading, replay_step_text
    from api.models.answers import StoryChange
    from api.models.events import AnyEvent
    from projections.answers import build_event_line
    from projections.answers.diff import build_story

    with open_ledger_session(db, negotiation) as session:
        last_seq = _last_seq(session, until, basis.tz)
        current = session.resolve_basis(basis.to_question())
        view = session.open_view(current)
        if not as_json:
            typer.echo(f"{replay_heading(current)}\n")
        for item, changes in build_story(session.open_view, current, from_seq - 1):
            if item.seq > last_seq:
                break
            event = build_event_line(item, view)
            if as_json:
                print_json({"event": event, "changes": changes})
            else:
                (event_model,) = read_as(list[AnyEvent], [event])
                typer.echo(replay_step_text(event_model, read_as(list[StoryChange], changes)))
            if step and sys.stdin.readline() == "":
                break


def _last_seq(session: Session, until: str | None, tz: str) -> int:
    """Return the seq at which to stop: as given, or the last one recorded by a date."""
    from domain.basis import check_zone, parse_moment

    if until is None or (until.isascii() and until.isdigit()):
        return min(int(until or 2**53), 2**53)
    return session.log_timeline.seq_at(parse_moment("--until", until, check_zone(tz)))
