"""Commands for the key that signs a log: make it, list its spans, replace it."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from api.cli.connection import LedgerOptions, open_client
from api.cli.direct_access import NoUrlOption, load_direct_settings
from api.cli.maintenance import require_ledger
from api.cli.options import (
    DbOption,
    JsonOption,
    check_reason,
    example,
    parse_trusted_key,
    with_options,
)
from api.cli.terminal import print_answer, print_text
from api.settings import Settings
from domain.asked_dates import DateReader
from domain.errors import InvalidQuestionError
from domain.model import Json
from ledger.guarded_clock import GuardedClock
from ledger.key_change import KeyChanger, KeyReplacement
from ledger.proofs.checkpoints import CheckpointSigner
from ledger.proofs.key_files import create_key
from ledger.writer import Ledger
from projections.index.rebuild import IndexFollower

commands = typer.Typer()
log_key_commands = typer.Typer(no_args_is_help=True, help="Manage the key that signs checkpoints.")
commands.add_typer(log_key_commands, name="log-key")
ReasonOption = Annotated[
    str,
    typer.Option(
        help="Who decided it, and why; it stays in the log, for all to read.", callback=check_reason
    ),
]
LostKeyOption = Annotated[
    str | None,
    typer.Option(
        metavar="VERIFIER_KEY",
        help="The old key's verifier key, where neither its file nor the log has it.",
    ),
]


@log_key_commands.command(
    "create", epilog=example("log-key create talks.key --name example.org/talks")
)
def create_log_key(
    file: Annotated[
        Path | None, typer.Argument(help="File to write; default: the configured log key.")
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="The origin of the log, such as a domain name.")
    ] = None,
    db: DbOption = None,
) -> None:
    """Create a key that only its owner can read, and print the verifier key."""
    print_text(make_log_key(file or load_direct_settings(db).key_path, name))


def make_log_key(file: Path, name: str | None) -> str:
    """Create a log key; return its verifier key. Raises InvalidQuestionError if one exists."""
    if name is not None and not re.fullmatch(r"[^\s+]+", name):
        hint = "use one such as example.org/minutes"
        raise InvalidQuestionError("--name: an origin has no spaces and no plus signs", hint=hint)
    if file.exists():
        hint = "minutebook log-key rotate replaces the key of a ledger"
        raise InvalidQuestionError(f"there is already a key at {file}", hint=hint)
    return create_key(file, name).verifier.to_text()


@log_key_commands.command("list", epilog=example("log-key list --db talks.db"))
@with_options()
def list_keys(ledger: LedgerOptions, as_json: JsonOption = False) -> None:
    """List all keys of the log, and which sizes each of them signs.

    With --json it is the file that verify --keys takes.
    """
    with open_client(ledger) as client:
        history = client.get("/v1/audit/keys").to_json()
    print_answer(history, as_json, "\n".join(map(_span_text, history["keys"])))


def _span_text(span: Json) -> str:
    if not span["ended"]:
        return f"{span['key']} signs from size {span['first_size']} on"
    ended = span["ended"]
    what = ended["type"].removeprefix("log-key-")
    since = f" since {ended['since']}" if ended["since"] else ""
    told = (
        f"{span['key']} signed sizes {span['first_size']} to {span['last_size']};"
        f" {what}{since}, #{ended['seq']}: {ended['reason']}"
    )
    if exposed := span["exposed"]:
        told += f"; stolen since {exposed['since']}, #{exposed['seq']}: {exposed['reason']}"
    return told


@log_key_commands.command(
    "rotate", epilog=example('log-key rotate --db talks.db --reason "yearly change of the key"')
)
def rotate_key(
    reason: ReasonOption, db: DbOption = None, url: NoUrlOption = None, as_json: JsonOption = False
) -> None:
    """Replace the key by a new one that the old one signs; the old one is deleted.

    Who trusts the old key accepts what the new one signs. Run it with the server of a SQLite file
    stopped; servers of a PostgreSQL database that have the same key file take the new key up.
    """
    _print_change(
        *replace_key(load_direct_settings(db), KeyReplacement("rotated", reason)), as_json
    )


@log_key_commands.command(
    "lost", epilog=example('log-key lost --db talks.db --reason "the disk failed"')
)
def report_lost_key(
    reason: ReasonOption,
    key: LostKeyOption = None,
    db: DbOption = None,
    url: NoUrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Replace a key that nobody has any more; what it signed stays valid.

    Nothing vouches for the new key: tell it to all who verify.
    """
    replacement = KeyReplacement("lost", reason, old_key=parse_trusted_key(key))
    _print_change(*replace_key(load_direct_settings(db), replacement), as_json)


@log_key_commands.command(
    "stolen",
    epilog=example(
        "log-key stolen --db talks.db --since 2026-03-01 \\\n"
        '    --reason "a laptop with a copy is gone"'
    ),
)
def report_stolen_key(
    reason: ReasonOption,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="DATE",
            help="The earliest day or instant, in UTC, at which others may have had it; default:"
            " now.",
        ),
    ] = None,
    key: Annotated[
        str | None,
        typer.Option(
            metavar="VERIFIER_KEY",
            help="The verifier key of a former key that was stolen, or of the current one where"
            " neither its file nor the log has it.",
        ),
    ] = None,
    db: DbOption = None,
    url: NoUrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Replace a key that others may have, without its word for the new one.

    What it signed stays valid only as far as witnesses cosigned it before that date, or a newer
    bundle has the same. With --key and a former key of the log, that one is reported, and the
    current one stays.
    """
    clock = GuardedClock()
    moment = None if since is None else DateReader("UTC", clock()).read_start("since", since)
    if moment is not None and moment > clock():
        hint = "give the earliest moment at which others may have had the key"
        raise InvalidQuestionError(f"--since {since} is not past", hint=hint)
    replacement = KeyReplacement("stolen", reason, moment, parse_trusted_key(key))
    _print_change(*replace_key(load_direct_settings(db), replacement), as_json)


def replace_key(settings: Settings, replacement: KeyReplacement) -> tuple[str, Json]:
    """Replace the log key; return the type of the recorded event, and that event with the verifier
    key that signs from now on."""
    require_ledger(settings)
    signer = CheckpointSigner(settings.key_path, settings.checkpoint_path)
    changer = KeyChanger(signer, IndexFollower())
    ledger = Ledger(
        settings.db,
        clock=GuardedClock(),
        read_model=IndexFollower(),
        time_sources=settings.configured_time_sources,
    )
    with closing(ledger), ledger.take_writer() as c:
        recorded, key = changer.replace_key(c, replacement, now=ledger.clock())
    return recorded.type, {**recorded.to_json(), "key": key.to_text()}


_TOLD = {
    "log-key-rotated": "the old key signed the new one and was deleted; delete other copies of it",
    "log-key-lost": "nothing vouches for the new key: tell it to all who verify, and to the"
    " witnesses",
    "log-key-stolen": "nothing vouches for the new key: tell it to all who verify, and have the"
    " witnesses drop the old one at once; it was deleted here",
    "log-key-exposed": "this key stays: what the former one signed holds only where witnesses"
    " cosigned it before, or a newer bundle has the same; publish /v1/audit/keys",
}


def _print_change(kind: str, change: Json, as_json: bool) -> None:
    told = f"{change['key']}\nrecorded as seq {change['seq']}; {_TOLD[kind]}"
    print_answer(change, as_json, told)
