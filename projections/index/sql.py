"""What the statements of the index say of a cut, an order, a standing and a vague time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from domain.basis import Basis
from domain.cells import CellKey
from domain.model import NON_NEWS_STANDINGS
from projections.index.rows import KEY_SEPARATOR, SUBJECT_PREFIX, WIDTH_CLASSES

BASIS_CONDITION = (
    "{0}.known_from <= :known AND {0}.known_to > :known AND {0}.recorded_from <= :seq"
    " AND {0}.recorded_to > :seq AND {0}.audiences & :audience <> 0"
)
CELL_ORDER = "last DESC, lo DESC, known_at DESC, seq DESC, part DESC"
TIE_ORDER = "v.last DESC, v.lo DESC, v.known_at DESC, v.seq DESC"
MAX_INTEGER = 2**62
"""More than any instant or seq."""
UNREALISED_STANDINGS = ("announced", "conditional", "hypothetical", "denied", "disputed")
NEWS_CONDITION = f"v.standing NOT IN {NON_NEWS_STANDINGS}"
MENTIONS_CONDITION = (
    "v.id IN (SELECT m.version FROM cell c JOIN mention m ON m.cell = c.id WHERE"
    " c.negotiation = :negotiation AND c.kind = :subject_kind AND c.key = :subject_slug)"
)


def key_prefix_params(prefix: CellKey) -> dict[str, str]:
    """Return which keys begin with these parts."""
    start = "".join(part + KEY_SEPARATOR for part in prefix)
    end = start[:-1] + chr(ord(KEY_SEPARATOR) + 1) if start else "\U0010ffff"
    return {"key": KEY_SEPARATOR.join(prefix), "start": start, "end": end}


def subject_params(subject: str | None) -> dict[str, str]:
    kind, _, slug = (subject or "").partition(":")
    return {"subject_kind": SUBJECT_PREFIX + kind, "subject_slug": slug}


def width_params(basis: Basis) -> dict[str, int]:
    """Return where what may begin by a clock ends, in each class of vagueness."""
    return {
        f"{clock}{n}": min(at + width, MAX_INTEGER)
        for n, width in enumerate(WIDTH_CLASSES)
        for clock, at in (("known", basis.known_at), ("valid", basis.valid_at))
    }


def standing_in(standings: Sequence[str]) -> str:
    return f"v.standing IN ({', '.join(map(repr, standings))})"


def standing_condition(standing: str) -> str:
    match standing:
        case "disputed":
            return f"v.disputed AND {NEWS_CONDITION}"
        case "ahead":
            return "v.ahead AND v.standing = 'actual'"
        case "unrealised":
            return standing_in(UNREALISED_STANDINGS)
        case "happened":
            return "v.standing = 'actual' AND v.last <= :valid"
        case "possible":
            width_conditions = " OR ".join(
                f"(v.width = {n} AND v.last > :valid AND v.last <= :valid{n})"
                for n in range(len(WIDTH_CLASSES))
            )
            return f"v.standing = 'actual' AND v.lo <= :valid AND ({width_conditions})"
        case "scheduled":
            return "v.standing = 'actual' AND v.lo > :valid"
        case "withdrawn" | "erased" | "announced" | "conditional" | "hypothetical" | "denied":
            return f"v.standing = '{standing}'"
    return "1 = 0"


def class_conditions(standings: Sequence[str], clock: str) -> Iterator[str]:
    """Yield what parts some standings: a class of vagueness each, and what was told before it could
    have occurred. All else had begun by the clock, so it ends within the width of its class of
    that."""
    for standing in standings:
        for n in range(len(WIDTH_CLASSES)):
            yield f"v.standing = '{standing}' AND v.width = {n} AND v.last <= :{clock}{n}"
    yield f"v.ahead AND {standing_in(standings)}"
