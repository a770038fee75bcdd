"""What commands share: their options, the ledger they use, and how they print."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    from api.session import Session
    from api.settings import Settings
    from domain.basis import Question
    from ledger.read_only import ReadOnlyLedger

DbOption = Annotated[
    str | None,
    typer.Option(help="SQLite file or postgresql:// address of the ledger (MINUTEBOOK_DB)."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
TrustedKeyOption = Annotated[str | None, typer.Option(help="The verifier key to trust.")]
ZoneOption = Annotated[str, typer.Option(help="IANA time zone of dates without a time.")]
OutputOption = Annotated[Path | None, typer.Option(help="File to write; default: standard output.")]
NegotiationArgument = Annotated[str, typer.Argument(help="Slug of the negotiation.")]


def print_answer(value: object, as_json: bool, text: str) -> None:
    """Print an answer as JSON or as text."""
    if as_json:
        print_json(value)
    else:
        typer.echo(text)


def print_json(value: object) -> None:
    """Print one line of JSON."""
    import orjson

    typer.echo(orjson.dumps(value))


def configured_settings(db: str | None) -> Settings:
    from api.settings import load_settings

    return load_settings(db=db)


@dataclass(frozen=True, slots=True)
class BasisOptions:
    """The options of every question: where the clocks stand, and whose reports count."""

    basis: Annotated[
        Literal["as-known", "as-recorded", "hindsight"],
        typer.Option(help="Which clocks the date sets."),
    ] = "as-known"
    known_at: Annotated[str | None, typer.Option(help="Set the knowledge clock.")] = None
    valid_at: Annotated[str | None, typer.Option(help="Set the world clock.")] = None
    recorded_at: Annotated[str | None, typer.Option(help="Set the record clock.")] = None
    seq: Annotated[
        int | None, typer.Option(min=0, max=2**53 - 1, help="Set the record clock by seq.")
    ] = None
    audience: Annotated[
        Literal["public", "press", "staff"], typer.Option(help="Whose reports count.")
    ] = "public"
    exclude_source: Annotated[
        list[str], typer.Option(help="A publisher to leave out; may be repeated.")
    ] = field(default_factory=list)
    min_sources: Annotated[
        int, typer.Option(min=1, max=100, help="Minimum number of distinct publishers.")
    ] = 1
    tz: ZoneOption = "UTC"

    def to_question(self, option_name: str = "", date: str | None = None) -> Question:
        """Return the question as of a date; an error names it by ``option_name``."""
        from domain.basis import Question, check_zone, parse_moment

        tz = check_zone(self.tz)
        dates_by_option = {option_name: date} | {
            f"--{clock.replace('_', '-')}": getattr(self, clock) for clock in CLOCK_OPTIONS
        }
        as_of, known_at, valid_at, recorded_at = (
            None if each is None else parse_moment(name, each, tz)
            for name, each in dates_by_option.items()
        )
        sources = tuple(filter(None, self.exclude_source))
        return Question(
            self.basis,
            as_of,
            known_at,
            valid_at,
            recorded_at,
            self.seq,
            self.audience,
            sources,
            self.min_sources,
            tz,
        )


CLOCK_OPTIONS = ("known_at", "valid_at", "recorded_at")


def with_basis_options(
    audience: Literal["public", "staff"] = "public",
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options of ``BasisOptions`` in place of its parameter ``basis``."""
    default_options = BasisOptions(audience=audience)
    options = [
        each.replace(
            default=getattr(default_options, each.name), kind=inspect.Parameter.KEYWORD_ONLY
        )
        for each in inspect.signature(BasisOptions, eval_str=True).parameters.values()
    ]

    def wrap_command(command: Callable[..., None]) -> Callable[..., None]:
        @wraps(command)
        def run_command(**values: Any) -> None:
            basis = BasisOptions(**{each.name: values.pop(each.name) for each in options})
            command(basis=basis, **values)

        own_parameters = dict(inspect.signature(command, eval_str=True).parameters)
        del own_parameters["basis"]
        all_parameters = [
            *(
                each.replace(kind=inspect.Parameter.KEYWORD_ONLY)
                for each in own_parameters.values()
            ),
            *options,
        ]
        run_command.__signature__ = inspect.Signature(all_parameters)  # type: ignore[attr-defined]  # for Typer
        run_command.__annotations__ = {each.name: each.annotation for each in all_parameters}
        return run_command

    return wrap_command


def locate_ledger(db: str | None) -> Settings:
    """Return the settings of the ledger to read: as configured, else the demonstration."""
    from api.cli.demo_ledger import demo_ledger_file
    from ledger import location

    settings = configured_settings(db)
    if "db" in settings.origins or location.may_exist(settings.db):
        return settings
    typer.echo("(using the demonstration ledger; --db names another)", err=True)
    return settings.model_copy(update={"db": demo_ledger_file()})


@contextmanager
def open_ledger_session(db: str | None, negotiation: str) -> Iterator[Session]:
    """Open a ledger for questions about one negotiation."""
    from api.session import open_session

    with open_read_ledger(db) as (ledger, _), open_session(ledger, negotiation) as session:
        yield session


@contextmanager
def open_read_ledger(db: str | None) -> Iterator[tuple[ReadOnlyLedger, Path]]:
    """Open a ledger for questions; yield it with the path of its key."""
    from ledger.read_only import ReadOnlyLedger

    settings = locate_ledger(db)
    ledger = ReadOnlyLedger(settings.db)
    try:
        yield ledger, settings.key_path
    finally:
        ledger.close()
