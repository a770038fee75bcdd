"""What the statements of the index say of a cut, an order, a standing and a vague time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from domain.basis import Basis
from domain.cells import CellKey
from domain.versions import NO_NEWS
from projections.laying import KEY, SUBJECT, WIDTHS

CUT = (
    "{0}.known_from <= :known AND {0}.known_to > :known AND {0}.recorded_from <= :seq"
    " AND {0}.recorded_to > :seq AND {0}.audiences & :audience <> 0"
)
ORDER = "last DESC, lo DESC, known_at DESC, seq DESC, part DESC"
TIE = "v.last DESC, v.lo DESC, v.known_at DESC, v.seq DESC"
MOST = 2**62
"""More than any instant or seq."""
UNREALISED = ("announced", "conditional", "hypothetical", "denied", "disputed")
NEWS = f"v.standing NOT IN {NO_NEWS}"
MENTIONS = (
    "v.id IN (SELECT m.version FROM cell c JOIN mention m ON m.cell = c.id WHERE"
    " c.negotiation = :negotiation AND c.kind = :subject_kind AND c.key = :subject_slug)"
)


def beginning(prefix: CellKey) -> dict[str, str]:
    """Return which keys begin with these parts."""
    start = "".join(part + KEY for part in prefix)
    end = start[:-1] + chr(ord(KEY) + 1) if start else "\U0010ffff"
    return {"key": KEY.join(prefix), "start": start, "end": end}


def mentioning(subject: str | None) -> dict[str, str]:
    kind, _, slug = (subject or "").partition(":")
    return {"subject_kind": SUBJECT + kind, "subject_slug": slug}


def widths(basis: Basis) -> dict[str, int]:
    """Return where what may begin by a clock ends, in each class of vagueness."""
    return {f"{clock}{n}": min(at + width, MOST) for n, width in enumerate(WIDTHS)
            for clock, at in (("known", basis.known_at), ("valid", basis.valid_at))}  # fmt: skip


def among(standings: Sequence[str]) -> str:
    return f"v.standing IN ({', '.join(map(repr, standings))})"


def standing_is(standing: str) -> str:
    match standing:
        case "disputed":
            return f"v.disputed AND {NEWS}"
        case "ahead":
            return "v.ahead AND v.standing = 'actual'"
        case "unrealised":
            return among(UNREALISED)
        case "happened":
            return "v.standing = 'actual' AND v.last <= :valid"
        case "possible":
            classes = " OR ".join(
                f"(v.width = {n} AND v.last > :valid AND v.last <= :valid{n})"
                for n in range(len(WIDTHS))
            )
            return f"v.standing = 'actual' AND v.lo <= :valid AND ({classes})"
        case "scheduled":
            return "v.standing = 'actual' AND v.lo > :valid"
        case "withdrawn" | "erased" | "announced" | "conditional" | "hypothetical" | "denied":
            return f"v.standing = '{standing}'"
    return "1 = 0"


def classes(standings: Sequence[str], clock: str) -> Iterator[str]:
    """Yield what parts some standings: a class of vagueness each, and what was told before it could
    have occurred. All else had begun by the clock, so it ends within the width of its class of
    that."""
    for standing in standings:
        for n in range(len(WIDTHS)):
            yield f"v.standing = '{standing}' AND v.width = {n} AND v.last <= :{clock}{n}"
    yield f"v.ahead AND {among(standings)}"
