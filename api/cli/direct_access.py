"""Commands that work on the file or the database itself, and never through a server."""

from __future__ import annotations

from typing import Annotated

import typer

from api.settings import Settings, load_settings
from domain.errors import InvalidQuestionError

REMEDY = "run it where the ledger is, and name the SQLite file or the database with --db"


def _refuse_url(value: str | None) -> None:
    if value is not None:
        raise typer.BadParameter(f"this command does not go through a server; {REMEDY}")


NoUrlOption = Annotated[str | None, typer.Option("--url", hidden=True, callback=_refuse_url)]
"""Says why such a command does not take the option that others have."""


def load_direct_settings(db: str | None) -> Settings:
    """Return the settings. Raises InvalidQuestionError where a server is named, and no ledger."""
    settings = load_settings(db=db)
    if settings.url and "db" not in settings.origins:
        named_by = settings.origins.get("url", "the configuration")
        detail = f"{named_by} names a server, and this command does not go through one"
        raise InvalidQuestionError(detail, hint=REMEDY)
    return settings
