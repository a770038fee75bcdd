"""Commands that ask what was known, and how time expressions are understood."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from api.cli.options import (
    DATE_HELP,
    BasisOptions,
    DateArgument,
    DbOption,
    JsonOption,
    NegotiationArgument,
    open_ledger_session,
    print_answer,
    print_json,
    with_basis_options,
)
from api.session import Session
from api.stance_words import read_answer_words
from domain.basis import check_zone
from domain.edtf import Bounds, Span, parse_span
from domain.errors import InvalidSpanError
from domain.instants import EARLIEST, LATEST, to_rfc3339_short
from projections.answers import build_event_line
from projections.answers.diff import build_story, diff_bases
from projections.answers.newest import BOUNDED, WHOLE

commands = typer.Typer()


@commands.command("as-of")
@with_basis_options()
def show_state(
    negotiation: NegotiationArgument,
    date: DateArgument,
    basis: BasisOptions,
    db: DbOption = None,
    show_all: Annotated[
        bool, typer.Option("--all", help="Show long lists whole, not only the newest of each.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show the state as of a date."""
    limits = WHOLE if show_all else BOUNDED
    with open_ledger_session(db, negotiation) as session:
        answer_basis = session.resolve_basis(basis.to_question(session.log_timeline, "DATE", date))
        if as_json:
            state = session.build_state(session.open_view(answer_basis), limits)
            print_json({"basis": answer_basis.to_json(), "data": state})
        else:
            from api.cli.answer_text import state_text

            answers = session.answers(answer_basis)
            state_model, coverage = answers.state(limits), answers.coverage()
            answer_words = read_answer_words(answers.view)
            typer.echo(state_text(answer_basis, state_model, coverage, answer_words))


@commands.command("diff")
@with_basis_options()
def show_changes(
    negotiation: NegotiationArgument,
    start: Annotated[str, typer.Argument(metavar="FROM", help=DATE_HELP)],
    end: Annotated[str, typer.Argument(metavar="TO", help=DATE_HELP)],
    basis: BasisOptions,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what changed between two dates, and why."""
    with open_ledger_session(db, negotiation) as session:
        old = session.resolve_basis(basis.to_question(session.log_timeline, "FROM", start))
        new = session.resolve_basis(basis.to_question(session.log_timeline, "TO", end))
        if as_json:
            changes = diff_bases(session.open_view, old, new)
            print_json({"from": old.to_json(), "to": new.to_json(), "changes": changes})
        else:
            from api.cli.answer_text import diff_text

            views = map(session.open_view, (old, new))
            answer_words = {
                answer: shown for view in views for answer, shown in read_answer_words(view).items()
            }
            changes_since = session.answers(new).changes_since(old)
            typer.echo(diff_text(old, new, changes_since, answer_words))


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

    with open_ledger_session(db, negotiation) as session:
        last_seq = _last_seq(session, until, basis)
        current = session.resolve_basis(basis.to_question(session.log_timeline))
        view = session.open_view(current)
        answer_words = read_answer_words(view)
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
                story_changes = read_as(list[StoryChange], changes)
                typer.echo(replay_step_text(event_model, story_changes, answer_words))
            if step and sys.stdin.readline() == "":
                break


def _last_seq(session: Session, until: str | None, basis: BasisOptions) -> int:
    """Return the seq at which to stop: as given, or the last one recorded by a date."""
    if until is None or (until.isascii() and until.isdigit()):
        return min(int(until or 2**53), 2**53)
    log_timeline = session.log_timeline
    return log_timeline.seq_at(basis.date_reader(log_timeline).read("--until", until))


@commands.command("dates")
def explain_dates(
    expressions: Annotated[
        list[str], typer.Argument(metavar="EXPRESSION...", help="Time expressions (EDTF).")
    ],
    tz: Annotated[str, typer.Option(help="IANA time zone of dates without a time.")] = "UTC",
    as_json: JsonOption = False,
) -> None:
    """Show how time expressions are understood."""
    zone, has_invalid = check_zone(tz), False
    for expression in expressions:
        try:
            span = parse_span(expression, zone)
            answer, text = _span_to_json(span), _span_text(span)
        except InvalidSpanError as error:
            has_invalid = True
            text = f"{error.detail}; {error.hint}"
            answer = {"expression": expression, "error": text}
        print_answer(answer, as_json, f"{expression}: {text}")
    if has_invalid:
        raise typer.Exit(2)


def _span_to_json(span: Span) -> dict[str, object]:
    """Return how a span is understood; bounds are instants, null where open."""

    def bounds_to_json(bounds: Bounds) -> list[str | None]:
        return [to_rfc3339_short(bounds.lo), to_rfc3339_short(bounds.hi)]

    return {
        "expression": span.expression,
        "kind": span.kind,
        "lo": to_rfc3339_short(span.lo),
        "hi": to_rfc3339_short(span.hi),
        "start": bounds_to_json(span.start),
        "end": bounds_to_json(span.end) if span.end else None,
        "uncertain": span.uncertain,
        "approximate": span.approximate,
    }


def _span_text(span: Span) -> str:
    lo, hi = to_rfc3339_short(span.lo) or "open", to_rfc3339_short(span.hi) or "open"
    flags = [name for name in ("uncertain", "approximate") if getattr(span, name)]
    open_side = _open_side_text(span)
    return ", ".join([span.kind, f"from {lo}", f"before {hi}", *open_side, *flags])


def _open_side_text(span: Span) -> list[str]:
    """Say what an open side means."""
    if span.kind == "one-of" and span.lo == EARLIEST:
        return ["at the latest"]
    if span.kind == "one-of" and span.hi == LATEST:
        return ["at the earliest"]
    if span.kind == "ongoing":
        return ["not known to have ended"]
    if span.kind == "duration" and span.end is None:
        return ["end not known"]
    if span.kind == "duration" and span.lo == EARLIEST:
        return ["start not known"]
    return []
