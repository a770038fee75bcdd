"""Roll calls of an assembly as events: a roll call is an issue and a meeting, a vote a position.

A country is a party. What happened on a day was published on the next one; of every tenth roll
call, by its number, ninety days later. The rule is made up, for the source gives one date.
"""

from __future__ import annotations

import csv
import gzip
import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

Event = dict[str, Any]
Line = dict[str, str]
STANCES = {"yes": "supports", "no": "opposes", "abstain": "reserves"}
SOON, LATE, EACH_LATE = timedelta(days=1), timedelta(days=90), 10
LONGEST = 60


def slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST].strip("-")


def _lines(folder: Path, name: str) -> Iterator[Line]:
    with gzip.open(
        folder / "unvotes" / f"{name}.csv.gz", "rt", encoding="utf-8", newline=""
    ) as text:
        yield from csv.DictReader(text)


def number(line: Line) -> int:
    return int(float(line["rcid"]))


def events(folder: Path) -> Iterator[Event]:
    """Yield the whole history, roll call by roll call in order of date."""
    calls = {number(line): line for line in _lines(folder, "un_roll_calls")}
    topics: dict[int, str] = {}
    for line in _lines(folder, "un_roll_call_issues"):
        topics.setdefault(number(line), line["issue"])
    yield {"type": "negotiation-opened", "title": "Roll calls of an assembly"}
    for topic in sorted(set(topics.values())):
        yield {"type": "issue-defined", "issue": slug(topic), "title": topic}
    known: set[str] = set()
    cast = votes(folder)
    for call in sorted(calls, key=lambda each: (calls[each]["date"], each)):
        yield from _call(call, calls[call], topics.get(call))
        for vote in cast.get(call, ()):
            if vote["country"] not in known:
                known.add(vote["country"])
                yield {
                    "type": "party-registered",
                    "party": slug(vote["country"]),
                    "name": vote["country"],
                    "kind": "state",
                }
            yield _told(
                call,
                calls[call]["date"],
                "position-stated",
                party=slug(vote["country"]),
                issue=f"rc-{call}",
                stance=STANCES[vote["vote"]],
                summary=vote["vote"],
            )


def votes(folder: Path) -> dict[int, list[Line]]:
    """Return the votes of each roll call."""
    found: dict[int, list[Line]] = {}
    for line in _lines(folder, "un_votes"):
        found.setdefault(number(line), []).append(line)
    return found


def _call(call: int, line: Line, topic: str | None) -> Iterator[Event]:
    title = line["short"] or line["unres"] or f"Roll call {call}"
    question = {"question": line["descr"]} if line["descr"] else {}
    parent = {"parent": slug(topic)} if topic else {}
    yield {"type": "issue-defined", "issue": f"rc-{call}", "title": title, **question, **parent}
    yield _told(call, line["date"], "meeting-held", meeting=f"rc-{call}", title=title)


def _told(call: int, day: str, kind: str, **fields: Any) -> Event:
    lag = LATE if call % EACH_LATE == 0 else SOON
    published = (date.fromisoformat(day) + lag).isoformat()
    report = {"published": published, "publisher": "Official records"}
    return {"type": kind, "occurred": day, "reports": [report], **fields}


def sample(folder: Path, count: int) -> list[tuple[str, str, str]]:
    """Return party, issue and stance of random votes, read from the source."""
    lines = list(_lines(folder, "un_votes"))
    return [
        (slug(line["country"]), f"rc-{number(line)}", STANCES[line["vote"]])
        for line in Random(13).sample(lines, count)  # noqa: S311  # no secret
    ]
