"""Two real histories, recorded whole: votes of an assembly, and how public documents were amended.

``python -m benchmarks.real FOLDER`` takes the folder that holds unvotes/ and peps/; they are not
shipped. It tells the rate and the memory, then compares answers with the sources; on SQLite, or
``--on PostgreSQL``.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import orjson

from api.access.caller import STAFF
from api.cli import gc_tuning
from api.session import Session, open_session
from api.settings import Settings
from api.wiring import open_ledger
from benchmarks import documents, history, votes
from benchmarks.measuring import RESULTS, machine, run_watched
from benchmarks.stores import STORES, Store, stores
from domain import acceptance
from domain.asked_dates import DateReader
from domain.basis import Question
from domain.errors import NotFoundError
from ledger.location import is_server_url
from ledger.submission import Submission
from ledger.writer import Ledger
from projections import answers

BATCH = 500
SAMPLES = 200
SOURCES: dict[str, Callable[[Path], Iterator[dict[str, Any]]]] = {
    "unvotes": votes.events,
    "peps": documents.events,
    "peps-by-author": documents.by_author,
}


def open_store(database: str) -> Ledger:
    """Open a ledger; its key is where the product's commands look for it."""
    found = Settings(db=database if is_server_url(database) else Path(database))
    return open_ledger(found.db, key_path=found.key_path, checkpoint_path=found.checkpoint_path)


def record(source: str, folder: Path, database: str) -> None:
    """Record one source in batches, as the product does, and print how many and how fast."""
    gc_tuning.tune_collector()
    ledger, count, started = open_store(database), 0, time.perf_counter()
    for page in history.pages(SOURCES[source](folder), BATCH):
        ledger.record(Submission(source, [acceptance.parse_event(event) for event in page]))
        count += len(page)
    seconds = time.perf_counter() - started
    ledger.close()
    print(orjson.dumps({"events": count, "events/s": round(count / seconds)}).decode())


def plan_at(session: Session, slug: str, at: str) -> dict[str, str | None]:
    """Return the text of each point of a plan as known at a time, by its heading."""
    try:
        question = Question(as_of=DateReader("UTC", 0).read("", at))
        found = answers.find_plan(
            session.open_view(session.resolve_basis(question)), slug, session.address
        )
    except NotFoundError:
        return {}
    points = answers.to_plain(found)["points"]
    return {point["heading"]: point["text"] for point in points}


def compared_plans(ledger: Ledger, source: str, folder: Path) -> tuple[int, list[str]]:
    """Compare plans at random commits with the source; return how many texts, and what differs."""
    commits = documents.commits(folder, by_author=source.endswith("author"))
    chosen = Random(11).sample(range(len(commits)), SAMPLES)  # noqa: S311  # no secret
    texts, wrong = 0, []
    with open_session(ledger, source, STAFF) as session:
        for n in sorted(chosen):
            one, expected = commits[n], documents.text(commits, n)
            texts += len(expected)
            if plan_at(session, one.plan, one.published) != expected:
                wrong.append(f"{one.plan} at {one.published}")
    return texts, wrong


def compared_votes(ledger: Ledger, folder: Path) -> tuple[int, list[str]]:
    """Compare random votes with the positions at the end; return how many, and what differs."""
    wrong = []
    with open_session(ledger, "unvotes", STAFF) as session:
        view = session.open_view(
            session.resolve_basis(Question(as_of=DateReader("UTC", 0).read("", "2021-01-01")))
        )
        for party, issue, stance in votes.sample(folder, SAMPLES):
            found = answers.to_plain(answers.find_cell(view, party, issue))
            if found["position"]["stance"] != stance:
                wrong.append(f"{party} on {issue}")
    return SAMPLES, wrong


def compare_logs(source: str, folder: Path, database: str) -> tuple[int, list[str]]:
    ledger = open_store(database)
    try:
        if source == "unvotes":
            return compared_votes(ledger, folder)
        return compared_plans(ledger, source, folder)
    finally:
        ledger.close()


def measure_store(source: str, folder: Path, store: Store) -> dict[str, Any]:
    """Record one source in a process of its own, then compare."""
    database = store.make_database(source)
    command = [sys.executable, "-m", "benchmarks.real", folder, "--record", source, database]
    ran = run_watched(command)
    texts, wrong = compare_logs(source, folder, database)
    found = {"source": source, "on": store.name, **orjson.loads(ran.told)}
    found |= {"peak MB": round(ran.peak_mb), "disk MB": round(store.bytes(database) / 1e6)}
    return found | {"answers": SAMPLES, "texts": texts, "different": len(wrong), "first": wrong[:5]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", choices=SOURCES, action="append")
    parser.add_argument("--on", choices=STORES, default=STORES[0])
    parser.add_argument("--record", nargs=2, metavar=("SOURCE", "DATABASE"))
    options = parser.parse_args()
    if options.record:
        record(options.record[0], options.folder, options.record[1])
        return
    found = []
    with tempfile.TemporaryDirectory(prefix="minutebook-real-") as name, stores(Path(name)) as both:
        store = next(each for each in both if each.name == options.on)
        for source in options.only or SOURCES:
            found.append(measure_store(source, options.folder, store))
            print(orjson.dumps(found[-1]).decode(), flush=True)
    RESULTS.mkdir(exist_ok=True)
    kept = {"machine": machine(), "sources": found}
    (RESULTS / "real.json").write_bytes(orjson.dumps(kept, option=orjson.OPT_INDENT_2))


if __name__ == "__main__":
    main()
