"""The command that undoes what was recorded by mistake."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.connection import LedgerOptions, open_client
from api.cli.options import (
    JsonOption,
    NegotiationArgument,
    check_reason,
    example,
    negotiation_path,
    with_options,
)
from api.cli.terminal import print_answer, print_warning
from domain.model import Json

commands = typer.Typer()
MAX_SHOWN = 10
"""The most changes, and the most later events, that are shown."""


@commands.command(
    "void",
    epilog=example(
        "void ukraine-peace-talks --db talks.db --dry-run \\\n"
        '    --batch 2025-12-22T09:14:00Z --reason "wrong file"'
    ),
)
@with_options()
def void_batches(
    negotiation: NegotiationArgument,
    reason: Annotated[
        str, typer.Option(help="Why, in words that stay in the log.", callback=check_reason)
    ],
    ledger: LedgerOptions,
    import_: Annotated[
        list[str] | None,
        typer.Option(
            "--import", metavar="ID", help="The id of an import, as it showed it; repeatable."
        ),
    ] = None,
    batch: Annotated[
        list[str] | None,
        typer.Option(
            metavar="RECORDED_AT",
            help="The recorded_at of a batch, as import --json and log --json show it; repeatable.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change, record nothing.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Undo a wrong import, or batches: void their events that still stand.

    The log keeps them; no answer shows them any longer, except those about what was recorded
    before. Their slugs stay reserved. Run it again to resume.
    """
    from api.cli.void_batches import plan_void

    if not (import_ or batch):
        raise typer.BadParameter("name an import or a batch", param_hint="--import, --batch")

    with open_client(ledger, records=True) as client:
        plan = plan_void(client, negotiation, import_ or (), batch or ())
        changes, registrations = list[Json](), list[Json]()
        path = negotiation_path(negotiation, "events")
        for body in plan.chunks(reason):
            if dry_run:
                answer = client.post(path, body, {"dry_run": True, "changes": True})
                changes += answer["changes"]
                registrations += answer.get("registrations", [])
            else:
                client.post(path, body)
    if plan.keeps_opening:
        print_warning("negotiation-opened stays; to mend its title, use record-corrected")
    for dependent in plan.dependents[:MAX_SHOWN]:
        event = dependent.event
        print_warning(f"seq {event['seq']}, {event['type']}, {dependent.reason}")
    if len(plan.dependents) > MAX_SHOWN:
        print_warning(f"{len(plan.dependents) - MAX_SHOWN} more later events rest on these")
    summary: Json = {
        "negotiation": negotiation,
        "events": [event["id"] for event in plan.events],
        "dependents": [dependent.event["id"] for dependent in plan.dependents],
        "dry_run": dry_run,
        **({"changes": changes, "registrations": registrations} if dry_run else {}),
    }
    text = _summary_text(len(plan.events), registrations, changes, dry_run=dry_run)
    print_answer(summary, as_json, text)


def _summary_text(
    count: int, registrations: list[Json], changes: list[Json], *, dry_run: bool
) -> str:
    """Return what is voided, or would be; a registration that is a cell too is told once."""
    plural = "" if count == 1 else "s"
    if not dry_run:
        return f"{count} event{plural} voided" if count else "nothing of it stands any longer"
    registered = {_subject(each) for each in registrations}
    cell_count = sum(_subject(each) not in registered for each in changes)
    counted = f"{cell_count} cell{'' if cell_count == 1 else 's'}"
    if registrations:
        counted += f" and {len(registrations)} registration{'s' * (len(registrations) > 1)}"
    lines = [f"{count} event{plural} to void; {counted} would change"]
    all_changes = list({_subject(each): each for each in (*registrations, *changes)}.values())
    lines += [f"  {_change_text(change)}" for change in all_changes[:MAX_SHOWN]]
    if len(all_changes) > MAX_SHOWN:
        lines.append(f"  and {len(all_changes) - MAX_SHOWN} more")
    return "\n".join(lines)


def _subject(change: Json) -> tuple[str, str]:
    return change["kind"], str(change["subject"])


def _change_text(change: Json) -> str:
    """Return what becomes of a cell or a registration; of a new name, both names; of one that
    became the same as another, or ceased to be, that one."""
    before, after = (
        next((side[name] for name in ("name", "title") if side and side.get(name)), "")
        for side in (change["before"], change["after"])
    )
    is_renamed = "cause" not in change and before and after and before != after
    names = f": {before} becomes {after}" if is_renamed else ""
    subject = "" if change["kind"] == "negotiation" else f" {change['subject']}"
    verb = "goes" if change["after"] is None else "changes"
    return f"{change['kind']}{subject} {verb}{names or _merger_text(change)}"


def _merger_text(change: Json) -> str:
    """Return with which others a registration became one, or is one no longer."""
    before, after = (
        {each for each in [*(side.get("also") or ()), side.get("same_as")] if each}
        for side in (change["before"] or {}, change["after"] or {})
    )
    joined, parted = ", ".join(sorted(after - before)), ", ".join(sorted(before - after))
    texts = [f"the same as {joined}"] if joined else []
    texts += [f"no longer the same as {parted}"] if parted else []
    return f": {'; '.join(texts)}" if texts and change["after"] else ""
