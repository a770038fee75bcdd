"""Commands about proposals: what one person puts aside, and a second one accepts or returns."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import orjson
import typer

from api.cli.change_text import preview_lines
from api.cli.connection import LedgerOptions, open_client
from api.cli.options import JsonOption, NegotiationArgument, example, negotiation_path, with_options
from api.cli.terminal import print_answer, print_warning
from api.cli.wording import Wording
from api.http.responses import JSON, NDJSON
from api.models.proposals import (
    AcceptedProposal,
    ProposalCheck,
    ProposalDetail,
    ProposalItem,
    ProposalList,
)
from domain.errors import InvalidEventError, InvalidQuestionError
from ledger.proposals import STATUSES

commands = typer.Typer()
proposal_commands = typer.Typer(
    no_args_is_help=True, help="List what waits for a second person, accept it, or return it."
)
commands.add_typer(proposal_commands, name="proposals")
ProposalArgument = Annotated[str, typer.Argument(help="Id of the proposal.")]
WordOption = Annotated[str | None, typer.Option(help="What is said of the decision.")]
MAX_SHOWN = 20
"""The most events of a proposal that are shown."""


@commands.command(
    "propose", epilog=example("propose ukraine-peace-talks \\\n    events.jsonl --db talks.db")
)
@with_options()
def propose(
    negotiation: NegotiationArgument,
    ledger: LedgerOptions,
    file: Annotated[
        Path | None, typer.Argument(help="Events as json or jsonl; default: standard input.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Put events aside until somebody else accepts them.

    They are checked as if they were recorded. Who proposes and who accepts are known by their keys;
    of a ledger without keys everyone has one name, so nothing can be proposed there.
    """
    body = _read_body(file)
    with open_client(ledger, records=True) as client:
        answer = client.post(
            negotiation_path(negotiation, "proposals"), body, content_type=_media_type(body)
        )
    proposal = ProposalDetail.model_validate(answer)
    lines = [f"proposal {proposal.proposal} waits for somebody else"]
    print_answer(answer, as_json, "\n".join([*lines, *_check_lines("it would", proposal.then)]))
    for warning in proposal.then.warnings if proposal.then else ():
        print_warning(f"{warning.pointer}: {warning.detail}; {warning.hint}")


@proposal_commands.command(
    "list", epilog=example("proposals list ukraine-peace-talks --db talks.db")
)
@with_options()
def list_proposals(
    negotiation: NegotiationArgument,
    ledger: LedgerOptions,
    status: Annotated[
        str, typer.Option(help="waiting (the default), accepted, returned, withdrawn, or all.")
    ] = "waiting",
    as_json: JsonOption = False,
) -> None:
    """List the proposals that you may see, the newest first."""
    if status not in (*STATUSES, "all"):
        raise typer.BadParameter(f"write {', '.join(STATUSES)} or all", param_hint="--status")
    asked = {"status": None if status == "all" else status}
    with open_client(ledger) as client:
        pages = client.get_pages(negotiation_path(negotiation, "proposals"), asked)
        found = [each for page in pages for each in page.read(ProposalList).proposals]
    answer = {"proposals": [each.to_json() for each in found]}
    nothing = "nothing waits" if status == "waiting" else "there is none"
    print_answer(answer, as_json, "\n".join(map(_describe, found)) or nothing)


@proposal_commands.command(
    "show", epilog=example("proposals show ukraine-peace-talks PROPOSAL --db talks.db")
)
@with_options()
def show_proposal(
    negotiation: NegotiationArgument,
    proposal: ProposalArgument,
    ledger: LedgerOptions,
    as_json: JsonOption = False,
) -> None:
    """Show a proposal: its events, and what they would change now and would have changed then."""
    # What it would change is told by recording it, which is undone.
    with open_client(ledger, records=True) as client:
        answer = client.get(_path(negotiation, proposal))
    print_answer(answer.to_json(), as_json, "\n".join(_detail_lines(answer.read(ProposalDetail))))


@proposal_commands.command(
    "accept",
    epilog=example('proposals accept ukraine-peace-talks PROPOSAL --word "checked" --db talks.db'),
)
@with_options()
def accept_proposal(
    negotiation: NegotiationArgument,
    proposal: ProposalArgument,
    ledger: LedgerOptions,
    word: WordOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record what somebody else proposed, under both names.

    Sent again after a lost answer, it records nothing twice.
    """
    with open_client(ledger, records=True) as client:
        answer = client.post(_path(negotiation, proposal, "accept"), orjson.dumps({"word": word}))
    accepted = AcceptedProposal.model_validate(answer)
    seqs = [each.seq for each in accepted.recorded]
    count = f"{len(seqs)} event{'' if len(seqs) == 1 else 's'}"
    where = f" as seq {seqs[0]}" + (f" to {seqs[-1]}" if len(seqs) > 1 else "") if seqs else ""
    names = f"by {accepted.proposal.proposed_by}, approved by {accepted.proposal.decided_by}"
    print_answer(answer, as_json, f"recorded {count}{where}, {names}")
    for warning in accepted.warnings:
        print_warning(f"{warning.pointer}: {warning.detail}; {warning.hint}")


@proposal_commands.command(
    "return",
    epilog=example(
        'proposals return ukraine-peace-talks PROPOSAL --word "no source" --db talks.db'
    ),
)
@with_options()
def return_proposal(
    negotiation: NegotiationArgument,
    proposal: ProposalArgument,
    word: Annotated[str, typer.Option(help="Why, for who proposed it.")],
    ledger: LedgerOptions,
    as_json: JsonOption = False,
) -> None:
    """Give a proposal of somebody else back, with a word."""
    _decide(ledger, _path(negotiation, proposal, "return"), word, as_json=as_json)


@proposal_commands.command(
    "withdraw", epilog=example("proposals withdraw ukraine-peace-talks PROPOSAL --db talks.db")
)
@with_options()
def withdraw_proposal(
    negotiation: NegotiationArgument,
    proposal: ProposalArgument,
    ledger: LedgerOptions,
    word: WordOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a proposal of your own back."""
    _decide(ledger, _path(negotiation, proposal, "withdraw"), word, as_json=as_json)


def _decide(ledger: LedgerOptions, path: str, word: str | None, *, as_json: bool) -> None:
    with open_client(ledger, records=True) as client:
        answer = client.post(path, orjson.dumps({"word": word}))
    print_answer(answer, as_json, _describe(ProposalDetail.model_validate(answer)))


def _path(negotiation: str, proposal: str, *more: str) -> str:
    return "/".join([negotiation_path(negotiation, "proposals", proposal), *more])


def _read_body(file: Path | None) -> bytes:
    if file is None or str(file) == "-":
        body = sys.stdin.buffer.read()
    else:
        try:
            body = file.read_bytes()
        except OSError as error:
            hint = "name a file of events, or write them on standard input"
            raise InvalidQuestionError(f"{file}: {error.strerror}", hint=hint) from None
    if not body.strip():
        raise InvalidEventError("there are no events", hint="write them as JSON, or one a line")
    return body


def _media_type(body: bytes) -> str:
    """Return whether a body is one value of JSON, or values line by line."""
    try:
        orjson.loads(body)
    except orjson.JSONDecodeError:
        first, _, rest = body.strip().partition(b"\n")
        return NDJSON if rest and first.lstrip().startswith(b"{") else JSON
    return JSON


def _describe(proposal: ProposalItem) -> str:
    count = f"{proposal.events} event{'' if proposal.events == 1 else 's'}"
    parts = [f"{count} by {proposal.proposed_by}", _moment(proposal.proposed_at), proposal.status]
    if proposal.decided_at:
        parts[-1] += f" by {proposal.decided_by} {_moment(proposal.decided_at)}"
    word = f": {proposal.word}" if proposal.word else ""
    return f"{proposal.proposal}  {', '.join(parts)}{word}"


def _moment(text: str) -> str:
    return Wording().moment(text)


def _detail_lines(proposal: ProposalDetail) -> Iterator[str]:
    yield _describe(proposal)
    if proposal.body is None:
        yield "  its events were deleted"
    for event in (proposal.body or ())[:MAX_SHOWN]:
        yield f"  {_event_line(event)}"
    if len(proposal.body or ()) > MAX_SHOWN:
        yield f"  and {len(proposal.body or ()) - MAX_SHOWN} more"
    yield from _check_lines("it would", proposal.now)
    if proposal.differs or proposal.now is None:
        yield from _check_lines("when it was proposed it would", proposal.then)


def _event_line(event: object) -> str:
    if not isinstance(event, Mapping):
        return str(event)
    data = event.get("data", event)
    said = next((data[name] for name in ("summary", "title", "name", "text") if name in data), "")
    return f"{event.get('type')}: {said}" if said else str(event.get("type"))


def _check_lines(start: str, check: ProposalCheck | None) -> Iterator[str]:
    """Yield what a check found, with the lines of its changes below."""
    if check is None:
        return
    if check.refused:
        yield f"{start} be refused: {check.refused}"
        return
    count = f"{len(check.new)} event{'' if len(check.new) == 1 else 's'}"
    known = f", {check.duplicates} are recorded already" if check.duplicates else ""
    yield f"{start} record {count}{known}"
    if check.changes is None:
        yield "  what it changes is not told"
    for registration in check.registrations:
        yield f"  {registration.kind} {registration.subject}"
    yield from preview_lines(Wording(), check.changes or (), "  ")
