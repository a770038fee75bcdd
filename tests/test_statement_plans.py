"""Nothing that a database is asked, when a ledger opens or answers, reads a growing table whole."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from importlib import resources
from pathlib import Path
from typing import Any
from unittest import mock

from api.wiring import open_ledger
from domain.basis import Question
from domain.instants import DAY, from_rfc3339
from ledger.guarded_clock import GuardedClock
from ledger.library import SQLiteCursor
from ledger.server_cursor import PostgresCursor
from projections.log_query import LogQuery, Window
from tests.facts import OPENING, statement
from tests.make_examples import ADDRESSES, KEY, TALKS, demonstration
from tests.pages import DEMO_PAGES
from tests.world import tell_story

GROWING = ("event", "node", "checkpoint", "cell", "placement", "version", "mention", "link")
"""Tables with a row or more for each event, and the checkpoints that are signed of them."""
WHOLE = re.compile(r"(?:SCAN|SEARCH) (\w+)(?: USING (?:COVERING )?INDEX \w+)?")
"""A step of a plan that reads a table from one end to the other, or may: SQLite says of ``max`` and
``min`` that they are searched for even where they are of other columns than the first."""
BOUNDED = ("LIMIT 1", "SELECT max(size) FROM checkpoint", "SELECT max(id) FROM cell")
"""What makes such a step end at once: it begins at the end that is asked for."""
END = from_rfc3339("2026-04-01T00:00:00Z")
"""When the demonstration is opened again."""
COUNT, DAYS = 3100, 31
"""How many events, of how many days, a window is looked for in."""
EXECUTE_ON_SERVER = PostgresCursor.execute
FILTERED = tuple(
    f"{TALKS}/state?as_of=2025-12-22&{each}"
    for each in ("exclude_source=ISW", "only_source=ISW", "min_sources=2")
)


def list_whole_reads(c: sqlite3.Connection, statement: str, params: Any) -> list[str]:
    """Return the growing tables that a statement reads whole."""
    is_bounded = any(each in statement for each in BOUNDED)
    if is_bounded or not statement.lstrip().startswith(("SELECT", "WITH")):
        return []
    steps = [row[3] for row in c.execute(f"EXPLAIN QUERY PLAN {statement}", params)]
    aliases = dict(re.findall(r"\b(?:FROM|JOIN) (\w+) (?:AS )?(\w+)\b", statement))
    names = {alias: table for table, alias in aliases.items()}
    found = [match[1] for step in steps if (match := WHOLE.fullmatch(step))]
    found = [name for name in found if f"MATERIALIZE {name}" not in steps]
    return [step for step in found if names.get(step, step) in GROWING]


def test_whether_one_event_holds_a_word_is_read_from_a_short_page(tmp_path: Path) -> None:
    """Of lists that are not cut into pages, all before an event would be read."""
    with closing(sqlite3.connect(tmp_path / "index.db")) as c:
        c.executescript(resources.files("projections.index").joinpath("sqlite.sql").read_text())
        rows = [(number, f"ceasefire word{number}") for number in range(1, 9000)]
        c.executemany("INSERT INTO word (rowid, text) VALUES (?, ?)", rows)
        c.commit()
        ((longest,),) = c.execute("SELECT max(length(block)) FROM word_data")
        assert 900 < longest < 1100


def test_whole_reads_are_noticed() -> None:
    with closing(sqlite3.connect(":memory:")) as c:
        c.execute("CREATE TABLE event (seq INTEGER PRIMARY KEY, type TEXT)")
        of_other = "SELECT max(e.seq) FROM event e WHERE e.type = 'opened'"
        assert list_whole_reads(c, of_other, {}) == ["e"]
        assert list_whole_reads(c, "SELECT type FROM event", {}) == ["event"]
        assert list_whole_reads(c, "SELECT type FROM event WHERE seq = 1", {}) == []


def test_no_answer_reads_a_growing_table_whole(tmp_path: Path) -> None:
    asked: dict[str, Any] = {}
    execute = SQLiteCursor.execute

    def note(self: SQLiteCursor, statement: str | bytes, params: Any = ()) -> Any:
        asked.setdefault(str(statement), params)
        return execute(self, statement, params)

    pages = (each for each in DEMO_PAGES.values() if "verify" not in each)
    addresses = [*ADDRESSES.values(), *FILTERED, *pages]
    with mock.patch.object(SQLiteCursor, "execute", note):
        with demonstration(tmp_path) as client:
            answers = [client.get(address).status_code for address in addresses]
        start = GuardedClock(lambda: END, lambda: 0)
        path, checkpoint = tmp_path / "demo.db", tmp_path / "checkpoint"
        open_ledger(path, clock=start, key_path=KEY, checkpoint_path=checkpoint).close()
    assert answers.count(200) > len(answers) - 10
    with closing(sqlite3.connect(path)) as c:
        found = {
            statement: tables
            for statement, params in asked.items()
            if (tables := list_whole_reads(c, statement, params))
        }
    assert len(asked) > 100
    assert found == {}


def count_pages(c: Any, statement: str, params: Any) -> int:
    """Return how many pages PostgreSQL looks at to answer a statement."""
    c.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", params)
    ((((plan,)),),) = c.fetchall()
    return int(plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"])


def test_postgresql_begins_to_read_where_a_window_does(ledger_url: str) -> None:
    said = [statement(n, 1 + n * DAYS // COUNT) for n in range(COUNT)]
    pages = []
    with (
        tell_story([("2026-01-01T12:00:00Z", [*OPENING, *said])], server=ledger_url) as world,
        world.open_session() as session,
    ):
        view = session.open_view(session.resolve_basis(Question()))
        for day in (1, DAYS):
            first = from_rfc3339(f"2025-12-{day:02}T00:00:00Z")
            happened = Window(first, first + DAY - 1)
            query = LogQuery(COUNT, order="happened", happened=happened)
            with mock.patch.object(PostgresCursor, "execute", autospec=True) as execute:
                execute.side_effect = EXECUTE_ON_SERVER
                items = view.read_log(query)
            assert len(items) == COUNT // DAYS
            asked = [call.args for call in execute.call_args_list if call.args[0] is session.cursor]
            pages.append(count_pages(*asked[-1]))
    assert abs(pages[0] - pages[1]) < COUNT // 200  # of an index of some fifty pages
