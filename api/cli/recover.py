"""The command that shows both histories after a fork, and records which one is kept."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from api.cli.direct_access import NoUrlOption, load_direct_settings
from api.cli.maintenance import require_ledger
from api.cli.options import AcceptClockOption, DbOption, JsonOption, example
from api.cli.terminal import print_answer
from api.settings import Settings
from domain.errors import InvalidQuestionError
from domain.instants import to_rfc3339
from domain.model import Json
from ledger import recovery
from ledger.database import Cursor, transaction
from ledger.guarded_clock import GuardedClock
from ledger.location import mask_password
from ledger.proofs import signed_history
from ledger.proofs.checkpoints import CheckpointSigner
from ledger.proofs.continuity import KnownHead
from ledger.proofs.key_files import load_verifier
from ledger.read_only import ReadOnlyLedger
from ledger.writer import Ledger
from projections.index.rebuild import IndexFollower

MAX_LISTED = 20
"""Events listed of each history."""
commands = typer.Typer()


@commands.command("recover", epilog=example("recover --db talks.db"))
def recover(
    reason: Annotated[
        str | None,
        typer.Option(help="Keep the database as it is, for this reason, which is recorded."),
    ] = None,
    other: Annotated[
        str | None,
        typer.Option(metavar="LEDGER", help="A ledger that still has the other history."),
    ] = None,
    accept_clock: AcceptClockOption = None,
    db: DbOption = None,
    url: NoUrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show where the database and what was signed part, and decide.

    Run it with the server stopped. Without --reason nothing is changed; exits with 1 where there is
    something to decide.
    """
    settings = load_direct_settings(db)
    require_ledger(settings)
    if reason is not None:
        answer = keep_database(settings, reason, accept_clock)
        print_answer(answer, as_json, f"recorded as seq {answer['seq']}; the head is signed anew")
        return
    shown, is_decided = show_histories(settings, other)
    print_answer(shown, as_json, _histories_text(shown, settings))
    raise typer.Exit(0 if is_decided else 1)


def show_histories(settings: Settings, other: str | None = None) -> tuple[Json, bool]:
    """Return both histories from their common point, and whether there is nothing to decide."""
    key = load_verifier(settings.key_path)
    with closing(ReadOnlyLedger(settings.db)) as ledger, ledger.open_snapshot() as c:
        histories = recovery.compare_histories(c, settings.checkpoint_path, key)
        common, other_events = histories.common, None
        if other:
            with closing(ReadOnlyLedger(other)) as ledger, ledger.open_snapshot() as other_c:
                common = recovery.find_common(c, other_c)
                other_events = _list_events(other_c, common.size)
        shown = {
            "signed": histories.signed
            and {**_head_json(histories.signed), "told_by": histories.signed.told_by},
            "database": _head_json(histories.database),
            "common": _head_json(common),
            "events_of_database": _list_events(c, common.size),
            "events_of_other": other_events,
        }
    return shown, histories.continues


def _head_json(head: KnownHead) -> Json:
    return {"size": head.size, "root": head.root.hex()}


def _list_events(c: Cursor, after: int) -> list[Json]:
    return [
        {
            "seq": seq,
            "recorded_at": to_rfc3339(recorded_at),
            "negotiation": negotiation,
            "type": kind,
            "id": event,
        }
        for seq, recorded_at, negotiation, kind, event in recovery.list_events(c, after, MAX_LISTED)
    ]


def _histories_text(shown: Json, settings: Settings) -> str:
    signed, database, common = shown["signed"], shown["database"], shown["common"]
    place = mask_password(str(settings.db))
    lines = [f"{place} has {database['size']} events, root {database['root']}."]
    if signed is None:
        lines.append(f"There is no checkpoint at {settings.checkpoint_path}.")
    else:
        told_by = signed["told_by"].removeprefix("the checkpoint ")
        lines.append(f"{told_by} was signed over {signed['size']} events, root {signed['root']}.")
    if signed and signed["size"] == common["size"]:
        return "\n".join([*lines, "The database continues what was signed: nothing to decide."])
    size = common["size"]
    lines.append(
        f"Both are known to begin with the same {size} events; after them:"
        if size
        else "Of no event is it known that both begin with it."
    )
    lines += _events_text(f"{place} has", shown["events_of_database"], database["size"])
    if shown["events_of_other"] is not None:
        lines += _events_text("The other ledger has", shown["events_of_other"], None)
    elif signed:
        lines.append(
            "What else the signed history has is not in this database; --other LEDGER lists it from"
            " a backup or another node that has it."
        )
    return "\n".join(
        [
            *lines,
            "To keep what was signed, restore a database that has it, then start the server.",
            "To keep this database: minutebook recover --reason TEXT",
        ]
    )


def _events_text(head: str, events: list[Json], size: int | None) -> list[str]:
    if not events:
        return [f"{head} nothing."]
    lines = [f"{head}:"]
    lines += [
        f"  #{each['seq']} {each['recorded_at']} {each['negotiation']} {each['type']} {each['id']}"
        for each in events
    ]
    if len(events) == MAX_LISTED:
        lines.append("  ..." if size is None else f"  ... up to #{size}")
    return lines


def keep_database(settings: Settings, reason: str, accept_clock: str | None = None) -> Json:
    """Record the decision to keep the database as it is, and sign it; return what was recorded.

    ``accept_clock`` is why a clock that is in doubt is accepted for it.
    """
    if not reason.strip():
        hint = "say who decided what, and why"
        raise InvalidQuestionError("--reason: a decision needs a reason", hint=hint)
    key = load_verifier(settings.key_path)
    signer = CheckpointSigner(settings.key_path, settings.checkpoint_path)
    ledger = Ledger(
        settings.db,
        clock=GuardedClock(),
        read_model=IndexFollower(),
        time_sources=settings.configured_time_sources,
        accept_clock=accept_clock,
    )
    with closing(ledger), ledger.take_writer() as c:
        histories = recovery.compare_histories(c, settings.checkpoint_path, key)
        with transaction(c):
            recorded = recovery.record_decision(c, histories, reason, now=ledger.clock())
        IndexFollower().start(c)
        if histories.signed:
            _move_aside(settings.checkpoint_path, histories.signed)
        signer.sign_new_log(c, ledger.clock)
    return recorded.to_json()


def _move_aside(checkpoint: Path, given_up: KnownHead) -> None:
    """Keep the checkpoint of the history that was given up: others may hold it too."""
    witnessed = signed_history.witnessed_file(checkpoint)
    file = witnessed if given_up.told_by.endswith(str(witnessed)) else checkpoint
    file.replace(checkpoint.with_name(f"{checkpoint.name}.given-up-{given_up.size}"))
