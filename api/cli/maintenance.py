"""Commands that maintain a ledger: rebuild, erase, grant."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import Annotated

import typer

from api.cli import gc_tuning
from api.cli.direct_access import NoUrlOption, load_direct_settings
from api.cli.options import (
    DbOption,
    JsonOption,
    ProgressCallback,
    check_reason,
    example,
    show_progress,
)
from api.cli.terminal import print_answer, print_text
from api.settings import Settings
from api.wiring import open_configured_ledger
from domain.errors import InvalidQuestionError, NotFoundError
from domain.instants import Instant
from ledger import erasure, location, log, privileges, schema
from ledger.append import RecordedEvent
from ledger.database import Cursor, transaction
from ledger.writer import Ledger
from projections.index import catch_up, rebuild, tables
from projections.index.visible_periods import find_visible_periods

commands = typer.Typer()


def require_ledger(settings: Settings) -> None:
    """Raise NotFoundError where there is no ledger."""
    if not location.may_exist(settings.db):
        raise NotFoundError(f"there is no ledger at {settings.db}", hint="name one with --db")


@commands.command("rebuild", epilog=example("rebuild --db talks.db"))
def rebuild_read_models(
    db: DbOption = None, url: NoUrlOption = None, as_json: JsonOption = False
) -> None:
    """Rebuild the read models from the log. They replace the old ones at once.

    Triggers and indexes of the log that are missing are made again, and named. Works on the ledger
    itself, not through a server.
    """
    with show_progress() as progress:
        result = rebuild_index(load_direct_settings(db), progress)
    lines = [f"made again: {name}" for name in result.made_again]
    print_answer(result, as_json, "\n".join([*lines, f"rebuilt from {result.events} events"]))


@dataclass(frozen=True, slots=True)
class RebuildResult:
    """The number of events, and the triggers and indexes of the log that were missing."""

    events: int
    made_again: list[str]


def rebuild_index(settings: Settings, progress: ProgressCallback) -> RebuildResult:
    """Rebuild the read models and replace the old ones."""
    require_ledger(settings)
    gc_tuning.tune_collector()
    reached_seq = 0
    with closing(Ledger(settings.db)) as ledger, ledger.take_writer() as c:
        with transaction(c):
            made_again = schema.mend_tables(c)
        for reached_seq in rebuild.rebuild_index(c):
            progress("rebuilding", reached_seq, log.read_head(c)[0])
    return RebuildResult(reached_seq, made_again)


@commands.command(
    "erase",
    epilog=example(
        "erase a094d67e-9701-5909-867e-5b0dd0d44a74 --db talks.db \\\n"
        '    --reason "court order 12/2026"'
    ),
)
def erase_event(
    event: Annotated[str, typer.Argument(help="The id of the event.")],
    reason: Annotated[
        str,
        typer.Option(
            help="The law or request that requires it, with nothing personal: it stays in the log.",
            callback=check_reason,
        ),
    ],
    db: DbOption = None,
    url: NoUrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Erase one event's payload for legal compliance.

    Its leaf stays in the log, so every proof still holds. Works on the ledger itself, not through
    a server.
    """
    recorded = erase_payload(load_direct_settings(db), event, reason)
    print_answer(recorded.to_json(), as_json, f"erased {event}; recorded as seq {recorded.seq}")


def erase_payload(settings: Settings, event: str, reason: str) -> RecordedEvent:
    """Erase one payload and every copy of it, then rebuild the read model."""
    require_ledger(settings)
    with closing(open_configured_ledger(settings)) as ledger, ledger.take_writer() as c:
        erasure.enable_secure_delete(c)
        recorded_event = erase_from_log(c, event, reason, ledger.clock())
        erasure.compact_database(c)
        if ledger.checkpoints:
            ledger.checkpoints.sign_head(c)
    return recorded_event


def erase_from_log(c: Cursor, event: str, reason: str, now: Instant) -> RecordedEvent:
    """Erase one payload from the log, and make the read model again without it."""
    with transaction(c):
        recorded_event = erasure.erase_payload(
            c, event, reason, find_periods=find_visible_periods, recorded_by="local", now=now
        )
        with privileges.preserve_privileges(c, tables.index_tables(c)):
            tables.recreate_tables(c)
    for _ in catch_up.catch_up_index(c):
        pass
    return recorded_event


@commands.command("grant", epilog=example("grant clerk --db postgresql:///talks"))
def grant(
    role: Annotated[str, typer.Argument(help="An existing role of the database.")],
    db: DbOption = None,
    url: NoUrlOption = None,
) -> None:
    """Let a PostgreSQL role read and append.

    Run it as the owner of the database: only the owner can erase, rebuild and restore, and nobody
    can change the log. Missing tables are created.
    """
    grant_role(load_direct_settings(db), role)
    print_text(f"{role} may append and read")


def grant_role(settings: Settings, role: str) -> None:
    """Create the tables of a ledger on PostgreSQL and let a role serve it."""
    if not location.is_server_url(settings.db):
        hint = "the file permissions decide who may use a SQLite ledger"
        raise InvalidQuestionError("only PostgreSQL has roles", hint=hint)
    ledger = Ledger(settings.db, read_model=rebuild.IndexFollower())
    with closing(ledger), ledger.take_writer() as c, transaction(c):
        privileges.grant_privileges(c, role, tables.index_tables(c))
