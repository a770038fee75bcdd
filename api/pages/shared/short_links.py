"""Short permanent addresses, which lead to pinned ones: what they pin is written in themselves.

``/k/{negotiation}/{pin}/{page}`` is a page as of a basis, whose pin is its preset and seq and its
clocks, such as ``k.as.dfc5``; what else was asked stays in the query. Nothing is stored for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote, urlencode

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from domain.basis import Basis
from domain.errors import NotFoundError
from domain.instants import DAY, EARLIEST_WRITABLE, LATEST_WRITABLE, SECOND, Instant, to_rfc3339

PRESETS = {"k": "as-known", "r": "as-recorded", "h": "hindsight"}
_LETTERS = {preset: letter for letter, preset in PRESETS.items()}
_QUARTER = 900 * SECOND
_UNITS = {"d": (DAY, 1), "q": (_QUARTER, 1), "s": (SECOND, 0), "u": (1, 0)}
"""By what instants are counted: a unit, and how many microseconds an instant lies before it, as the
end of a day does."""
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_NUMBER = "-?[0-9a-z]{1,14}"
_PIN = re.compile(rf"([krh])\.({_NUMBER})\.([dqsu])({_NUMBER})(?:\.([dqsu])({_NUMBER}))?")
_YEAR = "public, max-age=31536000, immutable"


def short_address(
    basis: Basis, negotiation: str, page: str, pairs: Iterable[tuple[str, str]]
) -> str:
    """Return the short address of a page as of a basis; ``pairs`` are its other parameters."""
    moments = dict.fromkeys((basis.known_at, basis.valid_at))
    pin = ".".join((_LETTERS[basis.preset], _write_number(basis.seq), *map(_write_moment, moments)))
    path = "/".join(filter(None, ("/k", negotiation, pin, page)))
    kept = [*((name, value) for name, value in basis.pinned_params() if _is_kept(name, value))]
    query = urlencode([*kept, *pairs], safe="/")
    return f"{path}?{query}" if query else path


def follow_short_link(request: Request) -> Response:
    """Lead to the pinned address. Raises NotFoundError."""
    path: Mapping[str, str] = request.path_params
    pairs = [*_read_pin(path["pin"]), *request.query_params.multi_items()]
    page = path.get("page", "")
    address = "/".join(filter(None, ("/desk", quote(path["negotiation"]), quote(page))))
    headers = {"Cache-Control": _YEAR}
    return RedirectResponse(f"{address}?{urlencode(pairs)}", 308, headers=headers)


def _is_kept(name: str, value: str) -> bool:
    """Return whether a parameter of a pinned address is not told by the pin, and no default."""
    return name not in ("basis", "known_at", "valid_at", "seq") and value != "public"


def _read_pin(pin: str) -> list[tuple[str, str]]:
    found = _PIN.fullmatch(pin)
    if not found:
        raise NotFoundError("there is no such page", hint="a short address was cut or mistyped")
    preset, seq, *moments = found.groups()
    known_at = _read_moment(*moments[:2])
    valid_at = known_at if moments[2] is None else _read_moment(*moments[2:])
    return [
        ("basis", PRESETS[preset]),
        ("known_at", to_rfc3339(known_at)),
        ("valid_at", to_rfc3339(valid_at)),
        ("seq", str(max(int(seq, 36), 0))),
    ]


def _write_moment(moment: Instant) -> str:
    """Return an instant in the widest unit that tells it wholly."""
    for name, (unit, before) in _UNITS.items():
        count, rest = divmod(moment + before, unit)
        if not rest:
            return f"{name}{_write_number(count)}"
    raise AssertionError("a microsecond tells every instant")


def _read_moment(name: str, number: str) -> Instant:
    unit, before = _UNITS[name]
    return min(max(int(number, 36) * unit - before, EARLIEST_WRITABLE), LATEST_WRITABLE)


def _write_number(number: int) -> str:
    """Return a number in base 36."""
    digits, left = "", abs(number)
    while left:
        left, digit = divmod(left, 36)
        digits = _DIGITS[digit] + digits
    return f"{'-' if number < 0 else ''}{digits or '0'}"
