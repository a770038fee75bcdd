"""The statements for a page of the log: walked along the index of its order, or gathered."""

from __future__ import annotations

from collections.abc import Iterable

from ledger.database import Dialect
from projections.index.statements import STATEMENTS
from projections.log_query import LogOrder, LogQuery

_NAMES = """EXISTS (
        SELECT 1
        FROM mention m
        WHERE m.cell IN ({names}) AND m.known_from = v.known_from AND m.version = v.id{end}
    )"""
LOG_FILTERS = {
    "type": "v.type = :type",
    **{
        f"{names} {dialect}": _NAMES.format(names=f"{{{names}}}", end=end)
        for names in ("subjects", "others")
        # Else PostgreSQL joins all that names them before it looks for the first in order.
        for dialect, end in (("sqlite", ""), ("postgres", "\n        OFFSET 0"))
    },
    "publisher": "(v.source IN ({publisher}) OR v.source IS NULL)",
    "disputed": "v.disputed AND v.standing NOT IN ('act', 'record', 'erased', 'brief')",
    "ahead": "v.ahead AND v.standing = 'actual' AND v.type NOT IN ('role-assumed', 'role-ended')",
    "unrealised": (
        "v.standing IN ('announced', 'conditional', 'hypothetical', 'denied', 'disputed')"
    ),
    "happened": "v.standing = 'actual' AND v.last <= :valid",
    "possible": "v.standing = 'actual' AND v.lo <= :valid AND v.last > :valid",
    "scheduled": "v.standing = 'actual' AND v.lo > :valid",
    **{
        standing: f"v.standing = '{standing}'"
        for standing in (
            "withdrawn",
            "erased",
            "announced",
            "conditional",
            "hypothetical",
            "denied",
            "brief",
        )
    },
    "recorded in": "v.seq >= :first_seq AND v.seq <= :last_seq",
    "known in": "v.known_at > :never AND v.known_at >= :known_first AND v.known_at <= :known_last",
    "happened in": (
        "v.lo <= :happened_last AND +v.last >= :happened_first"
        " AND v.lo > :never AND +v.last < :unended AND v.standing <> 'act'"
    ),
    "words": "v.standing NOT IN ('act', 'record', 'erased')",
    "words sqlite": """(
        EXISTS (SELECT 1 FROM word WHERE word MATCH :match AND word.rowid = v.id)
        OR v.id IN (SELECT value FROM json_each(:waiting))
    )""",
    "words postgres": """EXISTS (
        SELECT 1 FROM word w WHERE w.version = v.id AND w.words @@ CAST(:match AS tsquery)
    )""",
}
"""What a page of the log can be limited to. ``{subjects}``, ``{others}`` and ``{publisher}`` are
numbers of cells. What rests on several sources is read with any publisher, and looked at then."""

_CLASSES = {
    "sqlite": """SELECT o.id
    FROM json_each(:{name}) k
    CROSS JOIN version o ON o.negotiation = :negotiation
        AND o.standing = json_extract(k.value, '$[0]')
        AND o.width = json_extract(k.value, '$[1]')
        AND o.last >= json_extract(k.value, '$[2]')
        AND o.last <= json_extract(k.value, '$[3]')""",
    # The offset keeps PostgreSQL from reading all versions for the sake of many small classes.
    "postgres": """SELECT n.id
    FROM jsonb_array_elements(CAST(:{name} AS jsonb)) k
    CROSS JOIN LATERAL (
        SELECT o.id
        FROM version o
        WHERE o.negotiation = :negotiation
            AND o.standing = k.value ->> 0
            AND o.width = CAST(k.value ->> 1 AS bigint)
            AND o.last >= CAST(k.value ->> 2 AS bigint)
            AND o.last <= CAST(k.value ->> 3 AS bigint)
        OFFSET 0
    ) n""",
}
_REVISED_IN_BLOCK = """o.negotiation = :negotiation
        AND o.recorded_from >= b.recorded_from AND o.recorded_from <= b.recorded_to
        AND o.recorded_from > o.seq AND o.seq > :last_told"""
_EARLY = """
    UNION
    SELECT o.id FROM version o WHERE o.negotiation = :negotiation AND o.ahead"""
_SOURCES = {
    "type": "SELECT o.id FROM version o WHERE o.negotiation = :negotiation AND o.type = :type",
    "subjects": "SELECT DISTINCT m.version AS id FROM mention m WHERE m.cell IN ({subjects})",
    "others": "SELECT DISTINCT m.version AS id FROM mention m WHERE m.cell IN ({others})",
    "publisher": """SELECT o.id FROM version o WHERE o.source IN ({publisher})
    UNION
    SELECT o.id
    FROM candidate a
    CROSS JOIN version o
    WHERE a.cell IN ({publisher})
        AND o.negotiation = :negotiation AND o.seq = a.seq AND o.source IS NULL""",
    "disputed": "SELECT o.id FROM version o WHERE o.negotiation = :negotiation AND o.disputed",
    "ahead": "SELECT o.id FROM version o WHERE o.negotiation = :negotiation AND o.ahead",
    "known in": """SELECT o.id
    FROM version o
    WHERE o.negotiation = :negotiation
        AND o.known_at >= :known_first AND o.known_at <= :known_last""",
    "recorded in": """SELECT o.id
    FROM version o
    WHERE o.negotiation = :negotiation AND o.seq >= :first_seq AND o.seq <= :last_seq""",
    **{
        f"late {dialect}": f"""SELECT o.id
    FROM {version}
    WHERE o.negotiation = :negotiation AND o.known_at = :never AND o.seq > :last_told
    UNION
    SELECT o.id
    FROM (
        SELECT
            e.recorded_from,
            coalesce(
                (
                    SELECT n.recorded_from
                    FROM version_block n
                    WHERE n.negotiation = e.negotiation AND n.block > e.block
                    ORDER BY n.block
                    LIMIT 1
                ), 4611686018427387904) AS recorded_to
        FROM version_block e
        WHERE e.negotiation = :negotiation AND e.revised_from <= :known
    ) b
    CROSS JOIN {versions} o
    WHERE b.recorded_to > :last_told{more}"""  # noqa: S608  # only our own statements
        for dialect, version, versions, more in (
            (
                "sqlite",
                "version o INDEXED BY version_known",
                "version",
                f"\n        AND {_REVISED_IN_BLOCK}",
            ),
            (
                "postgres",
                "version o",
                f"LATERAL (SELECT o.id FROM version o WHERE {_REVISED_IN_BLOCK} OFFSET 0)",  # noqa: S608
                "",
            ),
        )
    },
    "words sqlite": """SELECT word.rowid AS id FROM word WHERE word MATCH :match
    UNION ALL SELECT value FROM json_each(:waiting)""",
    "words postgres": "SELECT w.version AS id FROM word w WHERE w.words @@ CAST(:match AS tsquery)",
    **{
        f"{name} {dialect}": statement.format(name=name.split()[0] + "_classes") + early
        for name, early in (("standing", ""), ("happened in", ""), ("scheduled", _EARLY))
        for dialect, statement in _CLASSES.items()
    },
}
"""What gives the numbers of all versions that a filter can let through, and few others."""
_VERSION_OF_SOURCE: dict[Dialect, str] = {
    "sqlite": "version v",
    "postgres": "LATERAL (SELECT v.* FROM version v WHERE v.id = s.id OFFSET 0) v",
}
_ORDERS: dict[LogOrder, tuple[str, ...]] = {
    "recorded": ("seq",),
    "known": ("known_at", "seq"),
    "happened": ("last", "lo", "known_at", "seq"),
}
_INDEXES: dict[LogOrder, str] = {
    "recorded": "version_log",
    "known": "version_known",
    "happened": "version_type",
}
"""The index that leads along an order; of what happened it does among the events of one type."""


def _source(dialect: Dialect, name: str) -> str:
    return _SOURCES.get(name) or _SOURCES[f"{name} {dialect}"]


def _join_conditions(
    dialect: Dialect, filters: Iterable[str], *others: str, source: str | None = None
) -> str:
    """Return the conditions of some filters; words are looked up once, by a source or here."""
    names = [*filters]
    names += [f"words {dialect}"] if "words" in names and source != "words" else []
    named = (
        LOG_FILTERS.get(name) or LOG_FILTERS.get(f"{name} {dialect}", "1 = 0") for name in names
    )
    return "".join(f"\n    AND {condition}" for condition in (*others, *named))


def count_source_statement(dialect: Dialect, source: str) -> str:
    """Return the statement that counts what a source gives, up to ``:few``."""
    ids = _source(dialect, source)
    return f"SELECT count(*) FROM (SELECT 1 FROM ({ids}) AS s LIMIT :few) AS counted"  # noqa: S608  # only our own statements


def _order_by(query: LogQuery, table: str = "v") -> str:
    way = " DESC" if query.newest_first else ""
    return ", ".join(f"{table}.{column}{way}" for column in _ORDERS[query.order])


def _condition_of_lead(query: LogQuery) -> str:
    """Return the bounds within which a page is read, of the column that leads its order."""
    column = _ORDERS[query.order][0]
    return f"v.{column} >= :lead_low AND v.{column} <= :lead_high"


def _condition_of_place(query: LogQuery, first: str = ":after_1") -> str:
    columns = _ORDERS[query.order]
    others = (f":after_{number}" for number, _ in enumerate(columns[1:], 2))
    row = ", ".join(f"v.{column}" for column in columns)
    return f"({row}) {'<' if query.newest_first else '>'} ({', '.join((first, *others))})"


_PLACES_IN_CLASS = {
    False: "greatest(:after_1, CAST(k.value ->> 2 AS bigint) - 1)",
    True: "least(:after_1, CAST(k.value ->> 3 AS bigint) + 1)",
}
"""From where PostgreSQL reads a class, oldest or newest first: it begins where a comparison of rows
says, and not where a closer bound of their first column does."""


def gather_statement(dialect: Dialect, query: LogQuery, filters: Iterable[str], source: str) -> str:
    """Return the statement for a page of all that a source gives, put in order."""
    conditions = "v.id = s.id", _condition_of_lead(query), _condition_of_place(query)
    return STATEMENTS[dialect]["log_page"].format(
        versions=f"({_source(dialect, source)}) s\nCROSS JOIN {_VERSION_OF_SOURCE[dialect]}",
        filter=_join_conditions(dialect, filters, *conditions, source=source),
        order=_order_by(query),
    )


def walk_statement(dialect: Dialect, query: LogQuery, filters: Iterable[str]) -> str:
    """Return the statement for a page along the index of its order."""
    is_of_one_type = query.type and query.standing == "happened" and not query.happened
    if query.order == "happened" and not is_of_one_type:
        is_server = dialect == "postgres"
        first = [_PLACES_IN_CLASS[query.newest_first]] if is_server else []
        filter = _join_conditions(dialect, filters, _condition_of_place(query, *first))
        return STATEMENTS[dialect]["log_page_by_classes"].format(
            filter=filter, order=_order_by(query), page_order=_order_by(query, "x")
        )
    places = _condition_of_lead(query), _condition_of_place(query)
    filter = _join_conditions(dialect, filters, *places)
    forced = f" INDEXED BY {_INDEXES[query.order]}" if dialect == "sqlite" else ""
    return STATEMENTS[dialect]["log_page"].format(
        versions=f"version v{forced}", filter=filter, order=_order_by(query)
    )
