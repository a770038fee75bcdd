"""The settings of a PostgreSQL server under which it keeps what it acknowledges."""

from __future__ import annotations

from domain.errors import UnsafeDatabaseError
from ledger.database import Cursor

KEPT_AT_COMMIT = ("on", "remote_apply")
"""The settings of synchronous_commit under which what is acknowledged outlasts a crash."""
LOSING_SETTINGS = ("fsync", "full_page_writes")
"""Settings of a whole server that lose or damage what was acknowledged where they are off."""
READ_DURABILITY = """
SELECT name, setting FROM pg_settings
WHERE name IN ('synchronous_commit', 'fsync', 'full_page_writes')
"""


def make_durable(c: Cursor) -> None:
    """Make commits of a connection durable, whatever database and role prescribe or the server is
    told later. Raises UnsafeDatabaseError where it would lose them all the same."""
    chosen = _read_settings(c)["synchronous_commit"]
    kept = chosen if chosen in KEPT_AT_COMMIT else "on"
    c.execute(f"SET synchronous_commit = {kept}")
    require_durability(c)


def require_durability(c: Cursor) -> None:
    """Require a server that keeps what it acknowledges. Raises UnsafeDatabaseError."""
    settings = _read_settings(c)
    losing = [name for name in LOSING_SETTINGS if settings[name] != "on"]
    if settings["synchronous_commit"] not in KEPT_AT_COMMIT:
        losing.append("synchronous_commit")
    if losing:
        raise UnsafeDatabaseError(
            f"the server would lose what was acknowledged: {' and '.join(losing)} is off",
            hint="turn it on in postgresql.conf and reload the server",
        )


def _read_settings(c: Cursor) -> dict[str, str]:
    c.execute(READ_DURABILITY)
    return dict(c.fetchall())
