"""The steps that bring the tables of an older log up to this version, in their order.

Each step stands in the table ``migration`` once it was taken, and its number is the version of the
tables. A step never changes once it was released: the next change of a table of the log is a new
step at the end, with the same tables in ``sqlite.sql`` and ``postgres.sql`` for new ledgers.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import NamedTuple

from domain.errors import SchemaError
from ledger import introductions, privileges
from ledger.database import (
    Cursor,
    Dialect,
    database_dialect,
    has_table,
    insert_rows,
    is_permission_error,
    run_script,
)

LOGGER = logging.getLogger("minutebook")


class Migration(NamedTuple):
    """One step; ``adds`` names the tables that are new with it, ``removes`` those that go, and
    ``changes`` what else is otherwise before it: ``table event``."""

    name: str
    apply: Callable[[Cursor], None]
    adds: tuple[str, ...] = ()
    removes: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()


def _run(scripts: Mapping[Dialect, str]) -> Callable[[Cursor], None]:
    return lambda c: run_script(c, scripts[database_dialect(c)])


_MAKE_INTRODUCTION: Mapping[Dialect, str] = {
    "sqlite": """
CREATE TABLE introduction (
    negotiation TEXT NOT NULL,
    kind TEXT NOT NULL,
    slug TEXT NOT NULL,
    event_id TEXT NOT NULL,
    PRIMARY KEY (negotiation, kind, slug)
) WITHOUT ROWID;
INSERT INTO introduction SELECT negotiation, kind, slug, '' FROM registered;
DROP TABLE registered;
""",
    "postgres": """
ALTER TABLE registered RENAME TO introduction;
ALTER INDEX registered_pkey RENAME TO introduction_pkey;
ALTER TABLE introduction ADD COLUMN event_id text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE introduction ALTER COLUMN event_id DROP DEFAULT;
""",
}
"""The table that 0.1 and 0.2 had has no ids of events; its privileges stay."""
_MAKE_CONTENT_IDS: Mapping[Dialect, str] = {
    "sqlite": """
CREATE TABLE content_namespace (
    negotiation TEXT PRIMARY KEY,
    namespace BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE earlier_content (
    negotiation TEXT NOT NULL,
    content BLOB NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (negotiation, content, seq)
) WITHOUT ROWID;
""",
    "postgres": """
CREATE TABLE content_namespace (
    negotiation text COLLATE "C" PRIMARY KEY,
    namespace bytea NOT NULL
);
CREATE TABLE earlier_content (
    negotiation text COLLATE "C" NOT NULL,
    content bytea NOT NULL,
    seq bigint NOT NULL,
    PRIMARY KEY (negotiation, content, seq)
);
""",
}
_MAKE_MIGRATION: Mapping[Dialect, str] = {
    "sqlite": """
CREATE TABLE migration (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL
);
""",
    "postgres": """
CREATE TABLE migration (
    number bigint PRIMARY KEY,
    name text COLLATE "C" NOT NULL
);
""",
}
_MAKE_COSIGNATURE: Mapping[Dialect, str] = {
    "sqlite": """
CREATE TABLE cosignature (
    size INTEGER NOT NULL,
    witness TEXT NOT NULL,
    line TEXT NOT NULL,
    PRIMARY KEY (size, witness)
) WITHOUT ROWID;
CREATE TRIGGER cosignature_is_never_changed BEFORE UPDATE ON cosignature
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER cosignature_is_never_deleted BEFORE DELETE ON cosignature
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
""",
    "postgres": """
CREATE TABLE cosignature (
    size bigint NOT NULL,
    witness text COLLATE "C" NOT NULL,
    line text COLLATE "C" NOT NULL,
    PRIMARY KEY (size, witness)
);
CREATE TRIGGER cosignature_is_append_only BEFORE UPDATE OR DELETE ON cosignature
FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER cosignature_is_not_emptied BEFORE TRUNCATE ON cosignature
FOR EACH STATEMENT EXECUTE FUNCTION append_only();
""",
}

_MAKE_ACCESS_KEY: Mapping[Dialect, str] = {
    "sqlite": """
CREATE TABLE access_key (
    name TEXT PRIMARY KEY,
    secret_hash BLOB NOT NULL UNIQUE,
    scopes TEXT NOT NULL,
    audience TEXT NOT NULL,
    negotiations TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER
) WITHOUT ROWID;
""",
    "postgres": """
CREATE TABLE access_key (
    name text COLLATE "C" PRIMARY KEY,
    secret_hash bytea NOT NULL UNIQUE,
    scopes text COLLATE "C" NOT NULL,
    audience text COLLATE "C" NOT NULL,
    negotiations text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint,
    revoked_at bigint
);
""",
}

_MAKE_ACCESS_SESSION: Mapping[Dialect, str] = {
    "sqlite": """
CREATE TABLE access_session (
    token_hash BLOB PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT,
    created_at INTEGER NOT NULL,
    used_at INTEGER NOT NULL
) WITHOUT ROWID;
""",
    "postgres": """
CREATE TABLE access_session (
    token_hash bytea PRIMARY KEY,
    name text COLLATE "C" NOT NULL,
    role text COLLATE "C",
    created_at bigint NOT NULL,
    used_at bigint NOT NULL
);
""",
}
_ADD_APPROVALS: Mapping[Dialect, str] = {
    "sqlite": """
ALTER TABLE event ADD COLUMN approved_by TEXT;
CREATE TRIGGER event_approval_is_never_changed BEFORE UPDATE OF approved_by ON event
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TABLE proposal (
    id TEXT PRIMARY KEY,
    negotiation TEXT NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_at INTEGER NOT NULL,
    media_type TEXT NOT NULL,
    body BLOB NOT NULL,
    size INTEGER NOT NULL,
    events INTEGER NOT NULL,
    preview BLOB NOT NULL,
    contents TEXT NOT NULL,
    status TEXT NOT NULL,
    decided_by TEXT,
    decided_at INTEGER,
    word TEXT,
    answer BLOB NOT NULL
);
CREATE INDEX proposal_negotiation ON proposal (negotiation, status);
CREATE INDEX proposal_proposed_by ON proposal (proposed_by, status);
""",
    "postgres": """
ALTER TABLE event ADD COLUMN approved_by text COLLATE "C";
CREATE TRIGGER event_approval_is_never_changed BEFORE UPDATE OF approved_by ON event
FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TABLE proposal (
    id text COLLATE "C" PRIMARY KEY,
    negotiation text COLLATE "C" NOT NULL,
    proposed_by text COLLATE "C" NOT NULL,
    proposed_at bigint NOT NULL,
    media_type text COLLATE "C" NOT NULL,
    body bytea NOT NULL,
    size bigint NOT NULL,
    events bigint NOT NULL,
    preview bytea NOT NULL,
    contents text COLLATE "C" NOT NULL,
    status text COLLATE "C" NOT NULL,
    decided_by text COLLATE "C",
    decided_at bigint,
    word text COLLATE "C",
    answer bytea NOT NULL
);
CREATE INDEX proposal_negotiation ON proposal (negotiation, status);
CREATE INDEX proposal_proposed_by ON proposal (proposed_by, status);
""",
}

_MAKE_INBOX: Mapping[Dialect, str] = {
    "sqlite": """
CREATE TABLE article (
    id TEXT PRIMARY KEY,
    negotiation TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    brought_by TEXT NOT NULL,
    brought_at INTEGER NOT NULL,
    url TEXT,
    title TEXT,
    publisher TEXT,
    published TEXT,
    language TEXT,
    text BLOB NOT NULL,
    reading BLOB NOT NULL,
    deleted_at INTEGER,
    UNIQUE (negotiation, sha256)
);
CREATE TABLE draft (
    id TEXT PRIMARY KEY,
    negotiation TEXT NOT NULL,
    article TEXT NOT NULL,
    place INTEGER NOT NULL,
    type TEXT NOT NULL,
    original BLOB NOT NULL,
    event BLOB NOT NULL,
    status TEXT NOT NULL,
    changed_by TEXT,
    changed_at INTEGER,
    decided_by TEXT,
    decided_at INTEGER,
    proposal TEXT
);
CREATE INDEX draft_article ON draft (article, place);
CREATE INDEX draft_negotiation ON draft (negotiation, status);
CREATE TABLE feed (
    negotiation TEXT NOT NULL,
    url TEXT NOT NULL,
    publisher TEXT,
    added_by TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    looked_at INTEGER,
    PRIMARY KEY (negotiation, url)
) WITHOUT ROWID;
""",
    "postgres": """
CREATE TABLE article (
    id text COLLATE "C" PRIMARY KEY,
    negotiation text COLLATE "C" NOT NULL,
    sha256 text COLLATE "C" NOT NULL,
    brought_by text COLLATE "C" NOT NULL,
    brought_at bigint NOT NULL,
    url text COLLATE "C",
    title text COLLATE "C",
    publisher text COLLATE "C",
    published text COLLATE "C",
    language text COLLATE "C",
    text bytea NOT NULL,
    reading bytea NOT NULL,
    deleted_at bigint,
    UNIQUE (negotiation, sha256)
);
CREATE TABLE draft (
    id text COLLATE "C" PRIMARY KEY,
    negotiation text COLLATE "C" NOT NULL,
    article text COLLATE "C" NOT NULL,
    place bigint NOT NULL,
    type text COLLATE "C" NOT NULL,
    original bytea NOT NULL,
    event bytea NOT NULL,
    status text COLLATE "C" NOT NULL,
    changed_by text COLLATE "C",
    changed_at bigint,
    decided_by text COLLATE "C",
    decided_at bigint,
    proposal text COLLATE "C"
);
CREATE INDEX draft_article ON draft (article, place);
CREATE INDEX draft_negotiation ON draft (negotiation, status);
CREATE TABLE feed (
    negotiation text COLLATE "C" NOT NULL,
    url text COLLATE "C" NOT NULL,
    publisher text COLLATE "C",
    added_by text COLLATE "C" NOT NULL,
    added_at bigint NOT NULL,
    looked_at bigint,
    PRIMARY KEY (negotiation, url)
);
""",
}


_MAKE_ARTICLE_SOURCE: Mapping[Dialect, str] = {
    "sqlite": """
CREATE TABLE article_source (
    article TEXT NOT NULL,
    url TEXT NOT NULL,
    publisher TEXT,
    published TEXT,
    added_by TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    PRIMARY KEY (article, url)
) WITHOUT ROWID;
CREATE INDEX article_source_url ON article_source (url);
""",
    "postgres": """
CREATE TABLE article_source (
    article text COLLATE "C" NOT NULL,
    url text COLLATE "C" NOT NULL,
    publisher text COLLATE "C",
    published text COLLATE "C",
    added_by text COLLATE "C" NOT NULL,
    added_at bigint NOT NULL,
    PRIMARY KEY (article, url)
);
CREATE INDEX article_source_url ON article_source (url);
""",
}


def _add_introductions(c: Cursor) -> None:
    _run(_MAKE_INTRODUCTION)(c)
    introductions.fill_table(c)


MIGRATIONS = (
    Migration("introductions", _add_introductions, ("introduction",), ("registered",)),
    Migration(
        "content ids", _run(_MAKE_CONTENT_IDS), adds=("content_namespace", "earlier_content")
    ),
    Migration("migrations", _run(_MAKE_MIGRATION), adds=("migration",)),
    Migration("cosignatures", _run(_MAKE_COSIGNATURE), adds=("cosignature",)),
    Migration("access keys", _run(_MAKE_ACCESS_KEY), adds=("access_key",)),
    Migration("links of statements and meetings", introductions.fill_table),
    Migration("access sessions", _run(_MAKE_ACCESS_SESSION), adds=("access_session",)),
    Migration(
        "approvals",
        _run(_ADD_APPROVALS),
        adds=("proposal",),
        changes=("table event", "trigger event_approval_is_never_changed"),
    ),
    Migration("inbox", _run(_MAKE_INBOX), adds=("article", "draft", "feed")),
    Migration(
        "further addresses of articles", _run(_MAKE_ARTICLE_SOURCE), adds=("article_source",)
    ),
)


def read_version(c: Cursor) -> int:
    """Return how many steps a log has taken. Raises SchemaError where it knows others than this
    version."""
    if not has_table(c, "migration"):
        return _guess_version(c)
    c.execute("SELECT number, name FROM migration ORDER BY number")
    taken = [tuple(row) for row in c.fetchall()]
    known = [(number, migration.name) for number, migration in enumerate(MIGRATIONS, 1)]
    if taken[: len(known)] == known and len(taken) > len(known):
        later = ", ".join(name for _, name in taken[len(known) :])
        raise SchemaError(
            f"the ledger was made by a newer version of Minutebook: its tables are of version"
            f" {len(taken)} ({later}), this program knows {len(known)}",
            hint="install the version that made it, or restore exports into a new ledger",
        )
    if not taken or taken != known[: len(taken)]:
        raise SchemaError(
            "the table migration names other steps than any version of Minutebook takes",
            hint="restore a backup; minutebook verify names all that differs",
        )
    return len(taken)


def _guess_version(c: Cursor) -> int:
    """Tell the version of a log from before versions were written down, by its tables."""
    for number, migration in enumerate(MIGRATIONS):
        if not all(has_table(c, table) for table in migration.adds):
            return number
    return len(MIGRATIONS)


def write_versions(c: Cursor, after: int = 0) -> None:
    """Write down that all steps after one were taken."""
    rows = [(number, each.name) for number, each in enumerate(MIGRATIONS, 1) if number > after]
    insert_rows(c, "migration", rows)


def migrate(c: Cursor) -> None:
    """Take the steps that a log lacks, in the caller's transaction. Raises SchemaError."""
    version = read_version(c)
    steps = MIGRATIONS[version:]
    if not steps:
        return
    is_written = has_table(c, "migration")
    try:
        for step in steps:
            if missing := [table for table in step.removes if not has_table(c, table)]:
                raise SchemaError(
                    f"the table {missing[0]} is missing",
                    hint="restore a backup; minutebook verify names all that differs",
                )
            step.apply(c)
        write_versions(c, version if is_written else 0)
        if database_dialect(c) == "postgres":
            privileges.grant_added_tables(c, [table for step in steps for table in step.adds])
    except Exception as error:
        if is_permission_error(error):
            raise SchemaError(
                f"the tables are of version {version}, this program needs {len(MIGRATIONS)}, and"
                " this role may not change them",
                hint="run minutebook grant ROLE once as the owner of the database",
            ) from error
        raise
    names = ", ".join(step.name for step in steps)
    LOGGER.warning("the tables of the ledger were brought up to date: %s", names)
