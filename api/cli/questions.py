"""Commands that ask what was known, and how time expressions are understood."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Annotated, Literal

import orjson
import typer

from api.cli.client import Client, HttpAnswer, Params
from api.cli.connection import LedgerOptions, open_client
from api.cli.options import (
    DATE_HELP,
    BasisOptions,
    DateArgument,
    JsonOption,
    NegotiationArgument,
    SlugsOption,
    example,
    negotiation_path,
    with_options,
)
from api.cli.printed_answers import read_wording
from api.cli.sections import SECTIONS, check_sections, known_in_state, select_state
from api.cli.terminal import print_body, print_json, print_text
from api.cli.typed_names import TypedNames
from domain.errors import InvalidQuestionError

if TYPE_CHECKING:
    from api.cli.answer_names import KnownLists
    from api.cli.wording import Wording
    from api.models.base import BasisEcho

commands = typer.Typer()
WHOLE_DAY = re.compile(r"\d{4}-\d\d-\d\d")
DAY_DIGITS = len("20260315")
REPLAY_PAGE = 50
"""How many events are replayed by one request."""


@commands.command("as-of", epilog=example("as-of ukraine-peace-talks 2025-12-22 --issue territory"))
@with_options()
def show_state(
    negotiation: NegotiationArgument,
    date: DateArgument,
    basis: BasisOptions,
    ledger: LedgerOptions,
    party: Annotated[
        str | None, typer.Option(help="Only what names this party (name or slug) or its people.")
    ] = None,
    issue: Annotated[
        str | None, typer.Option(help="Only what is on or about this issue (title or slug).")
    ] = None,
    section: Annotated[
        list[str] | None,
        typer.Option(help=f"Only this section, may be repeated: {', '.join(SECTIONS)}."),
    ] = None,
    show_all: Annotated[
        bool, typer.Option("--all", help="Show long lists whole, not only the newest of each.")
    ] = False,
    slugs: SlugsOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show the state as of a date."""
    path = partial(negotiation_path, negotiation)
    sections = check_sections(section or ())
    with open_client(ledger) as client:
        is_whole = show_all or not (party is None and issue is None)
        params = {**basis.to_params(as_of=date), "whole": is_whole or None}
        answer = client.get(path("state"), params)
        whole = answer.to_json()
        known_lists = known_in_state(whole["data"])
        names = TypedNames(client, negotiation, answer.pinned_params(), {**known_lists})
        the_party = None if party is None else names.find("party", party, "--party")
        the_issue = None if issue is None else names.find("issue", issue, "--issue")
        roles = whole["data"]["roles"]
        whole["data"] = select_state(whole["data"], the_party, the_issue)
        if as_json:
            print_json(whole)
            return
        from api.cli.answer_text import ask_retractions, state_text
        from api.models.answers import Coverage, State
        from api.models.base import Answer
        from api.models.events import Brief

        state = Answer[State].model_validate(whole)
        pinned = answer.pinned_params()
        coverage = state.data.coverage
        if "gaps" in state.data.more:
            coverage = client.get(path("coverage"), pinned).read(Answer[Coverage]).data
        wording = read_wording(
            client,
            negotiation,
            answer,
            state.basis,
            slugs=slugs,
            told=whole["data"],
            known_lists=known_lists,
        )
        retractions = ask_retractions(client, negotiation, pinned) if state.data.withdrawn else {}
        found = client.get(path("briefs"), pinned).to_json()["data"]
        selected = select_state({"roles": roles, "briefs": found}, the_party, the_issue)["briefs"]
        briefs = [Brief.model_validate(each) for each in selected]
    print_text(
        state_text(state.basis, state.data, coverage, wording, retractions, briefs, sections)
    )


@commands.command("diff", epilog=example("diff ukraine-peace-talks 2025-12-21 2025-12-22"))
@with_options()
def show_changes(
    negotiation: NegotiationArgument,
    start: Annotated[str, typer.Argument(metavar="FROM", help=DATE_HELP)],
    end: Annotated[str, typer.Argument(metavar="TO", help=DATE_HELP)],
    basis: BasisOptions,
    ledger: LedgerOptions,
    slugs: SlugsOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show what changed between two dates, and why."""
    with open_client(ledger) as client:
        params = {**basis.to_params(), "from": start, "to": end}
        answer = client.get_list(negotiation_path(negotiation, "diff"), params)
        if as_json:
            print_body(answer.body)
            return
        from api.cli.change_text import diff_text
        from api.models.base import ComparisonAnswer
        from api.models.changes import AnyChange

        changes = answer.read(ComparisonAnswer[tuple[AnyChange, ...]]).data
        told = answer.to_json()["data"]
        (old, old_wording), (new, new_wording) = (
            _ask_end(client, negotiation, basis.to_params(as_of=date), told, slugs=slugs)
            for date in (start, end)
        )
    print_text(diff_text(old, new, changes, old_wording | new_wording))


def _ask_end(
    client: Client, negotiation: str, params: Params, told: object, *, slugs: bool
) -> tuple[BasisEcho, Wording]:
    """Return the basis of one end of a comparison, and what is told of is called there."""
    from api.models.base import ListAnswer
    from api.models.events import Issue

    answer = client.get(negotiation_path(negotiation, "issues"), params)
    basis = answer.read(ListAnswer[Issue]).basis
    return basis, read_wording(client, negotiation, answer, basis, slugs=slugs, told=told)


@commands.command(
    "replay", epilog=example("replay ukraine-peace-talks --from 2025-12-22 --until 257")
)
@with_options(audience="staff")
def replay_events(
    negotiation: NegotiationArgument,
    basis: BasisOptions,
    ledger: LedgerOptions,
    from_seq: Annotated[int, typer.Option(min=1, max=2**53, help="Start at this seq.")] = 1,
    start: Annotated[
        str | None, typer.Option("--from", help="Start at this seq or this date.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="Stop after this seq or this date.")] = None,
    clock: Annotated[
        Literal["recorded", "known", "happened"],
        typer.Option(help="What the dates are about: when each was recorded, known, or happened."),
    ] = "recorded",
    step: Annotated[bool, typer.Option("--step", help="Wait for Enter after each event.")] = False,
    slugs: SlugsOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show event by event what each changed, before and after.

    The events are shown as seen by staff unless --audience names another audience.
    """
    if start and until and _is_before(until, start):
        hint = f"write --from {until} --until {start}"
        raise InvalidQuestionError.for_field("until", f"{until} lies before --from {start}", hint)
    dates = {"from": start, "until": until, "clock": clock}
    params = {**basis.to_params(), "after": from_seq - 1, **dates, "limit": REPLAY_PAGE}
    with open_client(ledger) as client:
        pages = client.get_pages(negotiation_path(negotiation, "replay"), params)
        steps = _json_steps(pages) if as_json else _step_texts(client, negotiation, pages, slugs)
        for text in steps:
            print_body(text) if isinstance(text, bytes) else print_text(text)
            if step and sys.stdin.readline() == "":
                break


def _is_before(until: str, start: str) -> bool:
    """Return whether a seq or a whole day lies before another; other dates are left as they are."""
    if until.isdecimal() and start.isdecimal() and max(len(until), len(start)) < DAY_DIGITS:
        return int(until) < int(start)
    return all(WHOLE_DAY.fullmatch(each) for each in (until, start)) and until < start


def _json_steps(pages: Iterable[HttpAnswer]) -> Iterator[bytes]:
    for page in pages:
        yield from map(orjson.dumps, page.to_json()["data"])


def _step_texts(
    client: Client, negotiation: str, pages: Iterable[HttpAnswer], slugs: bool
) -> Iterator[str]:
    """Yield the steps of a replay as text, and print above them on which basis they are."""
    from api.cli.change_text import replay_heading, replay_step_text
    from api.models.base import ListAnswer
    from api.models.changes import ReplayStep

    known_lists: KnownLists = {}
    has_steps = False
    for number, page in enumerate(pages):
        answer = page.read(ListAnswer[ReplayStep])
        if number == 0:
            print_text(f"{replay_heading(answer.basis)}\n")
        wording = read_wording(
            client, negotiation, page, answer.basis, slugs=slugs, known_lists=known_lists
        )
        for step in answer.data:
            has_steps = True
            yield replay_step_text(step, wording)
    if not has_steps:
        yield "No event is found."
