"""What commands share: their options, the ledger they use, and how they print."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import wraps
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import quote

import typer
from rich.console import Console
from rich.progress import Progress, TaskID

from api.cli.connection import LedgerOptions, use_demonstration
from api.cli.direct_access import load_direct_settings
from api.settings import Settings
from domain.errors import InvalidQuestionError, MinutebookError
from domain.events import check_text
from ledger.proofs.signed_note import Verifier

DbOption = Annotated[
    str | None,
    typer.Option(help="SQLite file or postgresql:// address of the ledger (MINUTEBOOK_DB)."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
AcceptClockOption = Annotated[
    str | None,
    typer.Option(
        metavar="REASON",
        help="Accept a clock that others contradict, or that is over 400 days ahead of the last"
        " recording; the reason is recorded.",
    ),
]
TrustedKeyOption = Annotated[str | None, typer.Option(help="The verifier key to trust.")]
ZoneOption = Annotated[
    str | None, typer.Option(help="IANA time zone of the dates asked; default: the negotiation's.")
]
OutputOption = Annotated[Path | None, typer.Option(help="File to write; default: standard output.")]
NegotiationArgument = Annotated[str, typer.Argument(help="Slug of the negotiation.")]
SlugsOption = Annotated[
    bool, typer.Option("--slugs", help="Write slugs in place of names, for scripts.")
]
DATE_HELP = "A day, an instant, today, yesterday or now."
DateArgument = Annotated[str, typer.Argument(metavar="DATE", help=DATE_HELP)]
AsOfOption = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help=f"{DATE_HELP} Default: now.")
]


ProgressCallback = Callable[[str, int, int | None], None]
"""Called with a step, the number of events done and that of all, null where it is not known."""


def example(command: str) -> str:
    """Return the end of a command's help: a command line that a test runs."""
    return f"\b\nExample:\n  minutebook {command}"


@contextmanager
def show_progress() -> Iterator[ProgressCallback]:
    """Show on a terminal how far each step has come; a step that is done disappears."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bars:
        task_ids: dict[str, TaskID] = {}

        def on_progress(step: str, done: int, size: int | None) -> None:
            if step not in task_ids:
                task_ids[step] = bars.add_task(step, total=size)
            bars.update(task_ids[step], completed=done, total=size, visible=done != size)

        yield on_progress


def parse_trusted_key(key: str | None) -> Verifier | None:
    """Read the option ``--key``."""
    try:
        return Verifier.parse(key) if key else None
    except MinutebookError as error:
        raise typer.BadParameter(error.detail, param_hint="--key") from None


def check_reason(reason: str) -> str:
    """Return a reason that stays in the log. Raises BadParameter where it cannot stand there."""
    if not reason.strip():
        raise typer.BadParameter("it says nothing; say why in a few words")
    try:
        return check_text(reason)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


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
        list[str] | None, typer.Option(help="A publisher to leave out; may be repeated.")
    ] = None
    only_source: Annotated[
        list[str] | None, typer.Option(help="A publisher that counts alone; may be repeated.")
    ] = None
    min_sources: Annotated[
        int, typer.Option(min=1, max=100, help="Minimum number of independent origins.")
    ] = 1
    tz: ZoneOption = None

    def to_params(self, **dates: str | None) -> dict[str, Any]:
        """Return the parameters of a question of the HTTP interface, with the dates it is about."""
        params: dict[str, Any] = {**dates, **asdict(self)}
        for name in (*dates, "known_at", "valid_at", "recorded_at"):
            if params[name] == "":
                hint = "give a day such as 2026-03-15, an instant, today, yesterday or now"
                raise InvalidQuestionError.for_field(name, "the date is empty", hint)
        return params


@dataclass(frozen=True, slots=True)
class LogOptions:
    """The options by which the log is put in order, and limited to some time of each clock."""

    order: Annotated[
        Literal["recorded", "known", "happened"],
        typer.Option(help="By when each was recorded, became known, or happened."),
    ] = "recorded"
    recorded_from: Annotated[str | None, typer.Option(help="Recorded since this date.")] = None
    recorded_to: Annotated[str | None, typer.Option(help="Recorded by this date.")] = None
    known_from: Annotated[str | None, typer.Option(help="Known since this date or later.")] = None
    known_to: Annotated[str | None, typer.Option(help="Known by this date.")] = None
    happened_from: Annotated[
        str | None, typer.Option(help="May have happened, or begun, since this date.")
    ] = None
    happened_to: Annotated[
        str | None, typer.Option(help="May have happened, or begun, by this date.")
    ] = None
    q: Annotated[str | None, typer.Option("--words", help="News that holds these words.")] = None


def with_options(
    audience: Literal["public", "staff"] = "public",
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options of ``BasisOptions``, ``LedgerOptions`` and ``LogOptions`` where it
    takes them."""

    def wrap_command(command: Callable[..., None]) -> Callable[..., None]:
        own_parameters = dict(signature(command, eval_str=True).parameters)
        parameters, groups = dict[str, Parameter](), dict[str, tuple[type, list[str]]]()
        for name, parameter in own_parameters.items():
            group = parameter.annotation
            if group in (BasisOptions, LedgerOptions, LogOptions):
                options = dict(signature(group, eval_str=True).parameters)
                if "audience" in options:
                    options["audience"] = options["audience"].replace(default=audience)
                groups[name] = group, list(options)
                parameters |= options
            else:
                parameters[name] = parameter

        @wraps(command)
        def run_command(**values: Any) -> None:
            for name, (group, names) in groups.items():
                values[name] = group(**{each: values.pop(each) for each in names})
            command(**values)

        run_command.__signature__ = Signature(  # type: ignore[attr-defined]  # for Typer
            [each.replace(kind=Parameter.KEYWORD_ONLY) for each in parameters.values()]
        )
        return run_command

    return wrap_command


def negotiation_path(negotiation: str, *parts: str) -> str:
    """Return the address of an answer about a negotiation. Raises InvalidQuestionError."""
    for slug in (negotiation, *parts):
        if "/" in slug or not slug:
            hint = "a slug is one word, such as peace-talks"
            raise InvalidQuestionError(f"{slug!r} is not a slug", hint=hint)
    return "/".join(["/v1/negotiations", *map(quote, (negotiation, *parts))])


def locate_ledger(db: str | None) -> Settings:
    """Return the settings of the ledger to read: as configured, else the demonstration."""
    return use_demonstration(load_direct_settings(db))
