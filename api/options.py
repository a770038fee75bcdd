"""What commands share: their options, the ledger they mean, and how they say things."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    from api.archive import Desk
    from api.settings import Settings
    from domain.basis import Question
    from ledger.reading import Reading

Db = Annotated[Path | None, typer.Option(help="The ledger's file (MINUTEBOOK_DB).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
BasisName = Annotated[
    Literal["as-known", "as-recorded", "hindsight"],
    typer.Option("--basis", help="Which clocks follow the date."),
]
AudienceName = Annotated[
    Literal["public", "press", "staff"], typer.Option("--audience", help="Whose reports count.")
]
Tz = Annotated[str, typer.Option(help="Zone of dates without a time.")]
Output = Annotated[Path | None, typer.Option(help="The file to write.")]
Negotiation = Annotated[str, typer.Argument(help="Slug of the negotiation.")]


def say(value: Any, as_json: bool, words: str) -> None:
    import orjson

    typer.echo(orjson.dumps(value).decode() if as_json else words)


def configured(db: Path | None) -> Settings:
    from api.settings import settings

    return settings(db=db)


def asked(name: str, date: str, basis: BasisName, audience: AudienceName, tz: str) -> Question:
    from domain.basis import Question, moment, zone

    as_of = moment(name, date, zone(tz))
    return Question(basis, as_of, audience=audience, tz=tz)


def where_held(db: Path | None) -> Settings:
    """Return where to look: the ledger named, else the own one, else the demonstration."""
    from api.demonstration import ledger_file

    found = configured(db)
    if "db" in found.origins or found.db.is_file():
        return found
    typer.echo("(asking the demonstration ledger; --db names another)", err=True)
    return replace(found, db=ledger_file())


@contextmanager
def at_ledger(db: Path | None, negotiation: str) -> Iterator[Desk]:
    """Open a ledger for questions about one negotiation."""
    from api.archive import at_desk

    with raw_ledger(db) as (ledger, _), at_desk(ledger, negotiation) as desk:
        yield desk


@contextmanager
def raw_ledger(db: Path | None) -> Iterator[tuple[Reading, Path]]:
    """Open a ledger for questions; yields it with the place of its key."""
    from ledger.reading import Reading

    found = where_held(db)
    ledger = Reading(found.db)
    try:
        yield ledger, found.key
    finally:
        ledger.close()
