"""What commands share: their options, the ledger they mean, and how they say things."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    from api.archive import Desk
    from api.settings import Settings
    from domain.basis import Question
    from ledger.reading import Reading

Db = Annotated[
    str | None, typer.Option(help="The ledger's file, or a postgresql:// address (MINUTEBOOK_DB).")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Tz = Annotated[str, typer.Option(help="Zone of dates without a time.")]
Output = Annotated[Path | None, typer.Option(help="The file to write.")]
Negotiation = Annotated[str, typer.Argument(help="Slug of the negotiation.")]


def say(value: Any, as_json: bool, words: str) -> None:
    import orjson

    typer.echo(orjson.dumps(value).decode() if as_json else words)


def configured(db: str | None) -> Settings:
    from api.settings import settings

    return settings(db=db)


@dataclass(frozen=True, slots=True)
class Basis:
    """The options of every question: which clocks stand where, and whose reports count."""

    basis: Annotated[
        Literal["as-known", "as-recorded", "hindsight"],
        typer.Option(help="Which clocks follow the date."),
    ] = "as-known"
    known_at: Annotated[str | None, typer.Option(help="Overrides the knowledge clock.")] = None
    valid_at: Annotated[str | None, typer.Option(help="Overrides the world clock.")] = None
    recorded_at: Annotated[str | None, typer.Option(help="Overrides the record clock.")] = None
    seq: Annotated[
        int | None,
        typer.Option(min=0, max=2**53 - 1, help="Overrides the record clock by log position."),
    ] = None
    audience: Annotated[
        Literal["public", "press", "staff"], typer.Option(help="Whose reports count.")
    ] = "public"
    exclude_source: Annotated[
        list[str], typer.Option(help="A publisher left out; may be repeated.")
    ] = field(default_factory=list)
    min_sources: Annotated[
        int, typer.Option(min=1, max=100, help="Distinct publishers needed.")
    ] = 1
    tz: Tz = "UTC"

    def question(self, name: str = "", date: str | None = None) -> Question:
        """Return the question as of a date, which is told by its name where it cannot be read."""
        from domain.basis import Question, moment, zone

        tz = zone(self.tz)
        dates = {name: date} | {f"--{clock.replace('_', '-')}": getattr(self, clock)
                                for clock in CLOCKS}  # fmt: skip
        as_of, known_at, valid_at, recorded_at = (
            None if each is None else moment(name, each, tz) for name, each in dates.items()
        )
        sources = tuple(filter(None, self.exclude_source))
        return Question(
            self.basis, as_of, known_at, valid_at, recorded_at, self.seq,
            self.audience, sources, self.min_sources, tz,
        )  # fmt: skip


CLOCKS = ("known_at", "valid_at", "recorded_at")


def asking(**defaults: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options of ``Basis`` in place of its parameter ``basis``."""
    usual = Basis(**defaults)
    options = [
        each.replace(default=getattr(usual, each.name), kind=inspect.Parameter.KEYWORD_ONLY)
        for each in inspect.signature(Basis, eval_str=True).parameters.values()
    ]

    def given(command: Callable[..., None]) -> Callable[..., None]:
        @wraps(command)
        def called(**values: Any) -> None:
            basis = Basis(**{each.name: values.pop(each.name) for each in options})
            command(basis=basis, **values)

        own = dict(inspect.signature(command, eval_str=True).parameters)
        del own["basis"]
        every = [
            *(each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in own.values()),
            *options,
        ]
        called.__signature__ = inspect.Signature(every)  # type: ignore[attr-defined]  # for Typer
        called.__annotations__ = {each.name: each.annotation for each in every}
        return called

    return given


def where_held(db: str | None) -> Settings:
    """Return where to look: the ledger named, else the own one, else the demonstration."""
    from api.demonstration import ledger_file
    from ledger import place

    found = configured(db)
    if "db" in found.origins or place.there(found.db):
        return found
    typer.echo("(asking the demonstration ledger; --db names another)", err=True)
    return replace(found, db=ledger_file())


@contextmanager
def at_ledger(db: str | None, negotiation: str) -> Iterator[Desk]:
    """Open a ledger for questions about one negotiation."""
    from api.archive import at_desk

    with raw_ledger(db) as (ledger, _), at_desk(ledger, negotiation) as desk:
        yield desk


@contextmanager
def raw_ledger(db: str | None) -> Iterator[tuple[Reading, Path]]:
    """Open a ledger for questions; yields it with the place of its key."""
    from ledger.reading import Reading

    found = where_held(db)
    ledger = Reading(found.db)
    try:
        yield ledger, found.key
    finally:
        ledger.close()
