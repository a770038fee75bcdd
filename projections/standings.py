"""Where parties stand: positions, what others claim of them, and meetings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

import orjson

from domain import meetings as meeting_rules
from domain import positions as position_rules
from domain.cells import CellKey, Placed
from domain.items import joined, merged
from domain.meetings import Meeting
from domain.positions import Position
from domain.refusals import NotFoundError
from domain.versions import Json
from projections.view import LATER, T, View

NULL = b"null"
NO_STANCE: Json = {"stance": None, "summary": None, "quote": None, "conditions": []}
NO_FACTS = dict.fromkeys(("title", "place", "format", "outcome", "summary"))


def positions(view: View, *party: str) -> list[orjson.Fragment]:
    """Return where every party, or one, stands on every issue and plan point."""
    return [position(key, found) for key, found in sorted(stances(view, *party).items())]


def stances(view: View, *party: str, bare: bool = False) -> dict[CellKey, Position]:
    """Return every position, resolved and not yet spelled out, by party and what it is on; bare
    ones cannot be spelled out."""
    points = by_party(view.stances("stance", bare=bare))
    of_party = {key: each for key, each in points.items() if party in ((), key[:1])}
    return view.stances("position", *party, bare=bare) | of_party


def by_party(stances: Mapping[CellKey, T]) -> dict[CellKey, T]:
    """Return what stands under plan, point and party under party, plan and point."""
    return {(party, *point): each for (*point, party), each in stances.items()}


def position(key: CellKey, found: Position) -> orjson.Fragment:
    """Return one cell: the fields of the event that set it, and since when the stance holds."""
    times = b'{"since":%b,"last_stated":%b,"mixed":%b,"candidates":%b}' % (
        found.since.detail or NULL if found.since else NULL,
        found.last_stated.detail or NULL if found.last_stated else NULL,
        b"true" if found.mixed else b"false",
        orjson.dumps([shown(row) for row in found.candidates]) if found.mixed else b"[]",
    )
    if len(found.candidates) == 1 and found.winner.mark is not None:
        return joined(found.winner.body, times, found.winner.rests)
    value = NO_STANCE | _cell(key) | ({} if found.mixed else found.winner.value)
    rivals = [rival for row in found.candidates for rival in row.value.get("rivals", ())]
    value |= {"disputed": True, "rivals": rivals} if rivals else {}
    rests = merged([row.rests for row in found.candidates])
    return joined(orjson.dumps(value), times, rests)


def shown(row: Placed) -> orjson.Fragment:
    return joined(row.body, row.rests)


def _cell(key: CellKey) -> dict[str, str]:
    names = ("party", "issue") if len(key) == 2 else ("party", "plan", "point")
    return dict(zip(names, key, strict=True))


def attributed(view: View, *party: str) -> list[orjson.Fragment]:
    """Return what others say of a party's position, newest first in each cell."""
    return [shown(row) for rows in view.cells("attributed", *party).values() for row in rows]


def cell(view: View, *key: str, start: int = 0, limit: int = 100) -> dict[str, Any]:
    """Return one position with its history, newest first from a place on.

    Raises NotFoundError if nothing names it.
    """

    def read(kind: str, *key: str) -> tuple[Position | None, list[orjson.Fragment]]:
        def by(rows: Iterable[Placed]) -> tuple[Position | None, list[orjson.Fragment]]:
            page = [shown(row) for row in islice(rows, start, start + limit)]
            return position_rules.resolve(rows), page

        return view.resolved(kind, *key, by=by, most=start + limit).get(key, (None, []))

    own = read("position", *key) if len(key) == 2 else read("stance", *key[1:], key[0])
    (found, history), (_, others) = own, read("attributed", *key)
    if not history and not others:
        known = all(view.mentioned(kind, {slug}) for kind, slug in _cell(key).items())
        if not known:
            raise NotFoundError(f"nothing is known of {'/'.join(key)} under this basis", hint=LATER)
    return {
        "position": position(key, found) if found else None,
        "history": history,
        "attributed": others,
    }


def meetings(view: View, *slug: str, status: str | None = None) -> list[orjson.Fragment]:
    """Return every meeting, or one, or those of one status, as of the basis."""
    found = []
    at = view.basis.valid_at
    for (name,), rows in view.cells("meeting", *slug).items():
        meeting, facts, rests = _meeting(name, tuple(rows), view.zone)
        if meeting and status in (None, meeting.status(at)):
            changing = {"status": meeting.status(at), "ongoing": meeting.ongoing(at)}
            found.append(joined(facts, orjson.dumps(changing), rests))
    return found


@lru_cache(maxsize=2**12)
def _meeting(
    slug: str, newest_first: Sequence[Placed], zone: str
) -> tuple[Meeting | None, bytes, bytes]:
    """Return a meeting, its JSON as far as the clock does not matter, and what it rests on."""
    found = meeting_rules.resolve(newest_first, zone)
    if found is None:
        return None, b"", b""
    facts = {
        "meeting": slug,
        "occurred": found.occurred,
        "expected": found.expected,
        **NO_FACTS,
        **found.fields,
        **({"disputed": True, "rivals": found.rivals} if found.rivals else {}),
    }
    return found, orjson.dumps(facts), merged(grounds(reversed(newest_first)))


def meeting(view: View, slug: str) -> orjson.Fragment:
    """Return one meeting. Raises NotFoundError if it is not known under this basis."""
    for found in meetings(view, slug):
        return found
    raise NotFoundError(f"no meeting {slug!r} is known under this basis", hint=LATER)


def grounds(rows: Iterable[Placed]) -> list[bytes]:
    return [ground for row in rows for ground in row.grounds]
