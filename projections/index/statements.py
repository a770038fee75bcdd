"""The statements of queries.sql by name, as each database runs them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources
from typing import Literal

import orjson

from domain.clock_moments import CLOCKED_KINDS
from domain.introductions import INTRODUCTION_FIELDS
from ledger.database import Dialect
from projections.index.reach import FIRST_STATUS_CLASS
from projections.index.subjects import SUBJECT_PREFIX
from projections.scope import LISTED_TYPES, Scope


def _load_statements() -> dict[Dialect, dict[str, str]]:
    statements: dict[Dialect, dict[str, str]] = {"sqlite": {}, "postgres": {}}
    script = resources.files("projections.index").joinpath("queries.sql").read_text()
    for block in re.split(r"^-- name: ", script, flags=re.MULTILINE)[1:]:
        heading, body = block.split("\n", 1)
        name, _, only_dialect = heading.partition(" on ")
        statement = re.sub(r"^--.*\n", "", body, flags=re.MULTILINE).strip().removesuffix(";")
        for dialect, by_name in statements.items():
            if only_dialect in ("", dialect):
                by_name[name] = statement
    return statements


STATEMENTS = _load_statements()
"""By dialect and name; a name is missing where a database has no use for the statement."""
CellsStatement = Literal[
    "cell_rows",
    "cell_counts",
    "cell_candidates",
    "newest_candidates",
    "next_candidates",
    "last_candidates",
    "reports_of_several",
]
"""The statements about some cells of a kind."""
KEYS = {
    "range": "(c.key = :key OR (c.key >= :key_start AND c.key < :key_end))",
    "listed sqlite": "c.key IN (SELECT value FROM json_each(:keys))",
    "listed postgres": (
        "c.id = ANY (ARRAY ("
        "SELECT k.id FROM jsonb_array_elements_text(CAST(:keys AS jsonb)) x CROSS JOIN LATERAL ("
        "SELECT k.id FROM cell k WHERE k.negotiation = :negotiation AND k.kind = :kind"
        " AND k.key = x.value OFFSET 0) k))"
    ),
}
"""Which cells are read: those whose keys begin alike, or those with keys of a list.

PostgreSQL, which does not know how long a list is, would read all cells of the kind for it.
"""


def cells_statement(dialect: Dialect, name: CellsStatement, *, listed: bool) -> str:
    """Return a statement about cells with keys of a list, or in a range."""
    keys = KEYS[f"listed {dialect}" if listed else "range"]
    return STATEMENTS[dialect][name].format(keys=keys)


def count_statement(dialect: Dialect, name: str) -> str:
    """Return the statement that counts the rows of another up to its limit, in whatever order."""
    if name == "newest_by_class":
        return STATEMENTS[dialect]["count_by_class"]
    unordered = STATEMENTS[dialect][name].rpartition("\nORDER BY")[0]
    return f"SELECT count(*) FROM ({unordered}\nLIMIT :limit) AS counted"  # noqa: S608  # only our own statements


def dump_list(values: Iterable[object]) -> str:
    """Return values as the JSON list in which statements take several."""
    return orjson.dumps(list(values)).decode()


def listed_params(kind: str, scope: Scope) -> dict[str, object]:
    """Return the parameters of the happened items of one type within a scope."""
    introduced = INTRODUCTION_FIELDS.get(kind)
    return {
        "type": kind,
        "subject_kind": SUBJECT_PREFIX + introduced[-1] if introduced else "",
        "slugs": dump_list(scope.slugs.get(kind, ())),
        "seqs": dump_list(scope.seqs.get(kind, ())),
    }


_SEEN = re.compile(r"(\w+)\.audiences & :audience <> 0")
"""The condition of every statement under a basis, with the table whose rows are seen."""
_IN_SOURCES = {
    "sqlite": "IN (SELECT value FROM json_each(:sources))",
    "postgres": (
        "IN (SELECT CAST(value AS bigint) FROM jsonb_array_elements_text(CAST(:sources AS jsonb)))"
    ),
}


@lru_cache(maxsize=2**8)
def sourced_statement(dialect: Dialect, statement: str, *, several: bool) -> str:
    """Return a statement limited to what rests on one of some sources, given as a JSON list, or to
    what rests on several. The plus keeps databases from reading all of a source for that."""
    wanted = "IS NULL" if several else _IN_SOURCES[dialect]

    def limit_rows(seen: re.Match[str]) -> str:
        table = seen[1]
        if f"version {table}" in statement:
            return f"{seen[0]} AND +{table}.source {wanted}"
        in_version = (
            "EXISTS (SELECT 1 FROM version s WHERE s.id = {table}.{column} AND +s.source {wanted})"
        )
        own, partner = (
            in_version.format(table=table, column=column, wanted=wanted)
            for column in ("version", "partner")
        )
        return f"{seen[0]} AND {own} AND ({table}.partner = 0 OR {partner})"

    return _SEEN.sub(limit_rows, statement)


RANGE = "v.{column} > :low_{clock} AND v.{column} <= :high_{clock}"
MOVED_BY_CLOCK = {"known": ("known_from", "known_to"), "valid": ("last",)}
"""Which columns of a version tell the moments at which a clock changes what is seen of it."""
REVISED = ("revised_between", "closed_between")
FEW_SEQS = ("opened_between", *REVISED)
MANY_SEQS = ("timely_between", "late_between", *REVISED)
"""What finds the versions that were recorded between two seqs: all of them, or of many those that
were known by then."""
MORE_COLUMNS = {"events": 2, "versions": 9}
"""How many columns tell of touched versions what they have besides their type."""
SINCE_ALL_WAS_KNOWN = ("emerging_between", "ending_between")


def touched_statement(
    dialect: Dialect, told: str, clocks: Iterable[str], *, few_seqs: bool, all_known: bool = False
) -> str:
    """Return the statement for the cells that some clocks move past, and what is told of versions.

    Few seqs are read one by one, and what becomes known where ``all_known`` says that either moment
    is after all was recorded; else, as for the world, all that reaches from the lowest moment to
    the highest is looked at, and of many seqs what was known by then.
    """
    by_name, selects = STATEMENTS[dialect], list[str]()
    reached = set(clocks)
    if "seq" in reached:
        reached.remove("seq")
        selects += [by_name[each] for each in (FEW_SEQS if few_seqs else MANY_SEQS)]
    if all_known and "known" in reached:
        reached.remove("known")
        selects += [by_name[each] for each in SINCE_ALL_WAS_KNOWN]
    moved = [
        RANGE.format(column=column, clock=clock)
        for clock, columns in MOVED_BY_CLOCK.items()
        for column in columns
        if clock in reached
    ]
    if "valid" in reached:
        moved.append(f"v.reach >= {FIRST_STATUS_CLASS}")
    if moved:
        selects.append(by_name["reaching"].format(moved="\n        OR ".join(moved)))
    if reached - {"valid"}:
        selects.append(by_name["withdrawn_between"])
    others = by_name[f"touched_{told}"].format(listed_types=_quote(LISTED_TYPES))
    return by_name["touched_cells"].format(
        touched="\nUNION\n".join(selects),
        status_kinds=_quote(CLOCKED_KINDS),
        others=others,
        more=", NULL" * MORE_COLUMNS[told],
    )


def touched_by_seq_statement(dialect: Dialect) -> str:
    """Return the statement for what each seq of a few in a row touches."""
    by_name = STATEMENTS[dialect]
    touched = "\nUNION\n".join(by_name[each] for each in FEW_SEQS)
    return by_name["touched_by_seq"].format(touched=touched, listed_types=_quote(LISTED_TYPES))


@lru_cache(maxsize=2**8)
def hull_statement(statement: str, table: str) -> str:
    """Return a statement for what shows under any basis from ``low_known`` and ``low_seq`` on, with
    four columns more: the bounds of knowledge and of the record in which a row of a table shows."""
    bounds = ("known_from", "known_to", "recorded_from", "recorded_to")
    columns = "".join(f", {table}.{bound}" for bound in bounds)
    with_bounds = statement.replace("\nFROM", f"{columns}\nFROM", 1)
    for ends, clock in (("known_to", "known"), ("recorded_to", "seq")):
        with_bounds = with_bounds.replace(f".{ends} > :{clock}", f".{ends} > :low_{clock}")
    return with_bounds


def _quote(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in sorted(names))
