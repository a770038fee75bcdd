"""Change a ledger's database file at random, again and again: verifying must find every change.

Run ``python -m tests.evidence.tampering``. Whoever changes the file has full write access to it
and drops its triggers. Untouched ledgers are verified too, and none may alarm. The controls leave
out a part of the verification on purpose: each must miss what that part alone can see.
"""

from __future__ import annotations

import argparse
import shutil
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

from api.cli import maintenance
from api.cli.verify import ignore_progress, verify_ledger
from api.settings import Settings
from api.wiring import open_ledger
from benchmarks.generator import END, standard
from domain import acceptance
from ledger.proofs.audit import LogAudit
from ledger.submission import Submission
from projections import full_text
from tests.facts import event_id
from tests.test_resolution import AT, LATER, LATEST, OPENING, STANCE, disputed, report
from tests.world import KEY, World

Tamper = Callable[[sqlite3.Connection, Random], str | None]
"""Changes one thing; returns what, or null where this draw changes nothing."""


def base(folder: Path) -> None:
    """Make a small ledger that has one of everything, and a copy of an earlier state."""
    with World(folder) as world:
        said = {
            "id": event_id(50),
            "type": "statement-made",
            "statement": "s",
            "speaker": "us",
            "summary": "No news.",
            "occurred": "2025-12-20",
            "reports": report("Post"),
        }
        met = {
            "type": "meeting-held",
            "meeting": "m",
            "occurred": "2025-12-19/2025-12-20",
            "reports": report("Herald"),
        }
        points = [{"point": "a", "text": "one"}, {"point": "b", "text": "two"}]
        press = [{"published": "2025-12-20", "audience": "press"}]
        plan = {
            "type": "plan-introduced",
            "plan": "p",
            "title": "Plan",
            "occurred": None,
            "points": points,
            "reports": press,
        }
        world.record(AT, [*OPENING, STANCE, said, met, plan])
        world.record(
            LATER, [disputed(summary="No."), {**STANCE, "id": event_id(2), "stance": "rejects"}]
        )
        world.set_clock(LATEST)
        for number in (3, 4, 5):
            event = {**STANCE, "id": event_id(number), "summary": f"Perhaps {number}."}
            world.post(event, headers={"Idempotency-Key": f"k{number}"})
    maintenance.erase_payload(settings(folder), event_id(50), "by law")
    shutil.copy(folder / "world.db", folder / "earlier.db")
    with World(folder) as world:
        world.record("2099-01-01T00:00:00Z", [{"type": "record-voided", "event": event_id(2)}])
    with closing(sqlite3.connect(folder / "world.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode = DELETE")


def settings(folder: Path, outside: str = "world.db.checkpoint") -> Settings:
    return Settings(db=folder / "world.db", log_key=Path(KEY), checkpoint=folder / outside)


def tables(c: sqlite3.Connection) -> list[str]:
    c.execute("PRAGMA writable_schema = OFF")
    found = c.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
    )
    return [row[0] for row in found]


def rows(c: sqlite3.Connection, table: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    found = c.execute(f"SELECT * FROM {table}")  # noqa: S608  # only our own names
    return [column[0] for column in found.description], found.fetchall()


def pick_rows(
    c: sqlite3.Connection, random: Random
) -> tuple[str, list[str], list[tuple[Any, ...]]]:
    while True:
        table = random.choice(tables(c))
        names, held = rows(c, table)
        if held:
            return table, names, held


def store(c: sqlite3.Connection, table: str, held: list[tuple[Any, ...]]) -> None:
    """Put these rows in place of what a table holds; keys may change places."""
    c.execute(f"DELETE FROM {table}")  # noqa: S608  # only our own names
    marks = ",".join("?" * len(held[0])) if held else ""
    for row in held:
        c.execute(f"INSERT INTO {table} VALUES ({marks})", row)  # noqa: S608  # as above


def other(value: Any, random: Random) -> Any:
    """Return a value that differs in one byte, or by a little."""
    match value:
        case bytes():
            if not value:
                return b"\0"
            at = random.randrange(len(value))
            return value[:at] + bytes([value[at] ^ random.randrange(1, 256)]) + value[at + 1 :]
        case str():
            at = random.randrange(len(value)) if value else 0
            return value[:at] + random.choice("abcxyz019") + value[at + 1 :]
        case int():
            return value + random.choice((-1, 1, 2, 1000))
    return 1


def edit(c: sqlite3.Connection, random: Random) -> str | None:
    table, names, held = pick_rows(c, random)
    at, column = random.randrange(len(held)), random.randrange(len(names))
    new = other(held[at][column], random)
    if new == held[at][column]:
        return None
    changed = (*held[at][:column], new, *held[at][column + 1 :])
    store(c, table, [*held[:at], changed, *held[at + 1 :]])
    return f"{table}.{names[column]}"


def edit_read_model(c: sqlite3.Connection, random: Random) -> str | None:
    told = edit(c, random)
    own = ("version", "placement", "cell", "mention", "candidate", "link", "tracking", "word")
    return told if told and told.startswith(own) else None


def delete(c: sqlite3.Connection, random: Random) -> str | None:
    table, _, held = pick_rows(c, random)
    at = random.randrange(len(held))
    store(c, table, held[:at] + held[at + 1 :])
    return table


def insert(c: sqlite3.Connection, random: Random) -> str | None:
    table, _, held = pick_rows(c, random)
    row = random.choice(held)
    store(c, table, [*held, tuple(other(value, random) for value in row)])
    return table


def swap(c: sqlite3.Connection, random: Random) -> str | None:
    """Let two rows exchange what one column holds."""
    table, names, held = pick_rows(c, random)
    one, two, column = (random.randrange(n) for n in (len(held), len(held), len(names)))
    if held[one][column] == held[two][column]:
        return None
    new = [list(row) for row in held]
    new[one][column], new[two][column] = new[two][column], new[one][column]
    if sorted(map(repr, map(tuple, new))) == sorted(map(repr, held)):
        return None
    store(c, table, [tuple(row) for row in new])
    return f"{table}.{names[column]}"


def reorder(c: sqlite3.Connection, random: Random) -> str | None:
    """Let two events change places with everything that they hold but their seq."""
    _, held = rows(c, "event")
    one, two = random.sample(range(len(held)), 2)
    new = list(held)
    new[one], new[two] = (held[one][0], *held[two][1:]), (held[two][0], *held[one][1:])
    store(c, "event", new)
    return "event"


def truncate(c: sqlite3.Connection, random: Random) -> str | None:
    table, _, held = pick_rows(c, random)
    store(c, table, held[: random.randrange(len(held))])
    return table


KINDS: dict[str, Tamper] = {
    "edit": edit,
    "edit of the read model": edit_read_model,
    "insert": insert,
    "delete": delete,
    "swap": swap,
    "reorder": reorder,
    "truncate": truncate,
}


def tamper(folder: Path, kind: str, random: Random) -> str | None:
    """Change a fresh copy in one way; return what was changed."""
    shutil.copy(folder / "base.db", folder / "world.db")
    with closing(sqlite3.connect(folder / "world.db", isolation_level=None)) as c:
        c.execute("PRAGMA ignore_check_constraints = ON")
        triggers = c.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall()
        for name, _ in triggers:
            c.execute(f"DROP TRIGGER {name}")
        c.execute("BEGIN")
        try:
            told = KINDS[kind](c, random)
        except sqlite3.DatabaseError:
            told = None  # the file would not take it
        c.execute("COMMIT" if told else "ROLLBACK")
        for _, sql in triggers:
            c.execute(sql)
    return told


def put_back(folder: Path) -> None:
    shutil.copy(folder / "earlier.db", folder / "world.db")


def tamperings(folder: Path, count: int, random: Random) -> tuple[Counter[str], list[str]]:
    """Change and verify so many times; return what was found of each kind, and what was missed."""
    found, missed = Counter[str](), list[str]()
    while found.total() + len(missed) < count:
        kind = random.choice([*KINDS, "rollback"])
        told: str | None = "the whole file"
        if kind == "rollback":
            put_back(folder)
        else:
            told = tamper(folder, kind, random)
        if told is None:
            continue
        if verify_ledger(settings(folder), ignore_progress).faults:
            found[kind] += 1
        else:
            missed.append(f"{kind}: {told}")
    return found, missed


def clean(folder: Path, count: int) -> list[str]:
    """Verify untouched ledgers of many histories; return the alarms."""
    alarms = []
    for seed in range(max(1, count // 10)):
        own = folder / f"clean-{seed}"
        own.mkdir()
        ledger = open_ledger(own / "world.db", clock=lambda: END, key_path=KEY)
        events = [acceptance.parse_event(event) for _, event in standard(80, seed=seed)]
        ledger.record(Submission("standard", events))
        ledger.close()
        for _ in range(10):
            alarms += [
                f"seed {seed}: {each}"
                for each in verify_ledger(settings(own), ignore_progress).faults
            ]
        shutil.rmtree(own)
    return alarms


def controls(folder: Path, random: Random) -> list[str]:
    """Return the controls that did not miss what they should."""
    wrong = []
    put_back(folder)
    faults = verify_ledger(settings(folder, "no.checkpoint"), ignore_progress).faults
    if [each.field for each in faults] != ["external checkpoint"]:
        wrong.append("a rollback was seen without the external checkpoint")
    while tamper(folder, "edit of the read model", random) is None:
        pass
    with closing(sqlite3.connect(folder / "world.db")) as connection:
        faults = []
        list(LogAudit(connection.cursor(), faults))
    if faults:
        wrong.append("an edit of the read model was seen without folding it again")
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tamperings", type=int, default=10_000)
    parser.add_argument("--clean", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    random = Random(options.seed)  # noqa: S311  # no secret
    with tempfile.TemporaryDirectory(prefix="minutebook-tampering-") as name:
        folder = Path(name)
        full_text.BLOCK_SIZE = 4  # so that a small ledger has a full text of several segments
        base(folder)
        (folder / "world.db").replace(folder / "base.db")
        found, missed = tamperings(folder, options.tamperings, random)
        wrong = controls(folder, random)
        alarms = clean(folder, options.clean)
    for kind, times in sorted(found.items()):
        print(f"{kind:24} found {times:6}")
    for told, times in Counter(missed).most_common():
        print(f"MISSED {times:6} × {told}")
    print(f"{found.total()} of {found.total() + len(missed)} changes found")
    print(f"{len(alarms)} alarms in {options.clean} verifications of untouched ledgers")
    print("\n".join(wrong) or "each control missed what it should miss")
    return 1 if missed or alarms or wrong else 0


if __name__ == "__main__":
    sys.exit(main())
