"""The command that says how dates are understood."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.options import JsonOption, example
from api.cli.terminal import print_answer
from domain.asked_dates import check_zone
from domain.edtf import Bounds, Span, parse_span
from domain.errors import InvalidQuestionError, InvalidSpanError
from domain.instants import EARLIEST, LATEST, local_day, to_rfc3339_short
from domain.plain_dates import PLAIN_REMEDY, read_plain_date

commands = typer.Typer()
SPAN_TEXTS = {"one-of": "some time"}


@commands.command("dates", epilog=example("dates 2025-11~ 2025-12-22? 2026-03-01/.."))
def explain_dates(
    expressions: Annotated[
        list[str], typer.Argument(metavar="EXPRESSION...", help="Time expressions (EDTF).")
    ],
    tz: Annotated[str, typer.Option(help="IANA time zone of dates without a time.")] = "UTC",
    anchor: Annotated[
        str | None,
        typer.Option(
            metavar="DAY",
            help="Also read dates as people write them, such as 'last Thursday', from this day.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show how time expressions are understood."""
    zone, has_invalid = check_zone(tz), False
    for written in expressions:
        try:
            expression = written if anchor is None else _read_plainly(written, anchor, zone)
            span = parse_span(expression, zone)
            answer, text = _span_to_json(span), _span_text(span)
            text = text if expression == written else f"{expression}, {text}"
        except InvalidSpanError as error:
            has_invalid = True
            text = f"{error.detail}; {error.hint}"
            answer = {"expression": written, "error": text}
        print_answer(answer, as_json, f"{written}: {text}")
    if has_invalid:
        raise typer.Exit(2)


def _read_plainly(written: str, anchor: str, zone: str) -> str:
    """Return the one time expression that a date as people write it means, counted from a day.

    Raises InvalidSpanError where it means none, or more than one.
    """
    try:
        first_instant = parse_span(anchor, zone).start.lo
        found = read_plain_date(written, local_day(first_instant, zone), zone)
    except (InvalidSpanError, OverflowError):
        detail = f"{anchor!r} is not a day"
        raise InvalidQuestionError.for_field(
            "--anchor", detail, "write a day such as 2025-12-24"
        ) from None
    if found.expression:
        return found.expression
    if found.expressions:
        raise InvalidSpanError(
            f"{written!r} may mean more than one date",
            hint=f"write {' or '.join(found.expressions)}",
        )
    raise InvalidSpanError(f"{written!r} is not understood as a date", hint=PLAIN_REMEDY)


def _span_to_json(span: Span) -> dict[str, object]:
    """Return how a span is understood; bounds are instants, null where open."""

    def bounds_to_json(bounds: Bounds) -> list[str | None]:
        return [to_rfc3339_short(bounds.lo), to_rfc3339_short(bounds.hi)]

    return {
        "expression": span.expression,
        "kind": span.kind,
        "lo": to_rfc3339_short(span.lo),
        "hi": to_rfc3339_short(span.hi),
        "start": bounds_to_json(span.start),
        "end": bounds_to_json(span.end) if span.end else None,
        "uncertain": span.uncertain,
        "approximate": span.approximate,
    }


def _span_text(span: Span) -> str:
    lo, hi = to_rfc3339_short(span.lo), to_rfc3339_short(span.hi)
    flags = [name for name in ("uncertain", "approximate") if getattr(span, name)]
    open_side = _open_side_text(span)
    kind = SPAN_TEXTS.get(span.kind, span.kind)
    start = f"{kind} from {lo}" if lo else kind
    return ", ".join([start, *([f"before {hi}"] if hi else []), *open_side, *flags])


def _open_side_text(span: Span) -> list[str]:
    """Say what an open side means."""
    if span.kind == "one-of" and span.lo == EARLIEST:
        return ["at the latest"]
    if span.kind == "one-of" and span.hi == LATEST:
        return ["at the earliest"]
    if span.kind == "ongoing":
        return ["not known to have ended"]
    if span.kind == "duration" and span.end is None:
        return ["end not known"]
    if span.kind == "duration" and span.lo == EARLIEST:
        return ["start not known"]
    return []
