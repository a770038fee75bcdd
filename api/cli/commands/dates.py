"""The command that shows how time expressions are understood."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.commands.options import JsonOption, ZoneOption, print_json

if TYPE_CHECKING:
    from domain.edtf import Bounds, Span

commands = typer.Typer()


@commands.command("dates")
def explain_dates(
    expressions: Annotated[
        list[str], typer.Argument(metavar="EXPRESSION...", help="Time expressions (EDTF).")
    ],
    tz: ZoneOption = "UTC",
    as_json: JsonOption = False,
) -> None:
    """Show how time expressions are understood."""
    from domain.basis import check_zone
    from domain.edtf import parse_span
    from domain.errors import InvalidSpanError

    has_invalid = False
    for expression in expressions:
        try:
            span = parse_span(expression, check_zone(tz))
            answer, text = _span_to_json(span), _span_text(span)
        except InvalidSpanError as error:
            has_invalid = True
            text = f"{error.detail}; {error.hint}"
            answer = {"expression": expression, "error": text}
        if as_json:
            print_json(answer)
        else:
            typer.echo(f"{expression}: {text}")
    if has_invalid:
        raise typer.Exit(2)


def _span_to_json(span: Span) -> dict[str, object]:
    """Return how a span is understood; bounds are instants, null where open."""
    from domain.instants import to_rfc3339_short

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
    from domain.instants import to_rfc3339_short

    lo, hi = to_rfc3339_short(span.lo) or "open", to_rfc3339_short(span.hi) or "open"
    flags = [name for name in ("uncertain", "approximate") if getattr(span, name)]
    return ", ".join([span.kind, f"from {lo}", f"before {hi}", *flags])
