"""What a role that serves a log on PostgreSQL may do: append and read, and change nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from domain.errors import InvalidQuestionError
from ledger.database import Cursor, database_dialect

APPEND, CHANGE, READ = "SELECT, INSERT", "SELECT, INSERT, UPDATE", "SELECT"
LOG_PRIVILEGES = {
    "head": "SELECT, UPDATE",
    "event": APPEND,
    "node": APPEND,
    "checkpoint": APPEND,
    "cosignature": APPEND,
    "introduction": APPEND,
    "content_namespace": APPEND,
    "earlier_content": APPEND,
    "idempotency": APPEND,
    "negotiation": CHANGE,
    "erasure": READ,
    "migration": READ,
    "access_key": READ,
    "access_session": "SELECT, INSERT, UPDATE, DELETE",
    "proposal": CHANGE,
    "article": CHANGE,
    "draft": f"{CHANGE}, DELETE",
    "article_source": CHANGE,
    "feed": f"{CHANGE}, DELETE",
}
"""The privileges that serving needs; erasing and rebuilding are left to the owner."""


def grant_privileges(c: Cursor, role: str, read_model_tables: Sequence[str]) -> None:
    """Give a role what serving needs and take what it has beyond. Raises InvalidQuestionError."""
    _require_limited_role(c, role)
    sql: Any = import_module("psycopg").sql
    for table, rights in (LOG_PRIVILEGES | dict.fromkeys(read_model_tables, CHANGE)).items():
        names = sql.Identifier(table), sql.Identifier(role)
        c.execute(sql.SQL("REVOKE ALL ON {} FROM {}").format(*names))
        c.execute(sql.SQL(f"GRANT {rights} ON {{}} TO {{}}").format(*names))


def find_missing_rights(c: Cursor, needed: Mapping[str, str]) -> tuple[str, list[str]]:
    """Return the role of a connection, and what it lacks of the rights that tables need."""
    missing = list[str]()
    for table, rights in needed.items():
        for right in rights.split(", "):
            c.execute(
                "SELECT has_table_privilege(to_regclass(:table), :right)",
                {"table": table, "right": right},
            )
            if c.fetchone()[0] is False:
                missing.append(f"{right} on {table}")
    c.execute("SELECT current_user")
    return c.fetchone()[0], missing


def _require_limited_role(c: Cursor, role: str) -> None:
    c.execute(
        """
        SELECT r.rolsuper OR pg_has_role(r.oid, t.relowner, 'MEMBER') FROM pg_roles r, pg_class t
        WHERE r.rolname = :role AND t.oid = to_regclass('event')
        """,
        {"role": role},
    )
    row = c.fetchone()
    if row is None:
        hint = "make it first: CREATE ROLE name LOGIN PASSWORD '...'"
        raise InvalidQuestionError(f"there is no role {role!r}", hint=hint)
    if row[0]:
        hint = "name a role that is neither the owner of the log nor one of its members"
        raise InvalidQuestionError(f"{role!r} may do everything with the log", hint=hint)


@contextmanager
def preserve_privileges(c: Cursor, read_model_tables: Sequence[str]) -> Iterator[None]:
    """Give the roles that serve their privileges again on tables that are made again."""
    roles = _serving_roles(c) if database_dialect(c) == "postgres" else []
    yield
    for role in roles:
        grant_privileges(c, role, read_model_tables)


def grant_added_tables(c: Cursor, tables: Sequence[str]) -> None:
    """Give the roles that serve their privileges on tables of the log that are new."""
    sql: Any = import_module("psycopg").sql
    for role in _serving_roles(c):
        for table in tables:
            names = sql.Identifier(table), sql.Identifier(role)
            c.execute(sql.SQL(f"GRANT {LOG_PRIVILEGES[table]} ON {{}} TO {{}}").format(*names))


def _serving_roles(c: Cursor) -> list[str]:
    c.execute(
        """
        SELECT DISTINCT r.rolname
        FROM pg_class t, aclexplode(t.relacl) a JOIN pg_roles r ON r.oid = a.grantee
        WHERE t.oid = to_regclass('head') AND r.oid <> t.relowner AND a.privilege_type = 'UPDATE'
        """
    )
    return [row[0] for row in c.fetchall()]
