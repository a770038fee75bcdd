"""All checks of an installation, in the order in which a server would meet what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from api.doctor import files, ledger, server
from api.doctor.results import Check, Verdict, run_check
from api.settings import Settings
from ledger.database import Cursor
from ledger.examined import open_examined
from ledger.location import mask_password

DATABASE_REMEDY = "start the database, see that this machine reaches it, or correct the address"
FILE_REMEDY = "see who owns the file, and give this user the right to read and write it"


def examine(settings: Settings) -> Iterator[Verdict]:
    """Yield what each check finds; nothing is changed, also where everything is wrong."""
    yield run_check("settings", partial(_check_settings, settings), "correct the setting")
    with ExitStack() as exit_stack:
        opened = list[Cursor]()
        remedy = FILE_REMEDY if isinstance(settings.db, Path) else DATABASE_REMEDY
        opening = run_check("ledger", partial(_open_ledger, settings, exit_stack, opened), remedy)
        yield opening
        key = partial(files.check_key, settings, is_new=opening.status == "warning")
        yield run_check("log key", key, FILE_REMEDY)
        yield run_check("modes", partial(files.check_modes, settings), FILE_REMEDY)
        yield run_check("disk", partial(files.check_space, settings), FILE_REMEDY)
        cursor = opened[0] if opened else None
        if cursor:
            for name, check in _database_checks(cursor, settings).items():
                yield run_check(name, check, DATABASE_REMEDY)
        yield run_check("access", partial(server.check_access, cursor, settings), DATABASE_REMEDY)
    yield run_check("port", partial(server.check_port, settings), "choose another port")
    remedy = "see whether the server hangs; its log says why"
    yield run_check("server", partial(server.check_readiness, settings), remedy)


def _check_settings(settings: Settings) -> str:
    _ = settings.access_policy  # says what is wrong with an identity provider
    _ = settings.configured_model  # or with a model that reads articles
    witnesses, sources = settings.configured_witnesses, settings.configured_time_sources
    return f"{len(witnesses)} witnesses, {len(sources)} sources of the time"


def _open_ledger(settings: Settings, exit_stack: ExitStack, opened: list[Cursor]) -> str:
    if isinstance(settings.db, Path):
        files.check_ledger_file(settings)
    opened.append(exit_stack.enter_context(open_examined(settings.db)))
    return f"{mask_password(str(settings.db))} answers"


def _database_checks(c: Cursor, settings: Settings) -> dict[str, Check]:
    checks: dict[str, Check] = {}
    if not isinstance(settings.db, Path):
        checks["durability"] = partial(ledger.check_durability, c)
        checks["rights"] = partial(ledger.check_rights, c)
    return checks | {
        "tables": partial(ledger.check_tables, c),
        "index": partial(ledger.check_index, c),
        "checkpoint": partial(ledger.check_checkpoint, c, settings),
        "clock": partial(ledger.check_clock, c, settings),
    }
