"""What reaches the terminal: its width, recorded text made safe to print, and matches marked."""

from __future__ import annotations

import os
import re
import sys
import textwrap
from codecs import getincrementaldecoder
from collections.abc import Iterable

import orjson
import typer

from api.visible_text import escape_invisible, escape_invisible_json

DEFAULT_COLUMNS, MIN_COLUMNS = 80, 40
MATCH_START, MATCH_END = "\ufdd0", "\ufdd1"
"""Stand around a match until the text is printed; no character is assigned to them."""
BOLD, NOT_BOLD = "\x1b[1m", "\x1b[22m"
PLAIN_MARK = "**"


def print_text(text: str, *, err: bool = False) -> None:
    """Print a text, in which what was recorded can neither move the cursor nor hide a letter."""
    shown = escape_invisible(text).replace("\r", "⟦U+000D⟧")
    typer.echo(_print_marks(shown), err=err)


def print_answer(value: object, as_json: bool, text: str) -> None:
    """Print an answer as JSON or as text."""
    if as_json:
        print_json(value)
    else:
        print_text(text)


def print_warning(text: str) -> None:
    """Print on standard error what was accepted but is probably not meant."""
    print_text(f"warning: {text}", err=True)


def print_json(value: object) -> None:
    """Print one line of JSON."""
    print_body(orjson.dumps(value))


def print_body(body: bytes) -> None:
    """Print JSON as it is; on a terminal, what is invisible in it as escapes of JSON."""
    print_chunks([body.removesuffix(b"\n"), b"\n"])


def print_chunks(chunks: Iterable[bytes]) -> None:
    """Print the parts of a long body of JSON, as ``print_body`` does."""
    sys.stdout.flush()
    decode = getincrementaldecoder("utf-8")().decode
    is_terminal = sys.stdout.isatty()
    for chunk in chunks:
        shown = escape_invisible_json(decode(chunk)).encode() if is_terminal else chunk
        sys.stdout.buffer.write(shown)
    sys.stdout.buffer.flush()


def wrap_text(paragraph: str, first_indent: str, later_indent: str = "") -> list[str]:
    """Return a paragraph as lines that fit the terminal."""
    return textwrap.wrap(
        escape_invisible(" ".join(paragraph.split())),
        _read_columns() - 1,
        initial_indent=first_indent,
        subsequent_indent=later_indent,
        break_on_hyphens=False,
    )


def _read_columns() -> int:
    """Return how wide lines may be: COLUMNS, else the terminal's width, 80 where there is none."""
    try:
        columns = int(os.environ.get("COLUMNS", "")) or DEFAULT_COLUMNS
    except ValueError:
        try:
            columns = os.get_terminal_size(sys.stdout.fileno()).columns or DEFAULT_COLUMNS
        except (OSError, ValueError):
            columns = DEFAULT_COLUMNS
    return max(columns, MIN_COLUMNS)


def _print_marks(text: str) -> str:
    """Return a text with its matches bold on a terminal, and between asterisks elsewhere."""
    start, end = (BOLD, NOT_BOLD) if sys.stdout.isatty() else (PLAIN_MARK, PLAIN_MARK)
    marked = re.sub(f"{MATCH_START}(.*?){MATCH_END}", rf"{start}\1{end}", text, flags=re.DOTALL)
    return re.sub(f"[{MATCH_START}{MATCH_END}]", "", marked)
